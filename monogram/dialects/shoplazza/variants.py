"""Chapter: variants of a product (lines 1750 to 1869). List, count, details, update, delete."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from monogram.core import products
from monogram.edge import Tx

from .auth import Caller
from .envelope import ok
from .goods import VariantInput, wire_names
from .inputs import from_body, uuid
from .views import products as shown


async def find(caller: Caller, product_id: str, db: Tx) -> Response:
    """GET /products/{product_id}/variants, lines 1751 to 1782."""
    product = await products.get(db, caller.store_id, uuid(product_id))
    return ok({"variants": [shown.variant(each, product) for each in product.variants]})


async def count(caller: Caller, product_id: str, db: Tx) -> Response:
    """GET /products/{product_id}/variants/count, lines 1783 to 1789."""
    return ok({"count": len((await products.get(db, caller.store_id, uuid(product_id))).variants)})


async def show(caller: Caller, variant_id: str, db: Tx) -> Response:
    """GET /variants/{variant_id}, lines 1790 to 1819."""
    return await _answer(db, caller, variant_id)


async def _answer(db: Tx, caller: Caller, variant_id: str) -> Response:
    product, variant = await products.of_variant(db, caller.store_id, uuid(variant_id))
    return ok({"variant": shown.variant(variant, product)})


async def update(
    caller: Caller, variant_id: str, changes: Annotated[VariantInput, from_body(VariantInput, "variant")], db: Tx
) -> Response:
    """PUT /variants/{variant_id}, lines 1820 to 1865. Only what is sent changes; an id in the body says nothing."""
    fields = {name: value for name, value in changes.fields().items() if name != "key"}
    with wire_names():
        await products.update_variant(db, caller.store_id, uuid(variant_id), fields)
    return await _answer(db, caller, variant_id)


async def delete(caller: Caller, product_id: str, variant_id: str, db: Tx) -> Response:
    """DELETE /products/{product_id}/variants/{variant_id}, lines 1866 to 1869."""
    await products.delete_variant(db, caller.store_id, uuid(product_id), uuid(variant_id))
    return ok({})
