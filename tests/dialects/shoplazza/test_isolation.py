"""Who may do what: every route of the table against every kind of credential and against other shops' ids. A route without
a row here fails."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product as every_mix
from typing import Any
from urllib.parse import quote

import pytest

from monogram import webhook_dialects
from monogram.core import clients
from monogram.dialects.shoplazza.app import ROUTES
from tests.dialects.shoplazza.calls import EVERY_SCOPE, Client, private_app
from tests.dialects.shoplazza.test_orders import put_order
from tests.shops import open_shop

CANARY = "Zyzzyva"
SCRIPT = "https://example.com/zyzzyva.js"
HOOK = {"address": "https://example.com/zyzzyva", "topic": "orders/create"}

Ids = dict[str, str]


@dataclass(frozen=True)
class Row:
    """How a route is called: its body made of the ids, what a stranger's call of it answers with (None: as for an id of
    nothing, 404), what its path's `{id}` is, what its query names."""

    body: Callable[[Ids], Any] | None = None
    stranger: int | None = None
    id: str = ""
    query: Callable[[Ids], dict[str, str]] = field(default=lambda ids: {})


def _comment(ids: Ids) -> dict[str, Any]:
    return {"product_id": ids["product_id"], "username": "A", "content": "B", "star": 5, "created_at": "2019-07-10 15:00:00"}


def _product(ids: Ids) -> dict[str, Any]:
    return {"title": "Cup", "has_only_default_variant": True, "images": [{"src": "//cdn.example.com/1.jpeg"}],
            "variants": [{"price": 9.9}]}  # fmt: skip


def _product_with_foreign_parts(ids: Ids) -> dict[str, Any]:
    return {"title": "Cup", "metafields": [{"namespace": "n", "key": "k", "value": "v", "value_type": "string"}],
            "variants": [{"id": ids["variant_id"], "price": 1}]}  # fmt: skip


NEW_FIELD = {"namespace": "n", "key": "k", "value": "v", "value_type": "string"}
OF_ORDER, OF_COLLECTION, OF_COLLECT, OF_HOOK, OF_TAG = "order_id", "collection_id", "collect_id", "webhook_id", "script_tag_id"
ROWS = {
    "orders.list": Row(stranger=200, query=lambda ids: {"ids": ids["order_id"]}),
    "orders.count": Row(stranger=200),
    "orders.get": Row(id=OF_ORDER),
    "orders.update": Row(lambda ids: {"note": "Mine now"}, id=OF_ORDER),
    "orders.delete": Row(id=OF_ORDER),
    "orders.cancel": Row(lambda ids: {"reason": "Mine now"}, id=OF_ORDER),
    "orders.refund": Row(id=OF_ORDER),
    "fulfillments.list": Row(),
    "fulfillments.count": Row(),
    "fulfillments.create": Row(lambda ids: {"line_item_ids": [ids["line_id"]], "tracking_number": "1"}),
    "fulfillments.get": Row(),
    "fulfillments.update": Row(lambda ids: {"tracking_number": "1"}),
    "fulfillments.cancel": Row(),
    "fulfillments.complete": Row(),
    "products.list": Row(stranger=200, query=lambda ids: {"ids": ids["product_id"], "collection_id": ids["collection_id"]}),
    "products.count": Row(stranger=200, query=lambda ids: {"collection_id": ids["collection_id"]}),
    "products.create": Row(_product, 200),
    "products.get": Row(),
    "products.update": Row(_product_with_foreign_parts),
    "products.delete": Row(),
    "variants.list": Row(),
    "variants.count": Row(),
    "variants.get": Row(),
    "variants.update": Row(lambda ids: {"price": 1}),
    "variants.delete": Row(),
    "images.list": Row(),
    "images.count": Row(),
    "images.create": Row(lambda ids: {"src": "https://a.example/1.png", "variant_ids": ids["variant_id"]}),
    "images.get": Row(),
    "images.update": Row(lambda ids: {"src": "https://a.example/1.png"}),
    "images.delete": Row(),
    "metafields.list": Row(),
    "metafields.count": Row(),
    "metafields.create": Row(lambda ids: NEW_FIELD),
    "metafields.get": Row(),
    "metafields.update": Row(lambda ids: NEW_FIELD),
    "metafields.delete": Row(),
    "collections.list": Row(stranger=200, query=lambda ids: {"ids": ids["collection_id"]}),
    "collections.count": Row(stranger=200),
    "collections.create": Row(lambda ids: {"title": "Mine", "product_ids": ids["product_id"]}, 200),
    "collections.get": Row(id=OF_COLLECTION),
    "collections.update": Row(lambda ids: {"title": "Mine now"}, id=OF_COLLECTION),
    "collections.delete": Row(id=OF_COLLECTION),
    "collects.list": Row(stranger=200, query=lambda ids: {"product_id": ids["product_id"]}),
    "collects.count": Row(stranger=200, query=lambda ids: {"collection_id": ids["collection_id"]}),
    "collects.create": Row(lambda ids: {"collection_id": ids["collection_id"], "product_id": ids["product_id"]}),
    "collects.get": Row(id=OF_COLLECT),
    "collects.delete": Row(id=OF_COLLECT),
    "webhooks.list": Row(stranger=200),
    "webhooks.count": Row(stranger=200),
    "webhooks.create": Row(lambda ids: HOOK | {"address": "https://example.com/other"}, 200),
    "webhooks.get": Row(id=OF_HOOK),
    "webhooks.update": Row(lambda ids: {"topic": "orders/paid"}, id=OF_HOOK),
    "webhooks.delete": Row(id=OF_HOOK),
    "script_tags.list": Row(stranger=200),
    "script_tags.count": Row(stranger=200),
    "script_tags.create": Row(lambda ids: {"src": "https://example.com/other.js"}, 200),
    "script_tags.get": Row(id=OF_TAG),
    "script_tags.update": Row(lambda ids: {"src": "https://example.com/other.js"}, id=OF_TAG),
    "script_tags.delete": Row(id=OF_TAG),
    "comments.create": Row(_comment),
    "comments.batch": Row(lambda ids: {"comments": [_comment(ids)]}, 200),
    "shop.get": Row(stranger=200),
}
# What its owner gets where it is not 200: the order is to be paid on delivery, and its parcel is on its way.
OWNER = {"orders.delete": 422, "orders.cancel": 422, "orders.refund": 406, "fulfillments.create": 422, "variants.delete": 422}

