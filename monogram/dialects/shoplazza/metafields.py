"""Chapter: metafields of a product (lines 1963 to 2054). List, count, details, create, update, delete."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from monogram.core import metafields, products
from monogram.edge import Tx

from .auth import Caller
from .envelope import ok
from .goods import MetafieldInput, wire_names
from .inputs import from_body, uuid
from .views import products as shown

Sent = Annotated[MetafieldInput, from_body(MetafieldInput, "metafield")]


async def find(caller: Caller, product_id: str, db: Tx) -> Response:
    """GET /products/{product_id}/metafields, lines 1964 to 1981."""
    own = await products.locate(db, caller.store_id, uuid(product_id))
    found = await metafields.of_product(db, caller.store_id, own)
    return ok({"metafields": [shown.metafield(each, _shown(product_id)) for each in found]})


def _shown(product_id: str) -> str:
    """The product's id as it is printed everywhere, however the path spelled it."""
    return str(uuid(product_id))


async def count(caller: Caller, product_id: str, db: Tx) -> Response:
    """GET /products/{product_id}/metafields/count, lines 1982 to 1988."""
    own = await products.locate(db, caller.store_id, uuid(product_id))
    return ok({"count": await metafields.count(db, caller.store_id, own)})


async def show(caller: Caller, product_id: str, metafield_id: str, db: Tx) -> Response:
    """GET /products/{product_id}/metafields/{metafield_id}, lines 1989 to 2006."""
    own = await products.locate(db, caller.store_id, uuid(product_id))
    found = await metafields.get(db, caller.store_id, own, uuid(metafield_id))
    return ok({"metafield": shown.metafield(found, _shown(product_id))})


async def create(caller: Caller, product_id: str, new: Sent, db: Tx) -> Response:
    """POST /products/{product_id}/metafields, lines 2007 to 2029. One of this namespace and key is changed."""
    own = await products.locate(db, caller.store_id, uuid(product_id))
    with wire_names():
        made = await metafields.put(db, caller.store_id, own, new.fields())
    return ok({"metafield": shown.metafield(made, _shown(product_id))})


async def update(caller: Caller, product_id: str, metafield_id: str, changes: Sent, db: Tx) -> Response:
    """PUT /products/{product_id}/metafields/{metafield_id}, lines 2030 to 2051. Only what is sent changes."""
    own = await products.locate(db, caller.store_id, uuid(product_id))
    with wire_names():
        found = await metafields.update(db, caller.store_id, own, uuid(metafield_id), changes.fields())
    return ok({"metafield": shown.metafield(found, _shown(product_id))})


async def delete(caller: Caller, product_id: str, metafield_id: str, db: Tx) -> Response:
    """DELETE /products/{product_id}/metafields/{metafield_id}, lines 2052 to 2054."""
    own = await products.locate(db, caller.store_id, uuid(product_id))
    await metafields.delete(db, caller.store_id, own, uuid(metafield_id))
    return ok({})
