"""What the fonts have: characters counted, and which face draws each character of a text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from .books import FamilyEntry, Number
from .errors import RenderError
from .fonts import Face, FontBook
from .text import tables
from .text.breaks import graphemes
from .text.paragraphs import is_emoji


class Coverage(Struct, kw_only=True, frozen=True):
    """The faces of a family that have the same characters. styles: `400`, `700 italic`, of a variable font `200-900`;
    axes: of a variable font by tag, the least, the default and the greatest value; characters: how many."""

    family: str
    styles: tuple[str, ...]
    axes: dict[str, tuple[Number, Number, Number]]
    scripts: tuple[str, ...]  # that the family serves, ISO 15924
    characters: int


class Covered(Struct, kw_only=True, frozen=True):
    """Who draws the characters of a text in these faces. A character is a grapheme cluster, each told once.

    own: drawn by the faces themselves; fallbacks: by another face, by its name; missing: no font has them, so that drawing
    is refused (`glyph_missing`).
    """

    family: str
    styles: tuple[str, ...]
    own: tuple[str, ...]
    fallbacks: dict[str, tuple[str, ...]]
    missing: tuple[str, ...]


def counts(book: FontBook) -> list[Coverage]:
    """Every face of the book, in its order. Raises RenderError `font_missing` or `font_changed`."""
    return [
        Coverage(family=entry.family, styles=tuple(styles), axes=face.entry.axes, scripts=entry.scripts,
                 characters=len(face.codepoints))
        for entry in book.families() for face, styles in _alike(book, entry)
    ]


def covers(book: FontBook, text: str, lang: str = "") -> list[Covered]:
    """The same for a text; white space and what is never seen are left out. lang: BCP 47, chooses among Han forms."""
    starts = graphemes(text)
    clusters = [text[start:end] for start, end in pairwise(starts)]
    seen = [cluster for cluster in dict.fromkeys(clusters) if _is_seen(cluster)]
    return [
        _covered(book, entry.family, face, tuple(styles), seen, lang)
        for entry in book.families() for face, styles in _alike(book, entry)
    ]


def _alike(book: FontBook, entry: FamilyEntry) -> Iterator[tuple[Face, list[str]]]:
    """The faces of a family, those with the same characters together: an italic may have fewer."""
    groups: list[tuple[Face, list[str]]] = []
    for listed in entry.faces:
        face = book.face(entry.family, listed.weight, listed.italic)
        same = next((styles for other, styles in groups
                     if (other.codepoints, other.entry.axes) == (face.codepoints, listed.axes)), None)
        if same is None:
            groups.append((face, [listed.style]))
        else:
            same.append(listed.style)
    yield from groups


def _covered(book: FontBook, family: str, face: Face, styles: tuple[str, ...], seen: list[str], lang: str) -> Covered:
    drawn: dict[str, list[str]] = {"": []}
    missing = []
    for cluster in seen:
        try:
            by = book.for_cluster(cluster, face, lang, is_emoji(cluster))
        except RenderError as error:
            if error.code != "glyph_missing":
                raise
            missing.append(cluster)
        else:
            drawn.setdefault(by.label if by is not face else "", []).append(cluster)
    own = drawn.pop("")
    return Covered(family=family, styles=styles, own=tuple(own), missing=tuple(missing),
                   fallbacks={name: tuple(them) for name, them in drawn.items()})


def _is_seen(cluster: str) -> bool:
    return tables.BIDI.names_of(cluster)[0] not in ("WS", "B", "S") and "N" in tables.IGNORABLE.names_of(cluster)
