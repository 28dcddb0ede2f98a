"""Stores: the shops of a merchant. Everything a shop holds is keyed by its store first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

import asyncpg

from . import events
from .db import Db
from .errors import Conflict, Invalid, NotFound

_COLUMNS = "id, merchant_id, slug, name, created_at"


@dataclass(frozen=True)
class Store:
    id: int
    merchant_id: int
    slug: str  # the first label of the shop's host name
    name: str
    created_at: datetime


async def create(db: Db, merchant_id: int, slug: str, name: str) -> Store:
    """Raises Invalid for a slug that cannot be a host label, Conflict for one that is taken."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", slug):
        raise Invalid({"slug": "must be lower-case letters, digits and inner hyphens, at most 63"})
    try:
        async with db.transaction():
            row = await db.fetchrow(
                f"insert into stores (merchant_id, slug, name) values ($1, $2, $3) returning {_COLUMNS}",
                merchant_id, slug, name,
            )
    except asyncpg.UniqueViolationError:
        raise Conflict("store", f"the slug {slug!r} is taken") from None
    return Store(*row)


async def get(db: Db, merchant_id: int, store_id: int | None) -> Store:
    """A merchant's own store; NotFound for any other."""
    row = await db.fetchrow(f"select {_COLUMNS} from stores where id = $1 and merchant_id = $2", store_id, merchant_id)
    if row is None:
        raise NotFound("store", store_id)
    return Store(*row)


async def get_public(db: Db, store_id: int | None) -> Store:
    """A store as a shopper's page names it; NotFound if there is none."""
    row = await db.fetchrow(f"select {_COLUMNS} from stores where id = $1", store_id)
    if row is None:
        raise NotFound("store", store_id)
    return Store(*row)


async def by_slug(db: Db, slug: str) -> Store | None:
    """The store that a host or an address names; None if there is none."""
    row = await db.fetchrow(f"select {_COLUMNS} from stores where slug = $1", slug.lower())
    return None if row is None else Store(*row)


_DETAILS = """id, slug, name, email, customer_email, domain, owner, account, phone, address1, address2, city, zip,
province_code, country_code, company, legal_person, category, currency, time_zone, locale, icon, created_at, updated_at"""


@dataclass(frozen=True)
class StoreDetails:
    """Everything a shop says of itself. `time_zone` is a name of the IANA database, `icon` an address."""

    id: int
    slug: str
    name: str
    email: str
    customer_email: str
    domain: str  # its own; empty when it has none
    owner: str
    account: str
    phone: str
    address1: str
    address2: str
    city: str
    zip: str
    province_code: str
    country_code: str
    company: str
    legal_person: str
    category: str
    currency: str
    time_zone: str
    locale: str
    icon: str
    created_at: datetime
    updated_at: datetime


_SAID = {field.name for field in fields(StoreDetails)} - {"id", "slug", "created_at", "updated_at"}


async def details(db: Db, store_id: int) -> StoreDetails:
    row = await db.fetchrow(f"select {_DETAILS} from stores where id = $1", store_id)
    if row is None:
        raise NotFound("store", store_id)
    return StoreDetails(*row)


async def describe(db: Db, store_id: int, says: Mapping[str, str]) -> None:
    """Changes what a shop says of itself: fields of StoreDetails that are text. Raises Invalid for another name, NotFound."""
    if strange := sorted(set(says) - _SAID):
        raise Invalid(dict.fromkeys(strange, "is nothing that a shop says of itself"))
    sets = "".join(f", {name} = ${place}" for place, name in enumerate(says, 2))
    done = await db.fetchval(f"update stores set updated_at = now(){sets} where id = $1 returning id", store_id, *says.values())
    if done is None:
        raise NotFound("store", store_id)
    await events.record(db, store_id, "store.updated", "store", store_id)


async def ids_of(db: Db, merchant_id: int) -> list[int]:
    return [row["id"] for row in await db.fetch("select id from stores where merchant_id = $1 order by id", merchant_id)]
