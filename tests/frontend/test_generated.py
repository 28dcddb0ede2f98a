"""Generated layers and surfaces are resolved alike in both languages, and refused in the same words."""

import hashlib
import json

from monogram.core.features import drawing
from monogram.render import live

from . import generated, resolving, workspace


def test_random_documents_of_generated_layers_are_resolved_alike():
    subjects = generated.givens(300, seed=1)
    results = resolving.compare(subjects)
    assert [(result.name, result.different) for result in results if result.largest > 1e-9] == []
    assert not any(result.prepared for result in results)


def test_the_documents_reach_nodes_and_refusals():
    answers = [resolving.here(subject) for subject in generated.givens(300, seed=1)]
    codes = {answer["error"]["code"] for answer in answers if "error" in answer}
    kinds = {node["kind"] for answer in answers if "scene" in answer for node in answer["scene"]["nodes"]}
    assert {"code_too_small", "code_contrast", "code_content", "calendar_language", "time_invalid", "monogram_letters",
            "text_overflow", "glyph_missing"} <= codes
    assert {"path", "surface", "group", "glyphs"} <= kinds
    assert sum("scene" in answer for answer in answers) > 200


def test_what_comes_from_the_server_is_named_with_its_reason():
    script = """import { PREPARED } from "./packages/design/src/index.ts"; process.stdout.write(JSON.stringify(PREPARED))"""
    prepared = json.loads(workspace.node("--input-type=module", "--eval", script).stdout)
    assert prepared.keys() == drawing.PREPARED and len(prepared["svg"]) > 20


def test_art_in_a_repeat_comes_from_the_server_too():
    """The browser asks for each entry's by its number, `logo#1`."""
    art = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'
    logo = {"id": "logo", "type": "svg", "asset": "art", "width": 20, "height": 20}
    row = {"id": "row", "type": "repeat", "component": "people", "width": 30, "height": 30, "layers": [logo]}
    document = {"canvas": {"width": 90, "height": 30}, "assets": {"art": {"sha256": hashlib.sha256(art).hexdigest()}},
                "layers": [row]}
    about = {"document": document, "values": {"people": [{}, {}]}, "side": "print", "layers": ["logo#1", "logo#2", "logo#3"]}
    found = live.answer("nodes", about, lambda sha256: art)
    assert [len(found[name]) for name in about["layers"]] == [1, 1, 0]
    assert found["logo#1"][0]["matrix"][4] + 30 == found["logo#2"][0]["matrix"][4]
