"""Shape layers, and how any outline is painted: fill, stroke, shadow."""

from __future__ import annotations

import skia

from .. import limits, paths
from ..document import ShapeLayer, TextLayer
from ..errors import RenderError
from ..matrices import Box, Matrix, bounds, outset, union
from ..paths import box_of
from ..scene import AnyNode, Blur, Line, PathNode
from .colors import rgba


def nodes(layer: ShapeLayer, matrix: Matrix) -> list[AnyNode]:
    path = paths.outline(layer.shape, layer.width, layer.height)
    return painted(layer, path, matrix, oriented=False)


def painted(layer: ShapeLayer | TextLayer, path: skia.Path, matrix: Matrix, *, oriented: bool) -> list[AnyNode]:
    """The path node of a shape or text; none where it would paint nothing."""
    fill, stroke, shadow = rgba(layer.fill), layer.stroke, layer.shadow
    line = None if stroke is None else Line(rgba(stroke.color), stroke.width, stroke.join, stroke.cap, _even(stroke.dash))
    blur = None if shadow is None else Blur(rgba(shadow.color), shadow.dx, shadow.dy, shadow.blur)
    if path.isEmpty() or not (fill[3] or line or blur):
        return []
    if line is not None and line.dash:
        _check_dash(path, line)
    own = box_of(path.computeTightBounds())
    if stroke is not None:  # a mitre reaches four half widths (Skia's limit), a square cap the diagonal of one
        own = outset(own, stroke.width / 2 * (4 if stroke.join == "miter" else 1.5))
    return [PathNode(layer=layer.id, matrix=matrix, bounds=outset(bounds(matrix, with_shadow(own, blur)), 1), path=path,
                     fill=fill, stroke=line, behind=stroke is not None and stroke.behind, shadow=blur,
                     oriented=oriented)]


def _even(dash: tuple[float, ...]) -> tuple[float, ...]:
    """SVG's rule: an odd list of dashes and gaps is repeated once."""
    return dash * 2 if len(dash) % 2 else dash


def with_shadow(own: Box, blur: Blur | None) -> Box:
    if blur is None:
        return own
    cast = outset(own, 3 * blur.sigma)
    return union([own, (cast[0] + blur.dx, cast[1] + blur.dy, cast[2] + blur.dx, cast[3] + blur.dy)])


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