every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)


def nothing() -> Ids:
    """Ids of the right form that name nothing."""
    names = ("order_id", "line_id", "fulfillment_id", "product_id", "variant_id", "image_id", "metafield_id", "collection_id",
             "collect_id", "webhook_id", "script_tag_id")  # fmt: skip
    return {name: str(uuid.uuid4()) for name in names}


async def call(app: Client, route, ids: Ids) -> tuple[int, bytes]:
    """The route's call with these ids."""
    row = ROWS[route.operation]
    path = route.path.replace("{id}", f"{{{row.id}}}").format(**ids)
    query = "&".join(f"{name}={quote(text)}" for name, text in row.query(ids).items())
    status, _, body = await app.raw(route.method, f"{path}?{query}", row.body and row.body(ids))
    return status, body


@dataclass(frozen=True)
class Mine:
    store_id: int
    app: Client
    ids: Ids


async def _furnish(pool, server) -> Mine:
    """A shop with one of everything, each with the canary in its texts."""
    webhook_dialects.register(server.settings)  # this process places the order
    async with pool.acquire() as connection:
        shop = await open_shop(connection, name=CANARY)
        app = await private_app(connection, server.url, shop.store_id)
    made = (await app.call("products.create", "POST", "/products", _product({}) | {
        "title": CANARY, "variants": [{"price": 9, "sku": CANARY}],
        "metafields": [{"namespace": "n", "key": CANARY, "value": CANARY, "value_type": "string"}],
    }))[1]["product"]  # fmt: skip
    collection = (await app.call("collections.create", "POST", "/collections", {
        "title": CANARY, "product_ids": made["id"]}))[1]["collection"]  # fmt: skip
    collect = (await app.call("collects.list", "GET", "/collects"))[1]["collects"][0]
    field = (await app.call("metafields.list", "GET", f"/products/{made['id']}/metafields"))[1]["metafields"][0]
    hook = (await app.call("webhooks.create", "POST", "/webhooks", HOOK))[1]["webhook"]
    tag = (await app.call("script_tags.create", "POST", "/script_tags", {"src": SCRIPT}))[1]["script_tag"]
    variant_id = await pool.fetchval("select id from variants where uuid = $1", made["variants"][0]["id"])
    placed = await put_order(pool, shop, variant_id)
    order = (await app.call("orders.update", "PUT", f"/orders/{placed.uuid}", {"note": CANARY}))[1]["order"]
    lines = [line["id"] for line in order["line_items"]]
    parcel = (await app.call("fulfillments.create", "POST", f"/orders/{placed.uuid}/fulfillments", {
        "line_item_ids": lines, "tracking_number": CANARY}))[1]["fulfillment"]  # fmt: skip
    return Mine(shop.store_id, app, {
        "order_id": str(placed.uuid), "line_id": lines[0], "fulfillment_id": parcel["id"], "product_id": made["id"],
        "variant_id": made["variants"][0]["id"], "image_id": made["images"][0]["id"], "metafield_id": field["id"],
        "collection_id": collection["id"], "collect_id": collect["id"], "webhook_id": hook["id"], "script_tag_id": tag["id"],
    })  # fmt: skip


