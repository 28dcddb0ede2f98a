"""Calendars: a month as a grid, in the words and the week of a language."""

from __future__ import annotations

import json
from calendar import monthrange
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import skia

from ..document import CalendarLayer, Stroke
from ..errors import RenderError
from ..matrices import Matrix
from ..scene import AnyNode
from .drawing import painted, reported_once, words

if TYPE_CHECKING:
    from ..resolve.layers import Resolving

_WEEKS = 6  # as many as a month can touch: months side by side stay alike
_TITLE = 1.5  # rows of days the title takes
# Sizes of letters in parts of a row's height and a column's width, and of a ring in parts of the smaller of them.
_OF_ROW, _OF_COLUMN, _RING, _RING_LINE = 0.52, 0.42, 0.44, 0.05


def nodes(resolving: Resolving, layer: CalendarLayer, matrix: Matrix) -> list[AnyNode]:
    """Title, names of the days, days, and rings below them. Raises `calendar_language`, and what setting a text may."""
    tongue, first = language(layer.lang), len(resolving.texts)
    start = tongue["first"] if layer.first_day is None else {"sunday": 0, "monday": 1, "saturday": 6}[layer.first_day]
    year, month = map(int, layer.month.split("-"))
    top = _TITLE if layer.title else 0.0
    column, row = layer.width / 7, layer.height / (_WEEKS + 1 + top)
    size = max(1.0, min(row * _OF_ROW, column * _OF_COLUMN))
    look = {"lang": layer.lang, "align": "center", "vertical_align": "middle", "wrap": False, "fit": "shrink"}
    drawn = painted(resolving, layer, matrix, _rings(layer, year, month, start, tongue["rtl"], (column, row, top)), None,
                    Stroke(color=layer.mark, width=max(min(column, row) * _RING_LINE, 0.1)))
    if layer.title:
        title = tongue["months"][month - 1].replace("{y}", str(year))
        box = (0, 0, layer.width, top * row)
        drawn += words(resolving, layer, matrix, title, box, layer.font, size * 1.4, layer.fill, **look)
    for place in range(7):
        name = tongue["days"][(start + place) % 7]
        box = (_across(place, tongue["rtl"]) * column, top * row, column, row)
        drawn += words(resolving, layer, matrix, name, box, layer.font, max(1.0, size * 0.8), layer.fill, **look)
    for day, week, place in days(year, month, start):
        box = (_across(place, tongue["rtl"]) * column, (top + 1 + week) * row, column, row)
        drawn += words(resolving, layer, matrix, str(day), box, layer.font, size, layer.fill, **look)
    reported_once(resolving, layer, first)
    return drawn


def days(year: int, month: int, start: int) -> list[tuple[int, int, int]]:
    """(day, week, place in the week) of a month, both from 0, for weeks that begin with `start` (0: Sunday)."""
    weekday, length = monthrange(year, month)  # Monday is 0
    before = (weekday + 1 - start) % 7
    return [(day + 1, *divmod(before + day, 7)) for day in range(length)]


def _across(place: int, rtl: bool) -> int:
    return 6 - place if rtl else place


def _rings(layer: CalendarLayer, year: int, month: int, start: int, rtl: bool,
           measures: tuple[float, float, float]) -> skia.Path:
    column, row, top = measures
    path, radius = skia.Path(), min(column, row) * _RING
    for day, week, place in days(year, month, start):
        if day in layer.marked:
            path.addCircle((_across(place, rtl) + 0.5) * column, (top + 1.5 + week) * row, radius)
    return path


def language(tag: str) -> dict:
    """Names and week of a BCP 47 tag: of this very tag, else of its language, with the week of its region.

    Chinese goes by script or region. Raises RenderError `calendar_language`.
    """
    table = cldr()
    known = {name.lower(): found for name, found in table["languages"].items()}
    parts = tag.replace("_", "-").split("-")
    if tag.replace("_", "-").lower() in known:
        return known[tag.replace("_", "-").lower()]
    primary = parts[0].lower()
    if primary == "zh":
        region = "tw" if {part.lower() for part in parts} & {"hant", "tw", "hk", "mo"} else "cn"
        found = known[f"zh-{region}"]
    else:
        found = next((names for name, names in known.items() if name.partition("-")[0] == primary), None)
    if found is None:
        raise RenderError("calendar_language", f"There are no names of months and days in the language {tag!r}.", part="lang")
    region = next((part.upper() for part in parts[1:] if len(part) == 2), None)
    return found if region is None else {**found, "first": table["first"].get(region, 1)}


@cache
def cldr() -> dict:
    """`calendar.json`: see its notice for the source and the licence."""
    return json.loads(Path(__file__).with_name("calendar.json").read_text("utf-8"))
