"""The recipe of a production file: everything that decides its bytes. Its SHA-256 is the file's identity."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from .document import Document, Side, Values, components, dump
from .draw import Drawing, engine
from .export import Encoding

# Version of the lineage file.
LINEAGE = 1


def recipe(document: Document, values: Values, asset_hashes: Mapping[str, str], fonts: Iterable[str], side: Side = "print",
           encoding: Encoding | None = None, scale: float = 1.0, page: str | None = None) -> dict[str, Any]:
    """What goes into a file, as plain JSON data. Equal recipes give equal bytes.

    asset_hashes: SHA-256 of every file by the name the document or a value calls it; fonts: SHA-256 of every font file.
    Values that no binding reads are left out, so they do not make a new file; null is a value, "answered with nothing".
    """
    encoding = encoding or Encoding()
    read = components(document)
    return {
        "engine": engine(),
        "document": dump(document),
        "values": msgspec.to_builtins({name: value for name, value in values.items() if name in read}),
        "assets": dict(asset_hashes),
        "fonts": sorted(set(fonts)),
        "side": side,
        "page": page or document.page_id,
        "format": encoding.format,
        "profile": encoding.profile,
        "quality": encoding.quality,
        "scale": scale,
    }


def lineage(document: Document, values: Values, drawing: Drawing, *, side: Side, sha256: str, page: str | None = None,
            scale: float = 1.0) -> dict[str, Any]:
    """All it takes to make a file again, as plain JSON data: its recipe, the names of its fonts, and its hash."""
    report = drawing.report
    made_of = recipe(document, values, {asset.name: asset.sha256 for asset in report.assets},
                     [font.sha256 for font in report.fonts], side, drawing.encoding, scale, page)
    return made_of | {
        "lineage": LINEAGE, "sha256": sha256, "embedImages": drawing.encoding.embed_images,
        "fonts": msgspec.to_builtins(report.fonts),
    }


def identity(made_of: dict[str, Any]) -> str:
    """The SHA-256 (hexadecimal) of a recipe's canonical JSON: keys sorted, no spaces, UTF-8."""
    return hashlib.sha256(msgspec.json.encode(made_of, order="deterministic")).hexdigest()
