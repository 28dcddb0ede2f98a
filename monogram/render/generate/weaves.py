"""Weaves letters that lie over each other: at each crossing one goes over, the other is cut with a gap beside it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import sqrt

import skia

from ..errors import RenderError

Point = tuple[float, float]
Verb = tuple[str, tuple[Point, ...]]  # M, L, Q, C, Z and their points
Letter = list[Verb]

# Of a letter's height: the gap beside the letter that goes over, and how far around a crossing the other is cut.
GAP = 0.02
_AROUND = 0.06
_SLIVER = 0.5  # of a letter's mean thickness: what is left of it and thinner than that and than the gap is dropped
_TRIES = 5  # path operations that fail are tried with a gap a little wider
_HALF = 0.7071067811865476
_EIGHT = ((1, 0), (_HALF, _HALF), (0, 1), (-_HALF, _HALF), (-1, 0), (-_HALF, -_HALF), (0, -1), (_HALF, -_HALF))


def weave(letters: list[Letter], height: float) -> tuple[skia.Path, float]:
    """The letters as one path, each crossing only its neighbours, and the least share that a letter kept of its area.

    height: of the largest letter, in the letters' unit.
    Crossings of two neighbours are taken from top to bottom: the right letter goes over first, then the left one, and so on.
    Crossings so near that their cuts would meet count as one. Raises RenderError `monogram_letters`.
    """
    for attempt in range(_TRIES):
        try:
            return _woven(letters, height, GAP * (1 + attempt / 16))
        except RuntimeError:  # Skia found no result: rare, and no longer so with other points
            continue
    raise RenderError("monogram_letters", "These letters cannot be interlocked: their outlines have no clear crossings.",
                      part="text")


def _woven(letters: list[Letter], height: float, gap: float) -> tuple[skia.Path, float]:
    whole = [skia.Simplify(path_of(letter)) for letter in letters]
    grown = [_grown(path, gap * height) for path in whole]
    cut = list(whole)
    for left, right in itertools.pairwise(range(len(letters))):
        crossings = _crossings(skia.Op(whole[left], whole[right], skia.PathOp.kIntersect_PathOp), _AROUND * height)
        for number, around in enumerate(crossings):
            under, over = (left, right) if number % 2 == 0 else (right, left)
            for hull in around:
                cutter = skia.Op(grown[over], path_of(_polygon(hull)), skia.PathOp.kIntersect_PathOp)
                cut[under] = skia.Op(cut[under], cutter, skia.PathOp.kDifference_PathOp)
    woven, kept = skia.Path(), 1.0
    for path, before in zip(cut, whole, strict=True):
        if path is not before:
            path = _without_slivers(path, min(gap * height, _SLIVER * _thickness(before)))
            kept = min(kept, _inked(path) / _inked(before))
        woven.addPath(path)
    woven.setFillType(skia.PathFillType.kEvenOdd)
    return woven, kept


def path_of(letter: Letter) -> skia.Path:
    path = skia.Path()
    steps = {"M": path.moveTo, "L": path.lineTo, "Q": path.quadTo, "C": path.cubicTo, "Z": path.close}
    for kind, points in letter:
        steps[kind](*(number for point in points for number in point))
    return path


def _grown(path: skia.Path, gap: float) -> skia.Path:
    rim = skia.Path()
    skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=2 * gap, StrokeJoin=skia.Paint.kMiter_Join,
               StrokeMiter=2).getFillPath(path, rim)
    return skia.Op(path, skia.Simplify(rim), skia.PathOp.kUnion_PathOp)


def _crossings(overlap: skia.Path, reach: float) -> list[list[list[Point]]]:
    """The crossings from top to bottom, each as the convex polygons within which its letters are cut."""
    hulls = [_hull([(x + reach * a, y + reach * b) for x, y in _points(contour) for a, b in _EIGHT])
             for contour in _contours(overlap)]
    found: list[list[list[Point]]] = []
    for hull in hulls:
        near = [crossing for crossing in found if any(_meet(hull, other) for other in crossing)]
        found = [crossing for crossing in found if crossing not in near]
        found.append([hull, *itertools.chain.from_iterable(near)])
    return sorted(found, key=lambda crossing: min((y, x) for hull in crossing for x, y in hull))


def _contours(path: skia.Path) -> list[Letter]:
    """A path without conics, contour by contour."""
    contours: list[Letter] = []
    kinds = {skia.Path.kMove_Verb: "M", skia.Path.kLine_Verb: "L", skia.Path.kQuad_Verb: "Q", skia.Path.kCubic_Verb: "C",
             skia.Path.kClose_Verb: "Z"}
    steps = skia.Path.RawIter(path)
    while True:
        verb, points = steps.next()
        if verb == skia.Path.kDone_Verb:
            return contours
        kind = kinds[verb]
        if kind == "M":
            contours.append([])
        new = () if kind == "Z" else points if kind == "M" else points[1:]
        contours[-1].append((kind, tuple((point.x(), point.y()) for point in new)))


def _points(contour: Letter) -> list[Point]:
    return [point for _, points in contour for point in points]


def _without_slivers(path: skia.Path, least: float) -> skia.Path:
    """Without the parts whose mean thickness is less; holes stay, or go with what they are in."""
    contours = _contours(path)
    shapes = [path_of(contour) for contour in contours]
    around = [{other for other, shape in enumerate(shapes) if other != at and shape.contains(*contour[0][1][0])}
              for at, contour in enumerate(contours)]
    dropped = {at for at, contour in enumerate(contours)
               if len(around[at]) % 2 == 0 and 2 * abs(_area(contour)) < least * _length(contour)}
    kept = (contour for at, contour in enumerate(contours) if at not in dropped and not dropped & around[at])
    return path_of(list(itertools.chain.from_iterable(kept)))


def _thickness(path: skia.Path) -> float:
    """Of the parts that an outline encloses, on average: the width of a long bar of that area and length."""
    length = sum(map(_length, _contours(path)))
    return 2 * _inked(path) / length if length else 0.0


def _inked(path: skia.Path) -> float:
    """The area of a simplified outline, whose holes run the other way round."""
    return abs(sum(map(_area, _contours(path))))


def _segments(contour: Letter) -> Iterator[list[Point]]:
    """The control points of each segment, the closing line too."""
    pen = start = contour[0][1][0]
    for _, points in contour[1:]:
        yield [pen, *(points or (start,))]
        pen = points[-1] if points else start
    yield [pen, start]


def _area(contour: Letter) -> float:
    """Signed, by Green's theorem over the Bezier segments."""
    total = 0.0
    for p in _segments(contour):
        if len(p) == 2:
            total += _cross(p[0], p[1]) / 2
        elif len(p) == 3:
            total += (2 * _cross(p[0], p[1]) + 2 * _cross(p[1], p[2]) + _cross(p[0], p[2])) / 6
        else:
            total += (6 * _cross(p[0], p[1]) + 3 * _cross(p[0], p[2]) + _cross(p[0], p[3]) + 3 * _cross(p[1], p[2])
                      + 3 * _cross(p[1], p[3]) + 6 * _cross(p[2], p[3])) / 20
    return total


