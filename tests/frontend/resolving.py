"""Every case, and every page of the examples, resolved twice, on the server and in the browser's language: the two
scenes, reports and explanations are compared number by number.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from monogram import bundles
from monogram.render import draw, explain, scene_json
from monogram.render.document import layers, page_ids, parse, parse_values
from monogram.render.errors import RenderError
from monogram.render.fonts import FOLDER, FontBook
from monogram.render.headers import probe
from monogram.render.images import decode
from monogram.render.salience import salience
from monogram.render.text import breaks, normalise, tables
from tests.render.test_cases import ASSETS, CASES, NAMES

from . import workspace

EXAMPLES = workspace.FOLDER.parent / "examples"


@dataclass(frozen=True)
class Result:
    """different: path of the first difference, "" if there is none. largest: difference of numbers. prepared: how many layers
    the browser took from the server as they were."""

    name: str
    different: str
    largest: float
    prepared: int


@dataclass(frozen=True)
class Subject:
    """A page of a document. folder: where the files of its assets are; of a case, files without an entry too."""

    name: str
    raw: dict
    values: dict
    side: str
    page: str
    folder: Path

    def file(self, asset: str) -> bytes:
        """Raises KeyError, as `render` asks."""
        entry = self.raw.get("assets", {}).get(asset, {})
        path = self.folder / entry.get("file", asset)
        if not path.is_file():
            raise KeyError(asset)
        return path.read_bytes()

    def drawing(self) -> draw.Drawing:
        return draw.open(parse(self.raw), parse_values(self.values), self.file, side=self.side, page=self.page)

    def explanation(self) -> explain.Explanation:
        return explain.explain(parse(self.raw), parse_values(self.values), self.file, side=self.side, page_id=self.page)


@cache
def subjects() -> tuple[Subject, ...]:
    """Cases by their names, then the pages of the examples by `examples/name/page`."""
    found = []
    for name in NAMES:
        raw = json.loads((CASES / f"{name}.json").read_text("utf-8"))
        front = raw["document"].get("pageId", "front")
        found.append(Subject(name, raw["document"], raw.get("values", {}), raw.get("side", "print"), front, ASSETS))
    for path in sorted(EXAMPLES.glob("*/document.json")):
        raw = json.loads(bundles.open_bundle(path.parent).document)
        values = json.loads((path.parent / "values.json").read_bytes())
        found += [Subject(f"examples/{path.parent.name}/{page}", raw, values, "print", page, path.parent)
                  for page in page_ids(parse(raw))]
    return tuple(found)


def compare(subjects: Iterable[Subject]) -> list[Result]:
    subjects = list(subjects)
    mine = {subject.name: here(subject) for subject in subjects}
    theirs = resolved_there(subjects, mine)
    return [_result(name, mine[name], theirs[name]) for name in mine]


def here(subject: Subject) -> dict[str, Any]:
    """What the server resolves, or why it cannot, as JSON data."""
    try:
        drawing, told = subject.drawing(), subject.explanation()
    except RenderError as error:
        return {"error": {"code": error.code, "layer": error.layer, "message": error.message}}
    return {"scene": scene_json.dump(drawing.scene), "report": plain(drawing.report), "explained": plain(told)}


def plain(told: msgspec.Struct) -> Any:
    """As JSON data."""
    return json.loads(msgspec.json.encode(told))


def _result(name: str, mine: dict, theirs: dict) -> Result:
    if "error" in mine or "error" in theirs:
        return Result(name, *difference(mine, theirs), 0)
    asked = len(theirs.pop("asked"))
    # what the server prepared it also reports; the browser cannot tell of it
    parts = ("scene",) if asked else ("scene", "report", "explained")
    different, largest = difference({part: mine[part] for part in parts}, {part: theirs[part] for part in parts})
    return Result(name, different, largest, asked)


def resolved_there(subjects: list[Subject], mine: dict[str, dict]) -> dict[str, dict]:
    """What the front end's code makes of the subjects: scenes, reports and the layers it asked for."""
    with tempfile.TemporaryDirectory() as folder:
        given, answers = Path(folder) / "given.json", Path(folder) / "answers.json"
        book = json.loads((FOLDER / "book.json").read_text("utf-8"))
        cases = {subject.name: case(subject, mine[subject.name].get("scene", {"nodes": []})) for subject in subjects}
        given.write_text(json.dumps({
            "cases": cases, "book": book, "fonts": fonts(), "breaks": known_breaks(subjects)}), "utf-8")
        result = workspace.node("packages/design/test/resolving.ts", str(given), str(answers))
        if result.returncode:
            raise RuntimeError(result.stdout[-3000:] + result.stderr[-3000:])
        return json.loads(answers.read_text("utf-8"))


def case(subject: Subject, scene: dict) -> dict[str, Any]:
    """A subject as resolving.ts reads it."""
    document = parse(subject.raw)
    counted = any(getattr(layer, "focus", None) == "auto" for layer in layers.walk(document.layers))
    files = {asset: entry.file for asset, entry in document.assets.items() if entry.file}
    files |= {path.name: path.name for path in subject.folder.iterdir() if path.is_file() and path.name not in files}
    assets = {asset: facts for asset, file in files.items() if (facts := _facts(subject.folder / file, counted))}
    return {"document": subject.raw, "values": subject.values, "side": subject.side, "page": subject.page, "assets": assets,
            "prepared": prepared(scene["nodes"])}


@cache
def _facts(path: Path, counted: bool) -> dict[str, Any] | None:
    """What the server tells of an image."""
    data = path.read_bytes()
    try:
        info = probe(data, path.name)
    except RenderError:
        return None
    facts: dict[str, Any] = {"sha256": scene_json.digest(data), "size": list(info.size)}
    if counted:
        facts["salience"] = salience(decode(data, path.name, info).pixels).tolist()
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


def fonts() -> dict[str, str]:
    book = FontBook.load()
    faces = (book.face(family.family, entry.weight, entry.italic) for family in book.families() for entry in family.faces)
    return {face.sha256: str(face.path) for face in faces}


def known_breaks(subjects: Iterable[Subject]) -> dict[str, list[int]]:
    """Dictionary breaks of every text in the subjects that needs them."""
    found = {}
    for subject in subjects:
        for text in _texts([subject.raw, subject.values]):
            if "SA" in tables.LINE.names_of(text):
                found[normalise(text)] = list(breaks.dictionary_breaks(normalise(text)))
    return found


def _texts(part: Any):
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        if isinstance(part, dict) and "runs" in part:
            yield "".join(run["text"] for run in part["runs"])
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
