"""Outlines: a document's shapes and SVG path strings as Skia paths in the coordinates of the layer's box."""

from __future__ import annotations

import re

import msgspec
import skia

from .document import EllipseShape, LineShape, PathShape, RectangleShape, Shape
from .errors import RenderError
from .matrices import Box, Matrix


class Drawn(msgspec.Struct, frozen=True):
    """A shape that a generated layer has drawn already, in the coordinates of its box: no document can say it."""

    path: skia.Path


def outline(shape: Shape | Drawn, width: float, height: float) -> skia.Path:
    """The shape stretched over a box of width x height pixels, from (0, 0)."""
    path = skia.Path()
    box = skia.Rect.MakeWH(width, height)
    match shape:
        case RectangleShape(radius=radius):
            radius = min(radius, width / 2, height / 2)
            path.addRoundRect(box, radius, radius) if radius else path.addRect(box)
        case EllipseShape():
            path.addOval(box)
        case LineShape():
            path.moveTo(0, 0)
            path.lineTo(width, height)
        case PathShape(d=d, view_box=(x, y, w, h), rule=rule):
            path = parse(d)
            path.transform(matrix((width / w, 0, 0, height / h, -x * width / w, -y * height / h)))
            path.setFillType(skia.PathFillType.kEvenOdd if rule == "evenodd" else skia.PathFillType.kWinding)
        case Drawn(path=path):
            pass
    return path


def matrix(m: Matrix) -> skia.Matrix:
    a, b, c, d, e, f = m
    return skia.Matrix.MakeAll(a, c, e, b, d, f, 0, 0, 1)


_TOKEN = re.compile(r"\s*,?\s*(?:([MmZzLlHhVvCcSsQqTtAa])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))")
_FLAG = re.compile(r"\s*,?\s*([01])")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def parse(d: str) -> skia.Path:
    """An SVG path string (SVG 1.1, 8.3: every command, absolute and relative). Raises RenderError `path_invalid`."""
    path = skia.Path()
    trace(d, path)
    if not path.isFinite():
        raise RenderError("path_invalid", "The path has coordinates too large to draw.", part="d")
    return path


def trace(d: str, path) -> None:
    """Draws a path string's segments, absolute and spelled out, with the methods of a skia.Path. Raises `path_invalid`."""
    pen = _Pen()
    for command, numbers in _segments(d):
        pen.draw(path, command, numbers)
    if not pen.last:
        raise RenderError("path_invalid", "The path string is empty.", part="d")


def _segments(d: str):
    """(command, its numbers), repeated commands spelled out. Arc flags may be written without separators."""
    at, command, end = 0, "", len(d.rstrip())
    while at < end:
        found = _TOKEN.match(d, at)
        if found is None:
            raise _invalid(d, at)
        if found.group(1):
            command, at = found.group(1), found.end()
            if command in "Zz":
                yield command, ()
                continue
        elif not command or command in "Zz":
            raise _invalid(d, at)
        numbers = []
        for index in range(_COUNTS[command.upper()]):
            found = (_FLAG if command in "Aa" and index in (3, 4) else _TOKEN).match(d, at)
            if found is None or (found.group(found.lastindex) is found.group(1) and found.re is _TOKEN):
                raise _invalid(d, at)
            numbers.append(float(found.group(found.lastindex)))
            at = found.end()
        yield command, tuple(numbers)
        command = {"M": "L", "m": "l"}.get(command, command)


def _invalid(d: str, at: int) -> RenderError:
    return RenderError("path_invalid", f"The path string cannot be read at character {at + 1}: {d[at:at + 20]!r}.", part="d")


class _Pen:
    """Where the path is, and the control point a smooth command mirrors."""

    def __init__(self):
        self.x = self.y = self.start_x = self.start_y = 0.0
        self.control: tuple[float, float] | None = None
        self.last = ""

    def draw(self, path: skia.Path, command: str, n: tuple[float, ...]) -> None:
        kind = command.upper()
        if not self.last and kind != "M":
            raise RenderError("path_invalid", "A path string must start with M or m.", part="d")
        if self.last == "Z" and kind not in "MZ":
            path.moveTo(self.x, self.y)
        points = self._absolute(command, n)
        getattr(self, "_" + kind.lower())(path, points, n)
        self.last = kind

    def _absolute(self, command: str, n: tuple[float, ...]) -> list[tuple[float, float]]:
        dx, dy = (self.x, self.y) if command.islower() else (0.0, 0.0)
        kind = command.upper()
        if kind == "H":
            return [(n[0] + dx, self.y)]
        if kind == "V":
            return [(self.x, n[0] + dy)]
        pairs = n[5:] if kind == "A" else n
        return [(pairs[i] + dx, pairs[i + 1] + dy) for i in range(0, len(pairs), 2)]

    def _to(self, point: tuple[float, float], control: tuple[float, float] | None = None) -> None:
        (self.x, self.y), self.control = point, control

    def _mirrored(self, kinds: str) -> tuple[float, float]:
        if self.last in kinds and self.control:
            return 2 * self.x - self.control[0], 2 * self.y - self.control[1]
        return self.x, self.y

    def _m(self, path, points, n):
        path.moveTo(*points[0])
        self._to(points[0])
        self.start_x, self.start_y = points[0]

    def _l(self, path, points, n):
        path.lineTo(*points[0])
        self._to(points[0])

    _h = _v = _l

    def _c(self, path, points, n):
        path.cubicTo(*points[0], *points[1], *points[2])
        self._to(points[2], points[1])

    def _s(self, path, points, n):
        path.cubicTo(*self._mirrored("CS"), *points[0], *points[1])
        self._to(points[1], points[0])

    def _q(self, path, points, n):
        path.quadTo(*points[0], *points[1])
        self._to(points[1], points[0])

    def _t(self, path, points, n):
        control = self._mirrored("QT")
        path.quadTo(*control, *points[0])
        self._to(points[0], control)

    def _a(self, path, points, n):
        large = skia.Path.ArcSize.kLarge_ArcSize if n[3] else skia.Path.ArcSize.kSmall_ArcSize
        sweep = skia.PathDirection.kCW if n[4] else skia.PathDirection.kCCW
        path.arcTo(abs(n[0]), abs(n[1]), n[2], large, sweep, *points[0])
        self._to(points[0])

    def _z(self, path, points, n):
        path.close()
        self._to((self.start_x, self.start_y))


def box_of(rect: skia.Rect) -> Box:
    return (rect.left(), rect.top(), rect.right(), rect.bottom())
