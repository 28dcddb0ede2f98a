"""The document itself: canvas, assets, bindings, values; read, upgraded and checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field

from ..errors import RenderError
from .adjustments import BOUND, ON_GRID, Mosaic
from .basics import Color, Insets, Name, Part, Pixels, Positive
from .checking import Preflight
from .generated import CalendarLayer, CodeLayer, StarMapLayer, SvgLayer, TableLayer
from .images import ImageLayer, ImageValue
from .layers import Layer, RepeatLayer, ShapeLayer, SurfaceLayer, walk
from .monograms import MonogramLayer
from .paints import ImageFill, LinearGradient, PatternFill, RadialGradient
from .shapes import LineShape
from .surfaces import CylinderSurface, MeshSurface
from .texts import Font, TextLayer

VERSION = 1


class PhysicalSize(Part, kw_only=True):
    """What the canvas measures when printed. Must agree with pixels / dpi to one pixel."""

    width: Positive
    height: Positive
    unit: Literal["mm", "in"] = "mm"


class Canvas(Part, kw_only=True):
    """The whole drawn area, bleed included. Trim is the canvas less `bleed`; safe is the trim less `safe`."""

    width: Pixels
    height: Pixels
    dpi: Annotated[float, Meta(ge=18, le=4800)] = 300
    physical_size: PhysicalSize | None = None
    bleed: Insets = Insets()
    safe: Insets = Insets()
    background: Color | None = None  # None: transparent


class Binding(Part, kw_only=True):
    """Puts a component's value into a layer's property.

    map:    translates the value first (an option's value to an asset's name or a colour); a value not in it is refused
    equals: for `visible` only: visible when the value is one of these; without it, visible when the value is true
    Without a value for `component` the layer keeps what the document says, its sample. With null, "answered with
    nothing", text and image are not drawn; colour and visibility stay.
    text takes text and numbers; fill a colour; image an image's name or a placed photo, for an image layer or for a fill
    of an image or pattern; visible, without `equals`, true, false, or these words; items, of a table, a text of one line
    each, a list of texts, or, named as `people.name`, that key of every entry of the list `people`. Within a repeat of
    `people`, `people.name` is the entry's own; month, of a calendar, a month or date as text; time, latitude and longitude,
    of a star map, what it says there; with null these two are not drawn. look (its name, or `none`), tint (a colour),
    brightness, contrast, saturation, level (of a threshold), detail (of line art), tiles and palette (of a mosaic: across and
    colors) fill those adjustments of an image layer, which must have one of the kind; null leaves the first five out, the
    others stay. Of two bindings of one property the later wins.
    """

    component: Name
    layer: Name
    property: Literal["text", "image", "fill", "visible", "items", "month", "time", "latitude", "longitude", "look", "tint",
                      "brightness", "contrast", "saturation", "level", "detail", "tiles", "palette"]
    map: dict[str, str] | None = None
    equals: tuple[str, ...] | None = None


class Asset(Part, kw_only=True):
    """A file the document uses: by path beside the document, or by the SHA-256 of its content, or both."""

    file: Annotated[str, Meta(max_length=500)] | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")] | None = None


PageId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Page(Part, kw_only=True):
    """A further page or side: its own canvas and layers. Assets and bindings are the document's; layer ids are unique in it."""

    id: PageId
    title: str = ""
    canvas: Canvas
    layers: list[Layer]


class Document(Part, kw_only=True):
    """`canvas` and `layers` are the first page, or the only one; `pageId` is its id where there are further `pages`."""

    version: Literal[1] = VERSION
    title: str = ""
    canvas: Canvas
    assets: dict[Name, Asset] = field(default_factory=dict)
    layers: list[Layer]
    page_id: PageId = "front"
    pages: Annotated[tuple[Page, ...], Meta(max_length=99)] = ()
    bindings: list[Binding] = field(default_factory=list)
    preflight: Preflight = Preflight()


# What a component may answer: text, number, yes or no, a photo, or nothing; or a list of texts or of such answers by name.
Entry = dict[str, str | float | int | bool | ImageValue | None]
Value = str | float | int | bool | ImageValue | list[str | Entry] | None
Values = dict[str, Value]


def parse(data: bytes | str | dict[str, Any]) -> Document:
    """JSON bytes, or the same already decoded, as a checked document of the newest version.

    Raises RenderError `document_invalid`, with the path of the field in its message.
    """
    try:
        raw = msgspec.json.decode(data) if isinstance(data, (bytes, str)) else data
        document = msgspec.convert(upgrade(raw), Document)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise RenderError("document_invalid", f"The design document is not valid: {error}.") from None
    check(document)
    return document


def parse_values(raw: dict[str, Any]) -> Values:
    """Decoded JSON values as typed answers. Raises RenderError `values_invalid`."""
    try:
        return {key: msgspec.convert(value, Value) for key, value in raw.items()}
    except (msgspec.ValidationError, AttributeError) as error:
        raise RenderError("values_invalid", f"The values are not valid: {error}.") from None


