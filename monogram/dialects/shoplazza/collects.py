"""Chapter: collects, a product in a collection (lines 2208 to 2276). List, count, details, create, delete."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import collections
from monogram.edge import Tx
from monogram.inputs import query_of

from .auth import Caller
from .envelope import ok
from .inputs import Input, from_body, page, uuid
from .products import NOTHING
from .views import collections as shown


class NewCollect(Input):
    collection_id: Annotated[str, Field(min_length=1)]
    product_id: Annotated[str, Field(min_length=1)]


def _wanted(query: dict[str, str]) -> dict[str, UUID | None]:
    named = {name: query.get(f"{name}_id", "").strip() for name in ("collection", "product")}
    return {name: (uuid(text) or NOTHING) if text else None for name, text in named.items()}


async def find(request: Request, caller: Caller, db: Tx) -> Response:
    """GET /collects, lines 2209 to 2229."""
    query = query_of(request)
    found = await collections.find_collects(db, caller.store_id, page(query), **_wanted(query))
    return ok({"collects": [shown.collect(each) for each in found]})


async def count(request: Request, caller: Caller, db: Tx) -> Response:
    """GET /collects/count, lines 2230 to 2240."""
    return ok({"count": await collections.count_collects(db, caller.store_id, **_wanted(query_of(request)))})


async def show(caller: Caller, id: str, db: Tx) -> Response:
    """GET /collects/{id}, lines 2241 to 2254."""
    return ok({"collect": shown.collect(await collections.get_collect(db, caller.store_id, uuid(id)))})


async def create(caller: Caller, new: Annotated[NewCollect, from_body(NewCollect, "collect")], db: Tx) -> Response:
    """POST /collects, lines 2255 to 2272. A product that is in the collection stays where it is."""
    made = await collections.put_in(db, caller.store_id, uuid(new.collection_id), uuid(new.product_id))
    return ok({"collect": shown.collect(made)})


async def delete(caller: Caller, id: str, db: Tx) -> Response:
    """DELETE /collects/{id}, lines 2273 to 2276."""
    await collections.take_out(db, caller.store_id, uuid(id))
    return ok({})
