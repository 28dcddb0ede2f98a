"""Monogram layers: a few letters as one sign."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .paints import Paint
from .placed import Placed
from .shapes import Shadow, Shadows, Stroke, Strokes
from .texts import Font


class MonogramLayer(Placed, tag_field="type", tag="monogram", kw_only=True):
    """One, two or three letters of any script as one sign that fills the box by its letters' outlines, not by their advances.

    style: `circle` bends them into the ellipse of the box; `interlocked` lays them over each other, the middle one of three
        larger; where two letters cross, one passes over and the other is cut with a gap beside it, in turns from the top,
        so that each can be told in one colour; letters that would hide each other overlap less, and slivers are left out;
        `stacked` stands them side by side, the middle one of three larger. The last two keep the letters' proportions and
        stand in the middle.
    text: white space is passed over; more than three letters, or one without an outline, is refused (`monogram_letters`).
        Capitals are as given. Two letters are of one size.
    """

    text: Annotated[str, Meta(max_length=40)] = ""
    style: Literal["circle", "interlocked", "stacked"] = "interlocked"
    font: Font
    lang: Annotated[str, Meta(max_length=35)] = ""
    fill: Paint | None = "#000000"
    stroke: Stroke | Strokes | None = None
    shadow: Shadow | Shadows | None = None
