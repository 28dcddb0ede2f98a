"""SVG files as a tree of elements, read by an allow-list: what it does not name is refused or, where it cannot draw, left out.

No document type, entity, processing instruction, script, style sheet, animation, filter or reference out of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from .. import limits
from ..errors import RenderError

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_SEPARATOR = "\n"  # expat puts it between namespace and name; no name can hold it

SHAPES = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"))
_DRAWN = SHAPES | {"svg", "g", "defs", "use", "clipPath", "linearGradient", "radialGradient", "stop"}
# Words for people and programs: they and all they hold draw nothing.
_SILENT = frozenset(("title", "desc", "metadata"))
_ADVICE = {"text": "Convert its text to outlines.", "tspan": "Convert its text to outlines.",
           "style": "Export it with presentation attributes instead of a style sheet.",
           "image": "Put pictures in image layers.", "symbol": "Export it without symbols."}

# What an element may say besides its style: geometry and references.
ATTRIBUTES = frozenset((
    "d", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2", "fx", "fy", "fr", "points",
    "viewBox", "transform", "href", "gradientUnits", "gradientTransform", "spreadMethod", "offset", "clipPathUnits", "style"))
# Of no effect on what is drawn here.
_IDLE = frozenset(("id", "class", "version", "baseProfile", "preserveAspectRatio", "lang", "role", "pathLength", "tabindex",
                   "enable-background", "overflow"))


@dataclass(eq=False, slots=True)
class Element:
    """An element of the allow-list. attributes: geometry and references; style: properties, attributes first."""

    name: str
    attributes: dict[str, str]
    style: dict[str, str]
    children: list[Element] = field(default_factory=list)


def refused(what: str, advice: str = "") -> RenderError:
    return RenderError("svg_refused", f"The SVG file has {what}, which is not drawn. {advice}".strip(), part=what)


def invalid(why: str) -> RenderError:
    return RenderError("svg_invalid", f"The SVG file cannot be read: {why}.")


def read(data: bytes) -> tuple[Element, dict[str, Element]]:
    """The root element, and elements by id. Raises RenderError `svg_refused`, `svg_invalid`, `svg_too_large`."""
    if len(data) > limits.SVG_BYTES:
        raise RenderError("svg_too_large", f"The SVG file has {len(data) / 1e6:.1f} MB; at most {limits.SVG_BYTES / 1e6:g} MB "
                          "are read.")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise invalid(f"it is no well-formed XML, line {error.lineno}: {expat.ErrorString(error.code)}") from None
    except (LookupError, ValueError) as error:
        raise invalid(f"its encoding is not known: {error}") from None
    if reader.root is None:
        raise invalid("it is empty")
    return reader.root, reader.by_id


class _Reader:
    def __init__(self):
        self.root: Element | None = None
        self.by_id: dict[str, Element] = {}
        self._open: list[Element] = []
        self._silent = self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.StartDoctypeDeclHandler = lambda *_: _refuse("a document type (DOCTYPE)", "Remove that line.")
        self.parser.EntityDeclHandler = lambda *_: _refuse("an entity")
        self.parser.ExternalEntityRefHandler = lambda *_: _refuse("an entity")
        self.parser.ProcessingInstructionHandler = lambda target, _: _refuse(f"a processing instruction ({target})")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > limits.SVG_NODES:
            raise RenderError("svg_too_large", f"The SVG file has more than {limits.SVG_NODES} elements.")
        space, _, local = name.rpartition(_SEPARATOR)
        if self._silent or self._is_silent(space, local):
            self._silent += 1
            return
        if not self._open and local != "svg":
            raise invalid("its root is no svg element")
        if local not in _DRAWN:
            raise refused(f"the element {local}", _ADVICE.get(local, ""))
        if len(self._open) >= limits.SVG_DEPTH:
            raise RenderError("svg_too_large", f"The SVG file's elements lie more than {limits.SVG_DEPTH} deep.")
        element = _element(local, attributes)
        if self._open:
            if local == "svg":
                raise refused("an svg element within another")
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        if "id" in attributes:
            self.by_id.setdefault(attributes["id"], element)

    def _is_silent(self, space: str, local: str) -> bool:
        """Words, and editors' own data in their own namespaces. XHTML's is none of these: it could draw and run."""
        if space in ("", _SVG):
            return local in _SILENT
        if space.endswith("xhtml") or not self._open:
            raise refused(f"the element {local} of {space}")
        return True

    def _end(self, name: str) -> None:
        if self._silent:
            self._silent -= 1
        else:
            self._open.pop()


def _refuse(what: str, advice: str = "") -> None:
    raise refused(what, advice)


def _element(name: str, attributes: dict[str, str]) -> Element:
    element = Element(name, {}, {})
    declared = ""
    for full, value in attributes.items():
        space, _, local = full.rpartition(_SEPARATOR)
        if space == _XLINK and local == "href":
            local = "href"
        elif space:
            continue  # editors' own
        if local.lower().startswith("on"):
            raise refused(f"a script ({local})")
        if local == "href" and name not in ("use", "linearGradient", "radialGradient"):
            raise refused(f"a reference (href) on {name}")
        if local == "style":
            declared = value
        elif local in ATTRIBUTES:
            element.attributes[local] = value.strip()
        elif local not in _IDLE and not local.startswith(("data-", "aria-")):
            declare(element, local, value)
    for declaration in filter(str.strip, declared.split(";")):
        key, colon, value = declaration.partition(":")
        if not colon:
            raise invalid(f"the style {declaration.strip()[:40]!r} has no value")
        declare(element, key.strip(), value.replace("!important", ""))
    return element


# Properties that are drawn, and those that may say only what has no effect.
PROPERTIES = frozenset((
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linejoin", "stroke-linecap",
    "stroke-dasharray", "opacity", "color", "display", "visibility", "clip-path", "clip-rule", "stop-color", "stop-opacity"))
_ONLY = {"stroke-miterlimit": ("4",), "stroke-dashoffset": ("0", "0px"), "filter": ("none",), "mask": ("none",),
         "marker": ("none",), "marker-start": ("none",), "marker-mid": ("none",), "marker-end": ("none",),
         "mix-blend-mode": ("normal",), "isolation": ("auto",), "vector-effect": ("none",), "transform": ("none",),
         "paint-order": ("normal", "fill", "fill stroke markers"), "writing-mode": ("lr-tb", "horizontal-tb"),
         "solid-color": ("#000000",), "solid-opacity": ("1",)}
# Of words, and hints about speed: nothing here follows them.
_HINTS = ("font", "text-", "letter-spacing", "word-spacing", "line-height", "white-space", "direction", "baseline-shift",
          "dominant-baseline", "shape-", "image-rendering", "color-rendering", "color-interpolation", "unicode-bidi", "block-",
          "enable-background", "overflow", "-inkscape", "inkscape", "kerning", "shape-padding", "cursor", "pointer-events")


def declare(element: Element, name: str, value: str) -> None:
    """One property. Raises `svg_refused` for those that would draw and are not drawn here."""
    value = value.strip()
    if name in PROPERTIES:
        element.style[name] = value
    elif name in _ONLY:
        # without a mitre, or without dashes, what limits or moves them has no effect either; that is looked at when drawn
        if value not in _ONLY[name]:
            if name not in ("stroke-miterlimit", "stroke-dashoffset"):
                raise refused(f"the property {name}: {value[:40]}")
            element.style[name] = value
    elif not name.startswith(_HINTS):
        raise refused(f"the property or attribute {name[:60]}")
