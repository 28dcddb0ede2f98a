"""The merchant's own software, by the merchant's API key in `X-Api-Key`. It may do anything to the merchant's stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from monogram.core import apps, ids
from monogram.edge import state_of


@dataclass(frozen=True)
class StoreAccess:
    """A store, and the key that opens it."""

    store_id: int
    key_id: int

    @property
    def actor(self) -> str:
        """Who this is in an order's history."""
        return f"key:{self.key_id}"


async def _opened(request: Request, store_id: str) -> StoreAccess:
    """A key in the query is not looked at: addresses end in logs. Another merchant's store is not found."""
    wanted = ids.parse(store_id)
    async with state_of(request).pool.acquire() as connection:
        caller = await apps.open_store(connection, request.headers.get("x-api-key"), wanted)
    return StoreAccess(wanted, caller.key_id)


Opened = Annotated[StoreAccess, Depends(_opened)]
