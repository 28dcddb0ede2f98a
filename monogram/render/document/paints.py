"""What fills a shape or a text: a colour, a gradient, a tiled pattern, an image."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from .basics import Color, Coordinate, Fraction, Name, Part


class Point(Part, kw_only=True):
    """In fractions of a box: 0, 0 is its top left, 1, 1 its bottom right."""

    x: Coordinate
    y: Coordinate


class Stop(Part, kw_only=True):
    """A colour at a place of a gradient: 0 its start, 1 its end."""

    at: Fraction
    color: Color


# in ascending order; two at one place make a hard edge
Stops = Annotated[tuple[Stop, ...], Meta(min_length=2, max_length=32)]


class LinearGradient(Part, tag_field="kind", tag="linear", kw_only=True):
    """Along the line between two points of the layer's box; beyond them the outermost colours go on.

    Colours are mixed premultiplied, on the encoded sRGB values.
    """

    start: Point = Point(x=0, y=0)
    end: Point = Point(x=0, y=1)
    stops: Stops


class RadialGradient(Part, tag_field="kind", tag="radial", kw_only=True):
    """In circles about a point of the layer's box; `radius` in fractions of the box's longer side. Mixed as linear ones."""

    center: Point = Point(x=0.5, y=0.5)
    radius: Annotated[float, Meta(gt=0, le=100)] = 0.5
    stops: Stops


class PatternFill(Part, tag_field="kind", tag="pattern", kw_only=True):
    """An image laid as tiles from the top left of the layer's box, turned about that corner.

    scale: 1 lays one image pixel on one canvas pixel.
    """

    asset: Name
    scale: Annotated[float, Meta(ge=0.01, le=100)] = 1
    rotation: Annotated[float, Meta(ge=-360, le=360)] = 0


class ImageFill(Part, tag_field="kind", tag="image", kw_only=True):
    """An image that covers the layer's box once, as an image layer's `fill` does. Beyond the box its edge pixels go on.

    `asset` may be absent only if a binding of `image` brings one; drawing without one is `image_missing`.
    """

    asset: Name | None = None
    align_x: Fraction = 0.5
    align_y: Fraction = 0.5


Paint = Color | LinearGradient | RadialGradient | PatternFill | ImageFill
