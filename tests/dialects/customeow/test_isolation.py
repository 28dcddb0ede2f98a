"""Who may see what: every route of the table against every kind of key. A route without a row here fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monogram.core import apps
from monogram.dialects.customeow.app import ROUTES
from tests.shops import confirm

from .conftest import Api, new_order, new_task

CANARY = "Zyzzyva"
UNKNOWN = 999_999_999_999_999


@dataclass(frozen=True)
class Targets:
    """One merchant's objects, or ids of nothing."""

    shop: Any
    store: int
    custom: int
    composite: int
    task: int
    order: str


# operation -> the call that reaches for a target's objects: path, query, body
CALLS = {
    "order.create": lambda t: ("/order", {}, _order_for(t)),
    "order.list": lambda t: ("/order", {"storeIds": str(t.store)}, None),
    "order.info": lambda t: ("/order-info", {"storeId": str(t.store), "platformOrderId": t.order}, None),
    "skus.list": lambda t: ("/skus", {"storeId": str(t.store)}, None),
    "custom_info.get": lambda t: (f"/custom-info/{t.custom}", {"lang": "en_US"}, None),
    "custom_info.templates": lambda t: (f"/custom-info/{t.custom}/templates", {}, None),
    "composite_task.create": lambda t: ("/composite/task", {}, _task_for(t)),
    "composite_task.get": lambda t: (f"/composite/task/{t.task}", {}, None),
    "pod_products.list": lambda t: ("/pod-products", {"storeId": str(t.store)}, None),
    "pod_product.get": lambda t: (f"/pod-product/{UNKNOWN}", {"storeId": str(t.store)}, None),
}
OWN = {"order.create": 201, "composite_task.create": 201, "pod_products.list": 501, "pod_product.get": 501}
FOREIGN = {"order.list": 200, "pod_products.list": 501, "pod_product.get": 501}

every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)


def _order_for(targets: Targets) -> dict[str, Any]:
    return new_order(targets.shop, storeId=str(targets.store), customInfoId=str(targets.custom), platformOrderId="new")


def _task_for(targets: Targets) -> dict[str, str]:
    return {"customInfoId": str(targets.custom), "compositeId": str(targets.composite)}


def call(api: Api, route, targets: Targets, **more: Any):
    path, query, body = CALLS[route.operation](targets)
    if query:
        path += "?" + "&".join(f"{name}={value}" for name, value in query.items())
    return api.call(route.method, path, body, **more)


@pytest.fixture
async def mine(pool, api, shop) -> Targets:
    async with pool.acquire() as connection, connection.transaction():
        custom = await confirm(connection, shop, CANARY)
    order = f"{CANARY}-1"
    api.post("/order", new_order(shop, customInfoId=str(custom), platformOrderId=order, platformProductTitle=CANARY))
    task = int(api.post("/composite/task", new_task(shop, custom)).data["id"])
    return Targets(shop, shop.store_id, custom, shop.production_id, task, order)


@pytest.fixture
def nothing(shop) -> Targets:
    return Targets(shop, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, "nothing")


def test_every_route_has_a_row():
    assert set(CALLS) == {route.operation for route in ROUTES}


@every_route
async def test_the_owner_gets_through(api, mine, route):
    assert call(api, route, mine).status == OWN.get(route.operation, 200)


@every_route
async def test_without_a_good_key_nothing_is_told(api, pool, mine, other, route):
    async with pool.acquire() as connection, connection.transaction():
        await apps.revoke_key(connection, other.merchant_id, other.key_id)
        past = datetime.now(UTC) - timedelta(seconds=1)
        expired = await apps.issue_key(connection, mine.shop.merchant_id, "expired", expires_at=past)
    for key in (None, "123456789", mine.shop.key[:-1] + "x", mine.shop.key.upper(), other.key, expired.secret):
        reply = call(api, route, mine, key=key)
        assert reply.status == 401 and CANARY not in str(reply.body), key
        assert "x-ratelimit-limit" not in reply.headers


@every_route
async def test_another_merchants_object_answers_as_no_object_at_all(api, mine, nothing, other, route):
    theirs, none = call(api, route, mine, key=other.key), call(api, route, nothing, key=other.key)
    assert (theirs.status, theirs.body) == (none.status, none.body)
    assert theirs.status == FOREIGN.get(route.operation, 404) and CANARY not in str(theirs.body)
    if route.operation == "order.list":
        assert theirs.data == {"count": 0, "list": []}


async def test_a_key_in_the_query_is_not_looked_at(api, shop):
    assert api.get("/order", {"X-Api-Key": shop.key, "api_key": shop.key}, key=None).status == 401


async def test_the_headers_name_is_case_blind(api, shop):
    for name in ("x-api-key", "X-API-KEY", "X-Api-Key"):
        assert api.get("/order", key=None, headers={name: shop.key}).status == 200