def dump(document: Document) -> dict[str, Any]:
    """The document as plain JSON data; `parse(dump(d)) == d`."""
    return msgspec.to_builtins(document)


# upgrade step n turns a document of version n into one of version n + 1
_UPGRADES: dict[int, Any] = {}


def upgrade(raw: Any) -> Any:
    """A decoded document of any published version, as one of the newest. Unknown versions are refused."""
    if not isinstance(raw, dict):
        raise RenderError("document_invalid", "The design document must be a JSON object.")
    version = raw.get("version", VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
        raise RenderError(
            "document_version", f"The design document has version {version!r}; this engine knows 1 to {VERSION}.",
            part="version")
    while version < VERSION:
        raw = _UPGRADES[version](raw)
        version += 1
    return raw


def check(document: Document) -> None:
    """What types cannot say: unique ids, bindings and assets that exist, a physical size that agrees.

    Raises RenderError `document_invalid`.
    """
    def invalid(message: str, **where: str | None) -> RenderError:
        return RenderError("document_invalid", message, **where)

    layers: dict[str, Layer] = {}
    for layer in every_layer(document):
        if layer.id in layers:
            raise invalid(f"Two layers have the id {layer.id!r}.", layer=layer.id)
        layers[layer.id] = layer
        if isinstance(layer, TextLayer):
            _check_text(layer, invalid)
        for asset in assets_of(layer):
            if asset not in document.assets:
                raise invalid(f"Layer {layer.id!r} uses the asset {asset!r}, which the document does not list.",
                              layer=layer.id, part=asset)
        if isinstance(layer, ShapeLayer) and isinstance(layer.shape, LineShape) and layer.stroke is None:
            raise invalid(f"Layer {layer.id!r} is a line without a stroke.", layer=layer.id)
        _check_fill(layer, invalid)
        if isinstance(layer, SurfaceLayer):
            _check_surface(layer, invalid)
        if isinstance(layer, ImageLayer):
            _check_image(layer, invalid)
    for binding in document.bindings:
        _check_binding(binding, layers, invalid)
    _check_repeats(document, invalid)
    taken: set[str] = set()
    for part, page_id in ((document, document.page_id), *((page, page.id) for page in document.pages)):
        if page_id in taken:
            raise invalid(f"Two pages have the id {page_id!r}.", part=page_id)
        taken.add(page_id)
        _check_size(part.canvas, invalid)


def every_layer(document: Document) -> Iterator[Layer]:
    """The layers of all pages, parents before children."""
    return walk([*document.layers, *(layer for page in document.pages for layer in page.layers)])


def fonts_of(layer: Layer) -> list[Font]:
    """The fonts that a layer itself names: its own, and those of its runs."""
    own = getattr(layer, "font", None)
    return [font for font in (own, *(run.font for run in getattr(layer, "runs", ()))) if font is not None]


def assets_of(layer: Layer) -> list[str]:
    """The assets that a layer itself names: its picture, its mask, its fill, its displacement."""
    parts = (layer, layer.mask, getattr(layer, "fill", None))
    textures = [each.texture for each in getattr(layer, "adjust", ()) if isinstance(each, Mosaic) and each.texture]
    moves = [layer.displacement] if isinstance(layer, SurfaceLayer) and layer.displacement else []
    return [asset for part in parts if isinstance(asset := getattr(part, "asset", None), str)] + textures + moves


def _check_image(layer: ImageLayer, invalid) -> None:
    if layer.focus is not None and (layer.fit != "fill" or layer.slice is not None):
        raise invalid(f"Layer {layer.id!r}: focus is for fit fill.", layer=layer.id, part="focus")
    if layer.slice is not None and layer.fit == "tile":
        raise invalid(f"Layer {layer.id!r} is either tiled or cut in nine, not both.", layer=layer.id, part="slice")
    drawn = next((each for each in layer.adjust if isinstance(each, ON_GRID)), None)
    if layer.slice is not None and drawn is not None:
        raise invalid(f"Layer {layer.id!r}: an image cut in nine cannot be adjusted by {drawn.__struct_config__.tag}.",
                      layer=layer.id, part="adjust")


def _check_text(layer: TextLayer, invalid) -> None:
    if layer.min_size > layer.max_size:
        raise invalid(f"Layer {layer.id!r}: minSize is larger than maxSize.", layer=layer.id)
    if layer.text and layer.runs:
        raise invalid(f"Layer {layer.id!r} has both a text and runs.", layer=layer.id, part="runs")
    if layer.line is not None and layer.writing == "vertical":
        raise invalid(f"Layer {layer.id!r}: vertical writing has no line to follow.", layer=layer.id, part="line")


def _check_surface(layer: SurfaceLayer, invalid) -> None:
    surface = layer.surface
    if isinstance(surface, MeshSurface) and len(surface.points) != (surface.columns + 1) * (surface.rows + 1):
        raise invalid(f"Layer {layer.id!r}: {surface.columns} x {surface.rows} cells have "
                      f"{(surface.columns + 1) * (surface.rows + 1)} corners, not {len(surface.points)}.",
                      layer=layer.id, part="surface")
    if isinstance(surface, CylinderSurface) and min(surface.to, 1) - max(surface.from_, 0) < 0.001:
        raise invalid(f"Layer {layer.id!r}: from and to show nothing of the art.", layer=layer.id, part="surface")
    if any(isinstance(inner, SurfaceLayer) for inner in walk(layer.layers)):
        raise invalid(f"Layer {layer.id!r} holds another surface; surfaces do not nest.", layer=layer.id, part="layers")


def _check_fill(layer: Layer, invalid) -> None:
    fill = getattr(layer, "fill", None)
    if isinstance(fill, (LinearGradient, RadialGradient)) and list(fill.stops) != sorted(fill.stops, key=lambda stop: stop.at):
        raise invalid(f"Layer {layer.id!r}: the stops of its gradient are not in ascending order.", layer=layer.id, part="fill")
    if isinstance(fill, LinearGradient) and fill.start == fill.end:
        raise invalid(f"Layer {layer.id!r}: its gradient ends where it starts.", layer=layer.id, part="fill")


def _check_binding(binding: Binding, layers: dict[str, Layer], invalid) -> None:
    target = layers.get(binding.layer)
    if target is None:
        raise invalid(f"A binding of {binding.component!r} names the layer {binding.layer!r}, which does not exist.",
                      part=binding.component)
    painted = (TextLayer, ShapeLayer, MonogramLayer, SvgLayer, TableLayer, CalendarLayer)
    fits = {"text": (TextLayer, CodeLayer, MonogramLayer), "image": ImageLayer, "fill": painted,
            "visible": object, "items": TableLayer, "month": CalendarLayer,
            "time": StarMapLayer, "latitude": StarMapLayer, "longitude": StarMapLayer}.get(binding.property, ())
    if binding.property in BOUND and isinstance(target, ImageLayer):
        kind = BOUND[binding.property].adjustment
        fits = ImageLayer if any(isinstance(each, kind) for each in target.adjust) else ()
    filled = binding.property == "image" and isinstance(getattr(target, "fill", None), (PatternFill, ImageFill))
    if not isinstance(target, fits) and not filled:
        raise invalid(f"A binding puts {binding.component!r} into {binding.property} of layer {target.id!r}, "
                      f"which has none.", layer=target.id, part=binding.component)
    if binding.equals is not None and binding.property != "visible":
        raise invalid(f"The binding of {binding.component!r}: equals is for visible only.", part=binding.component)


def _check_repeats(document: Document, invalid) -> None:
    """No repeat within a repeat; an entry's keys go to layers of its own repeat."""
    repeats = [layer for layer in every_layer(document) if isinstance(layer, RepeatLayer)]
    inside = {layer.id: repeat for repeat in repeats for layer in walk(repeat.layers)}
    for repeat in repeats:
        if repeat.id in inside:
            raise invalid(f"The repeat {repeat.id!r} lies within the repeat {inside[repeat.id].id!r}.", layer=repeat.id)
    for binding in document.bindings:
        of = {repeat.component for repeat in repeats if binding.component.startswith(repeat.component + ".")}
        if of and binding.property != "items" and (binding.layer not in inside or inside[binding.layer].component not in of):
            raise invalid(f"A binding puts {binding.component!r}, a key of an entry, into layer {binding.layer!r}, "
                          "which is not repeated with it.", layer=binding.layer, part=binding.component)


def components(document: Document) -> set[str]:
    """The components whose values the document reads."""
    read = {binding.component for binding in document.bindings}
    read |= {binding.component.rpartition(".")[0] for binding in document.bindings if binding.property == "items"}
    return (read | {layer.component for layer in every_layer(document) if isinstance(layer, RepeatLayer)}) - {""}


def _check_size(canvas: Canvas, invalid) -> None:
    if canvas.bleed.left + canvas.bleed.right + canvas.safe.left + canvas.safe.right >= canvas.width or \
            canvas.bleed.top + canvas.bleed.bottom + canvas.safe.top + canvas.safe.bottom >= canvas.height:
        raise invalid("Bleed and safe area leave nothing of the canvas.", part="canvas")
    if canvas.physical_size is None:
        return
    per_inch = 25.4 if canvas.physical_size.unit == "mm" else 1.0
    for name, pixels, length in (("width", canvas.width, canvas.physical_size.width),
                                 ("height", canvas.height, canvas.physical_size.height)):
        if abs(length / per_inch * canvas.dpi - pixels) > 1:
            raise invalid(f"physicalSize.{name} and {pixels} pixels at {canvas.dpi:g} dpi do not agree.", part="canvas")
