"""Variable fonts: which instance a document's font is, what is refused, and that files tell where their letters stood."""

import json
from functools import partial

import msgspec
import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from monogram import fontbook
from monogram.cli import main
from monogram.render import glyphs, subsets
from monogram.render.books import Book
from monogram.render.document import parse
from monogram.render.draw import render
from monogram.render.errors import RenderError
from monogram.render.fonts import FOLDER, FontBook
from monogram.render.lint import lint
from monogram.render.text import layout

SERIF, PLEX = "Source Serif 4", "IBM Plex Sans"


@pytest.fixture(scope="module")
def book():
    return FontBook.load()


def document(font: dict, text: str = "Hamburg") -> dict:
    layer = {"id": "t", "type": "text", "text": text, "font": font, "size": 20, "width": 200, "height": 40}
    return {"canvas": {"width": 200, "height": 40}, "layers": [layer]}


def width(book, font: dict) -> float:
    return layout("Hamburg", size=100, width=2000, height=200, book=book, **font).width


@pytest.mark.parametrize("font, label", [
    ({"family": SERIF}, "Source Serif 4 400"),
    ({"family": SERIF, "weight": 650}, "Source Serif 4 650"),
    ({"family": SERIF, "weight": 200, "italic": True, "axes": {"opsz": 60}}, "Source Serif 4 200 italic opsz 60"),
    ({"family": SERIF, "weight": 900, "axes": {"wght": 633.3}}, "Source Serif 4 633.3"),
    ({"family": SERIF, "weight": 1, "axes": {"wght": 900, "opsz": 8.005}}, "Source Serif 4 900 opsz 8.01"),
    ({"family": PLEX, "axes": {"wdth": 100}}, "IBM Plex Sans 400"),
    ({"family": PLEX, "weight": 250, "axes": {"wdth": 87.5}}, "IBM Plex Sans 250 wdth 87.5"),
    ({"family": "Lora", "weight": 700}, "Lora 700"),
])
def test_a_face_is_named_by_where_it_stands(book, font, label):
    assert book.face(**font).label == label
    assert book.face(**font) is book.face(**font)


@pytest.mark.parametrize("font, code, part, says", [
    ({"family": SERIF, "weight": 950}, "font_missing", "Source Serif 4 950", "it has 200-900, 200-900 italic."),
    ({"family": "Lora", "weight": 650}, "font_missing", "Lora 650", "it has 400, 700, 400 italic, 700 italic."),
    ({"family": "Pacifico", "italic": True}, "font_missing", "Pacifico 400 italic", "it has 400."),
    ({"family": SERIF, "axes": {"wdth": 90}}, "axis_missing", "wdth",
     "Source Serif 4 has no axis 'wdth'. It has: opsz 8 to 60, wght 200 to 900."),
    ({"family": "Lora", "axes": {"wght": 500}}, "axis_missing", "wght", "It has: none."),
    ({"family": PLEX, "italic": True, "axes": {"wdth": 84.9}}, "axis_out_of_range", "wdth",
     "The axis 'wdth' of IBM Plex Sans italic goes from 85 to 100."),
    ({"family": PLEX, "axes": {"wght": 701}}, "axis_out_of_range", "wght", "from 100 to 700"),
])
def test_what_a_font_lacks_is_refused_by_name(font, code, part, says):
    with pytest.raises(RenderError) as refused:
        render(parse(document(font)), {}, {})
    assert (refused.value.code, refused.value.layer, refused.value.part) == (code, "t", part)
    assert says in refused.value.message
    (problem,) = lint(document(font), {})
    assert (problem.severity, problem.code, problem.path, problem.layer) == ("error", code, "$.layers[0]", "t")


@pytest.mark.parametrize("font", [{"weight": 0}, {"weight": 400.5}, {"axes": {"weight": 400}}, {"axes": {"wdth": "90"}},
                                  {"axes": {"wdth": 1e9}}])
def test_what_is_no_font_is_no_document(font):
    with pytest.raises(RenderError) as refused:
        parse(document({"family": PLEX} | font))
    assert refused.value.code == "document_invalid"


def test_axes_change_measures_and_outlines(book):
    bold, light = ({"family": SERIF, "weight": weight} for weight in (900, 200))
    narrow, wide = ({"family": PLEX, "axes": {"wdth": wdth}} for wdth in (85, 100))
    assert width(book, bold) > width(book, light) * 1.03 and width(book, narrow) < width(book, wide) * 0.95
    small, large = (book.face(SERIF, axes={"opsz": opsz}) for opsz in (8, 60))
    glyph = small.hb_font.get_nominal_glyph(ord("a"))
    assert glyphs.outline(small, glyph) != glyphs.outline(large, glyph)
    assert glyphs.outline(small, glyph) == glyphs.outline(book.face(SERIF, axes={"opsz": 8.0}), glyph)


def test_an_instance_is_the_font_that_another_library_makes_of_it(book, tmp_path):
    """fontTools freezes the same place on the axes into a plain font; it rounds outlines to font units."""
    face = book.face(SERIF, 700, axes={"opsz": 40})
    font = instantiateVariableFont(TTFont(face.path), {"wght": 700, "opsz": 40})
    metrics, cmap, order = font["hmtx"], font.getBestCmap(), font.getReverseGlyphMap()
    for letter in "Hamburgefontsiv&Ж":
        name = cmap[ord(letter)]
        assert face.hb_font.get_glyph_h_advance(order[name]) == metrics[name][0], letter
        points = [number for verb in glyphs.outline(face, order[name]) for number in verb[1:]]
        glyph = font["glyf"][name]
        assert abs(min(points[::2]) - glyph.xMin) <= 1 and abs(max(points[1::2]) - glyph.yMax) <= 1, letter


