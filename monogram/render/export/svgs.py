"""A scene as SVG of paths: text as outlines, colours in sRGB. What SVG cannot say exactly is refused, with the layer named."""

from __future__ import annotations

from base64 import b64encode
from math import ceil, floor
from xml.sax.saxutils import quoteattr

import numpy as np
import skia
from msgspec.structs import replace

from .. import limits, paint
from ..errors import RenderError
from ..matrices import Matrix, intersection
from ..pictures import Pictures, made
from ..scene import (
    Altered,
    AnyNode,
    Blur,
    GlyphsNode,
    GroupNode,
    ImageNode,
    Line,
    Linear,
    PatchNode,
    PathNode,
    Radial,
    Rgba,
    Scene,
    Source,
    SurfaceNode,
    shows,
)
from .pngs import png

# Skia's limit; SVG's own default is the same, but editors differ.
_MITER = 4


def svg(scene: Scene, *, embed_images: bool = False) -> bytes:
    """An SVG 1.1 document of the canvas's size in inches, with the canvas's pixels as user units.

    Raises RenderError `svg_unsupported`, with the layer: blurred and inner shadows, colour glyphs, image masks, textures,
    gradients whose alpha changes, and pictures unless they are embedded. Frames cut in nine and bent art are embedded as they
    are painted, pixel by pixel of the canvas. Blend modes are those of CSS.
    """
    return _Writer(scene, embed_images).document(scene)


class _Writer:
    """One document under way: what is defined once, and the number of the next definition."""

    def __init__(self, scene: Scene, embed_images: bool):
        self.scene, self.embed_images, self.definitions = scene, embed_images, []
        self.pictures: dict[Source | Altered, str] = {}

    def document(self, scene: Scene) -> bytes:
        body = [self.node(node) for node in scene.nodes]
        if scene.background[3]:
            ground = f'<rect width="{scene.width}" height="{scene.height}"{_paint("fill", scene.background)}/>'
            body.insert(0, ground)
        inches = (f'width="{_number(scene.width / scene.dpi)}in" height="{_number(scene.height / scene.dpi)}in"')
        namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        head = f'<svg {namespaces} version="1.1" {inches} viewBox="0 0 {scene.width} {scene.height}">'
        definitions = [f"<defs>{''.join(self.definitions)}</defs>"] if self.definitions else []
        return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *definitions, *body, "</svg>", ""]).encode()

    def define(self, name: str, attributes: str, content: str) -> str:
        """Adds a definition; returns its id."""
        key = f"d{len(self.definitions) + 1}"
        self.definitions.append(f'<{name} id="{key}"{attributes}>{content}</{name}>')
        return key

    def node(self, node: AnyNode) -> str:
        match node:
            case PathNode():
                return self.path(node)
            case ImageNode():
                return self.image(node)
            case GroupNode():
                return self.group(node)
            case GlyphsNode():
                raise _unsupported(node.layer, "it has glyphs with colours of their own, which have no outlines")
            case PatchNode() | SurfaceNode():
                return self.painted(node)
        raise _unsupported(node.layer, "it is made of more than paths")

    def path(self, node: PathNode) -> str:
        outline, parts = _outline(node), []
        for shadow in reversed(node.shadows):
            parts.append(self.shadow(node, outline, shadow))
        behind = [_stroked(outline, line) for line in reversed(node.strokes) if line.behind]
        front = [_stroked(outline, line) for line in reversed(node.strokes) if not line.behind]
        pieces = [replace(node, path=path, fill=fill) for path, fill in node.pieces] or [node]
        fill = [f"<path {_outline(piece)}{self.fill(piece)}/>" for piece in pieces if shows(piece.fill)]
        inside = "".join([*parts, *behind, *fill, *front])
        return f"<g{_named(node.layer)}{_transform(node.matrix)}>{inside}</g>"

    def shadow(self, node: PathNode, outline: str, shadow: Blur) -> str:
        if shadow.inner or shadow.sigma:
            raise _unsupported(node.layer, f"it has {'an inner' if shadow.inner else 'a blurred'} shadow")
        paints = bool(node.strokes) or shows(node.fill)
        fill = f"<path {outline}{_paint('fill', (*shadow.color[:3], 1.0))}/>" if shows(node.fill) or not paints else ""
        solid = [_stroked(outline, line, (*shadow.color[:3], 1.0)) for line in node.strokes]
        offset = f' transform="translate({_number(shadow.dx)} {_number(shadow.dy)})"'
        return f'<g{offset} opacity="{_number(shadow.color[3])}">{fill}{"".join(solid)}</g>'

    def fill(self, node: PathNode) -> str:
        if isinstance(node.fill, tuple):
            return _paint("fill", node.fill)
        if not isinstance(node.fill, (Linear, Radial)):
            raise _unsupported(node.layer, "it is filled with a picture")
        if len({color[3] for color in node.fill.colors}) > 1:  # SVG mixes colours before they are multiplied by alpha
            raise _unsupported(node.layer, "its gradient goes from clear to opaque")
        stops = "".join(f'<stop offset="{_number(place)}" stop-color="{_hex(color)}" stop-opacity="{_number(color[3])}"/>'
                        for color, place in zip(node.fill.colors, node.fill.places, strict=True))
        if isinstance(node.fill, Linear):
            (x1, y1), (x2, y2) = node.fill.start, node.fill.end
            where = f' x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
            key = self.define("linearGradient", f' gradientUnits="userSpaceOnUse"{where}', stops)
        else:
            (x, y), radius = node.fill.center, node.fill.radius
            where = f' cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
            if node.fill.focus is not None:
                fx, fy, inner = node.fill.focus
                where += f' fx="{_number(fx)}" fy="{_number(fy)}" fr="{_number(inner)}"'
            key = self.define("radialGradient", f' gradientUnits="userSpaceOnUse"{where}', stops)
        return f' fill="url(#{key})"'

    def image(self, node: ImageNode) -> str:
        if not self.embed_images:
            raise _unsupported(node.layer, "it shows a picture; ask for pictures to be embedded")
        left, top, right, bottom = node.region
        if node.source not in self.pictures:
            try:
                self.pictures[node.source] = self.define("image", _embedded(made(node.source)[0]), "")
            except RenderError as error:
                raise error.at(node.layer) from None
        box = f'x="{_number(left)}" y="{_number(top)}" width="{_number(right - left)}" height="{_number(bottom - top)}"'
        clip = self.define("clipPath", "", f"<rect {box}/>")
        use = f'<use xlink:href="#{self.pictures[node.source]}"/>'
        return f'<g{_named(node.layer)}{_transform(node.matrix)}><g clip-path="url(#{clip})">{use}</g></g>'

    def painted(self, node: PatchNode | SurfaceNode) -> str:
        """The canvas's own pixels of a node, where it touches the canvas."""
        if not self.embed_images:
            raise _unsupported(node.layer, "it shows a picture; ask for pictures to be embedded")
        left, top, right, bottom = intersection(node.bounds, (0, 0, self.scene.width, self.scene.height))
        left, top, right, bottom = floor(left), floor(top), ceil(right), ceil(bottom)
        if left >= right or top >= bottom:
            return ""
        if (right - left) * (bottom - top) > limits.SURFACE_PIXELS:
            raise _unsupported(node.layer, "it would be a picture of too many pixels")
        pixels = paint.sample([node], (left, top, right, bottom), (right - left, bottom - top),
                              Pictures(self.scene, keep=True), (0, 0, 0, 0))
        return f'<image{_named(node.layer)} x="{left}" y="{top}"{_embedded(pixels)}/>'

    def group(self, group: GroupNode) -> str:
        if group.stencil is not None:
            raise _unsupported(group.layer, "it is masked by a picture")
        attributes = _named(group.layer)
        if group.isolated:
            style = "isolation:isolate" + (f";mix-blend-mode:{group.blend}" if group.blend != "normal" else "")
            attributes += f' style="{style}"' + (f' opacity="{_number(group.opacity)}"' if group.opacity < 1 else "")
        inside = "".join(self.node(child) for child in group.children)
        for clip in reversed(group.clips):
            rule = ' clip-rule="evenodd"' if _is_even_odd(clip) else ""
            key = self.define("clipPath", "", f'<path d="{_data(clip)}"{rule}{_transform(group.matrix)}/>')
            inside = f'<g clip-path="url(#{key})">{inside}</g>'
        return f"<g{attributes}>{inside}</g>"


