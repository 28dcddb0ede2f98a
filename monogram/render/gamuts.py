"""How far colours move in an output profile and back: a table over the sRGB cube, read alike by the server and the browser."""

from __future__ import annotations

from functools import cache

import numpy as np

# Places along each axis. Between them changes are mixed linearly, which puts the 95th percentile of a picture within 0.1.
STEPS = 33


@cache
def table(profile: str) -> np.ndarray:
    """uint16 (STEPS, STEPS, STEPS) by red, green, blue: hundredths of CIE DE2000 between a colour and what a press makes of
    it; relative colorimetric, black point compensation. profile: a name of libvips, as `cmyk`.
    """
    from .images import vips

    axis = np.rint(np.arange(STEPS) * 255 / (STEPS - 1)).astype(np.uint8)
    colors = np.ascontiguousarray(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1))
    image = vips().Image.new_from_memory(colors.data, STEPS ** 3, 1, 3, "uchar").copy(interpretation="srgb")
    how = {"intent": "relative", "black_point_compensation": True}
    back = image.icc_transform(profile, input_profile="srgb", **how).icc_transform("srgb", input_profile=profile, **how)
    change = np.ndarray(buffer=image.dE00(back).write_to_memory(), dtype=np.float32, shape=(STEPS,) * 3)
    return np.rint(change * 100).astype(np.uint16)


def packed(profile: str) -> bytes:
    """The table for a browser: little-endian, blue fastest."""
    return table(profile).astype("<u2").tobytes()


def changes(colors: np.ndarray, profile: str) -> np.ndarray:
    """CIE DE2000 of each colour, from uint8 (n, 3): float64 (n,). Summed in whole numbers, so the same on every machine."""
    known, places = table(profile).astype(np.int64), colors.astype(np.int64) * (STEPS - 1)
    first = np.minimum(places // 255, STEPS - 2)
    beyond = places - first * 255  # of 255
    total = np.zeros(len(colors), np.int64)
    for corner in np.ndindex(2, 2, 2):
        shares = [beyond[:, axis] if far else 255 - beyond[:, axis] for axis, far in enumerate(corner)]
        red, green, blue = (first + corner).T
        total += shares[0] * shares[1] * shares[2] * known[red, green, blue]
    return total / (255 ** 3 * 100)
