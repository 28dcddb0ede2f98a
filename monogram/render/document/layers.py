"""The kinds of layer there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from .basics import Coordinate, Name
from .generated import Generated
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


class RepeatLayer(Placed, tag_field="type", tag="repeat", kw_only=True):
    """A group once for each entry of a list, such as a person each. The list is the value of `component`.

    The box, rotation, opacity, blend mode and mask are those of each entry's group; entries follow each other to the
    right, `columns` of them in a row (none: all). Bindings of the layers inside name an entry's keys as `component.key`;
    a key that an entry lacks is answered with nothing. Without a value the group is drawn once, as its own sample; an empty
    list or null draws nothing. More than `most` entries are `repeat_too_many`. Of entry 3 the layer `name` is `name#3`.
    """

    component: Name
    layers: list[Layer]
    columns: Annotated[int, Meta(ge=1, le=500)] | None = None
    gap_x: Coordinate = 0
    gap_y: Coordinate = 0
    most: Annotated[int, Meta(ge=1, le=500)] = 100
    clip: bool = False  # each cut at its box


Layer = ImageLayer | TextLayer | ShapeLayer | GroupLayer | RepeatLayer | Generated


def walk(layers: list[Layer]) -> Iterator[Layer]:
    """Every layer, parents before children."""
    for layer in layers:
        yield layer
        if isinstance(layer, (GroupLayer, RepeatLayer)):
            yield from walk(layer.layers)
