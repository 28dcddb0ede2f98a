"""Image layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import placement
from ..document import ImageLayer
from ..errors import RenderError
from ..matrices import Matrix, bounds, lengths, multiply, outset
from ..reports import ImageReport
from ..scene import AnyNode, ImageNode

if TYPE_CHECKING:
    from .layers import Resolving


def nodes(resolving: Resolving, layer: ImageLayer, matrix: Matrix) -> list[AnyNode]:
    if layer.asset is None:
        raise RenderError("image_missing", f"The image layer {layer.id!r} has no image, and no value brings one.")
    source = resolving.source(layer.asset)
    region, placed = placement.place(layer, source.info.size, resolving.placements.get(layer.id))
    whole = multiply(matrix, placed)
    resolving.images.append(ImageReport(
        layer=layer.id, asset=layer.asset, width=source.info.size[0], height=source.info.size[1],
        dpi=round(resolving.document.canvas.dpi * resolving.scale / max(lengths(whole)), 1)))
    return [ImageNode(layer=layer.id, matrix=whole, bounds=outset(bounds(whole, region), 1), source=source, region=region)]