@pytest.mark.parametrize("font", [{"family": SERIF, "weight": 730, "axes": {"opsz": 9}},
                                  {"family": PLEX, "axes": {"wdth": 85}}])
def test_a_subset_keeps_every_axis(book, font):
    text = "Office AVATAR Zoë fjord"
    part = FontBook(book.folder, book.book)
    for faces in part._faces.values():
        for face in faces:
            vars(face.file)["data"] = subsets.subset(face, text)
    setting = partial(layout, text, size=40, width=300, height=400, **font)
    (mine, *_), (theirs, *_) = setting(book=book).runs, setting(book=part).runs
    assert (mine.glyphs, mine.xs) == (theirs.glyphs, theirs.xs)
    assert [glyphs.outline(mine.face, glyph) for glyph in mine.glyphs] == [
        glyphs.outline(theirs.face, glyph) for glyph in theirs.glyphs]
    assert len(theirs.face.data) < len(mine.face.data) / 3


def test_a_letter_from_elsewhere_comes_in_the_nearest_weight(book):
    assert book.for_cluster("민", book.face(SERIF, 820)).label == "Noto Sans KR 700"
    assert book.for_cluster("민", book.face(SERIF, 430, True)).label == "Noto Sans KR 400"
    fallbacks = msgspec.structs.replace(book.book.fallbacks, scripts=(PLEX, "Noto Sans"))
    other = FontBook(book.folder, msgspec.structs.replace(book.book, fallbacks=fallbacks))
    assert [face.label for face in other.fallbacks(weight=650)[:2]] == ["IBM Plex Sans 650", "Noto Sans 700"]
    assert other.fallbacks(weight=900, italic=True)[0].label == "IBM Plex Sans 700 italic"


def test_the_report_tells_where_on_its_axes_each_face_stood():
    layer = document({"family": SERIF})["layers"][0] | {"text": "", "runs": [
        {"text": "a", "font": {"family": SERIF, "weight": 300, "axes": {"opsz": 60}}},
        {"text": "b", "font": {"family": SERIF, "axes": {"wght": 300.5}}}, {"text": "c", "font": {"family": "Lora"}}]}
    report = render(parse(document({"family": SERIF}) | {"layers": [layer]}), {}, {}).report
    assert [(font.family, font.weight, font.axes) for font in report.fonts] == [
        ("Lora", 400, {}), (SERIF, 300, {"opsz": 60, "wght": 300}), (SERIF, 300.5, {"opsz": 20, "wght": 300.5})]
    assert report.texts[0].faces == ("Source Serif 4 300 opsz 60", "Source Serif 4 300.5", "Lora 400")


def test_a_file_is_made_again_from_its_lineage(tmp_path, capsys):
    (tmp_path / "d.json").write_text(json.dumps(document({"family": PLEX, "weight": 250, "axes": {"wdth": 90}})), "utf-8")
    assert main(["render", str(tmp_path / "d.json"), "-o", str(tmp_path / "out.png"), "--lineage"]) == 0
    lineage = json.loads((tmp_path / "out.png.lineage.json").read_text("utf-8"))
    assert [font["axes"] for font in lineage["fonts"]] == [{"wdth": 90, "wght": 250}]
    capsys.readouterr()
    assert main(["reproduce", str(tmp_path / "out.png.lineage.json")]) == 0
    lineage["document"]["layers"][0]["font"]["axes"]["wdth"] = 91
    (tmp_path / "out.png.lineage.json").write_text(json.dumps(lineage), "utf-8")
    assert main(["reproduce", str(tmp_path / "out.png.lineage.json")]) == 1
    assert "font IBM Plex Sans 250: 3ed3ea3b1b38, now none" in capsys.readouterr().out


def test_explaining_knows_instances(tmp_path, capsys):
    (tmp_path / "d.json").write_text(json.dumps(document({"family": PLEX, "weight": 250, "axes": {"wdth": 90}})), "utf-8")
    assert main(["render", str(tmp_path / "d.json"), "--explain"]) == 0
    assert "Latn: IBM Plex Sans 250 wdth 90" in capsys.readouterr().out


def test_the_book_lists_the_axes_that_its_files_have(book):
    for family in book.families():
        for entry in family.faces:
            data = (FOLDER / "files" / entry.name).read_bytes()
            assert fontbook._axes(data) == entry.axes, entry.name
            if "wght" in entry.axes:
                assert entry.weight == entry.axes["wght"][1]
            assert not (entry.axes and book.face(family.family, entry.weight, entry.italic).is_color)


def test_a_book_without_axes_is_read(book):
    """Answers confirmed before there were any are pinned to such a book."""
    raw = msgspec.to_builtins(book.book)
    raw["families"] = [family | {"faces": [{name: value for name, value in face.items() if name != "axes"}
                                           for face in family["faces"]]} for family in raw["families"]]
    entry, coordinates = msgspec.convert(raw, Book).choose(SERIF)
    assert (entry.style, coordinates) == ("400", ())
