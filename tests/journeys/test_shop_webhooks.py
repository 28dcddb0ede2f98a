"""Every topic of the shop on the wire: a real server and worker, a real receiver, steps taken over HTTP; then the log."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import subprocess
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monogram import serving, webhook_dialects
from monogram.core import db as core_db
from monogram.core import webhooks
from monogram.core.events import FORMS
from monogram.dialects.shoplazza.webhooks import TOPICS
from monogram.settings import Settings
from tests.api.calls import Merchant
from tests.conftest import Server, settings_for
from tests.contract import checker
from tests.dialects.shoplazza.calls import private_app
from tests.receivers import LOOPBACK, receiving, standard_signature, status
from tests.shops import open_shop

SECRET = "a-client-secret"
CONTRACT = checker.operations("shoplazza")
EVERY_TOPIC = {name for names in TOPICS.values() for name in names}


def start_worker(settings: Settings, path: Path) -> subprocess.Popen:
    environment = serving.environment(settings, settings.database_url)
    with open(path, "ab") as log:
        return subprocess.Popen(serving.worker_command(), env=environment, stdout=log, stderr=log, start_new_session=True)


@pytest.fixture
async def street(cluster, tmp_path, monkeypatch):
    """A server and a worker on a database of their own: (merchant, app, receiver)."""
    settings = settings_for(tmp_path, cluster.new_database(), f"file://{tmp_path / 'files'}")
    settings = dataclasses.replace(settings, receiver_networks=LOOPBACK)
    monkeypatch.delitem(FORMS, "shoplazza", raising=False)
    webhook_dialects.register(settings)
    server = Server(settings, tmp_path / "server.log").start()
    worker = start_worker(settings, tmp_path / "worker.log")
    try:
        async with await core_db.connect(settings.database_url) as pool, receiving() as receiver:
            async with pool.acquire() as db, db.transaction():
                shop = await open_shop(db)
                app = await private_app(db, server.url, shop.store_id)
                await webhooks.subscribe(
                    db, shop.store_id, dialect="shoplazza", address=f"{receiver.url}/hook", topics=sorted(EVERY_TOPIC),
                    secret=SECRET, networks=LOOPBACK,
                )
            yield Merchant(server.url, shop.key, shop.store_id), app, receiver
    finally:
        worker.terminate()
        server.stop()
        worker.wait(30)


async def sell(app) -> tuple[str, str]:
    """A product's and its variant's id."""
    new = {"title": "Becher für 茶", "inventory_tracking": True, "inventory_policy": "deny", "has_only_default_variant": True,
           "images": [{"src": "https://a.example/cup.png"}],
           "variants": [{"price": "12.5", "inventory_quantity": 50, "sku": "cup"}]}  # fmt: skip
    code, answer = await app.call("products.create", "POST", "/products", new)
    assert code == 200, answer
    product = answer["product"]
    return product["id"], product["variants"][0]["id"]


async def take_every_step(merchant, app) -> list[str]:
    """Does everything that has a topic; what must be told of each object, in this order."""
    product, variant = await sell(app)
    await app.call("products.update", "PUT", f"/products/{product}", {"title": "Becher"})
    lines = [{"variantId": variant}, {"variantId": variant, "quantity": 2}]
    _, order = await merchant.call("POST", "/orders", {"lines": lines, "email": "ada@example.com"})
    path = f"/orders/{order['uuid']}"
    await merchant.call("POST", f"/orders/{order['id']}/payment", {"status": "paid"})
    await app.call("orders.update", "PUT", path, {"note": "Zoë"})
    for line in order["lines"]:
        wanted = {"line_item_ids": [line["uuid"]], "tracking_number": "1Z"}
        await app.call("fulfillments.create", "POST", f"{path}/fulfillments", wanted)
    for parcel in (await app.call("fulfillments.list", "GET", f"{path}/fulfillments"))[1]["fulfillments"]:
        await app.call("fulfillments.complete", "POST", f"{path}/fulfillments/{parcel['id']}/complete")
    await app.call("orders.refund", "POST", f"{path}/refund")
    _, lost = await merchant.call("POST", "/orders", {"lines": lines})
    await app.call("orders.cancel", "POST", f"/orders/{lost['uuid']}/cancel", {"reason": "no"})
    await app.call("orders.delete", "DELETE", f"/orders/{lost['uuid']}")
    await app.call("products.delete", "DELETE", f"/products/{product}")
    return [product, order["uuid"], lost["uuid"]]


async def test_each_topic_arrives_as_documented_and_in_order(street):
    merchant, app, receiver = street
    product, order, lost = await take_every_step(merchant, app)
    told = {
        product: ["products/create", "products/update", "products/delete"],
        order: ["orders/create", "orders/paid", "orders/update", "orders/partially_fulfilled", "orders/fulfilled",
                "orders/update", "orders/finished", "orders/refunded"],
        lost: ["orders/create", "orders/cancelled", "orders/delete"],
    }  # fmt: skip
    assert {topic for topics in told.values() for topic in topics} == EVERY_TOPIC and len(EVERY_TOPIC) == 12
    arrived = defaultdict(list)
    for got in await receiver.until(sum(map(len, told.values())), "/hook"):
        topic, body = got.headers["X-Shoplazza-Topic"], json.loads(got.body)
        assert checker.check_event(CONTRACT[topic], body, got.headers) == []
        assert got.headers["X-Shoplazza-Shop-Domain"].endswith(".localhost")
        signed = base64.b64encode(hmac.digest(SECRET.encode(), got.body, hashlib.sha256)).decode()
        assert got.headers["X-Shoplazza-Hmac-Sha256"] == signed
        assert got.headers["webhook-signature"] == standard_signature(got, SECRET.encode())
        assert got.body == json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), "compact and unescaped"
        (shown,) = body.values()
        arrived[shown["id"]].append(topic)
    assert arrived == told


async def test_the_log_tells_what_was_sent_and_sends_it_again(street):
    merchant, app, receiver = street
    receiver.answers["hook"] = status(503)
    await sell(app)
    (first, *_) = await receiver.until(1, "/hook")
    receiver.answers.clear()
    hook = (await merchant.call("GET", "/webhooks"))[1]["list"][0]
    assert hook["address"].endswith("/hook") and "secret" not in hook
    (row,) = (await merchant.call("GET", f"/deliveries?webhookId={hook['id']}"))[1]["list"]
    code, again = await merchant.call("POST", f"/deliveries/{row['id']}/redelivery")
    while code == 409:  # its first try is being written down
        code, again = await merchant.call("POST", f"/deliveries/{row['id']}/redelivery")
    assert (code, again["topic"]) == (202, "products/create")
    second = (await receiver.until(2, "/hook"))[1]
    assert second.body == first.body and second.headers["webhook-id"] == first.headers["webhook-id"] == f"msg_{row['id']}"
    while (shown := (await merchant.call("GET", f"/deliveries/{row['id']}"))[1])["status"] != "delivered":
        pass
    assert [each["status"] for each in shown["tries"]] == [503, 200] and shown["body"] == first.body.decode()
    assert (await merchant.call("GET", "/deliveries?failed=true"))[1] == {"list": []}
    now = datetime.now(UTC)
    span = {"start": (now - timedelta(hours=1)).isoformat(), "end": now.isoformat()}
    path = f"/webhooks/{hook['uuid']}/redelivery"
    assert await merchant.call("POST", path, span) == (202, {"count": 0})
    assert await merchant.call("POST", path, span | {"failed": False}) == (202, {"count": 1})
    await receiver.until(3, "/hook")


async def test_a_stopped_webhook_is_started_again(street):
    merchant, app, receiver = street
    receiver.answers["hook"] = status(410)
    await sell(app)
    await receiver.until(1, "/hook")
    while (hook := (await merchant.call("GET", "/webhooks"))[1]["list"][0])["disabledAt"] is None:
        pass
    assert hook["notice"] == "The receiver answered 410 Gone."
    receiver.answers.clear()
    now = datetime.now(UTC)
    span = {"start": (now - timedelta(hours=1)).isoformat(), "end": now.isoformat()}
    code, refused = await merchant.call("POST", f"/webhooks/{hook['id']}/redelivery", span)
    assert (code, refused["error"]["code"]) == (409, "conflict")
    code, started = await merchant.call("POST", f"/webhooks/{hook['id']}/enable")
    assert (code, started["disabledAt"], started["notice"]) == (200, None, "")
    assert await merchant.call("POST", f"/webhooks/{hook['id']}/redelivery", span) == (202, {"count": 1})
    await receiver.until(2, "/hook")
