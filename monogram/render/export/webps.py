"""WebP, lossless or lossy, by libvips. The format holds the whole picture at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ..errors import RenderError
from ..images import vips


def webp(strips: Iterable[np.ndarray], width: int, height: int, profile: bytes | None, quality: int | None) -> Iterator[bytes]:
    """A WebP file in one piece; lossless, exact also under clear pixels, unless a quality is given."""
    pyvips = vips()
    pixels = np.empty((height, width, 4), np.uint8)
    row = 0
    for strip in strips:
        pixels[row:row + len(strip)] = strip
        row += len(strip)
    image = pyvips.Image.new_from_memory(pixels.data, width, height, 4, "uchar").copy(interpretation="srgb")
    if profile is not None:
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    lossy = {"Q": quality, "alpha_q": 100, "smart_subsample": True}
    how = {"lossless": True, "exact": True, "Q": 75} if quality is None else lossy
    try:
        yield image.webpsave_buffer(keep="icc", effort=2, **how)
    except pyvips.Error as error:
        told = " ".join(str(error).split())[:160]
        raise RenderError("render_failed", f"The WebP encoder failed: {told}.", part="webp") from None
