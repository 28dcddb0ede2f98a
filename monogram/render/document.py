"""The design document as types: canvas, layers, bindings. JSON names are camelCase; unknown names are refused.

Lengths are canvas pixels, y grows downwards, angles are degrees clockwise. Layers are listed bottom first.
`schema/design-document.json` is generated from these types and a test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from .errors import RenderError

VERSION = 1

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0, le=100_000)]
Length = Annotated[float, Meta(ge=0, le=100_000)]
Coordinate = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]
Pixels = Annotated[int, Meta(ge=1, le=40_000)]
# sRGB, never premultiplied: "#rrggbb" or "#rrggbbaa"
Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$")]
Weight = Annotated[int, Meta(ge=100, le=900, multiple_of=100)]

BlendMode = Literal[
    "normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn",
    "hard-light", "soft-light", "difference", "exclusion", "hue", "saturation", "color", "luminosity",
]
Output = Literal["all", "print", "preview"]
Side = Literal["print", "preview"]


class _Part(Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True, kw_only=True, frozen=True):
    pass


class Insets(_Part, kw_only=True):
    """Distances inwards from the four edges, in pixels."""

    top: Length = 0
    right: Length = 0
    bottom: Length = 0
    left: Length = 0


class PhysicalSize(_Part, kw_only=True):
    """What the canvas measures when printed. Must agree with pixels / dpi to one pixel."""

    width: Positive
    height: Positive
    unit: Literal["mm", "in"] = "mm"


class Canvas(_Part, kw_only=True):
    """The whole drawn area, bleed included. Trim is the canvas less `bleed`; safe is the trim less `safe`."""

    width: Pixels
    height: Pixels
    dpi: Annotated[float, Meta(ge=18, le=4800)] = 300
    physical_size: PhysicalSize | None = None
    bleed: Insets = Insets()
    safe: Insets = Insets()
    background: Color | None = None  # None: transparent


class Stroke(_Part, kw_only=True):
    """A line of `width` pixels. On text it lies centred on the outline and, with `behind`, under the fill."""

    color: Color
    width: Positive
    join: Literal["round", "miter", "bevel"] = "round"
    cap: Literal["butt", "round", "square"] = "butt"
    dash: Annotated[tuple[Positive, ...], Meta(max_length=16)] = ()
    behind: bool = True


class Shadow(_Part, kw_only=True):
    """A blurred copy of the layer's own shape, stroke included, beneath it. `blur` is the Gaussian's sigma in pixels.

    `dx` and `dy` are along the layer's own axes: a shadow turns with its layer.
    """

    color: Color
    dx: Coordinate = 0
    dy: Coordinate = 0
    blur: Annotated[float, Meta(ge=0, le=500)] = 0


class RectangleShape(_Part, tag_field="kind", tag="rectangle", kw_only=True):
    radius: Length = 0


class EllipseShape(_Part, tag_field="kind", tag="ellipse", kw_only=True):
    pass


class LineShape(_Part, tag_field="kind", tag="line", kw_only=True):
    """From the box's top left to its bottom right; needs a stroke."""


class PathShape(_Part, tag_field="kind", tag="path", kw_only=True):
    """An SVG path string in the coordinates of `viewBox` (x, y, width, height), stretched over the box."""

    d: Annotated[str, Meta(min_length=1, max_length=200_000)]
    view_box: tuple[Coordinate, Coordinate, Positive, Positive]
    rule: Literal["nonzero", "evenodd"] = "nonzero"


Shape = RectangleShape | EllipseShape | LineShape | PathShape


class ShapeMask(_Part, tag_field="by", tag="shape", kw_only=True):
    """Shows what lies inside a shape stretched over the layer's box."""

    shape: Shape


class ImageMask(_Part, tag_field="by", tag="image", kw_only=True):
    """Shows what an image, stretched over the layer's box, lets through by its alpha or its luminance."""

    asset: Name
    channel: Literal["alpha", "luminance"] = "alpha"


Mask = ShapeMask | ImageMask


