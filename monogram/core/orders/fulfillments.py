"""Fulfilments: parcels with some of an order's goods. Shipped, then finished when they arrive, or cancelled before that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from .. import events
from ..db import Db
from ..errors import Conflict, Invalid, NotFound
from ..paging import ALWAYS, Page, Span
from . import stock
from .states import locked, note, pay, refresh_fulfillment


@dataclass(frozen=True)
class Fulfillment:
    """`lines`: line id -> quantity in this parcel."""

    store_id: int
    id: int
    uuid: UUID
    order_id: int
    status: str  # waiting, shipped, finished, cancelled
    tracking_company: str
    tracking_number: str
    tracking_company_code: str
    created_at: datetime
    updated_at: datetime
    lines: dict[int, int]


_COLUMNS = """f.store_id, f.id, f.uuid, f.order_id, f.status, f.tracking_company, f.tracking_number, f.tracking_company_code,
f.created_at, f.updated_at"""
_LINES = """(select jsonb_object_agg(l.line_id, l.quantity order by l.id) from fulfillment_lines l
where l.store_id = f.store_id and l.fulfillment_id = f.id) as lines"""


async def ship(
    db: Db, store_id: int, order_id: int, line_ids: list[int], tracking_number: str, *, tracking_company: str = "",
    tracking_company_code: str = "", quantities: dict[int, int] | None = None, actor: str = "system",
) -> int:
    """Sends off what is left of these lines (or the quantities given) and gives the fulfilment's id.
    Raises Invalid for lines that are not the order's or have nothing left to ship, Conflict for an order that is not ready."""
    order = await locked(db, store_id, order_id)
    unpaid = order["financial_status"] in ("waiting", "failed") and order["payment_method"] != "cod"
    if order["status"] != "placed" or unpaid or order["financial_status"] == "refunded":
        raise Conflict("fulfillment", "the order is not ready to be shipped")
    chosen = await _left_of(db, store_id, order_id, line_ids, quantities or {})
    fulfillment_id = await db.fetchval(
        """with f as (
               insert into fulfillments (store_id, order_id, tracking_number, tracking_company, tracking_company_code)
               values ($1, $2, $3, $4, $5) returning store_id, id
           ), l as (
               insert into fulfillment_lines (store_id, fulfillment_id, line_id, quantity)
               select f.store_id, f.id, c.line_id, c.quantity from f, unnest($6::bigint[], $7::int[]) c(line_id, quantity)
           ), s as (
               update order_lines l set shipped = l.shipped + c.quantity, updated_at = now()
               from unnest($6::bigint[], $7::int[]) c(line_id, quantity) where l.store_id = $1 and l.id = c.line_id
           )
           select id from f""",
        store_id, order_id, tracking_number, tracking_company, tracking_company_code, list(chosen), list(chosen.values()),
    )
    await stock.settle(db, store_id, order_id, list(chosen))  # goods that left are sold, paid or not
    await note(db, store_id, order_id, "fulfillment.created", actor, {"fulfillment": fulfillment_id, "number": tracking_number})
    await _tell(db, store_id, order_id)
    return fulfillment_id


async def _left_of(db: Db, store_id: int, order_id: int, line_ids: list[int], quantities: dict[int, int]) -> dict[int, int]:
    rows = await db.fetch(
        """select id, quantity - refunded - shipped as left_over from order_lines
           where store_id = $1 and order_id = $2 and id = any($3) order by id for update""", store_id, order_id, line_ids,
    )
    left = {row["id"]: row["left_over"] for row in rows}
    wrong = {f"lines[{each}]": "is no line of this order" for each in line_ids if each not in left}
    wrong |= {f"lines[{each}]": "has nothing left to ship" for each, count in left.items() if count <= 0}
    wrong |= {
        f"lines[{each}]": f"must be 1 to {left[each]}"
        for each, count in quantities.items()
        if left.get(each, 0) > 0 and not 1 <= count <= left[each]
    }
    if not line_ids:
        wrong["lines"] = "can't be blank"
    if wrong:
        raise Invalid(wrong)
    return {each: quantities.get(each, count) for each, count in left.items()}


