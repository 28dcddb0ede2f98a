"""A text as it is set, whichever way: placed glyphs, the box it took, and what became of text that did not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["fits", "clipped", "shown", "extended"]


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """Glyphs of one face at one size. xs, ys: each glyph's origin; turns: its rotation as (cosine, sine), clockwise as y
    grows downwards, or None where all stand upright. clusters: the place of its first character in the text as set."""

    face: object
    size: float
    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    turns: tuple[tuple[float, float], ...] | None
    clusters: tuple[int, ...]
    level: int


@dataclass(frozen=True, slots=True)
class PlacedText:
    """text: as set, newlines as U+000A; clusters count in it. size: pixels per em chosen. lines: how many are drawn.

    box: left, top, right, bottom in the layer's coordinates; larger than the layer's where it was extended.
    outcome: `fits`, or what was done with text that did not: cut (`clipped`), drawn beyond (`shown`), or given a larger
    box (`extended`). Clipped text is drawn within the box.
    """

    text: str
    size: float
    lines: int
    runs: tuple[PlacedRun, ...]
    box: tuple[float, float, float, float]
    outcome: Outcome
