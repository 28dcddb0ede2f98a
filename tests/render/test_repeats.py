"""Repeats and tables: each entry gets what is its own, and nobody gets a sample."""

import pytest

from monogram.core.features.checks import Findings, _check_document
from monogram.render import recipes
from monogram.render.document import parse, parse_values
from monogram.render.draw import render
from monogram.render.errors import RenderError

BOX = {"x": 0, "y": 0, "width": 60, "height": 20}
NAME = {"id": "name", "type": "text", "text": "Sample", "font": {"family": "Noto Sans"}, "size": 12, **BOX}
PEOPLE = {"id": "people", "type": "repeat", "component": "people", "layers": [NAME], **BOX}
TABLE = {"id": "table", "type": "table", "items": ["Anna", "Ben"], "font": {"family": "Noto Sans"}, "size": 20,
         "x": 0, "y": 0, "width": 100, "height": 60}
BIND = {"component": "people.name", "layer": "name", "property": "text"}
ITEMS = {"component": "names", "layer": "table", "property": "items"}


def document(*layers, bindings=(BIND,)):
    return parse({"canvas": {"width": 400, "height": 80}, "layers": list(layers), "bindings": list(bindings)})


def draw(*layers, values=None, bindings=(BIND,)):
    return render(document(*layers, bindings=bindings), parse_values(values or {}), {})


def refused(*layers, **more) -> tuple:
    with pytest.raises(RenderError) as caught:
        draw(*layers, **more)
    return caught.value.code, caught.value.layer, caught.value.part


def test_each_entry_is_drawn_where_its_turn_is():
    made = draw({**PEOPLE, "columns": 2, "gapX": 5, "gapY": 7}, values={"people": [{"name": "III"}] * 3})
    first, second, third = (text.bounds for text in made.report.texts)
    assert [text.layer for text in made.report.texts] == ["name#1", "name#2", "name#3"]
    assert second == pytest.approx((first[0] + 65, first[1], first[2] + 65, first[3]))
    assert third == pytest.approx((first[0], first[1] + 27, first[2], first[3] + 27))


def test_nobody_gets_the_sample_of_the_document():
    drawn = draw(PEOPLE, values={"people": [{"name": "Anna"}, {}, {"other": "x"}, {"name": None}]}).report.texts
    assert [text.layer for text in drawn] == ["name#1"]
    assert [text.layer for text in draw(PEOPLE).report.texts] == ["name#1"]  # not asked: the sample, once
    assert draw(PEOPLE, values={"people": []}).report.texts == draw(PEOPLE, values={"people": None}).report.texts == ()


def test_entries_reach_into_groups_and_surfaces():
    group = {"id": "group", "type": "group", "layers": [NAME], **BOX}
    surface = {"id": "wall", "type": "surface", "surface": {"kind": "cylinder"}, "artWidth": 60, "artHeight": 20,
               "layers": [group], **BOX}
    for inner in (group, surface):
        drawn = draw({**PEOPLE, "layers": [inner]}, values={"people": [{"name": "A"}, {}, {"name": "B"}]}).report.texts
        assert [text.layer for text in drawn] == ["name#1", "name#3"]


def test_errors_name_the_entry():
    people = [{"name": "Anna"}, {"name": "Ben"}, {"name": "far too long for this box " * 9}]
    assert refused(PEOPLE, values={"people": people})[:2] == ("text_overflow", "name#3")


@pytest.mark.parametrize("value", ["Anna", 3, ["Anna"], [{"name": "Anna"}, "Ben"], {"asset": "a"}])
def test_a_repeat_needs_a_list_of_entries(value):
    assert refused(PEOPLE, values={"people": value}) == ("value_invalid", "people", "people")


def test_too_many_entries():
    values = {"people": [{"name": "A"}] * 3}
    assert refused({**PEOPLE, "most": 2}, values=values) == ("repeat_too_many", "people", "people")
    draw({**PEOPLE, "most": 3}, values=values)


def test_layers_of_all_entries_count():
    crowd = {**PEOPLE, "most": 500, "layers": [NAME, {**NAME, "id": "other"}]}
    assert refused(crowd, values={"people": [{"name": "A"}] * 500})[0] == "too_many_layers"


@pytest.mark.parametrize("value", [[["Anna"]], [3], [{"name": ["Anna"]}], [{"name": {"first": "Anna"}}]])
def test_values_that_are_no_lists_of_answers(value):
    with pytest.raises(RenderError) as caught:
        parse_values({"people": value})
    assert caught.value.code == "values_invalid"


def test_what_a_document_may_not_say():
    for layers, bindings in (([{**PEOPLE, "layers": [{**PEOPLE, "id": "inner"}]}], []), ([PEOPLE, {**NAME, "id": "out"}], [
            {**BIND, "layer": "out"}]), ([PEOPLE], [{**ITEMS, "layer": "name"}]), ([{**TABLE, "items": ["a\nb"]}], [])):
        with pytest.raises(RenderError) as caught:
            document(*layers, bindings=bindings)
        assert caught.value.code == "document_invalid"


def test_the_recipe_has_the_lists_that_are_read():
    values = parse_values({"people": [{"name": "Anna"}], "names": ["Anna"], "guests": [{"name": "Ben"}], "other": "x"})
    table = {**ITEMS, "component": "guests.name"}
    made = recipes.recipe(document(PEOPLE, TABLE, bindings=[table]), values, {}, [])
    assert set(made["values"]) == {"people", "guests"}


def test_a_form_without_the_list_is_told():
    found = Findings()
    _check_document("t", document(PEOPLE, bindings=[]), {}, found)
    assert "repeats over 'people', which is no list of the form" in found.faults["t"]


# -- tables ----------------------------------------------------------------------------------------------------------------

def size(**more) -> float:
    values = more.pop("values", None)
    return draw({**TABLE, **more}, values=values, bindings=[ITEMS]).report.texts[0].size


def test_a_table_takes_one_size_for_all():
    assert size() == 20
    narrow = size(items=["Anna", "A name too long"])
    assert 4 < narrow < 20 and narrow % (1 / 64) == 0
    assert size(items=["Anna", "A name too long"], size=narrow) == narrow  # it fits exactly
    assert size(items=["A"] * 10) == 5  # 60 pixels, 10 rows of 1.2 em
    assert size(items=["A"] * 10, columns=2) == 10
    reports = draw({**TABLE, "items": ["A"] * 10}, bindings=[]).report.texts
    assert [(text.layer, text.asked, text.lines) for text in reports] == [("table", 20, 10)]


def test_a_table_that_fits_at_no_size_allowed():
    assert refused({**TABLE, "items": ["A"] * 10, "minSize": 6}, bindings=[]) == ("text_overflow", "table", "items")
    assert refused({**TABLE, "columns": 3, "gap": 60}, bindings=[]) == ("text_overflow", "table", "gap")
    assert size(items=["A"] * 10, minSize=5) == 5


def lines(value) -> int:
    return draw(TABLE, values={"names": value}, bindings=[ITEMS]).report.texts[0].lines


def test_items_come_from_text_and_lists():
    assert lines("Anna\n\n Ben\r\nCyrus \n") == lines(["Anna", "", "Ben", "Cyrus"]) == 3
    assert lines(7) == 1
    assert draw(TABLE, values={"names": None}, bindings=[ITEMS]).report.texts == ()


@pytest.mark.parametrize("value", [True, {"asset": "a"}, ["a\nb"], [{"name": "Anna"}], "x\n" * 2001, "x" * 501])
def test_items_that_are_none(value):
    assert refused(TABLE, values={"names": value}, bindings=[ITEMS]) == ("value_invalid", "table", "names")
