"""Plain JSON objects for what worked; `{"error": {"code", "message", "fields"}}` for what did not."""

from __future__ import annotations

from math import ceil
from typing import Any

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monogram.core.db import unreachable
from monogram.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated

MOST_FIELDS = 200
_HTTP = {
    404: ("no_such_address", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", None),
    415: ("unsupported_type", None),
}


def ok(data: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(data), status, media_type="application/json")


def refused(error: Exception, request_id: str) -> Response:
    """Any error as this API tells it; see `edge.Envelope` for what comes in."""
    match error:
        case NotFound(noun=noun):
            return _error(404, "not_found", f"There is no such {noun}.")
        case Invalid(fields={"": reason}):
            return _error(400, "invalid", f"The request cannot be read: {reason}.")
        case Invalid(fields=fields):
            return _error(400, "invalid", "Some fields need another look.", dict(list(fields.items())[:MOST_FIELDS]))
        case Conflict(noun=noun, reason=reason):
            return _error(409, "conflict", f"{noun}: {reason}.")
        case Forbidden(needs=needs):
            return _error(403, "forbidden", f"This needs the right {needs}.")
        case Unauthenticated(reason=reason):
            return _error(401, "unauthenticated", f"{reason}.")
        case TooMany(retry_after=wait):
            response = _error(429, "too_many", f"Too many requests. Try again in {ceil(wait)} s.")
            response.headers["Retry-After"] = str(ceil(wait))
            return response
        case HTTPException(status_code=status, detail=detail):
            code, message = _HTTP.get(status, ("refused", None))
            return _error(status, code, message or detail)
        case RequestValidationError():
            return _error(400, "invalid", "The request cannot be read.")
        case _ if unreachable(error):
            response = _error(503, "unavailable", f"The database cannot be reached just now. Try again (request {request_id}).")
            response.headers["Retry-After"] = "2"
            return response
        case _:
            return _error(500, "internal", f"Something went wrong on our side (request {request_id}).")


def _error(status: int, code: str, message: str, fields: dict[str, str] | None = None) -> Response:
    return ok({"error": {"code": code, "message": message, "fields": fields or {}}}, status)
