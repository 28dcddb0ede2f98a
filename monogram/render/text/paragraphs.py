"""One paragraph: cut into runs of one level, script and face, measured in ems, and broken into lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import floor
from typing import NamedTuple

from . import bidi, breaks, tables
from .shaping import Shaped, shape

# scripts whose letters join: letter spacing would tear them apart, so they get none
_CURSIVE = frozenset(("Arab", "Syrc", "Mong", "Nkoo", "Mand", "Mani", "Phag", "Phlp", "Adlm", "Rohg", "Sogd", "Sogo",
                      "Ougr", "Chrs"))
_NO_SCRIPT = ("Zyyy", "Zinh", "Zzzz")
_TAB_STOP = 8  # spaces of the chosen face
_SOFT_HYPHEN = "\u00ad"
# How far, in ems, cutting can change a line's width. A line further from the limit is judged without shaping it again;
# should a font go beyond, the finished line is measured exactly and told as overflow.
_SLACK = 2.0


class Item(NamedTuple):
    """Text of one level, script and face. A tab is an item of its own, shaped as a space."""

    start: int
    end: int
    level: int
    script: str
    face: object
    tab: bool


class Cut(NamedTuple):
    """A line: its text is [start, end), of which [visible, end) is white space that hangs over the edge."""

    start: int
    visible: int
    end: int


class Paragraph:
    """Text without newlines. All places are indexes into it, all lengths ems; see `layout` for the arguments."""

    def __init__(self, text: str, offset: int, *, face, book, lang: str, direction: str, letter_spacing: float,
                 dictionary: list[int] | None = None):
        self.text, self.offset, self.face, self.lang, self._dictionary = text, offset, face, lang, dictionary
        self.letter_spacing = letter_spacing
        self.level = bidi.base_level(text, direction)
        self._bidi = tables.BIDI.names_of(text)
        self.graphemes = breaks.graphemes(text)
        self.items = self._itemised(bidi.levels(text, "rtl" if self.level else "ltr"), book)
        self._starts = [item.start for item in self.items]
        self._tabs = [item.start for item in self.items if item.tab]
        self._line_tabs: tuple[int, list[tuple[float, int, int]]] = (-1, [])
        self._soft = _SOFT_HYPHEN in text
        self.shaped = [self._shape(item, item.start, item.end) for item in self.items]
        self._opportunities: list[int] | None = None
        self._measure()

    def _itemised(self, levels: list[int], book) -> list[Item]:
        return _itemise(self.text, self.graphemes, levels, self.face, book, self.lang)

    def _shape(self, item: Item, start: int, end: int, hyphen: bool = False) -> Shaped:
        text = " " if item.tab else self.text[start:end]
        if hyphen:
            text = text[:-1] + ("\u2010" if item.face.hb_font.get_nominal_glyph(0x2010) else "-")
        return shape(item.face, text, item.script, self.lang, item.level % 2 == 1, self.letter_spacing == 0)

    def _measure(self) -> None:
        """Sums of advances and of spaced clusters before each place, and the places where cutting changes no glyph."""
        size = len(self.text)
        advance, spaced = [0.0] * size, [0] * size
        self.safe = [False] * size + [True]
        for item, shaped in zip(self.items, self.shaped, strict=True):
            self.safe[item.start] = True
            for cluster, width in zip(shaped.clusters, shaped.advances, strict=True):
                place = item.start + cluster
                advance[place] += width
                spaced[place] = self.spaced(item, place)
                if cluster not in shaped.unsafe:
                    self.safe[place] = True
        self._advances, self._spaced = [0.0], [0]
        total, count = 0.0, 0
        for width, number in zip(advance, spaced, strict=True):
            total += width + number * self.letter_spacing
            count += number
            self._advances.append(total)
            self._spaced.append(count)

    def spaced(self, item: Item, place: int) -> int:
        """1 if letter spacing follows the cluster at `place`, else 0."""
        return int(self.letter_spacing != 0 and not item.tab and item.script not in _CURSIVE
                   and tables.IGNORABLE.names[tables.IGNORABLE[ord(self.text[place])]] == "N")

    def visible_end(self, start: int, end: int) -> int:
        """Where the white space at the end of [start, end) begins."""
        while end > start and self._bidi[end - 1] in ("WS", "S"):
            end -= 1
        return end

    def hyphenated(self, visible: int) -> bool:
        """Whether a line cut at `visible` ends in a soft hyphen, which then shows."""
        return self._soft and 0 < visible < len(self.text) and self.text[visible - 1] == _SOFT_HYPHEN

    def pieces(self, start: int, end: int, hyphen: bool = False):
        """(item, start, shaped) of [start, end) in logical order, shaped again where an item is cut."""
        number = bisect_right(self._starts, start) - 1 if start < end else len(self.items)
        while number < len(self.items) and self.items[number].start < end:
            item = self.items[number]
            first, last = max(start, item.start), min(end, item.end)
            if hyphen and last == end:
                yield item, first, self._shape(item, first, last, hyphen=True)
            elif (first, last) == (item.start, item.end):
                yield item, first, self.shaped[number]
            else:
                yield item, first, self._shape(item, first, last)
            number += 1

    def width(self, start: int, visible: int) -> float:
        """Width of a line whose visible text is [start, visible)."""
        total, spaced, after = self._past_tabs(start, visible) if self._tabs else (0.0, 0, start)
        width, count = self._span(after, visible)
        return total + width - (self.letter_spacing if spaced + count else 0.0)

    def _past_tabs(self, start: int, visible: int) -> tuple[float, int, int]:
        """Of the line from `start`: its width up to and with the last tab before `visible`, the spaced clusters in
        that, and the place after the tab. Remembered, since lines are measured word by word."""
        if self._line_tabs[0] != start:
            self._line_tabs = (start, [(0.0, 0, start)])
        known = self._line_tabs[1]
        number = bisect_left(self._tabs, known[-1][2])
        while number < len(self._tabs) and self._tabs[number] < visible:
            total, spaced, after = known[-1]
            width, count = self._span(after, self._tabs[number])
            total += width
            known.append((total + self.tab(total), spaced + count, self._tabs[number] + 1))
            number += 1
        return known[bisect_right(known, visible, key=lambda entry: entry[2]) - 1]

    def _span(self, start: int, end: int) -> tuple[float, int]:
        """Advances of [start, end) with all its letter spacing, and how many clusters are spaced."""
        if start >= end:
            return 0.0, 0
        hyphen = self.hyphenated(end)
        if self.safe[start] and self.safe[end] and not hyphen:
            return self._advances[end] - self._advances[start], self._spaced[end] - self._spaced[start]
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1) - 1
        if first == last:
            return self._part(first, start, end, hyphen)
        middle, after = self.items[first].end, self.items[last].start
        head, head_spaced = self._part(first, start, middle, False)
        tail, tail_spaced = self._part(last, after, end, hyphen)
        return (head + (self._advances[after] - self._advances[middle]) + tail,
                head_spaced + (self._spaced[after] - self._spaced[middle]) + tail_spaced)

    def _part(self, number: int, start: int, end: int, hyphen: bool) -> tuple[float, int]:
        """`_span` of a part of one item."""
        item = self.items[number]
        shaped = self._shape(item, start, end, hyphen)
        spaced = self.spaced_in(item, start, shaped)
        return shaped.width + spaced * self.letter_spacing, spaced

    def spaced_in(self, item: Item, start: int, shaped: Shaped) -> int:
        """How many clusters of the item's text from `start` letter spacing follows."""
        if self.letter_spacing == 0:
            return 0
        return sum(self.spaced(item, start + cluster) for cluster in set(shaped.clusters))

    def tab(self, before: float) -> float:
        """Advance of a tab after `before` ems of line: to the next multiple of eight spaces."""
        stop = _TAB_STOP * shape(self.face, " ", "Zyyy", self.lang, False).width
        return (floor(before / stop) + 1) * stop - before

    def cut(self, limit: float, tear: bool = True, room: int | None = None) -> list[Cut] | None:
        """Lines no wider than `limit`, each as full as can be; None if there are more than `room`.

        A word wider than the limit is torn between grapheme clusters if `tear`, at least one to a line; else None.
        """
        if self._opportunities is None:
            self._opportunities = breaks.opportunities(self.text, self._dictionary)
        lines, start, number = [], 0, 0
        while start < len(self.text):
            best, visible = None, start
            while number < len(self._opportunities):
                place = self._opportunities[number]
                end = self.visible_end(start, place)
                if self._exceeds(start, end, limit):
                    break
                best, visible, number = place, end, number + 1
            if best is None:
                if not tear:
                    return None
                best = self._tear(start, self._opportunities[number], limit)
                visible = self.visible_end(start, best)
                number += best == self._opportunities[number]
            lines.append(Cut(start, visible, best))
            if room is not None and len(lines) > room:
                return None
            start = best
        return lines or [Cut(0, 0, 0)]

    def _exceeds(self, start: int, visible: int, limit: float) -> bool:
        if not self._tabs:
            about = self._advances[visible] - self._advances[start]
            if abs(about - limit) > _SLACK + abs(self.letter_spacing):
                return about > limit
        return self.width(start, visible) > limit

    def _tear(self, start: int, end: int, limit: float) -> int:
        number = bisect_right(self.graphemes, start)
        best = self.graphemes[number]
        while best < end:
            number += 1
            place = self.graphemes[number]
            if place > end or self._exceeds(start, self.visible_end(start, place), limit):
                break
            best = place
        return best

    def whole(self) -> list[Cut]:
        """The paragraph as one line."""
        return [Cut(0, self.visible_end(0, len(self.text)), len(self.text))]


