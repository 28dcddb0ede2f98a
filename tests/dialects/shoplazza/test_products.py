"""The chapters of products, variants, images and metafields, as clients call them."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from uuid import uuid4

import pytest

from monogram import webhook_dialects
from monogram.core import collections, metafields, products, webhooks
from monogram.core.events import FORMS
from monogram.core.paging import Page
from monogram.dialects.shoplazza.views import products as shown
from monogram.settings import read
from tests.contract import checker
from tests.receivers import LOOPBACK

OPERATIONS = checker.operations("shoplazza")
CHAPTERS = ("products.", "variants.", "images.", "metafields.", "collections.", "collects.")
MINE = sorted(name for name in OPERATIONS if name.startswith(CHAPTERS))
D = Decimal


@pytest.fixture
async def values(pool, shop):
    """Makes a product with everything in it, in a collection: the ids that paths name."""

    async def make() -> dict[str, str]:
        async with pool.acquire() as db, db.transaction():
            product_id = await products.create(db, shop.store_id, {
                "title": "Shirt", "images": [{"src": "https://a.example/1.png"}],
                "options": [{"name": "color", "values": ["red", "black"]}, {"name": "size", "values": ["32", "33"]}],
                "variants": [{"option1": "red", "option2": "32", "price": D("20"), "sku": "R32"},
                             {"option1": "black", "option2": "33", "price": D("21.5"), "compare_at_price": D("30")}],
                "metafields": [{"namespace": "stock", "name": "place", "value": "1", "value_type": "integer"}],
            })  # fmt: skip
            product = await products.get(db, shop.store_id, product_id)
            collection = await collections.create(db, shop.store_id, {"title": "All", "products": [product.uuid]})
            collect = (await collections.find_collects(db, shop.store_id, Page(), product=product.uuid))[0]
            field = (await metafields.of_product(db, shop.store_id, product_id))[0]
        return {"product_id": str(product.uuid), "variant_id": str(product.variants[0].uuid),
                "image_id": str(product.images[0].uuid), "metafield_id": str(field.uuid),
                "collection_id": str(collection.uuid), "collect_id": str(collect.uuid), "number": product_id}  # fmt: skip

    return make


@pytest.mark.parametrize("name", MINE)
async def test_the_documented_example_is_accepted_in_every_form(app, values, name):
    operation = OPERATIONS[name]
    for form, _ in checker.example_requests(operation):
        ids = await values()
        if name.startswith("collections."):
            ids["id"] = ids["collection_id"]
        if name.startswith("collects."):
            ids["id"] = ids["collect_id"]
        request = dict(checker.example_requests(operation, ids | {"access_token": app.token}))[form]
        method, target, headers, data = checker.encoded(request)
        status, _, body = await app.raw(method, target.removeprefix("/openapi"), headers=headers, data=data)
        differences = checker.check_reply(operation, status, json.loads(body), request["query"])
        assert status == 200 and not differences, f"{form}: {status} {body} {differences}"


def new_product(**changes):
    return {
        "title": "Cup", "has_only_default_variant": True, "images": [{"src": "//cdn.example.com/1.jpeg"}],
        "variants": [{"price": 9.9, "sku": 20133322, "inventory_quantity": "5", "weigh_unit": "G", "weight": 250}],
    } | changes  # fmt: skip


def shirt(**changes):
    return new_product(
        has_only_default_variant=False, need_variant_image=True,
        options=[{"name": "color", "values": ["red", "black"]}, {"name": "size", "values": ["32", "33"]}],
        variants=[{"option1": "red", "option2": "32", "price": "20", "compare_at_price": "", "image": {}},
                  {"option1": "black", "option2": "33", "price": 21, "image": {"src": "https://a.example/b.png"}}],
    ) | changes  # fmt: skip


async def create(app, body):
    status, reply = await app.call("products.create", "POST", "/products", {"product": body})
    assert status == 200
    return reply["product"]


async def test_a_product_is_printed_as_it_was_sent(app):
    made = await create(app, new_product(brief="Small", tags="a, b", published=True))
    assert made["title"] == "Cup" and made["handle"] == "cup" and made["published"] and made["published_at"]
    assert made["image"] == {"src": "https://cdn.example.com/1.jpeg", "width": None, "height": None, "alt": ""}
    variant = made["variants"][0]
    assert (variant["sku"], variant["price"], variant["inventory_quantity"], variant["weight"], variant["weight_unit"]) == (
        "20133322", 9.9, 5, 250, "g")
    assert variant["option1"] == "" and variant["compare_at_price"] is None and variant["image"]["src"] == ""
    _, alone = await app.call("variants.get", "GET", f"/variants/{variant['id']}")
    assert alone["variant"]["price"] == "9.90" and alone["variant"]["option1"] is None
    _, again = await app.call("products.get", "GET", f"/products/{made['id']}")
    assert again["product"] == made
    _, listed = await app.call("products.list", "GET", "/products")
    assert listed["products"] == [made]


async def test_everything_missing_is_told_at_once(app):
    status, reply = await app.call("products.create", "POST", "/products", {"product": {"published": "maybe"}})
    blank = ["can't be blank"]
    assert status == 422 and reply["errors"] == {
        "title": blank, "has_only_default_variant": blank, "images": blank, "variants": blank, "published": ["is invalid"]}
    body = new_product(has_only_default_variant=False, inventory_tracking=True)
    status, reply = await app.call("products.create", "POST", "/products", body)
    assert status == 422 and set(reply["errors"]) == {"options", "need_variant_image", "inventory_policy"}
    fields = [{"namespace": "a", "value_type": "x", "value": 1}]
    body = shirt(inventory_tracking=True, inventory_policy="deny", metafields=fields)
    body["variants"] = [{"option1": "red", "inventory_quantity": -1}]
    status, reply = await app.call("products.create", "POST", "/products", body)
    assert status == 422 and reply["errors"] == {
        "variants[0].option2": blank, "variants[0].price": blank, "metafields[0].key": blank,
        "variants[0].inventory_quantity": ["must be greater than or equal to 0"],
        "metafields[0].value_type": ["is not included in the list"]}
    for wrong, at in (({"inventory_policy": "maybe"}, "inventory_policy"), ({"title": "x" * 256}, "title"),
                      ({"images": [{"src": "javascript://x"}]}, "images[0].src"), ({"variants": 7}, "variants"),
                      ({"variants": [{"price": -1}]}, "variants[0].price"),
                      ({"variants": [{"price": "NaN"}]}, "variants[0].price"),
                      ({"variants": [{"price": 1e300}]}, "variants[0].price"), ({"options": [{}] * 4}, "options"),
                      ({"variants": [{"price": 1, "weight_unit": "stone"}]}, "variants[0].weight_unit"),
                      ({"variants": [{"price": 1, "inventory_quantity": 1e18}]},
                       "variants[0].inventory_quantity")):  # fmt: skip
        status, reply = await app.call("products.create", "POST", "/products", new_product(**wrong))
        assert status == 422 and at in reply["errors"], (wrong, reply)


async def test_an_update_changes_only_what_is_sent(app):
    made = await create(app, shirt(inventory_tracking=True, inventory_policy="deny"))
    path = f"/products/{made['id']}"
    _, reply = await app.call("products.update", "PUT", path, {
        "product": {"title": "Tee", "brief": None, "inventory_policy": ""}})
    assert {**reply["product"], "updated_at": made["updated_at"]} == {**made, "title": "Tee"}
    red, black = made["variants"]
    _, reply = await app.call("products.update", "PUT", path, {"inventory_policy": "continue", "variants": [
        {"id": black["id"], "inventory_quantity": -2, "image": ""}, {"option1": "red", "option2": "32", "price": 1.25}]})
    assert [(each["id"], each["price"], each["inventory_quantity"]) for each in reply["product"]["variants"]] == [
        (black["id"], 21, -2), (red["id"], 1.25, 0)]
    assert reply["product"]["inventory_policy"] == "continue" and reply["product"]["inventory_quantity"] == -2
    assert reply["product"]["variants"][0]["image"]["src"] == "https://a.example/b.png"
    for body, at in (({"variants": []}, "variants"), ({"title": ""}, "title"),
                     ({"images": [{"id": "x", "alt": "a"}]}, "images[0].id"),
                     ({"variants": [{"id": made["id"]}]}, "variants[0].id"),
                     ({"inventory_policy": "deny"}, "variants[0].inventory_quantity")):  # fmt: skip
        status, reply = await app.call("products.update", "PUT", path, body)
        assert status == 422 and list(reply["errors"]) == [at], reply


async def test_a_client_may_send_back_what_it_got(app):
    made = await create(app, shirt())
    _, reply = await app.call("products.update", "PUT", f"/products/{made['id']}", {"product": made})
    assert {**reply["product"], "updated_at": made["updated_at"]} == made
    _, alone = await app.call("variants.get", "GET", f"/variants/{made['variants'][1]['id']}")
    _, reply = await app.call("variants.update", "PUT", f"/variants/{made['variants'][1]['id']}", alone)
    assert reply == alone
    # the document's own example: a single variant with options (lines 1509 to 1526)
    both = await create(app, shirt(has_only_default_variant=True))
    assert both["options"] and not both["has_only_default_variant"]


async def test_variants_by_themselves(app):
    made = await create(app, shirt())
    own = made["variants"][1]["id"]
    _, reply = await app.call("variants.update", "PUT", f"/variants/{own}", {
        "option1": "blue", "compare_at_price": 100, "sku": 7, "position": 1, "image": {"src": "https://a.example/new.png"}})
    changed = reply["variant"]
    assert (changed["title"], changed["compare_at_price"], changed["sku"]) == ("blue / 33", "100.00", "7")
    assert reply["variant"]["image"]["src"] == "https://a.example/new.png"
    _, reply = await app.call("variants.update", "PUT", f"/variants/{own}", {"compare_at_price": None})
    assert reply["variant"]["compare_at_price"] is None
    path = f"/products/{made['id']}/variants"
    _, reply = await app.call("variants.list", "GET", path)
    assert [each["position"] for each in reply["variants"]] == [1, 2] and reply["variants"][0]["id"] == own
    status, reply = await app.call("variants.update", "PUT", f"/variants/{own}", {"option1": "red", "option2": "32"})
    assert status == 422 and reply["errors"] == {"option1": ["has already been taken"]}
    assert (await app.call("variants.delete", "DELETE", f"{path}/{own}"))[0] == 200
    status, reply = await app.call("variants.delete", "DELETE", f"{path}/{made['variants'][0]['id']}")
    assert status == 422 and reply == {"errors": ["a product needs at least one variant"]}
    assert await app.call("variants.count", "GET", f"{path}/count") == (200, {"count": 1})


async def test_images_by_themselves(app):
    made = await create(app, new_product())
    path = f"/products/{made['id']}/images"
    _, reply = await app.call("images.create", "POST", path, {"image": {"src": "a.example/2.png", "width": "30", "alt": "two"}})
    image = reply["image"]
    assert (image["src"], image["width"], image["position"]) == ("https://a.example/2.png", 30, 2)
    _, reply = await app.call("images.update", "PUT", f"{path}/{image['id']}", {"position": 1})
    assert reply["image"]["position"] == 1 and reply["image"]["alt"] == "two"
    status, reply = await app.call("images.create", "POST", path, {"image": {}})
    assert status == 422 and reply["errors"] == {"src": ["can't be blank"]}
    assert await app.call("images.count", "GET", f"{path}/count") == (200, {"count": 2})
    await app.call("images.delete", "DELETE", f"{path}/{image['id']}")
    _, reply = await app.call("products.get", "GET", f"/products/{made['id']}")
    assert [(each["id"], each["position"]) for each in reply["product"]["images"]] == [(made["images"][0]["id"], 1)]


async def test_metafields(app):
    made = await create(app, new_product(metafields=[{"namespace": "a", "key": "b", "value": 25, "value_type": "integer"}]))
    path = f"/products/{made['id']}/metafields"
    _, reply = await app.call("metafields.list", "GET", path)
    first = reply["metafields"][0]
    assert (first["key"], first["value"], first["product_id"]) == ("b", "25", made["id"])
    _, reply = await app.call("metafields.update", "PUT", f"{path}/{first['id']}", {"metafield": {"value": "26"}})
    assert reply["metafield"]["value"] == "26" and reply["metafield"]["namespace"] == "a"
    status, reply = await app.call("metafields.create", "POST", path, {"value": "x", "value_type": "integer"})
    assert status == 422 and set(reply["errors"]) == {"namespace", "key", "value"}
    await app.call("products.update", "PUT", f"/products/{made['id']}", {"metafields": [
        {"namespace": "a", "key": "c", "value": "[1]", "value_type": "json_string"}]})
    assert await app.call("metafields.count", "GET", f"{path}/count") == (200, {"count": 2})
    assert (await app.call("metafields.delete", "DELETE", f"{path}/{first['id']}"))[0] == 200


async def test_lists_by_every_filter(app):
    cup = await create(app, new_product(title="Blue cup", published=True))
    await create(app, new_product(title="Red mug"))
    for query, count in (
        (f"ids={cup['id']}, x", 1), ("ids=x", 0), ("keyword=cup", 1), ("title=e", 2), ("collection_id=1", 0),
        (f"collection_id={cup['id']}", 0), ("published_status=published", 1), ("published_status=unpublished", 1),
        ("published_status=any", 2), ("created_at_min=2018-10-01T16:15:47-04:00", 2), ("created_at_max=2018-10-01 16:15:47", 0),
        ("updated_at_max=2018-10-01T16:15:47 04:00", 0), ("published_at_min=2018-10-01T16:15:47Z", 1),
    ):  # fmt: skip
        query = query.replace(" ", "%20")
        _, reply = await app.call("products.list", "GET", f"/products?{query}")
        assert len(reply["products"]) == count, query
        assert await app.call("products.count", "GET", f"/products/count?{query}") == (200, {"count": count}), query
    _, reply = await app.call("products.list", "GET", "/products?fields=title,%20id,nonsense&limit=1")
    assert reply == {"products": [{"id": reply["products"][0]["id"], "title": "Red mug"}]}
    assert await app.call("products.list", "GET", "/products?page=9") == (200, {"products": []})
    status, reply = await app.call("products.list", "GET", "/products?limit=251&page=0")
    assert status == 422 and set(reply["errors"]) == {"limit", "page"}
    for query in ("published_status=maybe", "created_at_min=yesterday"):
        assert (await app.call("products.list", "GET", f"/products?{query}"))[0] == 422


async def test_what_is_not_there_is_not_found(app, values):
    ids = await values()
    own = f"/products/{ids['product_id']}"
    for key in (str(uuid4()), "1", "测试", "0" * 400, str(ids["number"])):
        for operation, method, path in (
            ("products.get", "GET", f"/products/{key}"), ("products.update", "PUT", f"/products/{key}"),
            ("products.delete", "DELETE", f"/products/{key}"), ("variants.list", "GET", f"/products/{key}/variants"),
            ("variants.get", "GET", f"/variants/{key}"), ("variants.update", "PUT", f"/variants/{key}"),
            ("variants.delete", "DELETE", f"{own}/variants/{key}"), ("images.get", "GET", f"{own}/images/{key}"),
            ("images.update", "PUT", f"{own}/images/{key}"), ("images.delete", "DELETE", f"{own}/images/{key}"),
            ("metafields.get", "GET", f"{own}/metafields/{key}"), ("metafields.update", "PUT", f"{own}/metafields/{key}"),
            ("metafields.delete", "DELETE", f"{own}/metafields/{key}"),
            ("metafields.list", "GET", f"/products/{key}/metafields"),
            ("images.create", "POST", f"/products/{key}/images"), ("collections.get", "GET", f"/collections/{key}"),
            ("collects.get", "GET", f"/collects/{key}"), ("collects.delete", "DELETE", f"/collects/{key}"),
        ):  # fmt: skip
            status, _ = await app.call(operation, method, path, {"title": "x"} if method in ("PUT", "POST") else None)
            assert status == 404, (operation, path)


async def test_webhooks_tell_a_product_as_it_is_and_as_it_was(db, shop, monkeypatch):
    monkeypatch.delitem(FORMS, "shoplazza", raising=False)
    webhook_dialects.register(dataclasses.replace(read({}), public_url="http://127.0.0.1:8000"))
    topics = ["products/create", "products/update", "products/delete"]
    await webhooks.subscribe(
        db, shop.store_id, dialect="shoplazza", address="http://127.0.0.1:9/hook", topics=topics, networks=LOOPBACK
    )
    key = await products.create(db, shop.store_id, {
        "title": "Cup", "images": [{"src": "https://a.example/1.png"}],
        "variants": [{"price": D("12.50"), "weight": D("0.1")}]})
    await products.update(db, shop.store_id, key, {"title": "Mug"})
    last = shown.product(await products.get(db, shop.store_id, key))
    await products.delete(db, shop.store_id, key)
    rows = await db.fetch("select topic, body from deliveries where store_id = $1 order by id", shop.store_id)
    assert [row["topic"] for row in rows] == topics
    bodies = [json.loads(row["body"]) for row in rows]
    for topic, body in zip(topics, bodies, strict=True):
        assert not [each for each in checker.check_event(OPERATIONS[topic], body) if each.startswith("body")]
    assert [body["product"]["title"] for body in bodies] == ["Cup", "Mug", "Mug"]
    assert bodies[1] == bodies[2] and bodies[2]["product"]["id"] == last["id"]
    assert b'"price":12.5,' in rows[2]["body"]


ODD = (
    None, True, 0, -1, 2**62, 1.5, 1e308, "", "x", "-1", "é\u202e", "x" * 70_000, [], [None], [[]], [1], {}, {"src": []}, [{}],
    [{"id": 7}], [{"src": {"src": {}}}], [{"price": "1e999"}], [{"price": []}], [{"price": 1, "option1": {}}],
)  # fmt: skip


@pytest.mark.parametrize("operation", ["products.create", "products.update", "variants.update", "images.create",
                                       "metafields.create", "collections.create", "collects.create"])  # fmt: skip
async def test_no_value_of_any_field_is_a_fault_of_ours(app, values, operation):
    contract = OPERATIONS[operation]
    ids = await values()
    printed = checker.example_request(contract, ids)
    wrapper = contract["wrapper"]
    for name in [each["name"] for each in contract["parameters"] if each["in"] == "body"]:
        for odd in ODD:
            body = {wrapper: printed["body"][wrapper] | {name: odd}}
            status, _, reply = await app.raw(printed["method"], printed["path"], body)
            assert status in (200, 404, 422), f"{name} {odd!r:.80}: {status} {reply}"
            assert not checker.check_reply(contract, status, json.loads(reply)), f"{name} {odd!r:.80}: {reply}"
