"""Star maps: where the stars of the Hipparcos catalogue stand over a place at a moment, drawn as a disc.

Julian date and mean sidereal time (IAU 1982), precession from J2000 (IAU 1976, Lieske), then altitude and azimuth. Left
out: nutation and aberration (under 0.01 degrees each), refraction (half a degree at the horizon, none at the zenith) and
proper motion (under 0.02 degrees in a century for all but some dozens of near stars).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from math import cos, radians, sin, tan
from pathlib import Path
from typing import TYPE_CHECKING

import skia

from ..document import StarMapLayer, Stroke
from ..errors import RenderError
from ..matrices import Matrix
from ..scene import AnyNode
from .drawing import painted

if TYPE_CHECKING:
    from ..resolve.layers import Resolving

Vector = tuple[float, float, float]
_EPOCH = datetime(2000, 1, 1, 12, tzinfo=UTC)  # J2000, Julian date 2,451,545
_YEARS = (1600, 2400)  # where the polynomials hold
# Versions of Python read more or less else; the browser reads this too.
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)

# A disc's radius in parts of the map's: that of a star of magnitude 6, and how much larger each magnitude brighter is.
_SIXTH, _GROWTH = 0.0028, 1.28
_LINE, _RIM, _GRID_ALPHA, _LINE_ALPHA = 0.0035, 0.006, 0.25, 0.45


def nodes(resolving: Resolving, layer: StarMapLayer, matrix: Matrix) -> list[AnyNode]:
    """The disc, grid, lines and stars. Raises RenderError `time_invalid`."""
    seen = sky(moment(layer.time), layer.latitude, layer.longitude)
    radius = min(layer.width, layer.height) / 2
    chart = _Chart(layer.width / 2, layer.height / 2, radius)
    drawn = painted(resolving, layer, matrix, _circle(chart, 1), layer.sky)
    if layer.grid:
        drawn += painted(resolving, layer, matrix, _grid(chart), None,
                         Stroke(color=_faint(layer.stars, _GRID_ALPHA), width=radius * _LINE))
    if layer.lines:
        drawn += painted(resolving, layer, matrix, _figures(chart, seen), None,
                         Stroke(color=_faint(layer.stars, _LINE_ALPHA), width=radius * _LINE, cap="round"))
    drawn += painted(resolving, layer, matrix, _stars(chart, seen, layer.magnitude), layer.stars)
    return drawn + painted(resolving, layer, matrix, _circle(chart, 1 - _RIM / 2), None,
                           Stroke(color=layer.stars, width=radius * _RIM))


def moment(time: str) -> datetime:
    """ISO 8601 with an offset, in UTC. Raises RenderError `time_invalid`."""
    try:
        told = datetime.fromisoformat(time).astimezone(UTC) if _TIME.fullmatch(time) else None
    except (ValueError, OverflowError):
        told = None
    if told is None or not _YEARS[0] <= told.year < _YEARS[1]:
        raise RenderError("time_invalid", f"The time {time!r} is not ISO 8601 with an offset, such as "
                          f"2026-01-01T22:00:00+01:00, of the years {_YEARS[0]} to {_YEARS[1]}.", part="time")
    return told


class Sky:
    """A sky: turns a J2000 direction (right ascension and declination in degrees) into (north, east, up), length 1."""

    def __init__(self, when: datetime, latitude: float, longitude: float):
        days = (when - _EPOCH).total_seconds() / 86_400
        self._precession = _precession(days / 36_525)
        turned = radians(sidereal(days) + longitude)
        self._meridian, self._latitude = (cos(turned), sin(turned)), (cos(radians(latitude)), sin(radians(latitude)))

    def __call__(self, right_ascension: float, declination: float) -> Vector:
        a, d = radians(right_ascension), radians(declination)
        there = (cos(d) * cos(a), cos(d) * sin(a), sin(d))
        x, y, z = (sum(m * v for m, v in zip(row, there, strict=True)) for row in self._precession)
        (co, si), (across, up) = self._meridian, self._latitude
        south, east = x * co + y * si, y * co - x * si  # towards the meridian's equator, and to the east of it
        return z * across - south * up, east, south * across + z * up


def sky(when: datetime, latitude: float, longitude: float) -> Sky:
    return Sky(when, latitude, longitude)


def sidereal(days: float) -> float:
    """Greenwich mean sidereal time in degrees; days of UT since J2000 (UTC is within a second of it)."""
    t = days / 36_525
    return (280.46061837 + 360.98564736629 * days + 0.000387933 * t * t - t * t * t / 38_710_000) % 360


def _precession(t: float) -> tuple[Vector, Vector, Vector]:
    """The rotation from J2000 to t Julian centuries later."""
    zeta, z, theta = (radians(t * (a + t * (b + t * c)) / 3600) for a, b, c in (
        (2306.2181, 0.30188, 0.017998), (2306.2181, 1.09468, 0.018203), (2004.3109, -0.42665, -0.041833)))
    (cz, sz), (c, s), (ct, st) = ((cos(angle), sin(angle)) for angle in (zeta, z, theta))
    return ((cz * ct * c - sz * s, -sz * ct * c - cz * s, -st * c),
            (cz * ct * s + sz * c, -sz * ct * s + cz * c, -st * s),
            (cz * st, -sz * st, ct))


class _Chart:
    """Stereographic: the zenith in the middle, the horizon on the rim. Places are rounded to 1/1000 pixel, so that the last
    bit of a machine's sine does not show."""

    def __init__(self, x: float, y: float, radius: float):
        self.x, self.y, self.radius = x, y, radius

    def place(self, direction: Vector) -> tuple[float, float]:
        north, east, up = direction
        by = self.radius / (1 + up)
        return round(self.x - east * by, 3), round(self.y - north * by, 3)


