"""SVG art as plain nodes: shapes in user space, paints, groups and clips, fitted whole into the layer's box."""

from __future__ import annotations

from functools import partial
from math import sqrt
from typing import TYPE_CHECKING

import skia
from msgspec.structs import replace

from .. import limits, paths
from ..document import GroupLayer, LinearGradient, Point, RadialGradient, RectangleShape, ShapeLayer, Stop, Stroke, SvgLayer
from ..errors import RenderError
from ..matrices import Box, Matrix, bounds, lengths, multiply, scale, translate, union
from ..outlines import CAPS, JOINS
from ..scene import AnyNode, PathNode, Radial, Rgba
from .svg_elements import SHAPES, Element, invalid, read, refused
from .svg_values import color, length, local, numbers, of, reference, share, transform

if TYPE_CHECKING:
    from ..resolve.layers import Resolving

# Properties that a child takes over from its parent, and what holds where nobody says anything.
_INHERITED = {"fill": "black", "fill-opacity": "1", "fill-rule": "nonzero", "stroke": "none", "stroke-width": "1",
              "stroke-opacity": "1", "stroke-linejoin": "miter", "stroke-linecap": "butt", "stroke-dasharray": "none",
              "stroke-miterlimit": "4", "stroke-dashoffset": "0", "color": "black", "visibility": "visible",
              "clip-rule": "nonzero"}
_SLACK = 1e-6
_STEPS = 8
_TRIED = 100  # side of the box that a file is tried in
_MITRE = 4.0


def nodes(resolving: Resolving, layer: SvgLayer, matrix: Matrix) -> list[AnyNode]:
    """The art, cut at its own view box. Raises RenderError `svg_refused`, `svg_invalid`, `svg_too_large`."""
    root, by_id = read(resolving.file(layer.asset))
    view = _view(root)
    by = min(layer.width / view[2], layer.height / view[3])
    placed = multiply(translate((layer.width - view[2] * by) / 2, (layer.height - view[3] * by) / 2),
                      multiply(scale(by, by), translate(-view[0], -view[1])))
    whole = multiply(matrix, placed)
    drawing = _Drawing(resolving, layer, by_id)
    drawing.check(root)
    drawn = drawing.element(root, _INHERITED, whole, 0)
    if not drawn:
        return []
    clip = paths.outline(RectangleShape(), view[2], view[3])
    clip.offset(view[0], view[1])
    edge, reach = bounds(whole, (view[0], view[1], view[0] + view[2], view[1] + view[3])), union(node.bounds for node in drawn)
    if reach[0] > edge[0] - 1 and reach[1] > edge[1] - 1 and reach[2] < edge[2] + 1 and reach[3] < edge[3] + 1:
        return drawn
    return resolving.together(_group(layer, 1.0), drawn, whole, [clip])


def size(data: bytes) -> tuple[float, float]:
    """Width and height of an SVG file's view. Raises as `nodes` would for a layer of it, wherever in the file the reason is."""
    from ..document import Canvas, Document
    from ..resolve import resolve

    view = _view(read(data)[0])
    layer = SvgLayer(id="art", asset="art", width=_TRIED, height=_TRIED)
    resolve(Document(canvas=Canvas(width=_TRIED, height=_TRIED), layers=[layer]), {}, {"art": data})
    return view[2], view[3]


def _view(root: Element) -> Box:
    """The view box as x, y, width, height; without one, the size that the file says it has."""
    said = root.attributes.get("viewBox")
    view = numbers(said) if said is not None else [0.0, 0.0, of(root, "width"), of(root, "height")]
    if len(view) != 4 or view[2] <= _SLACK or view[3] <= _SLACK:
        raise invalid("its svg element has neither a viewBox nor a width and height")
    return tuple(view)


def _group(layer: SvgLayer, opacity: float) -> GroupLayer:
    return GroupLayer(id=layer.id, width=layer.width, height=layer.height, layers=[], opacity=opacity)


