"""The checker itself: the document's own samples pass, and each kind of fault is named."""

from __future__ import annotations

import copy

import pytest

from contract import documents
from tests.contract import checker

OPERATIONS = checker.operations("customeow")
HTTP = [o for o in OPERATIONS.values() if o["kind"] == "http"]
EVENTS = [o for o in OPERATIONS.values() if o["kind"] == "event"]


def by_id(entries):
    return pytest.mark.parametrize("entry", entries, ids=[e["operation"] for e in entries])


def reply(name: str) -> tuple[dict, dict]:
    operation = OPERATIONS[name]
    return operation, copy.deepcopy(operation["example_response"]["body"])


@by_id(HTTP)
def test_the_printed_reply_passes(entry):
    assert checker.check_reply(entry, entry["success"], entry["example_response"]["body"]) == []


@by_id(HTTP)
def test_the_printed_request_finds_its_operation_and_gives_every_documented_parameter_a_type(entry):
    request = checker.example_request(entry)
    assert checker.find("customeow", request["method"], request["path"]) is entry
    assert checker.find("customeow", request["method"], "/v1" + request["path"] + "?page=1") is entry
    assert "{" not in request["path"] + "".join(request["query"].values())
    assert {p["type"] for p in entry["parameters"]} <= {"string", "integer", "array"}
    documented = {(p["in"], p["name"]) for p in entry["parameters"]}
    sent = {("query", k) for k in request["query"]} | {("body", k) for k in request.get("body", {})}
    assert sent <= documented


@by_id(HTTP)
def test_every_documented_key_is_missed_and_every_other_key_is_named(entry):
    for path, key in objects(entry["example_response"]["body"]):
        without = copy.deepcopy(entry["example_response"]["body"])
        del descend(without, path)[key]
        assert any("missing" in line and key in line for line in checker.check_reply(entry, entry["success"], without))
    for path in {p for p, _ in objects(entry["example_response"]["body"])}:
        more = copy.deepcopy(entry["example_response"]["body"])
        descend(more, path)["surplus"] = 1
        assert any("surplus: not documented" in line for line in checker.check_reply(entry, entry["success"], more))


@pytest.mark.parametrize("wrong", [None, True, 1.5, "1", [], {}], ids=repr)
def test_a_wrong_type_is_named(wrong):
    operation, body = reply("order.list")
    body["data"]["list"][0]["quantity"] = wrong
    [line] = checker.check_reply(operation, 200, body)
    assert line.startswith("body.data.list[0].quantity: ") and line.endswith(" is no integer")


def test_an_id_as_a_number_and_a_string_list_with_a_number_are_named():
    operation, body = reply("composite_task.get")
    body["data"]["id"] = 107480773086429184
    body["data"]["resources"] = [1]
    assert checker.check_reply(operation, 200, body) == [
        "body.data.id: 107480773086429184 is no string",
        "body.data.resources[0]: 1 is no string",
    ]


def test_a_state_outside_the_document_is_named():
    operation, body = reply("composite_task.get")
    body["data"]["status"] = 4
    assert checker.check_reply(operation, 200, body) == ["body.data.status: 4 is none of 0, 1, 2, 3"]


@pytest.mark.parametrize("status", [200, 202, 204, 302, 403, 409, 422])
def test_an_undocumented_status_is_named(status):
    operation, body = reply("order.create")
    assert checker.check_reply(operation, status, body) == [f"status {status} is not documented"]


def test_success_says_0_and_ok():
    operation, body = reply("order.create")
    body |= {"code": 201, "message": "Created"}
    assert len(checker.check_reply(operation, 201, body)) == 2


@pytest.mark.parametrize(
    ("status", "body", "faults"),
    [
        (404, {"code": 404, "message": "Not found", "data": None}, 0),
        (404, {"code": 400, "message": "Not found", "data": None}, 1),
        (404, {"code": 404, "message": " ", "data": None}, 1),
        (404, {"code": 404, "message": "Not found", "data": {}}, 1),
        (404, {"code": 404, "message": "Not found"}, 1),
        (404, {"code": 404, "message": "Not found", "data": None, "errors": []}, 1),
        (404, {"detail": "Not Found"}, 4),
        (404, "Not Found", 1),
    ],
)
def test_a_failure_keeps_its_envelope(status, body, faults):
    operation, success = reply("order.info")
    assert len(checker.check_reply(operation, status, body)) == faults
    assert checker.check_reply(operation, status, success) != []


@by_id(EVENTS)
def test_a_webhook_body_is_envelope_and_payload(entry):
    envelope = documents.index("customeow")["event_envelope"]["example"]["body"]
    body = {**envelope, "event": entry["operation"], "payload": entry["example_payload"]["body"]}
    assert checker.check_event(entry, body) == []
    assert checker.check_event(entry, {**body, "event": "order.paid"}) != []
    assert checker.check_event(entry, {**body, "payload": {}}) != []


def test_no_operation_is_found_elsewhere():
    elsewhere = [("DELETE", "/order"), ("GET", "/orders"), ("GET", "/custom-info/"), ("GET", "/composite/task/1/2")]
    assert [checker.find("customeow", *call) for call in elsewhere] == [None] * 4


def test_example_values_are_replaced_where_they_stand():
    request = checker.example_request(OPERATIONS["order.create"], {"storeId": "7", "sku": "MUG", "X-Api-Key": "k"})
    assert (request["body"]["storeId"], request["body"]["lineItems"][0]["sku"]) == ("7", "MUG")
    assert request["headers"]["X-Api-Key"] == "k" and request["body"]["currencyCode"] == "USD"
    request = checker.example_request(OPERATIONS["custom_info.get"], {"custom_id": "9", "lang": "zh_CN"})
    assert (request["path"], request["query"]) == ("/custom-info/9", {"lang": "zh_CN"})


def test_the_two_maps_of_27_languages_are_one_to_one():
    rows = documents.languages("customeow")
    assert len(rows) == len({r["page"] for r in rows}) == len({r["api"] for r in rows}) == 27
    assert all(r["page"].split("-")[0] == r["api"].split("_")[0] and r["en"] and r["zh"] for r in rows)


def objects(value, path=()):
    """(path, key) of every key of every object in a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path, key
            yield from objects(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from objects(inner, (*path, position))


def descend(value, path):
    for step in path:
        value = value[step]
    return value