def _stars(chart: _Chart, seen: Sky, faintest: float) -> skia.Path:
    path, numbers = skia.Path(), catalogue()["stars"]
    for at in range(0, len(numbers), 4):
        _, right_ascension, declination, magnitude = numbers[at:at + 4]
        if magnitude > faintest * 100:  # brightest first
            break
        direction = seen(right_ascension / 1000, declination / 1000)
        if direction[2] > 0:
            size = _SIXTH * _GROWTH ** (6 - magnitude / 100)
            path.addCircle(*chart.place(direction), round(chart.radius * size, 3))
    return path


def _figures(chart: _Chart, seen: Sky) -> skia.Path:
    """Constellation lines, cut at the horizon."""
    path = skia.Path()
    for lines in catalogue()["lines"].values():
        for line in lines:
            points = [seen(line[i] / 1000, line[i + 1] / 1000) for i in range(0, len(line), 2)]
            for one, two in pairwise(points):
                if one[2] <= 0 and two[2] <= 0:
                    continue
                path.moveTo(*chart.place(one if one[2] > 0 else _horizon(two, one)))
                path.lineTo(*chart.place(two if two[2] > 0 else _horizon(one, two)))
    return path


def _horizon(above: Vector, below: Vector) -> Vector:
    """Where the great circle from one to the other sets."""
    part = above[2] / (above[2] - below[2])
    north, east = (a + part * (b - a) for a, b in zip(above[:2], below[:2], strict=True))
    length = (north * north + east * east) ** 0.5
    return north / length, east / length, 0.0


def _grid(chart: _Chart) -> skia.Path:
    path = skia.Path()
    for altitude in (30, 60):
        path.addPath(_circle(chart, tan(radians(90 - altitude) / 2)))
    for azimuth in range(0, 360, 45):
        path.moveTo(chart.x, chart.y)
        path.lineTo(*chart.place((cos(radians(azimuth)), sin(radians(azimuth)), 0)))
    return path


def _circle(chart: _Chart, part: float) -> skia.Path:
    path = skia.Path()
    path.addCircle(chart.x, chart.y, round(chart.radius * part, 3))
    return path


def _faint(color: str, share: float) -> str:
    return f"{color[:7]}{round(int(color[7:9] or 'ff', 16) * share):02x}"


@cache
def catalogue() -> dict:
    """`sky.json`: see its notice for the source, the licence and the meaning of its numbers."""
    return json.loads(Path(__file__).with_name("sky.json").read_text("utf-8"))
