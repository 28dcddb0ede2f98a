"""Output profiles: sRGB, Display P3 and one compatible with Adobe RGB (1998), made here and reached from sRGB in integers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from struct import pack
from typing import Literal

import numpy as np

ProfileName = Literal["srgb", "display-p3", "adobe-rgb"]

_D65 = (0.3127, 0.3290)
_D50 = (0.9642, 1.0, 0.8249)  # the connection space of ICC.1
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_PRIMARIES = {  # IEC 61966-2-1; SMPTE RP 431-2 with D65, as Apple's; Adobe RGB (1998) 2005-05
    "srgb": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    "display-p3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    "adobe-rgb": ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)),
}
_TITLES = {"srgb": "sRGB", "display-p3": "Display P3", "adobe-rgb": "Compatible with Adobe RGB (1998)"}
_GAMMA = 563 / 256  # of Adobe RGB, exactly what u8Fixed8 can say
_ONE = 1 << 16  # light 1.0 in the integers below


def profile(name: ProfileName) -> bytes:
    """An ICC profile of version 2.4: matrix and tone curves, without a date, the same bytes on every machine."""
    return _profile(name)


@cache
def _profile(name: ProfileName) -> bytes:
    colorants = _to_d50() @ _rgb_to_xyz(name)
    curve = b"curv" + bytes(4) + (pack(">IH", 1, 563) if name == "adobe-rgb" else pack(">I1024H", 1024, *_curve_table()))
    adaptation = b"sf32" + bytes(4) + pack(">9i", *(_s15_16(value) for value in _to_d50().flat))
    tags = [(b"desc", _description(_TITLES[name])), (b"cprt", b"text" + bytes(4) + b"No copyright, use freely\0"),
            (b"wtpt", _xyz(_D50)), (b"chad", adaptation)]
    tags += [(letter + b"XYZ", _xyz(colorants[:, band])) for band, letter in enumerate((b"r", b"g", b"b"))]
    body, table, at = b"", b"", 132 + 12 * (len(tags) + 3)
    for key, data in tags:
        table += key + pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    for key in (b"rTRC", b"gTRC", b"bTRC"):  # one curve, three names
        table += key + pack(">II", at + len(body), len(curve))
    body += curve + bytes(-len(curve) % 4)
    whole = pack(">I", len(tags) + 3) + table + body
    header = pack(">I4sI4s4s4s6H4s4sIIIQI3i4s", 128 + len(whole), bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ",
                  2026, 1, 1, 0, 0, 0, b"acsp", bytes(4), 0, 0, 0, 0, 0, *(_s15_16(value) for value in _D50), bytes(4))
    return header + bytes(128 - len(header)) + whole


def from_srgb(name: ProfileName) -> Callable[[np.ndarray], np.ndarray]:
    """Turns uint8 (rows, width, 3 or 4) of sRGB into the profile's encoding, in place, alpha untouched; returns it.

    Exactly: each value by a table to light in 1/65,536, the 3 x 3 matrix in 1/65,536 rounded half up and clipped, each
    light by a table of 65,537 entries back to 8 bits. Relative colorimetric; both whites are D65, so white stays white.
    """
    return _identity if name == "srgb" else _converter(name)


def _identity(pixels: np.ndarray) -> np.ndarray:
    return pixels


@cache
def _converter(name: ProfileName) -> Callable[[np.ndarray], np.ndarray]:
    linear = np.array([round(_srgb_light(value / 255) * _ONE) for value in range(256)], np.int64)
    matrix = np.rint(np.linalg.inv(_rgb_to_xyz(name)) @ _rgb_to_xyz("srgb") * _ONE).astype(np.int64)
    matrix[np.arange(3), np.arange(3)] += _ONE - matrix.sum(axis=1)  # white stays white to the last bit
    encode = _gamma_encoded if name == "adobe-rgb" else _srgb_encoded
    coded = np.array([round(encode(light / _ONE) * 255) for light in range(_ONE + 1)], np.uint8)

    def convert(pixels: np.ndarray) -> np.ndarray:
        light = linear[pixels[:, :, :3]]
        for band in range(3):
            mixed = sum(light[:, :, other] * matrix[band, other] for other in range(3))
            pixels[:, :, band] = coded[np.clip((mixed + _ONE // 2) >> 16, 0, _ONE)]
        return pixels

    return convert


def _srgb_light(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _srgb_encoded(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _gamma_encoded(light: float) -> float:
    return light ** (1 / _GAMMA)


def _curve_table() -> list[int]:
    return [round(_srgb_light(step / 1023) * 65535) for step in range(1024)]


def _rgb_to_xyz(name: ProfileName) -> np.ndarray:
    """Columns are the XYZ (D65) of the three primaries; their sum is the white point."""
    corners = np.array([[x / y, 1, (1 - x - y) / y] for x, y in _PRIMARIES[name]]).T
    return corners * np.linalg.solve(corners, _white())


def _white() -> np.ndarray:
    x, y = _D65
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _to_d50() -> np.ndarray:
    gains = (_BRADFORD @ np.array(_D50)) / (_BRADFORD @ _white())
    return np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD


def _s15_16(value: float) -> int:
    return round(float(value) * 65536)


def _xyz(value) -> bytes:
    return b"XYZ " + bytes(4) + pack(">3i", *(_s15_16(part) for part in value))


def _description(title: str) -> bytes:
    text = title.encode("ascii") + b"\0"
    return b"desc" + bytes(4) + pack(">I", len(text)) + text + bytes(8) + bytes(3 + 67)
