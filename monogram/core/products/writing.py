"""Creating, changing and deleting products. Each verb holds the product's row, writes what changed of it, and tells of it
in one event."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from .. import events, handles, inventory, metafields
from ..db import Db
from ..errors import Conflict, Invalid, NotFound
from . import images, options, variants
from .reading import get, load, locate, of_variant
from .rows import ImageFields, Key, OptionFields, Product, ProductFields, VariantFields

_COLUMNS = (
    "title", "brief", "description", "vendor", "vendor_url", "type", "code", "tags", "note", "requires_shipping", "taxable",
    "needs_variant_image", "meta_title", "meta_description", "meta_keyword", "details",
)  # fmt: skip

# What a new product is before anything is said of it.
_BLANK = Product(
    0, 0, UUID(int=0), 0, "", "", "", "", "", "", "", "", [], "", True, True, True, False, False, "", "", "", {}, None,
    datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), [], [], [],
)  # fmt: skip


@dataclass(frozen=True)
class _Plan:
    """What is to be written, checked whole before anything is."""

    fields: ProductFields
    options: list[OptionFields]
    images: list[ImageFields]
    variants: list[variants.Wanted]


async def create(db: Db, store_id: int, fields: ProductFields) -> int:
    """A new product's id. Raises Invalid with everything that is wrong."""
    plan = _planned(_BLANK, {"title": "", "variants": [], **fields})
    wanted = handles.clean(fields.get("handle", "")) or handles.slug(fields["title"]) or "product"
    handle = await handles.take(db, "products", store_id, wanted)
    product_id = await db.fetchval(
        "insert into products (store_id, title, handle, version) values ($1, $2, $3, 0) returning id",
        store_id, fields["title"], handle,
    )
    await _write(db, replace(_BLANK, store_id=store_id, id=product_id), plan)
    await events.record(db, store_id, "product.created", "product", product_id)
    return product_id


async def update(db: Db, store_id: int, key: Key, fields: ProductFields) -> int:
    """Changes what is said; gives the product's id. Raises NotFound, or Invalid with everything that is wrong."""
    product = await _hold(db, store_id, key)
    fields = {**fields}
    if "images" in fields:
        fields["images"] = images.recognized(product, fields["images"])
    if "variants" in fields:
        fields["variants"] = variants.recognized(product, fields["variants"])
    plan = _planned(product, fields)
    if chosen := handles.clean(fields.get("handle", "")):
        handle = await handles.take(db, "products", store_id, chosen, product.id)
        await db.execute("update products set handle = $3 where store_id = $1 and id = $2 and handle <> $3",
                         store_id, product.id, handle)
    await _write(db, product, plan)
    await events.record(db, store_id, "product.updated", "product", product.id)
    return product.id


async def delete(db: Db, store_id: int, key: Key) -> None:
    """Deletes a product with all that is in it; orders keep what they sold of it. Raises NotFound."""
    product = await _hold(db, store_id, key, "for update")
    await db.execute("delete from products where store_id = $1 and id = $2", store_id, product.id)
    await events.record(db, store_id, "product.deleted", "product", product.id, {"product": msgspec.to_builtins(product)})


async def update_variant(db: Db, store_id: int, key: Key, fields: VariantFields) -> int:
    """Changes what is said of one variant; gives its product's id. Raises NotFound, Invalid."""
    found, variant = await of_variant(db, store_id, key)
    product = await _hold(db, store_id, found.id)
    variant = next((each for each in product.variants if each.id == variant.id), None)
    if variant is None:
        raise NotFound("variant", key)
    order = [each for each in product.variants if each.id != variant.id]
    place = min(fields.get("position", variant.position), len(product.variants)) - 1
    order.insert(max(place, 0), variant)
    sent: list[VariantFields] = [{"key": each.id} for each in order]
    sent[order.index(variant)] |= {name: value for name, value in fields.items() if name != "position"}
    return await _change_one(db, product, {"variants": sent})


async def delete_variant(db: Db, store_id: int, product_key: Key, key: Key) -> None:
    """Deletes one variant; orders keep what they sold or hold of it. Raises NotFound, and Conflict for the last one."""
    product = await _hold(db, store_id, product_key)
    rest = [each for each in product.variants if key not in (each.id, each.uuid)]
    if len(rest) == len(product.variants):
        raise NotFound("variant", key)
    if not rest:
        raise Conflict("variant", "a product needs at least one variant")
    await _change_one(db, product, {"variants": [{"key": each.id} for each in rest]})


async def add_image(db: Db, store_id: int, product_key: Key, fields: ImageFields) -> tuple[Product, int]:
    """The product and its new image's id. Without a position it is the last. Raises NotFound, Invalid."""
    product = await _hold(db, store_id, product_key)
    sent: list[ImageFields] = [{"key": each.id} for each in product.images]
    place = min(fields.get("position", len(sent) + 1), len(sent) + 1) - 1
    sent.insert(place, {name: value for name, value in fields.items() if name != "position"})
    await _change_one(db, product, {"images": sent})
    after = await get(db, store_id, product.id)
    return after, next(each.id for each in after.images if each.id not in {image.id for image in product.images})