@pytest.fixture(scope="module")
async def mine(pool, server) -> Mine:
    """For calls that are all refused, or only read."""
    return await _furnish(pool, server)


@pytest.fixture(scope="module")
async def theirs(pool, server) -> Mine:
    """Another merchant's shop, as full."""
    return await _furnish(pool, server)


@pytest.fixture(scope="module")
async def refused(pool, server, mine) -> dict[str, Client]:
    """Every credential that opens nothing in `mine`."""
    async with pool.acquire() as connection:
        expired, revoked = [await clients.add_private(connection, mine.store_id, "Test", EVERY_SCOPE) for _ in range(2)]
        await connection.execute("update tokens set expires_at = now() where id = $1", expired.id)
        await clients.revoke(connection, mine.store_id, revoked.id)
        removed = await private_app(connection, server.url, mine.store_id)
        client_id = (await clients.authenticate(connection, removed.token)).client_id
        await clients.uninstall(connection, mine.store_id, client_id)
    good = mine.app.token
    tokens = {"none": None, "empty": "", "wrong": "123456789", "one letter off": good[:-1] + ("a" if good[-1] != "a" else "b"),
              "upper case": good.upper(), "expired": expired.secret, "revoked": revoked.secret,
              "uninstalled": removed.token, "long": "x" * 7_000}  # fmt: skip
    return {name: Client(server.url, token, mine.store_id) for name, token in tokens.items()}


async def _snapshot(pool, store_id: int) -> list[Any]:
    """All that a stranger might have changed."""
    tables = ("orders", "order_lines", "order_history", "fulfillments", "refunds", "products", "variants", "product_images",
              "metafields", "collections", "collects", "webhooks", "script_tags", "comments", "stores")  # fmt: skip
    column = {"stores": "id"}
    return [await pool.fetch(f"select * from {table} t where {column.get(table, 'store_id')} = $1 order by t::text", store_id)
            for table in tables]  # fmt: skip


def test_every_route_has_a_row():
    assert set(ROWS) == {route.operation for route in ROUTES}


@every_route
async def test_its_owner_gets_through(pool, server, route):
    own = await _furnish(pool, server)
    status, body = await call(own.app, route, own.ids)
    assert status == OWNER.get(route.operation, 200), body


@every_route
async def test_without_a_good_token_nothing_is_told_or_done(pool, mine, refused, route):
    before = await _snapshot(pool, mine.store_id)
    answers = set()
    for name, app in refused.items():
        status, body = await call(app, route, mine.ids)
        assert status == 401 and CANARY.encode() not in body, name
        answers.add(body)
        status, _, garbage = await app.raw(route.method, route.path.replace("{", "%7B"), data=b"{")
        assert status == 401 and garbage == body, f"{name}: who may not call is not told what is wrong with the body"
    assert len(answers) == 2, "missing and not valid: which tokens exist is not told"
    assert await _snapshot(pool, mine.store_id) == before


@every_route
async def test_a_token_without_the_scope_is_refused(pool, server, mine, route):
    needed = route.scope or "read_order"  # a webhook's topic needs it
    opened = route.scope is None and route.operation not in ("webhooks.create", "webhooks.update")
    async with pool.acquire() as connection:
        narrow = await private_app(connection, server.url, mine.store_id, [each for each in EVERY_SCOPE if each != needed])
    before = await _snapshot(pool, mine.store_id)
    for ids in (mine.ids, nothing()):
        status, body = await call(narrow, route, ids)
        if opened:
            assert status in (200, 404) and b"zyzzyva" not in body.lower(), "an app sees its own webhooks only"
        elif route.operation == "webhooks.update":
            assert status == 404, "another app's webhook is not there"
        else:
            assert status == 403 and needed.encode() in body and CANARY.encode() not in body
    assert await _snapshot(pool, mine.store_id) == before


