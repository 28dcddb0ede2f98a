"""What all layers share."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from .basics import BlendMode, Coordinate, Fraction, Name, Output, Part, Positive
from .shapes import Mask


class Placed(Part, kw_only=True):
    """The box a layer is drawn in, and how its picture is laid on what is below."""

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
