"""Outlines as corners: curves cut into chords by one rule, so that the browser measures the same polygons."""

from __future__ import annotations

import skia

from .matrices import Box, Matrix

Point = tuple[float, float]

# Chords of one curve: at a letter's size they stray from it by less than a thousandth of it.
QUADRATIC, CUBIC = 8, 12


def box(path: skia.Path) -> Box:
    """The box around the points of a path, those off its curves too."""
    rect = path.getBounds()
    return (rect.left(), rect.top(), rect.right(), rect.bottom())


def polygons(path: skia.Path, matrix: Matrix) -> list[list[Point]]:
    """The contours' corners under a matrix, each contour closed without telling its first corner again."""
    a, b, c, d, e, f = matrix
    found: list[list[Point]] = []
    steps = skia.Path.RawIter(path)
    while True:
        verb, points = steps.next()
        if verb == skia.Path.kDone_Verb:
            return [_open(corners) for corners in found if len(corners) > 1]
        own = [(a * p.x() + c * p.y() + e, b * p.x() + d * p.y() + f) for p in points]
        if verb == skia.Path.kMove_Verb:
            found.append([own[0]])
        elif verb == skia.Path.kLine_Verb:
            found[-1].append(own[1])
        elif verb == skia.Path.kQuad_Verb:
            found[-1] += _rational(own, 1.0)
        elif verb == skia.Path.kConic_Verb:
            found[-1] += _rational(own, steps.conicWeight())
        elif verb == skia.Path.kCubic_Verb:
            found[-1] += _cubic(own)


def _open(corners: list[Point]) -> list[Point]:
    return corners[:-1] if corners[0] == corners[-1] else corners


def _rational(points: list[Point], weight: float) -> list[Point]:
    """A quadratic curve, or the conic of that weight, from after its start to its end."""
    (x0, y0), (x1, y1), (x2, y2) = points
    found = []
    for step in range(1, QUADRATIC + 1):
        t = step / QUADRATIC
        s = 1 - t
        one, two, three = s * s, 2 * s * t * weight, t * t
        over = one + two + three
        found.append(((one * x0 + two * x1 + three * x2) / over, (one * y0 + two * y1 + three * y2) / over))
    return found


def _cubic(points: list[Point]) -> list[Point]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    found = []
    for step in range(1, CUBIC + 1):
        t = step / CUBIC
        s = 1 - t
        one, two, three, four = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
        found.append((one * x0 + two * x1 + three * x2 + four * x3, one * y0 + two * y1 + three * y2 + four * y3))
    return found
