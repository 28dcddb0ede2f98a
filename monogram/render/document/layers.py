"""The kinds of layer there are."""

from __future__ import annotations

from collections.abc import Iterator

from .generated import CodeLayer
from .images import ImageLayer
from .paints import Paint
from .placed import Placed
from .shapes import Shadow, Shadows, Shape, Stroke, Strokes
from .texts import TextLayer


class ShapeLayer(Placed, tag_field="type", tag="shape", kw_only=True):
    shape: Shape
    fill: Paint | None = None
    stroke: Stroke | Strokes | None = None
    shadow: Shadow | Shadows | None = None


class GroupLayer(Placed, tag_field="type", tag="group", kw_only=True):
    """Layers drawn as one: opacity, blend mode and mask apply to the group's picture. Children start at its top left.

    A child's blend mode meets only what lies below it within the group.
    """

    layers: list[Layer]
    clip: bool = False  # cut at the group's box


Layer = ImageLayer | TextLayer | ShapeLayer | GroupLayer | CodeLayer


def walk(layers: list[Layer]) -> Iterator[Layer]:
    """Every layer, parents before children."""
    for layer in layers:
        yield layer
        if isinstance(layer, GroupLayer):
            yield from walk(layer.layers)
