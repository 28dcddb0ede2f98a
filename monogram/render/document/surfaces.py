"""How flat art is bent onto a product picture."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from .basics import Part
from .paints import Point

Turn = Annotated[float, Meta(ge=-1, le=2)]


class QuadSurface(Part, tag_field="kind", tag="quad", kw_only=True):
    """A flat surface seen in perspective: the art's four corners in the box, from its top left clockwise.

    They must make a convex shape; running the other way round they show the art from behind.
    """

    corners: tuple[Point, Point, Point, Point]


class MeshSurface(Part, tag_field="kind", tag="mesh", kw_only=True):
    """A bent surface: `columns` x `rows` cells of the art, their corners' places in the box, row by row from the top left.

    Between the points run smooth curves (Catmull-Rom, its ends mirrored about the first and last point).
    """

    columns: Annotated[int, Meta(ge=1, le=32)]
    rows: Annotated[int, Meta(ge=1, le=32)]
    points: Annotated[tuple[Point, ...], Meta(min_length=4, max_length=1089)]


class CylinderSurface(Part, tag_field="kind", tag="cylinder", kw_only=True):
    """A mug, bottle or can that stands upright, seen from the front; the box spans what is seen of it.

    from, to: which part of the art's width wraps the half that is seen, 0 its left edge, 1 its right; below 0 and above 1
        there is no art, and what lies below shows.
    curve: how far the middle of the art's top edge hangs below its ends, in fractions of the box's height; below 0: above.
    curve_bottom: the same for the bottom edge, as by default. The ends lie in the corners of the box.
    """

    from_: Turn = field(default=0.25, name="from")
    to: Turn = 0.75
    curve: Annotated[float, Meta(ge=-1, le=1)] = 0.05
    curve_bottom: Annotated[float, Meta(ge=-1, le=1)] | None = None


Surface = QuadSurface | MeshSurface | CylinderSurface
# what a displacement moves at most, in pixels
Strength = Annotated[float, Meta(ge=0, le=500)]