def _itemise(text: str, graphemes: list[int], levels: list[int], face, book, lang: str) -> list[Item]:
    scripts = _scripts(text, graphemes)
    faces = _faces(text, graphemes, face, book, lang)
    items: list[Item] = []
    for number, start in enumerate(graphemes[:-1]):
        item = Item(start, graphemes[number + 1], levels[start], scripts[number], faces[number], text[start] == "\t")
        if items and not item.tab and items[-1][2:] == item[2:]:
            items[-1] = items[-1]._replace(end=item.end)
        else:
            items.append(item)
    return items


def _scripts(text: str, graphemes: list[int]) -> list[str]:
    """The script of each cluster; what has none of its own goes with the text before it, else with the text after."""
    names = tables.SCRIPT.names_of(text)
    out: list[str] = []
    current = next((name for name in names if name not in _NO_SCRIPT), "Zyyy")
    for number, start in enumerate(graphemes[:-1]):
        current = next((name for name in names[start:graphemes[number + 1]] if name not in _NO_SCRIPT), current)
        out.append(current)
    return out


def _faces(text: str, graphemes: list[int], face, book, lang: str) -> list:
    """The face of each cluster. White space and invisible characters stay in the face before them, if it can."""
    bidi_names, ignorable = tables.BIDI.names_of(text), tables.IGNORABLE.names_of(text)
    found: dict[str, object] = {}
    out: list = []
    for number, start in enumerate(graphemes[:-1]):
        end = graphemes[number + 1]
        cluster = text[start:end]
        if cluster == "\t":
            out.append(face)
        elif out and not out[-1].is_color and (bidi_names[start] == "WS" or "N" not in ignorable[start:end]):
            out.append(book.for_cluster(cluster, out[-1], lang, False))
        else:
            if cluster not in found:
                found[cluster] = book.for_cluster(cluster, face, lang, is_emoji(cluster))
            out.append(found[cluster])
    return out


def is_emoji(cluster: str) -> bool:
    """Whether a cluster asks to be shown as emoji: by selector, skin tone, joiner, flag, or by its nature."""
    if "\ufe0f" in cluster:
        return True
    first = ord(cluster[0])
    if tables.EMOJI.names[tables.EMOJI[first]] == "Y":
        return "\ufe0e" not in cluster
    if tables.GRAPHEME.names[tables.GRAPHEME[first]] != "Pictographic":
        return False
    return any(char == "\u200d" or 0x1F3FB <= ord(char) <= 0x1F3FF for char in cluster[1:])
