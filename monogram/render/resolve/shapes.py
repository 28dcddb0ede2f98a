"""Shape layers, and how any outline is painted: fill, strokes, shadows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import skia

from .. import limits, paths
from ..document import Shadow, ShapeLayer, Stroke, TextLayer, listed
from ..errors import RenderError
from ..matrices import Box, Matrix, bounds, outset, union
from ..paths import box_of
from ..scene import AnyNode, Blur, Fill, Line, PathNode, shows
from .colors import rgba
from .paints import fill

if TYPE_CHECKING:
    from .layers import Resolving


def nodes(resolving: Resolving, layer: ShapeLayer, matrix: Matrix) -> list[AnyNode]:
    path = paths.outline(layer.shape, layer.width, layer.height)
    return painted(layer, path, fill(resolving, layer, matrix), matrix, oriented=False)


def painted(layer: ShapeLayer | TextLayer, path: skia.Path, paint: Fill, matrix: Matrix, *, oriented: bool,
            pieces: tuple[tuple[skia.Path, Fill], ...] = ()) -> list[AnyNode]:
    """The path node of a shape or text; none where it would paint nothing. pieces: see PathNode."""
    strokes = tuple(_line(stroke) for stroke in listed(layer.stroke))
    shadows = blurs(layer.shadow)
    if path.isEmpty() or not (shows(paint) or strokes or shadows):
        return []
    for line in strokes:
        if line.dash:
            _check_dash(path, line)
    # a mitre reaches four half widths (Skia's limit), a square cap the diagonal of one
    reach = max((line.width / 2 * (4 if line.join == "miter" else 1.5) for line in strokes), default=0)
    own = with_shadows(outset(box_of(path.computeTightBounds()), reach), shadows)
    return [PathNode(layer=layer.id, matrix=matrix, bounds=outset(bounds(matrix, own), 1), path=path, fill=paint,
                     pieces=pieces, strokes=strokes, shadows=shadows, oriented=oriented)]


def blurs(shadow: Shadow | tuple[Shadow, ...] | None) -> tuple[Blur, ...]:
    return tuple(Blur(rgba(one.color), one.dx, one.dy, one.blur, one.inner) for one in listed(shadow))


def _line(stroke: Stroke) -> Line:
    return Line(rgba(stroke.color), stroke.width, stroke.join, stroke.cap, _even(stroke.dash), stroke.behind)


def _even(dash: tuple[float, ...]) -> tuple[float, ...]:
    """SVG's rule: an odd list of dashes and gaps is repeated once."""
    return dash * 2 if len(dash) % 2 else dash


def with_shadows(own: Box, shadows: tuple[Blur, ...]) -> Box:
    """A box with what its shadows may cover; inner ones stay within."""
    boxes = [own]
    for blur in (blur for blur in shadows if not blur.inner):
        cast = outset(own, 3 * blur.sigma)
        boxes.append((cast[0] + blur.dx, cast[1] + blur.dy, cast[2] + blur.dx, cast[3] + blur.dy))
    return union(boxes)


def _check_dash(path: skia.Path, line: Line) -> None:
    """Skia draws a plain line instead, without a word, where there would be a million dashes. Ours stop long before."""
    measure, length = skia.PathMeasure(path, False), 0.0
    while True:
        length += measure.getLength()
        if not measure.nextContour():
            break
    if length / sum(line.dash) * len(line.dash) > limits.DASHES:
        raise RenderError("dash_too_fine", f"The stroke would have more than {limits.DASHES} dashes. Make them longer.",
                          part="dash")
