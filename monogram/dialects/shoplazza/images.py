"""Chapter: images of a product (lines 1870 to 1962). List, count, details, create, update, delete."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from monogram.core import products
from monogram.edge import Tx

from .auth import Caller
from .envelope import ok
from .goods import PictureInput, wire_names
from .inputs import from_body, uuid
from .views import products as shown

Sent = Annotated[PictureInput, from_body(PictureInput, "image")]


async def find(caller: Caller, product_id: str, db: Tx) -> Response:
    """GET /products/{product_id}/images, lines 1871 to 1889."""
    product = await products.get(db, caller.store_id, uuid(product_id))
    return ok({"images": [shown.image(each, str(product.uuid)) for each in product.images]})


async def count(caller: Caller, product_id: str, db: Tx) -> Response:
    """GET /products/{product_id}/images/count, lines 1890 to 1896."""
    return ok({"count": len((await products.get(db, caller.store_id, uuid(product_id))).images)})


async def show(caller: Caller, product_id: str, image_id: str, db: Tx) -> Response:
    """GET /products/{product_id}/images/{image_id}, lines 1897 to 1913."""
    product = await products.get(db, caller.store_id, uuid(product_id))
    return _answer(product, products.image_of(product, uuid(image_id)).id)


def _answer(product: products.Product, image_id: int) -> Response:
    return ok({"image": shown.image(products.image_of(product, image_id), str(product.uuid))})


async def create(caller: Caller, product_id: str, new: Sent, db: Tx) -> Response:
    """POST /products/{product_id}/images, lines 1914 to 1937. Without a position it is the last."""
    with wire_names():
        return _answer(*await products.add_image(db, caller.store_id, uuid(product_id), _fields(new)))


async def update(caller: Caller, product_id: str, image_id: str, changes: Sent, db: Tx) -> Response:
    """PUT /products/{product_id}/images/{image_id}, lines 1938 to 1958. Only what is sent changes."""
    with wire_names():
        return _answer(*await products.update_image(
            db, caller.store_id, uuid(product_id), uuid(image_id), _fields(changes)))  # fmt: skip


def _fields(sent: PictureInput) -> products.ImageFields:
    """An id in the body says nothing: the path does."""
    return {name: value for name, value in sent.fields().items() if name != "key"}


async def delete(caller: Caller, product_id: str, image_id: str, db: Tx) -> Response:
    """DELETE /products/{product_id}/images/{image_id}, lines 1959 to 1962."""
    await products.delete_image(db, caller.store_id, uuid(product_id), uuid(image_id))
    return ok({})
