"""Stock. Each change is one guarded statement, so that no order of events can sell what is not there, and one row of the
ledger; locks are taken products first, both by id, so that no two verbs wait for each other.

available: may be sold; locked: promised to orders that are not paid; sold: paid for or shipped. The three add up to what
was ever put in. Variants that are not tracked are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from . import events
from .db import Db
from .errors import Conflict, NotFound


@dataclass(frozen=True)
class Reserved:
    """A variant as it was sold: what an order line writes down of it."""

    variant_id: int
    variant_uuid: UUID
    product_id: int
    product_uuid: UUID
    tracked: bool
    product_title: str
    variant_title: str
    sku: str
    price: Decimal
    compare_at_price: Decimal | None
    weight: Decimal
    weight_unit: str
    vendor: str
    handle: str
    image: str
    taxable: bool
    requires_shipping: bool
    option_names: list[str]
    option_values: list[str]


# The products' rows come first, then the variants', each by id: every verb that changes stock locks in this order.
_RESERVE = """
with wanted as (
    select w.id, sum(w.quantity)::int as quantity
    from unnest($2::bigint[], $3::int[]) w(id, quantity) group by w.id
), products_ as (
    select p.* from products p
    where p.store_id = $1 and p.id in (select v.product_id from variants v join wanted w on v.store_id = $1 and v.id = w.id)
    order by p.id for no key update
), marked as (
    update products p set version = p.version + 1 from products_ l where p.store_id = $1 and p.id = l.id
    returning p.id, p.uuid, p.title, p.vendor, p.handle, p.taxable, p.requires_shipping, p.hides_when_sold_out
), locked as (
    select v.id, m.id as product_id, m.uuid as product_uuid, m.title as product_title, m.vendor, m.handle, m.taxable,
           m.requires_shipping, m.hides_when_sold_out
    from marked m join variants v on v.store_id = $1 and v.product_id = m.id join wanted w on w.id = v.id
    order by v.id for update of v
), taken as (
    update variants v set available = v.available - case when v.tracked then w.quantity else 0 end,
                          locked = v.locked + case when v.tracked then w.quantity else 0 end
    from locked l join wanted w on w.id = l.id
    where v.store_id = $1 and v.id = l.id and (not v.tracked or v.oversells or v.available >= w.quantity)
    returning v.*, w.quantity as wanted, l.product_uuid, l.product_title, l.vendor, l.handle, l.taxable, l.requires_shipping,
              l.hides_when_sold_out
)
select t.id, t.uuid, t.product_id, t.product_uuid, t.tracked, t.product_title, t.title, t.sku, t.price, t.compare_at_price,
       t.weight, t.weight_unit, t.vendor, t.handle,
       coalesce((select i.src from product_images i where i.store_id = $1 and i.id = t.image_id),
                (select i.src from product_images i where i.store_id = $1 and i.product_id = t.product_id
                 order by i.position limit 1), '') as image,
       t.taxable, t.requires_shipping,
       array(select o.name from product_options o where o.store_id = $1 and o.product_id = t.product_id order by o.position)
           as option_names,
       array_remove(array[t.option1, t.option2, t.option3], '') as option_values,
       t.hides_when_sold_out and t.tracked and t.available <= 0 as may_hide
