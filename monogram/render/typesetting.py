"""A text layer's words set in type: runs, case and limits, then the layout that its line and writing ask for."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from .document import ArcLine, CircleLine, Font, Run, TextLayer
from .errors import RenderError

if TYPE_CHECKING:
    from .fonts import FontBook
    from .text.curves import Curve
    from .text.placed import PlacedText
    from .text.rich import Look, Span


class Words(NamedTuple):
    """The layer's runs as they are set; a layer without runs is one. `runs` and `spans` go together, one by one."""

    runs: tuple[Run, ...]
    spans: tuple[Span, ...]

    def run_at(self, place: int) -> Run:
        """The run that the character at a place of the text belongs to."""
        starts = [0, *accumulate(len(span.text) for span in self.spans)][:-1]
        return self.runs[bisect_right(starts, place) - 1]


def runs_of(layer: TextLayer) -> tuple[Run, ...]:
    """What the layer says, in parts: its text where there is one, else its runs."""
    return (Run(text=layer.text),) if layer.text else layer.runs


def words(layer: TextLayer, book: FontBook) -> Words:
    """The layer's runs in the case it asks for, with their faces.

    Raises RenderError `text_too_long`, `text_control_character`, and what `look` does.
    """
    from .text import breaks, cases, normalise
    from .text.rich import Span

    runs = tuple(run for run in runs_of(layer) if run.text)
    texts = [normalise(run.text) for run in runs]
    whole = "".join(texts)
    if layer.max_characters is not None and (count := len(breaks.graphemes(whole)) - 1) > layer.max_characters:
        raise RenderError("text_too_long", f"The text has {count} characters, and may have {layer.max_characters}. Shorten it.",
                          part="maxCharacters")
    parts, spans, place = cases.parts(whole, layer.case, layer.lang), [], 0
    for run, text in zip(runs, texts, strict=True):
        spans.append(Span("".join(parts[place:place + len(text)]), look(run.font or layer.font, run.size or 1.0, book)))
        place += len(text)
    return Words(runs, tuple(spans))


def look(font: Font, scale: float, book: FontBook) -> Look:
    """A document's font as text layout knows it. Raises `font_missing`, `axis_missing`, `axis_out_of_range`, and
    `feature_missing` for a feature that the face lacks."""
    from .text.rich import Look

    face = book.face(font.family, font.weight, font.italic, font.axes)
    for tag, value in font.features.items():
        if value and tag not in face.features:
            raise RenderError("feature_missing", f"{face.label} has no OpenType feature {tag!r}. It has: "
                              f"{', '.join(sorted(face.features)) or 'none'}.", part=tag)
    return Look(face, scale, tuple(sorted(font.features.items())))


def set_text(layer: TextLayer, spans: tuple[Span, ...], book: FontBook) -> PlacedText:
    """The layer's words in its box. Raises what text layout raises."""
    sizes = {"size": layer.size, "fit": layer.fit, "min_size": layer.min_size, "max_size": layer.max_size}
    ways = {"book": book, "overflow": layer.overflow, "align": layer.align, "line_height": layer.line_height,
            "letter_spacing": layer.letter_spacing, "direction": layer.direction, "lang": layer.lang}
    if layer.line is not None:
        from .text.lines import set_along

        return set_along(spans, baseline(layer), width=layer.width, height=layer.height, **sizes, **ways)
    from .text import boxes

    setting = boxes.set_columns if layer.writing == "vertical" else boxes.set_lines
    return setting(spans, width=layer.width, height=layer.height, wrap=layer.wrap, max_lines=layer.max_lines,
                   vertical_align=layer.vertical_align, **sizes, **ways)


def baseline(layer: TextLayer):
    """Where the baseline of the layer's line runs at a size; see `text.lines.Baseline`."""
    from .text import curves

    width, height, line = layer.width, layer.height, layer.line
    if isinstance(line, ArcLine):
        rise = curves.rise(width, line.bend)

        def arc(size: float, above: float, below: float) -> tuple[Curve, float]:
            """The band of the letters, from the highest to the lowest, stands in the box as a straight line would."""
            band = above + below + rise
            top = {"top": 0.0, "middle": (height - band) / 2, "bottom": height - band}[layer.vertical_align]
            return curves.arc(width, line.bend, top + above), band
        return arc
    if isinstance(line, CircleLine):
        curve = curves.ellipse(width, height, line.start, line.inside)
    else:
        curve = curves.free(line.d, line.view_box, width, height)
    return lambda size, above, below: (curve, 0.0)
