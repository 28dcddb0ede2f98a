"""What can become of an order: paid, failed, cancelled, refunded, changed, deleted. Each verb locks the order's row first,
then decides, so that two at once come one after the other; each leaves a line of history and an event."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from asyncpg import Record

from .. import addresses, customers, events, money
from ..addresses import Address
from ..db import Db
from ..errors import Conflict, Invalid, NotFound
from . import stock

LONGEST_NOTE = 200  # characters, Shoplazza line 900

_HEAD = """o.id, o.status, o.financial_status, o.fulfillment_status, o.payment_method, o.customer_id, o.currency, o.total_price,
o.total_refunded, o.shipping_address"""


async def locked(db: Db, store_id: int, order_id: int | None) -> Record:
    """The order's states and money, its row locked. Raises NotFound, also for a deleted one."""
    row = await db.fetchrow(
        f"select {_HEAD} from orders o where o.store_id = $1 and o.id = $2 and o.deleted_at is null for update",
        store_id, order_id,
    )
    if row is None:
        raise NotFound("order", order_id)
    return row


async def _set(db: Db, store_id: int, order_id: int, event: str, actor: str, facts: Mapping[str, Any] | None = None,
               **columns: Any) -> None:
    """Writes columns and the line of history that goes with them."""
    names = list(columns)
    assignments = ", ".join(f"{name} = ${index}" for index, name in enumerate(names, 3))
    await db.execute(
        f"update orders set {assignments}, updated_at = now() where store_id = $1 and id = $2", store_id, order_id,
        *columns.values(),
    )
    await note(db, store_id, order_id, event, actor, facts)


async def note(db: Db, store_id: int, order_id: int, event: str, actor: str, facts: Mapping[str, Any] | None = None) -> None:
    """A line of the order's history."""
    await db.execute(
        "insert into order_history (store_id, order_id, event, actor, facts) values ($1, $2, $3, $4, $5)",
        store_id, order_id, event, actor, dict(facts or {}),
    )


async def pay(db: Db, store_id: int, order_id: int, payment: Mapping[str, str] | None = None, *, actor: str = "system") -> None:
    """The money is in. `payment`: {id, merchant, account, company}. Paying a paid order changes nothing.
    Raises Conflict for an order that is cancelled."""
    order = await locked(db, store_id, order_id)
    if order["financial_status"] in ("paid", "partially_refunded", "refunded"):
        return
    if order["status"] == "cancelled":
        raise Conflict("order", "is cancelled")
    await db.execute(
        """update orders set financial_status = 'paid', paid_at = now(), updated_at = now(), payment = $3,
               status = case when fulfillment_status = 'finished' then 'finished' else 'placed' end,
               finished_at = case when fulfillment_status = 'finished' then now() end,
               placed_at = coalesce(placed_at, now()),
               fulfillment_status = case when fulfillment_status = 'initialled' then 'waiting' else fulfillment_status end
           where store_id = $1 and id = $2""",
        store_id, order_id, dict(payment or {}),
    )
    await note(db, store_id, order_id, "order.paid", actor)
    await stock.settle(db, store_id, order_id)
    await customers.spend(db, store_id, order["customer_id"], order["total_price"])
    await events.record(db, store_id, "order.paid", "order", order_id)


async def fail_payment(db: Db, store_id: int, order_id: int, reason: str = "", *, actor: str = "system") -> None:
    """The payment was refused; the shopper may try again, so the goods stay theirs until the order is cancelled."""
    order = await locked(db, store_id, order_id)
    if order["status"] != "opened":
        raise Conflict("order", "does not wait for a payment")
    await _set(db, store_id, order_id, "order.payment_failed", actor, {"reason": reason}, financial_status="failed")
    await events.record(db, store_id, "order.updated", "order", order_id)


