"""What cannot be drawn exactly as asked is refused by a stable code that names the layer and the part."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from monogram.render import limits
from monogram.render.document import parse, parse_values
from monogram.render.draw import render
from monogram.render.errors import RenderError


def png(size=(8, 6), color="#ff0000") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "PNG")
    return buffer.getvalue()


BOX = {"x": 0, "y": 0, "width": 50, "height": 40}
IMAGE = {"id": "photo", "type": "image", "asset": "a", **BOX}
EMPTY = {"id": "photo", "type": "image", **BOX}
SHAPE = {"id": "shape", "type": "shape", "shape": {"kind": "ellipse"}, "fill": "#000000", **BOX}
TEXT = {"id": "name", "type": "text", "text": "Anna", "font": {"family": "Noto Sans"}, "size": 12, **BOX}


def draw(*layers, values=None, bindings=(), assets=None, listed=("a",), canvas=None):
    document = parse({
        "canvas": {"width": 50, "height": 40, **(canvas or {})},
        "assets": listed if isinstance(listed, dict) else {name: {} for name in listed},
        "layers": list(layers), "bindings": list(bindings)})
    return render(document, parse_values(values or {}), {"a": png()} if assets is None else assets)


def bind(property, layer, **more):
    return {"component": "answer", "layer": layer, "property": property, **more}


def refused(*layers, **more) -> RenderError:
    with pytest.raises(RenderError) as caught:
        draw(*layers, **more)
    return caught.value


def where(error: RenderError) -> tuple:
    return error.code, error.layer, error.part


# -- values ----------------------------------------------------------------------------------------------------------------

def test_answered_with_nothing_never_draws_a_sample():
    nothing = {"answer": None}
    blank = draw(SHAPE | {"visible": False}).data
    assert draw(TEXT, bindings=[bind("text", "name")], values=nothing).data == blank
    assert draw(IMAGE, bindings=[bind("image", "photo")], values=nothing).data == blank
    assert draw(EMPTY, bindings=[bind("image", "photo")], values=nothing).data == blank
    assert draw(SHAPE, bindings=[bind("fill", "shape")], values=nothing).data == draw(SHAPE).data != blank
    assert draw(TEXT, bindings=[bind("text", "name")]).data != blank  # not asked: the sample shows


@pytest.mark.parametrize("property, layer, value", [
    ("text", TEXT, True), ("text", TEXT, {"asset": "a"}), ("text", TEXT, "x" * (limits.TEXT_LENGTH + 1)),
    ("fill", SHAPE, "red"), ("fill", SHAPE, "#12345"), ("fill", SHAPE, 7), ("fill", SHAPE, {"asset": "a"}),
    ("image", IMAGE, 3), ("image", IMAGE, True), ("image", IMAGE, ""),
    ("visible", SHAPE, "yes"), ("visible", SHAPE, 1), ("visible", SHAPE, {"asset": "a"}),
])
def test_values_of_the_wrong_kind(property, layer, value):
    error = refused(layer, bindings=[bind(property, layer["id"])], values={"answer": value})
    assert where(error) == ("value_invalid", layer["id"], "answer")


@pytest.mark.parametrize("adjustment, property, values", [
    ({"do": "look", "name": "warm"}, "look", ["sunny", "", 3]), ({"do": "tint", "color": "#ff0000"}, "tint", ["red", 7, True]),
    ({"do": "brightness", "amount": 0}, "brightness", [1.5, "much", True]),
    ({"do": "contrast", "amount": 0}, "contrast", [-2]), ({"do": "saturation", "amount": 0}, "saturation", ["nan", "inf"]),
    ({"do": "threshold"}, "level", [-0.1, 2]), ({"do": "line-art"}, "detail", [1.01]),
    ({"do": "mosaic", "across": 8}, "tiles", [1, 401, 7.5, "many"]),
    ({"do": "mosaic", "across": 8}, "palette", [1, 65, {"asset": "a"}]),
])
def test_values_that_an_adjustment_cannot_take(adjustment, property, values):
    layer = IMAGE | {"adjust": [adjustment]}
    for value in values:
        error = refused(layer, bindings=[bind(property, "photo")], values={"answer": value})
        assert where(error) == ("value_invalid", "photo", "answer"), value


@pytest.mark.parametrize("adjust", [[], [{"do": "grey"}]])
def test_a_binding_to_an_adjustment_that_the_layer_lacks(adjust):
    error = refused(IMAGE | {"adjust": adjust}, bindings=[bind("look", "photo")])
    assert (error.code, error.layer) == ("document_invalid", "photo")
    assert refused(SHAPE, bindings=[bind("tint", "shape")]).code == "document_invalid"


def test_a_value_that_a_map_lacks():
    error = refused(SHAPE, bindings=[bind("fill", "shape", map={"gold": "#ccaa00"})], values={"answer": "Gold"})
    assert where(error) == ("value_unmapped", "shape", "answer") and "'Gold'" in error.message


@pytest.mark.parametrize("value, key", [(3, "3"), (3.0, "3"), (2.5, "2.5"), (True, "true"), ("a", "a")])
def test_maps_translate_numbers_and_yes_or_no(value, key):
    drawn = draw(SHAPE, bindings=[bind("fill", "shape", map={key: "#00ff00"})], values={"answer": value})
    assert np.asarray(Image.open(io.BytesIO(drawn.data)))[20, 25].tolist() == [0, 255, 0, 255]


def test_a_hidden_layer_still_checks_its_values():
    hidden = {**SHAPE, "visible": False}
    assert refused(hidden, bindings=[bind("fill", "shape")], values={"answer": "red"}).code == "value_invalid"


def test_the_last_binding_of_a_property_wins():
    drawn = draw(SHAPE, bindings=[bind("fill", "shape"), bind("fill", "shape", map={"#ff0000": "#0000ff"})],
                 values={"answer": "#ff0000"})
    assert np.asarray(Image.open(io.BytesIO(drawn.data)))[20, 25].tolist() == [0, 0, 255, 255]


# -- images ----------------------------------------------------------------------------------------------------------------

def test_images_that_are_missing():
    assert where(refused(EMPTY)) == ("image_missing", "photo", None)
    assert where(refused(IMAGE, assets={})) == ("image_missing", "photo", "a")
    error = refused(EMPTY, bindings=[bind("image", "photo")], values={"answer": "b.jpg"})
    assert where(error) == ("image_missing", "photo", "b.jpg")
    masked = {**SHAPE, "mask": {"by": "image", "asset": "a"}}
    assert where(refused(masked, assets={})) == ("image_missing", "shape", "a")


def test_an_asset_that_is_not_the_listed_file():
    listed = {"a": {"sha256": "0" * 64}}
    assert where(refused(IMAGE, listed=listed)) == ("image_changed", "photo", "a")


def test_failures_of_decoding_tell_the_layer():
    data = png((60, 60), "#123456")
    assert where(refused(IMAGE, assets={"a": data[:80]})) == ("image_truncated", "photo", "a")
    assert where(refused(IMAGE, assets={"a": b"GIF89a"})) == ("image_format", "photo", "a")
    group = {"id": "group", "type": "group", **BOX, "opacity": 0.5, "layers": [IMAGE]}
    assert where(refused(group, assets={"a": data[:80]})) == ("image_truncated", "photo", "a")
    masked = {**SHAPE, "mask": {"by": "image", "asset": "a"}}
    assert where(refused(masked, assets={"a": data[:80]})) == ("image_truncated", "shape", "a")


def test_assets_may_be_a_function():
    assert draw(IMAGE, assets={"a": png()}.__getitem__).data == draw(IMAGE).data
    assert where(refused(IMAGE, assets={}.__getitem__)) == ("image_missing", "photo", "a")


def test_images_that_are_not_shown_are_not_asked_for():
    draw({**IMAGE, "visible": False}, assets={})
    draw({**IMAGE, "output": "preview"}, assets={})


# -- text, shapes, sizes ---------------------------------------------------------------------------------------------------

def test_text():
    assert where(refused({**TEXT, "font": {"family": "Comic Sans"}})) == ("font_missing", "name", "Comic Sans")
    assert where(refused({**TEXT, "font": {"family": "Pacifico", "weight": 900}}))[:2] == ("font_missing", "name")
    assert where(refused({**TEXT, "text": "a \U0001fbff"}))[:2] == ("glyph_missing", "name")
    assert where(refused({**TEXT, "text": "far too long for a box so small " * 9}))[:2] == ("text_overflow", "name")


@pytest.mark.parametrize("d", [" ", "L1 1", "M0 0 X", "M0 0 L1", "M1e99 0L0 0", "M0 0 A1 1 0 2 0 3 3"])
def test_paths(d):
    shape = {**SHAPE, "shape": {"kind": "path", "d": d, "viewBox": [0, 0, 10, 10]}}
    assert where(refused(shape)) == ("path_invalid", "shape", "d")
    masked = {**IMAGE, "mask": {"by": "shape", "shape": shape["shape"]}}
    assert where(refused(masked)) == ("path_invalid", "photo", "d")


def test_dashes_beyond_number():
    error = refused({**SHAPE, "stroke": {"color": "#000000", "width": 1, "dash": [0.001, 0.001]}})
    assert where(error) == ("dash_too_fine", "shape", "dash")


def test_limits():
    assert where(refused(canvas={"width": 20_001, "height": 20_000})) == ("canvas_too_large", None, "canvas")
    many = [{**SHAPE, "id": str(n)} for n in range(limits.LAYERS + 1)]
    assert where(refused(*many)) == ("too_many_layers", str(limits.LAYERS), None)
    nested = SHAPE
    for depth in range(limits.GROUP_DEPTH):
        nested = {"id": f"g{depth}", "type": "group", **BOX, "layers": [nested]}
    assert where(refused(nested)) == ("groups_too_deep", "shape", None)
    draw(nested["layers"][0])  # one less is drawn


@pytest.mark.parametrize("text", [
    "", "[]", "{}", "nonsense", "\xff", '{"canvas": {"width": 1, "height": 1}, "layers": [], "extra": 1}',
    '{"canvas": {"width": 1, "height": 1}, "layers": [{"id": "a", "type": "hologram", "width": 1, "height": 1}]}',
    '{"canvas": {"width": 1e400, "height": 1}, "layers": []}', "[" * 100_000,
    '{"canvas": {"width": 9, "height": 9}, "layers": ' + '[{"id":"a","type":"group","width":1,"height":1,"layers":' * 5000,
])
def test_documents_that_are_none(text):
    with pytest.raises(RenderError) as caught:
        parse(text.encode("latin-1"))
    assert caught.value.code == "document_invalid"


def test_versions():
    with pytest.raises(RenderError, match="version 2"):
        parse(json.dumps({"version": 2, "canvas": {"width": 1, "height": 1}, "layers": []}))


def test_nan_is_refused():
    data = {"canvas": {"width": 9, "height": 9}, "layers": [{**SHAPE, "x": float("nan")}]}
    with pytest.raises(RenderError):
        render(parse(data), {}, {})
