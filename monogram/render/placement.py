"""Where a picture lies in its box: turned, cropped, flipped, fitted."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from .document import ImageLayer, ImageValue, Point
from .errors import RenderError
from .matrices import Box, Matrix, bounds, multiply, scale, translate
from .salience import best


class Sliced(Struct, frozen=True):
    """A picture cut in nine. matrix: from the upright picture's box of width x height to the layer's box.

    window: the whole source pixels that are used; columns, rows: (place in that box, pixel of the window) of the four cuts.
    """

    matrix: Matrix
    width: float
    height: float
    window: tuple[int, int, int, int]
    columns: tuple[tuple[float, float], ...]
    rows: tuple[tuple[float, float], ...]


def place(layer: ImageLayer, size: tuple[int, int], value: ImageValue | None,
          salience: np.ndarray | None = None) -> tuple[Box, Matrix]:
    """The region of the source that shows (source pixels) and the matrix from source pixels to the layer's box.

    size: of the upright source. Order: the value's quarter turns, the crop (the value's instead of the layer's), the flips
    (value's and layer's together; two of a kind undo each other), then `fit`. Alignment is that of the flipped picture.
    salience: of the whole upright source, for `focus: auto`; how much each cell counts.
    """
    value = value or ImageValue(asset=layer.asset or "?")
    turned = _turn(value.rotation, *size)
    _, _, width, height = bounds(turned, (0, 0, *size))
    crop = value.crop or layer.crop
    flip_x, flip_y = layer.flip_x != value.flip_x, layer.flip_y != value.flip_y
    left, used_width = _span(crop.x, crop.width, width)
    top, used_height = _span(crop.y, crop.height, height)
    scale_x, scale_y = layer.width / used_width, layer.height / used_height
    if layer.fit != "stretch":
        scale_x = scale_y = (min if layer.fit == "fit" else max)(scale_x, scale_y)
    align_x, align_y = layer.align_x, layer.align_y
    if layer.focus is not None:
        kept = (min(1.0, layer.width / scale_x / used_width), min(1.0, layer.height / scale_y / used_height))
        used = (left, top, left + used_width, top + used_height)
        align_x, align_y = _focused(layer.focus, size, turned, value.rotation, used, kept, salience)
        align_x, align_y = 1 - align_x if flip_x else align_x, 1 - align_y if flip_y else align_y
    x, left, used_width = _axis(left, used_width, layer.width, scale_x, align_x, flip_x)
    y, top, used_height = _axis(top, used_height, layer.height, scale_y, align_y, flip_y)
    in_box = multiply(
        (-scale_x if flip_x else scale_x, 0, 0, -scale_y if flip_y else scale_y,
         x + (used_width * scale_x if flip_x else 0), y + (used_height * scale_y if flip_y else 0)),
        translate(-left, -top))
    region = bounds(_invert_turn(value.rotation, *size), (left, top, left + used_width, top + used_height))
    return region, multiply(in_box, turned)


def tile(layer: ImageLayer, size: tuple[int, int], value: ImageValue | None) -> tuple[tuple[int, int, int, int], Matrix]:
    """The whole source pixels of one tile, and the matrix from source pixels to the layer's box for its top left tile."""
    value = value or ImageValue(asset=layer.asset or "?")
    window = _window(layer, size, value)
    left, top, right, bottom = bounds(turned := _turn(value.rotation, *size), window)
    s, flip_x, flip_y = layer.tile_scale, layer.flip_x != value.flip_x, layer.flip_y != value.flip_y
    to_corner = (-1 if flip_x else 1, 0, 0, -1 if flip_y else 1, right if flip_x else -left, bottom if flip_y else -top)
    return window, multiply(scale(s, s), multiply(to_corner, turned))


def cut(layer: ImageLayer, size: tuple[int, int], value: ImageValue | None) -> Sliced:
    """A picture cut in nine and laid over the box. The cuts are those of the upright source, before turns and flips.

    Raises RenderError `slice_too_large` when the corners leave nothing of the picture to stretch.
    """
    value = value or ImageValue(asset=layer.asset or "?")
    left, top, right, bottom = window = _window(layer, size, value)
    width, height = (layer.height, layer.width) if value.rotation in (90, 270) else (layer.width, layer.height)
    flip_x, flip_y = layer.flip_x != value.flip_x, layer.flip_y != value.flip_y
    mirror = (-1 if flip_x else 1, 0, 0, -1 if flip_y else 1, layer.width if flip_x else 0, layer.height if flip_y else 0)
    inset = layer.slice
    return Sliced(multiply(mirror, _turn(value.rotation, width, height)), width, height, window,
                  _cuts(inset.left, inset.right, right - left, width, inset.scale),
                  _cuts(inset.top, inset.bottom, bottom - top, height, inset.scale))


