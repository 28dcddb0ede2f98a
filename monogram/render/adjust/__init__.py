"""What an image layer's `adjust` does to pixels: RGBA of 8 bits, sRGB, not premultiplied; the same bytes in every port.

Two stages. Changes of colour and background removal work on the source's own pixels. From the first change that draws
pixel by pixel (threshold, mosaic, line art) on, the picture has been brought to the grid of the output by `grids`, since a
dot or a tile that is resampled afterwards is grey at its edges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby

import numpy as np

from ..document.adjustments import ON_GRID, Adjustment, LineArt, Mosaic, RemoveBackground, Threshold
from ..errors import RenderError
from . import dithers, lines, mosaics, tones
from .backgrounds import METHODS
from .grids import resample
from .looks import expanded

__all__ = ["METHODS", "apply", "check", "expanded", "resample", "split"]

_DRAWN = (Threshold, Mosaic, LineArt, RemoveBackground)


def split(adjustments: tuple[Adjustment, ...]) -> tuple[tuple[Adjustment, ...], tuple[Adjustment, ...]]:
    """Those for the source's pixels, and those for the grid of the output; looks written out."""
    steps = expanded(adjustments)
    at = next((i for i, each in enumerate(steps) if isinstance(each, ON_GRID)), len(steps))
    return steps[:at], steps[at:]


def check(adjustments: tuple[Adjustment, ...]) -> None:
    """Raises RenderError `method_unknown` for a way of removing backgrounds that is not there."""
    for each in adjustments:
        if isinstance(each, RemoveBackground) and each.method not in METHODS:
            raise RenderError("method_unknown", f"Backgrounds are removed by {', '.join(sorted(METHODS))}; there is no method "
                              f"{each.method!r}.", part=each.method)


def apply(pixels: np.ndarray, adjustments: tuple[Adjustment, ...],
          textures: Mapping[str, Callable[[], np.ndarray]] | None = None) -> np.ndarray:
    """Changes uint8 (height, width, 4), in place where it can, one adjustment after the other; gives what came of it.

    textures: pixels by the names that mosaics use, asked for when they are needed.
    """
    for drawn, group in groupby(adjustments, lambda each: isinstance(each, _DRAWN)):
        if not drawn:
            tones.apply(pixels, tuple(group))
            continue
        for each in group:
            match each:
                case Threshold():
                    dithers.threshold(pixels, each)
                case Mosaic():
                    mosaics.lay(pixels, each, textures[each.texture]() if each.texture else None)
                case LineArt():
                    lines.trace(pixels, each)
                case RemoveBackground():
                    METHODS[each.method](pixels, each)
    return pixels
