"""Writes design-document.json: the JSON Schema of the types in monogram/render/document/. Run with --check in tests."""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from monogram.render import document

TARGET = Path(__file__).with_name("design-document.json")
ID = "urn:monogram:design-document:1"


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12. Every object is closed; titles and descriptions are the classes' docstrings."""
    (root,), parts = msgspec.json.schema_components([document.Document], ref_template="#/$defs/{name}")
    for name, part in parts.items():
        _describe(part, getattr(document, name, None))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Monogram design document",
        "description": inspect.getdoc(document),
        **root,
        "$defs": dict(sorted(parts.items())),
    }


def _describe(part: dict[str, Any], kind: type | None) -> None:
    part.pop("title", None)
    text = inspect.getdoc(kind) if kind is not None and "__doc__" in vars(kind) else None
    if kind is not None and text:
        part["description"] = text
    else:
        part.pop("description", None)


def text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if TARGET.exists() and TARGET.read_text("utf-8") == text() else f"{TARGET.name} is out of date")
    TARGET.write_text(text(), "utf-8")
    import make_design_types

    make_design_types.main()
