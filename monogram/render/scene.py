"""What is painted: absolute, nothing optional, no document left in it. `resolve` makes it, `paint` draws it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import skia
from msgspec import Struct

from .document.adjustments import Adjustment
from .headers import ImageInfo
from .matrices import Box, Matrix, lengths

if TYPE_CHECKING:
    from .fonts import Face

Rgba = tuple[float, float, float, float]  # 0 to 1, sRGB, not premultiplied


class Source(Struct, frozen=True, eq=False):
    """An image file not decoded yet; its header has been checked. Sources are compared by identity."""

    name: str
    data: bytes
    info: ImageInfo


class Grid(Struct, frozen=True):
    """width x height pixels of the output laid over a box of source pixels (left, top, right, bottom)."""

    width: int
    height: int
    box: Box


class Altered(Struct, frozen=True):
    """A picture made from a source by `render/adjust`, in this order; it stands where a source may.

    adjust: changes to all of the source's pixels; window: then only this part (whole source pixels) is left;
    grid: then it is brought to this grid, for what is drawn on it.
    textures: sources by the names that mosaics use.
    """

    source: Source
    adjust: tuple[Adjustment, ...] = ()
    window: tuple[int, int, int, int] | None = None
    grid: Grid | None = None
    drawn: tuple[Adjustment, ...] = ()
    textures: tuple[tuple[str, Source], ...] = ()


class Linear(Struct, frozen=True):
    """Colours along a line between two points of own coordinates, mixed premultiplied; beyond them the outermost go on."""

    start: tuple[float, float]
    end: tuple[float, float]
    colors: tuple[Rgba, ...]
    places: tuple[float, ...]  # of the colours, 0 to 1, ascending


class Radial(Struct, frozen=True):
    """Colours from a centre to a radius, in own coordinates; mixed as Linear.

    focus: x, y and radius of the circle, within the outer one, that the colours start from; None: the centre
    """

    center: tuple[float, float]
    radius: float
    colors: tuple[Rgba, ...]
    places: tuple[float, ...]
    focus: tuple[float, float, float] | None = None


class Texture(Struct, frozen=True):
    """A picture as paint. matrix: its pixels to own coordinates. Beyond the picture it repeats, or its edge pixels do."""

    source: Source | Altered
    matrix: Matrix
    repeats: bool


Fill = Rgba | Linear | Radial | Texture


def shows(fill: Fill) -> bool:
    """Whether it paints anything. Gradients of nothing but clear colours are resolved to a clear colour."""
    return not isinstance(fill, tuple) or fill[3] > 0


class Line(Struct, frozen=True):
    """How a path is stroked; lengths in the path's own coordinates. `dash` is empty or of even length.

    behind: under the fill.
    """

    color: Rgba
    width: float
    join: Literal["round", "miter", "bevel"]
    cap: Literal["butt", "round", "square"]
    dash: tuple[float, ...]
    behind: bool


class Blur(Struct, frozen=True):
    """A shadow: colour, offset and the Gaussian's sigma, in the node's own coordinates.

    inner: falls on the fill from its own rim: the colour times (1 - the fill's blurred silhouette), only where the fill is.
    """

    color: Rgba
    dx: float
    dy: float
    sigma: float
    inner: bool


class Node(Struct, frozen=True, kw_only=True):
    """matrix: own coordinates to canvas pixels; bounds: all that it may touch, in canvas pixels; layer: for messages."""

    layer: str
    matrix: Matrix
    bounds: Box


class PathNode(Node, frozen=True, kw_only=True):
    """Painted in this order: shadows, strokes behind, fill, inner shadows, strokes in front; of each kind the last first.

    A zero alpha paints nothing. A shadow is that of fill and strokes together, or of the fill where neither paints.

    pieces: where there are any, the fill is painted by these paths, each with its own; `path` is all of them together, for
    strokes and shadows, and `fill` says whether any shows.
    oriented: all outer contours run the same way round, as fonts draw them, so that fill and stroke may be one outline.
    """

    path: skia.Path
    fill: Fill
    pieces: tuple[tuple[skia.Path, Fill], ...] = ()
    strokes: tuple[Line, ...]
    shadows: tuple[Blur, ...]
    oriented: bool


class ImageNode(Node, frozen=True, kw_only=True):
    """The region (left, top, right, bottom; its pixels, fractional) of a picture. The matrix maps the picture's pixels."""

    source: Source | Altered
    region: Box


class PatchNode(Node, frozen=True, kw_only=True):
    """A picture stretched by parts over a box of own coordinates, cut at its edges.

    columns, rows: ascending (own coordinate, the picture's pixel) of each cut, outer edges included.
    """

    source: Source | Altered
    columns: tuple[tuple[float, float], ...]
    rows: tuple[tuple[float, float], ...]

    @property
    def scales(self) -> tuple[float, float]:
        """How long the picture's pixels become along both axes where they are drawn smallest, in canvas pixels."""
        return tuple(
            along * min((there - here) / (to - at) for (here, at), (there, to) in pairwise(cuts) if to > at)
            for along, cuts in zip(lengths(self.matrix), (self.columns, self.rows), strict=True))


class GlyphsNode(Node, frozen=True, kw_only=True):
    """Colour glyphs, which have no outline: ids and baseline points in own coordinates."""

    face: Face
    size: float
    glyphs: tuple[int, ...]
    points: tuple[tuple[float, float], ...]
    shadows: tuple[Blur, ...]


class Stencil(Struct, frozen=True, kw_only=True):
    """An image mask: the source stretched over `box` of own coordinates lets through by its alpha or luminance."""

    source: Source
    channel: Literal["alpha", "luminance"]
    box: tuple[float, float]
    matrix: Matrix


class Mesh(Struct, frozen=True, eq=False):
    """A grid that bends a picture. across, down: places of its columns and rows in the picture, in its pixels, ascending;
    points: where they come to lie, in own coordinates, float64 (rows, columns, 2)."""

    across: np.ndarray
    down: np.ndarray
    points: np.ndarray


class Displacement(Struct, frozen=True):
    """A map over a box of own coordinates that moves a mesh's points: see `meshes.displaced`."""

    source: Source
    strength: float
    box: tuple[float, float]


class SurfaceNode(Node, frozen=True, kw_only=True):
    """Children painted as a picture of width x height pixels, transparent where they are not, and then bent.

    The children's matrices and bounds are in that picture's pixels. Sampled linearly, or by Mitchell's cubic.
    perspective: 3 x 3, row by row, from the picture's pixels to the canvas's; or else
    mesh: cut into triangles, its rim anti-aliased; and what displaces it.
    """

    children: tuple[AnyNode, ...]
    width: int
    height: int
    perspective: tuple[float, ...] | None
    mesh: Mesh | None
    displacement: Displacement | None
    cubic: bool


class GroupNode(Node, frozen=True, kw_only=True):
    """Children painted in order, cut by the clips (paths in own coordinates), let through by the stencil.

    isolated: the children first become one picture, which then meets what lies below by `opacity` and `blend`.
    The children's matrices are absolute already.
    """

    children: tuple[AnyNode, ...]
    clips: tuple[skia.Path, ...]
    stencil: Stencil | None
    opacity: float
    blend: str
    isolated: bool


AnyNode = PathNode | ImageNode | PatchNode | GlyphsNode | GroupNode | SurfaceNode


class Scene(Struct, frozen=True, kw_only=True):
    """A canvas of width x height pixels, transparent where `background` is, and its nodes, bottom first."""

    width: int
    height: int
    dpi: float
    background: Rgba
    nodes: tuple[AnyNode, ...]


def walk(nodes: tuple[AnyNode, ...]):
    """Every node, in the order it is painted, groups before their children."""
    for node in nodes:
        yield node
        if isinstance(node, (GroupNode, SurfaceNode)):
            yield from walk(node.children)
