"""Layers that are computed: codes and what else is drawn from data instead of art."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .basics import Color, Length, Name
from .monograms import MonogramLayer
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

Month = Annotated[str, Meta(pattern=r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$")]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Time = Annotated[str, Meta(max_length=40)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class CalendarLayer(Placed, tag_field="type", tag="calendar", kw_only=True):
    """A month of the Gregorian calendar as a grid of seven columns and, always, six weeks, under the names of the days.

    `month` is written 2026-12. Names are those of `lang` in Unicode's CLDR, one of our 27 languages (`calendar_language`);
    its region says which day begins the week unless `firstDay` does. Hebrew and Arabic grids run from the right. Years and
    days are in European digits. Days in `marked` get a ring; one that the month lacks draws none.
    """

    month: Month
    marked: Annotated[tuple[Annotated[int, Meta(ge=1, le=31)], ...], Meta(max_length=31)] = ()
    first_day: Literal["monday", "sunday", "saturday"] | None = None  # None: by `lang`
    title: bool = True  # month and year above
    font: Font
    lang: Annotated[str, Meta(max_length=35)] = "en-US"
    fill: Color = "#000000"
    mark: Color = "#c8102e"


class StarMapLayer(Placed, tag_field="type", tag="star-map", kw_only=True):
    """The sky over a place at a moment: a disc within the box, the zenith in its middle, the horizon its rim, north up, east
    to the left (as one looks up); stereographic, so that constellations keep their shapes.

    Stars stand where they are to 0.02 degrees, from the Hipparcos catalogue by sidereal time and precession (IAU 1976 and
    1982); refraction, proper motion, planets and the Moon are left out.
    time: ISO 8601 with an offset, such as 2026-01-01T22:00:00+01:00, of the years 1600 to 2400 (`time_invalid`)
    latitude, longitude: degrees, north and east positive
    """

    time: Time
    latitude: Latitude
    longitude: Longitude
    magnitude: Annotated[float, Meta(ge=1, le=6)] = 5.5  # the faintest stars drawn
    lines: bool = True  # of the constellations
    grid: bool = False  # circles of 30 and 60 degrees of altitude, and eight directions
    sky: Color | None = "#0b1a33"
    stars: Color = "#ffffff"  # lines and grid are the same, fainter


class SvgLayer(Placed, tag_field="type", tag="svg", kw_only=True):
    """A merchant's SVG art, fitted whole into the box, its middle in the box's middle, cut at its own view box.

    Read by an allow-list: svg, g, path, rect, circle, ellipse, line, polyline, polygon, defs, use, clipPath with shapes,
    gradients, and what fills, strokes, opacity and transforms say of them. What else would draw, run or fetch is
    `svg_refused`; text wants to be outlines. Titles, descriptions and editors' own data are passed over.
    """

    asset: Name
    fill: Color | None = None  # paints all of it in one colour; opacities stay


Generated = CodeLayer | MonogramLayer | TableLayer | CalendarLayer | StarMapLayer | SvgLayer
