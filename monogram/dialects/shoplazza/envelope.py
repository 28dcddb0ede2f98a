"""Shoplazza's replies: bare objects, and `{"errors": [text]}` for a request or `{"errors": {field: [text]}}` for its fields."""

from __future__ import annotations

from math import ceil
from typing import Any

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monogram.core.clients import Budget
from monogram.core.db import unreachable
from monogram.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated

from .auth import budget_headers

# Each as its chapter prints it: lines 2351, 2726, 2817 with a mark, 527 without.
LOUD = {"webhook", "script tag", "store"}
MOST_FIELDS = 50


def ok(body: Any) -> Response:
    """A reply; a create answers 200 as well (ruled)."""
    return _response(200, body)


def printed(body: bytes) -> Response:
    """A reply that is JSON already."""
    return Response(body, 200, media_type="application/json")


def refused(error: Exception, request_id: str) -> Response:
    """Any error as this API tells it; see `edge.Envelope` for what comes in."""
    match error:
        case NotFound(noun=noun):
            return _errors(404, ["record not found!" if noun in LOUD else "record not found"])
        case Invalid(fields=fields):
            return _invalid(fields)
        case Conflict(noun="refund"):
            return _errors(406, ["This post sale order cannot do this operation"])  # line 722
        case Conflict(reason=reason):
            return _errors(422, [reason])
        case Forbidden(needs=needs):
            return _errors(403, [f"this token may not do that: it needs the scope {needs}"])
        case Unauthenticated(reason=reason):
            return _errors(401, [reason])
        case TooMany(limit=limit, retry_after=wait):
            response = _errors(429, [f"too many calls; try again in {ceil(wait)} s"])
            rate = Budget(max(round(1 / wait), 1), limit, 0)
            response.headers.update({"Retry-After": str(ceil(wait)), **budget_headers(rate)})
            return response
        case HTTPException(status_code=404):
            return _errors(404, ["there is no such address"])
        case HTTPException(status_code=405):
            return _errors(405, ["this address does not take that method"])
        case HTTPException(status_code=status, detail=detail):
            return _errors(status, [detail])
        case RequestValidationError():
            return _errors(400, ["the request cannot be read"])
        case _ if unreachable(error):
            response = _errors(503, [f"the database cannot be reached just now; try again (request {request_id})"])
            response.headers["Retry-After"] = "2"
            return response
        case _:
            return _errors(500, [f"something went wrong on our side (request {request_id})"])


def _invalid(fields: dict[str, str]) -> Response:
    """What is wrong with fields is 422; a body that cannot be read at all is 400."""
    if "" in fields:
        return _errors(400, [fields[""]])
    return _errors(422, {name: text.split("; ") for name, text in list(fields.items())[:MOST_FIELDS]})


def _errors(status: int, errors: list[str] | dict[str, list[str]]) -> Response:
    return _response(status, {"errors": errors})


def _response(status: int, body: Any) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
