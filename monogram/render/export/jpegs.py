"""JPEG in pieces: bands encoded one by one with the same standard tables and joined by restart markers, so that a picture
of any height takes the memory of a band."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import pack

import numpy as np

from ..errors import RenderError

# Without colour subsampling a unit is 8 x 8 pixels, and a restart interval counts units in 16 bits: 64 rows of the widest.
_BAND = 64
_ICC_PIECE = 65_000


def jpeg(strips: Iterable[np.ndarray], width: int, height: int, dpi: float, profile: bytes, quality: int) -> Iterator[bytes]:
    """A baseline JPEG, 4:4:4, on white, with JFIF density and ICC profile.

    strips: uint8 (rows, width, 4); all but the last with rows a multiple of 64. White is white in every output profile.
    """
    interval = -(-width // 8) * _BAND // 8
    number = 0
    for strip in strips:
        for top in range(0, len(strip), _BAND):
            header, scan = _parts(_flat(strip[top:top + _BAND]), quality)
            if number == 0:
                yield _opening(header, height, dpi, profile, interval)
            else:
                yield bytes((0xFF, 0xD0 + (number - 1) % 8))
            yield scan
            number += 1
    yield b"\xff\xd9"


def _flat(band: np.ndarray) -> np.ndarray:
    """Over white, rounded: (c a + 255 (255 - a) + 127) // 255."""
    alpha = band[:, :, 3:].astype(np.uint32)
    return ((band[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _parts(band: np.ndarray, quality: int) -> tuple[list[tuple[int, bytes]], bytes]:
    """The segments before the scan (marker, body), the scan's header last, and the entropy-coded data without its end."""
    import imagecodecs

    data = imagecodecs.jpeg8_encode(np.ascontiguousarray(band), quality, subsampling="444", optimize=False)
    segments, at = [], 2
    while True:
        marker, length = data[at + 1], int.from_bytes(data[at + 2:at + 4], "big")
        segments.append((marker, data[at + 4:at + 2 + length]))
        at += 2 + length
        if marker == 0xDA:
            break
    if data[-2:] != b"\xff\xd9":
        raise RenderError("render_failed", "The JPEG encoder gave no end.", part="jpg")
    return segments, data[at:-2]


def _opening(segments: list[tuple[int, bytes]], height: int, dpi: float, profile: bytes, interval: int) -> bytes:
    density = max(1, min(65_535, round(dpi)))
    out = [b"\xff\xd8", _segment(0xE0, b"JFIF\0\1\1\1" + pack(">HH", density, density) + b"\0\0")]
    count = -(-len(profile) // _ICC_PIECE)
    for number in range(count):
        piece = profile[number * _ICC_PIECE:(number + 1) * _ICC_PIECE]
        out.append(_segment(0xE2, b"ICC_PROFILE\0" + bytes((number + 1, count)) + piece))
    for marker, body in segments:
        if marker == 0xC0:  # the band's height becomes the picture's
            body = body[:1] + pack(">H", height) + body[3:]
        elif marker == 0xDA:
            out.append(_segment(0xDD, pack(">H", interval)))
        elif marker in range(0xE0, 0xF0) or marker == 0xDD:
            continue
        out.append(_segment(marker, body))
    return b"".join(out)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + pack(">H", len(body) + 2) + body
