"""Text of several looks in a box: every run has a face, a size factor and features of its own; bidi and line breaking are
the whole paragraph's. With one plain run it is `layout`, glyph by glyph."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import NamedTuple

from ..errors import RenderError
from .layout import TOLERANCE, Line, TextLayout, _fit, _Page, _range, _told, _within, normalise
from .paragraphs import Cut, Item, Paragraph, _faces, _scripts
from .shaping import Features, Shaped, shape


class Look(NamedTuple):
    """face: the chosen one; scale: a multiple of the text's size; features: sorted by tag.

    upright: in vertical writing, set by the letter instead of turned.
    """

    face: object
    scale: float = 1.0
    features: Features = ()
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one look."""

    text: str
    look: Look


class RichParagraph(Paragraph):
    """A paragraph whose items' faces are Looks. starts, looks: where each look begins, and the looks, in the paragraph."""

    def __init__(self, text: str, offset: int, starts: list[int], looks: list[Look], **more):
        self.starts, self.looks = starts, looks
        super().__init__(text, offset, face=looks[0].face, **more)

    def look_at(self, place: int) -> Look:
        return self.looks[bisect_right(self.starts, place) - 1]

    def _itemised(self, levels: list[int], book) -> list[Item]:
        """Runs of one level, script and look. A grapheme cluster has the look of its first character."""
        chosen = [self.look_at(start) for start in self.graphemes[:-1]]
        items: list[Item] = []
        scripts = _scripts(self.text, self.graphemes)
        faces = self._faces(chosen, book)
        for number, start in enumerate(self.graphemes[:-1]):
            look = self.dressed(chosen[number]._replace(face=faces[number]), start, self.graphemes[number + 1])
            item = Item(start, self.graphemes[number + 1], levels[start], scripts[number], look, self.text[start] == "\t")
            if items and not item.tab and items[-1][2:] == item[2:]:
                items[-1] = items[-1]._replace(end=item.end)
            else:
                items.append(item)
        return items

    def dressed(self, look: Look, start: int, end: int) -> Look:
        """The look that a cluster is drawn in; its face has been found already."""
        return look

    def _faces(self, chosen: list[Look], book) -> list:
        """The face of each cluster, found look by look."""
        out: list = []
        while len(out) < len(chosen):
            first, end = len(out), len(out) + 1
            while end < len(chosen) and chosen[end] == chosen[first]:
                end += 1
            out += _faces(self.text, self.graphemes[first:end + 1], chosen[first].face, book, self.lang)
        return out

    def _shape(self, item: Item, start: int, end: int, hyphen: bool = False) -> Shaped:
        look = item.face
        text = " " if item.tab else self.text[start:end]
        if hyphen:
            text = text[:-1] + ("\u2010" if look.face.hb_font.get_nominal_glyph(0x2010) else "-")
        return scaled(shape(look.face, text, item.script, self.lang, item.level % 2 == 1, self.letter_spacing == 0,
                            look.features), look.scale)

    def metrics(self, start: int, visible: int, line_height: float) -> tuple[float, float]:
        """Ems above and below the baseline of a line's box: what the line boxes of all its looks reach."""
        looks = {self.look_at(max(item.start, start)) for item in self.items
                 if item.start < visible and item.end > start} or {self.look_at(start)}
        reach = [self.reach(look, line_height) for look in looks]
        return max(above for above, _ in reach), max(below for _, below in reach)

    def reach(self, look: Look, line_height: float) -> tuple[float, float]:
        """Ems above and below the baseline of a look's own line box."""
        face, height = look.face, line_height * look.scale
        ascent, descent = face.ascent / face.upem * look.scale, face.descent / face.upem * look.scale
        above = (height - (ascent + descent)) / 2 + ascent
        return above, height - above


def total(lengths: Iterable[float]) -> float:
    """Their sum, rounded after each: `sum` does it otherwise in some versions of Python."""
    reached = 0.0
    for length in lengths:
        reached += length
    return reached


def scaled(shaped: Shaped, scale: float) -> Shaped:
    if scale == 1:
        return shaped
    return shaped._replace(
        advances=tuple(value * scale for value in shaped.advances), xs=tuple(value * scale for value in shaped.xs),
        ys=tuple(value * scale for value in shaped.ys), width=shaped.width * scale)


def paragraphs_of(spans: Sequence[Span], kind: type[RichParagraph] = RichParagraph, **more) -> list[RichParagraph]:
    """The paragraphs of a text in spans; `more` is what a Paragraph takes. The spans' texts are normalised already."""
    text = "".join(span.text for span in spans)
    starts, looks, place = [], [], 0
    for span in spans:
        if span.text:
            starts.append(place)
            looks.append(span.look)
        place += len(span.text)
    dictionary = more.pop("dictionary_breaks", None)
    found, offset = [], 0
    for part in text.split("\n") if text else []:
        first = bisect_right(starts, offset) - 1
        end = max(first + 1, bisect_right(starts, offset + len(part) - 1))
        found.append(kind(part, offset, [max(0, start - offset) for start in starts[first:end]], looks[first:end],
                          dictionary=_within(dictionary, offset, len(part)), **more))
        offset += len(part) + 1
    return found


def layout(spans: Sequence[Span], **given) -> TextLayout:
    """Like `layout.layout`, for spans; see `compose`."""
    return compose(spans, **given)[0]