class Crop(_Part, kw_only=True):
    """The part of a source image that is used, in fractions of its width and height after orientation."""

    x: Fraction = 0
    y: Fraction = 0
    width: Annotated[float, Meta(gt=0, le=1)] = 1
    height: Annotated[float, Meta(gt=0, le=1)] = 1


class Font(_Part, kw_only=True):
    """A family of the font book. Italic or a weight the family lacks is refused, never imitated."""

    family: Name
    weight: Weight = 400
    italic: bool = False


class _Layer(_Part, kw_only=True):
    id: Name
    name: str = ""
    x: Coordinate = 0  # top left of the box, in the parent's coordinates
    y: Coordinate = 0
    width: Positive
    height: Positive
    rotation: Annotated[float, Meta(ge=-360, le=360)] = 0  # about the box's centre
    opacity: Fraction = 1
    blend: BlendMode = "normal"
    visible: bool = True
    locked: bool = False  # for editors; drawing ignores it
    output: Output = "all"  # "print": absent from previews; "preview": absent from prints
    mask: Mask | None = None


class ImageLayer(_Layer, tag_field="type", tag="image", kw_only=True):
    """An asset placed in the box: `fit` shows it whole, `fill` covers the box, `stretch` ignores its proportions.

    `asset` may be absent only if a binding brings one; drawing without one is `image_missing`.
    """

    asset: Name | None = None
    fit: Literal["fit", "fill", "stretch"] = "fill"
    align_x: Fraction = 0.5  # where the image sits in (or is cut by) the box: 0 left, 1 right
    align_y: Fraction = 0.5
    crop: Crop = Crop()
    flip_x: bool = False
    flip_y: bool = False


class TextLayer(_Layer, tag_field="type", tag="text", kw_only=True):
    """Text in a box. Sizes are pixels per em, `letterSpacing` is in ems, `lineHeight` a multiple of the size.

    fit: `none` keeps `size`; `shrink` goes down to `minSize`; `grow` up to `maxSize`; `both` either way.
    overflow: what to do with text that still does not fit: `refuse` (text_overflow), `clip` at the box, or `show`.
    align: `start` and `end` follow each paragraph's direction; `justify` stretches all but the last line.
    """

    text: Annotated[str, Meta(max_length=20_000)] = ""
    font: Font
    size: Annotated[float, Meta(ge=1, le=20_000)]
    fit: Literal["none", "shrink", "grow", "both"] = "none"
    min_size: Annotated[float, Meta(ge=1, le=20_000)] = 1
    max_size: Annotated[float, Meta(ge=1, le=20_000)] = 20_000
    wrap: bool = True
    overflow: Literal["refuse", "clip", "show"] = "refuse"
    align: Literal["start", "center", "end", "left", "right", "justify"] = "start"
    vertical_align: Literal["top", "middle", "bottom"] = "top"
    line_height: Annotated[float, Meta(ge=0.5, le=5)] = 1.2
    letter_spacing: Annotated[float, Meta(ge=-0.5, le=5)] = 0
    direction: Literal["auto", "ltr", "rtl"] = "auto"
    lang: Annotated[str, Meta(max_length=35)] = ""  # BCP 47; chooses among Han forms and fallback fonts
    fill: Color | None = "#000000"
    stroke: Stroke | None = None
    shadow: Shadow | None = None


class ShapeLayer(_Layer, tag_field="type", tag="shape", kw_only=True):
    shape: Shape
    fill: Color | None = None
    stroke: Stroke | None = None
    shadow: Shadow | None = None


class GroupLayer(_Layer, tag_field="type", tag="group", kw_only=True):
    """Layers drawn as one: opacity, blend mode and mask apply to the group's picture. Children start at its top left.

    A child's blend mode meets only what lies below it within the group.
    """

    layers: list[Layer]
    clip: bool = False  # cut at the group's box


Layer = ImageLayer | TextLayer | ShapeLayer | GroupLayer


