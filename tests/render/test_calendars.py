"""Calendars: every language's words and week, and days where they belong."""

import datetime

import pytest

from monogram.core.languages import LANGUAGES
from monogram.render.document import parse, parse_values
from monogram.render.draw import render
from monogram.render.errors import RenderError
from monogram.render.generate import calendars

CAL = {"id": "cal", "type": "calendar", "width": 400, "height": 300, "month": "2026-12", "font": {"family": "Noto Sans"}}
BIND = {"component": "day", "layer": "cal", "property": "month"}


def draw(values=None, **more):
    document = parse({"canvas": {"width": 400, "height": 300}, "layers": [{**CAL, **more}], "bindings": [BIND]})
    return render(document, parse_values(values or {}), {})


def refused(**more) -> tuple:
    with pytest.raises(RenderError) as caught:
        draw(**more)
    return caught.value.code, caught.value.layer, caught.value.part


@pytest.mark.parametrize("start", [0, 1, 6])
def test_days_stand_under_their_weekday(start):
    for year, month in ((2024, 2), (2026, 12), (2027, 1), (1999, 5), (2100, 2)):
        found = calendars.days(year, month, start)
        assert len(found) == (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)).day
        for day, week, place in found:
            assert (start + place) % 7 == datetime.date(year, month, day).isoweekday() % 7
            assert 0 <= week < 6 and (week > 0 or day <= 7)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_every_language_is_drawn_in_its_own_words(language):
    words = calendars.language(language.tag)
    assert words["rtl"] == (language.direction == "rtl")
    assert len(set(words["months"])) == 12 and len(words["days"]) == 7 and all("{y}" in month for month in words["months"])
    assert draw(lang=language.tag).report.texts[0].layer == "cal"
    assert calendars.language(language.code) == words


def test_the_week_is_the_region_s():
    first = {tag: calendars.language(tag)["first"] for tag in ("en-US", "en-GB", "en-AU", "de", "ar", "ar-MA", "pt-BR",
                                                              "es-MX", "zh-HK", "zh-CN")}
    assert first == {"en-US": 0, "en-GB": 1, "en-AU": 1, "de": 1, "ar": 6, "ar-MA": 1, "pt-BR": 0, "es-MX": 0, "zh-HK": 0,
                     "zh-CN": 1}
    assert calendars.language("zh-Hant")["days"][1] == "一"


@pytest.mark.parametrize("lang", ["", "tlh", "sw-KE"])
def test_languages_without_a_table(lang):
    assert refused(lang=lang) == ("calendar_language", "cal", "lang")


def test_a_date_or_a_month_may_be_bound():
    assert draw({"day": "2026-09-05"}).data == draw(month="2026-09").data == draw({"day": "2026-09"}).data != draw().data
    assert draw({"day": None}).report.texts == ()


@pytest.mark.parametrize("value", ["September", "2026-13", "2026", 2026, True, "2026-9", "1-01"])
def test_what_is_no_month(value):
    assert refused(values={"day": value}) == ("value_invalid", "cal", "day")


def test_marks_change_the_picture_only_where_there_is_such_a_day():
    assert draw(marked=[24]).data != draw().data
    assert draw(month="2026-02", marked=[30]).data == draw(month="2026-02").data


def test_small_names_of_days_are_no_shrunk_text():
    told, = draw().report.texts
    assert told.size == told.asked and told.lines == 39 and told.box == (0, 0, 400, 300) and not told.overflowed
