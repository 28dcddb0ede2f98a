"""Text in a box: size that fits, lines, and positioned glyphs. The same algorithm runs in the browser.

Coordinates are pixels from the box's top left, y downwards. Line box i is `line_height * size` high and starts at
i times that; its baseline lies at top + (height - (ascent + descent)) / 2 + ascent, with the chosen face's metrics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from ..errors import RenderError
from . import bidi
from .paragraphs import Cut, Item, Paragraph
from .shaping import Shaped

TOLERANCE = 1 / 1024  # pixels: a box that fits its text exactly fits it
GRID = 64  # sizes tried while fitting are multiples of 1/64 pixel
_NEWLINES = ("\r\n", "\r", "\u0085", "\u2028", "\u2029")
_SPACES = frozenset(" \u00a0\u3000")
_IDEOGRAPHIC = frozenset(("Hani", "Hira", "Kana", "Bopo"))


@dataclass(frozen=True, slots=True)
class GlyphRun:
    """Glyphs of one face at one size, left to right. xs, ys: each glyph's origin on (or off) the baseline.

    clusters: for each glyph the index of its first character in the normalised text. An odd level reads right to left.
    """

    face: object
    size: float
    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    clusters: tuple[int, ...]
    level: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line's visible text spans left to left + width; its white space at the end hangs beyond and is not counted.

    start, end: its characters in the normalised text, hanging ones included, the newline not.
    runs: (first, end) in the layout's runs. base_level: 0 or 1, its paragraph's direction.
    """

    baseline: float
    left: float
    width: float
    start: int
    end: int
    runs: tuple[int, int]
    base_level: int


@dataclass(frozen=True, slots=True)
class TextLayout:
    """size: pixels per em chosen. width, height: the widest line, and all line boxes. clip: draw within the box."""

    size: float
    lines: tuple[Line, ...]
    runs: tuple[GlyphRun, ...]
    width: float
    height: float
    overflowed: bool
    clip: bool


def normalise(text: str) -> str:
    """The text with every newline as U+000A. Raises RenderError `text_control_character` for other controls."""
    for newline in _NEWLINES:
        text = text.replace(newline, "\n")
    for char in text:
        cp = ord(char)
        if (cp < 0x20 and char not in "\n\t") or 0x7F <= cp <= 0x9F or 0xD800 <= cp <= 0xDFFF:
            kind = "half of a surrogate pair" if cp >= 0xD800 else "a control character"
            raise RenderError("text_control_character",
                              f"The text contains U+{cp:04X}, {kind}, which cannot be drawn. Take it out.",
                              part=f"U+{cp:04X}")
    return text


def layout(text: str, *, family: str, weight: float = 400, italic: bool = False, axes: Mapping[str, float] | None = None,
           size: float, width: float, height: float, book, wrap: bool = True, fit: str = "none", min_size: float = 1,
           max_size: float = 20_000, overflow: str = "refuse", align: str = "start", vertical_align: str = "top",
           line_height: float = 1.2, letter_spacing: float = 0.0, direction: str = "auto", lang: str = "",
           dictionary_breaks: Sequence[int] | None = None) -> TextLayout:
    """Lays text out in a box of `width` by `height` pixels; the arguments mean what the document's TextLayer says.
    dictionary_breaks: what `breaks.dictionary_breaks` says of the normalised text, if that is known already.

    Fitting takes the largest size of its range at which every line keeps within the box and no word is torn. If there
    is none it takes the smallest, and there, as always without fitting, a word wider than the box is torn between
    grapheme clusters (Arabic letters then take the forms of a word's end and beginning). Only advances and line boxes
    are held against the box, not ink. Letter spacing goes between clusters, turns off ligatures, and leaves out scripts
    whose letters join. `justify` stretches spaces, or where a line has none the gaps between its ideographs; lines
    with tabs stay as they are. A text of no characters has no lines.
    Raises RenderError `text_overflow`, `text_control_character`, `glyph_missing`, `font_missing`, `axis_missing`,
    `axis_out_of_range`.
    """
    text = normalise(text)
    face = book.face(family, weight, italic, axes)
    paragraphs, offset = [], 0
    for part in text.split("\n") if text else []:
        paragraphs.append(Paragraph(part, offset, face=face, book=book, lang=lang, direction=direction,
                                    letter_spacing=letter_spacing,
                                    dictionary=_within(dictionary_breaks, offset, len(part))))
        offset += len(part) + 1
    size = _fit(lambda size: _fits(paragraphs, size, width, height, wrap, line_height),
                *_range(fit, size, min_size, max_size))
    lines = [paragraph.cut((width + TOLERANCE) / size) if wrap else paragraph.whole() for paragraph in paragraphs]
    placed = _Page(paragraphs, lines, face, size, width, height, align, vertical_align, line_height)
    if placed.overflowed and overflow == "refuse":
        raise RenderError(
            "text_overflow", f"The text needs {_told(placed.width)} by {_told(placed.height)} pixels at size "
            f"{_told(size)}, and its box has {_told(width)} by {_told(height)}. Shorten it, enlarge the box, or let it "
            "shrink.", part="text")
    return TextLayout(size, tuple(placed.lines), tuple(placed.runs), placed.width, placed.height, placed.overflowed,
                      placed.overflowed and overflow == "clip")


