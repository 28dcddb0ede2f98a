"""Shapes, what paints them, and masks."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .basics import Color, Coordinate, Length, Name, Part, Positive


class Stroke(Part, kw_only=True):
    """A line of `width` pixels. On text it lies centred on the outline and, with `behind`, under the fill."""

    color: Color
    width: Positive
    join: Literal["round", "miter", "bevel"] = "round"
    cap: Literal["butt", "round", "square"] = "butt"
    dash: Annotated[tuple[Positive, ...], Meta(max_length=16)] = ()
    behind: bool = True


# outermost last; each lies under those before it
Strokes = Annotated[tuple[Stroke, ...], Meta(min_length=1, max_length=8)]


class Shadow(Part, kw_only=True):
    """A blurred copy of the layer's own shape, stroke included, beneath it. `blur` is the Gaussian's sigma in pixels.

    `dx` and `dy` are along the layer's own axes: a shadow turns with its layer.
    inner: cast by the rim of the fill onto the fill itself, as if it lay deeper than what is around; strokes cast none.
    """

    color: Color
    dx: Coordinate = 0
    dy: Coordinate = 0
    blur: Annotated[float, Meta(ge=0, le=500)] = 0
    inner: bool = False


# lowest last; each lies under those before it
Shadows = Annotated[tuple[Shadow, ...], Meta(min_length=1, max_length=8)]


class RectangleShape(Part, tag_field="kind", tag="rectangle", kw_only=True):
    radius: Length = 0


class EllipseShape(Part, tag_field="kind", tag="ellipse", kw_only=True):
    pass


class LineShape(Part, tag_field="kind", tag="line", kw_only=True):
    """From the box's top left to its bottom right; needs a stroke."""


class PathShape(Part, tag_field="kind", tag="path", kw_only=True):
    """An SVG path string in the coordinates of `viewBox` (x, y, width, height), stretched over the box."""

    d: Annotated[str, Meta(min_length=1, max_length=200_000)]
    view_box: tuple[Coordinate, Coordinate, Positive, Positive]
    rule: Literal["nonzero", "evenodd"] = "nonzero"


Shape = RectangleShape | EllipseShape | LineShape | PathShape


class ShapeMask(Part, tag_field="by", tag="shape", kw_only=True):
    """Shows what lies inside a shape stretched over the layer's box."""

    shape: Shape


class ImageMask(Part, tag_field="by", tag="image", kw_only=True):
    """Shows what an image, stretched over the layer's box, lets through by its alpha or its luminance."""

    asset: Name
    channel: Literal["alpha", "luminance"] = "alpha"


Mask = ShapeMask | ImageMask


def listed(one: Stroke | Shadow | tuple | None) -> tuple:
    """A layer's `stroke` or `shadow`, which may be one, several or none, as a tuple."""
    if one is None:
        return ()
    return one if isinstance(one, tuple) else (one,)