def compose(spans: Sequence[Span], *, size: float, width: float, height: float, book, wrap: bool = True, fit: str = "none",
            min_size: float = 1, max_size: float = 20_000, max_lines: int | None = None, overflow: str = "refuse",
            align: str = "start", vertical_align: str = "top", line_height: float = 1.2, letter_spacing: float = 0.0,
            direction: str = "auto", lang: str = "", dictionary_breaks: Sequence[int] | None = None,
            kind: type[RichParagraph] = RichParagraph) -> tuple[TextLayout, tuple[Look, ...]]:
    """The layout of a text in spans, and the look of each of its runs.

    A line is as high as the line boxes of its looks reach, about one baseline. Letter spacing and tabs are measured by the
    text's size, not the run's. max_lines: a text of more lines does not fit; with `overflow` "clip" the lines beyond are
    left out. overflow "extend": text too high for the box fits all the same (the box grows); too wide or of too many lines
    is refused. kind: what a paragraph is measured by.
    """
    spans = [replace(span, text=normalise(span.text)) for span in spans]
    paragraphs = paragraphs_of(spans, kind, book=book, lang=lang, direction=direction, letter_spacing=letter_spacing,
                               dictionary_breaks=dictionary_breaks)
    room = _Room(width, height, wrap, line_height, max_lines)
    size = _fit(lambda size: room.holds(paragraphs, size), *_range(fit, size, min_size, max_size))
    cuts = room.cut(paragraphs, size)
    count = sum(map(len, cuts))
    over = max_lines is not None and count > max_lines
    if over and overflow == "clip":
        cuts = _first(cuts, max_lines)
    page = RichPage(paragraphs, cuts, size, width, height, align, vertical_align, line_height)
    high = page.height > height + TOLERANCE
    overflowed = over or page.width > width + TOLERANCE or (high and overflow != "extend")
    if overflowed and overflow in ("refuse", "extend"):
        raise too_much(page.width, page.height, size, width, height, count if over else None, max_lines)
    return TextLayout(size, tuple(page.lines), tuple(page.runs), page.width, page.height, overflowed,
                      overflowed and overflow == "clip"), tuple(page.looks)


def too_much(wide: float, high: float, size: float, width: float, height: float, lines: int | None,
             most: int | None) -> RenderError:
    """What a text needs and what it has."""
    if lines is not None:
        told = f"The text has {lines} lines at size {_told(size)}, and may have {most}."
    else:
        told = (f"The text needs {_told(wide)} by {_told(high)} pixels at size {_told(size)}, and its box has "
                f"{_told(width)} by {_told(height)}.")
    return RenderError("text_overflow", f"{told} Shorten it, enlarge the box, or let it shrink.", part="text")


def _first(cuts: list[list[Cut]], most: int) -> list[list[Cut]]:
    """The first lines of all paragraphs."""
    out = []
    for lines in cuts:
        out.append(lines[:most])
        most -= len(out[-1])
    return out


class _Room:
    """What a text must keep within."""

    def __init__(self, width: float, height: float, wrap: bool, line_height: float, max_lines: int | None):
        self.width, self.height, self.wrap, self.line_height, self.max_lines = width, height, wrap, line_height, max_lines

    def cut(self, paragraphs: list[RichParagraph], size: float) -> list[list[Cut]]:
        limit = (self.width + TOLERANCE) / size
        return [paragraph.cut(limit) if self.wrap else paragraph.whole() for paragraph in paragraphs]

    def holds(self, paragraphs: list[RichParagraph], size: float) -> bool:
        """Whether the text keeps within the box and its number of lines at a size, with no word torn."""
        limit, left = (self.width + TOLERANCE) / size, (self.height + TOLERANCE) / size
        lowest = self.line_height * min((look.scale for p in paragraphs for look in p.looks), default=1.0)
        room = floor(left / lowest)
        room = room if self.max_lines is None else min(room, self.max_lines)
        high = 0.0
        for paragraph in paragraphs:
            lines = paragraph.cut(limit, False, room) if self.wrap else paragraph.whole()
            if lines is None or len(lines) > room:
                return False
            if not self.wrap and paragraph.width(0, lines[0].visible) > limit:
                return False
            room -= len(lines)
            high += total(sum(paragraph.metrics(line.start, line.visible, self.line_height)) for line in lines)
        return high <= left


class RichPage(_Page):
    """Places the lines of all paragraphs, each as high as it needs."""

    def __init__(self, paragraphs, cuts, size, width, height, align, vertical_align, line_height):
        self.size, self.box_width, self.align = size, width, align
        self.lines: list[Line] = []
        self.runs = []
        placed = [(paragraph, line, *paragraph.metrics(line.start, line.visible, line_height))
                  for paragraph, lines in zip(paragraphs, cuts, strict=True) for line in lines]
        self.height = total(above + below for _, _, above, below in placed) * size
        self.width = max((p.width(line.start, line.visible) * size for p, line, _, _ in placed), default=0.0)
        top = {"top": 0.0, "middle": (height - self.height) / 2, "bottom": height - self.height}[vertical_align]
        for paragraph, line, above, below in placed:
            self._place(paragraph, line, top + above * size)
            top += (above + below) * size
        self.looks = [run.face for run in self.runs]
        self.runs = [replace(run, face=run.face.face, size=run.size * run.face.scale) for run in self.runs]
