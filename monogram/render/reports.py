"""What a drawing was made of and what happened to it: for people, for preflight, and for the recipe."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .matrices import Box


class InWords(Struct, frozen=True):
    en: str
    zh: str


class Told(Struct, frozen=True):
    """A finding of preflight as it is kept and sent: see `preflight.Finding`."""

    code: str
    layer: str | None
    severity: Literal["refuse", "warn", "mend"]
    shopper: InWords
    merchant: InWords


class _Report(Struct, rename="camel", frozen=True, kw_only=True):
    pass


class TextReport(_Report, frozen=True, kw_only=True):
    """asked, size: pixels per em; bounds: letters and stroke, without shadow, in canvas pixels; all zero where there is no
    ink. outcome: `fits`, or what was done with text that did not: cut (`clipped`), drawn beyond (`shown`), or given a larger
    box (`extended`). box: left, top, right, bottom in the layer's own coordinates, after extending."""

    layer: str
    asked: float
    size: float
    faces: tuple[str, ...] = ()  # family, weight and slant of every face drawn with
    lines: int
    overflowed: bool
    outcome: str
    box: Box
    bounds: Box


class ImageReport(_Report, frozen=True, kw_only=True):
    """dpi: source pixels per printed inch where it is placed, along the axis that has fewer; masks are not listed.

    tiles: of a mosaic, how many fall on a printed inch: nothing finer of the source is seen."""

    layer: str
    asset: str
    width: int
    height: int
    dpi: float
    tiles: float | None = None


class CodeReport(_Report, frozen=True, kw_only=True):
    """module: pixels of the full-size canvas, and millimetres in print; grounded: whether it has a light colour of its own."""

    layer: str
    symbology: str
    module: int
    millimetres: float
    grounded: bool


class FontReport(_Report, frozen=True, kw_only=True):
    """axes: of a variable font, where on each of its axes it stood; a weight between whole numbers is one of them."""

    family: str
    weight: int | float
    italic: bool
    sha256: str
    axes: dict[str, float] = {}


class AssetReport(_Report, frozen=True, kw_only=True):
    name: str
    sha256: str


class Report(_Report, frozen=True, kw_only=True):
    """Layers in the order they are painted; fonts and assets by name. `safe` is the safe area in canvas pixels."""

    dpi: float
    safe: Box
    texts: tuple[TextReport, ...] = ()
    images: tuple[ImageReport, ...] = ()
    codes: tuple[CodeReport, ...] = ()
    fonts: tuple[FontReport, ...] = ()
    assets: tuple[AssetReport, ...] = ()
    notes: tuple[str, ...] = ()  # what the file's format cannot keep
