"""What every Shoplazza operation shares: tokens, scopes, forms of path, errors, limits."""

from __future__ import annotations

import json

import pytest

from monogram.core import clients
from tests.contract import checker
from tests.dialects.shoplazza.calls import Client, private_app


async def test_the_shop_is_shown(app, shop):
    status, body = await app.call("shop.get", "GET", "/shop")
    assert status == 200 and body["shop"]["id"] == shop.store_id
    assert (await app.call("shop.get", "GET", "/shop?fields=id,name"))[1]["shop"].keys() == {"id", "name"}


@pytest.mark.parametrize("path", ["/2020-01/shop", "/shop.json", "/shop/", "/2020-01/shop.json", "/shop.json/"])
async def test_one_operation_has_many_addresses(app, path):
    assert (await app.call("shop.get", "GET", path))[0] == 200


async def test_the_token_may_be_a_bearer(app):
    client = Client(app.url, None)
    assert (await client.raw("GET", "/shop", headers={"Authorization": f"bearer {app.token}"}))[0] == 200
    assert (await client.raw("GET", "/shop", headers={"Access-Token": app.token, "Token-Type": "Bearer"}))[0] == 200


@pytest.mark.parametrize("token", [None, "", "nonsense", "x" * 5000])
async def test_without_a_good_token_there_is_no_answer(server, token):
    status, body = await Client(server.url, token).call("shop.get", "GET", "/shop")
    assert status == 401 and isinstance(body["errors"], list)


async def test_a_scope_is_needed(pool, server, shop):
    async with pool.acquire() as connection:
        app = await private_app(connection, server.url, shop.store_id, ["write_order"])
    status, body = await app.call("shop.get", "GET", "/shop")
    assert status == 403 and "read_shop" in body["errors"][0]


async def test_a_revoked_token_is_dead(pool, server, shop):
    async with pool.acquire() as connection:
        issued = await clients.add_private(connection, shop.store_id, "Test", ["read_shop"])
        assert (await Client(server.url, issued.secret).raw("GET", "/shop"))[0] == 200
        await clients.revoke(connection, shop.store_id, issued.id)
    assert (await Client(server.url, issued.secret).raw("GET", "/shop"))[0] == 401


@pytest.mark.parametrize("method,path,status", [("GET", "/nothing", 404), ("PATCH", "/shop", 405), ("GET", "/", 404)])
async def test_other_addresses_answer_in_the_same_words(app, method, path, status):
    found, _, body = await app.raw(method, path)
    assert found == status
    assert not checker.check_error("shoplazza", status, json.loads(body))


async def test_a_token_may_call_so_fast_and_no_faster(pool, server, shop):
    async with pool.acquire() as connection:
        issued = await clients.add_private(connection, shop.store_id, "Test", ["read_shop"], calls_per_second=1)
    client = Client(server.url, issued.secret)
    answers = [await client.raw("GET", "/shop") for _ in range(7)]
    assert [status for status, _, _ in answers[:5]] == [200] * 5
    refused = [answer for answer in answers if answer[0] == 429]
    assert 1 <= len(refused) <= 2
    status, headers, body = refused[0]
    assert not checker.check_error("shoplazza", status, json.loads(body))
    assert headers["Retry-After"] == "1" and json.loads(body)["errors"]
    assert answers[0][1]["X-RateLimit-Remaining"] == "4"
