"""Personalization meets the shop, over HTTP alone: answers confirmed, bought in the shop, printed through CustoMeow."""

from __future__ import annotations

import asyncio
import io
import subprocess
import time
from urllib.request import urlopen

import pytest
from PIL import Image

from monogram import serving
from monogram.core import db as core_db
from tests.api.calls import Merchant
from tests.conftest import Server, settings_for
from tests.dialects.customeow.conftest import Api
from tests.dialects.shoplazza.calls import private_app
from tests.shops import SKU, open_shop


@pytest.fixture
async def street(cluster, tmp_path):
    """A server and a worker on a database of their own, and a store that sells a cup with a name."""
    settings = settings_for(tmp_path, cluster.new_database(), f"file://{tmp_path / 'files'}")
    server = Server(settings, tmp_path / "server.log").start()
    worker = start_worker(server)
    try:
        async with await core_db.connect(settings.database_url) as pool, pool.acquire() as db:
            shop = await open_shop(db, preview=False)
            app = await private_app(db, server.url, shop.store_id)
        yield Merchant(server.url, shop.key, shop.store_id), app, Api(server.url, shop.key), shop
    finally:
        worker.terminate()
        server.stop()
        worker.wait(30)


def start_worker(server: Server) -> subprocess.Popen:
    environment = serving.environment(server.settings, server.database_url)
    with open(server.log.with_name("worker.log"), "ab") as log:
        return subprocess.Popen(serving.worker_command(), env=environment, stdout=log, stderr=log, start_new_session=True)


async def sell(app) -> str:
    """A variant's id, whose SKU the shop's feature is bound to."""
    new = {"title": "Cup", "inventory_tracking": True, "inventory_policy": "deny", "has_only_default_variant": True,
           "images": [{"src": "https://a.example/cup.png"}],
           "variants": [{"price": "20.23", "inventory_quantity": 5, "sku": SKU}]}  # fmt: skip
    status, answer = await app.call("products.create", "POST", "/products", new)
    assert status == 200, answer
    return answer["product"]["variants"][0]["id"]


async def buy(merchant: Merchant, variant: str) -> tuple[str, dict]:
    """A shopper's answers and the order with them, still to be paid: the customization's id and the order."""
    answers = {"sku": SKU, "lang": "en", "answers": {"name": "Ada"}}
    status, confirmed = await Merchant(merchant.url, None, merchant.store_id).call("POST", "/customizations", answers)
    assert status == 201
    properties = [{"name": "customInfoId", "value": confirmed["id"]}, {"name": "Gift wrap", "value": "yes"}]
    wanted = {"lines": [{"variantId": variant, "quantity": 2, "properties": properties}, {"variantId": variant}],
              "email": "ada@example.com"}  # fmt: skip
    status, order = await merchant.call("POST", "/orders", wanted)
    assert status == 201
    return confirmed["id"], order


async def test_what_a_shopper_made_is_ordered_and_printed(street):
    merchant, app, customeow, shop = street
    custom, order = await buy(merchant, await sell(app))
    found = {"storeId": shop.store_id, "platformOrderId": order["uuid"]}
    listed = {"storeId": shop.store_id}
    assert customeow.get("/order", listed).data == {"count": 0, "list": []}, "nobody prints what is not paid"
    assert customeow.get("/order-info", found).status == 404
    await merchant.call("POST", f"/orders/{order['id']}/payment", {"status": "paid"})

    rows = customeow.get("/order", listed).data
    assert rows["count"] == 2 and [row["customInfoId"] for row in rows["list"]] == [custom, "0"]
    assert {row["customId"] for row in rows["list"]} == {str(shop.feature_id)} and rows["list"][0]["quantity"] == 2
    (line, _) = customeow.get("/order-info", found).data["lineItems"]
    assert line["customVersion"] == str(shop.feature_version_id) and line["sku"] == SKU
    (template,) = line["productionTemplate"]
    assert template["status"] == 0 and template["compositeId"] == str(shop.production_id)

    wanted = {"customInfoId": line["customInfoId"], "compositeId": template["compositeId"]}
    task = customeow.post("/composite/task", wanted).data["id"]
    deadline = time.monotonic() + 60
    while (made := customeow.get(f"/composite/task/{task}").data)["status"] == 1:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)
    (address,) = made["resources"]
    with await asyncio.to_thread(urlopen, address) as answer:
        picture = Image.open(io.BytesIO(answer.read()))
    assert picture.size == (240, 80) and picture.getchannel("A").getbbox(), "the name is on it"
    (line, _) = customeow.get("/order-info", found).data["lineItems"]
    assert (line["productionTemplate"][0]["status"], line["productionTemplate"][0]["resources"]) == (2, [address])

    shown = (await app.call("orders.get", "GET", f"/orders/{order['uuid']}"))[1]["order"]["line_items"][0]
    assert shown["properties"] == [{"name": "customInfoId", "value": custom}, {"name": "Gift wrap", "value": "yes"}]


async def test_a_deleted_order_is_not_made(street):
    merchant, app, customeow, shop = street
    _, order = await buy(merchant, await sell(app))
    await merchant.call("POST", f"/orders/{order['id']}/payment", {"status": "paid"})
    await app.call("orders.cancel", "POST", f"/orders/{order['uuid']}/cancel")
    assert customeow.get("/order", {"storeId": shop.store_id}).data["count"] == 2, "a cancelled one is still told of"
    await app.call("orders.delete", "DELETE", f"/orders/{order['uuid']}")
    assert customeow.get("/order", {"storeId": shop.store_id}).data["count"] == 0