class _Drawing:
    """A file being drawn: what it may still use, and what it draws into."""

    def __init__(self, resolving: Resolving, layer: SvgLayer, by_id: dict[str, Element]):
        self.resolving, self.layer, self.by_id = resolving, layer, by_id
        self._verbs = self._held = 0
        self._outlines: dict[int, skia.Path] = {}  # by element: used ones are parsed once

    def check(self, root: Element) -> None:
        """Counts what will be drawn before anything is: tens of uses of tens of uses make 2 KB a billion shapes."""
        counts: dict[tuple[int, int], int] = {}

        def count(element: Element, uses: int) -> int:
            if uses > limits.SVG_USES:
                raise RenderError("svg_too_large", f"The SVG file's use elements lie more than {limits.SVG_USES} deep.",
                                  part="use")
            key = (id(element), uses)
            if key not in counts:
                inner = [(child, uses) for child in element.children]
                if element.name == "use":
                    inner.append((self._referred(local(element.attributes.get("href", ""))), uses + 1))
                counts[key] = 1 + sum(count(*each) for each in inner)
            return counts[key]

        if count(root, 0) > limits.SVG_NODES:
            raise RenderError("svg_too_large", f"The SVG file draws more than {limits.SVG_NODES} elements, those it uses "
                              "again counted each time.", part="use")

    def element(self, element: Element, inherited: dict[str, str], matrix: Matrix, uses: int) -> list[AnyNode]:
        """Of one element; inherited: properties; uses: how many `use` lead here."""
        if element.name in ("defs", "clipPath", "linearGradient", "radialGradient", "stop") or \
                element.style.get("display") == "none":
            return []
        style = inherited | {name: value for name, value in element.style.items()
                             if name in _INHERITED and value != "inherit"}
        if element.name != "svg":
            matrix = multiply(matrix, transform(element.attributes.get("transform", "")))
        clips, opacity = self._clips(element), share(element.style.get("opacity", ""))
        if not clips and opacity == 1:
            return self._own(element, style, matrix, uses)
        self._held += 1  # each may hold a picture of its own while it is painted
        if self._held > limits.GROUP_DEPTH:
            raise RenderError("svg_too_large", f"The SVG file's clips and opacities lie more than {limits.GROUP_DEPTH} deep.")
        drawn = self._own(element, style, matrix, uses)
        self._held -= 1
        return self.resolving.together(_group(self.layer, opacity), drawn, matrix, clips) if drawn else []

    def _own(self, element: Element, style: dict[str, str], matrix: Matrix, uses: int) -> list[AnyNode]:
        if element.name in SHAPES:
            return self._shape(element, style, matrix) if style["visibility"] == "visible" else []
        if element.name == "use":
            return self._use(element, style, matrix, uses)
        return [node for child in element.children for node in self.element(child, style, matrix, uses)]

    def _use(self, element: Element, style: dict[str, str], matrix: Matrix, uses: int) -> list[AnyNode]:
        used = self._referred(local(element.attributes.get("href", "")))
        if used.name not in SHAPES | {"g", "use"}:
            raise refused(f"a use of {used.name}")
        moved = multiply(matrix, translate(of(element, "x"), of(element, "y")))
        return self.element(used, style, moved, uses + 1)

    def _referred(self, name: str) -> Element:
        if name not in self.by_id:
            raise invalid(f"nothing has the id {name[:40]!r}")
        return self.by_id[name]

    def outline(self, element: Element) -> skia.Path:
        """In the element's own coordinates."""
        if id(element) not in self._outlines:
            self._outlines[id(element)] = _outline(element)
        path = skia.Path(self._outlines[id(element)])
        self._verbs += path.countVerbs()
        if self._verbs > limits.SVG_VERBS:
            raise RenderError("svg_too_large", f"The SVG file draws more than {limits.SVG_VERBS} segments, those it uses "
                              "again counted each time.")
        return path

    def _clips(self, element: Element) -> list[skia.Path]:
        """The element's clip path in its own coordinates: the shapes of it together."""
        name = reference(element.style.get("clip-path", "none"))
        if name is None:
            return []
        clip = self._referred(name)
        if clip.name != "clipPath" or clip.attributes.get("clipPathUnits", "userSpaceOnUse") != "userSpaceOnUse":
            raise refused("a clip path in units of the bounding box" if clip.name == "clipPath" else f"a clip by {clip.name}")
        whole, own = skia.Path(), transform(clip.attributes.get("transform", ""))
        for child in clip.children:
            if child.name not in SHAPES or "clip-path" in child.style or "clip-path" in clip.style:
                raise refused(f"a clip path with {child.name if child.name not in SHAPES else 'another clip path'}")
            path = self.outline(child)
            _rule(path, (clip.style | child.style).get("clip-rule", "nonzero"))
            path.transform(paths.matrix(multiply(own, transform(child.attributes.get("transform", "")))))
            try:
                whole = skia.Op(whole, path, skia.PathOp.kUnion_PathOp)
            except RuntimeError:
                raise refused("a clip path too tangled to be joined") from None
        return [whole]

    def _shape(self, element: Element, style: dict[str, str], matrix: Matrix) -> list[AnyNode]:
        path = self.outline(element)
        if path.isEmpty():
            return []
        _rule(path, style["fill-rule"])
        return self._filled(path, style, matrix) + self._stroked(path, style, matrix)

    def _filled(self, path: skia.Path, style: dict[str, str], matrix: Matrix) -> list[AnyNode]:
        paint, opacity = style["fill"], share(style["fill-opacity"])
        name = reference(paint)
        if name is not None and self.layer.fill is None:
            return self._gradient(path, self._referred(name), opacity, matrix, path.computeTightBounds())
        if paint == "none" or not opacity:
            return []
        tint = (0.0, 0.0, 0.0, 1.0) if name is not None else color(paint, style["color"])
        return self._painted(path, matrix, fill=self._hex(tint, opacity))

    def _stroked(self, path: skia.Path, style: dict[str, str], matrix: Matrix) -> list[AnyNode]:
        width, opacity = length(style["stroke-width"]), share(style["stroke-opacity"])
        if style["stroke"] == "none" or width <= 0 or not opacity:
            return []
        name = reference(style["stroke"])
        tint = (0.0, 0.0, 0.0, 1.0) if name else color(style["stroke"], style["color"])
        join, cap = style["stroke-linejoin"], style["stroke-linecap"]
        if join not in ("miter", "round", "bevel") or cap not in ("butt", "round", "square"):
            raise refused(f"the stroke join or cap {join} {cap}")
        mitre = _mitre(style) if join == "miter" else _MITRE
        stroke = Stroke(color=self._hex(tint, opacity), width=width, join=join, cap=cap, dash=_dash(style))
        if name is not None and self.layer.fill is None:
            rim = _rim(path, stroke, mitre, matrix)
            return self._gradient(rim, self._referred(name), opacity, matrix, path.computeTightBounds())
        if mitre != _MITRE:  # the painters' own strokes have the usual one
            return self._painted(_rim(path, stroke, mitre, matrix), matrix, fill=stroke.color)
        return self._painted(path, matrix, stroke=stroke)

    def _painted(self, path: skia.Path, matrix: Matrix, **how) -> list[AnyNode]:
        """The path under any matrix. Its box is 1 x 1, so that a gradient's fractions are coordinates."""
        shape = ShapeLayer(id=self.layer.id, width=1, height=1, shape=paths.Drawn(path), **how)
        return self.resolving.layer(shape, matrix, 1)

    def _hex(self, tint: Rgba, opacity: float) -> str:
        """As a document writes colours; the layer's own colour replaces all, opacities stay."""
        alpha = tint[3] * opacity
        if self.layer.fill is not None:
            return f"{self.layer.fill[:7]}{round(int(self.layer.fill[7:9] or 'ff', 16) * alpha):02x}"
        return "#" + "".join(f"{round(part * 255):02x}" for part in (*tint[:3], alpha))

    def _gradient(self, path: skia.Path, gradient: Element, opacity: float, matrix: Matrix, box: skia.Rect) -> list[AnyNode]:
        """Drawn in the gradient's own coordinates, whatever leads from there to the shape's. box: the shape's, strokes not
        counted."""
        said, stops = self._gradient_of(gradient)
        if said.get("spreadMethod", "pad") != "pad":
            raise refused(f"a gradient that goes on by {said['spreadMethod'][:20]}")
        space = transform(said.get("gradientTransform", ""))
        if said.get("gradientUnits", "objectBoundingBox") == "objectBoundingBox":
            if box.width() <= 0 or box.height() <= 0:
                return []
            space = multiply((box.width(), 0, 0, box.height(), box.left(), box.top()), space)
        if not stops:
            return []
        paint = _paint(gradient.name, said, self._stops(stops, opacity))
        back = skia.Matrix()
        if isinstance(paint, str) or not paths.matrix(space).invert(back):
            return self._painted(path, matrix, fill=paint if isinstance(paint, str) else paint.stops[-1].color)
        path = skia.Path(path)  # its stroke still needs it where it is
        path.transform(back)
        drawn, focus = self._painted(path, multiply(matrix, space), fill=paint), _focus(gradient.name, said)
        return drawn if focus is None else [
            replace(node, fill=replace(node.fill, focus=focus)) if isinstance(node, PathNode) and isinstance(node.fill, Radial)
            else node for node in drawn]

    def _gradient_of(self, gradient: Element) -> tuple[dict[str, str], list[Element]]:
        """Attributes and stops, with those of the gradients that it refers to."""
        said, stops, names = {}, [], 0
        while True:
            if gradient.name not in ("linearGradient", "radialGradient"):
                raise refused(f"a fill by {gradient.name}")
            said = gradient.attributes | said
            stops = stops or [child for child in gradient.children if child.name == "stop"]
            if "href" not in gradient.attributes:
                return said, stops
            names += 1
            if names > limits.SVG_USES:
                raise RenderError("svg_too_large", f"Gradients refer to each other more than {limits.SVG_USES} deep.",
                                  part="href")
            gradient = self._referred(local(gradient.attributes["href"]))

    def _stops(self, elements: list[Element], opacity: float) -> tuple[Stop, ...]:
        if len(elements) > limits.SVG_STOPS:
            raise RenderError("svg_too_large", f"A gradient has more than {limits.SVG_STOPS} stops.", part="stop")
        stops: list[tuple[float, Rgba]] = []
        for element in elements:
            at = max(stops[-1][0] if stops else 0.0, share(element.attributes.get("offset", ""), 0.0))
            tint = color(element.style.get("stop-color", "black"), element.style.get("color", "black"))
            tint = (*tint[:3], tint[3] * share(element.style.get("stop-opacity", "")))
            if stops and stops[-1][1][3] != tint[3]:
                stops += _between(stops[-1], (at, tint))
            stops.append((at, tint))
        return tuple(Stop(at=at, color=self._hex(tint, opacity)) for at, tint in stops)


