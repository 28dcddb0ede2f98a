"""What of a picture lies beyond an area: art that a knife would cut, and art that is meant to run off the edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import sqrt

import skia
from msgspec import Struct

from . import contours
from .matrices import Box, Matrix, bounds, intersection, lengths, outset, union
from .scene import AnyNode, GroupNode, ImageNode, PatchNode, PathNode, Scene, SurfaceNode, shows

# Pixels of ink beyond an area that are still forgiven: anti-aliased edges and the sides of letters.
TOLERANCE = 2.0


class Piece(Struct, frozen=True):
    """Art of a layer. box: what it covers at most, in canvas pixels. plain: it is that box, upright and uncut but by others.

    corners: of the parallelogram that it fills, within `box`; none for any other form.
    """

    layer: str
    box: Box
    plain: bool
    corners: tuple[contours.Point, ...] = ()


def leaves(box: Box, area: Box) -> bool:
    """Whether a box with anything in it reaches beyond an area."""
    return box[2] > box[0] and box[3] > box[1] and max(_beyond(box, area)) > TOLERANCE


def _beyond(box: Box, area: Box) -> tuple[float, float, float, float]:
    return (area[0] - box[0], area[1] - box[1], box[2] - area[2], box[3] - area[3])


def frames(pieces: list[Piece], area: Box) -> bool:
    """Whether a layer's art reaches beyond an area on opposite sides, as frames and bands do that are meant to lie there."""
    beyond = [far > TOLERANCE for far in _beyond(union(piece.box for piece in pieces), area)]
    return (beyond[0] and beyond[2]) or (beyond[1] and beyond[3])


def left(pieces: list[Piece], area: Box, canvas: Box, *, held: bool, whole: bool) -> bool:
    """Whether a layer's art reaches beyond an area other than as bleed.

    On each side art is bleed where it goes on to the canvas's own edge. Where an answer fills the layer (held), only an
    upright rectangle is, or what covers that edge from end to end; what must stay whole (a code) never is.
    """
    box = union(piece.box for piece in pieces)
    if box[2] <= box[0] or box[3] <= box[1]:
        return False
    for side, (beyond, short) in enumerate(zip(_beyond(box, area), _beyond(box, canvas), strict=True)):
        if beyond <= TOLERANCE:
            continue
        if whole or short < -TOLERANCE:
            return True
        if held and not any(_bleeds(piece, side, canvas) for piece in pieces):
            return True
    return False


def _bleeds(piece: Piece, side: int, canvas: Box) -> bool:
    if piece.plain:
        return _beyond(piece.box, canvas)[side] >= -TOLERANCE
    x, y = canvas[0 if side != 2 else 2], canvas[1 if side != 3 else 3]
    ends = ((x, canvas[1]), (x, canvas[3])) if side in (0, 2) else ((canvas[0], y), (canvas[2], y))
    return bool(piece.corners) and all(_holds(piece, end) for end in ends)


def _holds(piece: Piece, point: contours.Point) -> bool:
    """Whether the piece covers a point, give or take the tolerance."""
    if max(_beyond((*point, *point), piece.box)) > TOLERANCE:
        return False
    far = []
    for (x, y), (u, v) in zip(piece.corners, (*piece.corners[1:], piece.corners[0]), strict=True):
        length = sqrt((u - x) * (u - x) + (v - y) * (v - y))
        if length == 0:
            return False
        far.append(((u - x) * (point[1] - y) - (v - y) * (point[0] - x)) / length)
    return min(far) >= -TOLERANCE or max(far) <= TOLERANCE


def pieces(scene: Scene, skip: Iterable[str], area: Box) -> dict[str, list[Piece]]:
    """The art of each layer, in the order it is painted, but for layers to skip and art that stays within the area."""
    found: dict[str, list[Piece]] = {}
    beyond = {node.layer for node in drawn(scene.nodes) if leaves(node.bounds, area)} - set(skip)
    for piece in _pieces(scene.nodes, None, sharp=True):
        if piece.layer in beyond:
            found.setdefault(piece.layer, []).append(piece)
    return found


def drawn(nodes: tuple[AnyNode, ...]) -> Iterator[AnyNode]:
    """Nodes that draw, without the art of surfaces, which lies on pictures of its own."""
    for node in nodes:
        if isinstance(node, GroupNode):
            yield from drawn(node.children)
        else:
            yield node


def _pieces(nodes: tuple[AnyNode, ...], clip: Box | None, *, sharp: bool) -> Iterator[Piece]:
    """clip: what groups above leave of the canvas; sharp: whether they cut along upright lines only."""
    for node in nodes:
        if isinstance(node, GroupNode):
            upright = sharp and node.stencil is None and all(_is_box(one, node.matrix) for one in node.clips)
            inner = clip
            for one in node.clips:
                box = bounds(node.matrix, contours.box(one))
                inner = box if inner is None else intersection(inner, box)
            yield from _pieces(node.children, inner, sharp=upright)
            continue
        box, corners = _reach(node)
        if box is None:
            continue
        plain = sharp and bool(corners) and _is_upright(node.matrix)
        yield Piece(node.layer, box if clip is None else intersection(box, clip), plain, corners if sharp else ())


def _reach(node: AnyNode) -> tuple[Box | None, tuple[contours.Point, ...]]:
    """What a node covers without its shadows, and the corners of it where it is a rectangle of its own coordinates."""
    match node:
        case ImageNode(region=own):
            return bounds(node.matrix, own), _corners(node.matrix, own)
        case PatchNode():
            own = (node.columns[0][0], node.rows[0][0], node.columns[-1][0], node.rows[-1][0])
            return bounds(node.matrix, own), _corners(node.matrix, own)
        case PathNode():
            return _of_path(node)
        case SurfaceNode():
            return outset(node.bounds, -1), ()
    return node.bounds, ()


def _of_path(node: PathNode) -> tuple[Box | None, tuple[contours.Point, ...]]:
    widths = [line.width for line in node.strokes if line.color[3] > 0]
    if not (shows(node.fill) or widths):
        return None, ()
    if _is_box(node.path, None):
        own = outset(contours.box(node.path), max(widths, default=0) / 2)
        return bounds(node.matrix, own), _corners(node.matrix, own) if shows(node.fill) else ()
    points = [point for corners in contours.polygons(node.path, node.matrix) for point in corners]
    if not points:
        return None, ()
    xs, ys = [x for x, _ in points], [y for _, y in points]
    by = max(widths, default=0) / 2 * max(lengths(node.matrix))
    return outset((min(xs), min(ys), max(xs), max(ys)), by), ()


def _corners(matrix: Matrix, box: Box) -> tuple[contours.Point, ...]:
    a, b, c, d, e, f = matrix
    return tuple((a * x + c * y + e, b * x + d * y + f)
                 for x, y in ((box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])))


def _is_box(path: skia.Path, matrix: Matrix | None) -> bool:
    return bool(path.isRect(skia.Rect.MakeEmpty())) and (matrix is None or _is_upright(matrix))


def _is_upright(matrix: Matrix) -> bool:
    return (matrix[1] == 0 == matrix[2]) or (matrix[0] == 0 == matrix[3])