class Binding(_Part, kw_only=True):
    """Puts a component's value into a layer's property.

    map:    translates the value first (an option's value to an asset's name or a colour); a value not in it is refused
    equals: for `visible` only: visible when the value is one of these; without it, visible when the value is true
    Without a value for `component` the layer keeps what the document says, its sample. With null, "answered with
    nothing", text and image are not drawn; colour and visibility stay.
    text takes text and numbers; fill a colour; image an image's name or a placed photo; visible, without `equals`, true,
    false, or these words. Of two bindings of one property the later wins.
    """

    component: Name
    layer: Name
    property: Literal["text", "image", "fill", "visible"]
    map: dict[str, str] | None = None
    equals: tuple[str, ...] | None = None


class Asset(_Part, kw_only=True):
    """A file the document uses: by path beside the document, or by the SHA-256 of its content, or both."""

    file: Annotated[str, Meta(max_length=500)] | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")] | None = None


class Document(_Part, kw_only=True):
    version: Literal[1] = VERSION
    title: str = ""
    canvas: Canvas
    assets: dict[Name, Asset] = field(default_factory=dict)
    layers: list[Layer]
    bindings: list[Binding] = field(default_factory=list)


class ImageValue(_Part, kw_only=True):
    """A photo as an answer: an asset's name, and how the shopper placed it: turned, then cropped, then flipped.

    Its crop replaces the layer's; its flips add to the layer's, so that two of a kind undo each other.
    """

    asset: Name
    crop: Crop | None = None
    rotation: Literal[0, 90, 180, 270] = 0  # clockwise, before the crop
    flip_x: bool = False
    flip_y: bool = False


# What a component may answer: text, number, yes or no, a photo, or nothing.
Value = str | float | int | bool | ImageValue | None
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


def walk(layers: list[Layer]):
    """Every layer, parents before children."""
    for layer in layers:
        yield layer
        if isinstance(layer, GroupLayer):
            yield from walk(layer.layers)


def check(document: Document) -> None:
    """What types cannot say: unique ids, bindings and assets that exist, a physical size that agrees.

    Raises RenderError `document_invalid`.
    """
    def invalid(message: str, **where: str | None) -> RenderError:
        return RenderError("document_invalid", message, **where)

    layers: dict[str, Layer] = {}
    for layer in walk(document.layers):
        if layer.id in layers:
            raise invalid(f"Two layers have the id {layer.id!r}.", layer=layer.id)
        layers[layer.id] = layer
        if isinstance(layer, TextLayer) and layer.min_size > layer.max_size:
            raise invalid(f"Layer {layer.id!r}: minSize is larger than maxSize.", layer=layer.id)
        wanted = [getattr(layer, "asset", None), layer.mask.asset if isinstance(layer.mask, ImageMask) else None]
        for asset in filter(None, wanted):
            if asset not in document.assets:
                raise invalid(f"Layer {layer.id!r} uses the asset {asset!r}, which the document does not list.",
                              layer=layer.id, part=asset)
        if isinstance(layer, ShapeLayer) and isinstance(layer.shape, LineShape) and layer.stroke is None:
            raise invalid(f"Layer {layer.id!r} is a line without a stroke.", layer=layer.id)
    for binding in document.bindings:
        _check_binding(binding, layers, invalid)
    _check_size(document.canvas, invalid)


def _check_binding(binding: Binding, layers: dict[str, Layer], invalid) -> None:
    target = layers.get(binding.layer)
    if target is None:
        raise invalid(f"A binding of {binding.component!r} names the layer {binding.layer!r}, which does not exist.",
                      part=binding.component)
    fits = {"text": TextLayer, "image": ImageLayer, "fill": (TextLayer, ShapeLayer), "visible": object}[binding.property]
    if not isinstance(target, fits):
        raise invalid(f"A binding puts {binding.component!r} into {binding.property} of layer {target.id!r}, "
                      f"which has none.", layer=target.id, part=binding.component)
    if binding.equals is not None and binding.property != "visible":
        raise invalid(f"The binding of {binding.component!r}: equals is for visible only.", part=binding.component)


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
