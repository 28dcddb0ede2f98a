"""How thin letters are at their thinnest: across each point of an outline, as far as the ink goes.

From points spread evenly over the outline a line runs inwards, square to it, until it leaves the ink. Where it leaves through
an edge that runs along the first, what it crossed is a stem, a hairline or a serif, and no corner. A contour is as thin as the
width that a tenth of an em of it does not exceed: less than that is the tip of a stroke, not a stroke.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import skia

from .contours import Point, polygons
from .matrices import Matrix

# Points of a contour for each em of it; how much of it, in ems, or at most which part of it, makes a stroke.
SAMPLES = 32
STROKE, PART = 0.1, 0.25
# The cosine of the angle between two edges with a stem between them, at least: 25 degrees.
ALONG = 0.9
_NEAR = 1e-6
_PAIRS = 500_000  # of a point and an edge, compared at once


class Edges(NamedTuple):
    """start, end, along (the way from one to the other): float64 (n, 2); length: (n,)."""

    start: np.ndarray
    end: np.ndarray
    along: np.ndarray
    length: np.ndarray



def thinnest(path: skia.Path, matrix: Matrix, em: float) -> float | None:
    """Pixels of the thinnest stem of letters under a matrix, which makes `em` pixels of an em; None where there is none."""
    evenodd = path.getFillType() == skia.PathFillType.kEvenOdd
    found, known = [], set()
    for contours in _neighbours(polygons(path, matrix)):
        key = _form(contours)
        if key not in known:
            known.add(key)
            found.append(_thinnest(contours, em, evenodd))
    return min((width for width in found if width is not None), default=None)


def _neighbours(contours: list[list[Point]]) -> list[list[list[Point]]]:
    """Each contour, and after it those whose boxes overlap its own: a letter's holes, and what is joined to it."""
    boxes = [(min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners))
             for corners in contours]
    found = [[corners] for corners in contours]
    order = sorted(range(len(contours)), key=lambda number: boxes[number][0])
    for place, one in enumerate(order):
        for other in order[place + 1:]:
            if boxes[other][0] > boxes[one][2]:
                break
            if boxes[one][1] <= boxes[other][3] and boxes[other][1] <= boxes[one][3]:
                found[one].append(contours[other])
                found[other].append(contours[one])
    return found


def _form(contours: list[list[Point]]) -> tuple:
    """The same for a contour and its neighbours wherever they stand, to a hundredth of a pixel."""
    x0, y0 = contours[0][0]
    return tuple((round((x - x0) * 100), round((y - y0) * 100)) for corners in contours for x, y in corners)


def _thinnest(contours: list[list[Point]], em: float, evenodd: bool) -> float | None:
    """Of the first of the contours."""
    edges, own = _edges(contours), len(_edges(contours[:1]).start)
    if not own:
        return None
    counts = np.maximum(1, np.ceil(edges.length[:own] * SAMPLES / em)).astype(np.int64)
    numbers = np.repeat(np.arange(len(counts)), counts)
    steps = np.arange(len(numbers)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = edges.start[numbers] + edges.along[numbers] * ((steps + 0.5) / counts[numbers])[:, None]
    chords, rows = [], max(1, _PAIRS // len(edges.start))
    for first in range(0, len(numbers), rows):
        part = slice(first, first + rows)
        for width, number in _across(edges, numbers[part], places[part], evenodd):
            chords.append((width, float(edges.length[number]) / int(counts[number])))
    wanted, seen = min(STROKE * em, PART * sum(edges.length[:own].tolist())), 0.0
    for width, share in sorted(chords):
        seen += share
        if seen >= wanted:
            return width
    return None


def _edges(contours: list[list[Point]]) -> Edges:
    pairs = [(one, two) for corners in contours for one, two in zip(corners, [*corners[1:], corners[0]], strict=True)
             if one != two]
    ends = np.array(pairs, np.float64).reshape(-1, 2, 2)
    along = ends[:, 1] - ends[:, 0]
    return Edges(ends[:, 0], ends[:, 1], along, np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1]))


def _across(edges: Edges, numbers: np.ndarray, places: np.ndarray, evenodd: bool) -> Iterator[tuple[float, int]]:
    """(how far the ink goes from a point of an edge, square to it; the edge) of each point where it is a stem's."""
    length = edges.length[numbers]
    nx, ny = (-edges.along[numbers, 1] / length)[:, None], (edges.along[numbers, 0] / length)[:, None]
    x, y = places[:, :1], places[:, 1:]
    one = nx * (edges.start[:, 1] - y) - ny * (edges.start[:, 0] - x)
    two = nx * (edges.end[:, 1] - y) - ny * (edges.end[:, 0] - x)
    crosses = (one <= 0) != (two <= 0)
    crosses[np.arange(len(numbers)), numbers] = False
    row, edge = np.nonzero(crosses)
    one, two = one[row, edge], two[row, edge]
    share = one / (one - two)
    hit_x, hit_y = (edges.start[edge, i] + edges.along[edge, i] * share - places[row, i] for i in (0, 1))
    far = nx[row, 0] * hit_x + ny[row, 0] * hit_y
    crossings: list[list[tuple[float, int, int]]] = [[] for _ in numbers]
    for at, *crossing in zip(row.tolist(), far.tolist(), np.where(one <= 0, 1, -1).tolist(), edge.tolist(), strict=True):
        crossings[at].append(tuple(crossing))
    for number, own in zip(numbers.tolist(), crossings, strict=True):
        found = _leaving(sorted(own), evenodd)
        if found is not None and _runs_along(edges, number, found[1]):
            yield found[0], number


def _leaving(crossings: list[tuple[float, int, int]], evenodd: bool) -> tuple[float, int] | None:
    """Where a line through an edge leaves the ink on that edge's one side, and by which edge; None with ink on both or none.

    crossings: of the line with all other edges: how far away, by how much the winding is less beyond it, edge.
    """
    winding = sum(turn for far, turn, _ in crossings if far > _NEAR)
    behind = winding - 1  # its own edge turns the winding by one
    if _inked(winding, evenodd) == _inked(behind, evenodd):
        return None
    onward = [one for one in crossings if one[0] > _NEAR]
    if not _inked(winding, evenodd):
        winding, onward = behind, [(-far, -turn, edge) for far, turn, edge in reversed(crossings) if far < -_NEAR]
    for far, turn, edge in onward:
        winding -= turn
        if not _inked(winding, evenodd):
            return far, edge
    return None


def _runs_along(edges: Edges, one: int, other: int) -> bool:
    (a, b), (c, d) = edges.along[one].tolist(), edges.along[other].tolist()
    return abs(a * c + b * d) >= ALONG * float(edges.length[one]) * float(edges.length[other])


def _inked(winding: int, evenodd: bool) -> bool:
    return winding % 2 == 1 if evenodd else winding != 0