def _unsupported(layer: str, why: str) -> RenderError:
    return RenderError("svg_unsupported", f"The layer {layer!r} cannot be written as SVG exactly: {why}.", layer=layer)


def _named(layer: str) -> str:
    return f" data-layer={quoteattr(layer)}"


def _transform(matrix: Matrix) -> str:
    return f' transform="matrix({" ".join(_number(part) for part in matrix)})"'


def _outline(node: PathNode) -> str:
    return f'd="{_data(node.path)}"' + (' fill-rule="evenodd"' if _is_even_odd(node.path) else "")


def _stroked(outline: str, line: Line, color: Rgba | None = None) -> str:
    dash = f' stroke-dasharray="{" ".join(_number(part) for part in line.dash)}"' if line.dash else ""
    return (f'<path {outline} fill="none"{_paint("stroke", color or line.color)} stroke-width="{_number(line.width)}" '
            f'stroke-linejoin="{line.join}" stroke-linecap="{line.cap}" stroke-miterlimit="{_MITER}"{dash}/>')


def _paint(kind: str, color: Rgba) -> str:
    return f' {kind}="{_hex(color)}"' + (f' {kind}-opacity="{_number(color[3])}"' if color[3] < 1 else "")


def _hex(color: Rgba) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in color[:3])


def _is_even_odd(path: skia.Path) -> bool:
    return path.getFillType() == skia.PathFillType.kEvenOdd


def _data(path: skia.Path) -> str:
    """A path's verbs. A conic (an ellipse's quarter) becomes four quadratic curves: off by under 1/1000 of its size."""
    out, verbs = [], skia.Path.RawIter(path)
    while True:
        verb, points = verbs.next()
        if verb == skia.Path.kDone_Verb:
            return "".join(out)
        if verb == skia.Path.kConic_Verb:
            quads = skia.Path.ConvertConicToQuads(*points[:3], verbs.conicWeight(), 2)
            out.append("Q" + _points(quads[1:]))
        elif verb == skia.Path.kClose_Verb:
            out.append("Z")
        else:
            letter = {skia.Path.kMove_Verb: "M", skia.Path.kLine_Verb: "L", skia.Path.kQuad_Verb: "Q"}.get(verb, "C")
            out.append(letter + _points(points if letter == "M" else points[1:]))


def _points(points: list[skia.Point]) -> str:
    return " ".join(f"{_number(point.x())} {_number(point.y())}" for point in points)


def _number(value: float) -> str:
    """At most six significant decimals behind the point, no exponent, no -0."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _embedded(pixels: np.ndarray) -> str:
    """The attributes of an image of uint8 (height, width, 4), not premultiplied: a PNG within the file."""
    height, width = pixels.shape[:2]
    data = b64encode(b"".join(png([pixels], width, height, 72))).decode("ascii")
    return f' width="{width}" height="{height}" preserveAspectRatio="none" xlink:href="data:image/png;base64,{data}"'
