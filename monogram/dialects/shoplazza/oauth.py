"""OAuth (lines 6 to 101): the table, the token endpoint, and its errors. What people see of it is in `consent`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any
from urllib.parse import unquote_plus

import msgspec
from fastapi import Depends, FastAPI
from pydantic import BeforeValidator, StringConstraints
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import clients, grants
from monogram.core.clients import Client
from monogram.core.db import Db, unreachable
from monogram.core.errors import Conflict, Invalid, NotFound, TooMany, Unauthenticated
from monogram.edge import furnish, state_of
from monogram.state import State

from . import consent
from .inputs import Input, any_body, as_text, read
from .scopes import parse


@dataclass(frozen=True)
class Route:
    operation: str  # its file under contract/shoplazza/oauth
    method: str
    path: str
    state: str
    handler: Callable


Long = Annotated[str, StringConstraints(max_length=4_096), BeforeValidator(as_text)]


class TokenInput(Input):
    grant_type: Long = ""
    client_id: Long = ""
    client_secret: Long = ""
    code: Long = ""
    redirect_uri: Long = ""
    code_verifier: Long = ""
    refresh_token: Long = ""
    scope: Long | None = None
    shop: Long = ""


async def token(request: Request, body: Annotated[dict[str, Any], Depends(any_body)]) -> Response:
    """POST /admin/oauth/token, lines 37 to 72, as a form or JSON: a code, or a refresh token, for a pair of tokens."""
    sent = read(TokenInput, body)
    _check(sent)
    async with state_of(request).pool.acquire() as connection:
        client = await _client(connection, request, sent)
        store = await consent.store_of(connection, request, sent.shop or request.query_params.get("shop", ""))
        where = None if store is None else store.id
        if sent.grant_type == "refresh_token":
            pair = await grants.refresh(connection, client, sent.refresh_token, _scopes(sent), store_id=where)
        else:
            pair = await grants.exchange(
                connection, client, sent.code, sent.redirect_uri, sent.code_verifier, store_id=where
            )
    return _response(200, {
        "token_type": "Bearer",
        "expires_at": int(pair.expires_at.timestamp()),
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "store_id": str(pair.store_id),
        "store_name": pair.store_slug,
    })  # fmt: skip


def _check(sent: TokenInput) -> None:
    if sent.grant_type not in ("", "authorization_code", "refresh_token"):
        raise Conflict("grant_type", "grant_type must be authorization_code or refresh_token")
    needed = ["refresh_token"] if sent.grant_type == "refresh_token" else ["code", "redirect_uri"]
    if missing := [name for name in ("grant_type", *needed) if not getattr(sent, name)]:
        raise Invalid(dict.fromkeys(missing, "can't be blank"))


async def _client(db: Db, request: Request, sent: TokenInput) -> Client:
    """Who asks: by the body (line 45), or as RFC 6749 has it by Basic."""
    key, secret = sent.client_id, sent.client_secret
    kind, _, rest = request.headers.get("authorization", "").partition(" ")
    if not key and kind.lower() == "basic":
        try:
            pair = base64.b64decode(rest.strip(), validate=True).decode().replace("\0", "")
        except (binascii.Error, UnicodeDecodeError):
            raise Unauthenticated("the Authorization header cannot be read") from None
        key, _, secret = (unquote_plus(part) for part in pair.partition(":"))
    if not key or not secret or "\0" in key:
        raise Unauthenticated("client_id and client_secret are missing")
    return await clients.identify(db, key, secret)


def _scopes(sent: TokenInput) -> list[str] | None:
    if sent.scope is None or not sent.scope.strip():
        return None
    scopes = parse(sent.scope)
    if scopes is None:
        raise Conflict("scope", "Scopes invalid")
    return scopes


ROUTES = (
    Route("oauth.authorize", "GET", "/admin/oauth/authorize", "works", consent.authorize),
    Route("oauth.token", "POST", "/admin/oauth/token", "works", token),
    Route("oauth.refresh", "POST", "/admin/oauth/token", "works", token),
)


def refused(error: Exception, request_id: str) -> Response:
    """Any error as a client of OAuth reads it: `errors` as everywhere in this API, and RFC 6749's two beside it."""
    match error:
        case Unauthenticated(reason=reason):
            return _error(401, "invalid_client", reason)
        case Conflict(noun="grant", reason=reason):
            return _error(400, "invalid_grant", reason)
        case Conflict(noun="grant_type", reason=reason):
            return _error(400, "unsupported_grant_type", reason)
        case Conflict(noun="scope", reason=reason):
            return _error(400, "invalid_scope", reason)
        case Invalid(fields=fields):
            return _error(400, "invalid_request", ", ".join(f"{name} {text}".strip() for name, text in fields.items()))
        case TooMany(retry_after=wait):
            response = _error(429, "slow_down", f"too many attempts; try again in {ceil(wait)} s")
            response.headers["Retry-After"] = str(ceil(wait))
            return response
        case NotFound(noun="store"):
            return _error(400, "invalid_request", "there is no such shop")
        case NotFound() | HTTPException(status_code=404):
            return _error(404, "invalid_request", "there is no such address")
        case HTTPException(status_code=405):
            return _error(405, "invalid_request", "this address does not take that method")
        case HTTPException(status_code=status, detail=detail):
            return _error(status, "invalid_request", detail)
        case _ if unreachable(error):
            why = f"the database cannot be reached just now; try again (request {request_id})"
            response = _error(503, "temporarily_unavailable", why)
            response.headers["Retry-After"] = "2"
            return response
        case _:
            return _error(500, "server_error", f"something went wrong on our side (request {request_id})")


def _error(status: int, code: str, text: str) -> Response:
    return _response(status, {"errors": [text], "error": code, "error_description": text})


def _response(status: int, body: dict[str, Any]) -> Response:
    """Plain `application/json`, and never kept by anyone between: it holds tokens."""
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


PREFIX = "/admin/oauth"


def create(state: State) -> FastAPI:
    """The app that is mounted under /admin/oauth."""
    app = FastAPI(title="Shoplazza OAuth", openapi_url=None)
    furnish(app, state, refused)
    app.add_exception_handler(consent.Shown, consent.show)
    for method, path, handler in {(route.method, route.path, route.handler): None for route in ROUTES}:
        app.add_api_route(path.removeprefix(PREFIX), handler, methods=[method], response_model=None)
    for method, path, handler in consent.PAGES:
        app.add_api_route(path, handler, methods=[method], response_model=None)
    return app
