"""Repeats: a group once for each entry of a list, its layers under the names `name#1`, `name#2`, ..."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from .. import bindings
from ..document import Entry, GroupLayer, Layer, RepeatLayer, SurfaceLayer, walk
from ..matrices import Matrix
from ..scene import AnyNode

if TYPE_CHECKING:
    from ..resolve.layers import Resolving


def nodes(resolving: Resolving, layer: RepeatLayer, parent: Matrix, depth: int) -> list[AnyNode]:
    """Each entry's group, in order. Raises RenderError `repeat_too_many`, `value_invalid`."""
    if layer.component in resolving.values:
        entries = bindings.entries(layer.component, resolving.values[layer.component], layer.most)
    else:
        entries = [None]  # not asked: the sample, once
    columns, drawn = layer.columns or len(entries) or 1, []
    for number, entry in enumerate(entries):
        row, column = divmod(number, columns)
        group = GroupLayer(
            id=f"{layer.id}#{number + 1}", x=layer.x + column * (layer.width + layer.gap_x),
            y=layer.y + row * (layer.height + layer.gap_y), width=layer.width, height=layer.height, rotation=layer.rotation,
            opacity=layer.opacity, blend=layer.blend, mask=layer.mask, clip=layer.clip,
            layers=_numbered(layer.layers, number + 1))
        _bind(resolving, layer, entry, number + 1)
        drawn += resolving.nodes([group], parent, depth)
    return drawn


def _numbered(layers: list[Layer], number: int) -> list[Layer]:
    numbered = []
    for layer in layers:
        inner = {"layers": _numbered(layer.layers, number)} if isinstance(layer, (GroupLayer, SurfaceLayer)) else {}
        numbered.append(msgspec.structs.replace(layer, id=f"{layer.id}#{number}", **inner))
    return numbered


def _bind(resolving: Resolving, layer: RepeatLayer, entry: Entry | None, number: int) -> None:
    """What the document's values change, and over it what the entry does."""
    changes, placements = ({}, {}) if entry is None else bindings.of_entry(resolving.document, layer.component, entry)
    for inner in walk(layer.layers):
        name = f"{inner.id}#{number}"
        resolving.changes[name] = {**resolving.changes.get(inner.id, {}), **changes.get(inner.id, {})}
        for placed in (resolving.placements, placements):
            if inner.id in placed:
                resolving.placements[name] = placed[inner.id]
