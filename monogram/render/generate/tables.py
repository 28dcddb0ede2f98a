"""Tables: lines of text in columns, all in the one size at which they fit."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from ..document import TableLayer
from ..errors import RenderError
from ..matrices import Matrix
from ..scene import AnyNode
from .drawing import fonts, reported_once, words

if TYPE_CHECKING:
    from ..resolve.layers import Resolving

_GRID = 64  # sizes tried are multiples of 1/64 pixel, as in fitting a text


def nodes(resolving: Resolving, layer: TableLayer, matrix: Matrix) -> list[AnyNode]:
    """The items. Raises `text_overflow` where even `minSize` is too large, and what setting a text may."""
    if not layer.items:
        return []
    rows = ceil(len(layer.items) / layer.columns)
    column = (layer.width - (layer.columns - 1) * layer.gap) / layer.columns
    if column <= 0:
        raise RenderError("text_overflow", f"The gaps leave nothing of the {layer.columns} columns.", part="gap")
    size, rtl = _fitted(resolving, layer, rows, column)
    align = {"start": "right" if rtl else "left", "end": "left" if rtl else "right"}.get(layer.align, layer.align)
    step, drawn, first = size * layer.line_height, [], len(resolving.texts)
    for number, item in enumerate(layer.items):
        across, down = divmod(number, rows)
        x = (layer.columns - 1 - across if rtl else across) * (column + layer.gap)
        drawn += words(resolving, layer, matrix, item, (x, down * step, column, step), layer.font, size, layer.fill,
                       align=align, line_height=layer.line_height, lang=layer.lang, wrap=False, overflow="show")
    reported_once(resolving, layer, first, asked=layer.size)
    return drawn


def _fitted(resolving: Resolving, layer: TableLayer, rows: int, column: float) -> tuple[float, bool]:
    """The size for all, and whether columns run from right to left. Advances grow evenly with the size."""
    from ..text import layout  # shaping is loaded for documents with words only

    book = fonts(resolving)
    face = {"family": layer.font.family, "weight": layer.font.weight, "italic": layer.font.italic, "axes": layer.font.axes}
    texts = [layout(item, size=layer.size, width=column, height=layer.height, book=book, lang=layer.lang, wrap=False,
                    overflow="show", **face) for item in layer.items]
    widest = max(text.width for text in texts)
    rtl = layer.direction == "rtl" or (layer.direction == "auto" and any(
        line.base_level for text in texts[:1] for line in text.lines))
    largest = min(layer.size, layer.height / rows / layer.line_height,
                  layer.size * column / widest if widest else layer.size)
    size = floor(largest * _GRID) / _GRID if largest < layer.size else layer.size
    if size < min(layer.min_size, layer.size):
        raise RenderError(
            "text_overflow", f"The table's {len(texts)} items fit at size {size:g}, and {layer.min_size:g} is the least "
            "allowed. Shorten them, enlarge the box, or take more columns.", part="items")
    return size, rtl
