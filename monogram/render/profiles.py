"""ICC profiles, as far as it takes to see that one is sRGB and needs no conversion."""

import struct

# D50-adapted colourants of IEC 61966-2-1, as every sRGB profile carries them (rounded differently by each vendor)
_COLORANTS = {b"rXYZ": (0.4361, 0.2225, 0.0139), b"gXYZ": (0.3851, 0.7169, 0.0971), b"bXYZ": (0.1431, 0.0606, 0.7141)}
_TOLERANCE = 0.002


def is_srgb(profile: bytes) -> bool:
    """Whether an ICC profile describes sRGB: its three colourants and its tone curves agree with the standard's.

    False for anything else, broken profiles included: they then go through the colour engine.
    """
    try:
        if profile[12:20] != b"mntrRGB " and profile[12:20] != b"scnrRGB ":
            return False
        tags = _tags(profile)
        if b"A2B0" in tags:
            return False
        for name, expected in _COLORANTS.items():
            found = [value / 65536 for value in struct.unpack_from(">3i", tags[name], 8)]
            if any(abs(a - b) > _TOLERANCE for a, b in zip(found, expected, strict=True)):
                return False
        return all(_is_srgb_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC"))
    except (KeyError, struct.error, IndexError, ValueError, ZeroDivisionError, OverflowError):
        return False


def _tags(profile: bytes) -> dict[bytes, bytes]:
    tags = {}
    for index in range(min(struct.unpack_from(">I", profile, 128)[0], 100)):
        name, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        tags[name] = profile[offset:offset + size]
    return tags


def _is_srgb_curve(tag: bytes) -> bool:
    curve = _curve(tag)
    for step in range(0, 17):
        x = step / 16
        expected = x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4
        if abs(curve(x) - expected) > _TOLERANCE:
            return False
    return True


def _curve(tag: bytes):
    """A tone curve tag as a function of 0 to 1: `curv` tables and `para` type 3, the two that sRGB is written in."""
    if tag[:4] == b"curv":
        count = struct.unpack_from(">I", tag, 8)[0]
        table = struct.unpack_from(f">{count}H", tag, 12)
        if count < 256:
            raise ValueError("a gamma or a coarse table is not sRGB")
        return lambda x: table[round(x * (count - 1))] / 65535
    if tag[:4] == b"para" and struct.unpack_from(">H", tag, 8)[0] == 3:
        g, a, b, c, d = (value / 65536 for value in struct.unpack_from(">5i", tag, 12))
        return lambda x: (a * x + b) ** g if x >= d else c * x
    raise ValueError("not a curve of sRGB")
