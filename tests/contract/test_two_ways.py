"""Contract and route tables name the same operations, both ways, and the scoreboards are up to date."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from contract import documents, scoreboard
from monogram.core.languages import LANGUAGES
from tests.contract import checker

TABLES = [(api, kind) for api in documents.apis() for kind in documents.index(api)["tables"]]


def documented(api: str, kind: str) -> dict[str, tuple[str, str]]:
    calls = [o for o in checker.operations(api).values() if o["kind"] == kind and scoreboard.served(o)]
    return {o["operation"]: scoreboard.route_key(o["method"], o["path"]) for o in calls}


@pytest.mark.parametrize(("api", "kind"), TABLES)
def test_every_documented_operation_is_a_row_and_every_row_is_documented(api, kind):
    rows = scoreboard.routes(api, kind)
    if rows is None:
        pytest.skip(f"{documents.index(api)['tables'][kind]} is not there yet")
    served = {row.operation: scoreboard.route_key(row.method, row.path) for row in rows}
    assert len(served) == len(rows), "an operation stands in the table twice"
    assert served == documented(api, kind)


@pytest.mark.parametrize("api", documents.apis())
def test_every_call_has_a_table(api):
    calls = [entry for entry in checker.operations(api).values() if scoreboard.served(entry)]
    assert {entry["kind"] for entry in calls} == set(documents.index(api)["tables"])


@pytest.mark.parametrize("api", documents.apis())
def test_the_scoreboard_is_up_to_date(api):
    written = (scoreboard.FOLDER / f"{api}.md").read_text(encoding="utf-8")
    assert written == scoreboard.page(api, scoreboard.all_routes(api)), "run: python -m contract.scoreboard"


def test_the_languages_are_the_documents_in_its_order():
    documented = [(row["api"], row["page"]) for row in documents.languages("customeow")]
    assert [(language.code, language.page) for language in LANGUAGES] == documented


def test_the_scoreboard_tells_the_states_apart():
    rows = [
        SimpleNamespace(operation="order.create", state="works"),
        SimpleNamespace(operation="skus.list", state="not_yet"),
    ]
    page = scoreboard.page("customeow", rows)
    state = {line.split("`")[1]: line.split("|")[-2].strip() for line in page.splitlines() if line.startswith("| `")}
    assert list(state) == list(checker.operations("customeow"))
    assert state["order.create"] == "works" and "not yet" in state["skus.list"] and state["order.list"] == "missing"
    assert (state["customizer"], state["sku.add"]) == ("page", "event")
    assert "**1 of 10 operations work.**" in page
