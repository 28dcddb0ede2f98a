"""Every case resolved twice, on the server and in the browser's language, and the two scenes compared number by number."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from monogram.render import scene_json
from monogram.render.document import layers, parse
from monogram.render.errors import RenderError
from monogram.render.fonts import FOLDER, FontBook
from monogram.render.headers import probe
from monogram.render.images import decode
from monogram.render.salience import salience
from monogram.render.text import breaks, normalise, tables
from tests.render.test_cases import ASSETS, CASES, NAMES

from . import parity, workspace


@dataclass(frozen=True)
class Result:
    """different: path of the first difference, "" if there is none. largest: difference of numbers. prepared: how many layers
    the browser took from the server as they were."""

    name: str
    different: str
    largest: float
    prepared: int


@cache
def compare() -> tuple[Result, ...]:
    """All cases; resolved once a process."""
    mine = {name: scene_json.dump(parity.scene(name)) for name in NAMES}
    theirs = resolved_there(mine)
    return tuple(_result(name, mine[name], theirs[name]) for name in NAMES)


def _result(name: str, mine: dict, theirs: dict) -> Result:
    if "error" in theirs:
        return Result(name, str(theirs["error"]), float("inf"), 0)
    different, largest = difference(mine, theirs["scene"])
    return Result(name, different, largest, len(theirs["asked"]))


def resolved_there(mine: dict[str, dict]) -> dict[str, dict]:
    """What the front end's code makes of the cases."""
    with tempfile.TemporaryDirectory() as folder:
        given, answers = Path(folder) / "given.json", Path(folder) / "answers.json"
        book = json.loads((FOLDER / "book.json").read_text("utf-8"))
        given.write_text(json.dumps({
            "cases": {name: _case(name, scene) for name, scene in mine.items()}, "book": book, "fonts": _fonts(),
            "breaks": _breaks()}), "utf-8")
        result = workspace.node("packages/design/test/resolving.ts", str(given), str(answers))
        if result.returncode:
            raise RuntimeError(result.stdout[-3000:] + result.stderr[-3000:])
        return json.loads(answers.read_text("utf-8"))


def _case(name: str, scene: dict) -> dict[str, Any]:
    raw = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    document = parse(raw["document"])
    counted = any(getattr(layer, "focus", None) == "auto" for layer in layers.walk(document.layers))
    files = {asset: entry.file for asset, entry in document.assets.items() if entry.file}
    files |= {path.name: path.name for path in ASSETS.iterdir() if path.name not in files}
    return {"document": raw["document"], "values": raw.get("values", {}), "side": raw.get("side", "print"),
            "assets": {asset: facts for asset, file in files.items() if (facts := _facts(file, counted))},
            "prepared": prepared(scene["nodes"])}


@cache
def _facts(file: str, counted: bool) -> dict[str, Any] | None:
    """What the server tells of an image."""
    data = (ASSETS / file).read_bytes()
    try:
        info = probe(data, file)
    except RenderError:
        return None
    facts: dict[str, Any] = {"sha256": scene_json.digest(data), "size": list(info.size)}
    if counted:
        facts["salience"] = salience(decode(data, file, info).pixels).tolist()
    return facts


def prepared(nodes: list[dict]) -> dict[str, list[dict]]:
    """A scene's nodes by layer: the outermost of each."""
    found: dict[str, list[dict]] = {}
    for node in nodes:
        found.setdefault(node["layer"], []).append(node)
        for layer, inner in prepared(node.get("children", [])).items():
            if layer != node["layer"]:
                found.setdefault(layer, []).extend(inner)
    return found


def _fonts() -> dict[str, str]:
    book = FontBook.load()
    faces = (book.face(family.family, entry.weight, entry.italic) for family in book.families() for entry in family.faces)
    return {face.sha256: str(face.path) for face in faces}


def _breaks() -> dict[str, list[int]]:
    """Dictionary breaks of every text in the cases that needs them."""
    found = {}
    for name in NAMES:
        for text in _texts(json.loads((CASES / f"{name}.json").read_text("utf-8"))):
            if "SA" in tables.LINE.names_of(text):
                found[normalise(text)] = list(breaks.dictionary_breaks(normalise(text)))
    return found


def _texts(part: Any):
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _texts(each)


def difference(one: Any, two: Any, path: str = "") -> tuple[str, float]:
    """Where two JSON values first differ in anything but numbers, and the largest difference of numbers, relative above 1."""
    if isinstance(one, dict) and isinstance(two, dict):
        if one.keys() != two.keys():
            return f"{path}: {sorted(one.keys() ^ two.keys())}", float("inf")
        return _first(difference(one[key], two[key], f"{path}.{key}") for key in one)
    if isinstance(one, list) and isinstance(two, list):
        if len(one) != len(two):
            return f"{path}: {len(one)} and {len(two)} long", float("inf")
        return _first(difference(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(one, two, strict=True)))
    if isinstance(one, int | float) and isinstance(two, int | float) and not isinstance(one, bool):
        off = abs(one - two) / max(1.0, abs(one))
        return (f"{path}: {one!r} and {two!r}" if off else ""), off
    return ("", 0.0) if one == two else (f"{path}: {one!r} and {two!r}", float("inf"))


def _first(found) -> tuple[str, float]:
    told, largest = "", 0.0
    for path, off in found:
        told, largest = told or path, max(largest, off)
    return told, largest
