"""Collections of products, in an order of their own, and collects: which product is in which collection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from . import handles
from .db import Db
from .errors import Invalid, NotFound
from .paging import ALWAYS, Page, Span

SORT_ORDERS = ("alpha-asc", "alpha-desc", "price-asc", "price-desc", "created-desc", "manual")

Key = int | UUID | None


@dataclass(frozen=True)
class Collection:
    id: int
    uuid: UUID
    title: str
    handle: str
    description: str
    meta_title: str
    meta_description: str
    meta_keyword: str
    image: dict[str, Any] | None  # {src, width, height, alt}
    sort_order: str  # one of SORT_ORDERS; how `products.find` orders the collection
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Collect:
    id: int
    uuid: UUID
    collection_uuid: UUID
    product_uuid: UUID
    position: int  # from 1
    created_at: datetime
    updated_at: datetime


class CollectionFields(TypedDict, total=False):
    """What is not said of a new collection is empty; of an old one it stays."""

    title: str
    handle: str
    description: str
    meta_title: str
    meta_description: str
    meta_keyword: str
    image: dict[str, Any]
    sort_order: str
    products: list[UUID]  # all of them, in their order; what is no product of the store is left out


@dataclass(frozen=True)
class Search:
    uuids: list[UUID] | None = None
    updated: Span = ALWAYS
    product: UUID | None = None  # only collections with this product


_COLUMNS = """c.id, c.uuid, c.title, c.handle, c.description, c.meta_title, c.meta_description, c.meta_keyword, c.image,
c.sort_order, c.created_at, c.updated_at"""
_TEXTS = ("title", "description", "meta_title", "meta_description", "meta_keyword", "image", "sort_order")


async def create(db: Db, store_id: int, fields: CollectionFields) -> Collection:
    """Raises Invalid."""
    _check(fields := {"title": "", **fields})
    wanted = handles.clean(fields.get("handle", "")) or handles.slug(fields["title"]) or "collection"
    handle = await handles.take(db, "collections", store_id, wanted)
    collection_id = await db.fetchval(
        "insert into collections (store_id, title, handle) values ($1, $2, $3) returning id", store_id, fields["title"], handle
    )
    await _write(db, store_id, collection_id, {name: value for name, value in fields.items() if name != "handle"})
    return await get(db, store_id, collection_id)


async def update(db: Db, store_id: int, key: Key, fields: CollectionFields) -> Collection:
    """Changes what is said. Raises NotFound, Invalid."""
    _check(fields)
    collection_id = await _hold(db, store_id, key)
    await _write(db, store_id, collection_id, fields)
    return await get(db, store_id, collection_id)


async def delete(db: Db, store_id: int, key: Key) -> None:
    """Deletes a collection; its products stay. Raises NotFound."""
    await db.execute("delete from collections where store_id = $1 and id = $2", store_id, await _hold(db, store_id, key))


async def get(db: Db, store_id: int, key: Key) -> Collection:
    """Raises NotFound."""
    column = "uuid" if isinstance(key, UUID) else "id"
    row = key and await db.fetchrow(
        f"select {_COLUMNS} from collections c where c.store_id = $1 and c.{column} = $2", store_id, key
    )
    if row is None:
        raise NotFound("collection", key)
    return Collection(*row)


_FOUND = """from collections c where c.store_id = $1 and ($2::uuid[] is null or c.uuid = any($2))
and ($3::timestamptz is null or c.updated_at >= $3) and ($4::timestamptz is null or c.updated_at <= $4)
and ($5::uuid is null or exists (select from collects m join products p on p.store_id = $1 and p.id = m.product_id
                                 where m.store_id = $1 and m.collection_id = c.id and p.uuid = $5))"""


async def find(db: Db, store_id: int, search: Search, page: Page) -> list[Collection]:
    """A page of the collections found, newest first."""
    rows = await db.fetch(
        f"select {_COLUMNS} {_FOUND} order by c.created_at desc, c.id desc limit $6 offset $7",
        store_id, search.uuids, *search.updated, search.product, page.limit, page.offset,
    )
    return [Collection(*row) for row in rows]


async def count(db: Db, store_id: int, search: Search) -> int:
    return await db.fetchval(f"select count(*) {_FOUND}", store_id, search.uuids, *search.updated, search.product)


def _check(fields: CollectionFields) -> None:
    faults: dict[str, str] = {}
    if "title" in fields and not fields["title"]:
        faults["title"] = "can't be blank"
    if "sort_order" in fields and fields["sort_order"] not in SORT_ORDERS:
        faults["sort_order"] = "is not included in the list"
    if faults:
        raise Invalid(faults)


async def _hold(db: Db, store_id: int, key: Key) -> int:
    """The collection's id, its row locked. Raises NotFound."""
    column = "uuid" if isinstance(key, UUID) else "id"
    found = key and await db.fetchval(
        f"select id from collections where store_id = $1 and {column} = $2 for no key update", store_id, key
    )
    if found is None:
        raise NotFound("collection", key)
    return found


