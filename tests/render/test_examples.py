"""The examples: each is a sound document, draws what its values say, and stands in the gallery."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from monogram import bundles
from monogram.render import lint
from monogram.render.document import page_ids, parse, parse_values
from monogram.render.draw import render
from monogram.render_command import assets_of

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/document.json"))
GALLERY = (ROOT / "docs" / "gallery.md").read_text("utf-8")


def opened(name):
    bundle = bundles.open_bundle(ROOT / "examples" / name)
    document = parse(bundle.document)
    return bundle, document, assets_of(document, bundle, None)


def test_there_are_at_least_twelve_and_the_gallery_shows_each_once():
    assert len(EXAMPLES) >= 12
    shown = re.findall(r"\]\(images/gallery/([a-z-]+)\.jpg\)", GALLERY)
    assert sorted(shown) == EXAMPLES
    assert sorted(path.stem for path in (ROOT / "docs/images/gallery").iterdir()) == EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_no_errors_and_every_value_is_read(name):
    bundle, document, assets = opened(name)
    problems = lint.lint(msgspec.json.decode(bundle.document), assets)
    assert [problem for problem in problems if problem.severity == "error"] == []
    values = parse_values(json.loads((ROOT / "examples" / name / "values.json").read_bytes()))
    assert values.keys() <= {binding.component.partition(".")[0] for binding in document.bindings}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_draws_on_every_page(name):
    _, document, assets = opened(name)
    values = parse_values(json.loads((ROOT / "examples" / name / "values.json").read_bytes()))
    for page in page_ids(document):
        bound = render(document, values, assets, page=page, scale=0.25)
        sample = render(document, {}, assets, page=page, scale=0.25)
        assert bound.data != sample.data, "its values change nothing"
        assert bound.report.fonts


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_gallery_has_a_picture_and_the_command(name):
    path = ROOT / "docs/images/gallery" / f"{name}.jpg"
    assert path.stat().st_size < 120_000
    with Image.open(path) as picture:
        assert 300 <= picture.width <= 800
    assert f"monogram render examples/{name} --values examples/{name}/values.json --side preview" in GALLERY
