"""CustoMeow's envelope: code 0 with data, or the HTTP status as code with a sentence and null (error codes: ours)."""

from __future__ import annotations

from math import ceil
from typing import Any

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monogram.core.db import unreachable
from monogram.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated

from .auth import budget_headers

# The core's nouns in this API's words
NOUNS = {"customization": "custom info", "production template": "composite id"}
MOST_FIELDS = 20


def ok(data: Any, status: int = 200) -> Response:
    return _response(status, {"code": 0, "message": "OK", "data": data})


def refused(error: Exception, request_id: str) -> Response:
    """Any error as this API tells it; see `edge.Envelope` for what comes in."""
    match error:
        case NotFound(noun=noun):
            return _error(404, f"{NOUNS.get(noun, noun)} not found")
        case Invalid(fields=fields):
            return _error(400, _told(fields))
        case Conflict(noun=noun, reason=reason):
            return _error(400, f"{NOUNS.get(noun, noun)}: {reason}")
        case Forbidden(needs=needs):
            return _error(403, f"this key may not do that: it needs {needs}")
        case Unauthenticated(reason=reason):
            return _error(401, reason)
        case TooMany(limit=limit, retry_after=wait):
            response = _error(429, f"more than {limit} requests in a minute; try again in {ceil(wait)} s")
            response.headers.update({"Retry-After": str(ceil(wait)), **budget_headers(limit, 0, wait)})
            return response
        case HTTPException(status_code=404):
            return _error(404, "there is no such address")
        case HTTPException(status_code=405):
            return _error(405, "this address does not take that method")
        case HTTPException(status_code=status, detail=detail):
            return _error(status, detail)
        case RequestValidationError():
            return _error(400, "the request cannot be read")
        case _ if unreachable(error):
            response = _error(503, f"the database cannot be reached just now; try again (request {request_id})")
            response.headers["Retry-After"] = "2"
            return response
        case _:
            return _error(500, f"something went wrong on our side (request {request_id})")


def _told(fields: dict[str, str]) -> str:
    """Every bad field in one sentence; a hostile body may have thousands."""
    told = [f"{name} {text}" if name else text for name, text in list(fields.items())[:MOST_FIELDS]]
    rest = len(fields) - len(told)
    return "; ".join(told) + (f"; and {rest} more" if rest else "")


def _error(status: int, message: str) -> Response:
    return _response(status, {"code": status, "message": message, "data": None})


def _response(status: int, body: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
