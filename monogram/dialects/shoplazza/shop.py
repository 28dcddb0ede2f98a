"""Chapter: the shop itself (lines 2775 to 2820)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import stores
from monogram.edge import Tx, state_of
from monogram.inputs import query_of

from .auth import Caller
from .envelope import ok
from .views.plain import only
from .views.shop import shop
from .webhooks import domain_of


async def show(request: Request, caller: Caller, db: Tx) -> Response:
    """GET /shop, lines 2777 to 2820."""
    domain = domain_of(caller.store_slug, state_of(request).settings.public_url)
    shown = shop(await stores.details(db, caller.store_id), domain)
    return ok({"shop": only(shown, query_of(request).get("fields"))})
