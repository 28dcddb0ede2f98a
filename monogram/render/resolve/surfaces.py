"""Surface layers: how large their art is drawn, and the perspective or grid that bends it."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

from .. import limits, meshes
from ..document import QuadSurface, SurfaceLayer
from ..matrices import Box, Matrix, lengths, multiply, outset, scale, translate
from ..scene import AnyNode, Displacement, Mesh, SurfaceNode

if TYPE_CHECKING:
    from .layers import Resolving

# Art is drawn larger than it is seen, or sampling would soften it a second time.
_OVER = 1.25
# Sampling mixes the four nearest pixels: detail that shrinks more than this falls between them.
_SHRINKS = 2.0
# Pixels of art longer than this on the canvas show the facets of linear sampling.
_CUBIC_FROM = 2.0


def nodes(resolving: Resolving, layer: SurfaceLayer, matrix: Matrix, depth: int) -> list[AnyNode]:
    """The layer's art as one picture and what bends it.

    The art is drawn at `_OVER` times its largest size on the canvas, less where it shrinks so much elsewhere that detail
    would get lost, but not below its largest size, never above artWidth x artHeight nor limits.ART_PIXELS.
    """
    across, down, points = meshes.grid(layer.surface, layer.width, layer.height, displaced=layer.displacement is not None)
    seen = meshes.transformed(matrix, points)
    across, down = across * layer.art_width, down * layer.art_height  # pixels of the art
    least, largest = meshes.stretches(seen, across, down)
    size = min(1.0, max(largest, min(_OVER * largest, _SHRINKS * least)))
    wide, high = across[-1] - across[0], down[-1] - down[0]
    size = min(size, sqrt(limits.ART_PIXELS / (wide * high)))
    width, height = max(1, ceil(wide * size - 1e-6)), max(1, ceil(high * size - 1e-6))
    to_picture = multiply(scale(width / wide, height / high), translate(-across[0], 0))
    places = (across - across[0]) * (width / wide), down * (height / high)
    with resolving.picture(size, largest / size, lambda box: meshes.seen(box, *places, seen)):
        children = resolving.nodes(layer.layers, to_picture, depth + 1)
    if not children:
        return []
    displacement = None if layer.displacement is None else Displacement(
        source=resolving.source(layer.displacement), strength=layer.strength, box=(layer.width, layer.height))
    flat = isinstance(layer.surface, QuadSurface) and displacement is None
    return [SurfaceNode(
        layer=layer.id, matrix=matrix, bounds=_reach(seen, layer, matrix), children=children, width=width, height=height,
        perspective=_perspective(layer, matrix, width, height) if flat else None,
        mesh=None if flat else Mesh(*places, points), displacement=displacement, cubic=largest / size > _CUBIC_FROM)]


def _reach(seen: np.ndarray, layer: SurfaceLayer, matrix: Matrix) -> Box:
    moved = layer.strength * max(lengths(matrix)) * sqrt(2) if layer.displacement else 0
    (left, top), (right, bottom) = seen.min(axis=(0, 1)), seen.max(axis=(0, 1))
    return outset((float(left), float(top), float(right), float(bottom)), 1 + moved)


def _perspective(layer: SurfaceLayer, matrix: Matrix, width: int, height: int) -> tuple[float, ...]:
    """From the picture's pixels to the canvas, row by row; a matrix product of numpy may round by the processor."""
    a, b, c, d, e, f = multiply(matrix, scale(layer.width, layer.height))
    one, two, three = meshes.homography(layer.surface).tolist()
    return tuple((row[0] * x + row[1] * y + row[2] * z) * shrunk for row in ((a, c, e), (b, d, f), (0.0, 0.0, 1.0))
                 for x, y, z, shrunk in zip(one, two, three, (1 / width, 1 / height, 1.0), strict=True))
