"""What RFC 9700 warns of, tried one by one: nothing leaves to a wrong address, nothing works twice, nothing grows."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from monogram.core import clients, staff
from monogram.core.errors import Invalid
from tests.dialects.shoplazza.test_oauth import CHALLENGE, VERIFIER
from tests.dialects.shoplazza.visitors import PASSWORD, REDIRECT, Browser, open_world

WRONG_REDIRECTS = [
    REDIRECT.upper(), REDIRECT + "/", REDIRECT + "?", REDIRECT + "?x=1", REDIRECT + "#f", REDIRECT + "%20", REDIRECT + "/../x",
    REDIRECT.replace("https", "http"), REDIRECT.replace("example.com", "example.com:443"), REDIRECT.replace("app.", "App."),
    REDIRECT.replace("app.", "evil."), REDIRECT.replace("example.com", "example.com.evil.com"),
    REDIRECT.replace("app.example.com", "app.example.com@evil.com"), REDIRECT.replace("callback", "%63allback"),
    REDIRECT.replace("/shoplazza", "//shoplazza"), "https://app.example.com", "//app.example.com/shoplazza/callback",
    "javascript:alert(1)", "", None, REDIRECT + "\r\nX: y", REDIRECT + "\u200b", "http://localhost:9999/back",
]  # fmt: skip


@pytest.mark.parametrize("uri", WRONG_REDIRECTS)
async def test_only_a_registered_address_is_returned_to(world, uri):
    page = await world.browser().call("GET", world.query(redirect_uri=uri))
    assert page.status == 400 and "Location" not in page.headers and not page.html.count("<form")


@pytest.mark.parametrize("changes,words", [
    ({"client_id": "nobody"}, "We do not know this app"), ({"client_id": None}, "We do not know this app"),
    ({"response_type": "token"}, "response_type"), ({"response_type": None}, "response_type"),
    ({"scope": "read_order read_everything"}, "Scopes invalid"), ({"scope": ""}, "Scopes invalid"),
    ({"scope": None}, "Scopes invalid"), ({"code_challenge": CHALLENGE}, "S256"),
    ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "S256"), ({"code_challenge_method": "S256"}, "S256"),
    ({"code_challenge": "short", "code_challenge_method": "S256"}, "S256"), ({"state": "x" * 4001}, "cannot be read"),
    ({"state": "a\0b"}, "cannot be read"),
])  # fmt: skip
async def test_a_bad_request_is_a_page_and_goes_nowhere(world, changes, words):
    page = await world.browser().call("GET", world.query(**changes))
    assert page.status == 400 and words in page.html and "Location" not in page.headers


async def test_a_parameter_given_twice_is_refused(world):
    for more in (f"&redirect_uri={quote('https://evil.example/')}", "&scope=read_order", "&client_id=x"):
        assert (await world.browser().call("GET", world.query() + more)).status == 400
    assert (await world.browser().call("GET", "authorize?client_id=%ff")).status == 400


# The page


@pytest.mark.parametrize("headers,status", [
    ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200), ({"Sec-Fetch-Dest": "iframe"}, 403),
    ({"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 403), ({"Sec-Fetch-Mode": "same-origin"}, 403),
])  # fmt: skip
async def test_a_script_of_the_storefront_cannot_open_the_page(world, headers, status):
    browser, _ = await world.consent()
    assert (await browser.call("GET", world.query(), **headers)).status == status
    assert (await browser.call("GET", f"install?client_id={world.client.key}", **headers)).status == (
        303 if status == 200 else 403)


@pytest.mark.parametrize("change", [
    {"scope": "write_product"}, {"redirect_uri": "http://localhost:9999/back?x=1"}, {"state": "other"}, {"seal": "0" * 64},
    {"seal": ""}, {"code_challenge": CHALLENGE, "code_challenge_method": "S256"},
])  # fmt: skip
async def test_what_was_shown_is_what_is_allowed(world, change):
    browser, page = await world.consent()
    answer = await browser.decide(page, **change)
    assert answer.status == 403 and "Location" not in answer.headers


async def test_a_form_of_another_origin_or_session_is_refused(world):
    browser, page = await world.consent()
    fields = page.form("authorize") | {"decision": "allow"}
    for origin in ("https://evil.example", "null", f"http://evil.{browser.host}"):
        assert (await browser.call("POST", "authorize", fields, Origin=origin)).status == 403
    other, _ = await world.consent()
    assert (await other.call("POST", "authorize", fields)).status == 403
    nobody = await world.browser().call("POST", "authorize", fields)
    assert nobody.status == 303 and nobody.headers["Location"].startswith("authorize?")
    assert (await browser.call("POST", "authorize", fields, Origin=f"http://{browser.host}")).status == 303


async def test_staff_of_another_shop_cannot_answer(world, pool, server):
    async with pool.acquire() as connection:
        other = await open_world(connection, server.url)
    browser = world.browser()
    page = await browser.sign_in(await browser.call("GET", world.query()), other.email)
    assert page.status == 403 and "another shop" in page.html and 'name="decision"' not in page.html


async def test_another_stores_private_app_is_no_app(world, pool, server):
    async with pool.acquire() as connection:
        other = await open_world(connection, server.url)
        own = await clients.register(connection, "Own", REDIRECT, [REDIRECT], store_id=other.shop.store_id)
    assert (await world.browser().call("GET", world.query(client_id=own.key))).status == 400


async def test_signing_out_lets_another_sign_in(world):
    browser, page = await world.consent()
    away = await browser.call("POST", "sign-out", page.form("sign-out"))
    assert away.status == 303 and (await browser.call("GET", away.location)).form("sign-in")


async def test_a_wrong_password_says_no_more_than_an_unknown_e_mail(world):
    pages = []
    for email, password in ((world.email, "wrong"), ("nobody@example.com", PASSWORD), (world.email, "")):
        browser = world.browser()
        page = await browser.sign_in(await browser.call("GET", world.query()), email, password)
        assert page.status == 401 and not browser.cookies
        pages.append(page.html.replace(email, ""))
    assert len(set(pages)) == 1


async def test_guessing_passwords_is_slow(world, pool, monkeypatch):
    monkeypatch.setattr(staff, "MOST_FAILURES", {"email and place": 3, "email": 100, "place": 1000})
    async with pool.acquire() as connection:
        for _ in range(3):
            with pytest.raises(staff.Unauthenticated):
                await staff.sign_in(connection, world.email, "wrong", "192.0.2.1")
        with pytest.raises(staff.TooMany):
            await staff.sign_in(connection, world.email, PASSWORD, "192.0.2.1")
        assert await staff.sign_in(connection, world.email.upper(), PASSWORD, "192.0.2.2")


async def test_a_new_password_ends_sessions(world, pool):
    browser, page = await world.consent()
    async with pool.acquire() as connection:
        member = await staff.by_email(connection, world.email)
        await staff.set_password(connection, member.merchant_id, member.id, "another horse 8")
    assert (await browser.call("GET", world.query())).form("sign-in")
    assert (await browser.sign_in(page := await browser.call("GET", world.query()), world.email)).status == 401
    assert (await browser.sign_in(page, world.email, "another horse 8")).form("authorize")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "sign-out?x", "authorize", "../x?client_id=1"])
async def test_signing_in_leads_nowhere_else(world, target):
    page = await world.browser().call("GET", world.query())
    fields = page.form("sign-in") | {"email": world.email, "password": PASSWORD, "next": target}
    answer = await world.browser().call("POST", "sign-in", fields)
    assert answer.status == 400 or answer.headers["Location"].startswith("authorize?")


# Codes


async def test_a_code_works_once_and_twice_kills_its_tokens(world):
    code = await world.code()
    pair = (await world.tokens(code=code))[1]
    assert await world.works(pair["access_token"])
    status, told = await world.tokens(code=code)
    assert (status, told["error"]) == (400, "invalid_grant")
    assert not await world.works(pair["access_token"])
    assert (await world.tokens(refresh_token=pair["refresh_token"]))[0] == 400


async def test_a_code_lives_for_a_minute(world, pool):
    for seconds, status in ((55, 200), (61, 400)):
        code = await world.code()
        await pool.execute("update authorization_codes set created_at = created_at - make_interval(secs => $2) where hash = $1",
                           clients.hashed(code), float(seconds))  # fmt: skip
        await pool.execute("update installations set installed_at = installed_at - interval '1 hour' where client_id = $1",
                           world.client.id)  # fmt: skip
        assert (await world.tokens(code=code))[0] == status


@pytest.mark.parametrize("changes,error", [
    ({"client_secret": "0" * 64}, "invalid_client"), ({"client_secret": ""}, "invalid_client"),
    ({"client_id": "nobody"}, "invalid_client"), ({"client_id": None}, "invalid_client"),
    ({"redirect_uri": REDIRECT + "/"}, "invalid_grant"), ({"redirect_uri": None}, "invalid_request"),
    ({"redirect_uri": "http://localhost:9999/back?x=1"}, "invalid_grant"), ({"code": "guess"}, "invalid_grant"),
    ({"code": ""}, "invalid_request"), ({"grant_type": None}, "invalid_request"), ({"code": {"a": 1}}, "invalid_request"),
    ({"grant_type": "password"}, "unsupported_grant_type"), ({"code_verifier": VERIFIER}, "invalid_grant"),
])  # fmt: skip
async def test_a_code_needs_everything_right(world, changes, error):
    code = await world.code()
    status, told = await world.tokens(**{"code": code} | changes)
    assert told["error"] == error and status == (401 if error == "invalid_client" else 400)
    assert (await world.tokens(code=code))[0] == 200, "a wrong try has not used it"


@pytest.mark.parametrize("verifier", [None, "", VERIFIER[:-1] + "x", CHALLENGE, VERIFIER[:42], "é" * 43])
async def test_a_challenge_needs_its_verifier(world, verifier):
    code = await world.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    assert (await world.tokens(code=code, code_verifier=verifier))[1]["error"] == "invalid_grant"


async def test_another_app_cannot_use_a_code_or_a_refresh_token(world, pool):
    async with pool.acquire() as connection:
        thief = await clients.register(connection, "Thief", REDIRECT, [REDIRECT])
    as_thief = {"client_id": thief.key, "client_secret": thief.secret}
    code = await world.code()
    assert (await world.tokens(code=code, **as_thief))[1]["error"] == "invalid_grant"
    pair = (await world.tokens(code=code))[1]
    assert (await world.tokens(refresh_token=pair["refresh_token"], **as_thief))[1]["error"] == "invalid_grant"
    assert (await world.tokens(refresh_token=pair["refresh_token"]))[0] == 200


@pytest.mark.parametrize("data", [b"", b"[1]", b"{", b"\xff", b'{"code": "\\u0000"}', b"grant_type=%ff", b'{"a":' * 80])
async def test_what_cannot_be_read_is_refused_in_the_same_words(world, data):
    import aiohttp

    for kind in ("application/json", "application/x-www-form-urlencoded"):
        async with aiohttp.ClientSession(headers={"Content-Type": kind}) as session:
            async with session.post(f"{world.url}/admin/oauth/token", data=data) as answer:
                told = await answer.json()
                assert answer.status == 400 and told["errors"] and told["error"] == "invalid_request"


# Refresh tokens


async def test_an_identical_retry_within_a_minute_gets_the_same_pair(world):
    pair = (await world.tokens(code=await world.code()))[1]
    first = (await world.tokens(refresh_token=pair["refresh_token"]))[1]
    again = (await world.tokens(refresh_token=pair["refresh_token"]))[1]
    assert first == again and await world.works(again["access_token"])


async def test_a_later_reuse_ends_the_whole_grant(world, pool):
    pair = (await world.tokens(code=await world.code()))[1]
    next_pair = (await world.tokens(refresh_token=pair["refresh_token"]))[1]
    await pool.execute("update tokens set replaced_at = replaced_at - interval '61 s' where hash = $1",
                       clients.hashed(pair["refresh_token"]))  # fmt: skip
    status, told = await world.tokens(refresh_token=pair["refresh_token"])
    assert (status, told["error"]) == (400, "invalid_grant")
    for token in (pair["access_token"], next_pair["access_token"]):
        assert not await world.works(token)
    assert (await world.tokens(refresh_token=next_pair["refresh_token"]))[0] == 400


async def test_a_refresh_never_widens_but_may_narrow(world):
    pair = (await world.tokens(code=await world.code(scope="read_order write_order")))[1]
    for scope in ("read_order read_product", "write_products", "nonsense"):
        status, told = await world.tokens(refresh_token=pair["refresh_token"], scope=scope)
        assert (status, told["error"]) == (400, "invalid_scope")
    narrow = (await world.tokens(refresh_token=pair["refresh_token"], scope="read_orders"))[1]
    wide = (await world.tokens(refresh_token=narrow["refresh_token"]))[1]
    assert await world.works(narrow["access_token"]) and await world.works(wide["access_token"])


async def test_an_access_token_is_no_refresh_token_and_the_other_way_round(world):
    pair = (await world.tokens(code=await world.code()))[1]
    assert (await world.tokens(refresh_token=pair["access_token"]))[1]["error"] == "invalid_grant"
    assert not await world.works(pair["refresh_token"])


async def test_tokens_are_kept_as_hashes_only(world, pool):
    pair = (await world.tokens(code=await world.code()))[1]
    pair |= {"next": (await world.tokens(refresh_token=pair["refresh_token"]))[1]["access_token"]}
    dump = str(await pool.fetch("select * from tokens")) + str(await pool.fetch("select * from authorization_codes"))
    assert not any(str(pair[name]) in dump for name in ("access_token", "refresh_token", "next"))


@pytest.mark.parametrize("uri,why", [
    ("http://app.example.com/x", "https"), ("https://app.example.com/x#f", "fragment"), ("javascript:alert(1)", "no address"),
    ("https://user:pass@app.example.com/", "no address"), ("https://app.example.com/\n", "no address"), ("", "no address"),
    ("https://", "no address"), ("https://app.example.com/<x>", "no address"), ("myapp://back", "https"),
])  # fmt: skip
async def test_an_app_is_registered_with_good_addresses_only(db, uri, why):
    with pytest.raises(Invalid) as refused:
        await clients.register(db, "App", REDIRECT, [uri])
    assert why in refused.value.fields["redirect_uris[0]"]


async def test_a_page_is_asked_for_by_browsers_of_no_name(server):
    """Unknown addresses and methods answer in OAuth's words."""
    browser = Browser(server.url)
    assert (await browser.call("GET", "nothing")).status == 404
    assert (await browser.call("DELETE", "token")).status == 405
