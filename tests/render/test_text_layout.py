"""Golden layouts: tests/render/vectors/layout/*.json hold an input and the exact glyphs and places it becomes.

The browser's layout is held against the same files. MONOGRAM_REMAKE=1 writes the outputs anew; read the difference.
Lengths in them are 1/64 pixels. In a text's places, characters are counted as code points.
"""

import json
import os
from pathlib import Path

import pytest

from monogram.render.errors import RenderError
from monogram.render.fonts import FontBook
from monogram.render.text import TextLayout, breaks, layout, normalise
from monogram.render.text.shaping import shape

VECTORS = sorted((Path(__file__).parent / "vectors/layout").glob("*.json"))
DICTIONARY = Path(__file__).parent / "vectors/dictionary_breaks.json"  # by vector, for a client without a dictionary

CONTROL = "text_control_character"


@pytest.fixture(scope="module")
def book():
    return FontBook.load()


def sixty_fourths(value: float) -> int:
    return round(value * 64)


def told(result: TextLayout) -> dict:
    """A layout as plain data."""
    return {
        "size": sixty_fourths(result.size), "width": sixty_fourths(result.width), "height": sixty_fourths(result.height),
        "overflowed": result.overflowed, "clip": result.clip,
        "lines": [{"baseline": sixty_fourths(line.baseline), "left": sixty_fourths(line.left),
                   "width": sixty_fourths(line.width), "start": line.start, "end": line.end, "runs": list(line.runs),
                   "baseLevel": line.base_level} for line in result.lines],
        "runs": [{"face": run.face.label, "level": run.level, "glyphs": list(run.glyphs),
                  "xs": [sixty_fourths(x) for x in run.xs], "ys": [sixty_fourths(y) for y in run.ys],
                  "clusters": list(run.clusters)} for run in result.runs],
    }


def outcome(given: dict, book) -> dict:
    try:
        return {"output": told(layout(**given, book=book))}
    except RenderError as error:
        return {"error": {"code": error.code, "part": error.part}}


def written(vector: dict) -> str:
    """JSON with a line for each line and each list of a run."""
    def lines(items: list[dict], indent: str) -> str:
        rows = (",\n" + indent).join(json.dumps(item, ensure_ascii=False) for item in items)
        return f"[\n{indent}{rows}]" if items else "[]"

    parts = [f' "input": {json.dumps(vector["input"], ensure_ascii=False)}']
    if "error" in vector:
        parts.append(f' "error": {json.dumps(vector["error"], ensure_ascii=False)}')
    else:
        output = dict(vector["output"])
        wide = {name: lines(output.pop(name), "   ") for name in ("lines", "runs")}
        head = json.dumps(output)[1:-1]
        parts.append(f' "output": {{{head},\n  "lines": {wide["lines"]},\n  "runs": {wide["runs"]}}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_layout_is_exactly_the_golden_one(path, book):
    vector = json.loads(path.read_text(encoding="utf-8"))
    got = outcome(vector["input"], book)
    if os.environ.get("MONOGRAM_REMAKE") == "1":
        path.write_text(written({"input": vector["input"], **got}), encoding="utf-8")
        return
    assert got == {name: value for name, value in vector.items() if name != "input"}


def test_dictionary_breaks_are_exactly_the_golden_ones_and_make_the_same_layout(book):
    inputs = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in VECTORS}
    found = {name: places for name, vector in inputs.items() if vector.get("error", {}).get("code") != CONTROL
             and (places := breaks.dictionary_breaks(normalise(vector["input"]["text"])))}
    if os.environ.get("MONOGRAM_REMAKE") == "1":
        rows = ",\n".join(f' "{name}": {json.dumps(places)}' for name, places in found.items())
        DICTIONARY.write_text("{\n" + rows + "\n}\n", encoding="utf-8")
    assert found == json.loads(DICTIONARY.read_text(encoding="utf-8"))
    for name, places in found.items():
        given = inputs[name]["input"]
        assert told(layout(**given, book=book, dictionary_breaks=places)) == inputs[name]["output"]


def test_dictionary_breaks_are_counted_in_the_whole_text(book):
    text = "ภาษาไทย\nภาษาไทย"
    assert line_texts(lay(book, text, width=60, dictionary_breaks=[4, 12]), text) == ["ภาษา", "ไทย", "ภาษา", "ไทย"]
    assert line_texts(lay(book, text, width=60, dictionary_breaks=[]), text) == ["ภาษาไ", "ทย", "ภาษาไ", "ทย"]


def lay(book, text: str, **given) -> TextLayout:
    return layout(text, **{"family": "Noto Sans", "size": 24, "width": 300, "height": 400, "book": book} | given)


