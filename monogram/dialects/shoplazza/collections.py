"""Chapter: collections (lines 2055 to 2207). List, count, details, create, update, delete."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends
from pydantic import BeforeValidator
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import collections
from monogram.core.collections import SORT_ORDERS, CollectionFields
from monogram.core.errors import Invalid
from monogram.edge import Tx
from monogram.inputs import query_of

from .auth import Caller
from .envelope import ok
from .goods import Line, Page, Paragraph, Picture, Title, Words, said
from .inputs import Input, any_body, from_body, page, read, span, unwrapped, uuid, uuids
from .products import NOTHING
from .views import collections as shown


def _absent_if_empty(value: object) -> object:
    return None if value in ("", {}) else value


class CollectionInput(Input):
    """Lines 2138 to 2146. Without an address a picture counts as absent."""

    title: Title | None = None
    handle: Line | None = None
    description: Page | None = None
    meta_title: Paragraph | None = None
    meta_description: Page | None = None
    meta_keyword: Page | None = None
    image: Annotated[Picture | None, BeforeValidator(_absent_if_empty)] = None
    sort_order: Annotated[Literal[SORT_ORDERS] | None, BeforeValidator(_absent_if_empty)] = None
    product_ids: Words = None

    def fields(self) -> CollectionFields:
        fields: dict[str, Any] = said(self)
        if (image := fields.pop("image", None)) is not None and image.src:
            fields["image"] = {"src": image.src, "width": image.width, "height": image.height, "alt": image.alt or ""}
        if "product_ids" in fields:
            fields["products"] = [key for text in fields.pop("product_ids") if (key := uuid(text)) is not None]
        return CollectionFields(**fields)


async def _searched(request: Request, caller: Caller) -> collections.Search:
    query = query_of(request)
    product = query.get("product_id", "").strip()
    return collections.Search(
        uuids=uuids(query.get("ids")),
        updated=span(query, "updated_at", caller.time_zone),
        product=(uuid(product) or NOTHING) if product else None,
    )


Searched = Annotated[collections.Search, Depends(_searched)]


async def find(request: Request, caller: Caller, wanted: Searched, db: Tx) -> Response:
    """GET /collections, lines 2064 to 2097."""
    found = await collections.find(db, caller.store_id, wanted, page(query_of(request)))
    return ok({"collections": [shown.collection(each) for each in found]})


async def count(caller: Caller, wanted: Searched, db: Tx) -> Response:
    """GET /collections/count, lines 2098 to 2109."""
    return ok({"count": await collections.count(db, caller.store_id, wanted)})


async def show(caller: Caller, id: str, db: Tx) -> Response:
    """GET /collections/{id}, lines 2110 to 2133."""
    return ok({"collection": shown.collection(await collections.get(db, caller.store_id, uuid(id)))})


async def _new(request: Request) -> CollectionInput:
    body = unwrapped(await any_body(request), "collection")
    faults = {} if body.get("title") else {"title": "can't be blank"}
    try:
        new = read(CollectionInput, body)
    except Invalid as error:
        raise Invalid({**error.fields, **faults}) from None
    if faults:
        raise Invalid(faults)
    return new


async def create(caller: Caller, new: Annotated[CollectionInput, Depends(_new)], db: Tx) -> Response:
    """POST /collections, lines 2134 to 2168."""
    return ok({"collection": shown.collection(await collections.create(db, caller.store_id, new.fields()))})


async def update(
    caller: Caller, id: str, changes: Annotated[CollectionInput, from_body(CollectionInput, "collection")], db: Tx
) -> Response:
    """PUT /collections/{id}, lines 2169 to 2203. Only what is sent changes; products, when sent, are all of them."""
    found = await collections.update(db, caller.store_id, uuid(id), changes.fields())
    return ok({"collection": shown.collection(found)})


async def delete(caller: Caller, id: str, db: Tx) -> Response:
    """DELETE /collections/{id}, lines 2204 to 2207."""
    await collections.delete(db, caller.store_id, uuid(id))
    return ok({})
