"""Outlines of glyphs as HarfBuzz reads them from the font, in font units: the browser asks the same HarfBuzz.

Skia's own outlines are FreeType's, rounded to 1/64 pixel of the size they are asked for; CanvasKit cannot tell them.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import skia

from .matrices import Matrix

if TYPE_CHECKING:
    import uharfbuzz

    from .fonts import Face

# ("M" | "L", x, y), ("Q", 4 numbers), ("C", 6 numbers), ("Z",); y upwards
Verb = tuple


@lru_cache(8192)
def outline(face: Face, glyph: int) -> tuple[Verb, ...]:
    """The glyph's contours in font units, y upwards; empty for a glyph without ink."""
    verbs: list[Verb] = []
    face.hb_font.draw_glyph(glyph, _functions(), verbs)
    return tuple(verbs)


def draw(path: skia.Path, face: Face, glyph: int, matrix: Matrix) -> None:
    """Adds the glyph to a path. matrix: from font units, y upwards, to the path's coordinates."""
    a, b, c, d, e, f = matrix
    steps = {"M": path.moveTo, "L": path.lineTo, "Q": path.quadTo, "C": path.cubicTo, "Z": path.close}
    for kind, *n in outline(face, glyph):
        points = []
        for x, y in zip(n[::2], n[1::2], strict=True):
            points += (a * x + c * y + e, b * x + d * y + f)
        steps[kind](*points)


@cache
def _functions() -> uharfbuzz.DrawFuncs:
    import uharfbuzz  # a drawing without text starts without it

    made = uharfbuzz.DrawFuncs()
    made.set_move_to_func(lambda x, y, verbs: verbs.append(("M", x, y)))
    made.set_line_to_func(lambda x, y, verbs: verbs.append(("L", x, y)))
    made.set_quadratic_to_func(lambda a, b, x, y, verbs: verbs.append(("Q", a, b, x, y)))
    made.set_cubic_to_func(lambda a, b, c, d, x, y, verbs: verbs.append(("C", a, b, c, d, x, y)))
    made.set_close_path_func(lambda verbs: verbs.append(("Z",)))
    return made

