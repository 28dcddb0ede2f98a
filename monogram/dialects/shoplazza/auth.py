"""Who calls, by `Access-Token` or `Authorization: Bearer` (line 105), whether its scopes open the operation, how fast."""

from __future__ import annotations

from math import ceil
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monogram.core import clients, stores
from monogram.core.errors import Forbidden, Unauthenticated
from monogram.edge import state_of

from .hosts import label_of


async def _authenticated(request: Request) -> clients.Caller:
    """A token in the query is not looked at: addresses end in logs. `Token-Type` may say what it likes."""
    token = request.headers.get("access-token")
    if not token:
        kind, _, rest = request.headers.get("authorization", "").partition(" ")
        token = rest.strip() if kind.lower() == "bearer" else None
    state = state_of(request)
    async with state.pool.acquire() as connection:
        caller = await clients.authenticate(connection, token)
        label = label_of(request.headers.get("host", ""), state.settings.public_url)
        if label not in (None, caller.store_slug) and await stores.by_slug(connection, label) is not None:
            raise Unauthenticated("the access token is not one of this shop")
    request.scope["state"]["budget"] = caller.budget
    needed = request.app.state.scopes[request.scope["route"].name]
    if needed is not None and needed not in caller.scopes:
        raise Forbidden(needed)
    return caller


Caller = Annotated[clients.Caller, Depends(_authenticated)]


def budget_headers(budget: clients.Budget) -> dict[str, str]:
    """What is left, in the usual headers and in those of the IETF draft."""
    full = ceil((budget.limit - budget.remaining) / budget.per_second)
    return {
        "X-RateLimit-Limit": str(budget.limit),
        "X-RateLimit-Remaining": str(budget.remaining),
        "X-RateLimit-Reset": str(full),
        "RateLimit-Policy": f'"token";q={budget.limit};w={ceil(budget.limit / budget.per_second)}',
        "RateLimit": f'"token";r={budget.remaining};t={full}',
    }


class BudgetHeaders:
    """Tells every caller with a good token what is left, whatever became of the call."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_budget(message: Message) -> None:
            budget = scope.get("state", {}).get("budget")
            if message["type"] == "http.response.start" and budget is not None:
                MutableHeaders(scope=message).update(budget_headers(budget))
            await send(message)

        await self.app(scope, receive, send_with_budget)
