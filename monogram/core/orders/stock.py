"""What an order does to stock after it was placed: its locked goods are sold, given free, or taken back."""

from __future__ import annotations

from .. import inventory
from ..db import Db


async def settle(db: Db, store_id: int, order_id: int, line_ids: list[int] | None = None) -> None:
    """Sells what is locked for the order's lines (all, or only these): they were paid for, or shipped before it."""
    await _end_reservation(db, store_id, order_id, line_ids, "sold", inventory.sell)


async def release(db: Db, store_id: int, order_id: int) -> None:
    """Gives free what is still locked for the order."""
    await _end_reservation(db, store_id, order_id, None, "released", inventory.release)


async def _end_reservation(db: Db, store_id: int, order_id: int, line_ids: list[int] | None, reason: str, make) -> None:
    rows = await db.fetch(
        """with held as (select id, variant_id, reserved from order_lines
                         where store_id = $1 and order_id = $2 and reserved > 0 and ($3::bigint[] is null or id = any($3))
                         order by id for update)
           update order_lines l set reserved = 0 from held h where l.store_id = $1 and l.id = h.id
           returning h.variant_id, h.id, h.reserved""",
        store_id, order_id, line_ids,
    )
    await inventory.move(db, store_id, reason, [make(*row) for row in rows])


async def take_back(db: Db, store_id: int, quantities: dict[int, int]) -> None:
    """Puts sold goods of order lines (line id -> quantity) back on the shelf, as far as stock was counted for them."""
    rows = await db.fetch(
        """select l.id, l.variant_id, coalesce(sum(m.sold), 0)::int as sold from order_lines l
           join stock_movements m on m.store_id = l.store_id and m.order_line_id = l.id
           where l.store_id = $1 and l.id = any($2) group by l.id, l.variant_id""",
        store_id, list(quantities),
    )
    moves = [
        inventory.take_back(row["variant_id"], row["id"], min(quantities[row["id"]], row["sold"]))
        for row in rows
        if row["sold"] > 0 and quantities[row["id"]] > 0
    ]
    await inventory.move(db, store_id, "returned", moves)
