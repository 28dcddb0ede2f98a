"""Fills of shapes and texts: a document's gradients, patterns and images in a box's own coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import placement
from ..document import ImageFill, ImageLayer, LinearGradient, PatternFill, Point, RadialGradient, ShapeLayer, Stop, TextLayer
from ..errors import RenderError
from ..matrices import Matrix, multiply, rotate, scale
from ..reports import ImageReport
from ..scene import Fill, Linear, Radial, Texture
from .colors import NOTHING, rgba

if TYPE_CHECKING:
    from .layers import Resolving


def fill(resolving: Resolving, layer: ShapeLayer | TextLayer, matrix: Matrix) -> Fill:
    """What the layer is filled with. matrix: from its box to the picture that is painted. Pictures are reported."""
    match layer.fill:
        case LinearGradient(start=start, end=end, stops=stops):
            colors, places = _ramp(stops)
            gradient = Linear(_point(start, layer), _point(end, layer), colors, places)
        case RadialGradient(center=center, radius=radius, stops=stops):
            colors, places = _ramp(stops)
            gradient = Radial(_point(center, layer), radius * max(layer.width, layer.height), colors, places)
        case PatternFill() | ImageFill():
            return _texture(resolving, layer, layer.fill, matrix)
        case color:
            return rgba(color)
    return gradient if any(color[3] for color in colors) else NOTHING


def is_opaque(paint: Fill) -> bool:
    """Whether nothing below can show through; a picture may have holes."""
    match paint:
        case Texture():
            return False
        case Linear(colors=colors) | Radial(colors=colors):
            return all(color[3] == 1 for color in colors)
    return paint[3] == 1


def _ramp(stops: tuple[Stop, ...]):
    return tuple(rgba(stop.color) for stop in stops), tuple(stop.at for stop in stops)


def _point(point: Point, layer: ShapeLayer | TextLayer) -> tuple[float, float]:
    return point.x * layer.width, point.y * layer.height


def _texture(resolving: Resolving, layer: ShapeLayer | TextLayer, paint: PatternFill | ImageFill, matrix: Matrix) -> Texture:
    if paint.asset is None:
        raise RenderError("image_missing", f"The fill of layer {layer.id!r} has no image, and no value brings one.",
                          part="fill")
    source, value = resolving.source(paint.asset), resolving.placements.get(layer.id)
    if isinstance(paint, ImageFill):
        box = ImageLayer(id=layer.id, width=layer.width, height=layer.height, asset=paint.asset, align_x=paint.align_x,
                         align_y=paint.align_y)
        _, placed = placement.place(box, source.info.size, value)
    else:
        if value is not None and (value.crop or value.rotation or value.flip_x or value.flip_y):
            raise RenderError("value_invalid", f"The value for the pattern of layer {layer.id!r} is a placed photo; a pattern "
                              "takes an image as it is.", part="image")
        placed = multiply(rotate(paint.rotation), scale(paint.scale, paint.scale))
    whole = multiply(matrix, placed)
    resolving.images.append(ImageReport(
        layer=layer.id, asset=paint.asset, width=source.info.size[0], height=source.info.size[1],
        dpi=resolving.dpi(whole)))
    return Texture(source, placed, isinstance(paint, PatternFill))
