"""Generated layers: codes, tables, calendars, skies and art become plain nodes, so that painters know nothing of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..document import CalendarLayer, CodeLayer, Generated, StarMapLayer, SvgLayer, TableLayer
from ..document.monograms import MonogramLayer
from ..matrices import Matrix
from ..scene import AnyNode
from . import calendars, codes, monograms, skies, svgs, tables

if TYPE_CHECKING:
    from ..resolve.layers import Resolving


def nodes(resolving: Resolving, layer: Generated, matrix: Matrix) -> list[AnyNode]:
    """What the layer is made of, bottom first; `matrix` maps its box to canvas pixels. Raises RenderError."""
    match layer:
        case CodeLayer():
            return codes.nodes(resolving, layer, matrix)
        case MonogramLayer():
            return monograms.nodes(resolving, layer, matrix)
        case TableLayer():
            return tables.nodes(resolving, layer, matrix)
        case CalendarLayer():
            return calendars.nodes(resolving, layer, matrix)
        case StarMapLayer():
            return skies.nodes(resolving, layer, matrix)
        case SvgLayer():
            return svgs.nodes(resolving, layer, matrix)
