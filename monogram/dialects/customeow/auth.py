"""Who calls, by X-Api-Key in any case, and how often: 60 requests a minute for each key (document line 5)."""

from __future__ import annotations

from math import ceil
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monogram.core import apps, rates
from monogram.edge import state_of

LIMIT, SECONDS = 60, 60


async def _authenticated(request: Request) -> apps.Caller:
    """A key in the query is not looked at: addresses end in logs."""
    async with state_of(request).pool.acquire() as connection:
        caller = await apps.authenticate(connection, request.headers.get("x-api-key"))
        request.scope["state"]["budget"] = await rates.spend(connection, caller.key_id, limit=LIMIT, seconds=SECONDS)
    return caller


Caller = Annotated[apps.Caller, Depends(_authenticated)]


def budget_headers(limit: int, remaining: int, reset_after: float) -> dict[str, str]:
    """What is left, in the usual headers and in those of the IETF draft. Times are seconds from now."""
    reset = ceil(reset_after)
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset),
        "RateLimit-Policy": f'"key";q={limit};w={SECONDS}',
        "RateLimit": f'"key";r={remaining};t={reset}',
    }


class BudgetHeaders:
    """Tells every caller with a good key what is left, whatever became of the call."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_budget(message: Message) -> None:
            budget = scope.get("state", {}).get("budget")
            if message["type"] == "http.response.start" and budget is not None:
                MutableHeaders(scope=message).update(budget_headers(budget.limit, budget.remaining, budget.reset_after))
            await send(message)

        await self.app(scope, receive, send_with_budget)
