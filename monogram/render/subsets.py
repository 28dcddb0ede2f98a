"""Parts of font files for the browser: the glyphs a text needs, under their own ids, from the very file that prints.

Layout by a subset equals layout by the whole file as long as the text stays within its characters: nothing but glyphs that
no such text can reach is taken out. What the browser must know of the whole file is `coverage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import uharfbuzz

from .fonts import STAND_INS, Face, FontFile
from .text import tables
from .text.compositions import composed, decomposed

# The browser kerns by this table as the server does (`text.kerning`); the subsetter would drop it. Ids stay, so it holds.
_KERN = int.from_bytes(b"kern")
# Vowels that HarfBuzz writes in parts without being asked by Unicode: Thai and Lao am, Khmer's split ones.
_PARTS = {"\u0e33": "\u0e4d\u0e32", "\u0eb3": "\u0ecd\u0eb2", **dict.fromkeys("\u17be\u17bf\u17c0\u17c4\u17c5", "\u17c1")}
# One block serves every European language in Latin letters, with signs that stand in any text. Beyond it 256 characters are
# one, fewer where a text takes few of many: first, last, size. `frontend/packages/live/src/blocks.ts` has the same.
LATIN = ((0x20, 0x24F), (0x2B0, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x20CF), (0x2100, 0x218F), (0x2C60, 0x2C7F),
         (0xFB00, 0xFB06))
SLICES = ((0x2190, 0x2BFF, 16), (0x3400, 0x9FFF, 64), (0xAC00, 0xD7FF, 64), (0xF900, 0xFAFF, 64), (0x1F000, 0x1F1DF, 16),
          (0x1F1E0, 0x1F1FF, 1), (0x1F200, 0x1FAFF, 16), (0x20000, 0x3FFFF, 64))
# Hangul letters by their place in a syllable.
_JAMO = range(0x1100, 0x1113), range(0x1161, 0x1176), range(0x11A8, 0x11C3)


def subset(face: Face, characters: Iterable[str]) -> bytes:
    """A TTF or OTF file with the glyphs that texts of these characters can take, ids unchanged, all layout features,
    and of a variable font all its axes; the same for the same characters in any order."""
    return _subset(face.file, frozenset(closed(characters)))


def block(point: int) -> int:
    """The block a code point is fetched with, named by its first code point; 0 for the Latin one."""
    if any(first <= point <= last for first, last in LATIN):
        return 0
    return point - point % _size(point)


def characters(number: int) -> Iterator[str]:
    """Of a block."""
    if number == 0:
        yield from (chr(point) for first, last in LATIN for point in range(first, last + 1))
    else:
        yield from (chr(point) for point in range(number, number + _size(number)) if block(point) == number)


def _size(point: int) -> int:
    return next((size for first, last, size in SLICES if first <= point <= last), 256)


def closed(characters: Iterable[str]) -> set[str]:
    """The characters with what layout and HarfBuzz may put in their place: canonical compositions and decompositions, parts
    of vowels, and stand-ins of spaces and hyphens that a font lacks."""
    found = {" "}
    for character in characters:
        found.update(character, decomposed(character), *(_PARTS.get(part, "") for part in character))
    found |= {chr(STAND_INS[ord(character)]) for character in found if ord(character) in STAND_INS}
    found |= _syllables(found)
    while more := {chr(point) for point, parts in tables.DECOMPOSITIONS.items()
                   if all(not part or chr(part) in found for part in parts)} - found:
        found |= more
    return found


def _syllables(found: set[str]) -> set[str]:
    """Hangul syllables of the letters found (Unicode 3.12)."""
    leading, vowels, trailing = (sorted(found & set(map(chr, letters))) for letters in _JAMO)
    return {composed(first + vowel + last) for first in leading for vowel in vowels for last in ("", *trailing)}


@lru_cache(256)
def _subset(file: FontFile, characters: frozenset[str]) -> bytes:
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    wanted.unicode_set.update(map(ord, characters))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.invert()
    wanted.drop_table_tag_set.discard(_KERN)
    wanted.no_subset_table_tag_set.add(_KERN)
    return uharfbuzz.subset(uharfbuzz.Face(uharfbuzz.Blob(file.data)), wanted).blob.data


def coverage(face: Face) -> tuple[tuple[int, int], ...]:
    """The whole file's code points as ranges (first, last): by these the browser chooses faces as the server does."""
    ranges: list[tuple[int, int]] = []
    for point in sorted(face.hb_face.unicodes):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return tuple(ranges)
