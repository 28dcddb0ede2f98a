"""A merchant at a browser and an app beside it, as OAuth meets them: pages read as HTML, redirects looked at, forms sent."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import aiohttp

from monogram.core import clients, staff
from monogram.core.clients import Client
from monogram.core.db import Db
from tests.contract import checker
from tests.shops import Shop, open_shop

PASSWORD = "correct horse 9"
REDIRECT = "https://app.example.com/shoplazza/callback"
APP_URI = "https://app.example.com/install?plan=1"


class _Forms(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.buttons: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given["action"], {}))
        elif tag == "input":
            self.forms[-1][1][given["name"]] = given.get("value", "")
        elif tag == "button":
            self.buttons.append(given)


@dataclass
class Page:
    status: int
    headers: dict[str, str]
    html: str
    address: str

    @property
    def location(self) -> str:
        return urljoin(self.address, self.headers["Location"])

    @property
    def query(self) -> dict[str, str]:
        """What the redirect carries."""
        return dict(parse_qsl(urlsplit(self.location).query, keep_blank_values=True))

    def form(self, action: str) -> dict[str, str]:
        return dict(next(fields for name, fields in _Forms(self.html).forms if name == action))


@dataclass
class Browser:
    """Cookies and a host name. `url`: the server's, `host`: what it is called in the address bar."""

    url: str
    host: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Page:
        sent = {**self.headers, **headers} | ({"Host": self.host} if self.host else {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = urljoin(f"{self.url}/admin/oauth/", path)
        data = None if form is None else urlencode(form).encode()
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(method, address, data=data, headers=sent, allow_redirects=False) as answer,
        ):
            for name, morsel in answer.cookies.items():
                self.cookies[name] = morsel.value
            return Page(answer.status, dict(answer.headers), await answer.text(), address)

    async def sign_in(self, page: Page, email: str, password: str = PASSWORD, **headers: str) -> Page:
        """Fills in the page's form and goes where it leads, if it leads on."""
        fields = page.form("sign-in") | {"email": email, "password": password}
        answer = await self.call("POST", "sign-in", fields, **headers)
        return await self.call("GET", answer.location) if answer.status == 303 else answer

    async def decide(self, page: Page, decision: str = "allow", **changes: str) -> Page:
        fields = page.form("authorize") | {"decision": decision} | changes
        return await self.call("POST", "authorize", fields)


@dataclass
class World:
    """A shop with a member of its staff, and an app that any shop may install."""

    url: str
    shop: Shop
    slug: str
    email: str
    client: Client

    def query(self, **changes: Any) -> str:
        """The address of the document's line 25."""
        asked = {"client_id": self.client.key, "scope": "write_orders read_customers", "redirect_uri": REDIRECT,
                 "response_type": "code"} | changes  # fmt: skip
        return "authorize?" + urlencode({name: value for name, value in asked.items() if value is not None})

    def browser(self, **headers: str) -> Browser:
        return Browser(self.url, f"{self.slug}.localhost:{urlsplit(self.url).port}", headers)

    async def consent(self, **changes: Any) -> tuple[Browser, Page]:
        """Signed in, with the page of consent open."""
        browser = self.browser()
        page = await browser.sign_in(await browser.call("GET", self.query(**changes)), self.email)
        assert page.status == 200 and page.form("authorize"), page.html
        return browser, page

    async def code(self, **changes: Any) -> str:
        browser, page = await self.consent(**changes)
        return (await browser.decide(page)).query["code"]

    async def tokens(self, **sent: Any) -> tuple[int, dict[str, Any]]:
        """The token endpoint as the app calls it; the reply is held to the contract."""
        body = {"client_id": self.client.key, "client_secret": self.client.secret, "redirect_uri": REDIRECT,
                "grant_type": "refresh_token" if "refresh_token" in sent else "authorization_code"} | sent  # fmt: skip
        body = {name: value for name, value in body.items() if value is not None}
        operation = "oauth.refresh" if body.get("grant_type") == "refresh_token" else "oauth.token"
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{self.url}/admin/oauth/token", json=body) as answer:
                status, told = answer.status, json.loads(await answer.read())
                assert answer.headers["Cache-Control"] == "no-store" or status >= 500
        assert not checker.check_reply(checker.operations("shoplazza")[operation], status, told), told
        return status, told

    async def works(self, token: str) -> bool:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{self.url}/openapi/orders/count", headers={"Access-Token": token}) as answer:
                return answer.status != 401


async def open_world(db: Db, url: str) -> World:
    shop = await open_shop(db, name="Nike Store")
    slug = await db.fetchval("select slug from stores where id = $1", shop.store_id)
    email = f"anna-{uuid.uuid4().hex[:8]}@example.com"
    await staff.add(db, shop.merchant_id, email, PASSWORD, "Anna")
    client = await clients.register(db, "Parcel & <b>Post</b>", APP_URI, [REDIRECT, "http://localhost:9999/back?x=1"])
    return World(url, shop, slug, email, client)


def verified(address: str, secret: str) -> bool:
    """The document's check (lines 81 to 98): Ruby's `to_query` of all parameters but hmac, sorted."""
    given = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    sent = given.pop("hmac")
    text = urlencode(sorted(given.items()))
    assert re.fullmatch(r"[0-9a-f]{64}", sent)
    return hmac.compare_digest(hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest(), sent)
