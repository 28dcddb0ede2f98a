"""32 clients on connections of their own do everything to the same few goods and orders at once; then the books are read.

MONOGRAM_CLIENT_SECONDS says for how long (4 unless said).
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from decimal import Decimal

import pytest

from monogram.core import db as core_db
from monogram.core import orders, products
from monogram.core.errors import Conflict, Failure, Invalid, NotFound
from monogram.core.orders import Checkout, CheckoutLine, fulfillments
from tests.shops import open_shop
from tests.stock import put_product

CLIENTS = 32
SECONDS = float(os.environ.get("MONOGRAM_CLIENT_SECONDS") or 4)
EMAILS = ("ada@example.com", "bob@example.com", "")


@pytest.fixture
async def wide(cluster):
    """A database of its own, so that its count of deadlocks is ours, with a connection for each client."""
    async with await core_db.connect(cluster.new_database(), smallest=CLIENTS, largest=CLIENTS) as pool:
        yield pool


class Client:
    """Does one thing after the other; what is refused is counted, anything else is a fault."""

    def __init__(self, pool, store: int, variants: list[int], placed: list[int], seed: str, done: Counter):
        self.pool, self.store, self.variants, self.placed, self.done = pool, store, variants, placed, done
        self.random = random.Random(seed)

    async def run(self, until: float) -> None:
        verbs = {"place": 5, "pay": 4, "ship": 4, "end": 3, "refund": 2, "cancel": 2, "delete": 1, "fail": 1, "stock": 1}
        while time.monotonic() < until:
            (verb,) = self.random.choices(list(verbs), list(verbs.values()))
            if verb not in ("place", "stock") and not self.placed:
                continue
            try:
                async with self.pool.acquire() as db, db.transaction():
                    await getattr(self, verb)(db)
                self.done[verb] += 1
            except (Conflict, Invalid, NotFound) as refusal:
                self.done[verb, type(refusal).__name__] += 1

    def order(self) -> int:
        return self.random.choice(self.placed[-12:])

    async def place(self, db) -> None:
        # in any order of lines: the locks' order must not depend on it
        wanted = [CheckoutLine(self.random.choice(self.variants), self.random.randint(1, 2)) for _ in range(3)]
        method = self.random.choice(["online", "cod", "none"])
        checkout = Checkout(tuple(wanted), email=self.random.choice(EMAILS), payment_method=method)
        made = await orders.place(db, self.store, checkout)
        self.placed.append(made.id)  # known before its commit, as a gateway may be

    async def pay(self, db) -> None:
        await orders.pay(db, self.store, self.order())

    async def fail(self, db) -> None:
        await orders.fail_payment(db, self.store, self.order())

    async def cancel(self, db) -> None:
        await orders.cancel(db, self.store, self.order())

    async def delete(self, db) -> None:
        await orders.delete(db, self.store, self.order())

    async def refund(self, db) -> None:
        order = await orders.show(db, self.store, self.order())
        line = self.random.choice(order.lines)
        await orders.refund(db, self.store, order.order.id, self.random.choice([None, {line.id: 1}]))

    async def ship(self, db) -> None:
        order = await orders.show(db, self.store, self.order())
        line = self.random.choice(order.lines)
        await fulfillments.ship(db, self.store, order.order.id, [line.id], "1Z")

    async def end(self, db) -> None:
        order = self.order()
        _, parcels = await fulfillments.find(db, self.store, order)
        if parcels:
            verb = self.random.choice([fulfillments.complete, fulfillments.complete, fulfillments.cancel])
            await verb(db, self.store, order, self.random.choice(parcels).id)

    async def stock(self, db) -> None:
        count = self.random.randint(0, 30)
        await products.update_variant(db, self.store, self.random.choice(self.variants), {"available": count})


# What each variant's books must say by its orders' lines, beside what they say.
BOOKS = """
with held as (
    select l.variant_id, l.reserved,
           case when o.status = 'cancelled' or o.deleted_at is not null then 0
                else greatest(l.quantity - l.refunded, l.shipped) end as pieces
    from order_lines l join orders o on o.store_id = l.store_id and o.id = l.order_id
), wanted as (
    select variant_id, sum(pieces) as pieces, sum(reserved) as locked from held group by variant_id
), ledger as (
    select variant_id, sum(available) as available, sum(locked) as locked, sum(sold) as sold,
           coalesce(sum(available) filter (where reason = 'adjusted'), 0) as adjusted
    from stock_movements group by variant_id
)
select v.available, v.locked, v.sold, v.oversells, w.pieces, w.locked as promised,
       g.available as moved, g.locked as ledger_locked, g.sold as ledger_sold, g.adjusted