async def cancel(db: Db, store_id: int, order_id: int, reason: str = "", *, actor: str = "system") -> None:
    """Ends an order of which nothing was shipped. Its stock is free again; what was paid stays paid until it is refunded.
    Raises Conflict for one that is finished, cancelled, or on its way."""
    order = await locked(db, store_id, order_id)
    if order["status"] not in ("opened", "placed") or order["fulfillment_status"] not in ("initialled", "waiting"):
        raise Conflict("order", "cannot be cancelled in this state")
    waiting = order["financial_status"] in ("waiting", "failed")
    await db.execute(
        """update orders set status = 'cancelled', fulfillment_status = 'cancelled', cancelled_at = now(), cancel_reason = $3,
               financial_status = case when $4 then 'cancelled' else financial_status end, updated_at = now()
           where store_id = $1 and id = $2""",
        store_id, order_id, reason or None, waiting,
    )
    await note(db, store_id, order_id, "order.cancelled", actor, {"reason": reason})
    await stock.release(db, store_id, order_id)
    unshipped = await db.fetch(
        "select id, quantity - refunded as quantity from order_lines where store_id = $1 and order_id = $2", store_id, order_id
    )
    await stock.take_back(db, store_id, {row["id"]: row["quantity"] for row in unshipped})
    await events.record(db, store_id, "order.cancelled", "order", order_id)


async def refund(
    db: Db, store_id: int, order_id: int, lines: Mapping[int, int] | None = None, amount: Decimal | None = None,
    reason: str = "", *, actor: str = "system",
) -> Decimal:
    """Gives money back: all that is left, or the lines' (line id -> quantity) worth, or `amount`. Goods that were not
    shipped go back on the shelf. Gives what was refunded. Raises Conflict when there is nothing left to refund,
    Invalid for more than there is."""
    order = await locked(db, store_id, order_id)
    left = order["total_price"] - order["total_refunded"]
    if order["financial_status"] not in ("paid", "partially_refunded"):
        raise Conflict("refund", "the order is not paid")
    rows = await db.fetch(
        """select id, quantity, shipped, refunded, total + tax as worth, refund_amount from order_lines
           where store_id = $1 and order_id = $2 order by position""", store_id, order_id,
    )
    quantities = _refundable(rows, lines)
    worths = {row["id"]: _worth(row, quantities.get(row["id"], 0), order["currency"]) for row in rows}
    whole = lines is None and amount is None
    paid_back = left if whole else min(sum(worths.values(), money.ZERO), left) if amount is None else amount
    if not 0 <= paid_back <= left:
        raise Invalid({"amount": f"must be between 0 and {left:f}"})
    await _write_refund(db, store_id, order, rows, quantities, worths, paid_back, reason)
    await note(db, store_id, order_id, "order.refunded", actor, {"amount": str(paid_back), "reason": reason})
    await customers.spend(db, store_id, order["customer_id"], -paid_back)
    await events.record(db, store_id, "order.refunded", "order", order_id)
    return paid_back


def _refundable(rows: list[Record], lines: Mapping[int, int] | None) -> dict[int, int]:
    """How many of each line are refunded. With no lines named: all that are left of each."""
    left = {row["id"]: row["quantity"] - row["refunded"] for row in rows}
    if lines is None:
        return left
    wrong = {
        f"lines[{line_id}]": f"must be 1 to {left.get(line_id, 0)}" if left.get(line_id) else "is no line that can be refunded"
        for line_id, quantity in lines.items()
        if not 1 <= quantity <= left.get(line_id, 0)
    }
    if wrong:
        raise Invalid(wrong)
    return dict(lines)


def _worth(row: Record, quantity: int, currency: str) -> Decimal:
    """What a part of a line is worth. The last part takes what rounding left, so that parts add up to the whole."""
    if quantity == row["quantity"] - row["refunded"]:
        return row["worth"] - row["refund_amount"]
    return money.rounded(row["worth"] * quantity / row["quantity"], currency)


