"""Every way to fail, as our own API tells it."""

import json

import asyncpg
import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from monogram.api.envelope import refused
from monogram.core.errors import Conflict, Failure, Forbidden, Invalid, NotFound, TooMany, Unauthenticated

AWAY = "The database cannot be reached just now. Try again (request 0123)."
FAILURES = [
    (NotFound("order", 7), 404, "not_found", "There is no such order."),
    (Invalid({"": "the body is not valid JSON"}), 400, "invalid", "The request cannot be read: the body is not valid JSON."),
    (Invalid({"sku": "must be text"}), 400, "invalid", "Some fields need another look."),
    (Conflict("SKU", "'A' is there already"), 409, "conflict", "SKU: 'A' is there already."),
    (Forbidden("write_orders"), 403, "forbidden", "This needs the right write_orders."),
    (Unauthenticated("no key was sent"), 401, "unauthenticated", "no key was sent."),
    (TooMany(60, 3.2), 429, "too_many", "Too many requests. Try again in 4 s."),
    (HTTPException(404), 404, "no_such_address", "There is nothing at this address."),
    (HTTPException(405), 405, "method_not_allowed", "This address does not take that method."),
    (HTTPException(413, "The body is larger than 10 MB."), 413, "too_large", "The body is larger than 10 MB."),
    (HTTPException(415, "Send a photo."), 415, "unsupported_type", "Send a photo."),
    (HTTPException(418, "No."), 418, "refused", "No."),
    (RequestValidationError([]), 400, "invalid", "The request cannot be read."),
    (ConnectionRefusedError("secret"), 503, "unavailable", AWAY),
    (asyncpg.AdminShutdownError("secret"), 503, "unavailable", AWAY),
    (ValueError("secret"), 500, "internal", "Something went wrong on our side (request 0123)."),
]  # fmt: skip


@pytest.mark.parametrize(("error", "status", "code", "message"), FAILURES, ids=lambda value: type(value).__name__)
def test_every_failure_has_its_answer(error, status, code, message):
    response = refused(error, "0123")
    fields = error.fields if isinstance(error, Invalid) and "" not in error.fields else {}
    assert response.status_code == status
    assert json.loads(response.body) == {"error": {"code": code, "message": message, "fields": fields}}
    assert (response.headers.get("Retry-After") is not None) == (status in (429, 503))


def test_all_six_failures_of_the_core_are_among_them():
    assert {type(error) for error, *_ in FAILURES} >= set(Failure.__subclasses__())


def test_a_hostile_count_of_fields_is_capped():
    body = json.loads(refused(Invalid({f"f{i}": "no" for i in range(10_000)}), "0123").body)
    assert len(body["error"]["fields"]) == 200
