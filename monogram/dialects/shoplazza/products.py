"""Chapter: products (lines 1243 to 1749). List, count, details, create, update, delete."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import products
from monogram.core.db import planned_once
from monogram.core.errors import Invalid
from monogram.core.products import prints, rows
from monogram.core.products.prints import Printer
from monogram.edge import Tx, state_of
from monogram.inputs import query_of

from .auth import Caller
from .envelope import ok, printed
from .goods import ProductInput, required, wire_names
from .inputs import any_body, from_body, one_of, page, read, span, unwrapped, uuid, uuids
from .views import plain
from .views import products as shown

NOTHING = UUID(int=0)  # what an id that is none names
STATUSES = frozenset({"published", "unpublished", "any"})


def _written(product: products.Product) -> bytes:
    return msgspec.json.encode(shown.product(product))


# What is kept of another view's printing is not read: the form is that of the code.
_FORM = hashlib.sha256(b"".join(Path(each.__file__).read_bytes() for each in (shown, plain, rows))).hexdigest()[:16]
PRINTER = Printer("shoplazza", _FORM, _written)
# Keys without a look at their values: `fields` only picks keys.
_READER = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])


def _searched(query: dict[str, str], zone: str) -> products.Search:
    collection = query.get("collection_id", "").strip()
    status = set(one_of(query, "published_status", STATUSES) or ())
    return products.Search(
        uuids=uuids(query.get("ids")),
        keyword=query.get("keyword", "").strip()[:255],
        title=query.get("title", "").strip()[:255],
        collection=(uuid(collection) or NOTHING) if collection else None,
        created=span(query, "created_at", zone),
        updated=span(query, "updated_at", zone),
        published=span(query, "published_at", zone),
        is_published="published" in status if len(status) == 1 and status != {"any"} else None,
    )


async def find(request: Request, caller: Caller) -> Response:
    """GET /products, lines 1292 to 1389. Planning the plain list takes longer than reading it: its plan is kept."""
    query = query_of(request)
    wanted, at, fields = _searched(query, caller.time_zone), page(query), query.get("fields", "")
    pool = state_of(request).pool
    async with planned_once(pool) if wanted == products.Search() else pool.acquire() as db:
        bodies = await prints.find(db, caller.store_id, wanted, at, PRINTER)
    if fields.strip():
        return ok({"products": [plain.only(each, fields) for each in _READER.decode(b"[%b]" % bodies)]})
    return printed(b'{"products":[%b]}' % bodies)


async def count(request: Request, caller: Caller, db: Tx) -> Response:
    """GET /products/count, lines 1390 to 1408."""
    wanted = _searched(query_of(request), caller.time_zone)
    return ok({"count": await products.count(db, caller.store_id, wanted)})


async def show(caller: Caller, product_id: str, db: Tx) -> Response:
    """GET /products/{product_id}, lines 1409 to 1484."""
    return await _answer(db, caller, await products.locate(db, caller.store_id, uuid(product_id)))


async def _answer(db: Tx, caller: Caller, product_id: int) -> Response:
    return printed(b'{"product":%b}' % await prints.one(db, caller.store_id, product_id, PRINTER))


async def _new(request: Request) -> ProductInput:
    """The body of a new product, with everything that it lacks told beside what cannot be read."""
    body: dict[str, Any] = unwrapped(await any_body(request), "product")
    faults = required(body)
    try:
        new = read(ProductInput, body)
    except Invalid as error:
        raise Invalid({**error.fields, **faults}) from None
    if faults:
        raise Invalid(faults)
    return new


async def create(caller: Caller, new: Annotated[ProductInput, Depends(_new)], db: Tx) -> Response:
    """POST /products, lines 1485 to 1617."""
    with wire_names():
        return await _answer(db, caller, await products.create(db, caller.store_id, new.fields()))


async def update(
    caller: Caller, product_id: str, changes: Annotated[ProductInput, from_body(ProductInput, "product")], db: Tx
) -> Response:
    """PUT /products/{product_id}, lines 1618 to 1745. Only what is sent changes."""
    with wire_names():
        return await _answer(db, caller, await products.update(db, caller.store_id, uuid(product_id), changes.fields()))


async def delete(caller: Caller, product_id: str, db: Tx) -> Response:
    """DELETE /products/{product_id}, lines 1746 to 1749."""
    await products.delete(db, caller.store_id, uuid(product_id))
    return ok({})
