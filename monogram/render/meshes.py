"""Grids of points that bend a picture: cylinders, curved patches, perspective, displacement. All in float64, in this order
of operations, rounded to float32 when drawn, so that another engine finds the same points."""

from __future__ import annotations

from math import pi

import numpy as np

from .angles import cosine, sine
from .document import CylinderSurface, MeshSurface, QuadSurface, Surface
from .errors import RenderError
from .matrices import Box, Matrix

# Cells along each side of the art, at least. Fine enough that the straight triangles between show no corners: for the
# curves of a surface, and for what a map displaces.
FINE = 32
FINE_DISPLACED = 48
# How far, in pixels of the canvas, a grid reaches beyond the art's edges; the edge itself is cut by a smooth clip.
_MARGIN = 2.0

Homography = np.ndarray  # (3, 3)


def grid(surface: Surface, width: float, height: float, *, displaced: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(across, down, points): the grid's places along the art's sides (fractions, ascending, of what is seen of it) and
    where in a box of width x height pixels they come to lie, as (rows, columns, 2). Raises `surface_invalid`."""
    fine = FINE_DISPLACED if displaced else FINE
    match surface:
        case QuadSurface():
            across = down = np.linspace(0, 1, fine + 1)
            points = _mapped(homography(surface), *np.meshgrid(across, down))
        case MeshSurface():
            across, down, points = _patches(surface, fine)
        case CylinderSurface():
            across, down, points = _cylinder(surface, fine, fine if displaced else fine // 4)
    return across, down, points * (width, height)


def homography(quad: QuadSurface) -> Homography:
    """The projective map from the unit square to the quad (Heckbert 1989, 2.2.3). Raises `surface_invalid` unless convex."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points = [(corner.x, corner.y) for corner in quad.corners]
    turns = [_cross(points[i], points[(i + 1) % 4], points[(i + 2) % 4]) for i in range(4)]
    if not (all(turn > 1e-9 for turn in turns) or all(turn < -1e-9 for turn in turns)):
        raise RenderError("surface_invalid", "The four corners of a quad must make a convex shape, in order.", part="surface")
    ax, ay, bx, by, cx, cy = x1 - x2, y1 - y2, x3 - x2, y3 - y2, x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    whole = ax * by - bx * ay
    g, h = (cx * by - bx * cy) / whole, (ax * cy - cx * ay) / whole
    return np.array([[x1 - x0 + g * x1, x3 - x0 + h * x3, x0], [y1 - y0 + g * y1, y3 - y0 + h * y3, y0], [g, h, 1.0]])


def _cross(a, b, c) -> float:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _mapped(by: Homography, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    over = by[2, 0] * x + by[2, 1] * y + by[2, 2]
    return np.stack([(by[0, 0] * x + by[0, 1] * y + by[0, 2]) / over, (by[1, 0] * x + by[1, 1] * y + by[1, 2]) / over], axis=-1)


def _cylinder(surface: CylinderSurface, columns: int, rows: int):
    """A point of the wall at the angle a from the front is seen at (1 + sin a) / 2 across; its circle is an ellipse."""
    span = surface.to - surface.from_
    across = np.linspace(max(0.0, surface.from_), min(1.0, surface.to), columns + 1)
    down = np.linspace(0, 1, rows + 1)
    angle = ((across - surface.from_) / span - 0.5) * pi
    bottom = surface.curve if surface.curve_bottom is None else surface.curve_bottom
    hang = surface.curve + (bottom - surface.curve) * down
    sines, cosines = (np.array([turn(each) for each in angle.tolist()]) for turn in (sine, cosine))
    x = np.broadcast_to((1 + sines) / 2, (len(down), len(across)))
    return across, down, np.stack([x, down[:, None] + hang[:, None] * cosines[None, :]], axis=-1)


def _patches(surface: MeshSurface, fine: int):
    points = np.array([(point.x, point.y) for point in surface.points]).reshape(surface.rows + 1, surface.columns + 1, 2)
    down, points = _curved(points, fine)
    across, points = _curved(points.transpose(1, 0, 2), fine)
    return across, down, points.transpose(1, 0, 2)


def _curved(points: np.ndarray, fine: int) -> tuple[np.ndarray, np.ndarray]:
    """Uniform Catmull-Rom along the first axis, each cell cut into equal steps of the parameter."""
    cells = len(points) - 1
    steps = -(-fine // cells)
    ends = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    at = np.arange(cells * steps + 1)
    cell = np.minimum(at // steps, cells - 1)
    t = ((at - cell * steps) / steps)[:, None, None]
    a, b, c, d = (ends[cell + i] for i in range(4))
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return at / (cells * steps), curve


def stretches(points: np.ndarray, across: np.ndarray, down: np.ndarray) -> tuple[float, float]:
    """(least, largest): how long a unit of `across` and `down` becomes, whichever is longer, over all cells."""
    # a square root is rounded alike everywhere, hypot is not
    wide = np.sqrt((np.diff(points, axis=1) ** 2).sum(axis=-1)) / np.diff(across)
    high = np.sqrt((np.diff(points, axis=0) ** 2).sum(axis=-1)) / np.diff(down)[:, None]
    longer = np.maximum(np.maximum(wide[:-1], wide[1:]), np.maximum(high[:, :-1], high[:, 1:]))
    return float(longer.min()), float(longer.max())


def transformed(matrix: Matrix, points: np.ndarray) -> np.ndarray:
    a, b, c, d, e, f = matrix
    x, y = points[..., 0], points[..., 1]
    return np.stack([a * x + c * y + e, b * x + d * y + f], axis=-1)


def displaced(points: np.ndarray, box: tuple[float, float], pixels: np.ndarray, strength: float) -> np.ndarray:
    """Points of a box moved by a map over it (uint8 RGBA, not premultiplied): right by red, down by green.

    A value v with the alpha a moves by strength * (v - 128) / 127 * a / 255; between pixels, and pixels being taken at their
    middles, the moves are mixed linearly.
    """
    height, width = pixels.shape[:2]
    moves = (pixels[:, :, :2].astype(np.float64) - 128) / 127 * (pixels[:, :, 3:].astype(np.float64) / 255)
    x = np.clip(points[..., 0] / box[0] * width - 0.5, 0, width - 1)
    y = np.clip(points[..., 1] / box[1] * height - 0.5, 0, height - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    u, v = (x - left)[..., None], (y - top)[..., None]
    upper = moves[top, left] * (1 - u) + moves[top, right] * u
    lower = moves[bottom, left] * (1 - u) + moves[bottom, right] * u
    return points + strength * (upper * (1 - v) + lower * v)


def rim(points: np.ndarray) -> np.ndarray:
    """The grid's outer points, once around: (n, 2)."""
    return np.concatenate([points[0], points[1:, -1], points[-1, -2::-1], points[-2:0:-1, 0]])


def with_margin(points: np.ndarray) -> np.ndarray:
    """The grid with one more ring of points, _MARGIN further out."""
    for _ in range(2):
        first, last = _beyond(points[0], points[1]), _beyond(points[-1], points[-2])
        points = np.concatenate([first[None], points, last[None]]).transpose(1, 0, 2)
    return points


def _beyond(edge: np.ndarray, inside: np.ndarray) -> np.ndarray:
    away = edge - inside
    length = np.hypot(away[:, 0], away[:, 1])[:, None]
    return edge + np.divide(away * _MARGIN, length, out=np.zeros_like(away), where=length > 0)


def seen(box: Box, across: np.ndarray, down: np.ndarray, points: np.ndarray) -> Box:
    """The upright box around what a box of the art (in units of across and down) becomes; by 17 x 17 of its points."""
    columns = np.interp(np.linspace(box[0], box[2], 17), across, np.arange(len(across)))
    rows = np.interp(np.linspace(box[1], box[3], 17), down, np.arange(len(down)))
    left, top = np.minimum(columns.astype(int), len(across) - 2), np.minimum(rows.astype(int), len(down) - 2)
    u, v = (columns - left)[None, :, None], (rows - top)[:, None, None]
    cells = [points[np.ix_(top + i, left + j)] for i in (0, 1) for j in (0, 1)]
    found = (cells[0] * (1 - u) + cells[1] * u) * (1 - v) + (cells[2] * (1 - u) + cells[3] * u) * v
    return (*(float(edge) for edge in found.min(axis=(0, 1))), *(float(edge) for edge in found.max(axis=(0, 1))))
