"""Image layers: where their picture lies, and what is made of it first."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import msgspec
import skia

from .. import adjust, limits, placement
from ..document import ImageLayer
from ..document.adjustments import Adjustment, LineArt, Mosaic
from ..errors import RenderError
from ..images import decode
from ..matrices import Box, Matrix, bounds, lengths, multiply, outset, translate
from ..reports import ImageReport
from ..salience import salience
from ..scene import Altered, AnyNode, Grid, ImageNode, PatchNode, PathNode, Source, Texture

if TYPE_CHECKING:
    from .layers import Resolving


def nodes(resolving: Resolving, layer: ImageLayer, matrix: Matrix) -> list[AnyNode]:
    if layer.asset is None:
        raise RenderError("image_missing", f"The image layer {layer.id!r} has no image, and no value brings one.")
    source = resolving.source(layer.asset)
    if layer.slice is not None:
        return [_sliced(resolving, layer, source, matrix)]
    if layer.fit == "tile":
        return [_tiled(resolving, layer, source, matrix)]
    counts = salience(decode(source.data, source.name, source.info).pixels) if layer.focus == "auto" else None
    region, placed = placement.place(layer, source.info.size, resolving.placements.get(layer.id), counts)
    whole = multiply(matrix, placed)
    _report(resolving, layer, source, whole, region[2] - region[0])
    picture = altered(resolving, layer, source)
    if isinstance(picture, Altered) and picture.drawn:
        grid, whole = gridded(region, whole)
        picture, region = msgspec.structs.replace(picture, grid=grid), (0.0, 0.0, grid.width, grid.height)
    return [ImageNode(layer=layer.id, matrix=whole, bounds=outset(bounds(whole, region), 1), source=picture, region=region)]


def altered(resolving: Resolving, layer: ImageLayer, source: Source) -> Source | Altered:
    """The source, or what `adjust` makes of it; without a grid yet. Lengths are scaled to the picture that is painted."""
    if not layer.adjust:
        return source
    adjust.check(layer.adjust)
    first, drawn = adjust.split(layer.adjust)
    textures = sorted({each.texture for each in drawn if isinstance(each, Mosaic) and each.texture})
    return Altered(source, first, drawn=tuple(_scaled(each, resolving.scale) for each in drawn),
                   textures=tuple((name, resolving.source(name)) for name in textures))


def _scaled(adjustment: Adjustment, scale: float) -> Adjustment:
    if isinstance(adjustment, LineArt):
        return msgspec.structs.replace(adjustment, width=adjustment.width * scale)
    return adjustment


def gridded(region: Box, matrix: Matrix) -> tuple[Grid, Matrix]:
    """The grid of output pixels over a region of source pixels, and the matrix from the grid to the canvas.

    Upright or turned by quarters, the grid is the canvas's own: it has every pixel whose middle lies in the region, so that
    what is drawn on it is copied pixel by pixel. Otherwise it has the placed size, rounded up, and is turned afterwards.
    """
    a, b, c, d, _, _ = matrix
    if not ((b == 0 and c == 0) or (a == 0 and d == 0)):
        along_x, along_y = lengths(matrix)
        wide, high = region[2] - region[0], region[3] - region[1]
        width, height = _checked(max(1, ceil(wide * along_x - 1e-6)), max(1, ceil(high * along_y - 1e-6)))
        return Grid(width, height, region), multiply(matrix, (wide / width, 0, 0, high / height, region[0], region[1]))
    left, top, right, bottom = (ceil(edge - 0.5) for edge in bounds(matrix, region))
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    box = _undone(matrix, (left, top, right, bottom))
    across, down = (right - left, bottom - top) if b == 0 else (bottom - top, right - left)
    _checked(across, down)
    unit = tuple((number > 0) - (number < 0) for number in (a, b, c, d))
    turned = bounds((*unit, 0, 0), (0, 0, across, down))
    return Grid(across, down, box), multiply(translate(left - turned[0], top - turned[1]), (*unit, 0, 0))


def _undone(matrix: Matrix, box: Box) -> Box:
    """The box of source pixels that an upright or quarter-turned matrix lays on a box."""
    a, b, c, d, e, f = matrix
    if b == 0 and c == 0:
        back = (1 / a, 0, 0, 1 / d, -e / a, -f / d)
    else:
        back = (0, 1 / c, 1 / b, 0, -f / b, -e / c)
    return bounds(back, box)


def _checked(width: int, height: int) -> tuple[int, int]:
    if width * height > limits.ADJUSTED_PIXELS:
        raise RenderError("adjust_too_large", f"The image is adjusted at its placed size of {width} x {height} pixels; at most "
                          f"{limits.ADJUSTED_PIXELS // limits.MEGAPIXEL} megapixels are.", part="adjust")
    return width, height


def _tiled(resolving: Resolving, layer: ImageLayer, source: Source, matrix: Matrix) -> PathNode:
    """The box filled with the picture as a repeating texture. What is drawn on a grid gets tiles of whole canvas pixels."""
    window, placed = placement.tile(layer, source.info.size, resolving.placements.get(layer.id))
    _report(resolving, layer, source, multiply(matrix, placed), window[2] - window[0])
    picture = altered(resolving, layer, source)
    if isinstance(picture, Altered) and picture.drawn:
        by = max(lengths(matrix))
        along = by * layer.tile_scale
        width, height = (max(1, int((window[i + 2] - window[i]) * along + 0.5)) for i in (0, 1))
        grid = Grid(*_checked(width, height), tuple(float(edge) for edge in window))
        picture = msgspec.structs.replace(picture, grid=grid)
        a, b, c, d, _, _ = placed
        unit = tuple(((number > 0) - (number < 0)) / by for number in (a, b, c, d))
        corner = bounds((*unit, 0, 0), (0, 0, width, height))
        placed = (*unit, -corner[0], -corner[1])
    elif window != (0, 0, *source.info.size):
        picture = picture if isinstance(picture, Altered) else Altered(source)
        picture = msgspec.structs.replace(picture, window=window)
        placed = multiply(placed, translate(window[0], window[1]))
    box = skia.Path()
    box.addRect(skia.Rect.MakeWH(layer.width, layer.height))
    return PathNode(layer=layer.id, matrix=matrix, bounds=outset(bounds(matrix, (0, 0, layer.width, layer.height)), 1),
                    path=box, fill=Texture(picture, placed, True), strokes=(), shadows=(), oriented=True)


def _sliced(resolving: Resolving, layer: ImageLayer, source: Source, matrix: Matrix) -> PatchNode:
    cut = placement.cut(layer, source.info.size, resolving.placements.get(layer.id))
    whole = multiply(matrix, cut.matrix)
    by = layer.slice.scale
    _report(resolving, layer, source, multiply(whole, (by, 0, 0, by, 0, 0)))
    picture = altered(resolving, layer, source)
    if cut.window != (0, 0, *source.info.size):
        picture = picture if isinstance(picture, Altered) else Altered(source)
        picture = msgspec.structs.replace(picture, window=cut.window)
    return PatchNode(layer=layer.id, matrix=whole, bounds=outset(bounds(whole, (0, 0, cut.width, cut.height)), 1),
                     source=picture, columns=cut.columns, rows=cut.rows)


def _report(resolving: Resolving, layer: ImageLayer, source: Source, whole: Matrix, wide: float | None = None) -> None:
    """wide: pixels of the source, from left to right, that a mosaic is made of."""
    across = min((each.across for each in layer.adjust if isinstance(each, Mosaic)), default=None)
    tiles = None
    if across is not None and wide is not None:
        tile = wide * lengths(whole)[0] / across
        tiles = resolving.dpi((tile, 0.0, 0.0, tile, 0.0, 0.0))
    resolving.images.append(ImageReport(
        layer=layer.id, asset=layer.asset, width=source.info.size[0], height=source.info.size[1],
        dpi=resolving.dpi(whole), tiles=tiles))
