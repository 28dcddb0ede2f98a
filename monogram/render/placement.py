"""Where a picture lies in its box: turned, cropped, flipped, fitted."""

from __future__ import annotations

from .document import ImageLayer, ImageValue
from .matrices import Box, Matrix, bounds, multiply, translate


def place(layer: ImageLayer, size: tuple[int, int], value: ImageValue | None) -> tuple[Box, Matrix]:
    """The region of the source that shows (source pixels) and the matrix from source pixels to the layer's box.

    size: of the upright source. Order: the value's quarter turns, the crop (the value's instead of the layer's), the flips
    (value's and layer's together; two of a kind undo each other), then `fit`. Alignment is that of the flipped picture.
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
    x, left, used_width = _axis(left, used_width, layer.width, scale_x, layer.align_x, flip_x)
    y, top, used_height = _axis(top, used_height, layer.height, scale_y, layer.align_y, flip_y)
    in_box = multiply(
        (-scale_x if flip_x else scale_x, 0, 0, -scale_y if flip_y else scale_y,
         x + (used_width * scale_x if flip_x else 0), y + (used_height * scale_y if flip_y else 0)),
        translate(-left, -top))
    region = bounds(_invert_turn(value.rotation, *size), (left, top, left + used_width, top + used_height))
    return region, multiply(in_box, turned)


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


