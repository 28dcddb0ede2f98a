"""The scoreboard of an API: each documented operation and where it stands, written by `python -m contract.scoreboard`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from contract import documents

FOLDER = Path(__file__).parent.parent / "docs" / "dialects"
STATES = {"works": "works", "not_yet": "answers “not yet” in its envelope"}
MISSING = "missing"


def routes(api: str, kind: str = "http") -> tuple | None:
    """The dialect's own table of one kind: rows with `operation`, `method`, `path`, `state`; None while there is none."""
    module, _, table = documents.index(api)["tables"][kind].partition(":")
    if not (find_spec(module.rpartition(".")[0]) and find_spec(module)):
        return None
    return getattr(import_module(module), table)


def all_routes(api: str) -> list:
    """The rows of every table of the dialect."""
    return [row for kind in documents.index(api)["tables"] for row in routes(api, kind) or ()]


def served(entry: dict) -> bool:
    """Whether the entry is a call that a row of a table answers: every http operation, and OAuth but for calls to apps."""
    return entry["kind"] == "http" or (entry["kind"] == "oauth" and entry["direction"] == "to_us")


def route_key(method: str, path: str) -> tuple[str, str]:
    """Method and path with every parameter's name taken out: what two tables must agree on."""
    return method.upper(), re.sub(r"\{[^}]*\}", "{}", path)


def page(api: str, rows: Iterable) -> str:
    """The scoreboard as Markdown, made from the contract and the rows of a route table."""
    states = {row.operation: STATES[row.state] for row in rows}
    entries = list(documents.operations(api).values())
    calls = [e for e in entries if served(e)]
    working = sum(states.get(e["operation"]) == STATES["works"] for e in calls)
    title = documents.index(api)["title"]
    lines = [
        f"# {title['en']} · {title['zh']}",
        "",
        "Written by `python -m contract.scoreboard`; a test holds it to the code.",
        f"**{working} of {len(calls)} operations work.** Lines are the document's (see `contract/README.md`).",
        "",
        "| operation | call | title | lines | state |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join(lines + [_row(e, states) for e in entries]) + "\n"


def write(api: str) -> Path:
    """Writes the page of one API and returns where."""
    file = FOLDER / f"{api}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(api, all_routes(api)), encoding="utf-8")
    return file


def _row(entry: dict, states: dict[str, str]) -> str:
    first, last = entry["source"]["lines"]
    title = f"{entry['title']['en']} · {entry['title']['zh']}"
    if served(entry):
        call, state = f"`{entry['method']} {entry['path']}`", states.get(entry["operation"], MISSING)
    elif entry["kind"] == "oauth":
        call, state = f"`{entry['method']} {entry['path']}`", "call to the app"
    elif entry["kind"] == "page":
        call, state = f"`GET {entry['path']}`", "page"
    else:
        call, state = "webhook", "event"
    return f"| `{entry['operation']}` | {call} | {title} | {first}–{last} | {state} |"


if __name__ == "__main__":
    for name in documents.apis():
        print(write(name))