async def _write(db: Db, store_id: int, collection_id: int, fields: CollectionFields) -> None:
    columns: dict[str, Any] = {name: fields[name] for name in _TEXTS if name in fields}
    if chosen := handles.clean(fields.get("handle", "")):
        columns["handle"] = await handles.take(db, "collections", store_id, chosen, collection_id)
    sets = "".join(f", {name} = ${place}" for place, name in enumerate(columns, 3))
    await db.execute(
        f"update collections set updated_at = now(){sets} where store_id = $1 and id = $2",
        store_id, collection_id, *columns.values(),
    )
    if "products" in fields:
        await _write_products(db, store_id, collection_id, fields["products"])


async def _write_products(db: Db, store_id: int, collection_id: int, products: list[UUID]) -> None:
    """Makes the collection's products these. Those products stay until this transaction ends."""
    rows = await db.fetch(
        "select id, uuid from products where store_id = $1 and uuid = any($2) order by id for key share", store_id, products
    )
    known = {row["uuid"]: row["id"] for row in rows}
    ids = [known[each] for each in dict.fromkeys(products) if each in known]
    await db.execute("delete from collects where store_id = $1 and collection_id = $2 and product_id <> all($3)",
                     store_id, collection_id, ids)
    await db.execute(
        """insert into collects as c (store_id, collection_id, product_id, position)
           select $1, $2, w.id, w.n from unnest($3::bigint[]) with ordinality w(id, n)
           on conflict (store_id, collection_id, product_id) do update set position = excluded.position, updated_at = now()
           where c.position <> excluded.position""",
        store_id, collection_id, ids,
    )


_COLLECT = """select m.id, m.uuid, c.uuid, p.uuid, m.position, m.created_at, m.updated_at
from collects m join collections c on c.store_id = $1 and c.id = m.collection_id
join products p on p.store_id = $1 and p.id = m.product_id where m.store_id = $1"""
_OF = "and ($2::uuid is null or c.uuid = $2) and ($3::uuid is null or p.uuid = $3)"


async def put_in(db: Db, store_id: int, collection: Key, product: Key) -> Collect:
    """Puts a product at the end of a collection; one that is in it stays where it is. Raises NotFound."""
    collection_id = await _hold(db, store_id, collection)
    column = "uuid" if isinstance(product, UUID) else "id"
    product_id = product and await db.fetchval(
        f"select id from products where store_id = $1 and {column} = $2 for key share", store_id, product
    )
    if product_id is None:
        raise NotFound("product", product)
    await db.execute(
        """insert into collects (store_id, collection_id, product_id, position)
           select $1, $2, $3, 1 + coalesce((select max(position) from collects where store_id = $1 and collection_id = $2), 0)
           on conflict (store_id, collection_id, product_id) do nothing""",
        store_id, collection_id, product_id,
    )
    return Collect(*await db.fetchrow(f"{_COLLECT} and m.collection_id = $2 and m.product_id = $3",
                                      store_id, collection_id, product_id))  # fmt: skip


async def take_out(db: Db, store_id: int, collect: Key) -> None:
    """Takes a product out of a collection. Raises NotFound."""
    found = await get_collect(db, store_id, collect)
    await db.execute("delete from collects where store_id = $1 and id = $2", store_id, found.id)


async def get_collect(db: Db, store_id: int, key: Key) -> Collect:
    """Raises NotFound."""
    column = "uuid" if isinstance(key, UUID) else "id"
    row = key and await db.fetchrow(f"{_COLLECT} and m.{column} = $2", store_id, key)
    if row is None:
        raise NotFound("collect", key)
    return Collect(*row)


async def find_collects(
    db: Db, store_id: int, page: Page, *, collection: UUID | None = None, product: UUID | None = None
) -> list[Collect]:
    """A page of collects: by collection, each in its order."""
    rows = await db.fetch(
        f"{_COLLECT} {_OF} order by m.collection_id, m.position, m.id limit $4 offset $5",
        store_id, collection, product, page.limit, page.offset,
    )
    return [Collect(*row) for row in rows]


async def count_collects(db: Db, store_id: int, *, collection: UUID | None = None, product: UUID | None = None) -> int:
    return await db.fetchval(f"select count(*) from ({_COLLECT} {_OF}) f", store_id, collection, product)
