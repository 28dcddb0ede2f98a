"""A document, its values and its assets become a Scene: bindings applied, boxes placed, text laid out, files probed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
import skia

from . import bindings, lettering, limits, paths, placement
from .document import (
    Document,
    GroupLayer,
    ImageLayer,
    ImageMask,
    Layer,
    RectangleShape,
    ShapeLayer,
    ShapeMask,
    Side,
    Stroke,
    TextLayer,
    Values,
)
from .errors import RenderError
from .headers import probe
from .matrices import Box, Matrix, bounds, lengths, multiply, outset, rotate, translate, union
from .matrices import scale as scaling
from .reports import AssetReport, FontReport, ImageReport, Report, TextReport
from .scene import AnyNode, Blur, GlyphsNode, GroupNode, ImageNode, Line, PathNode, Rgba, Scene, Source, Stencil

if TYPE_CHECKING:
    from .fonts import FontBook
    from .text import GlyphRun, TextLayout

Assets = Mapping[str, bytes] | Callable[[str], bytes]
NOTHING: Rgba = (0.0, 0.0, 0.0, 0.0)


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
    resolver = _Resolver(document, values, assets, side, scale, book)
    nodes = resolver.nodes(document.layers, scaling(scale, scale), 1)
    scene = Scene(width=width, height=height, dpi=canvas.dpi * scale, background=rgba(canvas.background), nodes=nodes)
    return scene, resolver.report()


def rgba(color: str | None) -> Rgba:
    """#rrggbb or #rrggbbaa as four fractions; None is transparent."""
    if color is None:
        return NOTHING
    return (*tuple(int(color[i:i + 2], 16) / 255 for i in (1, 3, 5)), int(color[7:9] or "ff", 16) / 255)


class _Resolver:
    def __init__(self, document: Document, values: Values, assets: Assets, side: Side, scale: float, book):
        self.document, self.assets, self.side, self.scale, self.book = document, assets, side, scale, book
        self.changes, self.placements = bindings.apply(document, values)
        self.sources: dict[str, Source] = {}
        self.hashes: dict[str, str] = {}
        self.texts: list[TextReport] = []
        self.images: list[ImageReport] = []
        self.fonts: dict[str, FontReport] = {}
        self.count = 0

    def report(self) -> Report:
        canvas, s = self.document.canvas, self.scale
        safe = (canvas.bleed.left + canvas.safe.left, canvas.bleed.top + canvas.safe.top,
                canvas.width - canvas.bleed.right - canvas.safe.right, canvas.height - canvas.bleed.bottom - canvas.safe.bottom)
        return Report(
            dpi=canvas.dpi * s, safe=tuple(edge * s for edge in safe), texts=tuple(self.texts), images=tuple(self.images),
            fonts=tuple(sorted(self.fonts.values(), key=lambda font: (font.family, font.weight, font.italic))),
            assets=tuple(AssetReport(name=name, sha256=self.hashes[name]) for name in sorted(self.hashes)))

    def nodes(self, layers: list[Layer], parent: Matrix, depth: int) -> tuple[AnyNode, ...]:
        found = []
        for layer in layers:
            self.count += 1
            if self.count > limits.LAYERS:
                raise RenderError("too_many_layers", f"There are more than {limits.LAYERS} layers.", layer=layer.id)
            if depth > limits.GROUP_DEPTH:
                raise RenderError("groups_too_deep", f"Groups lie over {limits.GROUP_DEPTH} deep.", layer=layer.id)
            layer = msgspec.structs.replace(layer, **self.changes.get(layer.id, {}))
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
                nodes = self.image(layer, matrix)
            case ShapeLayer():
                nodes = self.shape(layer, matrix)
            case TextLayer():
                nodes = self.text(layer, matrix, clips)
            case GroupLayer():
                nodes = list(self.nodes(layer.layers, matrix, depth + 1))
                if layer.clip:
                    clips.append(paths.outline(RectangleShape(), layer.width, layer.height))
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
            area = _intersection(area, outset(bounds(matrix, _box(clip.computeTightBounds())), 1))
        if area[0] >= area[2] or area[1] >= area[3]:  # all of it is cut away
            return []
        isolated = mixed or soft or any(_reaches_below(node) for node in nodes)
        return [GroupNode(layer=layer.id, matrix=matrix, bounds=area, children=tuple(nodes), clips=tuple(clips),
                          stencil=stencil, opacity=layer.opacity, blend=layer.blend, isolated=isolated)]

    def image(self, layer: ImageLayer, matrix: Matrix) -> list[AnyNode]:
        if layer.asset is None:
            raise RenderError("image_missing", f"The image layer {layer.id!r} has no image, and no value brings one.")
        source = self.source(layer.asset)
        region, placed = placement.place(layer, source.info.size, self.placements.get(layer.id))
        whole = multiply(matrix, placed)
        self.images.append(ImageReport(
            layer=layer.id, asset=layer.asset, width=source.info.size[0], height=source.info.size[1],
            dpi=round(self.document.canvas.dpi * self.scale / max(lengths(whole)), 1)))
        return [ImageNode(layer=layer.id, matrix=whole, bounds=outset(bounds(whole, region), 1), source=source, region=region)]

    def source(self, name: str) -> Source:
        if name in self.sources:
            return self.sources[name]
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
        self.sources[name] = Source(name, data, probe(data, name))
        return self.sources[name]

    def shape(self, layer: ShapeLayer, matrix: Matrix) -> list[AnyNode]:
        path = paths.outline(layer.shape, layer.width, layer.height)
        return _painted(layer, path, matrix, oriented=False)

    def text(self, layer: TextLayer, matrix: Matrix, clips: list[skia.Path]) -> list[AnyNode]:
        if not layer.text:
            return []
        from .fonts import FontBook  # shaping and fonts are loaded for documents with text only

        self.book = self.book or FontBook.load()
        text = lettering.lay_out(layer, self.book)
        if text.clip:
            clips.append(paths.outline(RectangleShape(), layer.width, layer.height))
        # where the stroke shows inside the letters, joins between them would show as lines
        merged = layer.stroke is not None and (rgba(layer.fill)[3] < 1 or not layer.stroke.behind)
        path = lettering.outlines(text, merged=merged)
        colored = [run for run in text.runs if run.face.is_color]
        self.tell(layer, text, bounds(matrix, _ink(path, layer.stroke, colored)))
        nodes = _painted(layer, path, matrix, oriented=not merged)
        return nodes + [_colored(layer, run, matrix) for run in colored]

    def tell(self, layer: TextLayer, text: TextLayout, ink: Box) -> None:
        for face in lettering.faces(text):
            self.fonts[face.sha256] = FontReport(family=face.family, weight=face.weight, italic=face.italic, sha256=face.sha256)
        self.texts.append(TextReport(
            layer=layer.id, asked=layer.size, size=text.size, lines=len(text.lines), overflowed=text.overflowed,
            bounds=tuple(round(edge, 2) for edge in ink)))


