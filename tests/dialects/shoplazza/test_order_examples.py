"""Every printed request of the chapters orders and fulfilments, in every form in which clients send it."""

from __future__ import annotations

import json

import pytest

from monogram.core import orders
from monogram.core.addresses import Address
from monogram.core.orders import Checkout, CheckoutLine, fulfillments
from tests.contract import checker
from tests.stock import put_product

OPERATIONS = checker.operations("shoplazza")
MINE = sorted(name for name in OPERATIONS if name.startswith(("orders.", "fulfillments.")))


@pytest.fixture
async def values(pool, shop):
    """Places an order that the operation can be done to; the ids that its request names."""
    async with pool.acquire() as db:
        variant = await put_product(db, shop.store_id, price="12.34")

    async def make(operation: str) -> dict[str, object]:
        online = operation in ("orders.delete", "orders.cancel", "orders.refund")
        wanted = Checkout((CheckoutLine(variant, 1), CheckoutLine(variant, 2)), email="bob@example.com",
                          shipping_address=Address("Bob", "Norman"), payment_method="online" if online else "cod")
        async with pool.acquire() as db, db.transaction():
            placed = await orders.place(db, shop.store_id, wanted)
            lines = (await orders.show(db, shop.store_id, placed.id)).lines
            found = {"id": str(placed.uuid), "order_id": str(placed.uuid), "ids": str(placed.uuid),
                     "line_item_ids": [str(line.uuid) for line in lines]}  # fmt: skip
            if operation == "orders.refund":
                await orders.pay(db, shop.store_id, placed.id)
            if operation.startswith("fulfillments.") and operation != "fulfillments.create":
                parcel = await fulfillments.ship(db, shop.store_id, placed.id, [lines[0].id], "1Z")
                found["fulfillment_id"] = str((await fulfillments.get(db, shop.store_id, placed.id, parcel)).uuid)
        return found

    return make


@pytest.mark.parametrize("name", MINE)
async def test_the_documented_request_is_accepted_in_every_form(app, values, name):
    operation = OPERATIONS[name]
    for form, _ in checker.example_requests(operation):
        given = await values(name) | {"access_token": app.token}
        request = dict(checker.example_requests(operation, given))[form]
        method, target, headers, data = checker.encoded(request)
        status, _, body = await app.raw(method, target.removeprefix("/openapi"), headers=headers, data=data)
        answer = json.loads(body)
        differences = checker.check_reply(operation, status, answer, request["query"])
        assert status == 200 and not differences, f"{form}: {status} {body} {differences}"
        _has_done(name, request, answer)


def _has_done(name: str, request: dict, answer: dict) -> None:
    """What was asked for is in the reply."""
    sent = request.get("body") or request.get("form") or {}
    sent = sent.get("order", sent.get("fulfillment", sent)) if isinstance(sent, dict) else {}
    match name:
        case "orders.cancel":
            assert answer["order"]["status"] == "cancelled"
            assert answer["order"]["cancel_reason"] == (sent.get("reason") or None)
        case "orders.update":
            shown = answer["order"]
            assert shown["note"] == sent["note"] and shown["tags"] == sent["tags"]
            assert shown["buyer_accepts_marketing"] == sent["buyer_accepts_marketing"]
            for key, value in sent["shipping_address"].items():
                wanted = float(value) if key in ("latitude", "longitude") else value
                assert key not in shown["shipping_address"] or shown["shipping_address"][key] == wanted, key
        case "fulfillments.create" | "fulfillments.update":
            assert answer["fulfillment"]["tracking_number"] == sent["tracking_number"]
        case "fulfillments.complete":
            assert answer["fulfillment"]["status"] == "finished"
        case "fulfillments.cancel":
            assert answer["fulfillment"]["status"] == "cancelled"
