"""Calls of our own API as the merchant's software makes them; every refusal is held to its envelope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Merchant:
    """A key, and the store it is used for."""

    url: str  # of the server
    key: str | None
    store_id: int

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """Status and body of `/api/stores/{the store}` + path."""
        headers = {"X-Api-Key": self.key} if self.key else {}
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            address = f"{self.url}/api/stores/{self.store_id}{path}"
            more = {"json": body} if body is not None else more
            async with session.request(method, address, headers=headers, **more) as response:
                found = await response.json()
                if response.status >= 400:
                    assert set(found) == {"error"} and set(found["error"]) == {"code", "message", "fields"}
                return response.status, found
