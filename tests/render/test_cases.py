"""Every case of tests/render/cases: one feature, one document, one picture, the same in every pixel.

A case is {"document", "values"?, "side"?}; images are looked up in cases/assets. After a wanted change of the drawing run
with MONOGRAM_REMAKE=1 and look at the pictures. A failure leaves expected | difference | actual in tests/render/failures.
"""

import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from monogram.render.document import parse, parse_values
from monogram.render.draw import render

CASES = Path(__file__).parent / "cases"
ASSETS = CASES / "assets"
FAILURES = Path(__file__).parent / "failures"
NAMES = sorted(str(path.relative_to(CASES).with_suffix("")) for path in CASES.glob("*/*.json"))


def draw(name: str) -> bytes:
    case = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    assert set(case) <= {"document", "values", "side"}
    document = parse(case["document"])

    def asset(wanted: str) -> bytes:
        return (ASSETS / (document.assets[wanted].file if wanted in document.assets else wanted)).read_bytes()

    return render(document, parse_values(case.get("values", {})), asset, side=case.get("side", "print")).data


def shown(pixels: np.ndarray) -> np.ndarray:
    """Over a grey checkerboard, for eyes."""
    rows, columns = np.indices(pixels.shape[:2]) // 8
    ground = np.where((rows + columns) % 2, 200, 230)[:, :, None]
    alpha = pixels[:, :, 3:].astype(float) / 255
    return (pixels[:, :, :3] * alpha + ground * (1 - alpha)).astype(np.uint8)


def keep_failure(name: str, expected: np.ndarray, actual: np.ndarray) -> Path:
    path = FAILURES / f"{name.replace('/', '-')}.png"
    path.parent.mkdir(exist_ok=True)
    panels = [shown(expected), shown(actual)]
    if expected.shape == actual.shape:
        difference = (expected.astype(int) != actual).any(axis=2)
        panels.insert(1, np.where(difference[:, :, None], [255, 0, 0], 255).astype(np.uint8))
    height = max(len(panel) for panel in panels)
    panels = [np.pad(panel, ((0, height - len(panel)), (0, 4), (0, 0)), constant_values=128) for panel in panels]
    Image.fromarray(np.concatenate(panels, axis=1)).save(path)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_case(name):
    data = draw(name)
    reference = CASES / f"{name}.png"
    if os.environ.get("MONOGRAM_REMAKE") == "1":
        reference.write_bytes(data)
    actual = np.asarray(Image.open(io.BytesIO(data)))
    expected = np.asarray(Image.open(reference))
    if expected.shape != actual.shape or (expected != actual).any():
        pytest.fail(f"{name} is drawn differently: see {keep_failure(name, expected, actual)}")


def test_there_are_no_references_without_a_case():
    assert NAMES
    pictures = [path for path in CASES.glob("*/*.png") if path.parent != ASSETS]
    assert {str(path.relative_to(CASES).with_suffix("")) for path in pictures} == set(NAMES)


def test_no_two_cases_draw_the_same():
    """A feature that does nothing would give the picture of its neighbour."""
    pictures = {}
    for name in NAMES:
        pictures.setdefault((CASES / f"{name}.png").read_bytes(), []).append(name)
    assert [names for names in pictures.values() if len(names) > 1] == []
