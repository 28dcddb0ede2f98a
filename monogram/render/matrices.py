"""Affine matrices as tuples (a, b, c, d, e, f): x' = a x + c y + e, y' = b x + d y + f, as in SVG and CSS."""

from collections.abc import Iterable
from math import radians, sqrt

from .angles import cosine, sine

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def multiply(outer: Matrix, inner: Matrix) -> Matrix:
    """The matrix that applies `inner` first, then `outer`."""
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return (a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f)


def translate(x: float, y: float) -> Matrix:
    return (1.0, 0.0, 0.0, 1.0, x, y)


def scale(x: float, y: float) -> Matrix:
    return (x, 0.0, 0.0, y, 0.0, 0.0)


_QUARTERS = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}


def rotate(degrees: float, x: float = 0, y: float = 0) -> Matrix:
    """Clockwise (y grows downwards) about (x, y). Quarter turns are exact."""
    degrees %= 360
    co, si = _QUARTERS.get(degrees) or (cosine(radians(degrees)), sine(radians(degrees)))
    return multiply(translate(x, y), multiply((co, si, -si, co, 0.0, 0.0), translate(-x, -y)))


def bounds(matrix: Matrix, box: Box) -> Box:
    """The upright box around a transformed box."""
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return (min(xs), min(ys), max(xs), max(ys))


def union(boxes: Iterable[Box]) -> Box:
    """The box around all of them; an empty one at the origin if there is none."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True) if (boxes := list(boxes)) else [(0.0,)] * 4
    return (min(lefts), min(tops), max(rights), max(bottoms))


def outset(box: Box, by: float) -> Box:
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def lengths(matrix: Matrix) -> tuple[float, float]:
    """How long a unit along x and along y becomes."""
    a, b, c, d, _, _ = matrix
    return sqrt(a * a + b * b), sqrt(c * c + d * d)  # rounded alike everywhere, which hypot is not


def intersection(one: Box, two: Box) -> Box:
    return (max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3]))
