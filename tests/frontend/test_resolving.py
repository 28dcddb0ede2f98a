"""Both sides resolve a document to the same scene, and report and explain the same of it."""

import pytest

from . import documents, resolving

# Skia turns SVG arcs into conics by sines in single precision, which two builds round differently by the last bit.
ARCS = 1e-6


@pytest.fixture(scope="module")
def results():
    return {result.name: result for result in resolving.compare(resolving.subjects())}


@pytest.mark.parametrize("name", [subject.name for subject in resolving.subjects()])
def test_both_sides_resolve_alike(name, results):
    assert results[name].largest <= ARCS, results[name].different


def test_nearly_all_agree_to_the_last_bit(results):
    inexact = [result.name for result in results.values() if result.largest]
    assert len(inexact) <= 0.01 * len(results), inexact


def test_all_but_svg_art_is_resolved_without_the_server(results):
    assert {name.partition("/")[0] for name, result in results.items() if result.prepared} <= {"svg"}


def test_random_documents_are_resolved_alike():
    """Scenes, reports and refusals."""
    results = resolving.compare(documents.givens(80, seed=3))
    assert [(result.name, result.different) for result in results if result.largest > ARCS] == []


def test_a_difference_is_seen():
    one = {"nodes": [{"kind": "path", "width": 2}]}
    assert resolving.difference(one, {"nodes": [{"kind": "path", "width": 2}]}) == ("", 0.0)
    assert resolving.difference(one, {"nodes": [{"kind": "path", "width": 2.5}]})[1] == 0.25
    assert resolving.difference(one, {"nodes": [{"kind": "image", "width": 2}]})[1] == float("inf")
    assert resolving.difference(one, {"nodes": []})[1] == float("inf")
