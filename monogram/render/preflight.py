"""What a printer would complain about, found before anything is printed."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .reports import Report

# Printers' common bounds: at 300 dpi nothing shows, below 150 edges soften, below 100 pixels show at arm's length.
WARN_DPI = 150
SEVERE_DPI = 100
# Under about 5 points letters fill in, on paper and more so on fabric.
SMALLEST_POINTS = 5.0
# Pixels of ink beyond the safe area that are still forgiven: anti-aliased edges and the sides of letters.
_TOLERANCE = 2.0


class Finding(Struct, frozen=True):
    """code: stable name; severity: `severe` should stop a print, `warning` should be looked at."""

    code: str
    layer: str
    severity: Literal["warning", "severe"]
    message: str


def check(report: Report) -> list[Finding]:
    """Findings in the order of the layers: photos too small for their place, text too small, cut or outside the safe area."""
    found = []
    for image in report.images:
        if image.dpi < WARN_DPI:
            severity = "severe" if image.dpi < SEVERE_DPI else "warning"
            found.append(Finding("image_low_resolution", image.layer, severity,
                                 f"The image {image.asset!r} prints at {image.dpi:.0f} dpi; {WARN_DPI} or more looks sharp."))
    for text in report.texts:
        points = text.size / report.dpi * 72
        if points < SMALLEST_POINTS:
            found.append(Finding("text_small", text.layer, "warning",
                                 f"The text is set at {points:.1f} points; below {SMALLEST_POINTS:g} it may not be legible."))
        if text.overflowed:
            found.append(Finding("text_overflow", text.layer, "severe", "The text does not fit its box."))
        if _leaves(text.bounds, report.safe):
            found.append(Finding("text_outside_safe", text.layer, "warning",
                                 "The text reaches outside the safe area and may be cut."))
    found += [Finding("code_without_ground", code.layer, "warning",
                      "The code has no light colour of its own: what lies below it must be light, or it will not scan.")
              for code in report.codes if not code.grounded]
    return found


def _leaves(box, safe) -> bool:
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return False
    beyond = (safe[0] - left, safe[1] - top, right - safe[2], bottom - safe[3])
    return max(beyond) > _TOLERANCE
