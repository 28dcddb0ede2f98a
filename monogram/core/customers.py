"""Customers: who buys, where they live, what they have spent. Known to a store by their e-mail address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from . import addresses, events
from .addresses import Address
from .db import Db
from .errors import NotFound
from .paging import ALWAYS, Page, Span


@dataclass(frozen=True)
class Customer:
    store_id: int
    id: int
    uuid: UUID
    email: str
    phone: str
    first_name: str
    last_name: str
    accepts_marketing: bool
    tags: list[str]
    note: str
    orders_count: int
    total_spent: Decimal  # paid less refunded
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class CustomerAddress:
    id: int
    customer_id: int
    address: Address
    is_default: bool
    created_at: datetime
    updated_at: datetime


COLUMNS = """c.store_id, c.id, c.uuid, c.email, c.phone, c.first_name, c.last_name, c.accepts_marketing, c.tags, c.note,
c.orders_count, c.total_spent, c.created_at, c.updated_at"""


async def meet(
    db: Db, store_id: int, email: str, *, phone: str = "", first_name: str = "", last_name: str = "",
    accepts_marketing: bool | None = None, address: Address | None = None, orders: int = 0, spent: Decimal = Decimal(0),
) -> int | None:
    """The id of the customer with this e-mail address, new or known. What is said anew replaces what was empty; a wish
    about marketing always counts; `orders` and `spent` add to the totals; a new one's address is kept as the
    default. None without an e-mail address to know them by."""
    if not email:
        return None
    row = await db.fetchrow(
        """with met as (
               insert into customers as c (store_id, email, phone, first_name, last_name, accepts_marketing, orders_count,
                                           total_spent)
               values ($1, $2, $3, $4, $5, coalesce($6, false), $7, $8)
               on conflict (store_id, lower(email)) where email <> '' do update set
                   phone = coalesce(nullif(c.phone, ''), excluded.phone),
                   first_name = coalesce(nullif(c.first_name, ''), excluded.first_name),
                   last_name = coalesce(nullif(c.last_name, ''), excluded.last_name),
                   accepts_marketing = coalesce($6, c.accepts_marketing), orders_count = c.orders_count + $7,
                   total_spent = c.total_spent + $8, updated_at = now()
               returning id, xmax = 0 as created
           ), kept as (
               insert into customer_addresses (store_id, customer_id, address, is_default)
               select $1, id, $9, true from met where created and $9::jsonb is not null
           )
           select id, created from met""",
        store_id, email, phone, first_name, last_name, accepts_marketing, orders, spent,
        None if address is None else addresses.stored(address),
    )
    if row["created"]:
        await events.record(db, store_id, "customer.created", "customer", row["id"])
    return row["id"]


async def spend(db: Db, store_id: int, customer_id: int | None, amount: Decimal) -> None:
    """Adds what was paid to a customer's total, or takes away what was given back. Nothing happens without a customer."""
    if customer_id is not None:
        await db.execute(
            "update customers set total_spent = total_spent + $3, updated_at = now() where store_id = $1 and id = $2",
            store_id, customer_id, amount,
        )


async def get(db: Db, store_id: int, customer_id: int | None) -> Customer:
    row = await db.fetchrow(f"select {COLUMNS} from customers c where c.store_id = $1 and c.id = $2", store_id, customer_id)
    if row is None:
        raise NotFound("customer", customer_id)
    return Customer(*row)


async def addresses_of(db: Db, store_id: int, customer_ids: list[int]) -> list[CustomerAddress]:
    """All addresses of these customers, each customer's default first."""
    rows = await db.fetch(
        """select id, customer_id, address, is_default, created_at, updated_at from customer_addresses
           where store_id = $1 and customer_id = any($2) order by customer_id, is_default desc, id""",
        store_id, customer_ids,
    )
    return [CustomerAddress(row[0], row[1], Address(**row[2]), *tuple(row)[3:]) for row in rows]


async def find(
    db: Db, store_id: int, *, ids: list[int] | None = None, email: str = "", created: Span = ALWAYS, updated: Span = ALWAYS,
    page: Page = Page(),
) -> tuple[int, list[Customer]]:
    """Customers of a store, newest first, and how many there are in all. Times are inclusive."""
    where = """where c.store_id = $1 and ($2::bigint[] is null or c.id = any($2))
               and ($3 = '' or lower(c.email) = lower($3))
               and ($4::timestamptz is null or c.created_at >= $4) and ($5::timestamptz is null or c.created_at <= $5)
               and ($6::timestamptz is null or c.updated_at >= $6) and ($7::timestamptz is null or c.updated_at <= $7)"""
    conditions = (store_id, ids, email, *created, *updated)
    count = await db.fetchval(f"select count(*) from customers c {where}", *conditions)
    rows = await db.fetch(
        f"select {COLUMNS} from customers c {where} order by c.created_at desc, c.id desc limit $8 offset $9",
        *conditions, page.limit, page.offset,
    )
    return count, [Customer(*row) for row in rows]
