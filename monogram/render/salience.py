"""Which part of a picture to keep when its box has another shape: skin, detail and colour, in integers, without a model.

The picture is averaged to a thumbnail of at most 96 cells a side (`adjust.grids.resample`; the shorter side is max(1, (2 * 96 *
short + long) // (2 * long))). With L the luminance on white paper, each cell counts

    detail      min(255, |4 L - the four neighbours|), neighbours beyond the edge being the cell itself
    skin        q = 65536 * (199 R + 145 G + 112 B)^2 // (73170 * (R^2 + G^2 + B^2)), how near the hue is to that of skin;
                min(255, max(0, q - 63570) * 255 // 1700) where 40 <= L <= 235, else 0
    colour      max(R, G, B) - min(R, G, B)
    all         2 * detail + (3 * skin * (64 + detail)) // 64 + colour // 4, times alpha // 128: skin without detail is a wall

A window of k of n cells along an axis scores the sum of count[i] * (k + 4 * min(2 j + 1, 2 (k - j) - 1)), j the place within
the window: what matters should lie in the middle. The best start wins; of equals the one nearest the middle, then the first.
"""

from __future__ import annotations

import numpy as np

from .adjust.grids import resample
from .adjust.tones import on_white

_SIDE = 96


def salience(pixels: np.ndarray) -> np.ndarray:
    """How much each cell of the thumbnail counts: int64 (rows, columns)."""
    height, width = pixels.shape[:2]
    longer = max(height, width)
    columns, rows = (max(1, (2 * _SIDE * size + longer) // (2 * longer)) for size in (width, height))
    small = resample(pixels, (0, 0, width, height), columns, rows)
    red, green, blue, alpha = (small[:, :, band].astype(np.int64) for band in range(4))
    light = on_white(small).astype(np.int64)
    padded = np.pad(light, 1, mode="edge")
    around = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    detail = np.minimum(255, abs(4 * light - around))
    length = np.maximum(1, red * red + green * green + blue * blue)
    near = 65536 * (199 * red + 145 * green + 112 * blue) ** 2 // (73170 * length)
    skin = np.where((light >= 40) & (light <= 235), np.clip((near - 63570) * 255 // 1700, 0, 255), 0)
    color = small[:, :, :3].max(axis=2).astype(np.int64) - small[:, :, :3].min(axis=2)
    return (2 * detail + 3 * skin * (64 + detail) // 64 + color // 4) * (alpha // 128)


def best(counts: np.ndarray, kept: float) -> float:
    """Where along the axis a window of the fraction `kept` of the cells starts: 0 the first place, 1 the last.

    counts: int64 (n,), one a cell; n > 0.
    """
    n = len(counts)
    k = min(n, max(1, int(kept * n + 0.5)))
    if k == n:
        return 0.5
    j = np.arange(k)
    weights = k + 4 * np.minimum(2 * j + 1, 2 * (k - j) - 1)
    scores = np.array([int((counts[s:s + k] * weights).sum()) for s in range(n - k + 1)])
    starts = np.flatnonzero(scores == scores.max())
    return int(starts[np.argmin(abs(2 * starts - (n - k)))]) / (n - k)
