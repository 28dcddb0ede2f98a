"""Layers, one after the other, into nodes: what kind each is, and what its mask, opacity and blend mode do to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import skia
from msgspec import Struct

from .. import bindings, generate, limits, paths
from ..document import (
    Document,
    GroupLayer,
    ImageLayer,
    ImageMask,
    Layer,
    RectangleShape,
    RepeatLayer,
    ShapeLayer,
    ShapeMask,
    Side,
    SurfaceLayer,
    TextLayer,
    Values,
)
from ..errors import RenderError
from ..generate import repeats
from ..headers import probe
from ..matrices import Box, Matrix, bounds, intersection, lengths, multiply, outset, rotate, translate, union
from ..paths import box_of
from ..reports import AssetReport, CodeReport, FontReport, ImageReport, Report, TextReport
from ..scene import AnyNode, GroupNode, ImageNode, PatchNode, PathNode, Source, Stencil, shows
from . import images, shapes, surfaces, texts

if TYPE_CHECKING:
    pass

Assets = Mapping[str, bytes] | Callable[[str], bytes]


class Picture(Struct, frozen=True):
    """A surface layer's own picture. scale: of the canvas, in its pixels; seen: where a box of it is seen on the canvas."""

    scale: float
    seen: Callable[[Box], Box]


class Resolving:
    """A resolve under way: what it was given, what it has looked up, and what it will report."""

    def __init__(self, document: Document, values: Values, assets: Assets, side: Side, scale: float, book):
        self.document, self.assets, self.side, self.scale, self.book = document, assets, side, scale, book
        self.values = values
        self.changes, self.placements = bindings.apply(document, values)
        self.sources: dict[str, Source] = {}
        self.hashes: dict[str, str] = {}
        self.texts: list[TextReport] = []
        self.images: list[ImageReport] = []
        self.codes: list[CodeReport] = []
        self.fonts: dict[tuple, FontReport] = {}  # by the face's identity
        self.count = 0
        self.surface: Picture | None = None

    def report(self) -> Report:
        canvas, s = self.document.canvas, self.scale
        safe = (canvas.bleed.left + canvas.safe.left, canvas.bleed.top + canvas.safe.top,
                canvas.width - canvas.bleed.right - canvas.safe.right, canvas.height - canvas.bleed.bottom - canvas.safe.bottom)
        return Report(
            dpi=canvas.dpi * s, safe=tuple(edge * s for edge in safe), texts=tuple(self.texts), images=tuple(self.images),
            codes=tuple(self.codes),
            fonts=tuple(sorted(self.fonts.values(), key=lambda font: (
                font.family, font.weight, font.italic, sorted(font.axes.items())))),
            assets=tuple(AssetReport(name=name, sha256=self.hashes[name]) for name in sorted(self.hashes)))

    def nodes(self, layers: list[Layer], parent: Matrix, depth: int) -> tuple[AnyNode, ...]:
        found = []
        for layer in layers:
            self.count += 1
            if self.count > limits.LAYERS:
                raise RenderError("too_many_layers", f"There are more than {limits.LAYERS} layers.", layer=layer.id)
            if depth > limits.GROUP_DEPTH:
                raise RenderError("groups_too_deep", f"Groups lie over {limits.GROUP_DEPTH} deep.", layer=layer.id)
            layer = _changed(layer, self.changes.get(layer.id, {}))
            if not layer.visible or layer.output not in ("all", self.side):
                continue
            try:
                found += self.layer(layer, parent, depth)
            except RenderError as error:
                raise error.at(layer.id) from None
        return tuple(found)

    def layer(self, layer: Layer, parent: Matrix, depth: int) -> list[AnyNode]:
        turned = rotate(layer.rotation, layer.width / 2, layer.height / 2)
        matrix = multiply(parent, multiply(translate(layer.x, layer.y), turned))
        clips: list[skia.Path] = []
        match layer:
            case ImageLayer():
                nodes = images.nodes(self, layer, matrix)
            case ShapeLayer():
                nodes = shapes.nodes(self, layer, matrix)
            case TextLayer():
                nodes = texts.nodes(self, layer, matrix, clips)
            case RepeatLayer():
                return repeats.nodes(self, layer, parent, depth)
            case SurfaceLayer():
                nodes = surfaces.nodes(self, layer, matrix, depth)
            case GroupLayer():
                nodes = list(self.nodes(layer.layers, matrix, depth + 1))
                if layer.clip:
                    clips.append(paths.outline(RectangleShape(), layer.width, layer.height))
            case _:
                nodes = generate.nodes(self, layer, matrix)
        return self.together(layer, nodes, matrix, clips)

    def together(self, layer: Layer, nodes: list[AnyNode], matrix: Matrix, clips: list[skia.Path]) -> list[AnyNode]:
        """The layer's nodes under its mask, opacity and blend mode; as they are where none of these says anything."""
        stencil = None
        if isinstance(layer.mask, ShapeMask):
            clips.append(paths.outline(layer.mask.shape, layer.width, layer.height))
        elif isinstance(layer.mask, ImageMask):
            stencil = Stencil(source=self.source(layer.mask.asset), channel=layer.mask.channel,
                              box=(layer.width, layer.height), matrix=matrix)
            clips.append(paths.outline(RectangleShape(), layer.width, layer.height))
        mixed = layer.opacity < 1 or layer.blend != "normal" or stencil is not None
        if not nodes or layer.opacity == 0:
            return []
        if not mixed and not clips and not any(_reaches_below(node) for node in nodes):
            return nodes
        # a soft edge must cut the finished picture: cutting overlapping children one by one would let more shine through
        soft = any(not _is_sharp(clip, matrix) for clip in clips) and (len(nodes) > 1 or not _is_single(nodes[0]))
        area = union(node.bounds for node in nodes)
        for clip in clips:
            area = intersection(area, outset(bounds(matrix, box_of(clip.computeTightBounds())), 1))
        if area[0] >= area[2] or area[1] >= area[3]:  # all of it is cut away
            return []
        isolated = mixed or soft or any(_reaches_below(node) for node in nodes)
        return [GroupNode(layer=layer.id, matrix=matrix, bounds=area, children=tuple(nodes), clips=tuple(clips),
                          stencil=stencil, opacity=layer.opacity, blend=layer.blend, isolated=isolated)]

    @contextmanager
    def picture(self, scale: float, stretch: float, seen: Callable[[Box], Box]) -> Iterator[None]:
        """While layers are resolved for a picture of their own. stretch: canvas pixels along one of it, at most."""
        outer, self.scale, self.surface = self.scale, scale, Picture(self.scale / stretch, seen)
        yield
        self.scale, self.surface = outer, None

    def seen(self, box: Box) -> Box:
        """Where a box of the picture under way is seen on the canvas."""
        return box if self.surface is None else self.surface.seen(box)

    def dpi(self, matrix: Matrix) -> float:
        """How many pixels of a source fall on an inch of the canvas, by the matrix to the picture under way."""
        scale = self.scale if self.surface is None else self.surface.scale
        return round(self.document.canvas.dpi * scale / max(lengths(matrix)), 1)

    def source(self, name: str) -> Source:
        """A picture's file, its header checked."""
        if name not in self.sources:
            data = self.file(name)
            self.sources[name] = Source(name, data, probe(data, name))
        return self.sources[name]

    def file(self, name: str) -> bytes:
        """An asset's bytes. Raises RenderError `image_missing`, `image_changed`."""
        try:
            data = self.assets(name) if callable(self.assets) else self.assets[name]
        except KeyError:
            data = None
        if data is None:
            raise RenderError("image_missing", f"The image {name!r} is missing.", part=name)
        digest = hashlib.sha256(data).hexdigest()
        listed = self.document.assets.get(name)
        if listed is not None and listed.sha256 not in (None, digest):
            raise RenderError("image_changed", f"The image {name!r} is not the file the document lists: its SHA-256 differs.",
                              part=name)
        self.hashes[name] = digest
        return data