def _between(one: tuple[float, Rgba], two: tuple[float, Rgba]) -> list[tuple[float, Rgba]]:
    """SVG mixes colour and opacity each by itself, our gradients premultiplied: the same to the eye in short steps."""
    return [(one[0] + (two[0] - one[0]) * part, tuple(a + (b - a) * part for a, b in zip(one[1], two[1], strict=True)))
            for part in (step / _STEPS for step in range(1, _STEPS))]


def _place(said: dict[str, str], name: str, default: float) -> float:
    text = said.get(name, "")
    if text.endswith("%"):
        if said.get("gradientUnits") == "userSpaceOnUse":
            raise refused(f"the length {text[:20]!r}", "Write it as a number.")
        return numbers(text[:-1])[0] / 100
    return length(text) if text else default


def _focus(kind: str, said: dict[str, str]) -> tuple[float, float, float] | None:
    """Where a radial gradient starts: x, y and radius; None where that is its centre."""
    if kind != "radialGradient":
        return None
    center, radius = (_place(said, "cx", 0.5), _place(said, "cy", 0.5)), _place(said, "r", 0.5)
    x, y, inner = _place(said, "fx", center[0]), _place(said, "fy", center[1]), _place(said, "fr", 0)
    if (x, y, inner) == (*center, 0):
        return None
    if inner < 0 or sqrt((x - center[0]) ** 2 + (y - center[1]) ** 2) + inner >= radius * (1 - _SLACK):
        raise refused("a radial gradient whose focus lies on its rim or beyond")
    return x, y, inner


