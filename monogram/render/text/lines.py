"""Setting a text on a line: the size that fits along it, alignment, and each cluster's place and turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..errors import RenderError
from . import bidi
from .curves import Curve
from .layout import TOLERANCE, _fit, _pieces, _range, _share, _told, normalise
from .paragraphs import Cut
from .placed import Outcome, PlacedRun, PlacedText
from .rich import Look, RichParagraph, Span, paragraphs_of


class Cluster(NamedTuple):
    """Glyphs that turn together; lengths in ems of the text. before: advance from the line's left to the cluster's;
    xs, ys: of its glyphs from there, y upwards; place: of its first character."""

    look: Look
    level: int
    place: int
    before: float
    advance: float
    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]


# of a size and the pixels above and below the line: where the baseline runs, and the height it all takes of the box
# (0 where the box's height is no limit)
Baseline = Callable[[float, float, float], tuple[Curve, float]]


def set_along(spans: Sequence[Span], baseline: Baseline, *, size: float, width: float, height: float, book,
              fit: str = "none", min_size: float = 1, max_size: float = 20_000, overflow: str = "refuse",
              align: str = "start", line_height: float = 1.2, letter_spacing: float = 0.0, direction: str = "auto",
              lang: str = "") -> PlacedText:
    """Sets the text, its newlines as spaces, along what `baseline(size, above, below)` gives for pixels above and below
    the line. On a closed line the text starts, is centred or ends (by `align`) at the line's start, and white space at its
    end counts, so that it parts the end from the start.

    overflow: `clip` leaves out the clusters that do not lie on the line whole; `show` goes on beyond its ends; there is
    nothing to extend, so `extend` refuses. `justify` is `start`. Raises what `layout` raises.
    """
    spans = [replace(span, text=normalise(span.text).replace("\n", " ")) for span in spans]
    text = "".join(span.text for span in spans)
    box = (0.0, 0.0, width, height)
    if not text:
        return PlacedText("", size, 0, (), box, "fits")
    (paragraph,) = paragraphs_of(spans, book=book, lang=lang, direction=direction, letter_spacing=letter_spacing)
    cut = paragraph.whole()[0]
    if baseline(size, 0.0, 0.0)[0].closed:
        cut = cut._replace(visible=cut.end)
    long, (above, below) = paragraph.width(0, cut.visible), paragraph.metrics(0, cut.visible, line_height)

    def fits(size: float) -> bool:
        curve, high = baseline(size, above * size, below * size)
        return high <= height + TOLERANCE and long * size <= curve.length + TOLERANCE

    size = _fit(fits, *_range(fit, size, min_size, max_size))
    curve, high = baseline(size, above * size, below * size)
    outcome: Outcome = "fits" if fits(size) else "clipped" if overflow == "clip" else "shown"
    if outcome != "fits" and overflow in ("refuse", "extend"):
        raise _too_long(long * size, curve.length, high, size, height)
    share = _share(align, paragraph.level)
    left = -long * size * share if curve.closed else (curve.length - long * size) * share
    found = list(clusters(paragraph, cut))
    if outcome == "clipped":
        found = [cluster for cluster in found if _lies_on(cluster, curve, left, size)]
    return PlacedText(text, size, 1, tuple(_runs(found, curve, left, size)), box, outcome)


def _too_long(long: float, room: float, high: float, size: float, height: float) -> RenderError:
    return RenderError("text_overflow", f"The text is {_told(long)} pixels long and {_told(high)} high at size {_told(size)}; "
                       f"its line is {_told(room)} long, in a box {_told(height)} high. Shorten it, enlarge the box, or let "
                       "it shrink.", part="text")


def _lies_on(cluster: Cluster, curve: Curve, left: float, size: float) -> bool:
    start, end = left + cluster.before * size, left + (cluster.before + cluster.advance) * size
    if curve.closed:  # the text may begin before the line's start
        return end - left <= curve.length + TOLERANCE
    return start >= -TOLERANCE and end <= curve.length + TOLERANCE


def clusters(paragraph: RichParagraph, cut: Cut) -> Iterator[Cluster]:
    """The visible clusters of a line, from left to right."""
    pieces = [piece for piece in _pieces(paragraph, cut) if not piece.hangs]
    pen = 0.0
    for piece in (pieces[number] for number in bidi.reorder([piece.level for piece in pieces])):
        shaped, first = piece.shaped, 0
        while first < len(shaped.glyphs):
            end = first + 1
            while end < len(shaped.glyphs) and shaped.clusters[end] == shaped.clusters[first]:
                end += 1
            xs, advance = [], 0.0
            for k in range(first, end):
                xs.append(advance + shaped.xs[k])
                advance += piece.advance if piece.item.tab else shaped.advances[k]
            place = piece.start + shaped.clusters[first]
            yield Cluster(piece.item.face, piece.level, paragraph.offset + place, pen, advance,
                          shaped.glyphs[first:end], tuple(xs), shaped.ys[first:end])
            pen += advance + paragraph.spaced(piece.item, place) * paragraph.letter_spacing
            first = end


def _runs(found: list[Cluster], curve: Curve, left: float, size: float) -> Iterator[PlacedRun]:
    """Clusters on the curve; neighbours of one look and level make one run."""
    start = 0
    while start < len(found):
        look, level = found[start].look, found[start].level
        end = start + 1
        while end < len(found) and (found[end].look, found[end].level) == (look, level):
            end += 1
        glyphs, points, turns, places = [], [], [], []
        for cluster in found[start:end]:
            middle = cluster.advance * size / 2
            (x, y), (co, si) = curve.at(left + cluster.before * size + middle)
            for glyph, dx, dy in zip(cluster.glyphs, cluster.xs, cluster.ys, strict=True):
                along, up = dx * size - middle, dy * size
                glyphs.append(glyph)
                points.append((x + co * along + si * up, y + si * along - co * up))
                turns.append((co, si))
                places.append(cluster.place)
        yield PlacedRun(look.face, size * look.scale, tuple(glyphs), tuple(x for x, _ in points),
                        tuple(y for _, y in points), tuple(turns), tuple(places), level)
        start = end