from taken t
"""


async def reserve(db: Db, store_id: int, wanted: list[tuple[int, int]]) -> dict[int, Reserved]:
    """Takes stock for (variant id, quantity) pairs: available becomes locked. Gives each variant as it is sold.
    Raises NotFound for a variant that is not of this store, Conflict naming each that has too little left."""
    rows = await db.fetch(_RESERVE, store_id, [each for each, _ in wanted], [quantity for _, quantity in wanted])
    taken = {row["id"]: Reserved(*tuple(row)[:-1]) for row in rows}
    if missing := {each for each, _ in wanted} - set(taken):
        found = await db.fetch(
            "select id, title, sku from variants where store_id = $1 and id = any($2)", store_id, list(missing)
        )
        if unknown := missing - {row["id"] for row in found}:
            raise NotFound("variant", min(unknown))
        raise Conflict("stock", "too little left of " + ", ".join(sorted(row["sku"] or row["title"] for row in found)))
    await hide_sold_out(db, store_id, {row["product_id"] for row in rows if row["may_hide"]})
    return taken


async def hide_sold_out(db: Db, store_id: int, product_ids: Iterable[int]) -> None:
    """Unpublishes those of the products that hide when sold out and now are. Once: a hidden product is not hidden again."""
    for product_id in await unpublish_sold_out(db, store_id, product_ids):
        await events.record(db, store_id, "product.updated", "product", product_id)


async def unpublish_sold_out(db: Db, store_id: int, product_ids: Iterable[int]) -> list[int]:
    """The same without the event, for a verb that records one of its own. Gives those it unpublished."""
    if not (product_ids := sorted(product_ids)):
        return []
    hidden = await db.fetch(
        """update products p set published_at = null, updated_at = now(), version = version + 1
           where store_id = $1 and id = any($2) and hides_when_sold_out and published_at is not null
             and exists (select from variants v where v.store_id = $1 and v.product_id = p.id and v.tracked)
             and not exists (select from variants v where v.store_id = $1 and v.product_id = p.id
                             and (v.available > 0 or not v.tracked))
           returning id""",
        store_id, product_ids,
    )
    return [row["id"] for row in hidden]


# One shape for the three ways stock moves for an order's line; the ledger row and the variant change in one statement.
_MOVE = """
with moves as (
    select m.variant_id, m.line_id, m.available, m.locked, m.sold
    from unnest($2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::int[]) m(variant_id, line_id, available, locked, sold)
), products_ as (
    select p.id from products p where p.store_id = $1 and p.id in (
        select v.product_id from variants v where v.store_id = $1 and v.id in (select variant_id from moves))
    order by p.id for no key update
), marked as (
    update products p set version = p.version + 1 from products_ l where p.store_id = $1 and p.id = l.id returning p.id
), locked as (
    select v.id from marked m join variants v on v.store_id = $1 and v.product_id = m.id
    where v.id in (select variant_id from moves) order by v.id for update of v
), sums as (
    select variant_id, sum(available)::int as available, sum(locked)::int as locked, sum(sold)::int as sold
    from moves group by variant_id
), changed as (
    update variants v set available = v.available + s.available, locked = v.locked + s.locked, sold = v.sold + s.sold
    from locked l join sums s on s.variant_id = l.id where v.store_id = $1 and v.id = l.id
    returning v.id
), noted as (
    insert into stock_movements (store_id, variant_id, order_line_id, reason, available, locked, sold)
    select $1, m.variant_id, m.line_id, $7, m.available, m.locked, m.sold from moves m
    join changed c on c.id = m.variant_id
    returning 1
)
select count(*) from noted
"""


@dataclass(frozen=True)
class Move:
    """What one order line does to its variant's stock."""

    variant_id: int
    line_id: int
    available: int = 0
    locked: int = 0
    sold: int = 0


def sell(variant_id: int, line_id: int, quantity: int) -> Move:
    """Locked becomes sold: the line was paid for, or shipped before it is paid."""
    return Move(variant_id, line_id, locked=-quantity, sold=quantity)


def release(variant_id: int, line_id: int, quantity: int) -> Move:
    """Locked becomes available again: the order was cancelled before it was paid."""
    return Move(variant_id, line_id, available=quantity, locked=-quantity)


def take_back(variant_id: int, line_id: int, quantity: int) -> Move:
    """Sold becomes available again: refunded or cancelled, and the goods are here."""
    return Move(variant_id, line_id, available=quantity, sold=-quantity)


async def move(db: Db, store_id: int, reason: str, moves: list[Move]) -> None:
    """Carries out the moves and writes them in the ledger. A variant that was deleted meanwhile has no stock to move."""
    if moves:
        await db.execute(
            _MOVE, store_id, [each.variant_id for each in moves], [each.line_id for each in moves],
            [each.available for each in moves], [each.locked for each in moves], [each.sold for each in moves], reason,
        )


async def adjust(db: Db, store_id: int, available: dict[int, int]) -> None:
    """Sets what may be sold (variant id -> count) and writes the differences in the ledger. The caller holds the locks of
    the products. Raises Conflict for less than nothing of a variant that may not oversell."""
    below = [variant_id for variant_id, count in available.items() if count < 0]
    if below and await db.fetchval(
        "select exists (select from variants where store_id = $1 and id = any($2) and tracked and not oversells)",
        store_id, below,
    ):
        raise Conflict("stock", "cannot be less than nothing")
    await db.execute(
        """with wanted as (select * from unnest($2::bigint[], $3::int[]) w(id, available)
           ), before as (
               select v.id, v.available from variants v join wanted w on w.id = v.id
               where v.store_id = $1 order by v.id for update of v
           ), changed as (
               update variants v set available = w.available
               from wanted w join before b on b.id = w.id where v.store_id = $1 and v.id = w.id
               returning v.id, w.available - b.available as difference
           )
           insert into stock_movements (store_id, variant_id, reason, available, locked, sold)
           select $1, id, 'adjusted', difference, 0, 0 from changed where difference <> 0""",
        store_id, list(available), list(available.values()),
    )
