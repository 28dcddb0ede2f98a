"""What every part of a design document is made of: numbers, colours, the ground of every type."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0, le=100_000)]
Length = Annotated[float, Meta(ge=0, le=100_000)]
Coordinate = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]
Signed = Annotated[float, Meta(ge=-1, le=1)]
Angle = Annotated[float, Meta(ge=-360, le=360)]
PathText = Annotated[str, Meta(min_length=1, max_length=200_000)]
ViewBox = tuple[Coordinate, Coordinate, Positive, Positive]
Pixels = Annotated[int, Meta(ge=1, le=40_000)]
# sRGB, never premultiplied: "#rrggbb" or "#rrggbbaa"
Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$")]
Weight = Annotated[int, Meta(ge=1, le=1000)]

BlendMode = Literal[
    "normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn",
    "hard-light", "soft-light", "difference", "exclusion", "hue", "saturation", "color", "luminosity",
]
Output = Literal["all", "print", "preview"]
Side = Literal["print", "preview"]


class Part(Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True, kw_only=True, frozen=True):
    """The ground of every type. Each says `kw_only` again: msgspec does not hand it on."""


class Insets(Part, kw_only=True):
    """Distances inwards from the four edges, in pixels."""

    top: Length = 0
    right: Length = 0
    bottom: Length = 0
    left: Length = 0
