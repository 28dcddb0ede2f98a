"""Chapter: POD products. Documented (lines 1250 to 1608), not there yet: both answer 501 in the envelope."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from .auth import Caller


async def find(caller: Caller) -> Response:
    """GET /pod-products."""
    raise HTTPException(501, "POD products are not available on this server yet")


async def get(caller: Caller, id: str) -> Response:
    """GET /pod-product/{id}."""
    raise HTTPException(501, "POD products are not available on this server yet")