@every_route
async def test_another_shops_objects_answer_as_no_objects_at_all(pool, mine, theirs, route):
    before = await _snapshot(pool, mine.store_id)
    foreign, none = await call(theirs.app, route, mine.ids), await call(theirs.app, route, nothing())
    assert foreign[0] == none[0] == (ROWS[route.operation].stranger or 404), foreign
    assert _without_ids(foreign[1]) == _without_ids(none[1])
    assert not any(each.encode() in foreign[1] for name, each in mine.ids.items() if name != "product_id")
    assert await _snapshot(pool, mine.store_id) == before


def _without_ids(body: bytes) -> Any:
    """A reply but for what is new in each: ids, numbers and times."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.+]+|\d{15}", "*", body.decode())
    return json.loads(re.sub(r'"handle":"[^"]*"', '"handle":"*"', re.sub(r"(?<=[:\[,])\*", '"*"', text)))


def _mixed(route) -> Iterator[tuple[str, ...]]:
    """Which of a path's ids are whose, when they are not all of one shop."""
    names = re.findall(r"\{(\w+_id)\}", route.path)
    if len(names) > 1:
        for whose in every_mix(("mine", "theirs", "nothing"), repeat=len(names)):
            if len(set(whose)) > 1:
                yield tuple(f"{name}:{each}" for name, each in zip(names, whose, strict=True))


MIXES = [(route, mix) for route in ROUTES for mix in _mixed(route)]


@pytest.mark.parametrize("route,mix", MIXES, ids=lambda each: getattr(each, "operation", None) or "+".join(each))
async def test_ids_of_two_shops_in_one_path_lead_nowhere(pool, mine, theirs, route, mix):
    ids = dict(mine.ids)
    for each in mix:
        name, _, whose = each.partition(":")
        ids[name] = {"mine": mine.ids, "theirs": theirs.ids, "nothing": nothing()}[whose][name]
    before = await _snapshot(pool, mine.store_id), await _snapshot(pool, theirs.store_id)
    for app in (mine.app, theirs.app):
        status, body = await call(app, route, ids)
        assert status == 404 and CANARY.encode() not in body
    assert (await _snapshot(pool, mine.store_id), await _snapshot(pool, theirs.store_id)) == before


@pytest.mark.parametrize("operation,body", [
    ("fulfillments.create", lambda own, other: {"line_item_ids": [other["line_id"]]}),
    ("products.update", lambda own, other: {"variants": [{"id": other["variant_id"], "price": 1}]}),
    ("products.update", lambda own, other: {"images": [{"id": other["image_id"], "alt": "x"}]}),
    ("collects.create", lambda own, other: {"collection_id": own["collection_id"], "product_id": other["product_id"]}),
    ("collects.create", lambda own, other: {"collection_id": other["collection_id"], "product_id": own["product_id"]}),
    ("collections.update", lambda own, other: {"product_ids": other["product_id"]}),
    ("images.create", lambda own, other: {"src": "https://a.example/1.png", "variant_ids": [other["variant_id"]]}),
    ("comments.batch", lambda own, other: {"comments": [_comment(other)]}),
])  # fmt: skip
async def test_an_own_path_with_a_foreign_id_in_its_body_touches_nothing_foreign(pool, mine, theirs, operation, body):
    route = next(each for each in ROUTES if each.operation == operation)
    before = await _snapshot(pool, mine.store_id)
    path = route.path.replace("{id}", f"{{{ROWS[operation].id}}}").format(**theirs.ids)
    foreign = await theirs.app.raw(route.method, path, body(theirs.ids, mine.ids))
    none = await theirs.app.raw(route.method, path, body(theirs.ids, nothing()))
    assert foreign[0] == none[0] and foreign[0] < 500
    assert await _snapshot(pool, mine.store_id) == before
    assert CANARY.encode() not in (await theirs.app.raw("GET", f"/collects?product_id={mine.ids['product_id']}"))[2]
