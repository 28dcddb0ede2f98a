"""The demo's previews show the very design that is printed: layers and bindings of the production document, word for word."""

import json
from pathlib import Path

import pytest

from monogram.render.document import SurfaceLayer, parse, walk

PRODUCTS = Path(__file__).parents[2] / "monogram" / "demo" / "products"
NAMES = sorted(path.name.removesuffix(".production.json") for path in PRODUCTS.glob("*.production.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_preview_bends_the_production_document(name):
    production = parse((PRODUCTS / f"{name}.production.json").read_bytes())
    preview = parse((PRODUCTS / f"{name}.preview.json").read_bytes())
    surface, = [layer for layer in walk(preview.layers) if isinstance(layer, SurfaceLayer)]
    assert surface.layers == production.layers
    assert (surface.art_width, surface.art_height) == (production.canvas.width, production.canvas.height)
    assert [binding for binding in production.bindings if binding not in preview.bindings] == []
    assert production.assets.items() <= preview.assets.items()


def test_assets_of_previews_lie_beside_them():
    for path in PRODUCTS.glob("*.preview.json"):
        for asset in json.loads(path.read_bytes())["assets"].values():
            assert (PRODUCTS / asset["file"]).is_file()


def test_there_are_three_products():
    assert NAMES == ["mug", "photo-clock", "tshirt"]
