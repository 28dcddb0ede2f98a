"""The kinds of layer there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from .basics import Coordinate, Name, Positive
from .generated import Generated
from .images import ImageLayer
from .paints import Paint
from .placed import Placed
from .shapes import Shadow, Shadows, Shape, Stroke, Strokes
from .surfaces import Strength, Surface
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


class SurfaceLayer(Placed, tag_field="type", tag="surface", kw_only=True):
    """Art laid on a product picture: its layers are drawn flat as a picture of their own, then bent onto the surface.

    artWidth, artHeight: of that flat picture, in the layers' own pixels; what reaches out of it is cut. A production
        document's layers fit as they are, with its canvas's size.
    displacement: an image over the box that moves the art by up to `strength` pixels, right by red and down by green:
        255 moves fully, 1 fully the other way, 128 not at all; where it is clear nothing moves
    """

    layers: list[Layer]
    art_width: Positive
    art_height: Positive
    surface: Surface
    displacement: Name | None = None
    strength: Strength = 0


Layer = ImageLayer | TextLayer | ShapeLayer | GroupLayer | RepeatLayer | SurfaceLayer | Generated


def walk(layers: list[Layer]) -> Iterator[Layer]:
    """Every layer, parents before children."""
    for layer in layers:
        yield layer
        if isinstance(layer, (GroupLayer, RepeatLayer, SurfaceLayer)):
            yield from walk(layer.layers)
