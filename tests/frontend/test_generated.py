"""Generated layers and surfaces are resolved alike in both languages, and refused in the same words."""

import json

from monogram.core.features import drawing

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
