"""Sine, cosine and arc cosine by exactly rounded operations only, in one order: the libraries of processors and browsers
differ in the last bit, and these do not. Within a few units of the last place for angles of a few turns."""

from __future__ import annotations

from math import floor, pi, sqrt

_HALF_PI = pi / 2
_REST_OF_HALF_PI = 6.123233995736766e-17  # what half pi has beyond a double
# Taylor's series, from the highest power; beyond an eighth of a turn they are not used
_SINE = (1 / 355_687_428_096_000, -1 / 1_307_674_368_000, 1 / 6_227_020_800, -1 / 39_916_800, 1 / 362_880, -1 / 5040,
         1 / 120, -1 / 6)
_COSINE = (1 / 20_922_789_888_000, -1 / 87_178_291_200, 1 / 479_001_600, -1 / 3_628_800, 1 / 40_320, -1 / 720, 1 / 24,
           -1 / 2)


def sine(angle: float) -> float:
    return _turned(angle)[1]


def cosine(angle: float) -> float:
    return _turned(angle)[0]


def _turned(angle: float) -> tuple[float, float]:
    """Cosine and sine: those of the rest beyond whole quarter turns, turned by the quarters."""
    quarters = floor(angle / _HALF_PI + 0.5)
    rest = angle - quarters * _HALF_PI - quarters * _REST_OF_HALF_PI
    square = rest * rest
    co = 1 + square * _series(_COSINE, square)
    si = rest + rest * (square * _series(_SINE, square))
    return ((co, si), (-si, co), (-co, -si), (si, -co))[quarters % 4]


def _series(factors: tuple[float, ...], square: float) -> float:
    value = 0.0
    for factor in factors:
        value = value * square + factor
    return value


def arc_cosine(co: float) -> float:
    """From 0 to pi, of a cosine from -1 to 1: halved angles until they are small, then the series of the arc sine."""
    if co < 0:
        return pi - arc_cosine(-co)
    half, times = sqrt((1 - co) / 2), 2  # the sine of half the angle
    for _ in range(3):
        half = half / sqrt(2 + 2 * sqrt(1 - half * half))  # the sine of half of that
        times *= 2
    square, value = half * half, 0.0
    for k in range(8, 0, -1):
        value = (value + 1 / (2 * k + 1)) * ((square * (2 * k - 1)) / (2 * k))
    return times * (half + half * value)
