"""Reads the documents as data: `contract/<api>/{operations,oauth,pages,events,objects}/*.json` and `index.json` beside them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent
KINDS = {"oauth": "oauth", "operations": "http", "pages": "page", "events": "event"}
TREES = ("response", "payload")


@cache
def apis() -> tuple[str, ...]:
    """Every API with a document here, by name."""
    return tuple(sorted(file.parent.name for file in ROOT.glob("*/index.json")))


@cache
def index(api: str) -> dict:
    """What holds for every operation of the API: prefix, key header, success and error forms, order of operations."""
    return _read(ROOT / api / "index.json")


@cache
def languages(api: str) -> list[dict]:
    """The languages of the document in its order: `page` and `api` code, `en` and `zh` name."""
    return _read(ROOT / api / "languages.json")["languages"]


@cache
def objects(api: str) -> dict[str, dict]:
    """The trees that several operations share, by name."""
    return {file.stem: _read(file)["tree"] for file in sorted((ROOT / api / "objects").glob("*.json"))}


@cache
def operations(api: str) -> dict[str, dict]:
    """Every entry by its id, with its `api`, shared objects put in, in the document's order.

    ValueError when files and index disagree.
    """
    found = {}
    for folder, kind in KINDS.items():
        for file in sorted((ROOT / api / folder).rglob("*.json")):
            entry, name = _read(file), file.relative_to(ROOT / api / folder).with_suffix("").as_posix()
            if (entry["operation"], entry["kind"]) != (name, kind):
                raise ValueError(f"{file.name} holds {entry['operation']!r} of kind {entry['kind']!r}")
            found[name] = {"api": api, **entry, **{key: _filled_in(api, entry[key]) for key in TREES if key in entry}}
    listed = index(api)["operations"]
    if sorted(listed) != sorted(found):
        raise ValueError(f"{api}/index.json and the files disagree: {sorted(set(listed) ^ set(found))}")
    return {name: found[name] for name in listed}


def _filled_in(api: str, tree: dict) -> dict:
    """The tree with each node `{"object": name, ...}` replaced by that shared object and what else the node says."""
    if "object" in tree:
        more = {key: value for key, value in tree.items() if key != "object"}
        return _filled_in(api, objects(api)[tree["object"]] | more)
    tree = dict(tree)
    if "keys" in tree:
        tree["keys"] = {key: _filled_in(api, node) for key, node in tree["keys"].items()}
    if "items" in tree:
        tree["items"] = _filled_in(api, tree["items"])
    return tree


def _read(file: Path):
    return json.loads(file.read_text(encoding="utf-8"))
