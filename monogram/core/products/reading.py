"""Products as they are: one, some, those that a search finds, how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from ..db import Db
from ..errors import NotFound
from ..events import Event
from ..paging import ALWAYS, Page, Span
from .rows import Image, Key, Option, Product, Variant

_PRODUCT = """p.store_id, p.id, p.uuid, p.version, p.title, p.brief, p.handle, p.description, p.vendor, p.vendor_url, p.type,
p.code, p.tags, p.note, p.requires_shipping, p.taxable, p.only_default_variant, p.needs_variant_image, p.hides_when_sold_out,
p.meta_title, p.meta_description, p.meta_keyword, p.details, p.published_at, p.created_at, p.updated_at"""
_IMAGE = "id, uuid, position, src, width, height, alt, title, created_at, updated_at"
_VARIANT = """id, uuid, position, title, option1, option2, option3, custom_options, price, compare_at_price, purchase_price,
sku, barcode, note, weight, weight_unit, image_id, tracked, oversells, available, locked, sold, created_at, updated_at"""


@dataclass(frozen=True)
class Search:
    """What is None or empty is not asked for. Times are inclusive."""

    uuids: list[UUID] | None = None
    keyword: str = ""  # words of title, second title, vendor or code; else a SKU; else any part of a title
    title: str = ""  # a part of it, in any case
    collection: UUID | None = None
    created: Span = ALWAYS
    updated: Span = ALWAYS
    published: Span = ALWAYS
    is_published: bool | None = None


async def locate(db: Db, store_id: int, key: Key) -> int:
    """The id of a product by its id or UUID. Raises NotFound."""
    column = "uuid" if isinstance(key, UUID) else "id"
    found = key and await db.fetchval(f"select id from products where store_id = $1 and {column} = $2", store_id, key)
    if found is None:
        raise NotFound("product", key)
    return found


async def get(db: Db, store_id: int, key: Key) -> Product:
    """One product with everything in it. Raises NotFound."""
    found = await load(db, store_id, [await locate(db, store_id, key)])
    if not found:
        raise NotFound("product", key)
    return found[0]


async def of_variant(db: Db, store_id: int, key: Key) -> tuple[Product, Variant]:
    """The variant by its id or UUID, and its product. Raises NotFound."""
    column = "uuid" if isinstance(key, UUID) else "id"
    product_id = key and await db.fetchval(
        f"select product_id from variants where store_id = $1 and {column} = $2", store_id, key
    )
    for product in await load(db, store_id, [product_id]) if product_id else []:
        for variant in product.variants:
            if key in (variant.id, variant.uuid):
                return product, variant
    raise NotFound("variant", key)


async def variant_ids(db: Db, store_id: int, keys: Iterable[Key]) -> dict[Key, int]:
    """The ids of variants named by id or UUID; those that are not of this store are left out."""
    wanted = set(keys)
    rows = await db.fetch(
        "select id, uuid from variants where store_id = $1 and (id = any($2) or uuid = any($3))",
        store_id, [key for key in wanted if isinstance(key, int)], [key for key in wanted if isinstance(key, UUID)],
    )
    return {key: row["id"] for row in rows for key in (row["id"], row["uuid"]) if key in wanted}


async def of_event(db: Db, event: Event) -> Product:
    """The product of an event about it: as it is, or, when it was deleted, as it was."""
    if event.topic == "product.deleted":
        return msgspec.convert(event.facts["product"], Product)
    return await get(db, event.store_id, event.object_id)


async def load(db: Db, store_id: int, ids: list[int]) -> list[Product]:
    """Products by id, in that order; those that are gone are left out. The product's row is read first: what is read after
    it may be newer than its version says, never older."""
    products = await db.fetch(f"select {_PRODUCT} from products p where p.store_id = $1 and p.id = any($2)", store_id, ids)
    images, options, variants = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in await db.fetch(
        f"""select product_id, {_IMAGE} from product_images where store_id = $1 and product_id = any($2)
            order by product_id, position, id""", store_id, ids,
    ):
        images[row[0]].append(Image(*tuple(row)[1:]))
    for row in await db.fetch(
        """select o.product_id, o.id, o.uuid, o.position, o.name,
                  array(select v.value from product_option_values v
                        where v.store_id = $1 and v.option_id = o.id order by v.position, v.id)
           from product_options o where o.store_id = $1 and o.product_id = any($2) order by o.product_id, o.position""",
        store_id, ids,
    ):
        options[row[0]].append(Option(*tuple(row)[1:]))
    for row in await db.fetch(
        f"""select product_id, {_VARIANT} from variants where store_id = $1 and product_id = any($2)
            order by product_id, position, id""", store_id, ids,
    ):
        variants[row[0]].append(Variant(*tuple(row)[1:]))
    found = {row["id"]: Product(*row, images[row["id"]], options[row["id"]], variants[row["id"]]) for row in products}
    return [found[each] for each in ids if each in found]


async def find(db: Db, store_id: int, search: Search, page: Page) -> list[int]:
    """Ids of a page of the products found: newest first, or, of one collection, in its order."""
    sql, parameters = await paged(db, store_id, search, page)
    return [row["id"] for row in await db.fetch(sql, *parameters)]


async def count(db: Db, store_id: int, search: Search) -> int:
    sql, parameters = await _conditions(db, store_id, search)
    return await db.fetchval(f"select count(*) from products p {sql}", *parameters)


# What a collection's products are ordered by.
_ORDERS = {
    "alpha-asc": "lower(p.title), p.id",
    "alpha-desc": "lower(p.title) desc, p.id desc",
    "price-asc": "(select min(v.price) from variants v where v.store_id = $1 and v.product_id = p.id), p.id",
    "price-desc": "(select min(v.price) from variants v where v.store_id = $1 and v.product_id = p.id) desc, p.id desc",
    "created-desc": "p.created_at desc, p.id desc",
    "manual": "c.position, c.id",
}


async def paged(db: Db, store_id: int, search: Search, page: Page) -> tuple[str, list[Any]]:
    """A query of `id`, in order, with its parameters, of which $1 is the store. Without conditions it reads nothing but the
    index, however deep the page."""
    conditions, parameters = await _conditions(db, store_id, search)
    order = "p.created_at desc, p.id desc"
    if search.collection is not None:
        order = _ORDERS[await _order_of(db, store_id, search.collection)]
    size, start = len(parameters) + 1, len(parameters) + 2
    sql = f"select p.id from products p {conditions} order by {order} limit ${size} offset ${start}"
    return sql, [*parameters, page.limit, page.offset]


async def _order_of(db: Db, store_id: int, collection: UUID) -> str:
    found = await db.fetchval("select sort_order from collections where store_id = $1 and uuid = $2", store_id, collection)
    return found or "manual"


async def _conditions(db: Db, store_id: int, search: Search) -> tuple[str, list[Any]]:
    """Joins and conditions on `products p`. Pieces of text here, values in the parameters."""
    parameters: list[Any] = [store_id]
    joins, conditions = "", ["p.store_id = $1"]

    def put(condition: str, value: Any) -> None:
        parameters.append(value)
        conditions.append(condition.replace("?", f"${len(parameters)}"))

    if search.collection is not None:
        joins = "join collects c on c.store_id = $1 and c.product_id = p.id"
        put("c.collection_id = (select id from collections where store_id = $1 and uuid = ?)", search.collection)
    if search.uuids is not None:
        put("p.uuid = any(?)", search.uuids)
    if search.title:
        put("p.title ilike ?", f"%{_literally(search.title)}%")
    if search.keyword:
        put(*await _keyword(db, store_id, search.keyword))
    for column, (start, end) in (("created_at", search.created), ("updated_at", search.updated),
                                 ("published_at", search.published)):  # fmt: skip
        if start is not None:
            put(f"p.{column} >= ?", start)
        if end is not None:
            put(f"p.{column} <= ?", end)
    if search.is_published is not None:
        conditions.append(f"p.published_at is {'not ' if search.is_published else ''}null")
    return f"{joins} where {' and '.join(conditions)}", parameters


async def _keyword(db: Db, store_id: int, keyword: str) -> tuple[str, str]:
    """By words, the last one perhaps unfinished; what no words find, by a whole SKU; else by any part of a title, which is
    also how scripts without spaces are searched."""
    words = await db.fetchval("select nullif(plainto_tsquery('simple', $1)::text, '') || ':*'", keyword)
    if words and await db.fetchval(
        "select exists (select from products where store_id = $1 and search @@ $2::text::tsquery)", store_id, words
    ):
        return "p.search @@ ?::text::tsquery", words
    if await db.fetchval("select exists (select from variants where store_id = $1 and sku = $2)", store_id, keyword):
        return "p.id in (select product_id from variants where store_id = $1 and sku = ?)", keyword
    return "p.title ilike ?", f"%{_literally(keyword)}%"


def _literally(text: str) -> str:
    """Text in which LIKE's signs mean themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
