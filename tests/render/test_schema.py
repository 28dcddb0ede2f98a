"""schema/design-document.json says what the types say."""

import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest

from monogram.render.document import parse
from monogram.render.errors import RenderError

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schema" / "design-document.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
DOCUMENTS = sorted(ROOT.glob("tests/render/cases/*/*.json"))


def test_it_is_up_to_date():
    path = ROOT / "schema" / "make_design_schema.py"
    spec = importlib.util.spec_from_file_location("make_design_schema", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "schema" / "design-document.json").read_text("utf-8") == module.text(), f"run {path.name}"


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] and all("description" in part for name, part in SCHEMA["$defs"].items()
                                 if name in ("Canvas", "TextLayer", "Binding", "Stroke"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_cases_are_valid(path):
    VALIDATOR.validate(json.loads(path.read_text("utf-8"))["document"])


def test_example_documents_are_valid():
    for path in [*ROOT.glob("examples/**/*.json"), *ROOT.glob("monogram/demo/**/*.json")]:
        data = json.loads(path.read_text("utf-8"))
        if isinstance(data, dict) and "canvas" in data and "layers" in data:
            VALIDATOR.validate(data)


LAYER = {"id": "a", "type": "shape", "shape": {"kind": "ellipse"}, "width": 1, "height": 1}


@pytest.mark.parametrize("document", [
    {}, {"canvas": {"width": 1, "height": 1}}, {"canvas": {"width": 0, "height": 1}, "layers": []},
    {"canvas": {"width": 1.5, "height": 1}, "layers": []}, {"canvas": {"width": 1, "height": 1}, "layers": [], "more": 1},
    {"canvas": {"width": 1, "height": 1}, "layers": [{**LAYER, "fill": "red"}]},
    {"canvas": {"width": 1, "height": 1}, "layers": [{**LAYER, "type": "video"}]},
    {"canvas": {"width": 1, "height": 1}, "layers": [{**LAYER, "opacity": 2}]},
    {"canvas": {"width": 1, "height": 1}, "layers": [{**LAYER, "blend": "dissolve"}]},
    {"version": 2, "canvas": {"width": 1, "height": 1}, "layers": []},
])
def test_what_the_schema_refuses_the_types_refuse(document):
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(RenderError):
        parse(document)
