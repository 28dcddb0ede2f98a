"""One ink from a picture: a threshold, ordered dither, error diffusion. Integers only.

Luminance L is that on white paper (`tones.on_white`); a pixel with alpha below 128 becomes clear and takes no part. With
A = floor(level * 256 + 0.5), a pixel is dark

    none      where 256 L < 255 A
    ordered   where 256 L + (2 M - 63) * 510 < 255 A, M the Bayer matrix at column & 7, row & 7 of the grid
    floyd     where 16 V < 255 A, V = 16 L + what earlier pixels handed on; rows from the top, each from the left. The error
              e = V - (0 if dark, else 4080) goes on as (7 e) >> 4 to the right, (3 e) >> 4 down left, (5 e) >> 4 down, and
              the rest of e down right; what would leave the picture is dropped, and a clear pixel hands nothing on
"""

from __future__ import annotations

import numpy as np

from ..document.adjustments import Threshold
from .tones import color, on_white, scaled

# Rows diffused together. Enough that a step works on many pixels, few enough that the slanted copy stays small.
_BAND = 1024

_BLACK, _WHITE = np.int16(0), np.int16(16 * 255)


def _bayer() -> np.ndarray:
    """0 to 63: M(2n) = 4 M(n) + (0, 2; 3, 1), from the single 0."""
    matrix = np.zeros((1, 1), np.int64)
    for _ in range(3):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return matrix


BAYER = _bayer()


def threshold(pixels: np.ndarray, asked: Threshold) -> None:
    """Changes uint8 (height, width, 4) in place into the two colours, and clear where it was clear."""
    level = scaled(asked.level)
    inks = np.array([color(asked.light), color(asked.dark), (0, 0, 0, 0)], np.uint8).view(np.uint32)[:, 0]
    handed = np.zeros(pixels.shape[1], np.int16)
    for top in range(0, len(pixels), _BAND):
        band = pixels[top:top + _BAND]
        light, clear = on_white(band), band[:, :, 3] < 128
        if asked.dither == "floyd":
            dark, handed = _diffused(light, clear if clear.any() else None, level, handed)
        else:
            dark = _compared(light, level, asked.dither == "ordered")
        chosen = dark.astype(np.uint8)
        chosen[clear] = 2
        band.view(np.uint32)[:, :, 0] = inks[chosen]


def _compared(light: np.ndarray, level: int, ordered: bool) -> np.ndarray:
    """Bool (height, width); the band starts at a row that is a multiple of 8."""
    limits = 255 * level - (2 * BAYER - 63) * 510 if ordered else np.full((8, 8), 255 * level)
    first_light = np.clip(-(-limits // 256), 0, 256).astype(np.uint16)  # L below it is dark
    height, width = light.shape
    dark = np.empty((height, width), bool)
    for row in range(8):
        np.less(light[row::8], np.tile(first_light[row], -(-width // 8))[:width], out=dark[row::8])
    return dark


def _diffused(light: np.ndarray, clear: np.ndarray | None, level: int, handed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which pixels are dark, and what the last row hands on to the next: int16 (width,), in 1/16.

    A pixel waits for its left neighbour and three above: with the columns of row y shifted by 2 y, all pixels of one slanted
    column are free at once. `values[t]` holds pixel (t - 2 y, y) at y; its errors go to the slanted columns t + 1 to t + 3.
    """
    height, width = light.shape
    values = np.zeros((width + 2 * height + 1, height + 1), np.int16)
    _upright(values, height, width)[...] = light
    values[:, :height] <<= 4
    values[:width, 0] += handed
    shut = None
    if clear is not None:
        shut = np.zeros((width + 2 * height, height), bool)
        _upright(shut, height, width)[...] = clear
    dark = np.zeros((width + 2 * height, height), bool)
    first_light = -(-255 * level // 16)
    for t in range(width + 2 * height - 2):
        rows = slice(max(0, (t - width + 2) // 2), min(height, t // 2 + 1))  # whose pixel t - 2 y lies within the picture
        np.less(values[t, rows], first_light, out=dark[t, rows])
        _diffuse(values, t, rows, dark[t, rows], None if shut is None else shut[t, rows])
    return _upright(dark, height, width), values[2 * height:2 * height + width, height].copy()


def _diffuse(values: np.ndarray, t: int, rows: slice, dark: np.ndarray, clear: np.ndarray | None) -> None:
    """Hands the errors of one slanted column on. 16 bits suffice: an error stays within -4083 to 4083, times 7."""
    error = values[t, rows] - np.where(dark, _BLACK, _WHITE)
    if clear is not None:
        error[clear] = 0
    below = slice(rows.start + 1, rows.stop + 1)
    right, left, down = (7 * error) >> 4, (3 * error) >> 4, (5 * error) >> 4
    values[t + 1, rows] += right
    values[t + 1, below] += left
    values[t + 2, below] += down
    values[t + 3, below] += error - right - left - down


def _upright(slanted: np.ndarray, height: int, width: int) -> np.ndarray:
    """The view (height, width) whose [y, x] is slanted[x + 2 y, y]."""
    along, across = slanted.strides
    return np.lib.stride_tricks.as_strided(slanted, (height, width), (2 * along + across, along))
