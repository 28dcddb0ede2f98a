"""Text layers: set in type, reported, and turned into outlines and colour glyphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import skia
from msgspec.structs import replace

from .. import lettering, paths, typesetting
from ..document import RectangleShape, TextLayer, listed
from ..matrices import Box, Matrix, bounds, multiply, outset, union
from ..paths import box_of
from ..reports import FontReport, TextReport
from ..scene import AnyNode, Fill, GlyphsNode, shows
from .colors import NOTHING
from .paints import fill, is_opaque
from .shapes import blurs, painted, with_shadows

if TYPE_CHECKING:
    from ..text.placed import PlacedRun, PlacedText
    from .layers import Resolving

Pieces = tuple[tuple[skia.Path, Fill], ...]


def nodes(resolving: Resolving, layer: TextLayer, matrix: Matrix, clips: list[skia.Path]) -> list[AnyNode]:
    if not any(run.text for run in typesetting.runs_of(layer)):
        return []
    from ..fonts import FontBook  # shaping and fonts are loaded for documents with text only

    resolving.book = resolving.book or FontBook.load()
    words = typesetting.words(layer, resolving.book)
    text = typesetting.set_text(layer, words.spans, resolving.book)
    if text.outcome == "clipped" and layer.line is None:
        clips.append(paths.outline(RectangleShape(), layer.width, layer.height))
    paints = _fills(resolving, layer, words, matrix)
    strokes = listed(layer.stroke)
    # where a stroke shows inside the letters, joins between them would show as lines
    merged = bool(strokes) and not (all(map(is_opaque, paints.values())) and all(stroke.behind for stroke in strokes))
    path = lettering.outlines(text, merged=merged)
    colored = [run for run in text.runs if run.face.is_color]
    ink = _ink(path, max((stroke.width for stroke in strokes), default=0), colored)
    _tell(resolving, layer, text, resolving.seen(bounds(matrix, ink)))
    paint, pieces = _pieces(paints, words, text, merged)
    made = painted(layer, path, paint, matrix, oriented=not merged, pieces=pieces)
    return made + [node for run in colored for node in _colored(layer, run, matrix)]


def _fills(resolving: Resolving, layer: TextLayer, words: typesetting.Words, matrix: Matrix) -> dict[str | None, Fill]:
    """What each colour of the runs paints; None is the layer's own fill."""
    found = dict.fromkeys(run.fill for run in words.runs)
    return {color: fill(resolving, layer if color is None else replace(layer, fill=color), matrix) for color in found}


def _pieces(paints: dict[str | None, Fill], words: typesetting.Words, text: PlacedText, merged: bool) -> tuple[Fill, Pieces]:
    """A text of one colour is one outline, of more an outline each."""
    if len(paints) == 1:
        return next(iter(paints.values())), ()
    pieces = tuple(
        (lettering.outlines(text, merged=merged, wanted=lambda place, color=color: words.run_at(place).fill == color), paint)
        for color, paint in paints.items())
    return next((paint for _, paint in pieces if shows(paint)), NOTHING), pieces


def _tell(resolving: Resolving, layer: TextLayer, text: PlacedText, ink: Box) -> None:
    for face in lettering.faces(text):
        resolving.fonts[face.identity] = FontReport(family=face.family, weight=face.weight, italic=face.italic,
                                                    sha256=face.sha256, axes=dict(face.coordinates))
    resolving.texts.append(TextReport(
        faces=tuple(face.label for face in lettering.faces(text)),
        layer=layer.id, asked=layer.size, size=text.size, lines=text.lines, overflowed=text.outcome in ("clipped", "shown"),
        outcome=text.outcome, box=tuple(round(edge, 2) for edge in text.box), bounds=tuple(round(edge, 2) for edge in ink)))


def _ink(path: skia.Path, stroke: float, colored: list[PlacedRun]) -> Box:
    """What letters and their widest stroke cover, in box coordinates; a shadow may well leave the safe area."""
    boxes = [lettering.colored_ink(run) for run in colored]
    if not path.isEmpty():
        boxes.append(outset(box_of(path.computeTightBounds()), stroke / 2))
    return union(boxes)


def _colored(layer: TextLayer, run: PlacedRun, matrix: Matrix) -> list[GlyphsNode]:
    """One node for upright glyphs, one for each that is turned."""
    if run.turns is None:
        return [_glyphs(layer, run, run.glyphs, tuple(zip(run.xs, run.ys, strict=True)), matrix)]
    return [_glyphs(layer, run, (glyph,), ((0.0, 0.0),), matrix, number) for number, glyph in enumerate(run.glyphs)]


def _glyphs(layer: TextLayer, run: PlacedRun, glyphs: tuple[int, ...], points: tuple[tuple[float, float], ...], matrix: Matrix,
            turned: int | None = None) -> GlyphsNode:
    shadows = blurs(layer.shadow)
    covered = with_shadows(lettering.colored_ink(run), shadows)
    own = matrix
    if turned is not None:  # shadows fall along the layer's axes, not the letter's
        own, (co, si) = multiply(matrix, lettering.stands(run, turned)), run.turns[turned]
        shadows = tuple(replace(blur, dx=co * blur.dx + si * blur.dy, dy=co * blur.dy - si * blur.dx) for blur in shadows)
    return GlyphsNode(layer=layer.id, matrix=own, bounds=outset(bounds(matrix, covered), 1), face=run.face, size=run.size,
                      glyphs=tuple(glyphs), points=points, shadows=shadows)
