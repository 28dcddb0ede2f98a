"""The scoreboard of an API: each documented operation and where it stands, written by `python -m contract.scoreboard`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from contract import documents

FOLDER = Path(__file__).parent.parent / "docs" / "dialects"
APIS = ("customeow",)
STATES = {"works": "works", "not_yet": "answers “not yet” in its envelope"}


def routes(api: str) -> tuple:
    """The dialect's own table: rows with `operation`, `method`, `path` and `state`."""
    return import_module(f"monogram.dialects.{api}.app").ROUTES


def route_key(method: str, path: str) -> tuple[str, str]:
    """Method and path with every parameter's name taken out: what two tables must agree on."""
    return method.upper(), re.sub(r"\{[^}]*\}", "{}", path)


def page(api: str, rows: Iterable) -> str:
    """The scoreboard as Markdown, made from the contract and the rows of a route table."""
    states = {row.operation: STATES[row.state] for row in rows}
    entries = list(documents.operations(api).values())
    calls = [e for e in entries if e["kind"] == "http"]
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
    file.write_text(page(api, routes(api)), encoding="utf-8")
    return file


def _row(entry: dict, states: dict[str, str]) -> str:
    first, last = entry["source"]["lines"]
    title = f"{entry['title']['en']} · {entry['title']['zh']}"
    if entry["kind"] == "http":
        call, state = f"`{entry['method']} {entry['path']}`", states.get(entry["operation"], "missing")
    elif entry["kind"] == "page":
        call, state = f"`GET {entry['path']}`", "page"
    else:
        call, state = "webhook", "event"
    return f"| `{entry['operation']}` | {call} | {title} | {first}–{last} | {state} |"


if __name__ == "__main__":
    for name in APIS:
        print(write(name))
