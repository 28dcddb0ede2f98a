"""Vertical writing: columns from right to left, Han upright, other letters turned by a quarter (UAX 50, Unicode 15.0).

A column is measured and broken as a line is: lengths run down it. All is set in a frame turned by a quarter, whose lines
are the columns and whose baseline is a column's middle, and is then turned back.
"""

from __future__ import annotations

from functools import lru_cache

import uharfbuzz

from . import tables
from .paragraphs import Item
from .rich import Look, RichParagraph, scaled, total
from .shaping import Features, Shaped, buffer_of, refuse, shape


class VerticalParagraph(RichParagraph):
    """A paragraph whose lines are columns. `ys` of its glyphs are to the right of the column's middle."""

    def dressed(self, look: Look, start: int, end: int) -> Look:
        return look._replace(upright=self._stands(look, start, end))

    def _stands(self, look: Look, start: int, end: int) -> bool:
        """By the orientation of the cluster's first character. Tr is turned unless the font has a form of its own for it."""
        kind = tables.VERTICAL.names[tables.VERTICAL[ord(self.text[start])]]
        if kind != "Tr":
            return kind in ("U", "Tu")
        text = self.text[start:end]
        standing = shape_upright(look.face, text, "Hani", self.lang, False, look.features)
        return standing.glyphs[0] != look.face.hb_font.get_nominal_glyph(ord(text[0]))

    def _shape(self, item: Item, start: int, end: int, hyphen: bool = False) -> Shaped:
        look = item.face
        if look.upright and not item.tab:
            return scaled(shape_upright(look.face, self.text[start:end], item.script, self.lang, item.level % 2 == 1,
                                        look.features), look.scale)
        shaped = super()._shape(item, start, end, hyphen)
        middle = (look.face.ascent - look.face.descent) / 2 / look.face.upem * look.scale
        return shaped._replace(ys=tuple(y - middle for y in shaped.ys))

    def reach(self, look: Look, line_height: float) -> tuple[float, float]:
        return line_height * look.scale / 2, line_height * look.scale / 2


@lru_cache(4096)
def shape_upright(face, text: str, script: str, lang: str, upwards: bool, features: Features) -> Shaped:
    """Glyphs from top to bottom: advances downwards, `xs` down and `ys` to the right from the column's middle.

    HarfBuzz takes the font's vertical forms (`vert`, which cannot be turned off) and metrics; those of colour fonts are of
    empty outlines, so they get their width as height, and stand in its middle. Raises RenderError `glyph_missing`.
    """
    if face.is_color:
        return _stacked(face, shape(face, text, script, lang, upwards, True, features))
    buffer = buffer_of(text, script, lang, "btt" if upwards else "ttb")
    uharfbuzz.shape(face.hb_font, buffer, {tag: value for tag, value in features if tag != "vert"})
    upem, glyphs, clusters, unsafe = face.upem, [], [], set()
    for info in buffer.glyph_infos:
        if info.codepoint == 0:
            refuse(face, text, info.cluster)
        glyphs.append(info.codepoint)
        clusters.append(info.cluster)
        if info.flags & 1:  # HB_GLYPH_FLAG_UNSAFE_TO_BREAK
            unsafe.add(info.cluster)
    places = [position.position for position in buffer.glyph_positions or ()]
    advances = tuple(-down / upem for _, _, _, down in places)
    return Shaped(tuple(glyphs), tuple(clusters), advances, tuple(-y / upem for _, y, _, _ in places),
                  tuple(x / upem for x, _, _, _ in places), frozenset(unsafe), total(advances))


def _stacked(face, lying: Shaped) -> Shaped:
    middle = (face.ascent - face.descent) / 2 / face.upem
    return lying._replace(xs=tuple(advance / 2 + middle for advance in lying.advances),
                          ys=tuple(-advance / 2 for advance in lying.advances))
