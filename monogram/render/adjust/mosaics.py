"""A picture as tiles of few colours. Integers only.

With `across` tiles at most one a pixel over a grid of width x height, there are max(1, (2 * across * height + width) // (2 *
width)) rows; tile i covers the columns i * width // across to (i + 1) * width // across, rows likewise. A tile's colour is
the box average of its pixels (`grids.resample`'s last formula); with an alpha below 128 it is clear, else opaque.

The palette comes from a median cut of the opaque tiles. One box holds all; as long as there are fewer boxes than colours, the
box with the largest (longest side * number of tiles) is cut across that side: red before green before blue, the earlier box
among equals. Its tiles are sorted by that channel (equals keep the order they have, at first that of rows) and the first
half, n // 2, stays; the rest is a new box at the end. Boxes whose sides are all 0 are not cut. A box's colour is (2 * sum +
n) // (2 * n) by channel.
A tile takes the nearest colour, by 2 dR^2 + 4 dG^2 + 3 dB^2, the earlier among equals. Equal colours are one.

A texture is resampled to each tile's size and multiplied: (x * t + 127) // 255, the alpha too.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..document.adjustments import Mosaic
from .grids import resample

_WEIGHTS = np.array([2, 4, 3])
_CHUNK = 4096  # colours compared at once


def lay(pixels: np.ndarray, asked: Mosaic, texture: np.ndarray | None) -> None:
    """Changes uint8 (height, width, 4) in place. texture: uint8 (h, w, 4) or none."""
    height, width = pixels.shape[:2]
    across = min(asked.across, width)
    down = min(max(1, (2 * across * height + width) // (2 * width)), height)
    columns, rows = [[i * size // count for i in range(count + 1)] for size, count in ((width, across), (height, down))]
    tiles = _averages(pixels, rows, columns)
    solid = tiles[:, :, 3] >= 128
    tiles[~solid] = 0
    if solid.any():
        colors = tiles[solid][:, :3].astype(np.int64)
        tiles[solid, :3] = nearest(colors, palette(colors, asked.colors))
        tiles[solid, 3] = 255
    bits: dict[tuple[int, int], np.ndarray] = {}
    wide = np.repeat(tiles, np.diff(columns), axis=1)
    for y, (top, bottom) in enumerate(pairwise(rows)):
        pixels[top:bottom] = wide[y]
        if texture is not None:
            _press(pixels[top:bottom], columns, texture, bits)


def _press(row: np.ndarray, columns: list[int], texture: np.ndarray, bits: dict[tuple[int, int], np.ndarray]) -> None:
    """Multiplies the texture over each tile of a row."""
    height = len(row)
    for left, right in pairwise(columns):
        size = (right - left, height)
        if size not in bits:
            bits[size] = resample(texture, (0, 0, texture.shape[1], texture.shape[0]), *size).astype(np.uint32)
        tile = row[:, left:right]
        tile[...] = (tile * bits[size] + 127) // 255


def _averages(pixels: np.ndarray, rows: list[int], columns: list[int]) -> np.ndarray:
    """uint8 (down, across, 4): the box average of each tile, not premultiplied."""
    out = np.empty((len(rows) - 1, len(columns) - 1, 4), np.uint8)
    widths = np.diff(columns)[:, None]
    for y, (top, bottom) in enumerate(pairwise(rows)):
        strip = pixels[top:bottom].astype(np.uint32)
        strip[:, :, :3] *= strip[:, :, 3:]
        sums = np.add.reduceat(strip.sum(axis=0, dtype=np.int64), columns[:-1], axis=0)
        count, weight = widths * (bottom - top), sums[:, 3:]
        out[y, :, 3:] = (2 * weight + count) // (2 * count)
        out[y, :, :3] = np.where(weight > 0, (2 * sums[:, :3] + weight) // np.maximum(2 * weight, 1), 0)
    return out


def palette(colors: np.ndarray, most: int) -> np.ndarray:
    """At most `most` colours, int64 (k, 3), for int64 (n, 3), n > 0, by median cut."""
    boxes = [colors]
    while len(boxes) < most:
        sides = [np.ptp(box, axis=0) for box in boxes]
        scores = [int(side.max()) * len(box) for side, box in zip(sides, boxes, strict=True)]
        at = int(np.argmax(scores))
        if scores[at] == 0:
            break
        box = boxes[at]
        box = box[np.argsort(box[:, int(np.argmax(sides[at]))], kind="stable")]
        boxes[at], half = box[:len(box) // 2], box[len(box) // 2:]
        boxes.append(half)
    return np.array([(2 * box.sum(axis=0) + len(box)) // (2 * len(box)) for box in boxes])


def nearest(colors: np.ndarray, choice: np.ndarray) -> np.ndarray:
    """Each colour's nearest of the choice: int64 (n, 3)."""
    found = np.empty_like(colors)
    for i in range(0, len(colors), _CHUNK):
        far = (colors[i:i + _CHUNK, None] - choice[None]) ** 2 @ _WEIGHTS
        found[i:i + _CHUNK] = choice[far.argmin(axis=1)]
    return found