def _length(contour: Letter) -> float:
    """Of the polygons of the control points: a little more than the curves' own."""
    steps = ((b[0] - a[0], b[1] - a[1]) for segment in _segments(contour) for a, b in itertools.pairwise(segment))
    return sum(sqrt(x * x + y * y) for x, y in steps)


def _cross(a: Point, b: Point) -> float:
    return a[0] * b[1] - a[1] * b[0]


def _hull(points: list[Point]) -> list[Point]:
    """The convex hull by Andrew's monotone chain, clockwise on a canvas."""
    ordered = sorted(set(points))

    def chain(points) -> list[Point]:
        kept: list[Point] = []
        for x, y in points:
            while len(kept) > 1 and (kept[-1][0] - kept[-2][0]) * (y - kept[-2][1]) <= \
                    (kept[-1][1] - kept[-2][1]) * (x - kept[-2][0]):
                kept.pop()
            kept.append((x, y))
        return kept[:-1]
    return chain(ordered) + chain(ordered[::-1])


def _meet(one: list[Point], other: list[Point]) -> bool:
    """Whether two convex polygons meet: no edge of either parts them."""
    for polygon, against in ((one, other), (other, one)):
        for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
            if all((bx - ax) * (y - ay) < (by - ay) * (x - ax) for x, y in against):
                return False
    return True


def _polygon(points: list[Point]) -> Letter:
    return [("M", (points[0],)), *(("L", (point,)) for point in points[1:]), ("Z", ())]