def _mitre(style: dict[str, str]) -> float:
    limit = numbers(style["stroke-miterlimit"])
    if len(limit) != 1 or limit[0] < 1:
        raise invalid(f"the mitre limit {style['stroke-miterlimit'][:20]!r} is no number from 1 on")
    return limit[0]


def _rim(path: skia.Path, stroke: Stroke, mitre: float, matrix: Matrix) -> skia.Path:
    """The outline of a stroke, as smooth as the canvas can show."""
    dashed = {"PathEffect": skia.DashPathEffect.Make(list(stroke.dash * (1 + len(stroke.dash) % 2)), 0)} if stroke.dash else {}
    rim = skia.Path()
    skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=stroke.width, StrokeJoin=JOINS[stroke.join],
               StrokeCap=CAPS[stroke.cap], StrokeMiter=mitre, **dashed).getFillPath(path, rim, None, max(1.0, *lengths(matrix)))
    return rim


def _paint(kind: str, said: dict[str, str], stops: tuple[Stop, ...]) -> LinearGradient | RadialGradient | str:
    """A gradient in its own coordinates (a box of 1 x 1), or the one colour that it amounts to."""
    place = partial(_place, said)
    if len(stops) == 1:
        return stops[0].color
    if said.get("gradientUnits") == "userSpaceOnUse" and not {"x1", "x2", "y1", "y2", "cx", "r"} & set(said):
        raise refused("a gradient over the whole view without a place of its own")
    if kind == "linearGradient":
        start, end = Point(x=place("x1", 0), y=place("y1", 0)), Point(x=place("x2", 1), y=place("y2", 0))
        return LinearGradient(start=start, end=end, stops=stops) if start != end else stops[-1].color
    center, radius = (place("cx", 0.5), place("cy", 0.5)), place("r", 0.5)
    return RadialGradient(center=Point(x=center[0], y=center[1]), radius=radius, stops=stops) if radius > 0 else stops[-1].color


