"""The checker itself: the document's own samples pass, and each kind of fault is named."""

from __future__ import annotations

import copy

import pytest

from contract import documents
from tests.contract import checker

ENTRIES = [entry for api in documents.apis() for entry in checker.operations(api).values()]
OPERATIONS = checker.operations("customeow")
HTTP = [entry for entry in ENTRIES if entry["kind"] == "http"]
EVENTS = [entry for entry in ENTRIES if entry["kind"] == "event"]


def by_id(entries):
    return pytest.mark.parametrize("entry", entries, ids=[f"{e['api']} {e['operation']}" for e in entries])


def reply(name: str, api: str = "customeow") -> tuple[dict, dict]:
    operation = checker.operations(api)[name]
    return operation, copy.deepcopy(operation["example_response"]["body"])


@by_id(HTTP)
def test_the_printed_reply_passes(entry):
    assert checker.check_reply(entry, entry["success"], entry["example_response"]["body"]) == []


@by_id(HTTP)
def test_the_printed_request_finds_its_operation_and_gives_every_documented_parameter_a_type(entry):
    request = checker.example_request(entry)
    prefix = documents.index(entry["api"])["prefix"]
    assert checker.find(entry["api"], request["method"], request["path"]) is entry
    assert checker.find(entry["api"], request["method"], prefix + request["path"] + "?page=1") is entry
    assert "{" not in request["path"] + "".join(request["query"].values())
    assert {p["type"] for p in entry["parameters"]} <= {"string", "integer", "number", "boolean", "array", "object"}
    documented = {(p["in"], p["name"]) for p in entry["parameters"]}
    body = request.get("body", {})
    body = body[entry["wrapper"]] if entry.get("wrapped") else body
    sent = {("query", k) for k in request["query"]} | {("body", k) for k in body}
    assert sent <= documented


@by_id(HTTP)
def test_every_form_of_a_request_finds_its_operation(entry):
    forms = dict(checker.example_requests(entry, {"access_token": "t"}))
    for request in forms.values():
        assert checker.find(entry["api"], request["method"], request["prefix"] + request["path"]) is entry
        assert "{" not in "".join(request["headers"].values())
    assert forms.pop("as printed").items() >= checker.example_request(entry, {"access_token": "t"}).items()
    assert set(forms) >= ({".json", "/", "of a month"} if entry["api"] == "shoplazza" else set())


def test_an_action_takes_any_empty_body_and_a_body_is_flat_or_wrapped():
    forms = dict(checker.example_requests(checker.operations("shoplazza")["orders.cancel"]))
    assert set(forms) == {"as printed", ".json", "/", "of a month", "wrapped", "no body", "[]", "{}", "form"}
    assert forms["wrapped"]["body"] == {"order": forms["as printed"]["body"]} and "body" not in forms["no body"]
    assert (forms["[]"]["body"], forms["{}"]["body"], forms["form"]["form"]) == ([], {}, {"reason": "取消原因"})
    forms = dict(checker.example_requests(checker.operations("shoplazza")["variants.update"]))
    assert forms["as printed"]["body"] == {"variant": forms["flat"]["body"]} and "no body" not in forms


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


@by_id([entry for entry in EVENTS if entry["api"] == "customeow"])
def test_a_webhook_body_is_envelope_and_payload(entry):
    envelope = documents.index("customeow")["event_envelope"]["example"]["body"]
    body = {**envelope, "event": entry["operation"], "payload": entry["example_payload"]["body"]}
    assert checker.check_event(entry, body) == []
    assert checker.check_event(entry, {**body, "event": "order.paid"}) != []
    assert checker.check_event(entry, {**body, "payload": {}}) != []


@by_id([entry for entry in EVENTS if entry["api"] == "shoplazza"])
def test_a_webhook_without_envelope_tells_its_topic_in_a_header(entry):
    body = entry["example_payload"]["body"]
    headers = dict.fromkeys(documents.index("shoplazza")["event_envelope"]["headers"], "x")
    headers |= {"X-Shoplazza-Topic": entry["operation"]}
    assert checker.check_event(entry, body, headers) == []
    assert checker.check_event(entry, body, {name.lower(): value for name, value in headers.items()}) == []
    assert len(checker.check_event(entry, body, headers | {"X-Shoplazza-Topic": "orders/lost"})) == 1
    assert len(checker.check_event(entry, {}, headers)) == 1 and checker.check_event(entry, body) != []
    for name in set(headers) - {"X-Shoplazza-Topic"}:
        assert len(checker.check_event(entry, body, headers | {name: ""})) == 1


def test_a_request_goes_out_as_bytes():
    forms = dict(checker.example_requests(checker.operations("shoplazza")["orders.cancel"], {"access_token": "t"}))
    method, target, headers, body = checker.encoded(forms["form"])
    assert (method, target) == ("POST", "/openapi/orders/db4469f3-5e56-4c69-a2b6-03e81d24d5b5/cancel")
    assert headers["Access-Token"] == "t" and headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert body == b"reason=%E5%8F%96%E6%B6%88%E5%8E%9F%E5%9B%A0" and checker.encoded(forms["no body"])[3] is None
    assert checker.encoded(forms["as printed"])[3].decode() == '{"reason": "取消原因"}'
    assert checker.encoded(forms["[]"])[3] == b"[]"
    forms = dict(checker.example_requests(checker.operations("shoplazza")["products.list"], {"ids": "1, 2"}))
    assert checker.encoded(forms["of a month"])[1].startswith("/openapi/2020-01/products?ids=1%2C+2&collection_id=123432&")


