"""SKUs of a store and the custom feature each is sold with."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from .db import Db
from .errors import Conflict, Invalid, NotFound
from .paging import Page

NONE, PLAIN, PENDING, INTEGRATED, REMOVED = 0, 1, 2, 3, 4  # CustoMeow's integratedStatus


@dataclass(frozen=True)
class Sku:
    store_id: int
    store_name: str
    id: int
    sku: str
    integrated_status: int
    feature_id: int | None
    feature_title: str | None
    created_at: datetime
    updated_at: datetime


_SELECT = """select k.store_id, s.name, k.id, k.sku, k.integrated_status, k.feature_id, f.title, k.created_at, k.updated_at
from skus k join stores s on s.id = k.store_id
left join features f on f.store_id = k.store_id and f.id = k.feature_id"""


async def add(db: Db, store_id: int, sku: str) -> Sku:
    """Makes a SKU known, without a feature yet. Raises Invalid, or Conflict for one that is there."""
    if not sku.strip() or len(sku) > 255 or any(unicodedata.category(character) in ("Cc", "Cs") for character in sku):
        raise Invalid({"sku": "must have 1 to 255 printable characters"})
    try:
        async with db.transaction():
            await db.execute("insert into skus (store_id, sku) values ($1, $2)", store_id, sku)
    except asyncpg.UniqueViolationError:
        raise Conflict("SKU", f"{sku!r} is there already") from None
    return await get(db, store_id, sku)


async def get(db: Db, store_id: int | None, sku: str) -> Sku:
    row = await db.fetchrow(f"{_SELECT} where k.store_id = $1 and k.sku = $2", store_id, sku) if "\0" not in sku else None
    if row is None:
        raise NotFound("SKU", sku)
    return Sku(*row)


async def bind(db: Db, store_id: int, sku: str, feature_id: int) -> Sku:
    """Sells the SKU with a feature: integrated at once if the feature has a published version, else when it gets one."""
    await get(db, store_id, sku)
    # the lock keeps a publishing of this very moment from missing the SKU
    feature = await db.fetchrow(
        "select published_version_id from features where store_id = $1 and id = $2 for share", store_id, feature_id
    )
    if feature is None:
        raise NotFound("feature", feature_id)
    status = PENDING if feature["published_version_id"] is None else INTEGRATED
    return await _set(db, store_id, sku, feature_id, status)


async def unbind(db: Db, store_id: int, sku: str) -> Sku:
    """Sells the SKU without a feature again. Customizations that were confirmed stay as they are."""
    await get(db, store_id, sku)
    return await _set(db, store_id, sku, None, PLAIN)


async def _set(db: Db, store_id: int, sku: str, feature_id: int | None, status: int) -> Sku:
    await db.execute(
        """update skus set feature_id = $3, integrated_status = $4, updated_at = now()
           where store_id = $1 and sku = $2 and (feature_id, integrated_status) is distinct from ($3, $4)""",
        store_id, sku, feature_id, status,
    )
    return await get(db, store_id, sku)


async def find(db: Db, store_id: int, *, status: int | None = None, keyword: str = "", skus: list[str] | None = None,
               page: Page = Page()) -> tuple[int, list[Sku]]:
    """SKUs of a store, newest first, and how many there are in all.

    keyword: a part of the SKU, whatever its case; skus: only these
    """
    if "\0" in keyword or status not in (None, NONE, PLAIN, PENDING, INTEGRATED, REMOVED):
        return 0, []
    where = """where k.store_id = $1 and ($2::int is null or k.integrated_status = $2)
               and ($3 = '' or k.sku ilike '%' || $3 || '%') and ($4::text[] is null or k.sku = any($4))"""
    wanted = None if skus is None else [sku for sku in skus if "\0" not in sku]
    conditions = (store_id, status, _escaped(keyword), wanted)
    count = await db.fetchval(f"select count(*) from skus k {where}", *conditions)
    rows = await db.fetch(f"{_SELECT} {where} order by k.id desc limit $5 offset $6", *conditions, page.limit, page.offset)
    return count, [Sku(*row) for row in rows]


def _escaped(keyword: str) -> str:
    """The keyword with ILIKE's own signs taken literally."""
    return keyword.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