def line_texts(result: TextLayout, text: str) -> list[str]:
    return [normalise(text)[line.start:line.end] for line in result.lines]


def test_no_line_starts_with_closing_punctuation(book):
    text = "吾輩は猫である。名前はまだ無い。どこで生れたか、とんと見当がつかぬ。"
    for width in range(48, 300, 7):
        for line in line_texts(lay(book, text, width=width, height=4000, lang="ja"), text):
            assert line[0] not in "、。"


def test_every_line_of_thai_is_whole_words(book):
    text = "ภาษาไทยเป็นภาษาที่มีระดับเสียง"
    assert line_texts(lay(book, text, width=130), text) == ["ภาษาไทยเป็น", "ภาษาที่มีระดับ", "เสียง"]


def test_hebrew_reads_from_the_right_and_numbers_from_the_left(book):
    result = lay(book, "אב 12 ג")
    places = {cluster: x for run in result.runs for cluster, x in zip(run.clusters, run.xs, strict=True)}
    left_to_right = sorted(places, key=places.get)
    assert left_to_right == [6, 5, 3, 4, 2, 1, 0]
    assert result.lines[0].left + result.lines[0].width == pytest.approx(300)


def test_arabic_letters_join(book):
    """A word's letters are other glyphs than the same letters alone."""
    word, alone = lay(book, "ممم").runs[0].glyphs, lay(book, "م").runs[0].glyphs
    assert len(set(word)) == 3 and alone[0] not in word


def test_letter_spacing_goes_between_clusters_only(book):
    plain, spaced = lay(book, "e\u0301fi"), lay(book, "e\u0301fi", letter_spacing=0.5)
    assert spaced.width == pytest.approx(lay(book, "e\u0301f").width + lay(book, "i").width + 2 * 12)
    assert spaced.width > plain.width


def test_letter_spacing_leaves_joined_letters_alone(book):
    assert lay(book, "مرحبا بكم", letter_spacing=0.5).width == lay(book, "مرحبا بكم").width


def test_justified_lines_end_at_the_edge_but_for_the_last(book):
    text = "The quick brown fox jumps over the lazy dog and sleeps"
    *lines, last = lay(book, text, align="justify").lines
    assert len(lines) >= 2 and all((line.left, line.width) == (0, 300) for line in lines)
    assert last.width < 300


def test_the_baseline_stands_where_the_module_says(book):
    face = book.face("Noto Sans")
    line_height, ascent, descent = 36, face.ascent / face.upem * 24, face.descent / face.upem * 24
    result = lay(book, "a\nb", line_height=1.5)
    first = (line_height - (ascent + descent)) / 2 + ascent
    assert [line.baseline for line in result.lines] == pytest.approx([first, first + line_height])


def test_the_size_found_is_the_largest_that_fits(book):
    text = "The quick brown fox jumps over the lazy dog"
    size = lay(book, text, height=100, fit="both", min_size=2, max_size=300).size
    assert size * 64 == int(size * 64)
    assert not lay(book, text, height=100, size=size, overflow="show").overflowed
    assert lay(book, text, height=100, size=size + 1 / 64, overflow="show").overflowed


def test_an_overflow_says_what_would_help(book):
    with pytest.raises(RenderError, match=r"needs .* by 28\.8 pixels at size 24, and its box has 20 by 20") as caught:
        lay(book, "wide", width=20, height=20, wrap=False)
    assert (caught.value.code, caught.value.part) == ("text_overflow", "text")


def test_missing_glyphs_are_named_never_boxes(book):
    with pytest.raises(RenderError) as caught:
        lay(book, "ok \U00012000")
    assert caught.value.code == "glyph_missing" and "U+12000" in caught.value.message


@pytest.mark.parametrize("char", ["\0", "\x07", "\x0b", "\x7f", "\x9f", "\ud800"])
def test_control_characters_are_refused(book, char):
    with pytest.raises(RenderError) as caught:
        lay(book, f"a{char}b")
    assert (caught.value.code, caught.value.part) == ("text_control_character", f"U+{ord(char):04X}")


def test_a_layout_stays_the_same_when_made_again(book):
    text = "Office مرحبا 日本語 👍🏽 ภาษาไทย"
    assert told(lay(book, text, fit="both")) == told(lay(book, text, fit="both"))


def test_a_face_without_the_glyph_refuses_to_shape(book):
    """The last guard, should the choice of faces ever let a character through."""
    with pytest.raises(RenderError) as caught:
        shape(book.face("Noto Sans"), "aא", "Hebr", "", True)
    assert (caught.value.code, caught.value.part) == ("glyph_missing", "א U+05D0")
