"""Calls of the Shoplazza API as a client makes them; every reply goes through the contract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from monogram.core import clients
from monogram.core.db import Db
from tests.contract import checker

EVERY_SCOPE = [
    "read_product", "write_product", "read_order", "write_order", "read_collection", "write_collection", "read_shop",
    "read_comments", "write_comments", "read_script_tags", "write_script_tags",
]  # fmt: skip


@dataclass
class Client:
    """An app with a token. `call` gives status and body, checked against the operation's contract."""

    url: str  # of the server
    token: str | None
    store_id: int = 0

    async def call(self, operation: str, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        status, _, data = await self.raw(method, path, body, **more)
        body = json.loads(data)
        contract = checker.operations("shoplazza")[operation]
        differences = checker.check_reply(contract, status, body, dict(parse_qsl(urlsplit(path).query)))
        assert not differences, f"{method} {path} answered {status} {body}: {differences}"
        return status, body

    async def raw(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None,
                  data: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        ours = {"Access-Token": self.token} if self.token else {}
        if body is not None:
            data, ours["Content-Type"] = json.dumps(body).encode(), "application/json"
        async with aiohttp.ClientSession() as session:
            address = f"{self.url}/openapi{path}"
            async with session.request(method, address, data=data, headers={**ours, **(headers or {})}) as response:
                return response.status, dict(response.headers), await response.read()


async def private_app(db: Db, url: str, store_id: int, scopes: list[str] | None = None) -> Client:
    """A private app of the store, with every scope unless told otherwise; it may call as fast as tests do."""
    issued = await clients.add_private(
        db, store_id, "Test app", EVERY_SCOPE if scopes is None else scopes, calls_per_second=10_000
    )
    return Client(url, issued.secret, store_id)
