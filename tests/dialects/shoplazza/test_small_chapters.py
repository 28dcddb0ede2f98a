"""Webhooks, script tags, comments and the shop: the printed requests in all their forms, and what the chapters promise."""

from __future__ import annotations

import json
from urllib.parse import quote

import aiohttp
import pytest

from monogram.core import script_tags
from tests.contract import checker
from tests.dialects.shoplazza.calls import Client, private_app
from tests.shops import open_shop
from tests.stock import put_product

CHAPTERS = ("webhooks", "script_tags", "comments", "shop")
OPERATIONS = {name: each for name, each in checker.operations("shoplazza").items() if name.split(".")[0] in CHAPTERS}
ELEMENT = '<script src="https://shoplazza.com/x.js"></script>'
HOOK = {"address": "https://example.com/webhook", "topic": "orders/create"}


@pytest.fixture
async def product(pool, shop):
    """A product's UUID."""
    async with pool.acquire() as connection:
        variant = await put_product(connection, shop.store_id)
        found = await connection.fetchval(
            """select p.uuid from products p join variants v on v.store_id = p.store_id and v.product_id = p.id
               where v.store_id = $1 and v.id = $2""", shop.store_id, variant,
        )
    return str(found)


async def _made(app: Client, chapter: str) -> str:
    """The id of a new webhook or script tag."""
    if chapter == "webhooks":
        return (await app.call("webhooks.create", "POST", "/webhooks", HOOK))[1]["webhook"]["id"]
    return (await app.call("script_tags.create", "POST", "/script_tags", {"src": ELEMENT}))[1]["script_tag"]["id"]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
async def test_the_printed_request_works_in_every_form(app, product, operation):
    chapter = operation["operation"].split(".")[0]
    names = [name for name, _ in checker.example_requests(operation)]
    for name in names:
        values = {"product_id": product, "access_token": app.token}
        if "{id}" in operation["path"]:
            values["id"] = await _made(app, chapter)
        request = dict(checker.example_requests(operation, values))[name]
        method, target, headers, body = checker.encoded(request)
        async with aiohttp.ClientSession() as session:
            async with session.request(method, app.url + target, data=body, headers=headers) as answer:
                status, told = answer.status, json.loads(await answer.read())
        assert status == 200, (name, told)
        assert checker.check_reply(operation, status, told, request["query"]) == [], name


# Webhooks


async def test_a_webhook_is_made_listed_changed_and_removed(app):
    made = (await app.call("webhooks.create", "POST", "/webhooks", HOOK))[1]["webhook"]
    assert (made["address"], made["topic"], made["format"]) == (HOOK["address"], HOOK["topic"], "json")
    assert (await app.call("webhooks.get", "GET", f"/webhooks/{made['id']}"))[1] == {"webhook": made}
    assert (await app.call("webhooks.list", "GET", "/webhooks"))[1] == {"webhooks": [made]}
    changed = {"topic": "orders/cancelled, orders/create"}
    told = (await app.call("webhooks.update", "PUT", f"/webhooks/{made['id']}", {"webhook": changed}))[1]["webhook"]
    assert told["topic"] == "orders/cancelled,orders/create" and told["address"] == HOOK["address"]
    assert (await app.call("webhooks.delete", "DELETE", f"/webhooks/{made['id']}"))[1] == {}
    for method, operation in (("GET", "get"), ("PUT", "update"), ("DELETE", "delete")):
        body = HOOK if method == "PUT" else None
        status, told = await app.call(f"webhooks.{operation}", method, f"/webhooks/{made['id']}", body)
        assert (status, told) == (404, {"errors": ["record not found!"]})
    assert (await app.call("webhooks.count", "GET", "/webhooks/count"))[1] == {"count": 0}


@pytest.mark.parametrize("query,found", [
    ("topic=orders/create", 1), ("topic=orders/create, products/update", 2), ("topic=orders/paid", 0),
    ("address=https://example.com/webhook", 2), ("address=https://example.com/other", 0), ("limit=1&page=2", 1),
    ("created_at_min=2020-01-01T00:00:00Z", 2), ("created_at_max=2020-01-01T00:00:00+08:00", 0),
    ("updated_at_min=2099-01-01T00:00:00 08:00", 0), ("page=3", 0),
])  # fmt: skip
async def test_webhooks_are_filtered(app, query, found):
    for topic in ("orders/create", "products/update"):
        await app.call("webhooks.create", "POST", "/webhooks", HOOK | {"topic": topic})
    query = quote(query, safe="=&:/,+")
    assert len((await app.call("webhooks.list", "GET", f"/webhooks?{query}"))[1]["webhooks"]) == found
    if "page" not in query:
        assert (await app.call("webhooks.count", "GET", f"/webhooks/count?{query}"))[1]["count"] == found


