"""Documents examined twice, by the server's preflight and by the browser's, and the findings compared, words and all.

The documents: every case, every page of the examples, the golden vectors, and random ones.
`python -m tests.frontend.preflighting [COUNT] [SEED]` tells how many agree.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monogram.render import gamuts, scene_json
from monogram.render.document import parse, parse_values
from monogram.render.errors import RenderError
from monogram.render.fonts import FOLDER
from monogram.render.preflight import examine
from tests.render.test_cases import ASSETS

from . import documents, parity, resolving, workspace
from .resolving import Subject

VECTORS = Path(__file__).parents[1] / "render" / "vectors" / "preflight.json"
# Two painters' pixels differ by one of 255 here and there; what is measured on pixels by this much.
CLOSE = {"contrast": 0.1, "change": 0.1}


@dataclass(frozen=True)
class Result:
    """mine, theirs: findings as JSON data, of the server and of the browser."""

    name: str
    mine: list[dict[str, Any]]
    theirs: list[dict[str, Any]]


def alike(mine: list[dict], theirs: list[dict]) -> bool:
    """Whether they are the same findings in the same words and order; figures read off pixels may differ by CLOSE."""
    return len(mine) == len(theirs) and all(map(_alike, mine, theirs))


def _alike(one: dict, other: dict) -> bool:
    mine, theirs = one["figures"], other["figures"]
    seen = CLOSE.keys() & mine.keys() & theirs.keys()
    if any(abs(mine[key] - theirs[key]) > CLOSE[key] for key in seen):
        return False
    keys = ("code", "layer", "severity") if seen else one.keys()  # words tell the figures
    return all(one[key] == other[key] for key in keys if key != "figures") and \
        {key: mine[key] for key in mine.keys() - seen} == {key: theirs[key] for key in theirs.keys() - seen}


def compare(subjects: Iterable[Subject]) -> list[Result]:
    subjects = list(subjects)
    theirs = there(subjects)
    return [Result(subject.name, here(subject), theirs[subject.name]) for subject in subjects]


def here(subject: Subject) -> list[dict[str, Any]]:
    """What the server finds, as JSON data."""
    found = examine(parse(subject.raw), parse_values(subject.values), subject.file, side=subject.side, page_id=subject.page)
    return [finding.told() | {"figures": finding.figures} for finding in found]


def there(subjects: list[Subject]) -> dict[str, list[dict[str, Any]]]:
    """What the browser finds, by the subject's name."""
    scenes = {}
    for subject in subjects:
        try:
            scenes[subject.name] = subject.drawing().scene
        except RenderError:  # to be found there as well
            continue
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parity.hand_over(scenes, folder)
        nodes = {key: scene_json.dump(scene) for key, scene in scenes.items()}
        cases = {one.name: resolving.case(one, nodes.get(one.name, {"nodes": []})) for one in subjects}
        (folder / "cases.json").write_text(json.dumps({
            "cases": cases, "book": json.loads((FOLDER / "book.json").read_text("utf-8")), "fonts": resolving.fonts(),
            "breaks": resolving.known_breaks(subjects), "gamuts": {"cmyk": base64.b64encode(gamuts.packed("cmyk")).decode()},
            "pictures": json.loads((folder / "given.json").read_text("utf-8"))["pictures"]}), "utf-8")
        result = workspace.node("packages/canvas/test/preflighting.ts", str(folder))
        if result.returncode:
            raise RuntimeError(result.stdout[-3000:] + result.stderr[-3000:])
        return json.loads((folder / "findings.json").read_text("utf-8"))


def vectors() -> list[Subject]:
    """The golden vectors' documents."""
    return [Subject(f"vectors/{one['name']}", one["document"], one.get("values", {}), "print", "front", ASSETS)
            for one in golden()]


def golden() -> list[dict[str, Any]]:
    return json.loads(VECTORS.read_text("utf-8"))


def main() -> int:
    count, seed = [*map(int, sys.argv[1:3]), *(100, 1)[len(sys.argv) - 1:]]
    results = compare([*resolving.subjects(), *vectors(), *documents.givens(count, seed)])
    different = [result for result in results if not alike(result.mine, result.theirs)]
    exact = sum(result.mine == result.theirs for result in results)
    print(f"{len(results)} documents, {sum(len(result.mine) for result in results)} findings: {exact} the same in every "
          f"figure, {len(different)} differ")
    for result in different[:5]:
        print(result.name, *(json.dumps(found, ensure_ascii=False) for found in (result.mine, result.theirs)), sep="\n  ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
