"""What drawings of one kind begin with, kept as it was painted: a mockup's base, the art around a name that is being typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import skia
from msgspec import Struct

from .scene import AnyNode, Source

if TYPE_CHECKING:
    from .pictures import Kept


class Beginning(Struct, frozen=True):
    """A drawing's nodes, and the pixels (RGBA_F16) once the first `count` of them were painted."""

    nodes: tuple[AnyNode, ...]
    count: int
    pixels: np.ndarray | None


def paint_on(surface: skia.Surface, nodes: tuple[AnyNode, ...], paint: Callable[[AnyNode], None], kept: Kept | None,
             kind: tuple) -> None:
    """Paints the nodes on a surface that nothing but their background is on. kind: what drawings must share to be compared,
    size and background included; the longest row of first nodes that this one and the last have alike is kept."""
    if kept is None:
        for node in nodes:
            paint(node)
        return
    last = kept.find(kind) or Beginning((), 0, None)
    alike = _alike_at_first(last.nodes, nodes)
    count, pixels = (last.count, last.pixels) if last.count <= alike else (0, None)
    if pixels is not None:
        surface.getCanvas().writePixels(surface.imageInfo(), pixels, pixels.shape[1], 0, 0)
    for number in range(count, len(nodes) + 1):
        if number == alike > count:
            count, pixels = alike, _read(surface)
        if number < len(nodes):
            paint(nodes[number])
    kept.keep(kind, Beginning(nodes, count, pixels), 0 if pixels is None else pixels.nbytes)


def _read(surface: skia.Surface) -> np.ndarray:
    info = surface.imageInfo()
    pixels = np.empty((info.height(), info.minRowBytes()), np.uint8)
    surface.readPixels(info, pixels, pixels.shape[1], 0, 0)
    return pixels


def _alike_at_first(one: tuple[AnyNode, ...], other: tuple[AnyNode, ...]) -> int:
    for number, (here, there) in enumerate(zip(one, other, strict=False)):
        if not alike(here, there):
            return number
    return min(len(one), len(other))


def alike(one: Any, other: Any) -> bool:
    """Whether two nodes, or parts of nodes, paint the same: by what is in them, whoever made them."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    match one:
        case Source():
            return one.data == other.data
        case Struct():
            return all(alike(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
        case tuple():
            return len(one) == len(other) and all(map(alike, one, other))
        case np.ndarray():
            return np.array_equal(one, other)
        case _ if hasattr(one, "identity"):  # faces
            return one.identity == other.identity
    return one == other
