"""`monogram lint`: every problem at once, with its place and advice."""

import io
import json

import pytest
from PIL import Image

from monogram.cli import main
from monogram.render.lint import lint

BOX = {"x": 0, "y": 0, "width": 100, "height": 50}
TEXT = {"id": "name", "type": "text", "text": "Anna", "font": {"family": "Lora"}, "size": 20, **BOX}
SHAPE = {"id": "ground", "type": "shape", "shape": {"kind": "rectangle"}, "fill": "#ffffff", **BOX}
CANVAS = {"width": 100, "height": 50, "dpi": 72}


def problems(*layers, **more):
    document = {"canvas": CANVAS, "layers": list(layers), **more}
    before = json.dumps(document)
    found = lint(document, {})
    assert json.dumps(document) == before, "the document is left as it is"
    return [(problem.severity, problem.code, problem.path, problem.layer) for problem in found]


def test_a_good_document_has_none():
    assert problems(SHAPE, TEXT) == []


def test_all_faults_of_form_at_once():
    group = {"id": "g", "type": "group", **BOX,
             "layers": [{**TEXT, "id": "deep", "sise": 3}, {**SHAPE, "id": "flat", "width": -1}]}
    found = problems({**SHAPE, "fill": "red", "opacity": 2}, group, {"id": "x", "type": "hologram", **BOX}, TEXT, extra=1)
    assert len(found) == 6 and {(path, layer) for _, _, path, layer in found} == {
        ("$.layers[0].opacity", "ground"), ("$.layers[0].fill", "ground"), ("$.layers[1].layers[0].sise", "deep"),
        ("$.layers[1].layers[1].width", "flat"), ("$.layers[2].type", "x"), ("$.extra", None)}
    assert {(severity, code) for severity, code, _, _ in found} == {("error", "document_invalid")}


def test_all_faults_of_sense_at_once():
    lost = {"id": "p", "type": "image", "asset": "lost", **BOX}
    found = problems(TEXT, {**SHAPE, "id": "line", "shape": {"kind": "line"}}, lost,
                     bindings=[{"component": "c", "layer": "nowhere", "property": "text"}])
    assert [(severity, layer) for severity, _, _, layer in found] == [("error", "line"), ("error", "p"), ("error", None)]


@pytest.mark.parametrize("document, expected", [
    ({"layers": [TEXT], "bindings": [{"component": "a", "layer": "name", "property": "text"}]},
     ("text_cannot_shrink", "$.layers[0]", "name")),
    ({"layers": [{**TEXT, "text": "你好", "font": {"family": "Noto Sans SC"}}]}, ("lang_missing", "$.layers[0]", "name")),
    ({"layers": [{**TEXT, "text": "Привет", "font": {"family": "Fredoka"}}]}, ("font_without_script", "$.layers[0]", "name")),
    ({"layers": [SHAPE], "assets": {"old": {}}}, ("asset_unused", "$.assets.old", None)),
    ({"layers": [SHAPE, {**SHAPE, "id": "far", "x": 200}]}, ("layer_outside", "$.layers[1]", "far")),
    ({"layers": [SHAPE, {**TEXT, "fill": "#fafafa"}]}, ("contrast_low", "$.layers[1]", "name")),
    ({"layers": [SHAPE], "bindings": [{"component": c, "layer": "ground", "property": "fill"} for c in "ab"]},
     ("binding_twice", "$.bindings[1]", "ground")),
    ({"layers": [SHAPE], "pages": [{"id": "back", "canvas": CANVAS, "layers": [{**SHAPE, "id": "far", "y": -90}]}]},
     ("layer_outside", "$.pages[0].layers[0]", "far")),
    ({"layers": [{"id": "p", "type": "image", **BOX}]}, ("sample_cannot_be_drawn", "$", None)),
])
def test_warnings(document, expected):
    assert problems(*document.pop("layers"), **document) == [("warning", *expected)]


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    buffer = io.BytesIO()
    Image.new("RGB", (10, 5), "#808080").save(buffer, "PNG")
    (tmp_path / "p.png").write_bytes(buffer.getvalue())
    image = {"id": "p", "type": "image", "asset": "p", **BOX}
    document = {"canvas": CANVAS, "layers": [image], "assets": {"p": {"file": "p.png"}}}
    (tmp_path / "d.json").write_text(json.dumps(document), "utf-8")
    assert main(["lint", "d.json"]) == 0
    assert capsys.readouterr().out.startswith("warning: image_low_resolution: $.layers[0] (layer p): ")
    document["layers"][0]["nmae"] = ""
    (tmp_path / "d.json").write_text(json.dumps(document), "utf-8")
    assert main(["lint", "d.json", "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert found["path"] == "$.layers[0].nmae" and found["advice"] == "Correct its spelling or take it out."
    (tmp_path / "d.json").write_text("{", "utf-8")
    assert main(["lint", "d.json"]) == 1 and "is not JSON" in capsys.readouterr().err