@pytest.mark.parametrize("body,field,texts", [
    ({"topic": "orders/create"}, "address", ["can't be blank", "is invalid"]),
    ({"address": "", "topic": "orders/create"}, "address", ["can't be blank", "is invalid"]),
    ({"address": "https://example.com/x"}, "topic", ["can't be blank"]),
    ({"address": "https://example.com/x", "topic": " , "}, "topic", ["can't be blank"]),
    ({"address": "https://example.com/x", "topic": "orders/nothing"}, "topic", ["is invalid"]),
    ({"address": "ftp://example.com/x", "topic": "orders/create"}, "address", ["is invalid"]),
    ({"address": "http://example.com/x", "topic": "orders/create"}, "address", ["is invalid"]),
    ({"address": "https://127.0.0.1/x", "topic": "orders/create"}, "address", ["is invalid"]),
    ({"address": "https://169.254.169.254/latest", "topic": "orders/create"}, "address", ["is invalid"]),
    ({"address": ["https://example.com"], "topic": "orders/create"}, "address", ["is invalid"]),
])  # fmt: skip
async def test_a_bad_webhook_is_told_by_field(app, body, field, texts):
    status, told = await app.call("webhooks.create", "POST", "/webhooks", body)
    assert status == 422 and told["errors"][field][: len(texts)] == texts


async def test_limit_and_page_are_refused_as_printed(app):
    printed = OPERATIONS["webhooks.list"]["errors"][0]
    assert await app.call("webhooks.list", "GET", "/webhooks?limit=251&page=0") == (printed["status"], printed["body"])


async def test_a_topic_needs_the_right_to_read_of_it(pool, server, shop):
    async with pool.acquire() as connection:
        app = await private_app(connection, server.url, shop.store_id, ["read_product", "write_order"])
    status, told = await app.call("webhooks.create", "POST", "/webhooks", HOOK)
    assert status == 403 and "read_order" in told["errors"][0]
    made = (await app.call("webhooks.create", "POST", "/webhooks", HOOK | {"topic": "products/update"}))[1]["webhook"]
    assert (await app.call("webhooks.update", "PUT", f"/webhooks/{made['id']}", HOOK))[0] == 403


async def test_a_stopped_webhook_starts_again_when_it_is_changed(app, pool):
    made = (await app.call("webhooks.create", "POST", "/webhooks", HOOK))[1]["webhook"]
    await pool.execute("update webhooks set disabled_at = now() where uuid = $1", made["id"])
    assert (await app.call("webhooks.update", "PUT", f"/webhooks/{made['id']}", HOOK))[0] == 200
    assert await pool.fetchval("select disabled_at from webhooks where uuid = $1", made["id"]) is None


async def test_apps_of_one_store_do_not_see_each_others(app, pool, server, shop):
    hook, tag = await _made(app, "webhooks"), await _made(app, "script_tags")
    async with pool.acquire() as connection:
        other = await private_app(connection, server.url, shop.store_id)
    for chapter, key in (("webhooks", hook), ("script_tags", tag)):
        assert (await other.call(f"{chapter}.get", "GET", f"/{chapter}/{key}"))[0] == 404
        assert (await other.call(f"{chapter}.delete", "DELETE", f"/{chapter}/{key}"))[0] == 404
        assert (await other.call(f"{chapter}.list", "GET", f"/{chapter}"))[1] == {chapter: []}
        assert (await other.call(f"{chapter}.count", "GET", f"/{chapter}/count"))[1] == {"count": 0}
        assert (await app.call(f"{chapter}.count", "GET", f"/{chapter}/count"))[1] == {"count": 1}


# Script tags


