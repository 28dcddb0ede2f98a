"""Changes of colour, pixel by pixel, on RGBA of 8 bits, sRGB, not premultiplied. Integers only; alpha stays, but for duotone.

Arithmetic, for a port that must give the same bytes. x is a channel, // rounds down, >> shifts with the sign:

    amount      A = floor(|amount| * 256 + 0.5), with the amount's sign
    luminance   L = (2126 R + 7152 G + 722 B + 5000) // 10000
    mix         x, y by A: (x * (256 - A) + y * A + 128) >> 8
    grey        x mixed with L
    sepia       (393 R + 769 G + 189 B + 500) // 1000, (349, 686, 168), (272, 534, 131) likewise, at most 255, mixed
    brightness  x + ((255 * A + 128) >> 8), or for A < 0 x - ((255 * -A + 128) >> 8), within 0 to 255
    contrast    K = 256 + 3 A for A >= 0, else 256 + A;  ((2 x - 255) * K + 65536) >> 9, within 0 to 255
    saturation  L + (((x - L) * (256 + A) + 128) >> 8), within 0 to 255
    tint        (x * c + 127) // 255, mixed
    duotone     (dark * (255 - L) + light * L + 127) // 255 in four channels; its alpha a: (alpha * a + 127) // 255
    invert      255 - x
"""

from __future__ import annotations

from math import floor

import numpy as np

from ..document.adjustments import (
    Adjustment,
    Brightness,
    Contrast,
    Duotone,
    Grey,
    Invert,
    Saturation,
    Sepia,
    Tint,
)

# Pixels changed at once: what they need beside the picture stays within a few megabytes and the processor's cache.
_STRIP = 1 << 16

_SEPIA = ((393, 769, 189), (349, 686, 168), (272, 534, 131))
_RAMP = np.arange(256, dtype=np.int32)
_RED, _GREEN, _BLUE = ((weight * _RAMP + half).astype(np.uint32) for weight, half in ((2126, 5000), (7152, 0), (722, 0)))


def luminance(pixels: np.ndarray) -> np.ndarray:
    """uint8 (..., 4) to uint8 (...): Rec. 709 on the encoded values."""
    total = _RED[pixels[..., 0]]
    total += _GREEN[pixels[..., 1]]
    total += _BLUE[pixels[..., 2]]
    total //= 10000
    return total.astype(np.uint8)


def on_white(pixels: np.ndarray) -> np.ndarray:
    """The luminance as it looks on white paper: (L * alpha + 255 * (255 - alpha) + 127) // 255."""
    light, alpha = luminance(pixels), pixels[..., 3]
    if alpha.min(initial=255) == 255:
        return light
    alpha = alpha.astype(np.uint32)
    return ((light * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def color(text: str) -> tuple[int, int, int, int]:
    """#rrggbb or #rrggbbaa as four numbers of 0 to 255."""
    return tuple(int(text[i:i + 2] or "ff", 16) for i in (1, 3, 5, 7))


def scaled(amount: float) -> int:
    """An amount in 1/256, rounded half away from zero."""
    size = floor(abs(amount) * 256 + 0.5)
    return size if amount >= 0 else -size


def apply(pixels: np.ndarray, adjustments: tuple[Adjustment, ...]) -> None:
    """Changes uint8 (height, width, 4) in place, one adjustment after the other."""
    steps = [_step(each) for each in adjustments]
    rows = max(1, _STRIP // pixels.shape[1])
    for top in range(0, len(pixels), rows):
        strip = pixels[top:top + rows]
        for step in steps:
            step(strip)


def _step(adjustment: Adjustment):
    """The function that changes a strip in place."""
    match adjustment:
        case Grey(amount=amount):
            return lambda strip: _grey(strip, scaled(amount))
        case Sepia(amount=amount):
            return lambda strip: _sepia(strip, scaled(amount))
        case Saturation(amount=amount):
            return lambda strip: _saturate(strip, 256 + scaled(amount))
        case Duotone(dark=dark, light=light):
            table = _duotone(color(dark), color(light))
            return lambda strip: _map_luminance(strip, table)
    tables = _tables(adjustment)
    return lambda strip: _map_channels(strip, tables)


def _tables(adjustment: Adjustment) -> list[np.ndarray]:
    """What each channel's 256 values become."""
    match adjustment:
        case Brightness(amount=amount):
            a = scaled(amount)
            moved = _RAMP + ((255 * a + 128) >> 8) if a >= 0 else _RAMP - ((255 * -a + 128) >> 8)
            return [_clamped(moved)] * 3
        case Contrast(amount=amount):
            a = scaled(amount)
            slope = 256 + (3 * a if a >= 0 else a)
            return [_clamped(((2 * _RAMP - 255) * slope + 65536) >> 9)] * 3
        case Tint(color=tint, amount=amount):
            return [_clamped(_mixed(_RAMP, (_RAMP * c + 127) // 255, scaled(amount))) for c in color(tint)[:3]]
        case Invert():
            return [_clamped(255 - _RAMP)] * 3
    raise TypeError(adjustment)


def _map_channels(strip: np.ndarray, tables: list[np.ndarray]) -> None:
    for channel, table in enumerate(tables):
        strip[..., channel] = table[strip[..., channel]]


def _map_luminance(strip: np.ndarray, table: np.ndarray) -> None:
    alpha = strip[..., 3].astype(np.uint32)
    strip[...] = table[luminance(strip)]
    strip[..., 3] = (strip[..., 3] * alpha + 127) // 255


def _grey(strip: np.ndarray, amount: int) -> None:
    light = luminance(strip)
    for channel in range(3):
        strip[..., channel] = light if amount == 256 else _mixed(strip[..., channel].astype(np.int32), light, amount)


def _sepia(strip: np.ndarray, amount: int) -> None:
    before = strip[..., :3].astype(np.int32)
    for channel, (red, green, blue) in enumerate(_SEPIA):
        toned = np.minimum((red * before[..., 0] + green * before[..., 1] + blue * before[..., 2] + 500) // 1000, 255)
        strip[..., channel] = _mixed(before[..., channel], toned, amount)


def _saturate(strip: np.ndarray, amount: int) -> None:
    light = luminance(strip).astype(np.int32)
    for channel in range(3):
        strip[..., channel] = _clamped(light + (((strip[..., channel] - light) * amount + 128) >> 8))


def _duotone(dark: tuple[int, ...], light: tuple[int, ...]) -> np.ndarray:
    return np.stack([(d * (255 - _RAMP) + b * _RAMP + 127) // 255 for d, b in zip(dark, light, strict=True)],
                    axis=1).astype(np.uint8)


def _mixed(x: np.ndarray, y: np.ndarray, amount: int) -> np.ndarray:
    return (x * (256 - amount) + y.astype(np.int32) * amount + 128) >> 8


def _clamped(values: np.ndarray) -> np.ndarray:
    return np.clip(values, 0, 255).astype(np.uint8)