from variants v join wanted w on w.variant_id = v.id join ledger g on g.variant_id = v.id
"""
SPENT = """
select c.orders_count, c.total_spent, (select count(*) from orders o where o.customer_id = c.id) as orders,
       (select coalesce(sum(total_price - total_refunded), 0) from orders o where o.customer_id = c.id
        and o.financial_status in ('paid', 'partially_refunded', 'refunded')) as spent
from customers c
"""
BEGAN = 60


async def test_thirty_two_clients_leave_exact_books(wide):
    async with wide.acquire() as db, db.transaction():
        store = (await open_shop(db)).store_id
        kinds = ({}, {}, {"oversells": True}, {"hides_when_sold_out": True})
        variants = [await put_product(db, store, available=BEGAN, price="19.99", **kind) for kind in kinds]
    placed: list[int] = []
    done: Counter = Counter()
    seed = random.SystemRandom().randrange(10**6)
    until = time.monotonic() + SECONDS
    clients = [Client(wide, store, variants, placed, f"{seed} {number}", done) for number in range(CLIENTS)]
    await asyncio.wait_for(asyncio.gather(*(client.run(until) for client in clients)), SECONDS + 30)
    print(f"seed {seed}: {done}")
    assert all(done[verb] for verb in ("place", "pay", "ship", "end", "refund", "cancel", "stock")), done
    assert await wide.fetchval("select deadlocks from pg_stat_database where datname = current_database()") == 0
    rows = await wide.fetch(BOOKS)
    assert len(rows) == len(variants)
    for row in rows:
        assert row["locked"] == row["promised"] == row["ledger_locked"]
        assert row["locked"] + row["sold"] == row["pieces"] and row["sold"] == row["ledger_sold"]
        assert row["available"] == BEGAN + row["moved"]
        assert row["available"] + row["locked"] + row["sold"] == BEGAN + row["adjusted"]
        assert row["available"] >= 0 or row["oversells"]
    for row in await wide.fetch(SPENT):
        assert (row["orders_count"], row["total_spent"]) == (row["orders"], row["spent"])
    assert await wide.fetchval("select count(*) from orders") == done["place"]
    gaps = """select count(*) from (select from events group by object_kind, object_id
              having max(sequence) <> count(*) or min(sequence) <> 1) e"""
    assert await wide.fetchval(gaps) == 0


async def test_the_last_piece_is_sold_once(wide):
    async with wide.acquire() as db, db.transaction():
        store = (await open_shop(db)).store_id
        variant = await put_product(db, store, available=7)

    async def grab() -> int:
        try:
            async with wide.acquire() as db, db.transaction():
                return (await orders.place(db, store, Checkout((CheckoutLine(variant, 1),)))).id
        except Failure:
            return 0

    got = await asyncio.gather(*(grab() for _ in range(CLIENTS)))
    assert sum(map(bool, got)) == 7
    assert tuple(await wide.fetchrow("select available, locked from variants where id = $1", variant)) == (0, 7)
    assert Decimal(await wide.fetchval("select sum(total_price) from orders")) == 7 * Decimal("19.99")
