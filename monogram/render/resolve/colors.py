"""Colours of a document as numbers."""

from __future__ import annotations

from ..scene import Rgba

NOTHING: Rgba = (0.0, 0.0, 0.0, 0.0)


def rgba(color: str | None) -> Rgba:
    """#rrggbb or #rrggbbaa as four fractions; None is transparent."""
    if color is None:
        return NOTHING
    return (*tuple(int(color[i:i + 2], 16) / 255 for i in (1, 3, 5)), int(color[7:9] or "ff", 16) / 255)
