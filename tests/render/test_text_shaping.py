"""Shaping where builds of HarfBuzz differ: old kerning, broken syllables, marks that a font does not place."""

import hashlib
import io
from struct import pack

import pytest
import uharfbuzz
from fontTools.ttLib import TTFont

from monogram.render.books import FaceEntry
from monogram.render.fonts import Face, FontBook, FontFile
from monogram.render.text import kerning
from monogram.render.text.shaping import shape

PAIRS = pack(">HHHH HHh HHh", 2, 0, 0, 0, 1, 2, -50, 1, 3, 20)


@pytest.fixture(scope="module")
def book():
    return FontBook.load()


def table(coverage: int, rows: bytes = PAIRS, length: int | None = None) -> bytes:
    return pack(">HHH", 0, 6 + len(rows) if length is None else length, coverage) + rows


def kern(*tables: bytes) -> bytes:
    return pack(">HH", 0, len(tables)) + b"".join(tables)


def drawn(advances, xs) -> list[float]:
    """Where each glyph stands, and where the next would."""
    pen, out = 0.0, []
    for advance, x in zip(advances, xs, strict=True):
        out.append(pen + x)
        pen += advance
    return [*out, pen]


@pytest.mark.parametrize("family", ["Permanent Marker", "Satisfy"])
def test_old_kerning_stands_as_harfbuzz_itself_would_put_it(book, family):
    text, face = "AVATAR, To Wave: Tyler", book.face(family)
    whole = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(face.data)))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script = "ltr", "Latn"
    uharfbuzz.shape(whole, buffer)
    wanted = drawn(*zip(*((place.x_advance / face.upem, place.x_offset / face.upem)
                          for place in buffer.glyph_positions), strict=True))
    shaped = shape(face, text, "Latn", "", False)
    assert drawn(shaped.advances, shaped.xs) == pytest.approx(wanted)
    assert shaped.advances != tuple(face.hb_font.get_glyph_h_advance(glyph) / face.upem for glyph in shaped.glyphs)
    assert shaped.unsafe  # a line is not cut there without shaping it again


def test_a_font_that_kerns_by_gpos_has_no_old_kerning(book):
    assert book.face("Lora").kerning == {}
    gpos = bytes(6) + pack(">H", 10) + bytes(2) + pack(">H4sH", 1, b"kern", 0)
    assert kerning.pairs(kern(table(1)), gpos) == {}
    assert kerning.pairs(kern(table(1)), gpos.replace(b"kern", b"mark")) == {1 << 16 | 2: -50, 1 << 16 | 3: 20}


@pytest.mark.parametrize("data, found", [
    (b"", {}),
    (kern(table(1), table(1)), {1 << 16 | 2: -100, 1 << 16 | 3: 40}),  # tables add up
    (kern(table(0), table(3), table(5), table(0x201)), {}),  # vertical, minimum, across, another format
    (kern(table(1))[:-3], {1 << 16 | 2: -50}),  # cut short
    (kern(table(1, length=14), table(1)), {1 << 16 | 2: -50, 1 << 16 | 3: 20}),  # too long for its length field
    (pack(">HH", 1, 0) + table(1), {}),  # another version
])
def test_old_kerning_is_read_as_far_as_it_goes(data, found):
    assert kerning.pairs(data, b"") == found


def test_a_broken_syllable_gets_no_circle(book):
    face = book.face("Noto Sans")
    assert face.hb_font.get_nominal_glyph(0x25CC) not in shape(face, "अौ ो", "Deva", "hi", False).glyphs


def test_marks_that_the_font_does_not_place_stay_where_they_are_drawn(book, tmp_path):
    font = TTFont(io.BytesIO(book.face("Noto Sans").data))
    for name in ("GPOS", "GDEF"):
        del font[name]
    font.save(tmp_path / "unplaced.ttf")
    sha256 = hashlib.sha256((tmp_path / "unplaced.ttf").read_bytes()).hexdigest()
    entry = FaceEntry(weight=400, file="unplaced.ttf", sha256=sha256, bytes=0)
    face = Face("Unplaced", entry, FontFile("Unplaced", tmp_path / "unplaced.ttf", sha256), ())
    shaped = shape(face, "x\u0323", "Latn", "", False)
    assert (shaped.xs, shaped.ys) == ((0, 0), (0, 0))
    placed = shape(book.face("Noto Sans"), "x\u0323", "Latn", "", False)
    assert any(placed.xs) or any(placed.ys)
