"""Orders and fulfilments through the API, every reply held to the contract."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from urllib.parse import quote

import pytest

from monogram.core import orders
from monogram.core.addresses import Address
from monogram.core.orders import Checkout, CheckoutLine
from monogram.dialects.shoplazza.views.orders import FINANCIAL
from tests.dialects.shoplazza.calls import private_app
from tests.shops import open_shop, order
from tests.stock import put_product


@pytest.fixture
async def variant(pool, shop):
    async with pool.acquire() as connection:
        return await put_product(connection, shop.store_id, available=100, price="12.34")


async def put_order(pool, shop, variant, **more):
    details = {
        "email": f"{uuid.uuid4().hex}@example.com", "payment_method": "cod", "shipping": Decimal("1"),
        "shipping_address": Address("Bob", "Norman", address1="Chestnut Street 92", city="Louisville", latitude=45.41),
    } | more  # fmt: skip
    lines = (CheckoutLine(variant, 2, (("color", "red"), ("color", "blue"))), CheckoutLine(variant, 1))
    async with pool.acquire() as connection, connection.transaction():
        return await orders.place(connection, shop.store_id, Checkout(lines, **details))


async def test_an_order_is_listed_counted_and_shown(app, pool, shop, variant):
    placed = await put_order(pool, shop, variant)
    status, listed = await app.call("orders.list", "GET", "/orders")
    shown = (await app.call("orders.get", "GET", f"/orders/{placed.uuid}"))[1]["order"]
    assert status == 200 and listed["orders"] == [shown]
    assert shown["total_price"] == "38.02" and shown["line_items"][0]["price"] == 12.34
    assert shown["line_items"][0]["total"] == "24.68 USD" and shown["customer"]["orders_count"] == 1
    assert shown["line_items"][0]["properties"] == [{"name": "color", "value": "red"}, {"name": "color", "value": "blue"}]
    assert (await app.call("orders.count", "GET", "/orders/count"))[1] == {"count": 1}


async def test_an_order_of_a_platform_is_one_of_the_shop(app, pool, shop):
    async with pool.acquire() as connection:
        await orders.receive(connection, shop.store_id, order("A-7"))
    listed = (await app.call("orders.list", "GET", "/orders?status=placed&financial_status=paid"))[1]["orders"]
    assert len(listed) == 1 and listed[0]["line_items"][0]["product_id"] == ""


@pytest.mark.parametrize("query,found", [
    ("status=placed", 1), ("status=opened", 1), ("status=opened,placed", 2), ("financial_status=waiting", 2),
    ("fulfillment_status=initalled", 1), ("created_at_min=2099-01-01T00:00:00%2B08:00", 0), ("ids=1, nonsense", 0),
    ("created_at_max=2099-01-01T00:00:00 08:00", 2), ("placed_at_min=2020-01-01T00:00:00", 1), ("limit=1", 1), ("page=9", 0),
    ("updated_at_min=2020-01-01&updated_at_max=2021-01-01", 0),
])  # fmt: skip
async def test_filters(app, pool, shop, variant, query, found):
    for method in ("cod", "online"):
        await put_order(pool, shop, variant, payment_method=method)
    listed = (await app.call("orders.list", "GET", f"/orders?{quote(query, safe='=&%+,')}"))[1]["orders"]
    assert len(listed) == found
    if "limit" not in query and "page" not in query and "ids" not in query:
        assert (await app.call("orders.count", "GET", f"/orders/count?{quote(query, safe='=&%+,')}"))[1]["count"] == found


async def test_only_these_ids(app, pool, shop, variant):
    one, two, _ = [await put_order(pool, shop, variant) for _ in range(3)]
    listed = (await app.call("orders.list", "GET", f"/orders?ids={one.uuid},%20{two.uuid}"))[1]["orders"]
    assert {each["id"] for each in listed} == {str(one.uuid), str(two.uuid)}


@pytest.mark.parametrize("query,field,text", [
    ("limit=251", "limit", "must be less than or equal to 250"), ("page=0", "page", "must be greater than or equal to 1"),
    ("limit=x", "limit", "is not a number"), ("status=gone", "status", "is not included in the list"),
    ("created_at_min=yesterday", "created_at_min", "is invalid"),
])  # fmt: skip
async def test_bad_queries_are_told_by_field(app, query, field, text):
    status, body = await app.call("orders.list", "GET", f"/orders?{query}")
    assert (status, body) == (422, {"errors": {field: [text]}})


async def test_an_order_is_changed_where_it_is_said(app, pool, shop, variant):
    placed = await put_order(pool, shop, variant)
    change = {"note": "My note", "tags": "a, b", "shipping_address": {"city": "shenzhen", "latitude": "10.22", "zip": 518000}}
    for body in (change, {"order": change}):
        status, answer = await app.call("orders.update", "PUT", f"/orders/{placed.uuid}", body)
        address = answer["order"]["shipping_address"]
        assert status == 200 and (address["city"], address["latitude"], address["zip"]) == ("shenzhen", 10.22, "518000")
        assert address["address1"] == "Chestnut Street 92" and answer["order"]["tags"] == "a, b"
    status, answer = await app.call("orders.update", "PUT", f"/orders/{placed.uuid}", {"note": "注" * 201})
    assert (status, answer) == (422, {"errors": ["Note is too long (maximum is 200 characters)"]})


async def test_a_parcel_goes_its_way(app, pool, shop, variant):
    placed = await put_order(pool, shop, variant)
    base = f"/orders/{placed.uuid}/fulfillments"
    lines = [line["id"] for line in (await app.call("orders.get", "GET", f"/orders/{placed.uuid}"))[1]["order"]["line_items"]]
    wanted = {"line_item_ids": lines[:1], "tracking_number": "1231232113", "tracking_company": "DHL"}
    status, made = await app.call("fulfillments.create", "POST", base, wanted)
    parcel = made["fulfillment"]
    assert status == 200 and parcel["status"] == "shipped" and [line["id"] for line in parcel["line_items"]] == lines[:1]
    again, refused = await app.call("fulfillments.create", "POST", base, wanted)
    assert again == 422 and list(refused["errors"]) == ["line_item_ids"]
    _, answer = await app.call("fulfillments.update", "PUT", f"{base}/{parcel['id']}", {"tracking_number": "9"})
    changed = answer["fulfillment"]
    assert (changed["tracking_number"], changed["tracking_company"]) == ("9", "DHL")
    assert (await app.call("fulfillments.list", "GET", base))[1]["fulfillments"] == [changed]
    assert (await app.call("fulfillments.count", "GET", f"{base}/count"))[1] == {"count": 1}
    assert (await app.call("fulfillments.get", "GET", f"{base}/{parcel['id']}"))[1]["fulfillment"] == changed
    done = await app.call("fulfillments.complete", "POST", f"{base}/{parcel['id']}/complete")
    assert done[1]["fulfillment"]["status"] == "finished"
    for late in ("complete", "cancel"):
        status, body = await app.call(f"fulfillments.{late}", "POST", f"{base}/{parcel['id']}/{late}", [])
        assert (status, body) == (422, {"errors": ["failed to change fulfillment status"]})


async def test_an_order_is_cancelled_refunded_and_deleted(app, pool, shop, variant):
    placed = await put_order(pool, shop, variant, payment_method="online")
    status, body = await app.call("orders.refund", "POST", f"/orders/{placed.uuid}/refund")
    assert (status, body) == (406, {"errors": ["This post sale order cannot do this operation"]})
    async with pool.acquire() as connection, connection.transaction():
        await orders.pay(connection, shop.store_id, placed.id)
    status, body = await app.call("orders.delete", "DELETE", f"/orders/{placed.uuid}")
    assert (status, body) == (422, {"errors": ["cannot delete order in this state"]})
    status, body = await app.call("orders.cancel", "POST", f"/orders/{placed.uuid}/cancel", {"reason": "取消原因"})
    assert status == 200 and (body["order"]["status"], body["order"]["cancel_reason"]) == ("cancelled", "取消原因")
    assert (await app.call("orders.refund", "POST", f"/orders/{placed.uuid}/refund"))[0] == 200
    assert (await app.call("orders.get", "GET", f"/orders/{placed.uuid}"))[1]["order"]["financial_status"] == "cancelled"
    assert (await app.call("orders.delete", "DELETE", f"/orders/{placed.uuid}"))[0] == 200
    status, body = await app.call("orders.get", "GET", f"/orders/{placed.uuid}")
    assert (status, body) == (404, {"errors": ["record not found"]})


@pytest.mark.parametrize("key", ["测试", "1", "9" * 40, "00000000-0000-0000-0000-000000000000", "%00"])
async def test_what_is_no_order_is_not_found(app, key):
    assert (await app.call("orders.get", "GET", f"/orders/{quote(key, safe='%')}"))[0] == 404


async def test_another_shops_order_is_not_there(app, pool, server, shop, variant):
    placed = await put_order(pool, shop, variant)
    async with pool.acquire() as connection:
        stranger = await private_app(connection, server.url, (await open_shop(connection)).store_id)
    assert (await stranger.call("orders.get", "GET", f"/orders/{placed.uuid}"))[0] == 404
    assert (await stranger.call("orders.list", "GET", f"/orders?ids={placed.uuid}"))[1] == {"orders": []}


async def test_every_state_has_a_word_in_the_document(db):
    definition = await db.fetchval(
        "select pg_get_constraintdef(oid) from pg_constraint where conname = 'orders_financial_status_check'"
    )
    assert set(re.findall(r"'(\w+)'", definition)) == set(FINANCIAL)
