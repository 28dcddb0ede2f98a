"""Every case painted twice, by Skia on the server and by CanvasKit under node, and compared pixel by pixel.

`python -m tests.frontend.parity` writes the scoreboard `docs/proof.md`; `tests/frontend/test_parity.py` holds both to it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from monogram.render import scene_json
from monogram.render.document import Document, Values, parse, parse_values
from monogram.render.paint import pixels
from monogram.render.pictures import made
from monogram.render.resolve import resolve
from monogram.render.scene import (
    Altered,
    GlyphsNode,
    GroupNode,
    ImageNode,
    PatchNode,
    PathNode,
    Scene,
    Source,
    SurfaceNode,
    Texture,
    walk,
)
from tests.render.test_cases import ASSETS, CASES, NAMES

from . import workspace

IDENTICAL = 0.999
LARGEST = 1
BOUNDS = CASES.parent / "bounds.json"
PAGE = workspace.FOLDER.parent / "docs" / "proof.md"


@dataclass(frozen=True)
class Result:
    """identical: share of pixels that are the same; largest: difference of any channel, 0 to 255."""

    name: str
    identical: float
    largest: int
    here: np.ndarray
    there: np.ndarray

    @property
    def feature(self) -> str:
        return self.name.partition("/")[0]

    def within(self, bounds: dict[str, dict]) -> bool:
        bound = bounds.get(self.name, {})
        return self.identical >= bound.get("identical", IDENTICAL) and self.largest <= bound.get("largest", LARGEST)


def case(name: str) -> tuple[Document, Values, str]:
    raw = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return parse(raw["document"]), parse_values(raw.get("values", {})), raw.get("side", "print")


def scene(name: str) -> Scene:
    document, values, side = case(name)

    def asset(wanted: str) -> bytes:
        return (ASSETS / (document.assets[wanted].file if wanted in document.assets else wanted)).read_bytes()

    return resolve(document, values, asset, side=side)[0]


@cache
def compare() -> tuple[Result, ...]:
    """All cases; painted once a process."""
    return tuple(painted_twice({name: scene(name) for name in NAMES}))


def painted_twice(scenes: dict[str, Scene]) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        hand_over(scenes, Path(folder))
        result = workspace.node("packages/canvas/test/painting.ts", folder)
        if result.returncode:
            raise RuntimeError(result.stdout[-3000:] + result.stderr[-3000:])
        failed = json.loads((Path(folder) / "failed.json").read_text("utf-8"))
        if failed:
            raise RuntimeError(f"CanvasKit did not paint {len(failed)} scenes: {failed}")
        for index, (name, one) in enumerate(scenes.items()):
            here = pixels(one)
            there = np.fromfile(Path(folder) / f"{index}.rgba", np.uint8).reshape(here.shape)
            difference = np.abs(here.astype(int) - there).max(axis=2)
            yield Result(name, float((difference == 0).mean()), int(difference.max()), here, there)


def hand_over(scenes: dict[str, Scene], folder: Path) -> None:
    """Writes scenes, the pixels of their pictures and the paths of their fonts, as painting.ts reads them."""
    (folder / "pictures").mkdir()
    told: dict[str, dict] = {}
    for picture in sources(scenes.values()):
        plain = scene_json.picture(picture)
        if json.dumps(plain) not in told:
            found = made(picture)[0]
            (folder / "pictures" / str(len(told))).write_bytes(found.tobytes())
            told[json.dumps(plain)] = {"picture": plain, "width": found.shape[1], "height": found.shape[0]}
    given = {"scenes": {name: scene_json.dump(one) for name, one in scenes.items()}, "pictures": list(told.values()),
             "fonts": fonts(scenes.values())}
    (folder / "given.json").write_text(json.dumps(given), "utf-8")


def sources(scenes: Iterable[Scene]) -> Iterator[Source]:
    """Image files and those that altered pictures are made of, which the browser alters itself."""
    for picture in pictures(scenes):
        if isinstance(picture, Altered):
            yield from (picture.source, *(texture for _, texture in picture.textures))
        else:
            yield picture


def pictures(scenes: Iterable[Scene]) -> Iterator[Source | Altered]:
    for one in scenes:
        for node in walk(one.nodes):
            if isinstance(node, (ImageNode, PatchNode)):
                yield node.source
            elif isinstance(node, PathNode):
                fills = (node.fill, *(fill for _, fill in node.pieces))
                yield from (fill.source for fill in fills if isinstance(fill, Texture))
            elif isinstance(node, GroupNode) and node.stencil:
                yield node.stencil.source
            elif isinstance(node, SurfaceNode) and node.displacement:
                yield node.displacement.source


def fonts(scenes: Iterable[Scene]) -> dict[str, str]:
    """Paths of the font files whose colour glyphs are painted, by hash."""
    return {node.face.sha256: str(node.face.path) for one in scenes for node in walk(one.nodes) if isinstance(node, GlyphsNode)}


def bounds() -> dict[str, dict]:
    """Cases that cannot meet the common bound: their own (`identical`, `largest`), and why."""
    return json.loads(BOUNDS.read_text("utf-8"))


def page(results: Iterable[Result]) -> str:
    """The scoreboard as Markdown."""
    results = list(results)
    features: dict[str, list[Result]] = {}
    for result in results:
        features.setdefault(result.feature, []).append(result)
    rows = [_row(feature, found) for feature, found in sorted(features.items())]
    own = [f"| {name} | {_percent(bound.get('identical', IDENTICAL))} | {bound.get('largest', LARGEST)} | {bound['why']} |"
           for name, bound in sorted(bounds().items())]
    return _PAGE.format(versions=versions(), rows="\n".join([*rows, _row("**all**", results)]), own="\n".join(own),
                        identical=_percent(IDENTICAL), largest=LARGEST)


def _row(feature: str, results: list[Result]) -> str:
    total = sum(result.here.shape[0] * result.here.shape[1] for result in results)
    same = sum(result.identical * result.here.shape[0] * result.here.shape[1] for result in results)
    exact = sum(result.largest == 0 for result in results)
    return f"| {feature} | {len(results)} | {exact} | {same / total * 100:.3f} | {max(result.largest for result in results)} |"


def _percent(share: float) -> str:
    return f"{share * 100:g} %"


def versions() -> str:
    """Both engines with what decides their pixels."""
    here = " ".join(f"{part} {version(part)}" for part in ("skia-python", "uharfbuzz"))
    lock = json.loads((workspace.FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    there = " ".join(f"{part} {lock[f'node_modules/{part}']['version']}" for part in ("canvaskit-wasm", "harfbuzzjs"))
    return f"{here} and {there}"


_PAGE = """# The preview is the print: proof

Every case under `tests/render/cases` is drawn twice from one document: on the server by Skia, and by the browser's painter
over CanvasKit, both on float surfaces. All pixels are compared, channel by channel. The browser's painter gets the resolved
scene and photos decoded by the server; it adjusts them itself. That both sides also resolve a document to the same scene is
`tests/frontend/test_resolving.py`, of random documents `tests/frontend/test_generated.py`; that Chromium paints what Node
paints, `tests/frontend/test_browser.py`.

Engines: {versions}.

`make test` repeats this; `.venv/bin/python -m tests.frontend.parity` writes this page anew.

| feature | cases | equal in every pixel | pixels equal, % | largest difference of 255 |
| --- | --- | --- | --- | --- |
{rows}

A case passes with at least {identical} of its pixels equal and no difference above {largest}. These have bounds of their own:

| case | pixels equal, at least | largest difference | why |
| --- | --- | --- | --- |
{own}
"""


def main() -> int:
    results = compare()
    PAGE.write_text(page(results), "utf-8")
    failed = [result for result in results if not result.within(bounds())]
    for result in failed:
        print(f"{result.name}: {result.identical:.3%} equal, largest difference {result.largest}")
    print(f"{len(results)} cases, {len(failed)} out of bounds; {PAGE} is written")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
