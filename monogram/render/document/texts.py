"""Text layers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .basics import Name, Part, Weight
from .paints import Paint
from .placed import Placed
from .shapes import Shadow, Shadows, Stroke, Strokes


class Font(Part, kw_only=True):
    """A family of the font book. Italic or a weight the family lacks is refused, never imitated."""

    family: Name
    weight: Weight = 400
    italic: bool = False


class TextLayer(Placed, tag_field="type", tag="text", kw_only=True):
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
    fill: Paint | None = "#000000"
    stroke: Stroke | Strokes | None = None
    shadow: Shadow | Shadows | None = None
