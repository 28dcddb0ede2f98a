"""Layers that are computed: codes and what else is drawn from data instead of art."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .basics import Color, Length
from .placed import Placed
from .texts import Font


class CodeLayer(Placed, tag_field="type", tag="code", kw_only=True):
    """A QR code, Data Matrix or barcode of `text`, its quiet zone within the box. An empty text draws nothing.

    Modules are whole canvas pixels, as large as the box allows, centred; bars are as tall as the box. One under 2 pixels
    or 0.25 mm (EAN and UPC: 0.264 mm) is `code_too_small`; `dark` on `light` must differ by 40 % in reflectance
    (`code_contrast`); what the symbology cannot hold, and a wrong check digit, is `code_content`.
    """

    symbology: Literal["qr", "datamatrix", "code128", "code39", "ean13", "ean8", "upca"] = "qr"
    text: Annotated[str, Meta(max_length=4_000)] = ""
    level: Literal["L", "M", "Q", "H"] = "M"  # of QR's error correction, at least: more where it costs no room
    dark: Color = "#000000"
    light: Color | None = "#ffffff"  # fills the box; None: what lies below must be light, and preflight says so
    quiet: Annotated[int, Meta(ge=0, le=20)] | None = None  # modules on every side; None: what the symbology asks for
    digits: bool = False  # under a barcode, for people to read


class TableLayer(Placed, tag_field="type", tag="table", kw_only=True):
    """Lines of text, such as names, in columns of equal width, filled down and then across, all in one size.

    The size is the largest from `size` down to `minSize` at which every item fits its column and the rows fit the box;
    else `text_overflow`. Rows are as many as needed and start at the top. No items draw nothing.
    `start` and `end` follow `direction`, the same for all items.
    """

    items: Annotated[tuple[Annotated[str, Meta(max_length=500, pattern=r"^[^\r\n]*$")], ...], Meta(max_length=2_000)] = ()
    columns: Annotated[int, Meta(ge=1, le=20)] = 1
    gap: Length = 0  # between columns
    font: Font
    size: Annotated[float, Meta(ge=1, le=20_000)]
    min_size: Annotated[float, Meta(ge=1, le=20_000)] = 1
    line_height: Annotated[float, Meta(ge=0.5, le=5)] = 1.2
    align: Literal["start", "center", "end", "left", "right"] = "start"
    direction: Literal["auto", "ltr", "rtl"] = "auto"  # `auto`: as the first item reads
    lang: Annotated[str, Meta(max_length=35)] = ""
    fill: Color = "#000000"


Generated = CodeLayer | TableLayer