def _within(places: Sequence[int] | None, offset: int, length: int) -> list[int] | None:
    """The places of a text that lie in one of its paragraphs, counted from there."""
    return None if places is None else [place - offset for place in places if offset < place < offset + length]


def _told(length: float) -> str:
    """A length for people, to a hundredth, with no zeros at its end."""
    whole, part = divmod(floor(length * 100 + 0.5), 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".")


def _range(fit: str, size: float, smallest: float, largest: float) -> tuple[float, float]:
    """The sizes that fitting may take."""
    low = min(smallest, size) if fit == "shrink" else smallest if fit == "both" else size
    high = max(largest, size) if fit == "grow" else largest if fit == "both" else size
    return low, high


def _fits(paragraphs: list[Paragraph], size: float, width: float, height: float, wrap: bool,
          line_height: float) -> bool:
    """Whether the text keeps within the box at a size, with no word torn."""
    limit, room = (width + TOLERANCE) / size, floor((height + TOLERANCE) / (line_height * size))
    for paragraph in paragraphs:
        lines = paragraph.cut(limit, False, room) if wrap else paragraph.whole()
        if lines is None or len(lines) > room:
            return False
        if not wrap and paragraph.width(0, lines[0].visible) > limit:
            return False
        room -= len(lines)
    return True


def _fit(fits, low: float, high: float) -> float:
    """The largest size of the range that fits, or the lowest: the ends as given, between them multiples of 1/64."""
    if low == high or fits(high):
        return high
    if not fits(low):
        return low
    best, first, last = low, ceil(low * GRID), floor(high * GRID)
    while first <= last:
        middle = (first + last) // 2
        if fits(middle / GRID):
            best, first = middle / GRID, middle + 1
        else:
            last = middle - 1
    return best


