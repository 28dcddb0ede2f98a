"""Text as outlines: laid-out glyph runs become one path a layer, and blobs where glyphs bring their own colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import skia

from . import glyphs
from .document import TextLayer
from .matrices import Box, union

if TYPE_CHECKING:
    from .fonts import Face, FontBook
    from .text import GlyphRun, TextLayout


# Merging takes time by the square: half a second here, which is some 2,000 letters. More than that is no lettering.
_MOST_MERGED = 60_000


def lay_out(layer: TextLayer, book: FontBook) -> TextLayout:
    """The layer's text in its box, as the layer asks for it."""
    from .text import layout  # shaping and fonts are loaded for documents with text only

    return layout(
        layer.text, family=layer.font.family, weight=layer.font.weight, italic=layer.font.italic, size=layer.size,
        width=layer.width, height=layer.height, book=book, wrap=layer.wrap, fit=layer.fit, min_size=layer.min_size,
        max_size=layer.max_size, overflow=layer.overflow, align=layer.align, vertical_align=layer.vertical_align,
        line_height=layer.line_height, letter_spacing=layer.letter_spacing, direction=layer.direction, lang=layer.lang)


def skia_font(typeface: skia.Typeface, size: float) -> skia.Font:
    """A font that gives the same outlines on every machine and in the browser: no hinting, no grid, no bitmaps."""
    font = skia.Font(typeface, size)
    font.setHinting(skia.FontHinting.kNone)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    font.setSubpixel(True)
    font.setLinearMetrics(True)
    font.setEmbeddedBitmaps(False)
    return font


def outlines(text: TextLayout, *, merged: bool) -> skia.Path:
    """All outline glyphs in box coordinates. merged: overlaps (script joins) are dissolved, for strokes that show them."""
    path = skia.Path()
    for run in (run for run in text.runs if not run.face.is_color):
        by = run.size / run.face.upem
        for glyph, x, y in zip(run.glyphs, run.xs, run.ys, strict=True):
            glyphs.draw(path, run.face, glyph, (by, 0.0, 0.0, -by, x, y))
    path.setFillType(skia.PathFillType.kWinding)
    return _merged(path) if merged else path


def _merged(path: skia.Path) -> skia.Path:
    if path.countVerbs() > _MOST_MERGED:
        return path
    try:
        return skia.Simplify(path)
    except RuntimeError:  # outlines it cannot untangle stay as the font drew them
        return path


def colored_ink(run: GlyphRun) -> Box:
    """What the glyphs of a colour face cover, in box coordinates."""
    boxes = skia_font(run.face.typeface, run.size).getBounds(list(run.glyphs))
    return union((box.left() + x, box.top() + y, box.right() + x, box.bottom() + y)
                 for box, x, y in zip(boxes, run.xs, run.ys, strict=True))


def faces(text: TextLayout) -> list[Face]:
    return list({run.face.sha256: run.face for run in text.runs}.values())
