"""What preflight looks for, and what it does about it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .basics import Part

Measure = Annotated[float, Meta(ge=0, le=100_000)]
Action = Literal["refuse", "warn", "off"]


class Least(Part, kw_only=True):
    """Below `refuse` the print is refused, below `warn` it is warned of; None for neither."""

    refuse: Measure | None = None
    warn: Measure | None = None


class Most(Part, kw_only=True):
    """Above `refuse` the print is refused, above `warn` it is warned of; None for neither."""

    refuse: Measure | None = None
    warn: Measure | None = None


class Rules(Part, kw_only=True):
    """imageDpi: pixels of an image per printed inch, where it is placed; of a mosaic, one for each tile will do.

    textPoints: size of the letters in print.
    textContrast: of words against what lies under them, as WCAG 2 counts it, 1 (none) to 21; only where something does lie.
    lineMm: width of strokes and of letters' thinnest stems; for engraving, without a rule, warn below 0.25 mm.
    textCut: words that do not fit their box. textShrunk: words made smaller to fit: told as mended.
    safeArea: words and art that reach out of it. printArea: those that reach beyond the trim and will be cut. Art that goes
    on to the canvas's edge is bleed.
    gamut: change of colour (CIE DE2000, 95th percentile of the picture) in the output profile that `gamutProfile` states.
    """

    image_dpi: Least = Least(warn=150)
    text_points: Least = Least(warn=5)
    text_contrast: Least = Least(warn=1.5)
    line_mm: Least | None = None
    text_cut: Action = "warn"
    text_shrunk: Literal["mend", "off"] = "mend"
    safe_area: Action = "warn"
    print_area: Action = "warn"
    gamut: Most = Most(warn=10)


class Preflight(Part, kw_only=True):
    """process: how it is made; engraving asks for lines that a laser can cut. gamutProfile: `cmyk` is a common coated press."""

    process: Literal["print", "engraving"] = "print"
    gamut_profile: Literal["none", "cmyk"] = "none"
    rules: Rules = Rules()
