"""Text as outlines: laid-out glyph runs become one path a layer, and blobs where glyphs bring their own colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import skia

from . import glyphs
from .matrices import Box, Matrix, bounds, union

if TYPE_CHECKING:
    from .fonts import Face
    from .text.placed import PlacedRun, PlacedText


# Merging takes time by the square: half a second here, which is some 2,000 letters. More than that is no lettering.
_MOST_MERGED = 60_000


def skia_font(typeface: skia.Typeface, size: float) -> skia.Font:
    """A font that gives the same outlines on every machine and in the browser: no hinting, no grid, no bitmaps."""
    font = skia.Font(typeface, size)
    font.setHinting(skia.FontHinting.kNone)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    font.setSubpixel(True)
    font.setLinearMetrics(True)
    font.setEmbeddedBitmaps(False)
    return font


def outlines(text: PlacedText, *, merged: bool, wanted: Callable[[int], bool] = lambda place: True) -> skia.Path:
    """Outline glyphs in box coordinates. merged: overlaps (script joins) are dissolved, for strokes that show them.
    wanted: whether to draw the glyphs of the cluster at a place of the text."""
    path = skia.Path()
    for run in (run for run in text.runs if not run.face.is_color):
        by = run.size / run.face.upem
        for number, glyph in enumerate(run.glyphs):
            if wanted(run.clusters[number]):
                a, b, c, d, e, f = stands(run, number)
                glyphs.draw(path, run.face, glyph, (a * by, b * by, -c * by, -d * by, e, f))
    path.setFillType(skia.PathFillType.kWinding)
    return _merged(path) if merged else path


def _merged(path: skia.Path) -> skia.Path:
    if path.countVerbs() > _MOST_MERGED:
        return path
    try:
        return skia.Simplify(path)
    except RuntimeError:  # outlines it cannot untangle stay as the font drew them
        return path


def stands(run: PlacedRun, number: int) -> Matrix:
    """From a glyph's own coordinates, y downwards, to the box's."""
    co, si = run.turns[number] if run.turns else (1.0, 0.0)
    return (co, si, -si, co, run.xs[number], run.ys[number])


def colored_ink(run: PlacedRun) -> Box:
    """What the glyphs of a colour face cover, in box coordinates."""
    boxes = skia_font(run.face.typeface, run.size).getBounds(list(run.glyphs))
    return union(bounds(stands(run, number), (box.left(), box.top(), box.right(), box.bottom()))
                 for number, box in enumerate(boxes))


def faces(text: PlacedText) -> list[Face]:
    return list({run.face.identity: run.face for run in text.runs}.values())
