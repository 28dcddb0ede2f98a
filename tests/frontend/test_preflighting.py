"""While one edits, the browser finds what the server will find: codes, layers, severities, order and words."""

import subprocess
import sys

import pytest

from . import documents, preflighting, resolving, workspace


@pytest.fixture(scope="module")
def results():
    subjects = [*preflighting.vectors(), *resolving.subjects(), *documents.givens(120, seed=7)]
    return {result.name: result for result in preflighting.compare(subjects)}


@pytest.mark.parametrize("vector", preflighting.golden(), ids=lambda vector: vector["name"])
def test_golden_findings(vector, results):
    found = results[f"vectors/{vector['name']}"].theirs
    assert preflighting.alike(vector["findings"], found), found


def test_every_document_has_the_same_findings(results):
    assert [(one.name, one.mine, one.theirs) for one in results.values() if not preflighting.alike(one.mine, one.theirs)] == []
    exact = sum(result.mine == result.theirs for result in results.values())
    assert exact >= 0.99 * len(results), "figures read off pixels may differ, but hardly do"


def test_every_rule_found_something(results):
    """A rule that finds nothing anywhere would be alike on both sides."""
    codes = {finding["code"] for result in results.values() for finding in result.theirs}
    assert codes >= {"image_low_resolution", "text_small", "text_overflow", "text_shrunk", "text_outside_print",
                     "text_outside_safe", "art_outside_print", "art_outside_safe", "line_thin", "stem_thin",
                     "code_without_ground", "contrast_low", "color_out_of_gamut",
                     "glyph_missing", "image_missing"}


def test_the_comparison_sees_differences(results):
    found = results["vectors/in-order"].theirs
    assert len(found) > 5 and preflighting.alike(found, found)
    assert not preflighting.alike(found, found[:-1]) and not preflighting.alike(found, found[::-1])
    contrast = next(i for i, one in enumerate(found) if one["code"] == "contrast_low")
    for change, alike in [({"figures": {**found[contrast]["figures"], "contrast": 9}}, False), ({"severity": "refuse"}, False),
                          ({"figures": {**found[contrast]["figures"], "wanted": "9"}}, False)]:
        assert preflighting.alike(found, [*found[:contrast], found[contrast] | change, *found[contrast + 1:]]) == alike


def test_the_browsers_rules_are_up_to_date():
    made = subprocess.run([sys.executable, "schema/make_preflight_rules.py", "--check"], cwd=workspace.FOLDER.parent)
    assert made.returncode == 0, "run schema/make_preflight_rules.py"
