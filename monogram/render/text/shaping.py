"""Glyphs of a piece of text in one face, script and direction, by HarfBuzz; remembered, for pieces come back often."""

from __future__ import annotations

from typing import NamedTuple

import uharfbuzz

from ..errors import RenderError
from . import kerning, tables

_VISIBLE = tables.IGNORABLE.code("N")
_ATTACHED = frozenset(("Extend", "SpacingMark", "ZWJ", "Control"))  # grapheme classes of marks and what is invisible
_UNSAFE = 1  # HB_GLYPH_FLAG_UNSAFE_TO_BREAK
_ROOM = 200_000  # glyphs remembered, some 30 MB


class Shaped(NamedTuple):
    """Glyphs from left to right; lengths in ems, y upwards; clusters are places in the shaped text."""

    glyphs: tuple[int, ...]
    clusters: tuple[int, ...]
    advances: tuple[float, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    unsafe: frozenset[int]  # clusters before which cutting changes glyphs
    width: float  # all advances


_remembered: dict[tuple, Shaped] = {}
_held = 0


Features = tuple[tuple[str, int], ...]  # OpenType tag and value, sorted by tag


def shape(face, text: str, script: str, lang: str, rtl: bool, ligatures: bool = True, features: Features = ()) -> Shaped:
    """Shapes `text` alone, without what stands around it. Raises RenderError `glyph_missing`."""
    global _held
    key = (face.identity, text, script, lang, rtl, ligatures, features)
    found = _remembered.get(key)
    if found is None:
        found = _shape(face, text, script, lang, rtl, ligatures, features)
        _held += len(found.glyphs) + 1
        if _held > _ROOM:
            _remembered.clear()
            _held = len(found.glyphs) + 1
        _remembered[key] = found
    return found


def _shape(face, text: str, script: str, lang: str, rtl: bool, ligatures: bool, features: Features) -> Shaped:
    buffer = buffer_of(text, script, lang, "rtl" if rtl else "ltr")
    uharfbuzz.shape(face.hb_font, buffer, ({} if ligatures else {"liga": 0, "clig": 0}) | dict(features))
    infos, positions, upem = buffer.glyph_infos, buffer.glyph_positions, face.upem
    glyphs, clusters, unsafe = [], [], set()
    for info in infos:
        glyph, cluster = info.codepoint, info.cluster
        if glyph == 0:
            refuse(face, text, cluster)
        glyphs.append(glyph)
        clusters.append(cluster)
        if info.flags & _UNSAFE:
            unsafe.add(cluster)
    places = [position.position for position in positions or ()]
    advances = [advance for _, _, advance, _ in places]
    if face.kerning and not rtl and dict(features).get("kern", 1):
        kerning.apply(face.kerning, glyphs, clusters, advances, unsafe)
    width = 0.0
    for advance in advances:
        width += advance / upem
    return Shaped(tuple(glyphs), tuple(clusters), tuple(advance / upem for advance in advances),
                  tuple(x / upem for x, _, _, _ in places), tuple(y / upem for _, y, _, _ in places),
                  frozenset(unsafe), width)


def buffer_of(text: str, script: str, lang: str, direction: str) -> uharfbuzz.Buffer:
    """The text, ready to be shaped by the steps that both builds of HarfBuzz know."""
    buffer = uharfbuzz.Buffer()
    buffer.add_codepoints([ord(char) for char in text])
    buffer.direction = direction
    buffer.script = script
    if lang:
        buffer.language = lang
    buffer.flags = uharfbuzz.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE  # the browser's build has fewer rules for them
    if not _ATTACHED.isdisjoint(tables.GRAPHEME.names_of(text)):
        buffer.set_message_func(_step)
    return buffer


def _step(message: str) -> bool:
    """Whether HarfBuzz takes a step. The browser's build cannot place the marks of fonts that do not say where."""
    return message != "start fallback mark"


def refuse(face, text: str, cluster: int) -> None:
    """HarfBuzz found no glyph: names the first character of the cluster that the face lacks."""
    missing = next((char for char in text[cluster:]
                    if tables.IGNORABLE[ord(char)] == _VISIBLE and not face.hb_font.get_nominal_glyph(ord(char))),
                   text[cluster])
    name = f"{missing} U+{ord(missing):04X}"
    raise RenderError("glyph_missing", f"{face.family} has no glyph for the character {name}. Take it out of the text "
                      "or choose another font.", part=name)
