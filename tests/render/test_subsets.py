"""A subset draws what the whole file draws: same glyph ids, same places, same outlines, in every script."""

import random
from functools import partial

import pytest
import uharfbuzz

from monogram.render import glyphs, subsets
from monogram.render.fonts import Face, FontBook
from monogram.render.text import layout
from tests.frontend.crosscheck import SCRIPTS

TEXTS = {
    "latin": ("Noto Sans", "Office fjord AVATAR e\u0301 ợ x\u0323 Straße"),
    "kern table": ("Bebas Neue", "AVATAR To Ty LT"),
    "script": ("Pacifico", "Grand opening, fluffy!"),
    "cyrillic": ("Lora", "Съешь ещё этих мягких"),
    "greek": ("Noto Sans", "Καλημέρα κόσμε \u03b1\u0301"),
    "arabic": ("Amiri", "السلام عليكم لله ١٢٣"),
    "hebrew": ("Noto Sans", "שָׁלוֹם (עולם) 12"),
    "devanagari": ("Noto Sans", "नमस्ते क्षत्रिय र्क"),
    "thai": ("Noto Sans", "สวัสดีที่น้ำ"),
    "khmer": ("Noto Sans", "កំណើត ជាភាសា"),
    "japanese": ("Noto Sans JP", "日本語「東京」ー、か\u3099ッ"),
    "korean": ("Noto Sans", "한국어 \u1112\u1161\u11ab"),
    "emoji": ("Noto Sans", "Hi 👍🏽 👨‍👩‍👧 🇩🇪 1️⃣ ❤️"),
    "variable": ("Source Serif 4", "Office fjord AVATAR e\u0301 Я λ"),
    "spaces": ("Great Vibes", "a\u2009b\u00a0c\u2011d\u3000e"),
}


def of_subsets(text: str) -> FontBook:
    """The font book with a subset for every face, which yet knows what the whole file covers."""
    whole = FontBook.load()
    book = FontBook(whole.folder, whole.book)
    for family in book.families():
        for face, original in zip(book._faces[family.family], whole._faces[family.family], strict=True):
            vars(face.file)["data"] = subsets.subset(original, text)
            vars(face.file)["codepoints"] = original.hb_face.unicodes
    return book


def outlines(face: Face, ids: tuple[int, ...]) -> list:
    return [glyphs.outline(face, glyph) for glyph in ids]


@pytest.mark.parametrize("name", TEXTS)
def test_layout_and_outlines_are_those_of_the_whole_file(name):
    family, text = TEXTS[name]
    setting = partial(layout, text, family=family, size=40, width=300, height=900, overflow="show")
    mine, theirs = setting(book=FontBook.load()), setting(book=of_subsets(text))
    assert len(mine.runs) == len(theirs.runs) > 0 and mine.lines == theirs.lines
    for one, other in zip(mine.runs, theirs.runs, strict=True):
        assert (one.face.label, one.size, one.glyphs, one.xs, one.ys, one.clusters) == (
            other.face.label, other.size, other.glyphs, other.xs, other.ys, other.clusters)
        assert outlines(one.face, one.glyphs) == outlines(other.face, other.glyphs)
        assert len(other.face.data) < len(one.face.data) / 2


@pytest.mark.parametrize("number", range(len(SCRIPTS)))
def test_any_text_of_a_subset_s_characters_is_set_alike(number):
    """Random words, as the crosscheck of both text engines has them."""
    pool, choose = SCRIPTS[number], random.Random(number)
    whole, part = FontBook.load(), of_subsets("".join(pool))
    for _ in range(8):
        text = "".join(choose.choice(pool) for _ in range(choose.randint(1, 40)))
        setting = partial(layout, text, family="Noto Sans", size=30, width=300, height=900, overflow="show")
        mine, theirs = setting(book=whole), setting(book=part)
        assert [(run.face.label, run.glyphs, run.xs) for run in mine.runs] == [
            (run.face.label, run.glyphs, run.xs) for run in theirs.runs], text
        for one, other in zip(mine.runs, theirs.runs, strict=True):
            assert outlines(one.face, one.glyphs) == outlines(other.face, other.glyphs), text


def test_a_subset_is_small_and_the_same_for_the_same_letters():
    face = FontBook.load().face("Noto Sans JP")
    one, two = subsets.subset(face, "日本"), subsets.subset(face, "本日本")
    assert one == two and len(one) < 200_000 < len(face.data)


def test_a_letter_that_was_not_asked_for_is_not_there():
    face = FontBook.load().face("Noto Sans")
    made = uharfbuzz.Face(uharfbuzz.Blob(subsets.subset(face, "abc")))
    assert {ord("a"), ord("b"), ord("c")} <= set(made.unicodes) and ord("d") not in made.unicodes
    assert made.glyph_count <= face.hb_face.glyph_count


def test_coverage_is_what_the_face_covers():
    face = FontBook.load().face("Bebas Neue")
    points = {point for first, last in subsets.coverage(face) for point in range(first, last + 1)}
    assert points == set(face.hb_face.unicodes)


def test_closing_finds_what_marks_and_letters_become():
    assert {"é", "e", "\u0301"} <= subsets.closed("e\u0301") and {"e", "\u0301"} <= subsets.closed("é")
    assert "\u1ed9" in subsets.closed("o\u0323\u0302") and "한" in subsets.closed("\u1112\u1161\u11ab")
    assert "\u2010" in subsets.closed("\u2011") and " " in subsets.closed("x")
