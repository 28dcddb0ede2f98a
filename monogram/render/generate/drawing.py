"""What generated layers are made of: outlines in one colour, and words set by the ordinary text layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import skia

from ..document import Font, Placed, ShapeLayer, Stroke, TextLayer
from ..matrices import Matrix, union
from ..paths import Drawn
from ..scene import AnyNode

if TYPE_CHECKING:
    from ..fonts import FontBook
    from ..resolve.layers import Resolving


def painted(resolving: Resolving, layer: Placed, matrix: Matrix, path: skia.Path, color: str | None,
            stroke: Stroke | None = None) -> list[AnyNode]:
    """A path in the layer's own coordinates, filled and stroked; none where nothing would show."""
    if path.isEmpty():
        return []
    shape = ShapeLayer(id=layer.id, width=layer.width, height=layer.height, shape=Drawn(path), fill=color, stroke=stroke)
    return resolving.layer(shape, matrix, 1)


def fonts(resolving: Resolving) -> FontBook:
    """The font book, opened for the first that asks: shaping is loaded for documents with words only."""
    from ..fonts import FontBook

    resolving.book = resolving.book or FontBook.load()
    return resolving.book


def words(resolving: Resolving, layer: Placed, matrix: Matrix, text: str, box: tuple[float, float, float, float],
          font: Font, size: float, color: str, **more) -> list[AnyNode]:
    """A text set in `box` (x, y, width, height) of the layer's own coordinates, as a text layer would be."""
    x, y, width, height = box
    return resolving.layer(
        TextLayer(id=layer.id, x=x, y=y, width=width, height=height, text=text, font=font, size=size, fill=color, **more),
        matrix, 1)


def reported_once(resolving: Resolving, layer: Placed, first: int, asked: float | None = None) -> None:
    """Makes one report of all texts since number `first`: together they are the layer's. Its size is the smallest of theirs.

    asked: that text's size before fitting, where the layer fitted it itself.
    """
    told = resolving.texts[first:]
    if not told:
        return
    least = min(told, key=lambda text: text.size)
    resolving.texts[first:] = [msgspec.structs.replace(
        least, asked=asked or least.asked, lines=sum(text.lines for text in told),
        faces=tuple(dict.fromkeys(face for text in told for face in text.faces)),
        overflowed=any(text.overflowed for text in told),
        outcome=next((text.outcome for text in told if text.overflowed), least.outcome), box=(0, 0, layer.width, layer.height),
        bounds=union(text.bounds for text in told if text.bounds[0] < text.bounds[2]))]
