"""What a browser's painter asks of the engine that prints: fonts in parts, line breaks, pictures, nodes of layers.

Each question takes JSON data and answers with such (and bytes), in the closed process.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import msgspec

from . import gamuts, scene_json, subsets
from .document import Document, parse, parse_values
from .errors import RenderError
from .export.pngs import png
from .fonts import Face, FontBook
from .generate import svgs
from .headers import probe
from .images import decode
from .resolve import resolve
from .salience import salience
from .text import breaks, normalise

Files = Callable[[str], bytes]  # by SHA-256; raises KeyError

_PLAIN_DPI = 72  # of a picture that is only looked at


def answer(question: str, about: dict[str, Any], files: Files) -> Any:
    """Raises RenderError; anything else is a bug."""
    return _QUESTIONS[question](about, files)


def font(about: dict[str, Any], files: Files) -> bytes:
    """A face's file with these blocks of it: {"sha256", "blocks"}; see `subsets.block`."""
    wanted = chain.from_iterable(map(subsets.characters, about["blocks"]))
    return subsets.subset(_face(about["sha256"]), wanted)


def _face(sha256: str) -> Face:
    for face in _faces():
        if face.sha256 == sha256:
            return face
    raise RenderError("font_missing", f"The font book has no font {sha256}.", part=sha256)


def _faces() -> list[Face]:
    book = FontBook.load()
    return [book.face(family.family, entry.weight, entry.italic) for family in book.families() for entry in family.faces]


def coverage(about: dict[str, Any], files: Files) -> dict[str, list[int]]:
    """What every face that is on disk covers, by its SHA-256: how far each range begins after the end of the one before, and
    how many code points it has, by turns."""
    found = {}
    for face in _faces():
        try:
            ranges = subsets.coverage(face)
        except RenderError:
            continue
        ends = [0, *(last + 1 for _, last in ranges)]
        found[face.sha256] = [number for end, (first, last) in zip(ends, ranges, strict=False)
                              for number in (first - end, last + 1 - first)]
    return found


def dictionary(about: dict[str, Any], files: Files) -> list[list[int]]:
    """Where lines of each of `texts`, once normalised, may break by the dictionary: numbers of code points."""
    return [breaks.dictionary_breaks(normalise(text)) for text in about["texts"]]


def picture(about: dict[str, Any], files: Files) -> dict[str, Any]:
    """Of the file `sha256`: its size as shown, and whether every decoder that follows the format gives our very pixels."""
    name = about["sha256"]
    info = probe(files(name), name)
    exact = (info.icc is None and info.orientation == 1 and info.bits <= 8
             and (info.format == "png" or (info.format == "jpeg" and info.bands in (1, 3))))
    return {"width": info.size[0], "height": info.size[1], "exact": exact}


def art(about: dict[str, Any], files: Files) -> dict[str, float]:
    """Of the SVG file `sha256`: the size of its view, if all of it can be drawn."""
    width, height = svgs.size(files(about["sha256"]))
    return {"width": width, "height": height}


def salient(about: dict[str, Any], files: Files) -> list[list[int]]:
    """How much each cell of the picture `sha256` counts, row by row; see `salience`."""
    name = about["sha256"]
    return salience(decode(files(name), name).pixels).tolist()


def pixels(about: dict[str, Any], files: Files) -> bytes:
    """The picture `sha256` as it is printed: an upright PNG in sRGB."""
    name = about["sha256"]
    found = decode(files(name), name).pixels
    return b"".join(png([found], found.shape[1], found.shape[0], _PLAIN_DPI))


def gamut(about: dict[str, Any], files: Files) -> bytes:
    """How far colours move in an output profile; see `gamuts.packed`."""
    return gamuts.packed(about["profile"])


def nodes(about: dict[str, Any], files: Files) -> dict[str, list[dict[str, Any]]]:
    """The nodes of some layers, as `scene_json` tells them: {"document", "values", "side", "layers"}. A layer that is not
    drawn has none."""
    document, values = parse(about["document"]), parse_values(about["values"])
    scene, _ = resolve(_only(document, set(about["layers"])), values, by_hash(document, files), side=about["side"])
    found: dict[str, list[dict[str, Any]]] = {layer: [] for layer in about["layers"]}
    _gather(scene_json.nodes(scene.nodes), found)
    return found


def _only(document: Document, wanted: set[str]) -> Document:
    """The document with nothing but the layers that hold or are wanted: others may lack what they need. Of a repeat's layers,
    `name#1`, `name#2`, ... are wanted."""
    wanted = wanted | {name.rpartition("#")[0] for name in wanted}

    def kept(layers):
        for layer in layers:
            inner = getattr(layer, "layers", None)
            if layer.id in wanted:
                yield layer
            elif inner and any(each.id in wanted for each in _under(layer)):
                yield msgspec.structs.replace(layer, layers=type(inner)(kept(inner)))

    return msgspec.structs.replace(document, layers=list(kept(document.layers)))


def _under(layer: Any):
    for each in getattr(layer, "layers", ()):
        yield each
        yield from _under(each)


def _gather(made: list[dict[str, Any]], found: dict[str, list[dict[str, Any]]]) -> None:
    for node in made:
        if node["layer"] in found:
            found[node["layer"]].append(node)
        else:
            _gather(node.get("children", []), found)


def by_hash(document: Document, files: Files) -> Files:
    """The files of a document's assets: names are each template's own, files are asked for by hash."""
    def asset(name: str) -> bytes:
        listed = document.assets.get(name)
        return files(name if listed is None else listed.sha256 or name)

    return asset


_QUESTIONS: dict[str, Callable[[dict[str, Any], Files], Any]] = {
    "font": font, "coverage": coverage, "dictionary": dictionary, "picture": picture, "salience": salient, "pixels": pixels,
    "art": art, "gamut": gamut, "nodes": nodes,
}
