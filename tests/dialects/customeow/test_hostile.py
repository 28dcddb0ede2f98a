"""Whatever is sent, the answer is in the envelope, and it is never our fault."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from monogram.dialects.customeow.app import ROUTES

from .conftest import new_order

BODIES = {
    "nothing": b"",
    "no JSON": b"storeId=1&platformOrderId=2",
    "half": b'{"storeId": "1"',
    "two": b"{}{}",
    "bad UTF-8": b'{"storeId": "\xff\xfe"}',
    "UTF-16": '{"storeId": "1"}'.encode("utf-16"),
    "NUL": b'{"storeId": "a\\u0000b"}',
    "raw NUL": b'{"storeId": "a\x00b"}',
    "lone surrogate": b'{"storeId": "\\ud800"}',
    "NaN": b'{"platformType": NaN}',
    "Infinity": b'{"platformType": -Infinity}',
    "1e400": b'{"platformType": 1e400}',
    "beyond 64 bits": b'{"platformType": 9223372036854775808}',
    "5000 digits": b'{"platformType": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"storeId": "1", "storeId": "2"}',
    "deep": b"[" * 100_000,
    "deep and closed": b'{"a":' * 70 + b"1" + b"}" * 70,
    "null": b"null",
    "list": b"[]",
    "text": b'"x"',
    "number": b"17",
    "wrong types": b'{"storeId": {}, "lineItems": "x", "customInfoId": [], "compositeId": false}',
    "many faults": json.dumps({"lineItems": [{} for _ in range(900)]}).encode(),
}
POSTS = [route for route in ROUTES if route.method == "POST"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.operation)
async def test_a_hostile_body_is_400(api, route, body):
    reply = api.post(route.path, body)
    assert reply.status == 400 and len(reply.message) < 4000


async def test_too_large_a_body_is_413(api, shop):
    assert api.post("/order", b" " * (10 * 1024 * 1024 + 1)).status == 413


NASTY = ["", " ", "测试", "\x00", "a\x00b", "\U0001f600", "'; drop table orders; --", "%", "../../etc/passwd",
         "-1", "1e3", "9" * 4000, "9223372036854775807", "9223372036854775808", "٣", "null",
         "\u202e", "{{7*7}}", "a" * 300]  # fmt: skip


@pytest.mark.parametrize("field", ["storeId", "platformOrderId", "platformOrderNo", "platformCreatedAt", "currencyCode", "sku",
                                   "customInfoId", "platformItemId", "platformProductId", "platformProductTitle",
                                   "platformVariantTitle", "platformVariantId", "platformProductImage", "price"])  # fmt: skip
async def test_a_nasty_text_in_any_field_is_taken_or_refused(api, shop, field):
    for text in NASTY:
        status = api.post("/order", new_order(shop, **{field: text})).status
        assert status in (201, 400, 404), (field, text)


@pytest.mark.parametrize("path", ["/order", "/order-info", "/skus", "/pod-products"])
async def test_a_nasty_text_in_any_query_is_taken_or_refused(api, shop, path):
    names = ("storeId", "platformOrderId", "startTime", "page", "pageSize", "storeIds", "keyword", "sku", "integratedStatus")
    for name in names:
        for text in ("\x00", "测试", "9" * 4000, "'", "-1"):
            query = {"storeId": str(shop.store_id), "platformOrderId": "x", name: text}
            assert api.get(path, query, key=shop.key).status in (200, 400, 404, 429, 501), (path, name, text)


NO_IDS = ["测试", "9223372036854775808", "9" * 400, "-1", "0", "1.0", "%00", "%FF", "1%2F2", "null", "%E2%80%AE"]


@pytest.mark.parametrize("text", NO_IDS)
@pytest.mark.parametrize("path", ["/custom-info/{}", "/custom-info/{}/templates", "/composite/task/{}"])
async def test_a_path_id_that_is_no_id_is_404(api, path, text):
    assert api.get(path.format(text)).status == 404


async def test_a_query_of_bad_bytes_is_400(api):
    for query in ("keyword=%FF%FE", "keyword=%00", "%FF=1"):
        assert api.call("GET", f"/skus?storeId=1&{query}").status == 400, query


async def test_unknown_addresses_and_methods_are_in_the_envelope(api):
    for method, path, status in [("GET", "/nothing", 404), ("GET", "/", 404), ("GET", "/order/", 404),
                                 ("POST", "/order/1/2", 404), ("DELETE", "/order", 405), ("PUT", "/composite/task", 405),
                                 ("POST", "/skus", 405),
                                 ("OPTIONS", "/order", 405), ("PATCH", "/custom-info/1", 405)]:  # fmt: skip
        reply = api.call(method, path)
        assert reply.status == status, (method, path)
        assert status != 405 or reply.headers["allow"]
    assert api.call("DELETE", "/order", key=None).status == 405


async def test_each_reply_has_a_request_id_of_its_own(api):
    ids = [api.get("/order").headers["x-request-id"] for _ in range(3)]
    assert len(set(ids)) == 3


async def test_the_connection_stays_open_after_a_refusal(server, shop):
    """A refused body must not leave bytes behind that the next request would begin with."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    for body, status in [(b"{", 400), (json.dumps(new_order(shop)).encode(), 201), (b"\xff", 400)]:
        connection.request("POST", "/v1/order", body, {"X-Api-Key": shop.key})
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (status, 0 if status == 201 else status)
    connection.close()
