"""Metafields: values that apps keep with a product, each under a namespace and a name of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from .. import strict_json
from .db import Db
from .errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from .products.rows import Key, MetafieldFields

TYPES = ("string", "integer", "json_string")
LONGEST_NAME, LONGEST_VALUE = 255, 500_000
_COLUMNS = "id, uuid, namespace, key, value, value_type, description, created_at, updated_at"


@dataclass(frozen=True)
class Metafield:
    id: int
    uuid: UUID
    namespace: str
    name: str
    value: str  # as text, whatever its type
    value_type: str  # one of TYPES
    description: str
    created_at: datetime
    updated_at: datetime


async def of_product(db: Db, store_id: int, product_id: int) -> list[Metafield]:
    """All metafields of a product, oldest first."""
    rows = await db.fetch(
        f"select {_COLUMNS} from metafields where store_id = $1 and product_id = $2 order by created_at, id",
        store_id, product_id,
    )
    return [Metafield(*row) for row in rows]


async def count(db: Db, store_id: int, product_id: int) -> int:
    return await db.fetchval("select count(*) from metafields where store_id = $1 and product_id = $2", store_id, product_id)


async def get(db: Db, store_id: int, product_id: int, key: Key) -> Metafield:
    """One metafield of the product. Raises NotFound."""
    column = "uuid" if isinstance(key, UUID) else "id"
    row = key and await db.fetchrow(
        f"select {_COLUMNS} from metafields where store_id = $1 and product_id = $2 and {column} = $3",
        store_id, product_id, key,
    )
    if row is None:
        raise NotFound("metafield", key)
    return Metafield(*row)


async def put(db: Db, store_id: int, product_id: int, fields: MetafieldFields) -> Metafield:
    """Adds a metafield, or changes the one of this namespace and name. Raises Invalid."""
    _check(fields)
    metafield_id = await db.fetchval(
        """insert into metafields as m (store_id, product_id, namespace, key, value, value_type, description)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (store_id, product_id, namespace, key) do update set
               value = excluded.value, value_type = excluded.value_type,
               description = case when $8 then excluded.description else m.description end, updated_at = now()
           returning id""",
        store_id, product_id, fields["namespace"], fields["name"], fields["value"], fields["value_type"],
        fields.get("description", ""), "description" in fields,
    )
    return await get(db, store_id, product_id, metafield_id)


async def update(db: Db, store_id: int, product_id: int, key: Key, fields: MetafieldFields) -> Metafield:
    """Changes what is said of one metafield. Raises NotFound, Invalid, and Conflict when another has the namespace and name."""
    before = await get(db, store_id, product_id, key)
    now: MetafieldFields = {
        "namespace": before.namespace, "name": before.name, "value": before.value, "value_type": before.value_type,
        "description": before.description, **fields,
    }  # fmt: skip
    _check(now)
    try:
        async with db.transaction():
            await db.execute(
                """update metafields set namespace = $3, key = $4, value = $5, value_type = $6, description = $7,
                                         updated_at = now() where store_id = $1 and id = $2""",
                store_id, before.id, now["namespace"], now["name"], now["value"], now["value_type"], now["description"],
            )
    except asyncpg.UniqueViolationError:
        raise Conflict("metafield", "another metafield has this namespace and key") from None
    return await get(db, store_id, product_id, before.id)


async def delete(db: Db, store_id: int, product_id: int, key: Key) -> None:
    """Raises NotFound."""
    found = await get(db, store_id, product_id, key)
    await db.execute("delete from metafields where store_id = $1 and id = $2", store_id, found.id)


async def merge(db: Db, store_id: int, product_id: int, sent: list[MetafieldFields]) -> None:
    """Adds or changes metafields with a product; none goes. A key that is not the product's counts as none."""
    for fields in sent:
        try:
            found = await get(db, store_id, product_id, fields.get("key"))
        except NotFound:
            await put(db, store_id, product_id, fields)
        else:
            await update(db, store_id, product_id, found.id, fields)


def faults(sent: list[MetafieldFields]) -> dict[str, str]:
    """What is wrong with metafields that come with a product, by path."""
    return {f"metafields[{place}].{name}": text for place, fields in enumerate(sent) for name, text in _faults(fields).items()}


def _check(fields: MetafieldFields) -> None:
    if found := _faults(fields):
        raise Invalid(found)


def _faults(fields: MetafieldFields) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("namespace", "name", "value_type"):
        if not fields.get(name):
            found[name] = "can't be blank"
        elif len(fields[name]) > LONGEST_NAME:
            found[name] = f"is too long (maximum is {LONGEST_NAME})"
    value, kind = fields.get("value"), fields.get("value_type")
    if value is None:
        found["value"] = "can't be blank"
    elif len(value) > LONGEST_VALUE:
        found["value"] = f"is too long (maximum is {LONGEST_VALUE})"
    elif not _fits(value, kind):
        found["value"] = "is invalid"
    if kind and kind not in TYPES:
        found["value_type"] = "is not included in the list"
    return found


def _fits(value: str, kind: str | None) -> bool:
    if kind == "integer":
        return re.fullmatch(r"\s*[+-]?[0-9]+\s*", value) is not None
    if kind == "json_string":
        try:
            strict_json.loads(value)
        except Invalid:
            return False
    return True
