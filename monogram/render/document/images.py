"""Image layers, and photos as answers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .adjustments import Adjustment
from .basics import Fraction, Length, Name, Part
from .paints import Point
from .placed import Placed


class Crop(Part, kw_only=True):
    """The part of a source image that is used, in fractions of its width and height after orientation."""

    x: Fraction = 0
    y: Fraction = 0
    width: Annotated[float, Meta(gt=0, le=1)] = 1
    height: Annotated[float, Meta(gt=0, le=1)] = 1


class NineSlice(Part, kw_only=True):
    """A frame that fits any box: its corners keep their size, its edges stretch one way, its middle both ways.

    top, right, bottom, left: where the corners end, inwards from the edges, in source pixels.
    scale: of the corners; 1 lays one source pixel on one canvas pixel.
    """

    top: Length
    right: Length
    bottom: Length
    left: Length
    scale: Annotated[float, Meta(ge=0.01, le=100)] = 1


class ImageLayer(Placed, tag_field="type", tag="image", kw_only=True):
    """An asset placed in the box: `fit` shows it whole, `fill` covers the box, `stretch` ignores its proportions,
    `tile` repeats it from the top left at `tileScale`.

    `asset` may be absent only if a binding brings one; drawing without one is `image_missing`.
    focus: with `fill`, what to keep in view instead of `alignX` and `alignY`: a point of the upright image, which comes as
        near to the box's middle as the image allows, or `auto` for faces and detail
    tile_scale: 1 lays one image pixel on one canvas pixel
    slice: stretches the image over the box by nine parts, whatever `fit` says
    adjust: changes to its pixels, one after the other
    """

    asset: Name | None = None
    fit: Literal["fit", "fill", "stretch", "tile"] = "fill"
    align_x: Fraction = 0.5  # where the image sits in (or is cut by) the box: 0 left, 1 right
    align_y: Fraction = 0.5
    focus: Point | Literal["auto"] | None = None
    tile_scale: Annotated[float, Meta(ge=0.01, le=100)] = 1
    slice: NineSlice | None = None
    crop: Crop = Crop()
    flip_x: bool = False
    flip_y: bool = False
    adjust: Annotated[tuple[Adjustment, ...], Meta(max_length=16)] = ()


class ImageValue(Part, kw_only=True):
    """A photo as an answer: an asset's name, and how the shopper placed it: turned, then cropped, then flipped.

    Its crop replaces the layer's; its flips add to the layer's, so that two of a kind undo each other.
    """

    asset: Name
    crop: Crop | None = None
    rotation: Literal[0, 90, 180, 270] = 0  # clockwise, before the crop
    flip_x: bool = False
    flip_y: bool = False