async def _write_refund(
    db: Db, store_id: int, order: Record, rows: list[Record], quantities: dict[int, int], worths: dict[int, Decimal],
    paid_back: Decimal, reason: str,
) -> None:
    # what was shipped is not here; of the rest, the part that is refunded goes back on the shelf
    restocked = {
        row["id"]: min(quantities.get(row["id"], 0), max(row["quantity"] - row["refunded"] - row["shipped"], 0)) for row in rows
    }
    refunded = [row["id"] for row in rows if quantities.get(row["id"])]
    await db.execute(
        """update order_lines l set refunded = l.refunded + r.quantity, refund_amount = l.refund_amount + r.amount,
               updated_at = now()
           from unnest($3::bigint[], $4::int[], $5::numeric[]) r(id, quantity, amount)
           where l.store_id = $1 and l.order_id = $2 and l.id = r.id""",
        store_id, order["id"], refunded, [quantities[each] for each in refunded], [worths[each] for each in refunded],
    )
    total = order["total_refunded"] + paid_back
    everything = total >= order["total_price"]
    await db.execute(
        """with r as (insert into refunds (store_id, order_id, amount, reason, lines) values ($1, $2, $3, $4, $5))
           update orders set total_refunded = $6, financial_status = $7, updated_at = now() where store_id = $1 and id = $2""",
        store_id, order["id"], paid_back, reason,
        [{"line_id": each, "quantity": quantities[each], "amount": str(worths[each]), "restocked": restocked[each]}
         for each in refunded],
        total, "refunded" if everything else "partially_refunded",
    )  # fmt: skip
    if order["status"] != "cancelled":  # a cancelled order's goods are on the shelf already
        await stock.take_back(db, store_id, restocked)
        await refresh_fulfillment(db, store_id, order["id"])


# Where an order stands follows from its lines: what is left to ship, what is on its way, what has arrived.
_REFRESH = """
with l as (
    select sum(quantity - refunded) as due, sum(shipped) as shipped, sum(finished) as finished,
           sum(greatest(quantity - refunded - shipped, 0)) as left_over
    from order_lines where store_id = $1 and order_id = $2
), n as (
    select case when shipped = 0 and due = 0 then 'cancelled'
                when shipped = 0 then 'waiting'
                when finished > 0 and finished = shipped and left_over = 0 then 'finished'
                when finished > 0 then 'partially_finished'
                when left_over = 0 then 'shipped'
                else 'partially_shipped' end as status
    from l
)
update orders o set fulfillment_status = n.status, updated_at = now(),
    status = case when n.status = 'finished' and financial_status not in ('waiting', 'failed') then 'finished'
                  else 'placed' end,
    finished_at = case when n.status = 'finished' and financial_status not in ('waiting', 'failed') then now() end
from n where o.store_id = $1 and o.id = $2 and o.status in ('placed', 'finished')
returning n.status
"""


async def refresh_fulfillment(db: Db, store_id: int, order_id: int) -> str | None:
    """Works out the order's fulfilment state from its lines; None for an order that is not being fulfilled."""
    return await db.fetchval(_REFRESH, store_id, order_id)


async def update(
    db: Db, store_id: int, order_id: int, *, note: str | None = None, tags: list[str] | None = None,
    buyer_accepts_marketing: bool | None = None, shipping_address: Mapping[str, Any] | None = None, actor: str = "system",
) -> None:
    """Changes what is given and nothing else; of the address, only the fields given. Raises Invalid for a long note."""
    if note is not None and len(note) > LONGEST_NOTE:
        raise Invalid({"note": f"is too long (maximum is {LONGEST_NOTE} characters)"})
    order = await locked(db, store_id, order_id)
    changes: dict[str, Any] = {"note": note, "tags": tags, "buyer_accepts_marketing": buyer_accepts_marketing}
    if shipping_address:
        before = addresses.read(order["shipping_address"]) or Address()
        changes["shipping_address"] = addresses.stored(addresses.changed(before, dict(shipping_address)))
    changes = {name: value for name, value in changes.items() if value is not None}
    if not changes:
        return
    await _set(db, store_id, order_id, "order.updated", actor, {"changed": sorted(changes)}, **changes)
    await events.record(db, store_id, "order.updated", "order", order_id)


async def delete(db: Db, store_id: int, order_id: int, *, actor: str = "system") -> None:
    """Takes away an order that was cancelled or never placed; the row stays for the books.
    Raises Conflict for one that is being carried out or was finished."""
    order = await locked(db, store_id, order_id)
    if order["status"] not in ("opened", "cancelled"):
        raise Conflict("order", "cannot delete order in this state")
    await stock.release(db, store_id, order_id)
    await db.execute(
        "update orders set deleted_at = now(), updated_at = now() where store_id = $1 and id = $2", store_id, order_id
    )
    await note(db, store_id, order_id, "order.deleted", actor)
    await events.record(db, store_id, "order.deleted", "order", order_id)
