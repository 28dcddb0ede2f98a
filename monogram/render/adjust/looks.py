"""Photo filters: named sequences of the plain changes of colour."""

from __future__ import annotations

from ..document.adjustments import (
    Adjustment,
    Brightness,
    Contrast,
    Duotone,
    Grey,
    Look,
    Saturation,
    Sepia,
    Tint,
)

LOOKS: dict[str, tuple[Adjustment, ...]] = {
    "warm": (Tint(color="#ffe2b8", amount=0.7), Saturation(amount=0.15), Contrast(amount=0.05), Brightness(amount=0.03)),
    "cool": (Tint(color="#c4dcff", amount=0.7), Saturation(amount=-0.1), Contrast(amount=0.05), Brightness(amount=0.03)),
    "fade": (Saturation(amount=-0.3), Contrast(amount=-0.25), Brightness(amount=0.08)),
    "noir": (Grey(), Contrast(amount=0.25), Brightness(amount=-0.04), Duotone(dark="#0a0a0c", light="#f6f6f4")),
    "vivid": (Saturation(amount=0.45), Contrast(amount=0.1)),
    "vintage": (Sepia(amount=0.45), Contrast(amount=-0.1), Tint(color="#fff1d6"), Saturation(amount=-0.1)),
}


def expanded(adjustments: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
    """The same with every look written out."""
    return tuple(each for one in adjustments for each in (LOOKS[one.name] if isinstance(one, Look) else (one,)))
