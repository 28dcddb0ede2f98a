"""`monogram fonts`: what a family has, what comes from elsewhere, and that drawing agrees."""

import json

import pytest

from monogram import cli
from monogram.render import coverage
from monogram.render.document import parse
from monogram.render.draw import render
from monogram.render.fonts import FontBook

NOBODYS = "\U00010fff"


def of(text, family, style="400", lang=""):
    told = coverage.covers(FontBook.load(), text, lang)
    return next(each for each in told if each.family == family and style in each.styles)


def test_each_face_is_counted_once():
    book = FontBook.load()
    told = coverage.counts(book)
    assert [(each.family, style) for each in told for style in each.styles] == [
        (family.family, face.style) for family in book.families() for face in family.faces]
    by_family = {each.family: each.characters for each in told}
    assert by_family["Noto Sans SC"] > 20_000 > by_family["Noto Sans Hebrew"] > 200


def test_an_italic_that_has_less_stands_apart():
    assert [each.styles for each in coverage.counts(FontBook.load()) if each.family == "Noto Sans"] == [
        ("400", "700"), ("400 italic", "700 italic")]


def test_characters_are_told_once_by_who_draws_them():
    told = of("Zoë Zoë 민서 👩‍🚀", "Lobster")
    assert told.own == ("Z", "o", "ë")
    assert told.fallbacks == {"Noto Sans KR 400": ("민", "서"), "Noto Color Emoji 400": ("👩‍🚀",)}
    assert told.missing == ()
    assert of("Zoë", "Lora", "700 italic").own == ("Z", "o", "ë")


@pytest.mark.parametrize(("lang", "by"), [("ja", "JP"), ("ko", "KR"), ("zh-Hant", "TC"), ("", "SC")])
def test_han_forms_go_by_the_language(lang, by):
    assert of("直", "Lora", lang=lang).fallbacks == {f"Noto Sans {by} 400": ("直",)}


def test_a_drawing_uses_the_faces_that_are_told():
    text, family = "Zoë 민서 Ж سلام", "Satisfy"
    layer = {"id": "t", "type": "text", "text": text, "font": {"family": family}, "size": 20, "x": 0, "y": 0,
             "width": 400, "height": 60}
    drawn = render(parse({"canvas": {"width": 400, "height": 60}, "layers": [layer]}), {}, {}).report.fonts
    assert {f"{font.family} {font.weight}" for font in drawn} == {f"{family} 400", *of(text, family).fallbacks}


def test_what_no_font_has_is_told_and_fails(capsys):
    assert of(f"a{NOBODYS}", "Lora").missing == (NOBODYS,)
    assert cli.main(["fonts", "--covers", f"a{NOBODYS}"]) == 1
    assert "U+10FFF no font" in capsys.readouterr().out


def test_the_command_prints_rows_and_json(capsys):
    assert cli.main(["fonts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["family", "weights", "axes", "scripts", "characters"]
    assert any(line.startswith("Great Vibes ") and "Latn Cyrl" in line for line in lines)
    assert ["Source", "Serif", "4", "200-900", "italic", "opsz", "8-60"] in [line.split()[:7] for line in lines]
    assert cli.main(["fonts", "--json"]) == 0
    rows = {row["family"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["IBM Plex Sans"]["axes"] == {"wght": [100, 400, 700], "wdth": [85, 100, 100]} and rows["Lora"]["axes"] == {}
    assert cli.main(["fonts", "--covers", "é Ж", "--json"]) == 0
    rows = {row["family"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["Sacramento"]["own"] == ["é"] and rows["Sacramento"]["fallbacks"] == {"Noto Sans 400": ["Ж"]}
