"""Reads the files of one API: `contract/<api>/{operations,pages,events}/*.json`, `index.json`, `languages.json`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent
KINDS = {"operations": "http", "pages": "page", "events": "event"}


@cache
def index(api: str) -> dict:
    """What holds for every operation of the API: prefix, key header, success and error forms, order of operations."""
    return _read(ROOT / api / "index.json")


@cache
def languages(api: str) -> list[dict]:
    """The languages of the document in its order: `page` and `api` code, `en` and `zh` name."""
    return _read(ROOT / api / "languages.json")["languages"]


@cache
def operations(api: str) -> dict[str, dict]:
    """Every entry by its id, with its `api`, in the document's order; ValueError when files and index disagree."""
    found = {}
    for folder, kind in KINDS.items():
        for file in sorted((ROOT / api / folder).glob("*.json")):
            entry = _read(file)
            if (entry["operation"], entry["kind"]) != (file.stem, kind):
                raise ValueError(f"{file.name} holds {entry['operation']!r} of kind {entry['kind']!r}")
            found[file.stem] = {"api": api, **entry}
    listed = index(api)["operations"]
    if sorted(listed) != sorted(found):
        raise ValueError(f"{api}/index.json and the files disagree: {sorted(set(listed) ^ set(found))}")
    return {name: found[name] for name in listed}


def _read(file: Path):
    return json.loads(file.read_text(encoding="utf-8"))
