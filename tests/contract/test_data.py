"""The files of every document agree with themselves: lines, scopes, samples, topics, what is mended."""

from __future__ import annotations

import hashlib
import hmac
import re

import pytest

from contract import documents
from tests.contract import checker
from tests.contract.checker import TYPES

ENTRIES = [entry for api in documents.apis() for entry in checker.operations(api).values()]
SHOPLAZZA = [entry for entry in ENTRIES if entry["api"] == "shoplazza"]
CALLS = [entry for entry in SHOPLAZZA if entry["kind"] == "http"]
NOTHING = object()


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=[f"{e['api']} {e['operation']}" for e in entries])


@each(ENTRIES)
def test_what_an_entry_cites_stands_within_its_lines(entry):
    first, last = entry["source"]["lines"]
    cited = [entry[key]["lines"] for key in ("example_request", "example_response", "example_payload")
             if "lines" in entry.get(key, {})]  # fmt: skip
    cited += [error["lines"] for error in entry.get("errors", [])]
    cited += [[parameter["line"]] * 2 for parameter in entry.get("parameters", []) if "line" in parameter]
    cited += [[entry["path_line"]] * 2] if "path_line" in entry else []
    assert first <= last and [lines for lines in cited if not first <= lines[0] <= lines[-1] <= last] == []


@each([entry for entry in ENTRIES if "parameters" in entry])
def test_an_example_has_the_type_of_its_parameter(entry):
    assert [parameter["name"] for parameter in entry["parameters"] if unfit(parameter, parameter["in"])] == []


def unfit(parameter, place: str) -> bool:
    """Whether a parameter, or one within it, has an example of another type, or is an object that names nothing."""
    inner = parameter.get("items", {}).get("parameters", [])
    if inner or "example" not in parameter:
        return (parameter["type"] in ("object", "array") and not inner) or any(unfit(each, place) for each in inner)
    value = parameter["example"]
    if place in ("query", "path") and isinstance(value, str):  # text, whatever it is read as
        return False
    return not isinstance(value, TYPES[parameter["type"]]) or isinstance(value, bool) != (parameter["type"] == "boolean")


@each(SHOPLAZZA)
def test_what_is_mended_is_told_and_true(entry):
    for sample in (entry.get(key, {}) for key in ("example_request", "example_response", "example_payload")):
        for mend in sample.get("mended", []):
            value = found(sample["body"], mend["at"])
            assert value is not NOTHING and value != mend.get("printed", NOTHING), mend["at"]


@each(CALLS)
def test_a_call_has_scope_words_and_body_of_its_kind(entry):
    index = documents.index("shoplazza")
    reads = entry["method"] == "GET"
    assert entry["success"] == 200 and entry["statuses"][0] == 200
    assert entry["scope"] is None or "ruled" not in index["scopes"][entry["scope"]]
    assert entry["scope"] is None or entry["scope"].startswith("read_" if reads else "write_")
    names = re.findall(r"\{(\w+)\}", entry["path"])
    assert names == [parameter["name"] for parameter in entry["parameters"] if parameter["in"] == "path"]
    assert ("not_found" in entry) == bool(names or entry["operation"] == "shop.get")
    body = entry["example_request"].get("body")
    assert (body is None) == (not any(parameter["in"] == "body" for parameter in entry["parameters"]))
    if entry.get("wrapped"):
        assert list(body) == [entry["wrapper"]]
    if reads or entry["method"] == "DELETE":
        assert body is None
    assert sorted(entry["statuses"][1:]) == sorted(error["status"] for error in entry.get("errors", []))


@each([entry for entry in CALLS if "errors" in entry])
def test_the_printed_errors_pass(entry):
    for error in entry["errors"]:
        assert checker.check_error("shoplazza", error["status"], error["body"], entry) == []


def test_every_topic_is_an_event_and_every_scope_guards_a_call():
    index = documents.index("shoplazza")
    assert index["topics"] == [entry["operation"] for entry in SHOPLAZZA if entry["kind"] == "event"]
    guarded = {entry["scope"] for entry in CALLS}
    # nothing in the document reads comments
    assert {name for name, scope in index["scopes"].items() if "line" in scope} - guarded == {"read_comments"}
    spellings = [word for name, scope in index["scopes"].items() for word in (name, *scope.get("also", []))]
    assert len(spellings) == len(set(spellings)) and {"write_orders", "read_customers", "write_shop"} <= set(spellings)


def test_every_shared_object_is_used():
    named = re.compile(r'"object": "(\w+)"')
    files = [file for file in (documents.ROOT / "shoplazza").rglob("*.json")]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    used = {name for file, text in texts.items() for name in named.findall(text) if name != file.stem}
    assert used == set(documents.objects("shoplazza"))


@pytest.mark.parametrize("api", documents.apis())
def test_no_two_calls_have_one_address(api):
    calls = [entry for entry in checker.operations(api).values() if entry["kind"] == "http"]
    addresses = {(entry["method"], re.sub(r"\{\w+\}", "{}", entry["path"])) for entry in calls}
    assert len(addresses) == len(calls)


def test_a_signature_of_the_callback():
    signed = checker.operations("shoplazza")["oauth.callback"]["signed"]
    made = hmac.new(signed["secret"].encode(), signed["text"].encode(), hashlib.sha256).hexdigest()
    assert made == signed["hmac"] and made == made.lower() and len(made) == 64


def found(body, at: str):
    """What stands in a body at a place written like `orders[0].customer.phone`."""
    for name, position in re.findall(r"([^.\[\]]+)|\[(\d+)\]", at):
        try:
            body = body[name or int(position)]
        except (LookupError, TypeError):
            return NOTHING
    return body
