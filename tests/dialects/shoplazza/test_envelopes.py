"""Every failure in the words of the API, and in those of OAuth."""

from __future__ import annotations

import json

import asyncpg
import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from monogram.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from monogram.dialects.shoplazza import envelope, oauth
from tests.contract import checker

API, ID = "shoplazza", "0123456789abcdef"
TOKEN = checker.operations(API)["oauth.token"]

# What goes wrong, the API's status for it, OAuth's status (None where nothing of OAuth raises it) and word.
FAILURES = [
    (NotFound("order", 1), 404, 404, "invalid_request"),
    (NotFound("store", "x"), 404, 400, "invalid_request"),
    (Invalid({"src": "is invalid; must begin with https://"}), 422, 400, "invalid_request"),
    (Invalid({"": "the body is not valid JSON"}), 400, 400, "invalid_request"),
    (Conflict("grant", "the code has expired"), 422, 400, "invalid_grant"),
    (Conflict("scope", "Scopes invalid"), 422, 400, "invalid_scope"),
    (Conflict("grant_type", "is not known"), 422, 400, "unsupported_grant_type"),
    (Conflict("refund", "nothing is left"), 406, None, ""),
    (Forbidden("read_shop"), 403, None, ""),
    (Unauthenticated("the access token is missing"), 401, 401, "invalid_client"),
    (TooMany(100, 0.05), 429, 429, "slow_down"),
    (HTTPException(404), 404, 404, "invalid_request"),
    (HTTPException(405), 405, 405, "invalid_request"),
    (HTTPException(413, "The body is larger than 10 MB."), 413, 413, "invalid_request"),
    (RequestValidationError([]), 400, None, ""),
    (asyncpg.CannotConnectNowError("starting up"), 503, 503, "temporarily_unavailable"),
    (ConnectionRefusedError(), 503, 503, "temporarily_unavailable"),
    (asyncpg.DataError("secret detail"), 500, 500, "server_error"),
    (ZeroDivisionError("secret detail"), 500, 500, "server_error"),
]
each_failure = pytest.mark.parametrize("error,status,asked,word", FAILURES, ids=lambda each: repr(each)[:30])


@each_failure
def test_every_failure_has_its_words(error, status, asked, word):
    response = envelope.refused(error, ID)
    told = json.loads(response.body)
    assert response.status_code == status
    if status != 406:  # printed for refunds only
        assert checker.check_error(API, status, told) == []
    assert "secret" not in str(told) and (status < 500 or ID in str(told))
    assert (response.headers.get("retry-after") is not None) == (status in (429, 503))


@pytest.mark.parametrize("error,asked,word", [(each[0], *each[2:]) for each in FAILURES if each[2]], ids=repr)
def test_every_failure_of_oauth_has_its_word(error, asked, word):
    response = oauth.refused(error, ID)
    told = json.loads(response.body)
    assert (response.status_code, told["error"]) == (asked, word)
    assert checker.check_error(API, asked, told, TOKEN) == []
    assert "secret" not in str(told) and (asked < 500 or ID in str(told))
    assert response.headers["cache-control"] == "no-store" and ("retry-after" in response.headers) == (asked in (429, 503))
