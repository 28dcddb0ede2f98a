"""OAuth from the install call to the last refresh, as a merchant's browser and an app see it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest

from contract import documents
from monogram.core import clients
from monogram.core.grants import ACCESS_SECONDS
from monogram.dialects.shoplazza.consent import signed
from monogram.dialects.shoplazza.scopes import DOCUMENTED, SCOPES, SPELLINGS, parse
from tests.contract import checker
from tests.dialects.shoplazza.visitors import REDIRECT, Browser, open_world, verified

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CALLBACK = checker.operations("shoplazza")["oauth.callback"]


async def test_from_install_to_refresh(world):
    browser = world.browser()
    asked = await browser.call("GET", f"install?client_id={world.client.key}")
    left = await browser.sign_in(asked, world.email)
    assert left.status == 303 and left.location.startswith("https://app.example.com/install?")
    assert verified(left.location, world.client.secret)
    assert left.query == {"install_from": "app_store", "plan": "1", "shop": f"{world.slug}.localhost",
                          "store_id": str(world.shop.store_id), "hmac": left.query["hmac"]}  # fmt: skip
    page = await browser.call("GET", world.query(scope=" read_orders write_order read_shop", state="a b&c=汉"))
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
    back = await browser.decide(page)
    assert back.status == 303 and back.location.startswith(f"{REDIRECT}?") and verified(back.location, world.client.secret)
    assert list(back.query) == sorted(back.query) == ["code", "hmac", "shop", "state"]
    assert back.query["state"] == "a b&c=汉" and back.query["shop"] == f"{world.slug}.localhost"
    assert re.fullmatch(r"[A-Za-z0-9._-]+", back.query["code"])
    status, pair = await world.tokens(code=back.query["code"])
    assert status == 200 and pair["store_id"] == str(world.shop.store_id) and pair["store_name"] == world.slug
    assert await world.works(pair["access_token"])
    status, next_pair = await world.tokens(refresh_token=pair["refresh_token"], redirect_uri=None)
    assert status == 200 and next_pair["refresh_token"] != pair["refresh_token"]
    assert await world.works(next_pair["access_token"])


async def test_the_token_lasts_two_hours(world, pool):
    pair = (await world.tokens(code=await world.code()))[1]
    left = await pool.fetchval("select $1 - extract(epoch from now())", pair["expires_at"])
    assert ACCESS_SECONDS - 60 < left <= ACCESS_SECONDS
    await pool.execute("update tokens set expires_at = now() where hash = $1", clients.hashed(pair["access_token"]))
    assert not await world.works(pair["access_token"])


async def test_scopes_are_the_ones_that_were_shown(world, pool):
    pair = (await world.tokens(code=await world.code()))[1]
    async with aiohttp.ClientSession(headers={"Access-Token": pair["access_token"]}) as session:
        async with session.get(f"{world.url}/openapi/orders/count") as answer:  # only write_order was asked for
            assert answer.status == 403 and "read_order" in (await answer.json())["errors"][0]
        async with session.put(f"{world.url}/openapi/orders/nothing", json={}) as answer:
            assert answer.status == 404


@pytest.mark.parametrize("sent", ["json", "form", "text", "basic"])
async def test_the_token_endpoint_takes_every_form(world, sent):
    body = {"client_id": world.client.key, "client_secret": world.client.secret, "grant_type": "authorization_code",
            "redirect_uri": REDIRECT, "code": await world.code()}  # fmt: skip
    headers, data = {"Content-Type": "application/json"}, json.dumps(body)
    if sent == "basic":
        pair = f"{body.pop('client_id')}:{body.pop('client_secret')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        data = json.dumps(body)
    if sent == "form":
        headers, data = {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(body)
    if sent == "text":
        headers = {"Content-Type": "text/plain"}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{world.url}/admin/oauth/token", data=data, headers=headers) as answer:
            assert answer.status == 200 and answer.headers["Content-Type"] == "application/json"
            assert (await answer.json())["token_type"] == "Bearer"


async def test_cancel_leads_back_without_a_code(world):
    browser, page = await world.consent(state="s-1")
    back = await browser.decide(page, "deny")
    assert back.status == 303 and verified(back.location, world.client.secret)
    assert back.query.keys() == {"error", "hmac", "shop", "state"} and back.query["error"] == "access_denied"


async def test_an_address_keeps_its_own_parameters_and_they_are_signed(world):
    browser, page = await world.consent(redirect_uri="http://localhost:9999/back?x=1")
    back = await browser.decide(page)
    assert back.query["x"] == "1" and back.location.startswith("http://localhost:9999/back?code=")
    assert verified(back.location, world.client.secret)


def test_the_hmac_is_the_documents():
    """Line 84, and the vector beside it."""
    sample = CALLBACK["signed"]
    address = signed("http://example.com/some/redirect/uri", dict(parse_qsl(sample["text"])), sample["secret"])
    assert dict(parse_qsl(urlsplit(address).query))["hmac"] == sample["hmac"]


async def test_the_page_tells_in_plain_words_what_is_asked(world):
    for language, words in (("en-GB,zh;q=0.5", ("Change orders and fulfilments", "Allow", "Cancel", "Nike Store")),
                            ("zh-CN,en;q=0.5", ("修改订单和运单", "授权", "取消", "Nike Store"))):  # fmt: skip
        browser = world.browser(**{"Accept-Language": language})
        page = await browser.sign_in(await browser.call("GET", world.query()), world.email)
        assert all(word in page.html for word in words), page.html
        assert "<b>Post</b>" not in page.html and "Parcel &amp; &lt;b&gt;Post" in page.html
        assert f'lang="{"en" if language[0] == "e" else "zh-Hans"}"' in page.html
    switched = await browser.call("GET", world.query(lang="en"))
    assert "Allow" in switched.html


async def test_the_page_cannot_be_framed_kept_or_scripted(world):
    browser, page = await world.consent()
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert page.headers["Cache-Control"] == "no-store" and page.headers["X-Frame-Options"] == "DENY"
    assert "<script" not in page.html and " style=" not in page.html
    css = await browser.call("GET", "pages.css")
    assert css.status == 200 and css.headers["Content-Type"].startswith("text/css")


async def test_a_bare_host_is_told_the_shop(world, pool, server):
    browser = Browser(server.url)
    assert (await browser.call("GET", world.query())).status == 400
    for shop in (world.slug, f"{world.slug}.localhost", f"{world.slug}.myshoplaza.com"):
        page = await browser.call("GET", world.query(shop=shop))
        assert page.status == 200 and page.form("sign-in")
    assert (await browser.call("GET", world.query(shop="no-such-shop"))).status == 404
    async with pool.acquire() as connection:
        own = await clients.register(connection, "Own", REDIRECT, [REDIRECT], store_id=world.shop.store_id)
    assert (await browser.call("GET", world.query(client_id=own.key))).form("sign-in")


async def test_a_shops_host_rules(world, pool, server):
    async with pool.acquire() as connection:
        other = await open_world(connection, server.url)
    browser = world.browser()
    assert (await browser.call("GET", world.query(shop=other.slug))).status == 404
    code = await world.code()
    async with aiohttp.ClientSession() as session:
        body = {"client_id": world.client.key, "client_secret": world.client.secret, "grant_type": "authorization_code",
                "redirect_uri": REDIRECT, "code": code}  # fmt: skip
        async with session.post(f"{server.url}/admin/oauth/token", json=body, headers={"Host": f"{other.slug}.x.y"}) as answer:
            assert answer.status == 400 and (await answer.json())["error"] == "invalid_grant"
        async with session.post(f"{server.url}/admin/oauth/token", json=body, headers={"Host": f"{world.slug}.x.y"}) as answer:
            assert answer.status == 200
            token = (await answer.json())["access_token"]
        for host, status in ((f"{other.slug}.x.y", 401), (f"{world.slug}.x.y", 403), ("api.internal", 403)):
            headers = {"Host": host, "Access-Token": token}
            async with session.get(f"{server.url}/openapi/orders/count", headers=headers) as answer:
                assert answer.status == status, host


async def test_uninstalling_ends_everything(world, pool):
    scope = "read_order write_script_tags"
    unused, pair = await world.code(scope=scope), (await world.tokens(code=await world.code(scope=scope)))[1]
    headers = {"Access-Token": pair["access_token"]}
    async with aiohttp.ClientSession(headers=headers) as session:
        tag = {"src": "https://shoplazza.com/x.js"}
        hook = {"address": "https://example.com/webhook", "topic": "orders/create"}
        for path, body in (("script_tags", tag), ("webhooks", hook)):
            async with session.post(f"{world.url}/openapi/{path}", json=body) as answer:
                assert answer.status == 200, await answer.text()
    async with pool.acquire() as connection, connection.transaction():
        await clients.uninstall(connection, world.shop.store_id, world.client.id)
    assert not await world.works(pair["access_token"])
    assert (await world.tokens(refresh_token=pair["refresh_token"]))[1]["error"] == "invalid_grant"
    assert (await world.tokens(code=unused))[1]["error"] == "invalid_grant"
    assert await pool.fetchval("select count(*) from script_tags where client_id = $1", world.client.id) == 0
    assert await pool.fetchval(
        "select count(*) from webhooks where app_id = $1 and removed_at is null", world.client.id) == 0
    again = (await world.tokens(code=await world.code()))[1]
    assert await world.works(again["access_token"]) and not await world.works(pair["access_token"])


async def test_consent_to_less_ends_what_was_more(world):
    more = (await world.tokens(code=await world.code(scope="read_order write_order")))[1]
    assert await world.works(more["access_token"])
    less = (await world.tokens(code=await world.code(scope="read_order")))[1]
    assert await world.works(less["access_token"]) and not await world.works(more["access_token"])


async def test_a_secret_is_changed_and_webhooks_with_it(world, pool):
    pair = (await world.tokens(code=await world.code(scope="read_order")))[1]
    async with aiohttp.ClientSession(headers={"Access-Token": pair["access_token"]}) as session:
        hook = {"address": "https://example.com/webhook", "topic": "orders/create"}
        async with session.post(f"{world.url}/openapi/webhooks", json=hook) as answer:
            assert answer.status == 200
    async with pool.acquire() as connection, connection.transaction():
        fresh = await clients.rekey(connection, world.client.id)
    assert (await world.tokens(refresh_token=pair["refresh_token"]))[1]["error"] == "invalid_client"
    assert (await world.tokens(refresh_token=pair["refresh_token"], client_secret=fresh))[0] == 200
    assert await pool.fetchval("select secret from webhooks where app_id = $1", world.client.id) == fresh


async def test_pkce(world):
    asked = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    assert (await world.tokens(code=await world.code(**asked), code_verifier=VERIFIER))[0] == 200


async def test_one_refresh_by_many_workers_is_one_refresh(world, pool):
    pair = (await world.tokens(code=await world.code()))[1]
    answers = await asyncio.gather(*(world.tokens(refresh_token=pair["refresh_token"]) for _ in range(8)))
    assert {status for status, _ in answers} == {200} and len({told["access_token"] for _, told in answers}) == 1
    assert await pool.fetchval(
        """select count(*) from tokens t join grants g on g.store_id = t.store_id and g.id = t.grant_id
           where g.client_id = $1""", world.client.id) == 4


async def test_sixteen_uses_of_a_code_give_at_most_one_pair_and_it_is_dead(world):
    code = await world.code()
    answers = await asyncio.gather(*(world.tokens(code=code) for _ in range(16)))
    won = [told for status, told in answers if status == 200]
    assert len(won) == 1 and not await world.works(won[0]["access_token"])


# Scopes


def test_every_scope_of_the_contract_is_known_with_its_words():
    listed = documents.index("shoplazza")["scopes"]
    assert list(listed) == list(SCOPES)
    assert [name for name, each in listed.items() if "line" in each] == list(DOCUMENTED)
    for name, each in listed.items():
        assert (SCOPES[name].en, SCOPES[name].zh) == (each["en"], each["zh"])
        assert all(SPELLINGS[also] == name for also in each.get("also", []))
    assert set(SPELLINGS) == {name for key, each in listed.items() for name in (key, *each.get("also", []))}


@pytest.mark.parametrize("text,found", [
    ("write_orders read_customers", ["write_order", "read_customer"]), (" read_product\n read_products", ["read_product"]),
    ("read_shop,read_order", ["read_order", "read_shop"]), ("", None), ("read_order read_everything", None),
])  # fmt: skip
def test_a_list_of_scopes_is_read(text, found):
    assert parse(text) == found


def test_the_challenge_of_the_rfc_is_made_like_ours():
    made = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    assert hmac.compare_digest(made, CHALLENGE)