async def update_image(db: Db, store_id: int, product_key: Key, key: Key, fields: ImageFields) -> tuple[Product, int]:
    """The product and the image's id. Raises NotFound, Invalid."""
    product = await _hold(db, store_id, product_key)
    image = images.of(product, key)
    order = [each for each in product.images if each.id != image.id]
    place = min(fields.get("position", image.position), len(product.images)) - 1
    order.insert(place, image)
    sent: list[ImageFields] = [{"key": each.id} for each in order]
    sent[place] |= {name: value for name, value in fields.items() if name != "position"}
    await _change_one(db, product, {"images": sent})
    return await get(db, store_id, product.id), image.id


async def delete_image(db: Db, store_id: int, product_key: Key, key: Key) -> None:
    """Deletes an image; variants that had it have none. Raises NotFound."""
    product = await _hold(db, store_id, product_key)
    image = images.of(product, key)
    await db.execute("delete from product_images where store_id = $1 and id = $2", store_id, image.id)
    left = (await load(db, store_id, [product.id]))[0]
    await _change_one(db, left, {"images": [{"key": each.id} for each in left.images]})


async def _change_one(db: Db, product: Product, fields: ProductFields) -> int:
    """Writes the change of one variant or image and tells of it. What is wrong is named without its place in the list."""
    try:
        plan = _planned(product, fields)
    except Invalid as error:
        raise Invalid({re.sub(r"^\w+\[\d+\]\.", "", name): text for name, text in error.fields.items()}) from None
    await _write(db, product, plan)
    await events.record(db, product.store_id, "product.updated", "product", product.id)
    return product.id


async def _hold(db: Db, store_id: int, key: Key, lock: str = "for no key update") -> Product:
    """The product, its row locked: its stock and everything else of it stands still until this transaction ends."""
    product_id = await locate(db, store_id, key)
    await db.execute(f"select from products where store_id = $1 and id = $2 {lock}", store_id, product_id)
    found = await load(db, store_id, [product_id])
    if not found:
        raise NotFound("product", key)
    return found[0]


def _planned(product: Product, fields: ProductFields) -> _Plan:
    """What the fields make of the product. Raises Invalid with all that is wrong in any part."""
    flags: dict[str, bool] = {}
    if "tracked" in fields:
        flags["tracked"] = fields["tracked"]
    if "policy" in fields:
        flags["oversells"] = fields["policy"] == "continue"
    sent = fields.get("variants", [{"key": variant.id} for variant in product.variants])
    pictures = fields.get("images", [{"key": image.id} for image in product.images])
    faults = metafields.faults(fields.get("metafields", []))
    if not fields.get("title", product.title):
        faults["title"] = "can't be blank"
    plan: dict[str, Any] = {}
    for part, make in (
        ("options", lambda: options.wanted(product, fields.get("options"), fields.get("variants"))),
        ("images", lambda: images.wanted(product, pictures)),
        ("variants", lambda: variants.wanted(product, sent, plan.get("options", []), flags)),
    ):
        try:
            plan[part] = make()
        except Invalid as error:
            faults |= error.fields
    if faults:
        raise Invalid(faults)
    return _Plan(fields, **plan)


async def _write(db: Db, product: Product, plan: _Plan) -> None:
    fields = plan.fields
    await _write_row(db, product, fields, bool(plan.options))
    await options.write(db, product, plan.options)
    shown = {each.columns["image_id"] for each in plan.variants if not each.image} - {None}
    by_src = await images.write(db, product, plan.images, shown, {each.image for each in plan.variants if each.image})
    for each in plan.variants:
        if each.image:
            each.columns["image_id"] = by_src[each.image]
    await variants.write(db, product, plan.variants)
    await metafields.merge(db, product.store_id, product.id, fields.get("metafields", []))
    if fields.keys() & {"variants", "tracked", "policy", "published"}:
        await inventory.unpublish_sold_out(db, product.store_id, [product.id])


async def _write_row(db: Db, product: Product, fields: ProductFields, has_options: bool) -> None:
    columns: dict[str, Any] = {name: fields[name] for name in _COLUMNS if name in fields}
    columns["only_default_variant"] = not has_options
    if "policy" in fields:
        columns["hides_when_sold_out"] = fields["policy"] == "auto_unpublished"
    sets = [f"{name} = ${place}" for place, name in enumerate(columns, 3)]
    if "published" in fields:
        sets.append("published_at = " + ("coalesce(published_at, now())" if fields["published"] else "null"))
    await db.execute(
        f"""update products set version = version + 1, updated_at = now(), {", ".join(sets)} where store_id = $1 and id = $2""",
        product.store_id, product.id, *columns.values(),
    )
