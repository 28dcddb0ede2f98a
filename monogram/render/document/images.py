"""Image layers, and photos as answers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .basics import Fraction, Name, Part
from .placed import Placed


class Crop(Part, kw_only=True):
    """The part of a source image that is used, in fractions of its width and height after orientation."""

    x: Fraction = 0
    y: Fraction = 0
    width: Annotated[float, Meta(gt=0, le=1)] = 1
    height: Annotated[float, Meta(gt=0, le=1)] = 1


class ImageLayer(Placed, tag_field="type", tag="image", kw_only=True):
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


class ImageValue(Part, kw_only=True):
    """A photo as an answer: an asset's name, and how the shopper placed it: turned, then cropped, then flipped.

    Its crop replaces the layer's; its flips add to the layer's, so that two of a kind undo each other.
    """

    asset: Name
    crop: Crop | None = None
    rotation: Literal[0, 90, 180, 270] = 0  # clockwise, before the crop
    flip_x: bool = False
    flip_y: bool = False
