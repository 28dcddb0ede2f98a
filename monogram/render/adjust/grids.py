"""A picture brought to another pixel grid by exact box averages: integers, so that all drawn from it is the same everywhere.

Each pixel of the grid is the average of the source over its own area, each side at least one source pixel long (an enlarged
picture is thus interpolated linearly). Along an axis with n grid pixels over the source's `start` to `end`:

    step = (end - start) / n;  half = max(step, 1) / 2;  middle = start + (i + 0.5) * step          64-bit floats, in this order
    first = floor((middle - half) * 256 + 0.5), last = floor((middle + half) * 256 + 0.5)           1/256 source pixels
    both are held within 0 and 256 * size; if nothing is left, the nearest source pixel is taken whole

A source pixel weighs, along each axis, its length within first to last, in 1/256. With w the product of both weights:

    alpha   = (2 * sum(w a) + sum(w)) // (2 * sum(w))
    channel = (2 * sum(w a x) + sum(w a)) // (2 * sum(w a)), or 0 if sum(w a) is 0
"""

from __future__ import annotations

from math import floor

import numpy as np

Box = tuple[float, float, float, float]


def spans(start: float, end: float, count: int, size: int) -> list[tuple[int, int]]:
    """First and last of each grid pixel along one axis, in 1/256 source pixels."""
    step = (end - start) / count
    half = max(step, 1.0) / 2
    found = []
    for i in range(count):
        middle = start + (i + 0.5) * step
        first = max(0, min(floor((middle - half) * 256 + 0.5), 256 * size))
        last = max(0, min(floor((middle + half) * 256 + 0.5), 256 * size))
        if last <= first:
            first = 256 * max(0, min(first // 256, size - 1))
            last = first + 256
        found.append((first, last))
    return found


def resample(pixels: np.ndarray, box: Box, width: int, height: int) -> np.ndarray:
    """The `box` (left, top, right, bottom; source pixels) of uint8 (h, w, 4) on a grid: uint8 (height, width, 4).

    Neither is premultiplied.
    """
    columns = np.array(spans(box[0], box[2], width, pixels.shape[1]), np.int64)
    rows = spans(box[1], box[3], height, pixels.shape[0])
    if _plain(rows) and _plain([tuple(span) for span in columns.tolist()]):  # pixel for pixel
        out = pixels[rows[0][0] >> 8:][:height, columns[0, 0] >> 8:][:, :width].copy()
        out[out[:, :, 3] == 0] = 0
        return out
    left, right = int(columns[:, 0].min()) >> 8, -(-int(columns[:, 1].max()) >> 8)
    window, columns = pixels[:, left:right], columns - 256 * left
    opaque = bool((pixels[:, :, 3].min(initial=255)) == 255)
    out = np.empty((height, width, 4), np.uint8)
    whole = columns[:, 1] - columns[:, 0]
    for y, (first, last) in enumerate(rows):
        total = (whole * (last - first))[:, None]
        sums = _along(_down(window, first, last, opaque), columns)
        if opaque:
            out[y, :, :3] = (2 * sums[:, :3] + total) // (2 * total)
            out[y, :, 3] = 255
        else:
            weight = sums[:, 3:]
            out[y, :, 3:] = (2 * weight + total) // (2 * total)
            np.floor_divide(2 * sums[:, :3] + weight, np.maximum(2 * weight, 1), out=sums[:, :3])
            out[y, :, :3] = np.where(weight > 0, sums[:, :3], 0)
    return out


def _plain(found: list[tuple[int, int]]) -> bool:
    """Whether the spans are whole pixels one after the other; beyond an edge its pixel comes again."""
    start = found[0][0]
    return start % 256 == 0 and found == [(start + 256 * i, start + 256 * (i + 1)) for i in range(len(found))]


def _down(window: np.ndarray, first: int, last: int, opaque: bool) -> np.ndarray:
    """Rows first to last (1/256) as one row of weighted sums, channels times alpha unless all are opaque: int64 (width, 4)."""
    top, bottom = first >> 8, -(-last >> 8)
    rows = window[top:bottom].astype(np.uint32)
    if not opaque:
        rows[:, :, :3] *= rows[:, :, 3:]
    if bottom - top == 1:
        return rows[0].astype(np.int64) * (last - first)
    total = rows[1:-1].sum(axis=0, dtype=np.int64) * 256
    total += rows[0].astype(np.int64) * (256 * (top + 1) - first)
    total += rows[-1].astype(np.int64) * (last - 256 * (bottom - 1))
    return total


def _along(row: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Weighted sums of one row over each span: int64 (n, 4)."""
    before = np.zeros((len(row) + 1, 4), np.int64)
    np.cumsum(row, axis=0, out=before[1:])
    ends = before[columns >> 8] * 256  # (n, 2, 4)
    ends += row[np.minimum(columns >> 8, len(row) - 1)] * (columns & 255)[:, :, None]
    return ends[:, 1] - ends[:, 0]
