"""A client that holds every reply against the contract, and shops that a real server knows."""

from __future__ import annotations

import http.client
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.contract import checker
from tests.shops import Shop, confirm, open_shop

API = "customeow"


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: http.client.HTTPMessage

    @property
    def data(self) -> Any:
        return self.body["data"]

    @property
    def message(self) -> str:
        return self.body["message"]


@dataclass(frozen=True)
class Api:
    """`key`: sent as X-Api-Key unless a call brings another (None: no header)."""

    url: str
    key: str | None = None

    def get(self, path: str, query: dict[str, Any] | None = None, **more: Any) -> Reply:
        return self.call("GET", path + ("?" + urlencode(query) if query else ""), **more)

    def post(self, path: str, body: Any, **more: Any) -> Reply:
        return self.call("POST", path, body, **more)

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = "",
             headers: dict[str, str] | None = None) -> Reply:
        """`body`: bytes go out as they are, all else as JSON. Fails when the reply is not what the contract says."""
        key = self.key if key == "" else key
        sent = ({"X-Api-Key": key} if key else {}) | (headers or {})
        if body is not None and not isinstance(body, bytes):
            body, sent = json.dumps(body).encode(), {"Content-Type": "application/json"} | sent
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # answered before the whole body was sent
                connection.request(method, "/v1" + quote(path, safe="/?&=%+,:-_.~"), body, sent)
            answer = connection.getresponse()
            reply = Reply(answer.status, json.loads(answer.read()), answer.headers)
        finally:
            connection.close()
        assert reply.headers["content-type"] == "application/json" and reply.headers["x-request-id"]
        operation = checker.find(API, method, "/v1" + path)
        if operation is not None:
            differences = checker.check_reply(operation, reply.status, reply.body)
        else:
            differences = checker.check_error(API, reply.status, reply.body)
        assert not differences, f"{method} {path}: {differences}\n{reply.body}"
        return reply


@pytest.fixture
async def shop(pool) -> Shop:
    """A shop of its own for each test, and so a key with a whole minute's budget."""
    async with pool.acquire() as connection, connection.transaction():
        return await open_shop(connection)


@pytest.fixture
async def other(pool) -> Shop:
    """Another merchant's."""
    async with pool.acquire() as connection, connection.transaction():
        return await open_shop(connection, name="Other shop")


@pytest.fixture
async def custom(pool, shop) -> int:
    """A customization of `shop`."""
    async with pool.acquire() as connection, connection.transaction():
        return await confirm(connection, shop)


@pytest.fixture
def api(server, shop) -> Api:
    return Api(server.url, shop.key)


def new_order(shop: Shop, **changes: Any) -> dict[str, Any]:
    """The body of the documented example for a shop of ours, without answers."""
    operation = checker.operations(API)["order.create"]
    values = {"storeId": str(shop.store_id), "customInfoId": "0"} | changes
    return checker.example_request(operation, values)["body"]


def new_task(shop: Shop, custom: int) -> dict[str, str]:
    return {"customInfoId": str(custom), "compositeId": str(shop.production_id)}
