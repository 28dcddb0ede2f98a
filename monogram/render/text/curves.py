"""Text on a line: an arc, an ellipse, a free path. Clusters are turned rigidly about the middle of their advance.

The curve becomes a chain of chords, each with the curve's own direction at its ends; lengths are sums of chords, and the
direction between two ends is mixed linearly. No other measure is used, so that the browser finds the same places.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable
from math import ceil, pi, radians, sqrt

import skia

from ..angles import arc_cosine, cosine, sine
from ..errors import RenderError
from ..paths import trace

FLATNESS = 1 / 32  # pixels between a chord and its curve
_MOST_CHORDS = 2_000  # of one segment
_SMALLEST, _LARGEST = 1e-9, 1e9  # arcs smaller than this are lines; a free line has no larger numbers

Point = tuple[float, float]


class Curve:
    """A chain of chords. closed: its end is its start, and places beyond go round; else they go straight on."""

    def __init__(self, closed: bool = False):
        self.closed, self.length = closed, 0.0
        self._starts: list[float] = []  # length before each chord
        self._chords: list[tuple[Point, Point, Point, Point]] = []  # ends, and unit directions there

    def add(self, start: Point, end: Point, leaving: Point, arriving: Point) -> None:
        """A chord; directions of no length are taken along it."""
        long = _long(end[0] - start[0], end[1] - start[1])
        if long != 0:
            along = ((end[0] - start[0]) / long, (end[1] - start[1]) / long)
            self._starts.append(self.length)
            self._chords.append((start, end, _unit(leaving) or along, _unit(arriving) or along))
            self.length += long

    def sweep(self, steps: int, point: Callable[[float], Point], direction: Callable[[float], Point]) -> None:
        """Chords between points of a curve at equal steps from 0 to 1."""
        before, leaving = point(0.0), direction(0.0)
        for k in range(1, steps + 1):
            after, arriving = point(k / steps), direction(k / steps)
            self.add(before, after, leaving, arriving)
            before, leaving = after, arriving

    def at(self, place: float) -> tuple[Point, Point]:
        """The point at a length along the curve, and the unit direction there."""
        if self.closed:
            place %= self.length
        number = max(0, bisect_right(self._starts, place) - 1)
        start, end, leaving, arriving = self._chords[number]
        end_place = self._starts[number + 1] if number + 1 < len(self._starts) else self.length
        if place < 0:
            return (start[0] + leaving[0] * place, start[1] + leaving[1] * place), leaving
        if place > end_place:
            over = place - end_place
            return (end[0] + arriving[0] * over, end[1] + arriving[1] * over), arriving
        part = (place - self._starts[number]) / (end_place - self._starts[number])
        mixed = (leaving[0] + (arriving[0] - leaving[0]) * part, leaving[1] + (arriving[1] - leaving[1]) * part)
        return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part), _unit(mixed) or leaving


def _unit(vector: Point) -> Point | None:
    long = _long(*vector)
    return (vector[0] / long, vector[1] / long) if long > 1e-9 else None


def _long(x: float, y: float) -> float:
    return sqrt(x * x + y * y)


def _square(value: float) -> float:
    return value * value


def _steps(angle: float, radius: float) -> int:
    """Chords of an arc; a chord of angle a lies radius x a^2 / 8 away."""
    return _chords(abs(angle) * sqrt(radius / (8 * FLATNESS)))


def _chords(count: float) -> int:
    return 1 if count <= 1 else ceil(count) if count < _MOST_CHORDS else _MOST_CHORDS


def arc(width: float, bend: float, top: float) -> Curve:
    """From (0, y) to (width, y), bent by `bend` quarter turns on each side: 1 half a circle upwards, -1 downwards. Its
    highest point is at `top`."""
    curve, angle = Curve(), abs(bend) * pi / 2
    if angle < 1e-6:
        curve.add((0.0, top), (width, top), (1.0, 0.0), (1.0, 0.0))
        return curve
    radius = width / 2 / sine(angle)
    sign = 1.0 if bend > 0 else -1.0
    center = top + radius if bend > 0 else top - radius * cosine(angle)

    def point(t: float) -> Point:
        turn = (2 * t - 1) * angle
        return width / 2 + radius * sine(turn), center - sign * radius * cosine(turn)

    curve.sweep(_steps(2 * angle, radius), point,
                lambda t: (cosine((2 * t - 1) * angle), sign * sine((2 * t - 1) * angle)))
    return curve


def rise(width: float, bend: float) -> float:
    """How much higher an arc's middle lies than its ends, or lower."""
    angle = abs(bend) * pi / 2
    return 0.0 if angle < 1e-6 else width / 2 / sine(angle) * (1 - cosine(angle))


def ellipse(width: float, height: float, start: float, inside: bool) -> Curve:
    """The ellipse of a box, clockwise from `start` degrees after the top, or counter-clockwise for letters inside."""
    curve, first, turn = Curve(closed=True), radians(start), -2 * pi if inside else 2 * pi
    sign = -1.0 if inside else 1.0
    curve.sweep(_steps(2 * pi, max(width, height) / 2),
                lambda t: (width / 2 * (1 + sine(first + turn * t)), height / 2 * (1 - cosine(first + turn * t))),
                lambda t: (sign * width * cosine(first + turn * t), sign * height * sine(first + turn * t)))
    return curve


