"""What every API of ours does the same way at its edge: one transaction, one request id, capped bodies, no escaping bug.

`furnish(app, state, envelope)` once in an app's `create(state)`; handlers then declare `body: JsonBody` and `db: Tx`,
in that order, so that no connection waits for a slow sender.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monogram import strict_json
from monogram.core.db import Db
from monogram.core.errors import Failure
from monogram.state import State

log = logging.getLogger(__name__)

LARGEST_JSON = 10_000_000

# An app's own words for anything that went wrong. What comes in: a Failure of the core; an HTTPException with its
# `status_code` (404 unknown route, 405, 413); a RequestValidationError of FastAPI's parameters; any other exception
# is a bug, already logged, to be answered 500 with the request id and nothing else about it.
Envelope = Callable[[Exception, str], Response]


@asynccontextmanager
async def transaction(state: State) -> AsyncIterator[Db]:
    """A connection inside a transaction: committed at the end, rolled back if anything is raised."""
    async with state.pool.acquire() as connection, connection.transaction():
        yield connection


async def _begin(request: Request) -> AsyncIterator[Db]:
    async with transaction(state_of(request)) as connection:
        yield connection


# scope="function": the commit comes before the answer. With FastAPI's default a failed commit would answer 200.
Tx = Annotated[Db, Depends(_begin, scope="function")]


def state_of(request: Request) -> State:
    """The process's state, as `furnish` gave it to the request's app."""
    return request.app.state.monogram


def request_id(scope: Scope) -> str:
    """The id this request is logged and answered with; made at its first use."""
    return scope.setdefault("state", {}).setdefault("request_id", secrets.token_hex(8))


async def read_body(request: Request, limit: int = LARGEST_JSON) -> bytes:
    """The whole body, at most `limit` bytes. Raises HTTPException 413, before reading when the header tells the size."""
    too_large = HTTPException(413, f"The body is larger than {limit / 1e6:.0f} MB.")
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 15 or int(announced) > limit):
        raise too_large
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise too_large
        parts.append(part)
    return b"".join(parts)


async def json_body(request: Request) -> Any:
    """The body as decoded JSON, whatever its content type says. Raises HTTPException 413, Invalid({"": reason})."""
    return strict_json.loads(await read_body(request))


JsonBody = Annotated[Any, Depends(json_body)]


class RequestId:
    """Puts `X-Request-Id` on every answer. Nested apps share the outermost one's id."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        ours = request_id(scope).encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"x-request-id"]
                message = {**message, "headers": [*headers, (b"x-request-id", ours)]}
            await send(message)

        await self.app(scope, receive, send_with_id)


class LastResort:
    """Logs an exception that nobody expected, with its traceback, and answers it in the app's envelope."""

    def __init__(self, app: ASGIApp, envelope: Envelope):
        self.app, self.envelope = app, envelope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except ClientDisconnect:
            log.info("%s %s: the client left", scope.get("method"), scope.get("path"))
        except Exception as error:
            if scope["type"] != "http" or started:
                raise  # half an answer is out: only a dropped connection tells the client so
            ours = request_id(scope)
            log.exception("%s %s failed [request %s]", scope.get("method"), scope.get("path"), ours)
            await self.envelope(error, ours)(scope, receive, send)


def furnish(app: FastAPI, state: State, envelope: Envelope) -> None:
    """Gives `app` its state, its envelope for every kind of error, and the middleware above."""
    app.state.monogram = state
    app.router.redirect_slashes = False

    async def answer(request: Request, error: Exception) -> Response:
        response = envelope(error, request_id(request.scope))
        for name, value in (getattr(error, "headers", None) or {}).items():
            response.headers[name] = value
        return response

    for kind in (Failure, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, answer)
    app.add_middleware(LastResort, envelope=envelope)
    app.add_middleware(RequestId)