def _rule(path: skia.Path, rule: str) -> None:
    path.setFillType(skia.PathFillType.kEvenOdd if rule == "evenodd" else skia.PathFillType.kWinding)


def _dash(style: dict[str, str]) -> tuple[float, ...]:
    said = style["stroke-dasharray"]
    if said == "none":
        return ()
    dash = tuple(length(part) for part in said.replace(",", " ").split())
    if not any(dash):
        return ()
    if min(dash) < 0 or len(dash) > 16:
        raise invalid("a stroke's dashes are below zero or more than 16")
    if style["stroke-dashoffset"] not in ("0", "0px"):
        raise refused("dashes with an offset")
    return tuple(max(part, _SLACK) for part in dash)


def _outline(element: Element) -> skia.Path:
    """A shape's outline in its own coordinates; empty where SVG says that nothing is drawn."""
    path = skia.Path()
    match element.name:
        case "path":
            path = paths.parse(element.attributes["d"]) if element.attributes.get("d") else path
        case "rect":
            _add_rectangle(path, element)
        case "circle" | "ellipse":
            rx = of(element, "r") if element.name == "circle" else of(element, "rx")
            ry = rx if element.name == "circle" else of(element, "ry")
            x, y = of(element, "cx"), of(element, "cy")
            if rx > 0 and ry > 0:
                path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
        case "line":
            path.moveTo(of(element, "x1"), of(element, "y1"))
            path.lineTo(of(element, "x2"), of(element, "y2"))
        case _:
            points = numbers(element.attributes.get("points", ""))
            if len(points) % 2:
                raise invalid("a list of points ends within a point")
            for at in range(0, len(points), 2):
                (path.lineTo if at else path.moveTo)(points[at], points[at + 1])
            if points and element.name == "polygon":
                path.close()
    return path


def _add_rectangle(path: skia.Path, element: Element) -> None:
    x, y, width, height = (of(element, name) for name in ("x", "y", "width", "height"))
    if width <= 0 or height <= 0:
        return
    rx = of(element, "rx", of(element, "ry"))
    ry = of(element, "ry", rx)
    box = skia.Rect.MakeXYWH(x, y, width, height)
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    path.addRoundRect(box, rx, ry) if rx > 0 and ry > 0 else path.addRect(box)