@pytest.mark.parametrize("src,address", [
    ("https://shoplazza.com/x.js", "https://shoplazza.com/x.js"), (ELEMENT, "https://shoplazza.com/x.js"),
    (" <script async type='text/javascript' src=//cdn.example.com/a.js?b=1&amp;c=2></script>\n",
     "https://cdn.example.com/a.js?b=1&c=2"),
    ("//cdn.example.com/a.js", "https://cdn.example.com/a.js"), ("<SCRIPT SRC='https://a.example/x.js'/>", "https://a.example/x.js"),
])  # fmt: skip
async def test_a_script_is_kept_as_sent_and_loaded_from_its_address(app, pool, src, address):
    made = (await app.call("script_tags.create", "POST", "/script_tags", {"script_tag": {"src": src}}))[1]["script_tag"]
    assert (made["src"], made["display_scope"], made["event_type"]) == (src, "all", "app")
    async with pool.acquire() as connection:
        assert await script_tags.on_page(connection, app.store_id, "product") == [address]


@pytest.mark.parametrize("src", [
    "", "   ", "x.js", "/x.js", "javascript:alert(1)", "data:text/javascript,alert(1)", "http://example.com/x.js",
    "<script>alert(1)</script>", f"{ELEMENT}{ELEMENT}", f"{ELEMENT}<b>", f"<b></b>{ELEMENT}", f"hello {ELEMENT}",
    "<script src='https://a.example/x.js'>alert(1)</script>",
    "<script src='https://a.example/x.js' onload='alert(1)'></script>",
    "<script src='https://a.example/x.js' src='https://b.example/x.js'></script>", "<script src='https://a.example/x.js'>",
    "<script src='https://a.example/x.js'></script><!-- -->", "<img src='https://a.example/x.js'>", "<script></script>",
    "https://user:pass@example.com/x.js", "https://exa mple.com/x.js", "https://example.com/\"><script>", "https://",
    "<!DOCTYPE html><script src='https://a.example/x.js'></script>", "<" * 5000, 17,
])  # fmt: skip
async def test_anything_else_is_no_script(app, pool, src):
    status, told = await app.call("script_tags.create", "POST", "/script_tags", {"src": src})
    assert status == 422 and list(told["errors"]) == ["src"], told
    assert await pool.fetchval("select count(*) from script_tags where store_id = $1", app.store_id) == 0


async def test_a_script_tag_is_changed_and_removed(app, pool):
    key = await _made(app, "script_tags")
    change = {"src": "https://b.example/y.js", "display_scope": "product,cart", "event_type": "myapp"}
    told = (await app.call("script_tags.update", "PUT", f"/script_tags/{key}", change))[1]["script_tag"]
    assert {name: told[name] for name in change} == change
    told = (await app.call("script_tags.update", "PUT", f"/script_tags/{key}", {"src": ELEMENT}))[1]["script_tag"]
    assert (told["src"], told["event_type"]) == (ELEMENT, "myapp")
    async with pool.acquire() as connection:
        assert await script_tags.on_page(connection, app.store_id, "index") == []
        assert len(await script_tags.on_page(connection, app.store_id, "cart")) == 1
    assert (await app.call("script_tags.update", "PUT", f"/script_tags/{key}", {}))[0] == 422
    assert (await app.call("script_tags.delete", "DELETE", f"/script_tags/{key}"))[1] == {}
    status, told = await app.call("script_tags.get", "GET", f"/script_tags/{key}")
    assert (status, told) == (404, {"errors": ["record not found!"]})


async def test_an_app_has_a_hundred_scripts_at_most(app):
    for _ in range(script_tags.MOST):
        await _made(app, "script_tags")
    assert len((await app.call("script_tags.list", "GET", "/script_tags/"))[1]["script_tags"]) == script_tags.MOST
    assert (await app.call("script_tags.create", "POST", "/script_tags", {"src": ELEMENT}))[0] == 422


# Comments


def _comment(product: str, **changes) -> dict:
    return {"product_id": product, "username": "张三", "content": "物廉价美 <b>", "star": 5, "image": "http://abc.com/a.jpg; "
            "http://abc.com/b.jpg", "like": 3, "created_at": "2019-07-10 15:00:00"} | changes  # fmt: skip


