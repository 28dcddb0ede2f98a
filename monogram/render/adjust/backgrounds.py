"""Removing a picture's background. METHODS is where an engine with a model joins: it changes uint8 (h, w, 4) in place.

The method `border` needs no model. It learns the colours of the surroundings from the picture's upper and side edges,
floods from there over whatever looks alike, weighs both sides' colours, lets neighbours of one colour agree, all on a small
copy, and then finds the edge at full size. Integers throughout (`isqrt` rounds down); each step is told at its function.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np

from ..document.adjustments import RemoveBackground
from ..errors import RenderError
from .grids import resample
from .lines import blurred
from .mosaics import palette
from .tones import luminance, scaled

_SIDE = 256  # cells of the small copy's longer side
_FLOOD = 4_000  # the largest cost that matters
_ROUNDS = 80
_BAND = 96  # rows blurred at once
_STRIP = 16  # rows cut out at once


def remove_by_border(pixels: np.ndarray, asked: RemoveBackground) -> None:
    """The method `border`. Raises RenderError `background_unclear` if less than one in 200 would be left."""
    height, width = pixels.shape[:2]
    longer = max(height, width, _SIDE)
    columns, rows = (max(1, (2 * _SIDE * size + longer) // (2 * longer)) for size in (width, height))
    small = resample(pixels, (0, 0, width, height), columns, rows)
    space = _space(small)
    tolerance = scaled(asked.tolerance)
    strange = _strangeness(space, small[:, :, 3], _busy(pixels, columns, rows))
    cost = _flooded(strange, 4 + tolerance * 100 // 256)
    kept = _without_crumbs(_agreed(space, _weighed(small, cost)))
    kept = kept * small[:, :, 3] // 255
    if 200 * int((kept >= 128).sum()) < kept.size:
        raise RenderError("background_unclear", "Removing the background would leave nothing of the image: its subject is of "
                          "the colours at its edges, or reaches them all round.", part="adjust")
    # what surely stays, what surely goes, as colours around each cell; and how much of it stays
    solid = small[:, :, 3] >= 128
    means = [_local_means(small, solid & chosen) for chosen in (kept >= 240, kept <= 15)]
    fields = np.concatenate([*means, kept[:, :, None]], axis=2)
    _cut_out(pixels, fields)
    if asked.feather:
        _feather(pixels, scaled(asked.feather), fields[:, :, :3])


METHODS: dict[str, Callable[[np.ndarray, RemoveBackground], None]] = {"border": remove_by_border}


def _space(small: np.ndarray) -> np.ndarray:
    """Luminance L, 2 (R - L), 2 (B - L): differences of hue weigh twice those of light. int64 (rows, columns, 3)."""
    light = luminance(small).astype(np.int64)
    return np.stack([light, 2 * (small[:, :, 0] - light), 2 * (small[:, :, 2] - light)], axis=2)


def _strangeness(space: np.ndarray, alpha: np.ndarray, busy: np.ndarray) -> np.ndarray:
    """How unlike the surroundings each cell is, by colour and by detail: int64 (rows, columns).

    The rim is max(1, side // 40) cells deep, along the top and along the upper half (rows // 2) of both sides. The bottom
    says nothing: people stand there. Its colours are at most 12 by median cut (`mosaics.palette`); each rim cell counts for
    the nearest. A colour stays that has at least 1 in 40 of the top's cells, or 1 in 10 of the cells of both sides; without
    any, all stay. Unlike by colour is isqrt of the least squared distance, where a difference in light counts half (>> 1) if
    the cell is the darker: shadows belong to the ground they fall on. Detail that is usual at the rim, q = the value at
    9 * n // 10 of its n sorted ones, counts nothing; more adds 2 * max(0, busy - 2 * q - 6). Cells of alpha below 128 are not
    unlike at all.
    """
    rows, columns = alpha.shape
    deep, upper = max(1, min(rows, columns) // 40), max(1, rows // 2)
    parts = [np.s_[:deep], np.s_[deep:upper, :deep], np.s_[deep:upper, -deep:]]
    colors = palette(np.concatenate([space[part].reshape(-1, 3) for part in parts]), 12)
    enough = []
    for part, share in zip(parts, (40, 10, 10), strict=True):
        rim = space[part].reshape(-1, 3)
        nearest = ((rim[:, None] - colors[None]) ** 2).sum(axis=2).argmin(axis=1)
        enough.append(share * np.bincount(nearest, minlength=len(colors)) >= max(1, len(rim)))
    known = enough[0] | (enough[1] & enough[2])
    colors = colors[known] if known.any() else colors
    away = space[:, :, None] - colors[None, None]
    away[..., 0] = np.where(away[..., 0] < 0, -away[..., 0] >> 1, away[..., 0])
    far = np.floor(np.sqrt((away ** 2).sum(axis=3).min(axis=2))).astype(np.int64)
    usual = np.sort(np.concatenate([busy[part].ravel() for part in parts]))
    far += 2 * np.maximum(0, busy - 2 * usual[9 * len(usual) // 10] - 6)
    return np.where(alpha >= 128, far, 0)


def _busy(pixels: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Sharp detail: the sum of the luminance's steps to the right and down, averaged over each cell: int64 (rows, columns).

    Measured on a copy finer by 4 where the picture has as many pixels, else by 2 or 1; beyond the edge there is no step.
    """
    height, width = pixels.shape[:2]
    finer = next(by for by in (4, 2, 1) if by == 1 or (columns * by <= width and rows * by <= height))
    fine = luminance(resample(pixels, (0, 0, width, height), columns * finer, rows * finer)).astype(np.int64)
    steps = np.zeros_like(fine)
    steps[:, :-1] += abs(fine[:, 1:] - fine[:, :-1])
    steps[:-1] += abs(fine[1:] - fine[:-1])
    return steps.reshape(rows, finer, columns, finer).sum(axis=(1, 3)) // finer ** 2


def _flooded(strange: np.ndarray, free: int) -> np.ndarray:
    """The least cost of a way (up, down, left, right) to each cell from the top edge and the upper half of both sides.

    Entering a cell costs max(0, strangeness - free), at most 4,000 in all; the first cell of a way costs the same.
    """
    rows, columns = strange.shape
    price = np.maximum(0, strange - free).ravel().tolist()
    cost = [_FLOOD] * len(price)
    queue: list[tuple[int, int]] = []
    upper = max(1, rows // 2) * columns
    for at in {*range(columns), *range(0, upper, columns), *range(columns - 1, upper, columns)}:
        if price[at] < _FLOOD:
            cost[at] = price[at]
            heappush(queue, (price[at], at))
    while queue:
        so_far, at = heappop(queue)
        if so_far > cost[at]:
            continue
        x = at % columns
        for to in (at - columns if at >= columns else -1, at + columns if at + columns < len(price) else -1,
                   at - 1 if x else -1, at + 1 if x < columns - 1 else -1):
            if to >= 0 and so_far + price[to] < cost[to]:
                cost[to] = so_far + price[to]
                heappush(queue, (cost[to], to))
    return np.array(cost, np.int64).reshape(rows, columns)


def _weighed(small: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """How much each cell speaks for the subject, 0 to 65280: int64 (rows, columns).

    flood = min(255, 3 * cost). With 16 levels a channel, inside = cells of that colour whose flood is 128 or more, outside =
    those below, counted over the colour and its 26 neighbours: color = (255 * inside + 127) // max(1, inside + outside). What
    the flood did not reach is the subject whatever its colour, such as a white label: 256 * flood; else
    256 * (3 * flood + color) // 4.
    """
    flood = np.minimum(255, cost * 3)
    levels = (small[:, :, :3] >> 4).astype(np.int64)
    counts = []
    for part in (flood >= 128, flood < 128):
        table = np.zeros((18, 18, 18), np.int64)
        np.add.at(table, tuple(levels[part].T + 1), 1)
        for axis in range(3):
            table = table + np.roll(table, 1, axis) + np.roll(table, -1, axis)
        counts.append(table[levels[:, :, 0] + 1, levels[:, :, 1] + 1, levels[:, :, 2] + 1])
    inside, outside = counts
    color = (255 * inside + 127) // np.maximum(1, inside + outside)
    return np.where(flood >= 128, 256 * flood, 256 * (3 * flood + color) // 4)


def _without_crumbs(kept: np.ndarray) -> np.ndarray:
    """Parts of cells at 48 or more that hang together by their sides and have fewer cells than 1 in 12 of the largest: gone."""
    rows, columns = kept.shape
    left = set(np.flatnonzero(kept.ravel() >= 48).tolist())
    parts = []
    while left:
        part = [left.pop()]
        for at in part:
            x = at % columns
            for to in (at - columns, at + columns, at - 1 if x else -1, at + 1 if x < columns - 1 else -1):
                if to in left:
                    left.remove(to)
                    part.append(to)
        parts.append(part)
    out = np.zeros(rows * columns, np.int64)
    largest = max(map(len, parts), default=0)
    for part in parts:
        if 12 * len(part) >= largest:
            out[part] = kept.ravel()[part]
    return out.reshape(rows, columns)


def _agreed(space: np.ndarray, own: np.ndarray) -> np.ndarray:
    """80 rounds in which each cell becomes the mean of its own weight and its neighbours' values: int64, 0 to 255.

    A neighbour at the squared distance d counts 4096 // (16 + d), the own weight 24; the mean is sum // weights.
    """
    rows, columns = own.shape
    down = 4096 // (16 + ((space[1:] - space[:-1]) ** 2).sum(axis=2))
    along = 4096 // (16 + ((space[:, 1:] - space[:, :-1]) ** 2).sum(axis=2))
    weights = np.full((rows, columns), 24, np.int64)
    weights[1:] += down
    weights[:-1] += down
    weights[:, 1:] += along
    weights[:, :-1] += along
    values = own
    for _ in range(_ROUNDS):
        total = 24 * own
        total[1:] += down * values[:-1]
        total[:-1] += down * values[1:]
        total[:, 1:] += along * values[:, :-1]
        total[:, :-1] += along * values[:, 1:]
        values = total // weights
    return values >> 8


def _cut_out(pixels: np.ndarray, fields: np.ndarray) -> None:
    """Alpha at full size, and no background in the colours of soft edges.

    A cell's subject colour F and background colour B are the means of the cells (of alpha 128 or more) kept at 240 or more,
    and at 15 or less, within 6 around, (2 * sum + n) // (2 * n), or its own colour if there are none. F, B and what is kept,
    K, are interpolated to every pixel by `_interpolated`. Where K is 16 or less the pixel goes, where it is 255 it stays;
    between, with x = sum((I - B)(F - B)) and q = sum((F - B)^2) over R, G, B:

        mix = 255 x // q within 0 to 255, or K if q < 300
        alpha = min(max(mix, 4 (K - 192)), 4 K - 64) within 0 to 255; then (2 * alpha * source alpha + 255) // 510
        colour where 0 < alpha < 255: (255 I - (255 - alpha) B) // alpha within 0 to 255; where alpha is 0: F
    """
    height, width = pixels.shape[:2]
    for top in range(0, height, _STRIP):
        strip = pixels[top:top + _STRIP]
        field = _interpolated(fields[:, :, 6:], height, width, top, len(strip))[:, :, 0]
        edge = (field > 16) & (field < 255)
        strip[:, :, 3] = np.where(field <= 16, 0, strip[:, :, 3])
        if edge.any():
            left, right = np.flatnonzero(edge.any(axis=0))[[0, -1]]
            whole = _interpolated(fields, height, width, top, len(strip), left, right + 1)
            part, inside = strip[:, left:right + 1], edge[:, left:right + 1]
            part[inside] = _unmixed(part[inside].astype(np.int64), whole[inside])


def _unmixed(here: np.ndarray, field: np.ndarray) -> np.ndarray:
    """Pixels int64 (n, 4) with F, B and K (n, 7): the cut-out pixels, uint8 (n, 4)."""
    ahead, behind, kept = field[:, :3], field[:, 3:6], field[:, 6]
    across = ahead - behind
    squared = (across ** 2).sum(axis=1)
    mix = np.where(squared < 300, kept, 255 * ((here[:, :3] - behind) * across).sum(axis=1) // np.maximum(1, squared))
    alpha = np.clip(np.minimum(np.maximum(mix, 4 * (kept - 192)), 4 * kept - 64), 0, 255)
    alpha[kept == 255] = 255
    colors = np.clip((255 * here[:, :3] - (255 - alpha)[:, None] * behind) // np.maximum(1, alpha)[:, None], 0, 255)
    out = np.empty((len(here), 4), np.uint8)
    out[:, :3] = np.where((alpha == 0)[:, None], ahead, colors)
    out[:, 3] = (2 * alpha * here[:, 3] + 255) // 510
    return out


def _local_means(small: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """int64 (rows, columns, 3): the mean colour of the chosen cells within 6 around."""
    parts = np.concatenate([small[:, :, :3] * chosen[:, :, None].astype(np.int64), chosen[:, :, None]], axis=2)
    sums = np.zeros((parts.shape[0] + 13, parts.shape[1] + 13, 4), np.int64)
    sums[7:-6, 7:-6] = parts
    sums = sums.cumsum(axis=0).cumsum(axis=1)
    window = sums[13:, 13:] - sums[:-13, 13:] - sums[13:, :-13] + sums[:-13, :-13]
    count = window[:, :, 3:]
    return np.where(count > 0, (2 * window[:, :, :3] + count) // np.maximum(1, 2 * count), small[:, :, :3])


def _interpolated(fields: np.ndarray, height: int, width: int, top: int, count: int, left: int = 0,
                  right: int | None = None) -> np.ndarray:
    """`count` rows from `top` of a small field (rows, columns, n) laid over height x width pixels: int64.

    Pixel i of n over c cells lies at p = ((2 i + 1) * c * 128) // n - 128, in 1/256 cell, held within 0 and 256 * (c - 1); with
    f = p & 255 between cells p >> 8 and the next: first down, a * (256 - f) + b * f, then along, (... + 32768) >> 16.
    """
    (y, y_next, fy), (x, x_next, fx) = (
        _places(np.arange(first, last), size, cells)
        for first, last, size, cells in ((top, top + count, height, fields.shape[0]),
                                         (left, width if right is None else right, width, fields.shape[1])))
    down = fields[y] * (256 - fy)[:, None, None] + fields[y_next] * fy[:, None, None]
    return (down[:, x] * (256 - fx)[:, None] + down[:, x_next] * fx[:, None] + 32768) >> 16


def _places(pixels: np.ndarray, size: int, cells: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    place = np.clip((2 * pixels + 1) * cells * 128 // size - 128, 0, 256 * (cells - 1))
    return place >> 8, np.minimum((place >> 8) + 1, cells - 1), place & 255


def _feather(pixels: np.ndarray, size: int, ahead: np.ndarray) -> None:
    """Alpha through `lines.blurred` of 256 + size, on 16 times its values: (blur + 8) >> 4. What it uncovers takes colour F."""
    height, width = pixels.shape[:2]
    reach = size // 256 + 4
    before = pixels[:, :, 3].copy()
    for top in range(0, len(pixels), _BAND):
        first = max(0, top - reach)
        rows = before[first:top + _BAND + reach]
        if rows.min() == rows.max():
            continue
        columns = np.flatnonzero((rows != rows[:1, :1]).any(axis=0))
        left, right = max(0, columns[0] - reach), columns[-1] + 1 + reach
        soft = (blurred(rows[:, left:right].astype(np.int32) * 16, 256 + size) + 8) >> 4
        part = pixels[top:top + _BAND, left:right]
        uncovered = part[:, :, 3] == 0
        part[:, :, 3] = soft[top - first:top - first + _BAND]
        uncovered &= part[:, :, 3] > 0
        for row in np.flatnonzero(uncovered.any(axis=1)).tolist():
            colors = _interpolated(ahead, height, width, top + row, 1, left, left + part.shape[1])[0]
            part[row, uncovered[row], :3] = colors[uncovered[row]]
