"""Documents of several pages: one is drawn at a time, bindings reach all, ids are unique over all."""

import io

import pytest
from PIL import Image

from monogram.render.document import dump, page, page_ids, parse
from monogram.render.draw import render
from monogram.render.errors import RenderError


def square(key: str, fill: str) -> dict:
    return {"id": key, "type": "shape", "shape": {"kind": "rectangle"}, "width": 8, "height": 8, "fill": fill}


CARD = {
    "canvas": {"width": 8, "height": 8}, "pageId": "outside", "layers": [square("cover", "#ff0000")],
    "pages": [{"id": "inside", "title": "Inside", "canvas": {"width": 16, "height": 8, "dpi": 150},
               "layers": [square("words", "#00ff00")]}],
    "bindings": [{"component": "cover", "layer": "cover", "property": "fill"},
                 {"component": "words", "layer": "words", "property": "fill"}],
}
VALUES = {"cover": "#0000ff", "words": "#ffff00"}


def drawn(page_id=None, values=VALUES):
    made = render(parse(CARD), values, {}, page=page_id)
    return made.width, made.dpi, Image.open(io.BytesIO(made.data)).getpixel((4, 4))


def test_each_page_has_its_canvas_and_its_layers():
    assert drawn() == drawn("outside") == (8, 300, (0, 0, 255, 255))
    assert drawn("inside") == (16, 150, (255, 255, 0, 255))
    assert drawn("inside", {}) == (16, 150, (0, 255, 0, 255))


def test_an_unknown_page_is_named():
    with pytest.raises(RenderError, match="outside, inside") as caught:
        drawn("back")
    assert (caught.value.code, caught.value.part) == ("page_missing", "back")


def test_read_and_written():
    document = parse(CARD)
    assert page_ids(document) == ["outside", "inside"] and parse(dump(document)) == document
    alone = page(document, "inside")
    assert alone.pages == () and [binding.component for binding in alone.bindings] == ["words"]
    assert page_ids(alone) == ["inside"]


@pytest.mark.parametrize("change, told", [
    ({"id": "outside"}, "Two pages have the id 'outside'"),
    ({"layers": [square("cover", "#ffffff")]}, "Two layers have the id"),
    ({"id": "In side"}, "pages"), ({"canvas": {"width": 8, "height": 8, "bleed": {"left": 8}}}, "leave nothing of the canvas"),
])
def test_pages_that_cannot_be(change, told):
    with pytest.raises(RenderError, match=told) as caught:
        parse({**CARD, "pages": [{**CARD["pages"][0], **change}]})
    assert caught.value.code == "document_invalid"
