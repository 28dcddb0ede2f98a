"""Orders by the merchant's own software: placed, paid, refunded; and who may not."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from monogram.core import apps, orders
from tests.api.calls import Merchant
from tests.shops import confirm, open_shop
from tests.stock import put_product, stock_of


@pytest.fixture
async def shop(pool):
    async with pool.acquire() as db, db.transaction():
        return await open_shop(db)


@pytest.fixture
def merchant(server, shop):
    return Merchant(server.url, shop.key, shop.store_id)


@pytest.fixture
async def variant(pool, shop):
    async with pool.acquire() as db:
        return await put_product(db, shop.store_id, available=10, price="3.33")


def new_order(variant: int, quantity: int = 3, **more) -> dict:
    return {"lines": [{"variantId": str(variant), "quantity": quantity}]} | more


async def test_an_order_is_placed_paid_and_refunded_by_line(pool, merchant, shop, variant):
    status, order = await merchant.call("POST", "/orders", new_order(
        variant, email="a@b.c", shipping="5", taxRate="0.1", discounts=[{"part": "0.1", "code": "TEN"}],
        shippingAddress={"firstName": "Ada", "city": "Paris", "latitude": 48.85}, client={"ip": "192.0.2.1"},
    ))  # fmt: skip
    assert status == 201
    assert (order["status"], order["financialStatus"], order["fulfillmentStatus"]) == ("opened", "waiting", "initialled")
    sums = [order[name] for name in ("subTotal", "totalDiscount", "totalTax", "totalPrice")]
    assert sums == ["9.99", "1.00", "1.40", "15.39"]
    status, order = await merchant.call("POST", f"/orders/{order['id']}/payment", {"status": "paid", "id": "pi_1"})
    assert (status, order["status"], order["financialStatus"]) == (200, "placed", "paid")
    wanted = {"lines": [{"lineId": order["lines"][0]["id"], "quantity": 1}], "reason": "broken"}
    status, order = await merchant.call("POST", f"/orders/{order['uuid']}/refunds", wanted)
    assert (status, order["financialStatus"], order["totalRefunded"]) == (200, "partially_refunded", "3.30")
    assert order["lines"][0]["refunded"] == 1
    status, order = await merchant.call("POST", f"/orders/{order['uuid']}/refunds", {"amount": "0.09"})
    assert order["totalRefunded"] == "3.39"
    status, order = await merchant.call("POST", f"/orders/{order['uuid']}/refunds", {})
    assert (order["financialStatus"], order["totalRefunded"]) == ("refunded", "15.39")
    assert (await merchant.call("GET", f"/orders/{order['id']}"))[1] == order
    async with pool.acquire() as db:
        assert await stock_of(db, shop.store_id, variant) == (10, 0, 0)
        view = await orders.show(db, shop.store_id, int(order["id"]))
        actors = await db.fetch("select distinct actor from order_history where order_id = $1", int(order["id"]))
    assert view.order.payment == {"id": "pi_1"} and view.order.client == {"ip": "192.0.2.1"}
    assert (view.order.shipping_address.city, view.order.shipping_address.latitude) == ("Paris", 48.85)
    assert [row["actor"] for row in actors] == [f"key:{shop.key_id}"]


async def test_the_same_reference_is_the_same_order_however_often_it_is_sent(pool, merchant, shop, variant):
    wanted = new_order(variant, 2, reference="cart-1")
    answers = await asyncio.gather(*(merchant.call("POST", "/orders", wanted) for _ in range(6)))
    assert sorted(status for status, _ in answers) == [200] * 5 + [201]
    assert len({order["id"] for _, order in answers}) == 1 and answers[0][1]["reference"] == "cart-1"
    async with pool.acquire() as db:
        assert await stock_of(db, shop.store_id, variant) == (8, 2, 0)


async def test_a_payment_that_failed_can_be_made_again(merchant, variant):
    _, order = await merchant.call("POST", "/orders", new_order(variant))
    status, order = await merchant.call("POST", f"/orders/{order['id']}/payment", {"status": "failed", "reason": "no funds"})
    assert (status, order["status"], order["financialStatus"]) == (200, "opened", "failed")
    for _ in range(2):
        status, order = await merchant.call("POST", f"/orders/{order['id']}/payment", {"status": "paid"})
        assert (status, order["financialStatus"]) == (200, "paid")
    status, refused = await merchant.call("POST", f"/orders/{order['id']}/payment", {"status": "failed"})
    assert (status, refused["error"]["code"]) == (409, "conflict")


async def test_a_line_may_name_its_variant_by_uuid_and_carry_a_customization(pool, merchant, shop, variant):
    async with pool.acquire() as db, db.transaction():
        name = str(await db.fetchval("select uuid from variants where id = $1", variant))
        custom = await confirm(db, shop)
    line = {"variantId": name, "properties": [{"name": "customInfoId", "value": str(custom)}, {"name": "size", "value": "M"}]}
    status, order = await merchant.call("POST", "/orders", {"lines": [line], "paymentMethod": "cod"})
    assert status == 201 and order["status"] == "placed"
    assert (order["lines"][0]["customInfoId"], order["lines"][0]["properties"]) == (str(custom), line["properties"])
    line["properties"][0]["value"] = "12345"
    status, refused = await merchant.call("POST", "/orders", {"lines": [line]})
    assert (status, refused["error"]["message"]) == (404, "There is no such customization.")


@pytest.mark.parametrize("change, field", [
    ({"lines": []}, "lines"),
    ({"lines": [{"variantId": "7"}]}, "lines[0].variantId"),
    ({"lines": [{"variantId": "测试"}]}, "lines[0].variantId"),
    ({"lines": [{"variantId": str(uuid.UUID(int=0)), "quantity": 0}]}, "lines[0].quantity"),
    ({"shipping": 5}, "shipping"), ({"shipping": "-1"}, "shipping"), ({"shipping": "NaN"}, "shipping"),
    ({"tip": "1e40"}, "tip"), ({"taxRate": "1.2"}, "taxRate"), ({"paymentMethod": "gold"}, "paymentMethod"),
    ({"discounts": [{"code": "X"}]}, "discounts[0]"), ({"discounts": [{"part": "1", "amount": "1"}]}, "discounts[0]"),
    ({"shippingAddress": {"latitude": 200}}, "shippingAddress.latitude"), ({"email": "x" * 256}, "email"),
])  # fmt: skip
async def test_what_is_wrong_is_told_by_field(merchant, variant, change, field):
    status, refused = await merchant.call("POST", "/orders", new_order(variant) | change)
    assert status == 400 and list(refused["error"]["fields"]) == [field]


async def test_more_than_there_is_is_not_sold(pool, merchant, shop, variant):
    answers = await asyncio.gather(*(merchant.call("POST", "/orders", new_order(variant)) for _ in range(8)))
    assert sorted(status for status, _ in answers) == [201] * 3 + [409] * 5
    async with pool.acquire() as db:
        assert await stock_of(db, shop.store_id, variant) == (1, 9, 0)


async def test_no_more_is_refunded_than_was_paid(merchant, variant):
    _, order = await merchant.call("POST", "/orders", new_order(variant))
    path, line = f"/orders/{order['id']}/refunds", order["lines"][0]["id"]
    assert (await merchant.call("POST", path, {}))[0] == 409
    await merchant.call("POST", f"/orders/{order['id']}/payment", {"status": "paid"})
    for wanted, field in (
        ({"amount": "10.00"}, "amount"), ({"lines": [{"lineId": line, "quantity": 4}]}, f"lines[{line}]"),
        ({"lines": [{"lineId": "1", "quantity": 1}]}, "lines[0].lineId"),
        ({"lines": [{"lineId": line, "quantity": 1}] * 2}, "lines[1].lineId"), ({"lines": []}, "lines"),
    ):  # fmt: skip
        status, refused = await merchant.call("POST", path, wanted)
        assert status == 400 and list(refused["error"]["fields"]) == [field]


ADDRESSES = [
    ("POST", "/orders"), ("GET", "/orders/{id}"), ("POST", "/orders/{id}/payment"), ("POST", "/orders/{id}/refunds"),
    ("GET", "/webhooks"), ("POST", "/webhooks/1/enable"), ("POST", "/webhooks/1/redelivery"), ("GET", "/deliveries"),
    ("GET", "/deliveries/1"), ("POST", "/deliveries/1/redelivery"),
]  # fmt: skip


@pytest.mark.parametrize("method, path", ADDRESSES)
async def test_only_the_merchants_key_opens_the_store(pool, server, merchant, shop, variant, method, path):
    _, order = await merchant.call("POST", "/orders", new_order(variant))
    path = path.replace("{id}", order["id"])
    async with pool.acquire() as db, db.transaction():
        stranger = await open_shop(db)
        revoked = await apps.issue_key(db, shop.merchant_id, "old")
        await apps.revoke_key(db, shop.merchant_id, revoked.id)
    for key in (None, "", "nonsense", revoked.secret):
        status, refused = await Merchant(server.url, key, shop.store_id).call(method, path, data=b"{}")
        assert (status, refused["error"]["code"]) == (401, "unauthenticated")
    status, refused = await Merchant(server.url, stranger.key, shop.store_id).call(method, path, data=b"{}")
    assert (status, refused["error"]["message"]) == (404, "There is no such store.")
    if order["id"] in path:
        own = Merchant(server.url, stranger.key, stranger.store_id)
        body = {"status": "paid"} if path.endswith("payment") else {} if method == "POST" else None
        status, refused = await own.call(method, path, body)
        assert (status, refused["error"]["message"]) == (404, "There is no such order.")


@pytest.mark.parametrize("name", ["测试", "0", "9" * 19, "9" * 40, "x" * 36, "%00", str(uuid.UUID(int=0))])
async def test_what_is_no_id_names_nothing(merchant, name):
    span = {"start": "2025-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}
    calls = [
        ("GET", f"/orders/{name}", None), ("POST", f"/orders/{name}/payment", {"status": "paid"}),
        ("POST", f"/orders/{name}/payment", {"status": "failed"}), ("POST", f"/orders/{name}/refunds", {}),
        ("POST", f"/webhooks/{name}/enable", None), ("POST", f"/webhooks/{name}/redelivery", span),
        ("GET", f"/deliveries/{name}", None), ("POST", f"/deliveries/{name}/redelivery", None),
    ]  # fmt: skip
    for method, path, body in calls:
        status, refused = await merchant.call(method, path, body)
        assert (status, refused["error"]["code"]) == (404, "not_found"), path
    if name != "%00":
        assert await merchant.call("GET", f"/deliveries?webhookId={name}") == (200, {"list": []})
