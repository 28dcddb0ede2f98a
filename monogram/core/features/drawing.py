"""What a browser must fetch to draw a template itself, and what it leaves to the server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from monogram.core.font_books import FontBookPin

# Kinds of layers that the browser asks the server's nodes for: `PREPARED` of frontend/packages/design.
PREPARED = frozenset(("svg",))


@dataclass(frozen=True)
class UsedFace:
    """A file of the font book that a document names. weight: as the document has it."""

    family: str
    weight: int
    italic: bool
    sha256: str


def faces(book: FontBookPin, document: dict[str, Any]) -> list[UsedFace]:
    """The faces that a document's layers name, in order; what stands in for letters they lack is the painter's to find."""
    files = {family["family"]: family["faces"] for family in book.faces["families"]}
    found: dict[tuple[str, int, bool], UsedFace] = {}
    for font in _fonts(document.get("layers", [])):
        family, weight, italic = font["family"], font.get("weight", 400), font.get("italic", False)
        for face in files.get(family, ()):
            if face.get("italic", False) == italic and (face["weight"] == weight or "wght" in face.get("axes", ())):
                found.setdefault((family, weight, italic), UsedFace(family, weight, italic, face["sha256"]))
    return list(found.values())


def _fonts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if isinstance(part.get("family"), str):
            yield part
        for each in part.values():
            yield from _fonts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _fonts(each)


def prepared(document: dict[str, Any]) -> list[str]:
    """Ids of the layers that the server resolves: outermost first, what lies within them left out."""
    return list(_prepared(document.get("layers", [])))


def _prepared(layers: list[dict[str, Any]]) -> Iterator[str]:
    for layer in layers:
        if layer["type"] in PREPARED:
            yield layer["id"]
        else:
            yield from _prepared(layer.get("layers", []))