async def _tell(db: Db, store_id: int, order_id: int) -> None:
    """The order's state after a parcel moved, and the event that says so."""
    state = await refresh_fulfillment(db, store_id, order_id)
    topics = {"shipped": "order.fulfilled", "partially_shipped": "order.partially_fulfilled", "finished": "order.finished"}
    await events.record(db, store_id, topics.get(state, "order.updated"), "order", order_id)


async def update(
    db: Db, store_id: int, order_id: int, fulfillment_id: int, *, tracking_number: str | None = None,
    tracking_company: str | None = None, tracking_company_code: str | None = None, actor: str = "system",
) -> None:
    """Changes where the parcel can be followed; what is None stays."""
    await locked(db, store_id, order_id)
    done = await db.fetchval(
        """update fulfillments set tracking_number = coalesce($4, tracking_number),
               tracking_company = coalesce($5, tracking_company),
               tracking_company_code = coalesce($6, tracking_company_code), updated_at = now()
           where store_id = $1 and order_id = $2 and id = $3 returning id""",
        store_id, order_id, fulfillment_id, tracking_number, tracking_company, tracking_company_code,
    )
    if done is None:
        raise NotFound("fulfillment", fulfillment_id)
    await note(db, store_id, order_id, "fulfillment.updated", actor, {"fulfillment": fulfillment_id})
    await events.record(db, store_id, "order.updated", "order", order_id)


async def complete(db: Db, store_id: int, order_id: int, fulfillment_id: int, *, actor: str = "system") -> None:
    """The parcel has arrived. When it was the last one of an order paid on delivery, the order is paid with it.
    Raises Conflict for a parcel that is not on its way."""
    order = await _change(db, store_id, order_id, fulfillment_id, ("waiting", "shipped"), "finished")
    await _count_lines(db, store_id, fulfillment_id, finished=1)
    await note(db, store_id, order_id, "fulfillment.finished", actor, {"fulfillment": fulfillment_id})
    state = await refresh_fulfillment(db, store_id, order_id)
    if state == "finished" and order["payment_method"] == "cod":
        await pay(db, store_id, order_id, actor=actor)
    await events.record(db, store_id, "order.finished" if state == "finished" else "order.updated", "order", order_id)


async def cancel(db: Db, store_id: int, order_id: int, fulfillment_id: int, *, actor: str = "system") -> None:
    """The parcel does not go: its goods are to be shipped again, or are for sale again when they were refunded meanwhile.
    Raises Conflict for one that has arrived or is cancelled."""
    await _change(db, store_id, order_id, fulfillment_id, ("waiting", "shipped"), "cancelled")
    unwanted = await _refunded_in(db, store_id, fulfillment_id)
    await _count_lines(db, store_id, fulfillment_id, shipped=-1)
    await stock.take_back(db, store_id, unwanted)
    await note(db, store_id, order_id, "fulfillment.cancelled", actor, {"fulfillment": fulfillment_id})
    await _tell(db, store_id, order_id)


async def _refunded_in(db: Db, store_id: int, fulfillment_id: int) -> dict[int, int]:
    """Of each line in a parcel that was not sent off, the pieces nobody waits for any more."""
    rows = await db.fetch(
        """select l.id, least(f.quantity, l.shipped - (l.quantity - l.refunded)) as unwanted from fulfillment_lines f
           join order_lines l on l.store_id = f.store_id and l.id = f.line_id
           where f.store_id = $1 and f.fulfillment_id = $2""", store_id, fulfillment_id,
    )
    return {row["id"]: row["unwanted"] for row in rows if row["unwanted"] > 0}