def _cuts(first: float, last: float, size: int, length: float, by: float) -> tuple[tuple[float, float], ...]:
    """Where one axis is cut: (place in the box, pixel). Corners that do not fit the box side by side shrink alike."""
    if first + last >= size:
        raise RenderError("slice_too_large", f"The corners of a slice take {first + last:g} pixels of an image of {size}: "
                          "nothing is left to stretch.", part="slice")
    by = min(by, length / (first + last)) if first + last else by
    return (0.0, 0.0), (first * by, first), (length - last * by, size - last), (length, float(size))


def _window(layer: ImageLayer, size: tuple[int, int], value: ImageValue) -> tuple[int, int, int, int]:
    """The crop in whole pixels of the upright source, at least one each way."""
    turned = bounds(_turn(value.rotation, *size), (0, 0, *size))
    crop = value.crop or layer.crop
    left, width = _span(crop.x, crop.width, turned[2])
    top, height = _span(crop.y, crop.height, turned[3])
    box = bounds(_invert_turn(value.rotation, *size), (left, top, left + width, top + height))
    left, top, right, bottom = (int(edge + 0.5) for edge in box)
    left, top = min(left, size[0] - 1), min(top, size[1] - 1)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _focused(focus: Point | str, size: tuple[int, int], turned: Matrix, degrees: int, used: Box, kept: tuple[float, float],
             salience: np.ndarray | None) -> tuple[float, float]:
    """The alignments (before flips) that keep the focus in view. used: of the turned picture; kept: how much of it shows."""
    if isinstance(focus, Point):
        x, y, _, _ = bounds(turned, (focus.x * size[0], focus.y * size[1]) * 2)
        found = []
        for at, start, end, part in ((x, used[0], used[2], kept[0]), (y, used[1], used[3], kept[1])):
            spare = 1 - part
            found.append(min(1.0, max(0.0, ((at - start) / (end - start) - part / 2) / spare)) if spare > 0 else 0.5)
        return found[0], found[1]
    counts = np.rot90(salience, -degrees // 90)
    width, height = bounds(turned, (0, 0, *size))[2:]
    rows, columns = counts.shape
    left, right = _cells(used[0] / width, used[2] / width, columns)
    top, bottom = _cells(used[1] / height, used[3] / height, rows)
    counts = counts[top:bottom, left:right]
    return best(counts.sum(axis=0), kept[0]), best(counts.sum(axis=1), kept[1])


def _cells(start: float, end: float, count: int) -> tuple[int, int]:
    first = min(count - 1, int(start * count + 0.5))
    return first, max(first + 1, int(end * count + 0.5))


def _span(start: float, length: float, size: float) -> tuple[float, float]:
    """A crop's fractions in pixels. What reaches past the far edge ends there; at least one pixel is used."""
    first = min(start * size, size - 1)
    return first, max(1.0, min(length * size, size - first))


def _axis(start: float, used: float, box: float, scale: float, align: float, flip: bool) -> tuple[float, float, float]:
    """Along one axis: where the picture starts in the box, and which part of it is used once cut to the box."""
    shown = used * scale
    if shown <= box:
        return align * (box - shown), start, used
    kept = box / scale
    return 0.0, start + (1 - align if flip else align) * (used - kept), kept


def _turn(degrees: int, width: int, height: int) -> Matrix:
    """Source pixels to pixels of the picture turned clockwise."""
    return {0: (1, 0, 0, 1, 0, 0), 90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height),
            270: (0, -1, 1, 0, 0, width)}[degrees]


def _invert_turn(degrees: int, width: int, height: int) -> Matrix:
    return {0: (1, 0, 0, 1, 0, 0), 90: (0, -1, 1, 0, 0, height), 180: (-1, 0, 0, -1, width, height),
            270: (0, 1, -1, 0, width, 0)}[degrees]