def _ink(path: skia.Path, stroke: Stroke | None, colored: list[GlyphRun]) -> Box:
    """What letters and their stroke cover, in box coordinates; a shadow may well leave the safe area."""
    boxes = [lettering.colored_ink(run) for run in colored]
    if not path.isEmpty():
        boxes.append(outset(_box(path.computeTightBounds()), stroke.width / 2 if stroke else 0))
    return union(boxes)


def _painted(layer: ShapeLayer | TextLayer, path: skia.Path, matrix: Matrix, *, oriented: bool) -> list[AnyNode]:
    """The path node of a shape or text; none where it would paint nothing."""
    fill, stroke, shadow = rgba(layer.fill), layer.stroke, layer.shadow
    line = None if stroke is None else Line(rgba(stroke.color), stroke.width, stroke.join, stroke.cap, _even(stroke.dash))
    blur = None if shadow is None else Blur(rgba(shadow.color), shadow.dx, shadow.dy, shadow.blur)
    if path.isEmpty() or not (fill[3] or line or blur):
        return []
    if line is not None and line.dash:
        _check_dash(path, line)
    own = _box(path.computeTightBounds())
    if stroke is not None:  # a mitre reaches four half widths (Skia's limit), a square cap the diagonal of one
        own = outset(own, stroke.width / 2 * (4 if stroke.join == "miter" else 1.5))
    return [PathNode(layer=layer.id, matrix=matrix, bounds=outset(bounds(matrix, _with_shadow(own, blur)), 1), path=path,
                     fill=fill, stroke=line, behind=stroke is not None and stroke.behind, shadow=blur,
                     oriented=oriented)]


def _check_dash(path: skia.Path, line: Line) -> None:
    """Skia draws a plain line instead, without a word, where there would be a million dashes. Ours stop long before."""
    measure, length = skia.PathMeasure(path, False), 0.0
    while True:
        length += measure.getLength()
        if not measure.nextContour():
            break
    if length / sum(line.dash) * len(line.dash) > limits.DASHES:
        raise RenderError("dash_too_fine", f"The stroke would have more than {limits.DASHES} dashes. Make them longer.",
                          part="dash")


def _even(dash: tuple[float, ...]) -> tuple[float, ...]:
    """SVG's rule: an odd list of dashes and gaps is repeated once."""
    return dash * 2 if len(dash) % 2 else dash


def _colored(layer: TextLayer, run, matrix: Matrix) -> GlyphsNode:
    blur = None if layer.shadow is None else Blur(rgba(layer.shadow.color), layer.shadow.dx, layer.shadow.dy, layer.shadow.blur)
    own = _with_shadow(lettering.colored_ink(run), blur)
    return GlyphsNode(layer=layer.id, matrix=matrix, bounds=outset(bounds(matrix, own), 1), typeface=run.face.typeface,
                      size=run.size, glyphs=tuple(run.glyphs), points=tuple(zip(run.xs, run.ys, strict=True)), shadow=blur)


def _with_shadow(own: Box, blur: Blur | None) -> Box:
    if blur is None:
        return own
    cast = outset(own, 3 * blur.sigma)
    return union([own, (cast[0] + blur.dx, cast[1] + blur.dy, cast[2] + blur.dx, cast[3] + blur.dy)])


def _reaches_below(node: AnyNode) -> bool:
    return isinstance(node, GroupNode) and node.blend != "normal"


def _is_single(node: AnyNode) -> bool:
    """Whether it touches each pixel once, so that cutting it is cutting its picture."""
    match node:
        case ImageNode():
            return True
        case PathNode(fill=fill, stroke=stroke, shadow=shadow):
            return shadow is None and (stroke is None or fill[3] == 0)
        case GroupNode(isolated=isolated):
            return isolated
    return False


def _is_sharp(clip: skia.Path, matrix: Matrix) -> bool:
    """Whether the clip's edges lie on pixel edges."""
    box = bounds(matrix, _box(clip.computeTightBounds()))
    return bool(clip.isRect(skia.Rect.MakeEmpty())) and (matrix[1] == 0 == matrix[2] or matrix[0] == 0 == matrix[3]) and \
        all(abs(edge - round(edge)) < 1e-6 for edge in box)


def _box(rect: skia.Rect) -> Box:
    return (rect.left(), rect.top(), rect.right(), rect.bottom())


def _intersection(one: Box, two: Box) -> Box:
    return (max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3]))