def free(d: str, view_box: tuple[float, float, float, float], width: float, height: float) -> Curve:
    """An SVG path in the coordinates of `view_box`, stretched over the box. Its parts follow each other without a gap in
    length. Raises RenderError `path_invalid`, also for a path of no length."""
    x, y, w, h = view_box
    drawn = _Drawn(width / w, height / h, x, y)
    trace(d, drawn)
    if not 0 < drawn.curve.length < _LARGEST:
        raise _unusable()
    return drawn.curve


def _unusable() -> RenderError:
    return RenderError("path_invalid", "The line that the text is to follow has no length, or too much.", part="d")


def _check(*numbers: float) -> None:
    if any(abs(number) > _LARGEST for number in numbers):
        raise _unusable()


class _Drawn:
    """Takes a path's segments as a skia.Path would, and makes chords of them."""

    def __init__(self, scale_x: float, scale_y: float, x: float, y: float):
        self.curve = Curve()
        self._sx, self._sy, self._x, self._y = scale_x, scale_y, x, y
        self._raw = self._start = (0.0, 0.0)  # the pen, before stretching

    def _placed(self, point: Point) -> Point:
        return ((point[0] - self._x) * self._sx, (point[1] - self._y) * self._sy)

    def moveTo(self, x: float, y: float) -> None:
        _check(x, y)
        self._raw = self._start = (x, y)

    def lineTo(self, x: float, y: float) -> None:
        _check(x, y)
        self.curve.add(self._placed(self._raw), self._placed((x, y)), (0.0, 0.0), (0.0, 0.0))
        self._raw = (x, y)

    def close(self) -> None:
        self.lineTo(*self._start)

    def quadTo(self, x1: float, y1: float, x: float, y: float) -> None:
        self._bezier([self._raw, (x1, y1), (x, y)])

    def cubicTo(self, x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> None:
        self._bezier([self._raw, (x1, y1), (x2, y2), (x, y)])

    def _bezier(self, raw: list[Point]) -> None:
        """Chords by Wang's formula: enough for the largest second difference of the control points."""
        _check(*(number for point in raw for number in point))
        points, degree = [self._placed(point) for point in raw], len(raw) - 1
        second = max(_long(a[0] - 2 * b[0] + c[0], a[1] - 2 * b[1] + c[1])
                     for a, b, c in zip(points, points[1:], points[2:], strict=False))
        steps = _chords(sqrt(degree * (degree - 1) * second / (8 * FLATNESS)))
        slopes = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(points)]
        self.curve.sweep(steps, lambda t: _casteljau(points, t), lambda t: _casteljau(slopes, t))
        self._raw = raw[-1]

    def arcTo(self, rx: float, ry: float, turn: float, size, sweep, x: float, y: float) -> None:
        """An elliptical arc by its end points (SVG 1.1, F.6)."""
        _check(rx, ry, x, y)
        start, end, self._raw = self._raw, (x, y), (x, y)
        if min(rx, ry) < _SMALLEST or max(abs(start[0] - x), abs(start[1] - y)) < _SMALLEST:
            self.curve.add(self._placed(start), self._placed(end), (0.0, 0.0), (0.0, 0.0))
            return
        co, si = cosine(radians(turn)), sine(radians(turn))
        dx, dy = (start[0] - x) / 2, (start[1] - y) / 2
        px, py = co * dx + si * dy, co * dy - si * dx
        grow = _long(px / rx, py / ry)
        if grow > 1:
            rx, ry = rx * grow, ry * grow
        whole, part = _square(rx * ry), _square(rx * py) + _square(ry * px)
        rest = max(0.0, whole - part) / part
        clockwise = sweep == skia.PathDirection.kCW
        side = sqrt(rest) * (1 if (size == skia.Path.ArcSize.kLarge_ArcSize) != clockwise else -1)
        mx, my = side * rx * py / ry, -side * ry * px / rx
        cx, cy = co * mx - si * my + (start[0] + x) / 2, si * mx + co * my + (start[1] + y) / 2
        first = _angle((px - mx) / rx, (py - my) / ry)
        angle = (_angle((-px - mx) / rx, (-py - my) / ry) - first) % (2 * pi)
        angle = angle if clockwise else angle - 2 * pi

        def point(t: float) -> Point:
            u, v = rx * cosine(first + angle * t), ry * sine(first + angle * t)
            return self._placed((cx + co * u - si * v, cy + si * u + co * v))

        def direction(t: float) -> Point:
            u, v = -rx * sine(first + angle * t) * angle, ry * cosine(first + angle * t) * angle
            return (co * u - si * v) * self._sx, (si * u + co * v) * self._sy

        self.curve.sweep(_steps(angle, max(rx, ry) * max(self._sx, self._sy)), point, direction)


def _angle(x: float, y: float) -> float:
    angle = arc_cosine(max(-1.0, min(1.0, x / _long(x, y))))
    return angle if y >= 0 else -angle


def _casteljau(points: list[Point], t: float) -> Point:
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in itertools.pairwise(points)]
    return points[0]
