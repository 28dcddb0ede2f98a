"""Text layers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from .basics import Angle, Color, Name, Part, PathText, Signed, ViewBox, Weight
from .paints import Paint
from .placed import Placed
from .shapes import Shadow, Shadows, Stroke, Strokes


class Font(Part, kw_only=True):
    """A family of the font book. Italic, a weight, a feature or an axis that the family lacks is refused, never imitated.

    axes: of a variable font, values of its axes by tag: {"wdth": 85, "opsz": 60}; those not named keep the font's default, and
        `wght` takes the place of weight, which need not be a whole number there
    features: OpenType features by tag: off (0), on (1), or the number of an alternate: {"smcp": 1, "liga": 0, "salt": 2}
    """

    family: Name
    weight: Weight = 400
    italic: bool = False
    features: dict[Annotated[str, Meta(pattern=r"^[a-z0-9]{4}$")], Annotated[int, Meta(ge=0, le=99)]] = field(
        default_factory=dict)
    axes: dict[Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{4}$")], Annotated[float, Meta(ge=-32_768, le=32_767)]] = field(
        default_factory=dict)


class ArcLine(Part, tag_field="kind", tag="arc", kw_only=True):
    """A baseline bent over the box's width: `bend` 1 is half a circle upwards, -1 downwards, 0 straight; its ends lie at
    the box's left and right. The letters' height and the bend together stand in the box as `verticalAlign` says."""

    bend: Signed


class CircleLine(Part, tag_field="kind", tag="circle", kw_only=True):
    """A baseline on the ellipse of the box, letters outside it, clockwise. Text starts, is centred or ends (by `align`) at
    `start`, degrees clockwise from the top (on an ellipse: of the circle it was stretched from).

    inside: letters stand on the inner side and run counter-clockwise, to be read from below
    """

    start: Angle = 0
    inside: bool = False


class PathLine(Part, tag_field="kind", tag="path", kw_only=True):
    """A baseline along an SVG path in the coordinates of `viewBox`, stretched over the box. Parts of a path follow each
    other."""

    d: PathText
    view_box: ViewBox


TextLine = ArcLine | CircleLine | PathLine


class Run(Part, kw_only=True):
    """A part of a text with its own looks; what is absent is the layer's. `size` is a multiple of the layer's."""

    text: Annotated[str, Meta(max_length=20_000)]
    font: Font | None = None
    size: Annotated[float, Meta(ge=0.1, le=10)] | None = None
    fill: Color | None = None


class TextLayer(Placed, tag_field="type", tag="text", kw_only=True):
    """Text in a box. Sizes are pixels per em, `letterSpacing` is in ems, `lineHeight` a multiple of the size.

    fit: `none` keeps `size`; `shrink` goes down to `minSize`; `grow` up to `maxSize`; `both` either way.
    overflow: what to do with text that still does not fit: `refuse` (text_overflow), `clip` at the box, `show`, or
        `extend` the box downwards (upwards, or both ways, as `verticalAlign` says), but not beyond its width or `maxLines`.
    align: `start` and `end` follow each paragraph's direction; `justify` stretches all but the last line.
    maxLines: a text of more lines does not fit; `clip` leaves out the lines beyond. maxCharacters: grapheme clusters of the
        text as given, newlines included; one of more is refused (text_too_long).
    case: by Unicode's rules and `lang`. line: bends the text, its newlines as spaces; only the line's length is held
        against it, on an arc the box's height as well; `clip` leaves out letters beyond its ends.
    writing: `vertical` sets columns from right to left, Han upright, other letters turned (UAX 50); lengths along a line
        then run down a column. It does not go with `line`.
    runs: the text in parts of different looks; then `text` must be empty. A bound text takes the place of all runs.
    """

    text: Annotated[str, Meta(max_length=20_000)] = ""
    runs: Annotated[tuple[Run, ...], Meta(max_length=200)] = ()
    font: Font
    size: Annotated[float, Meta(ge=1, le=20_000)]
    fit: Literal["none", "shrink", "grow", "both"] = "none"
    min_size: Annotated[float, Meta(ge=1, le=20_000)] = 1
    max_size: Annotated[float, Meta(ge=1, le=20_000)] = 20_000
    max_lines: Annotated[int, Meta(ge=1, le=1000)] | None = None
    max_characters: Annotated[int, Meta(ge=1, le=20_000)] | None = None
    wrap: bool = True
    overflow: Literal["refuse", "clip", "show", "extend"] = "refuse"
    case: Literal["none", "upper", "lower", "title"] = "none"
    align: Literal["start", "center", "end", "left", "right", "justify"] = "start"
    vertical_align: Literal["top", "middle", "bottom"] = "top"
    line_height: Annotated[float, Meta(ge=0.5, le=5)] = 1.2
    letter_spacing: Annotated[float, Meta(ge=-0.5, le=5)] = 0
    direction: Literal["auto", "ltr", "rtl"] = "auto"
    writing: Literal["horizontal", "vertical"] = "horizontal"
    line: TextLine | None = None
    lang: Annotated[str, Meta(max_length=35)] = ""  # BCP 47; chooses among Han forms and fallback fonts
    fill: Paint | None = "#000000"
    stroke: Stroke | Strokes | None = None
    shadow: Shadow | Shadows | None = None
