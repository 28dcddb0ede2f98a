"""Every order topic's body, as a webhook of the store gets it, held to the document's payload."""

from __future__ import annotations

import dataclasses
import json

import pytest

from monogram import webhook_dialects
from monogram.core import orders, webhooks
from monogram.core.events import FORMS
from monogram.core.orders import Checkout, CheckoutLine, fulfillments
from monogram.dialects.shoplazza.webhooks import TOPICS
from monogram.settings import read
from tests.contract import checker
from tests.receivers import LOOPBACK
from tests.shops import open_shop
from tests.stock import put_product


@pytest.fixture
def spoken(monkeypatch):
    monkeypatch.delitem(FORMS, "shoplazza", raising=False)
    webhook_dialects.register(dataclasses.replace(read({}), public_url="http://127.0.0.1:8000"))


async def _deliveries(db, store_id, order_id):
    return await db.fetch(
        "select topic, body, headers from deliveries where store_id = $1 and object_id = $2 order by id", store_id, order_id
    )


async def test_an_order_is_told_at_every_step(db, spoken):
    shop = await open_shop(db)
    store, variant = shop.store_id, await put_product(db, shop.store_id, price="12.5")
    topics = [name for topic, names in TOPICS.items() for name in names if topic.startswith("order.")]
    await webhooks.subscribe(
        db, store, dialect="shoplazza", address="http://127.0.0.1:9/hook", topics=topics, networks=LOOPBACK
    )
    placed = await orders.place(db, store, Checkout((CheckoutLine(variant, 2), CheckoutLine(variant, 1))))
    one, two = (line.id for line in (await orders.show(db, store, placed.id)).lines)
    await orders.pay(db, store, placed.id)
    await orders.update(db, store, placed.id, note="hello")
    parcels = [await fulfillments.ship(db, store, placed.id, [line], "1Z") for line in (one, two)]
    for parcel in parcels:
        await fulfillments.complete(db, store, placed.id, parcel)
    await orders.refund(db, store, placed.id)
    lost = await orders.place(db, store, Checkout((CheckoutLine(variant, 1),)))
    await orders.cancel(db, store, lost.id, "no")
    await orders.delete(db, store, lost.id)
    told = [*await _deliveries(db, store, placed.id), *await _deliveries(db, store, lost.id)]
    assert [row["topic"] for row in told] == [
        "orders/create", "orders/paid", "orders/update", "orders/partially_fulfilled", "orders/fulfilled", "orders/update",
        "orders/finished", "orders/refunded", "orders/create", "orders/cancelled", "orders/delete",
    ]  # fmt: skip
    contract = checker.operations("shoplazza")
    for row in told:
        body = json.loads(row["body"])
        assert not [each for each in checker.check_event(contract[row["topic"]], body) if each.startswith("body")]
        assert row["headers"]["X-Shoplazza-Topic"] == row["topic"] and b'": ' not in row["body"]
        assert body["order"]["line_items"][0]["price"] == 12.5
    assert json.loads(told[-1]["body"])["order"]["deleted_at"]
