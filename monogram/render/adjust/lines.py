"""Line art: lines on the darker side of every edge, by a difference of blurs. Integers only.

Values are 16 times the luminance on white paper. A blur of n (in 1/256 pixel) is two box filters along rows, then two along
columns, each with clamped edges: over n / 256 pixels centred on the pixel, the two outermost in part,

    inner = (n - 256) // 2 >> 8;  edge = (n - 256) // 2 & 255;  norm = 256 * (2 * inner + 1) + 2 * edge
    (256 * sum of the 2 * inner + 1 middle ones + edge * (the two beyond) + norm // 2) // norm

With w = max(256, floor(width * 256 + 0.5)) the fine blur has n = max(256, w), the wide one n = 2 * w + 256:

    rise = wide - fine
    need = 8 + (1 - detail) ** 2 * 120 as floor((256 - D) ** 2 * 120 / 65536) + 8, D = floor(detail * 256 + 0.5)
    ink  = min(255, max(0, (rise * 256 // (fine + 512) * 16 - 4 * need) * 2))        fine + 512: faint steps show in the dark
    alpha of a pixel: (ink * its alpha * the colour's alpha + 32512) // 65025
"""

from __future__ import annotations

import numpy as np

from ..document.adjustments import LineArt
from .tones import color, on_white, scaled

_BAND = 512


def trace(pixels: np.ndarray, asked: LineArt) -> None:
    """Changes uint8 (height, width, 4) in place into lines of the colour."""
    light = on_white(pixels)
    size = max(256, scaled(asked.width))
    need = ((256 - scaled(asked.detail)) ** 2 * 120 // 65536) + 8
    red, green, blue, alpha = color(asked.color)
    reach = 2 * (size // 256 + 2) + 2  # of two wide boxes
    for top in range(0, len(pixels), _BAND):
        first = max(0, top - reach)
        rows = light[first:top + _BAND + reach].astype(np.int32) * 16
        fine, wide = blurred(rows, size), blurred(rows, 2 * size + 256)
        inside = slice(top - first, min(len(light), top + _BAND) - first)
        fine, wide = fine[inside], wide[inside]
        ink = np.clip(((wide - fine) * 256 // (fine + 512) * 16 - 4 * need) * 2, 0, 255)
        strip = pixels[top:top + _BAND]
        strip[:, :, 3] = (ink * strip[:, :, 3] * alpha + 32512) // 65025
        strip[:, :, :3] = (red, green, blue)


def blurred(values: np.ndarray, size: int) -> np.ndarray:
    """int32 (height, width) after two box filters of `size` / 256 pixels along each axis."""
    for _ in range(2):
        values = _box(values, size)
    turned = np.ascontiguousarray(values.T)
    for _ in range(2):
        turned = _box(turned, size)
    return np.ascontiguousarray(turned.T)


def _box(values: np.ndarray, size: int) -> np.ndarray:
    inner, edge = (size - 256) // 2 >> 8, (size - 256) // 2 & 255
    norm = 256 * (2 * inner + 1) + 2 * edge
    width = values.shape[1]
    padded = np.pad(values, ((0, 0), (inner + 1, inner + 1)), mode="edge")
    sums = np.zeros((len(values), padded.shape[1] + 1), np.int64)
    np.cumsum(padded, axis=1, out=sums[:, 1:])
    middle = sums[:, 2 * inner + 2:2 * inner + 2 + width] - sums[:, 1:1 + width]
    middle *= 256
    middle += edge * (padded[:, :width] + padded[:, 2 * inner + 2:2 * inner + 2 + width]).astype(np.int64)
    middle += norm // 2
    middle //= norm
    return middle.astype(np.int32)
