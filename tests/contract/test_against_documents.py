"""The data against the documents' own text, where MONOGRAM_DOCUMENTS names a folder that has it; it is not ours to keep."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from contract import documents, scoreboard
from tests.contract import checker, printed

FOLDER = os.environ.get("MONOGRAM_DOCUMENTS")
ENTRIES = list(checker.operations("shoplazza").values())
SAMPLES = ("example_response", "example_payload")

pytestmark = pytest.mark.skipif(not FOLDER, reason="MONOGRAM_DOCUMENTS names no folder with the documents' text")


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=[entry["operation"] for entry in entries])


@cache
def text(document: str) -> list[str]:
    return (Path(FOLDER) / document).read_text(encoding="utf-8").split("\n")


def line(entry, number: int) -> str:
    return text(entry["source"]["document"])[number - 1]


def lines(entry, sample) -> list[str]:
    first, last = sample["lines"]
    return text(entry["source"]["document"])[first - 1 : last]


@each([entry for entry in ENTRIES if entry["kind"] == "http"])
def test_title_and_path_stand_where_they_are_said_to(entry):
    assert line(entry, entry["source"]["lines"][0]).strip() == entry["title"]["zh"]
    method, path = line(entry, entry["path_line"]).split()
    # {:id}, #{order_id} and {idi} are slips for one form; a slash at the end says nothing
    printed_call = scoreboard.route_key(method, path.replace("#", "").rstrip("/"))
    assert printed_call == scoreboard.route_key(entry["method"], documents.index("shoplazza")["prefix"] + entry["path"])
    assert line(entry, entry["chapter"]["line"]).strip() == entry["chapter"]["zh"]


@each(ENTRIES)
def test_every_parameter_and_key_stands_in_its_line(entry):
    named = list(parameters(entry.get("parameters", [])))
    named += list(keys(entry.get("response") or entry.get("payload") or {"type": "object"}))
    for name, number in named:
        # the rest of a refused comment is printed as …
        assert re.search(rf"(?<![a-z_]){name}", line(entry, number)) or line(entry, number).strip() == "…", (name, number)


@each([entry for entry in ENTRIES if any(key in entry for key in SAMPLES) or "errors" in entry])
def test_the_samples_are_the_printed_ones_but_for_what_is_mended(entry):
    samples = [entry[key] for key in SAMPLES if key in entry and not entry[key].get("ruled")]
    for sample in [*samples, *entry.get("errors", [])]:
        value, _ = printed.read(lines(entry, sample), sample["lines"][0])
        assert value == unmended(sample)


def unmended(sample):
    """The body as it was printed: what was added is gone, what was replaced is back."""

    def at(path, value):
        mend = mends.get(path)
        if mend:
            return mend.get("printed", printed)
        if isinstance(value, dict):
            inner = {key: at(f"{path}.{key}" if path else key, member) for key, member in value.items()}
            return {key: member for key, member in inner.items() if member is not printed}
        if isinstance(value, list):
            return [at(f"{path}[{position}]", member) for position, member in enumerate(value)]
        return value

    mends = {mend["at"]: mend for mend in sample.get("mended", [])}
    return at("", sample["body"])


def parameters(listed) -> Iterator[tuple[str, int]]:
    for parameter in listed:
        # the name in a path may be a slip, and what is ruled has no line
        if "line" in parameter and parameter.get("in") != "path":
            yield parameter["name"], parameter["line"]
        yield from parameters(parameter.get("items", {}).get("parameters", []))


def keys(tree) -> Iterator[tuple[str, int]]:
    for key, node in tree.get("keys", {}).items():
        yield key, node["line"]
        yield from keys(node)
    if "items" in tree:
        yield from keys(tree["items"])
