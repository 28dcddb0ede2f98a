"""Fills, strokes and shadows: what is refused, what takes whose place, and what is told of their pictures."""

import pytest
from test_refusals import BOX, SHAPE, TEXT, bind, draw, png, refused, where

from monogram.render.document import parse, parse_values
from monogram.render.resolve import resolve

RED, BLUE = {"at": 0, "color": "#ff0000"}, {"at": 1, "color": "#0000ff"}
STROKE, SHADOW = {"color": "#112233", "width": 3}, {"color": "#00000080", "dx": 2, "blur": 1}
PHOTO = {"kind": "image"}
PATTERN = {"kind": "pattern", "asset": "a"}


@pytest.mark.parametrize("fill", [
    {"kind": "linear", "stops": [RED]}, {"kind": "linear", "stops": [BLUE, RED]}, {"kind": "sweep", "stops": [RED, BLUE]},
    {"kind": "linear", "stops": [RED, BLUE], "start": {"x": 1, "y": 1}, "end": {"x": 1, "y": 1}},
    {"kind": "radial", "stops": [RED, BLUE], "radius": 0}, {"kind": "pattern"}, {"kind": "pattern", "asset": "unlisted"},
    {"kind": "image", "asset": "unlisted"}, {"kind": "pattern", "asset": "a", "scale": 0}, "red",
])
def test_fills_that_cannot_be_drawn(fill):
    assert refused(SHAPE | {"fill": fill}).code == "document_invalid"


@pytest.mark.parametrize("more", [{"stroke": []}, {"stroke": [STROKE] * 9}, {"shadow": []}, {"shadow": [SHADOW] * 9}])
def test_lists_have_one_to_eight(more):
    assert refused(TEXT | more).code == "document_invalid"


def test_a_list_of_one_is_that_one():
    assert draw(TEXT | {"stroke": [STROKE], "shadow": [SHADOW]}).data == draw(TEXT | {"stroke": STROKE, "shadow": SHADOW}).data


def test_an_image_fill_without_an_image():
    assert where(refused(SHAPE | {"fill": PHOTO})) == ("image_missing", "shape", "fill")
    assert where(refused(SHAPE | {"fill": PATTERN}, assets={})) == ("image_missing", "shape", "a")


def test_only_an_image_or_a_pattern_takes_an_image():
    assert refused(SHAPE, bindings=[bind("image", "shape")]).code == "document_invalid"
    placed = {"answer": {"asset": "b", "rotation": 90}}
    pictures = {"a": png(), "b": png(color="#00ff00")}
    shape = SHAPE | {"fill": PATTERN}
    error = refused(shape, bindings=[bind("image", "shape")], values=placed, assets=pictures)
    assert where(error) == ("value_invalid", "shape", "image")
    plain = draw(shape, bindings=[bind("image", "shape")], values={"answer": "b"}, assets=pictures)
    assert plain.data == draw(SHAPE | {"fill": {"kind": "pattern", "asset": "b"}}, assets=pictures, listed=("b",)).data


def test_a_colour_takes_the_place_of_an_image_and_nothing_hides_the_layer():
    shape, both = SHAPE | {"fill": PHOTO}, [bind("fill", "shape"), bind("image", "shape") | {"component": "photo"}]
    drawn = draw(shape, bindings=both, values={"answer": "#123456", "photo": "a"})
    assert drawn.data == draw(SHAPE | {"fill": "#123456"}).data
    blank = draw(SHAPE | {"visible": False}).data
    assert draw(shape, bindings=both, values={"photo": None}).data == blank


def test_pictures_of_fills_are_reported():
    layers = [SHAPE | {"fill": {"kind": "image", "asset": "a"}}, TEXT | {"fill": {"kind": "pattern", "asset": "a", "scale": 2}}]
    document = parse({"canvas": {"width": 50, "height": 40, "dpi": 300}, "assets": {"a": {}}, "layers": layers})
    _, report = resolve(document, parse_values({}), {"a": png()})
    assert [(image.layer, image.dpi) for image in report.images] == [("shape", 300 * 6 / 40), ("name", 150)]
    assert [asset.name for asset in report.assets] == ["a"] and BOX["height"] == 40


def test_letters_with_a_clear_gradient_paint_nothing():
    clear = {"kind": "radial", "stops": [RED | {"color": "#ff000000"}, BLUE | {"color": "#0000ff00"}]}
    assert draw(TEXT | {"fill": clear}).data == draw(TEXT | {"fill": None}).data