async def test_a_comment_is_kept(app, pool, shop, product):
    await pool.execute("update stores set time_zone = 'Asia/Shanghai' where id = $1", shop.store_id)
    for body in (_comment(product), {"comment": _comment(product, star="4", like=None, image="")}):
        assert (await app.call("comments.create", "POST", "/comments", body))[0] == 200
    rows = await pool.fetch("select * from comments where store_id = $1 order by id", shop.store_id)
    assert [(row["star"], row["likes"], len(row["images"])) for row in rows] == [(5, 3, 2), (4, 0, 0)]
    assert rows[0]["content"] == "物廉价美 <b>" and rows[0]["commented_at"].isoformat() == "2019-07-10T07:00:00+00:00"


@pytest.mark.parametrize("changes,field", [
    ({"star": 0}, "star"), ({"star": 6}, "star"), ({"star": 4.5}, "star"), ({"star": True}, "star"), ({"star": None}, "star"),
    ({"username": " "}, "username"), ({"content": ""}, "content"), ({"content": "x" * 10_001}, "content"),
    ({"created_at": "yesterday"}, "created_at"), ({"like": -1}, "like"), ({"image": "javascript:alert(1)"}, "image"),
    ({"image": 7}, "image"), ({"product_id": ""}, "product_id"), ({"username": ["x"]}, "username"),
])  # fmt: skip
async def test_a_bad_comment_is_told_by_field(app, product, changes, field):
    status, told = await app.call("comments.create", "POST", "/comments", _comment(product, **changes))
    assert status == 422 and list(told["errors"]) == [field]


async def test_a_comment_needs_a_product_of_the_shop(app, pool):
    async with pool.acquire() as connection:
        other = await open_shop(connection)
        await put_product(connection, other.store_id)
        foreign = await connection.fetchval("select uuid from products where store_id = $1", other.store_id)
    for key in (str(foreign), "1", "00000000-0000-0000-0000-000000000000"):
        status, told = await app.call("comments.create", "POST", "/comments", _comment(key))
        assert (status, told) == (404, {"errors": ["record not found"]})


async def test_a_batch_takes_the_good_ones_and_tells_the_bad_ones(app, pool, shop, product):
    sent = [_comment(product), _comment(product, star=9, username=""), _comment("1"), "nonsense", _comment(product, star=1)]
    told = (await app.call("comments.batch", "POST", "/comments/batch", {"comments": sent}))[1]
    assert (told["success_count"], told["error_count"]) == (2, 3)
    assert await pool.fetchval("select count(*) from comments where store_id = $1", shop.store_id) == 2
    first, second, third = told["error_info"]
    assert first["star"] == 9 and "star must be less than or equal to 5" in first["error_message"]
    assert "username can't be blank" in first["error_message"]
    assert second["product_id"] == "1" and second["error_message"] == "product_id record not found"
    assert third["product_id"] is None and third["error_message"]


@pytest.mark.parametrize("body", [{}, {"comments": []}, {"comments": "x"}, {"comments": [1] * 1001}, []])
async def test_a_batch_that_is_none_is_refused(app, body):
    status, told = await app.call("comments.batch", "POST", "/comments/batch", body)
    assert status == 422 and list(told["errors"]) == ["comments"]


# The shop


async def test_the_shop_says_all_it_knows(app, pool, shop):
    said = {
        "email": "steve@nike.com", "customer_email": "c@nike.com", "domain": "shop.nike.com", "owner": "nick", "zip": "95014",
        "account": "a@nike.com", "phone": "1231231234", "address1": "1 Infinite Loop", "address2": "Suite 100",
        "city": "Cupertino", "province_code": "CA", "country_code": "US", "time_zone": "America/New_York",
        "icon": "https://cdn.example.com/i/0d42.jpg",
    }  # fmt: skip
    columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(said, 2))
    await pool.execute(f"update stores set {columns} where id = $1", shop.store_id, *said.values())
    shown = (await app.call("shop.get", "GET", "/shop"))[1]["shop"]
    assert shown["icon"] == {"src": "https://cdn.example.com/i/0d42.jpg", "path": "0d42.jpg"}
    assert (shown["domain"], shown["shop_owner"], shown["zip"]) == ("shop.nike.com", "nick", "95014")
    assert shown["timezone"] in ("(GMT-05:00) America/New_York", "(GMT-04:00) America/New_York")
    assert (await app.call("shop.get", "GET", "/shop?fields=name,%20zip,nothing"))[1]["shop"].keys() == {"name", "zip"}
