"""The one entry: a document, its values and its assets become a file."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from . import export, paint
from .document import Document, Side, Values
from .reports import Report
from .resolve import Assets, resolve

if TYPE_CHECKING:
    from .fonts import FontBook

# Raised with every change that alters a pixel of an unchanged document.
VERSION = 1


class Rendered(Struct, frozen=True, kw_only=True):
    """A finished file. width and height in pixels; data is the same for the same input and `engine()`."""

    data: bytes
    width: int
    height: int
    dpi: float
    media_type: str
    report: Report


def render(document: Document, values: Values, assets: Assets, *, side: Side = "print", format: str = "png",
           scale: float = 1.0, book: FontBook | None = None) -> Rendered:
    """Draws one side of a document, or raises RenderError; nothing is drawn silently wrong.

    assets: bytes by name (mapping, or function raising KeyError). scale: a smaller picture for previews, above 0 and at
    most 1. book: the fonts; without one the package's own. Uses memory of about 8 bytes a canvas pixel and 4 a source pixel.
    """
    format = export.check_format(format)
    scene, report = resolve(document, values, assets, side=side, scale=scale, book=book)
    data = b"".join(export.png(paint.strips(scene), scene.width, scene.height, scene.dpi))
    return Rendered(data=data, width=scene.width, height=scene.height, dpi=scene.dpi, media_type=export.MEDIA_TYPES[format],
                    report=report)


@cache
def engine() -> str:
    """The engine and all that decides pixels and bytes with it; part of every recipe."""
    from importlib.metadata import version  # costs the command line as much as a decoded photo

    parts = ("skia-python", "uharfbuzz", "icu4py", "imagecodecs", "pyvips-binary", "isal")
    return " ".join([f"monogram-render {VERSION}", *(f"{part} {version(part)}" for part in parts)])
