"""`monogram render --explain`: what each layer resolved to, and why one is not shown."""

import json

import pytest
from PIL import Image

from monogram.cli import main

DOCUMENT = {
    "canvas": {"width": 600, "height": 300, "dpi": 150}, "assets": {"p": {"file": "p.png"}},
    "layers": [
        {"id": "photo", "type": "image", "asset": "p", "x": 300, "width": 150, "height": 150},
        {"id": "name", "type": "text", "text": "Anna 你好", "font": {"family": "Lora"}, "size": 90, "fit": "shrink",
         "minSize": 10,
         "x": 0, "y": 0, "width": 200, "height": 60, "wrap": False},
        {"id": "hole", "type": "shape", "shape": {"kind": "ellipse"}, "width": 9, "height": 9, "fill": "#000000",
         "output": "preview"},
        {"id": "group", "type": "group", "x": 100, "y": 100, "width": 100, "height": 50, "rotation": 90, "visible": False,
         "layers": [{"id": "inner", "type": "shape", "shape": {"kind": "rectangle"}, "x": 10, "width": 20, "height": 10,
                     "fill": "#ff0000"}]},
        {"id": "note", "type": "text", "font": {"family": "Lora"}, "size": 20, "width": 90, "height": 30},
        {"id": "heart", "type": "shape", "shape": {"kind": "ellipse"}, "width": 9, "height": 9, "fill": "#000000"},
    ],
    "bindings": [{"component": "heart", "layer": "heart", "property": "visible"}],
}


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (300, 300)).save("p.png")
    (tmp_path / "values.json").write_text('{"heart": false}', "utf-8")

    def run(document=DOCUMENT, *more):
        (tmp_path / "d.json").write_text(json.dumps(document), "utf-8")
        assert main(["render", "d.json", "--values", "values.json", "--explain", *more]) == 0
        assert not list(tmp_path.glob("d*.png")), "nothing is drawn"
        return capsys.readouterr().out

    return run


def test_as_json(told):
    (page,) = json.loads(told(DOCUMENT, "--json"))
    assert (page["page"], page["width"], page["dpi"], page["error"]) == ("front", 600, 150, None)
    layers = {layer["layer"]: layer for layer in page["layers"]}
    assert list(layers) == ["photo", "name", "hole", "group", "inner", "note", "heart"]
    assert layers["photo"]["box"] == [300, 0, 450, 150] and layers["photo"]["mm"] == [50.8, 0, 76.2, 25.4]
    assert layers["photo"]["images"][0]["dpi"] == 300
    (text,) = layers["name"]["texts"]
    assert text["size"] < text["asked"] == 90 and text["lines"] == 1
    assert layers["name"]["scripts"] == {"Hani": ["Noto Sans SC 400"], "Latn": ["Lora 400"]}
    assert layers["group"]["box"] == [125, 75, 175, 175], "turned about its centre"
    assert layers["inner"]["box"] == [165, 85, 175, 105] and layers["inner"]["depth"] == 1
    assert {name: layer["hidden"] for name, layer in layers.items()} == {
        "photo": None, "name": None, "hole": "its output is preview, this is the print", "group": "visible is false",
        "inner": "it lies in 'group', which is hidden", "note": "it has no text", "heart": "an answer hides it"}


def test_as_a_table(told):
    lines = told().splitlines()
    assert lines[0] == "page front: 600 x 300 pixels, 150 dpi, 101.6 x 50.8 mm"
    assert any(line.startswith("photo ") and "150 x 150 (50.8, 0.0; 25.4 x 25.4 mm)" in line for line in lines)
    assert any("p: 300 x 300 pixels, 300 dpi where it is placed" in line for line in lines)
    assert any("Hani: Noto Sans SC 400" in line for line in lines)
    assert any("hidden: an answer hides it" in line for line in lines)


def test_what_keeps_it_from_being_drawn_is_told_with_all_else(told):
    broken = {**DOCUMENT, "layers": [*DOCUMENT["layers"], {"id": "lost", "type": "image", "width": 5, "height": 5}]}
    lines = told(broken).splitlines()
    assert lines[1].startswith("cannot be drawn: image_missing") and any(line.startswith("heart") for line in lines)