async def _count_lines(db: Db, store_id: int, fulfillment_id: int, *, shipped: int = 0, finished: int = 0) -> None:
    """Adds the parcel's quantities, once or taken away, to what its lines say is shipped or finished."""
    await db.execute(
        """update order_lines l set shipped = l.shipped + $3 * f.quantity, finished = l.finished + $4 * f.quantity,
               updated_at = now()
           from fulfillment_lines f
           where f.store_id = $1 and f.fulfillment_id = $2 and l.store_id = $1 and l.id = f.line_id""",
        store_id, fulfillment_id, shipped, finished,
    )


async def _change(
    db: Db, store_id: int, order_id: int, fulfillment_id: int, before: tuple[str, ...], after: str
) -> Record:
    order = await locked(db, store_id, order_id)
    status = await db.fetchval(
        "select status from fulfillments where store_id = $1 and order_id = $2 and id = $3 for update",
        store_id, order_id, fulfillment_id,
    )
    if status is None:
        raise NotFound("fulfillment", fulfillment_id)
    if status not in before:
        raise Conflict("fulfillment", "failed to change fulfillment status")
    await db.execute(
        """update fulfillments set status = $3, updated_at = now(),
               finished_at = case when $3 = 'finished' then now() end, cancelled_at = case when $3 = 'cancelled' then now() end
           where store_id = $1 and id = $2""", store_id, fulfillment_id, after,
    )
    return order


async def find(
    db: Db, store_id: int, order_id: int, *, created: Span = ALWAYS, updated: Span = ALWAYS, page: Page | None = None
) -> tuple[int, list[Fulfillment]]:
    """An order's fulfilments, oldest first, and how many there are in all."""
    where = """where f.store_id = $1 and f.order_id = $2
               and ($3::timestamptz is null or f.created_at >= $3) and ($4::timestamptz is null or f.created_at <= $4)
               and ($5::timestamptz is null or f.updated_at >= $5) and ($6::timestamptz is null or f.updated_at <= $6)"""
    conditions = (store_id, order_id, *created, *updated)
    count = await db.fetchval(f"select count(*) from fulfillments f {where}", *conditions)
    rows = await db.fetch(
        f"select {_COLUMNS}, {_LINES} from fulfillments f {where} order by f.id limit $7 offset $8",
        *conditions, page.limit if page else None, page.offset if page else 0,
    )
    return count, [_fulfillment(row) for row in rows]


async def get(db: Db, store_id: int, order_id: int, fulfillment_id: int | None) -> Fulfillment:
    row = await db.fetchrow(
        f"select {_COLUMNS}, {_LINES} from fulfillments f where f.store_id = $1 and f.order_id = $2 and f.id = $3",
        store_id, order_id, fulfillment_id,
    )
    if row is None:
        raise NotFound("fulfillment", fulfillment_id)
    return _fulfillment(row)


async def of_orders(db: Db, store_id: int, order_ids: list[int]) -> dict[int, list[Fulfillment]]:
    """The fulfilments of many orders, each order's oldest first; orders without any are left out."""
    rows = await db.fetch(
        f"select {_COLUMNS}, {_LINES} from fulfillments f where f.store_id = $1 and f.order_id = any($2) order by f.id",
        store_id, order_ids,
    )
    found: dict[int, list[Fulfillment]] = {}
    for row in rows:
        found.setdefault(row["order_id"], []).append(_fulfillment(row))
    return found


def _fulfillment(row: Record) -> Fulfillment:
    return Fulfillment(*tuple(row)[:-1], {int(line_id): quantity for line_id, quantity in row["lines"].items()})


async def id_of(db: Db, store_id: int, order_id: int, uuid: UUID | None) -> int:
    """The integer key behind a fulfilment's UUID. Raises NotFound."""
    found = await db.fetchval(
        "select id from fulfillments where store_id = $1 and uuid = $2 and order_id = $3", store_id, uuid, order_id
    )
    if found is None:
        raise NotFound("fulfillment", uuid)
    return found
