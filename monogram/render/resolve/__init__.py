"""A document, its values and its assets become a Scene: bindings applied, boxes placed, text laid out, files probed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import limits
from ..document import Document, Side, Values
from ..matrices import scale as scaling
from ..reports import Report
from ..scene import Scene
from .colors import rgba
from .layers import Assets, Resolving

if TYPE_CHECKING:
    from ..fonts import FontBook

__all__ = ["Assets", "resolve"]


def resolve(document: Document, values: Values, assets: Assets, *, side: Side = "print", scale: float = 1.0,
            book: FontBook | None = None) -> tuple[Scene, Report]:
    """What is to be painted, and the report of it. Nothing is decoded or drawn yet.

    assets: bytes by name, as a mapping or a function that raises KeyError; names come from the document and from values.
    side: layers whose `output` is the other side are left out. scale: of the whole picture, for previews (0 < scale <= 1).
    Raises RenderError with the layer it happened in.
    """
    canvas = document.canvas
    if not 0 < scale <= 1:
        raise ValueError("scale must be above 0 and at most 1")
    width, height = max(1, round(canvas.width * scale)), max(1, round(canvas.height * scale))
    limits.check_output(width, height)
    resolving = Resolving(document, values, assets, side, scale, book)
    nodes = resolving.nodes(document.layers, scaling(scale, scale), 1)
    scene = Scene(width=width, height=height, dpi=canvas.dpi * scale, background=rgba(canvas.background), nodes=nodes)
    return scene, resolving.report()