WRONG_TEXTS = [
    ("created_at", "2019-10-01 10:00:00 xxxx"), ("created_at", "2019-10-01T10:00:00"), ("created_at", "2019-13-01T10:00:00Z"),
    ("created_at", None), ("placed_at", ""), ("total_price", "16,99"), ("total_price", 16.99), ("status", "open"),
    ("note", None), ("payment_method", ""), ("line_items", None), ("shipping_line", None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), WRONG_TEXTS)
def test_a_text_of_the_wrong_form_is_named(key, value):
    operation, body = reply("orders.get", "shoplazza")
    body["order"][key] = value
    [line] = checker.check_reply(operation, 200, body)
    assert line.startswith(f"body.order.{key}: ")


RIGHT_TEXTS = [("placed_at", None), ("created_at", "2019-10-01T10:00:00.123Z"), ("total_price", "1600"), ("line_items", [])]


@pytest.mark.parametrize(("key", "value"), RIGHT_TEXTS)
def test_a_text_of_the_right_form_passes(key, value):
    operation, body = reply("orders.get", "shoplazza")
    body["order"][key] = value
    assert checker.check_reply(operation, 200, body) == []


def test_an_amount_names_its_currency_and_a_topic_is_a_known_one():
    operation, body = reply("orders.get", "shoplazza")
    body["order"]["line_items"][0]["total"] = "12.34"
    assert checker.check_reply(operation, 200, body) == ['body.order.line_items[0].total: "12.34" is no amount']
    operation, body = reply("webhooks.get", "shoplazza")
    body["webhook"]["topic"] = "orders/create,products/update"
    assert checker.check_reply(operation, 200, body) == []
    body["webhook"]["topic"] = "order/create"
    assert checker.check_reply(operation, 200, body) != []


@pytest.mark.parametrize("name", ["products.list", "shop.get"])
def test_a_reply_has_the_keys_that_were_asked_for_and_no_others(name):
    operation, body = reply(name, "shoplazza")
    inner = body["products"][0] if name == "products.list" else body["shop"]
    less = {"id": inner["id"], "created_at": inner["created_at"]}
    less = {"products": [less]} if name == "products.list" else {"shop": less}
    query = {"fields": "created_at, id"}
    assert checker.check_reply(operation, 200, less, query) == [] and checker.check_reply(operation, 200, less) != []
    assert checker.check_reply(operation, 200, body, query) != []
    assert checker.check_reply(operation, 200, body, {"fields": ""}) == []


@pytest.mark.parametrize(
    ("name", "status", "body", "faults"),
    [
        ("orders.get", 404, {"errors": ["record not found"]}, 0),
        ("orders.get", 404, {"errors": ["record not found!"]}, 1),
        ("webhooks.get", 404, {"errors": ["record not found!"]}, 0),
        ("webhooks.get", 404, {"errors": ["record not found"]}, 1),
        ("orders.get", 422, {"errors": {"page": ["must be greater than or equal to 1"]}}, 0),
        ("orders.get", 422, {"errors": {"page": "must be greater than or equal to 1"}}, 1),
        ("orders.get", 422, {"errors": {"page": []}}, 1),
        ("orders.get", 422, {"errors": {}}, 1),
        ("orders.get", 422, {"errors": []}, 1),
        ("orders.get", 422, {"errors": [" "]}, 1),
        ("orders.get", 422, {"errors": "no"}, 1),
        ("orders.get", 401, {"errors": ["no"], "code": 401}, 1),
        ("orders.get", 401, {"error": "no"}, 2),
        ("orders.get", 401, [], 1),
        ("orders.refund", 406, {"errors": ["This post sale order cannot do this operation"]}, 0),
        ("orders.get", 406, {"errors": ["This post sale order cannot do this operation"]}, 1),
        ("orders.delete", 201, {}, 1),
        ("orders.delete", 200, {"order": {}}, 1),
        ("oauth.token", 400, {"errors": ["used"], "error": "invalid_grant", "error_description": "used"}, 0),
        ("oauth.token", 400, {"error": "invalid_grant", "error_description": "used"}, 1),
    ],
)
def test_a_shoplazza_failure_keeps_its_form_and_words(name, status, body, faults):
    assert len(checker.check_reply(checker.operations("shoplazza")[name], status, body)) == faults


def test_count_is_no_id_and_every_form_of_an_address_is_one():
    paths = ["/openapi/orders/count", "/openapi/2022-07/orders/count.json", "/openapi/orders/count/", "/orders/count?page=1"]
    assert {checker.find("shoplazza", "GET", path)["operation"] for path in paths} == {"orders.count"}
    assert checker.find("shoplazza", "GET", "/openapi/orders/1.json")["operation"] == "orders.get"
    assert checker.find("shoplazza", "GET", "/openapi/2022-7/orders") is checker.find("shoplazza", "PATCH", "/orders/1") is None


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
