"""The requests that the document prints, as they stand but for host, key and ids; and every failure in the envelope."""

from __future__ import annotations

import json

import asyncpg
import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from monogram.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from monogram.dialects.customeow.app import ROUTES
from monogram.dialects.customeow.envelope import refused
from tests.contract import checker
from tests.shops import SKU

from .conftest import API, new_order, new_task


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
async def test_the_printed_request_works(api, shop, custom, route):
    api.post("/order", new_order(shop, customInfoId=str(custom)))
    task = api.post("/composite/task", new_task(shop, custom)).data["id"]
    values = {"storeId": shop.store_id, "customInfoId": str(custom), "custom_id": custom,
              "compositeId": str(shop.production_id), "platformOrderId": "62758597430", "page": 1, "pageSize": 10,
              "keyword": SKU[:3], "sku": SKU}  # fmt: skip
    values["id"] = task if route.operation == "composite_task.get" else custom
    if route.method == "POST":
        values = {name: str(values[name]) for name in ("storeId", "customInfoId", "compositeId")}
    printed = checker.example_request(checker.operations(API)[route.operation], values)
    headers = {name: value for name, value in printed["headers"].items() if name != "X-Api-Key"}
    query = "&".join(f"{name}={value}" for name, value in printed["query"].items())
    path = printed["path"] + (f"?{query}" if query else "")
    reply = api.call(printed["method"], path, printed.get("body"), headers=headers)
    wanted = checker.operations(API)[route.operation]["success"] if route.state == "works" else 501
    assert reply.status == wanted
    if "list" in (reply.data or {}):
        assert reply.data["count"] == 1


FAILURES = [
    (NotFound("customization", 1), 404),
    (Invalid({"sku": "is required"}), 400),
    (Conflict("order", "is there with other content"), 400),
    (Unauthenticated("the API key is missing"), 401),
    (TooMany(60, 2.4), 429),
    (HTTPException(404), 404),
    (HTTPException(405), 405),
    (HTTPException(413, "The body is larger than 10 MB."), 413),
    (RequestValidationError([]), 400),
    (asyncpg.CannotConnectNowError("starting up"), 503),
    (asyncpg.InterfaceError("the connection is closed"), 503),
    (ConnectionRefusedError(), 503),
    (TimeoutError(), 503),
    (asyncpg.DataError("invalid input for query argument $1"), 500),
    (ZeroDivisionError("secret detail"), 500),
]


@pytest.mark.parametrize("error, status", FAILURES, ids=lambda each: type(each).__name__)
def test_every_failure_has_its_words(error, status):
    response = refused(error, "0123456789abcdef")
    body = json.loads(response.body)
    assert response.status_code == status and checker.check_error(API, status, body) == []
    assert "secret" not in body["message"] and (status < 500 or "0123456789abcdef" in body["message"])
    assert (response.headers.get("retry-after") is not None) == (status in (429, 503))


def test_forbidden_is_not_this_apis_but_stays_in_its_envelope():
    response = refused(Forbidden("the scope read_order"), "")
    message = "this key may not do that: it needs the scope read_order"
    assert json.loads(response.body) == {"code": 403, "message": message, "data": None}
