"""What holds for any text made of covered characters."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from monogram.render.fonts import FontBook
from monogram.render.text import breaks, layout, normalise

BOOK = FontBook.load()

# clusters that some one face covers; each is one grapheme cluster whatever stands beside it
PLAIN = [*"abcfiTAVWo.,;:!?()[]«»\"'-/%&$0123456789 éßŁğжЯαΩאבגשל", "e\u0301", "x\u0323", "ợ", "בּ", "\u00a0", " ", " "]
JOINED = [*"ابحمرلةى،؟٣", "بُ"]
ASIAN = [*"日本語、。「」ーゃアィ漢字한국어", "ก", "ที่", "ภา", "ไ", "ລ", "ភា"]
PICTURES = ["👍🏽", "👨‍👩‍👧", "🇩🇪", "1️⃣", "❤️", "☺", "🎉"]
CONTROLS = ["\n", "\r\n", "\t", "\u200b", "\u00ad", "\u2060", "\u200e", "\u200f", "\u2067", "\u2069", "\u202e", "\u202c"]
TEXTS = st.lists(st.sampled_from(PLAIN + JOINED + ASIAN + PICTURES + CONTROLS), max_size=60).map("".join)
STYLES = st.fixed_dictionaries({
    "fit": st.sampled_from(["none", "shrink", "grow", "both"]),
    "align": st.sampled_from(["start", "center", "end", "left", "right", "justify"]),
    "vertical_align": st.sampled_from(["top", "middle", "bottom"]),
    "direction": st.sampled_from(["auto", "ltr", "rtl"]),
    "letter_spacing": st.sampled_from([0.0, 0.0, 0.25, -0.1]),
    "width": st.floats(20, 600), "height": st.floats(20, 400), "size": st.floats(4, 90),
})


def lay(text: str, style: dict, **more):
    return layout(text, **{"family": "Noto Sans", "min_size": 4, "max_size": 120, "overflow": "show", "book": BOOK}
                  | style | more)


def clusters_of(result, line) -> list[int]:
    return [cluster for run in result.runs[line.runs[0]:line.runs[1]] for cluster in dict.fromkeys(run.clusters)]


@settings(deadline=None, max_examples=150)
@given(TEXTS, STYLES)
def test_every_cluster_is_there_once(text, style):
    result, text = lay(text, style), normalise(text)
    starts = set(breaks.graphemes(text)) - {place for place, char in enumerate(text) if char == "\n"} - {len(text)}
    drawn = [cluster for line in result.lines for cluster in clusters_of(result, line)]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) <= starts
    covered = [place for line in result.lines for place in range(line.start, line.end)]
    assert covered == [place for place, char in enumerate(text) if char != "\n"]
    # joined letters and ligatures may share a cluster; the others may not
    loose = set(PLAIN) - set("fi")
    assert {place for place in starts if text[place] in loose} <= set(drawn)


@settings(deadline=None, max_examples=150)
@given(TEXTS, STYLES)
def test_lines_keep_within_the_box_unless_one_cluster_cannot(text, style):
    result, text = lay(text, style), normalise(text)
    for line in result.lines:
        shown = text[line.start:line.end].rstrip(" \t")
        if len(breaks.graphemes(shown)) > 2 and line.width > style["width"] + 0.01:
            # no cluster of the line could have gone to the next one
            wide = [lay(shown[a:b], {**style, "letter_spacing": 0.0}, size=result.size, fit="none").width
                    for a, b in pairwise(breaks.graphemes(shown))]
            assert sum(width > 0 for width in wide) <= 1
    assert all(0 <= first <= end <= len(result.runs) for first, end in (line.runs for line in result.lines))


@settings(deadline=None, max_examples=100)
@given(TEXTS, STYLES)
def test_the_size_keeps_to_its_range(text, style):
    result = lay(text, style)
    size = style["size"]
    low = {"none": size, "grow": size, "shrink": min(4, size), "both": 4}[style["fit"]]
    high = {"none": size, "shrink": size, "grow": max(120, size), "both": 120}[style["fit"]]
    assert low <= result.size <= high
    if result.overflowed:
        assert result.size == low
    assert all(run.size == result.size for run in result.runs)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(alphabet="AVTWoyf.,ilrL", min_size=1, max_size=9), min_size=1, max_size=20), st.floats(60, 300),
       st.sampled_from([0.0, 0.1]))
def test_a_line_measures_what_its_text_alone_does(words, width, letter_spacing):
    text = " ".join(words)
    style = {"family": "Lora", "size": 20, "height": 50, "letter_spacing": letter_spacing}
    for line in lay(text, style, width=width).lines:
        alone = lay(text[line.start:line.end], style, width=width, wrap=False)
        assert abs(alone.width - line.width) < 1e-6


@settings(deadline=None, max_examples=60)
@given(TEXTS, STYLES)
def test_the_visible_glyphs_of_a_line_stand_within_it(text, style):
    """Marks aside, a glyph's origin lies between its line's ends, unless letters are drawn together."""
    result, text = lay(text, {**style, "letter_spacing": 0.0}), normalise(text)
    for line in result.lines:
        shown = line.start + len(text[line.start:line.end].rstrip(" \t\n\u200b"))
        for run in result.runs[line.runs[0]:line.runs[1]]:
            for cluster, x in zip(run.clusters, run.xs, strict=True):
                if cluster < shown and text[cluster] in PLAIN[:40]:
                    assert line.left - 0.1 * run.size <= x <= line.left + line.width + 0.1 * run.size