def _changed(layer: Layer, changes: dict) -> Layer:
    """The layer with its bound values. An image for a shape or text goes into its fill, unless a colour has taken its place."""
    changes = dict(changes)
    if isinstance(layer, ImageLayer):
        changes["adjust"] = bindings.adjusted(layer.adjust, changes)
    if "asset" in changes and not isinstance(layer, ImageLayer):
        changes = {"fill": msgspec.structs.replace(layer.fill, asset=changes.pop("asset")), **changes}
    if "text" in changes and isinstance(layer, TextLayer):
        changes["runs"] = ()
    return msgspec.structs.replace(layer, **changes)


def _reaches_below(node: AnyNode) -> bool:
    return isinstance(node, GroupNode) and node.blend != "normal"


def _is_single(node: AnyNode) -> bool:
    """Whether it touches each pixel once, so that cutting it is cutting its picture."""
    match node:
        case ImageNode() | PatchNode():
            return True
        case PathNode(fill=fill, pieces=pieces, strokes=strokes, shadows=shadows):
            return not shadows and not pieces and len(strokes) + shows(fill) < 2
        case GroupNode(isolated=isolated):
            return isolated
    return False


def _is_sharp(clip: skia.Path, matrix: Matrix) -> bool:
    """Whether the clip's edges lie on pixel edges."""
    box = bounds(matrix, box_of(clip.computeTightBounds()))
    return bool(clip.isRect(skia.Rect.MakeEmpty())) and (matrix[1] == 0 == matrix[2] or matrix[0] == 0 == matrix[3]) and \
        all(abs(edge - round(edge)) < 1e-6 for edge in box)
