"""Text layers: laid out, reported, and turned into outlines and colour glyphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import skia

from .. import lettering, paths
from ..document import RectangleShape, TextLayer, listed
from ..matrices import Box, Matrix, bounds, outset, union
from ..paths import box_of
from ..reports import FontReport, TextReport
from ..scene import AnyNode, GlyphsNode
from .paints import fill, is_opaque
from .shapes import blurs, painted, with_shadows

if TYPE_CHECKING:
    from ..text import GlyphRun, TextLayout
    from .layers import Resolving


def nodes(resolving: Resolving, layer: TextLayer, matrix: Matrix, clips: list[skia.Path]) -> list[AnyNode]:
    if not layer.text:
        return []
    from ..fonts import FontBook  # shaping and fonts are loaded for documents with text only

    resolving.book = resolving.book or FontBook.load()
    text = lettering.lay_out(layer, resolving.book)
    if text.clip:
        clips.append(paths.outline(RectangleShape(), layer.width, layer.height))
    strokes, paint = listed(layer.stroke), fill(resolving, layer, matrix)
    # where a stroke shows inside the letters, joins between them would show as lines
    merged = bool(strokes) and not (is_opaque(paint) and all(stroke.behind for stroke in strokes))
    path = lettering.outlines(text, merged=merged)
    colored = [run for run in text.runs if run.face.is_color]
    _tell(resolving, layer, text, bounds(matrix, _ink(path, max((stroke.width for stroke in strokes), default=0), colored)))
    nodes = painted(layer, path, paint, matrix, oriented=not merged)
    return nodes + [_colored(layer, run, matrix) for run in colored]


def _tell(resolving: Resolving, layer: TextLayer, text: TextLayout, ink: Box) -> None:
    for face in lettering.faces(text):
        resolving.fonts[face.sha256] = FontReport(
            family=face.family, weight=face.weight, italic=face.italic, sha256=face.sha256)
    resolving.texts.append(TextReport(
        faces=tuple(face.label for face in lettering.faces(text)),
        layer=layer.id, asked=layer.size, size=text.size, lines=len(text.lines), overflowed=text.overflowed,
        bounds=tuple(round(edge, 2) for edge in ink)))


def _ink(path: skia.Path, stroke: float, colored: list[GlyphRun]) -> Box:
    """What letters and their widest stroke cover, in box coordinates; a shadow may well leave the safe area."""
    boxes = [lettering.colored_ink(run) for run in colored]
    if not path.isEmpty():
        boxes.append(outset(box_of(path.computeTightBounds()), stroke / 2))
    return union(boxes)


def _colored(layer: TextLayer, run, matrix: Matrix) -> GlyphsNode:
    shadows = blurs(layer.shadow)
    own = with_shadows(lettering.colored_ink(run), shadows)
    return GlyphsNode(layer=layer.id, matrix=matrix, bounds=outset(bounds(matrix, own), 1), face=run.face,
                      size=run.size, glyphs=tuple(run.glyphs), points=tuple(zip(run.xs, run.ys, strict=True)), shadows=shadows)
