"""Changes to an image's pixels: its colours, or what is drawn from it. Exact arithmetic is in `render/adjust/`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta

from .basics import Color, Fraction, Name, Part

Amount = Annotated[float, Meta(ge=-1, le=1)]
Tiles = Annotated[int, Meta(ge=2, le=400)]
Palette = Annotated[int, Meta(ge=2, le=64)]
LookName = Literal["warm", "cool", "fade", "noir", "vivid", "vintage"]


class Grey(Part, tag_field="do", tag="grey", kw_only=True):
    """Luminance of Rec. 709; `amount` mixes it with the colours."""

    amount: Fraction = 1


class Sepia(Part, tag_field="do", tag="sepia", kw_only=True):
    """The brown of old prints; `amount` mixes it with the colours."""

    amount: Fraction = 1


class Brightness(Part, tag_field="do", tag="brightness", kw_only=True):
    """Adds `amount` of white or, below 0, of black: 1 makes everything white."""

    amount: Amount


class Contrast(Part, tag_field="do", tag="contrast", kw_only=True):
    """Stretches about the middle grey: -1 flat grey, 0 unchanged, 1 four times the slope."""

    amount: Amount


class Saturation(Part, tag_field="do", tag="saturation", kw_only=True):
    """-1 grey, 0 unchanged, 1 twice as colourful."""

    amount: Amount


class Tint(Part, tag_field="do", tag="tint", kw_only=True):
    """Multiplies by a colour (its alpha is not used): white becomes the colour, black stays. `amount` mixes."""

    color: Color
    amount: Fraction = 1


class Duotone(Part, tag_field="do", tag="duotone", kw_only=True):
    """Luminance 0 becomes `dark`, 1 becomes `light`, what is between is mixed, alpha too."""

    dark: Color
    light: Color


class Invert(Part, tag_field="do", tag="invert", kw_only=True):
    """The negative."""


class Look(Part, tag_field="do", tag="look", kw_only=True):
    """A photo filter: a fixed sequence of the other changes, listed in `render/adjust/looks.py`."""

    name: LookName


class Threshold(Part, tag_field="do", tag="threshold", kw_only=True):
    """One ink, for engraving: darker than `level` becomes `dark`, the rest `light`; done on the pixels of the output.

    dither: `none`; `ordered` by an 8 x 8 Bayer matrix; `floyd` by the error diffusion of Floyd and Steinberg
    """

    level: Fraction = 0.5
    dither: Literal["none", "ordered", "floyd"] = "none"
    dark: Color = "#000000"
    light: Color = "#ffffff00"


class Mosaic(Part, tag_field="do", tag="mosaic", kw_only=True):
    """Tiles, `across` of them from left to right, as square as whole pixels allow, in at most `colors` colours.

    texture: an image multiplied over every tile, such as a building brick's stud
    """

    across: Tiles
    colors: Palette = 16
    texture: Name | None = None


class LineArt(Part, tag_field="do", tag="line-art", kw_only=True):
    """Lines where the picture changes, clear between. `detail` 0: strong edges only, 1: every one; `width` in canvas pixels."""

    detail: Fraction = 0.5
    width: Annotated[float, Meta(ge=0.5, le=20)] = 2
    color: Color = "#000000"


class RemoveBackground(Part, tag_field="do", tag="remove-background", kw_only=True):
    """Makes clear what belongs to the picture's surroundings. `method` names an engine; `border` needs no model.

    tolerance: how different from the surroundings something must be to stay; feather: softness of the edge in source pixels
    """

    method: Name = "border"
    tolerance: Fraction = 0.25
    feather: Annotated[float, Meta(ge=0, le=50)] = 1.5


Adjustment = (
    Grey | Sepia | Brightness | Contrast | Saturation | Tint | Duotone | Invert | Look | Threshold | Mosaic | LineArt
    | RemoveBackground
)
# what is drawn pixel by pixel of the output, so that the picture is first brought to its placed size
ON_GRID = (Threshold, Mosaic, LineArt)


class Bound(NamedTuple):
    """Which field of which adjustments a binding's property fills. optional: null leaves these adjustments out."""

    adjustment: type[Part]
    field: str
    kind: Any
    told: str
    optional: bool = True


# A binding's property -> what it fills in the adjustments of an image layer
BOUND: dict[str, Bound] = {
    "look": Bound(Look, "name", LookName, "a look's name such as vintage, or none"),
    "tint": Bound(Tint, "color", Color, "a colour as #rrggbb or #rrggbbaa"),
    "brightness": Bound(Brightness, "amount", Amount, "a number from -1 to 1"),
    "contrast": Bound(Contrast, "amount", Amount, "a number from -1 to 1"),
    "saturation": Bound(Saturation, "amount", Amount, "a number from -1 to 1"),
    "level": Bound(Threshold, "level", Fraction, "a number from 0 to 1", optional=False),
    "detail": Bound(LineArt, "detail", Fraction, "a number from 0 to 1", optional=False),
    "tiles": Bound(Mosaic, "across", Tiles, "a whole number from 2 to 400", optional=False),
    "palette": Bound(Mosaic, "colors", Palette, "a whole number from 2 to 64", optional=False),
}
