"""Texts set in boxes, in lines or in columns, and the box that a text takes when its own may grow."""

from __future__ import annotations

from collections.abc import Sequence

from .layout import TextLayout
from .placed import Outcome, PlacedRun, PlacedText
from .rich import Span, compose
from .vertical import VerticalParagraph


def set_lines(spans: Sequence[Span], *, width: float, height: float, overflow: str, vertical_align: str,
              **more) -> PlacedText:
    """Horizontal lines, from the top. For the arguments see `rich.compose`."""
    made, _ = compose(spans, width=width, height=height, overflow=overflow, vertical_align=vertical_align, **more)
    top, bottom = _extent(made, height, overflow, vertical_align)
    runs = tuple(PlacedRun(run.face, run.size, run.glyphs, run.xs, run.ys, None, run.clusters, run.level) for run in made.runs)
    return PlacedText("".join(span.text for span in spans), made.size, len(made.lines), runs, (0.0, top, width, bottom),
                      _outcome(made, top, bottom, height))


def set_columns(spans: Sequence[Span], *, width: float, height: float, overflow: str, vertical_align: str,
                **more) -> PlacedText:
    """Columns, from the right. What goes along a line goes down a column, and what goes down the lines goes leftwards over
    the columns: `align` start is the top, `verticalAlign` top is the right."""
    made, looks = compose(spans, width=height, height=width, overflow=overflow, vertical_align=vertical_align,
                          kind=VerticalParagraph, **more)
    first, last = _extent(made, width, overflow, vertical_align)
    runs = []
    for run, look in zip(made.runs, looks, strict=True):
        turns = None if look.upright else ((0.0, 1.0),) * len(run.glyphs)
        runs.append(PlacedRun(run.face, run.size, run.glyphs, tuple(width - y for y in run.ys), run.xs, turns, run.clusters,
                              run.level))
    return PlacedText("".join(span.text for span in spans), made.size, len(made.lines), tuple(runs),
                      (width - last, 0.0, width - first, height), _outcome(made, first, last, width))


def _extent(made: TextLayout, room: float, overflow: str, align: str) -> tuple[float, float]:
    """Where the box begins and ends across its lines: its own edges, or those of the lines where it may grow."""
    if overflow != "extend" or made.height <= room:
        return 0.0, room
    start = {"top": 0.0, "middle": (room - made.height) / 2, "bottom": room - made.height}[align]
    return start, start + made.height


def _outcome(made: TextLayout, first: float, last: float, room: float) -> Outcome:
    if made.overflowed:
        return "clipped" if made.clip else "shown"
    return "extended" if (first, last) != (0.0, room) else "fits"