class _Page:
    """Places the lines of all paragraphs."""

    def __init__(self, paragraphs, cuts, face, size, width, height, align, vertical_align, line_height):
        self.size, self.box_width, self.align = size, width, align
        self.lines: list[Line] = []
        self.runs: list[GlyphRun] = []
        step = line_height * size
        ascent, descent = face.ascent / face.upem * size, face.descent / face.upem * size
        self.height = sum(map(len, cuts)) * step
        self.width = max((p.width(line.start, line.visible) * size for p, lines in zip(paragraphs, cuts, strict=True)
                          for line in lines), default=0.0)
        self.overflowed = self.width > width + TOLERANCE or self.height > height + TOLERANCE
        top = {"top": 0.0, "middle": (height - self.height) / 2, "bottom": height - self.height}[vertical_align]
        for paragraph, lines in zip(paragraphs, cuts, strict=True):
            for line in lines:
                baseline = top + len(self.lines) * step + (step - (ascent + descent)) / 2 + ascent
                self._place(paragraph, line, baseline)

    def _place(self, paragraph: Paragraph, line: Cut, baseline: float) -> None:
        width = paragraph.width(line.start, line.visible) * self.size
        free = self.box_width - width
        stretch = 0.0
        pieces = _pieces(paragraph, line)
        gaps = _gaps(paragraph, line, pieces) if self.align == "justify" and line.end < len(paragraph.text) else set()
        if gaps and free > 0:
            stretch, width, free = free / len(gaps), self.box_width, 0.0
        left = free * _share(self.align, paragraph.level)
        first = len(self.runs)
        self._run(paragraph, pieces, left, baseline, gaps, stretch)
        self.lines.append(Line(baseline, left, width, paragraph.offset + line.start, paragraph.offset + line.end,
                               (first, len(self.runs)), paragraph.level))

    def _run(self, paragraph, pieces, left, baseline, gaps, stretch) -> None:
        """Glyph runs of a line, from left to right."""
        size = self.size
        order = bidi.reorder([piece.level for piece in pieces])
        spaced = sum(piece.spaced for piece in pieces if not piece.hangs)
        pen = left
        if paragraph.level:  # hanging white space lies left of the line
            for piece in pieces:
                pen -= (piece.advance + piece.spaced * paragraph.letter_spacing) * size if piece.hangs else 0.0
        for piece in (pieces[number] for number in order):
            shaped, xs, ys, clusters = piece.shaped, [], [], []
            count = len(shaped.glyphs)
            for k in range(count):
                xs.append(pen + shaped.xs[k] * size)
                ys.append(baseline - shaped.ys[k] * size)
                place = piece.start + shaped.clusters[k]
                clusters.append(paragraph.offset + place)
                pen += (piece.advance if piece.item.tab else shaped.advances[k]) * size
                if k + 1 < count and shaped.clusters[k + 1] == shaped.clusters[k]:
                    continue
                if paragraph.spaced(piece.item, place):
                    spaced -= not piece.hangs
                    pen += paragraph.letter_spacing * size if spaced or piece.hangs else 0.0
                if place in gaps:
                    pen += stretch
            self.runs.append(GlyphRun(piece.item.face, size, shaped.glyphs, tuple(xs), tuple(ys), tuple(clusters),
                                      piece.level))


def _share(align: str, level: int) -> float:
    """How much of a line's free width lies left of it."""
    if align in ("start", "justify", "end"):
        return float((align == "end") != (level == 1))
    return {"left": 0.0, "center": 0.5, "right": 1.0}[align]


@dataclass(frozen=True, slots=True)
class _Piece:
    item: Item
    start: int
    shaped: Shaped
    level: int
    advance: float  # of the whole piece, without letter spacing
    spaced: int  # clusters that letter spacing follows
    hangs: bool


def _pieces(paragraph: Paragraph, line: Cut) -> list[_Piece]:
    """A line's text in logical order; what hangs takes the paragraph's level (L1)."""
    out: list[_Piece] = []
    before = 0.0
    hyphen = paragraph.hyphenated(line.visible)
    for hangs, start, end in ((False, line.start, line.visible), (True, line.visible, line.end)):
        for item, first, shaped in paragraph.pieces(start, end, hyphen and not hangs):
            spaced = paragraph.spaced_in(item, first, shaped)
            advance = (0.0 if hangs else paragraph.tab(before)) if item.tab else shaped.width
            before += advance + spaced * paragraph.letter_spacing
            out.append(_Piece(item, first, shaped, paragraph.level if hangs else item.level, advance, spaced, hangs))
    return out


def _gaps(paragraph: Paragraph, line: Cut, pieces: list[_Piece]) -> set[int]:
    """Clusters of a justified line that are followed by more room."""
    shown = [piece for piece in pieces if not piece.hangs]
    if any(piece.item.tab for piece in shown):
        return set()
    places = {piece.start + cluster: piece.item for piece in shown for cluster in piece.shaped.clusters}
    spaces = {place for place in places if paragraph.text[place] in _SPACES}
    if spaces or any(piece.level for piece in shown):
        return spaces
    last = max(places, default=0)
    return {place for place, item in places.items() if item.script in _IDEOGRAPHIC and place != last}
