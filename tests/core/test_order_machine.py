"""Random lives of a shop's stock and orders, each step held against a model that knows only the rules.

MONOGRAM_LIVES says how many lives of 50 steps are tried (25 unless said); a failure is then also made as short as can be.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable
from dataclasses import dataclass, field
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from monogram.core import customers, merchants, orders, products, stores
from monogram.core import db as core_db
from monogram.core.errors import Conflict, Failure, Invalid, NotFound
from monogram.core.orders import Checkout, CheckoutLine, fulfillments
from tests.stock import put_product

LIVES = int(os.environ.get("MONOGRAM_LIVES") or 25)
PRICE = Decimal("19.99")
EMAIL = "ada@example.com"
# what a store's products do when they are sold out
KINDS = ({}, {"oversells": True}, {"hides_when_sold_out": True}, {"tracked": False})

# what happens to an order; what has no effect before something else did comes more often
VERBS = ["pay", "pay", "fail", "cancel", "delete", "refund", "refund", "ship", "ship", "ship", "end_parcel", "end_parcel"]


@dataclass
class Goods:
    """A product of one variant. `put`: everything ever put on the shelf, less what was taken off it."""

    variant: int
    product: int
    kind: dict
    put: int
    published: bool = True

    @property
    def tracked(self) -> bool:
        return self.kind.get("tracked", True)


@dataclass
class Line:
    goods: Goods
    quantity: int
    id: int = 0
    locked: bool = True  # promised, not sold yet
    shipped: int = 0
    finished: int = 0
    refunded: int = 0

    @property
    def left(self) -> int:
        return max(self.quantity - self.refunded - self.shipped, 0)


@dataclass
class Parcel:
    id: int
    pieces: dict[int, int]  # index of the line -> quantity
    open: bool = True


@dataclass
class Order:
    id: int
    method: str
    lines: list[Line]
    paid: bool
    failed: bool = False
    cancelled: bool = False
    deleted: bool = False
    refunded: Decimal = Decimal(0)
    parcels: list[Parcel] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((PRICE * line.quantity for line in self.lines), Decimal(0))

    @property
    def states(self) -> tuple[str, str, str]:
        """Status, payment, fulfilment, as the rules have it."""
        shipped, finished = (sum(getattr(line, name) for line in self.lines) for name in ("shipped", "finished"))
        left = sum(line.left for line in self.lines)
        if self.paid:
            payment = "refunded" if self.refunded == self.total else "partially_refunded" if self.refunded else "paid"
        else:
            payment = "cancelled" if self.cancelled else "failed" if self.failed else "waiting"
        if self.cancelled:
            return "cancelled", payment, "cancelled"
        if self.method == "online" and not self.paid:
            return "opened", payment, "initialled"
        if not shipped:
            way = "waiting" if left else "cancelled"
        elif finished:
            way = "finished" if finished == shipped and not left else "partially_finished"
        else:
            way = "partially_shipped" if left else "shipped"
        return "finished" if way == "finished" and self.paid else "placed", payment, way

    def held(self, line: Line) -> int:
        """Pieces of a line that are not on the shelf: still wanted, or on their way."""
        return 0 if self.cancelled or self.deleted else max(line.quantity - line.refunded, line.shipped)


class Life(RuleBasedStateMachine):
    """One shop in one transaction, which is rolled back at the end."""

    url = ""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.goods: list[Goods] = []
        self.orders: list[Order] = []
        self.loop.run_until_complete(self._open())

    def teardown(self):
        self.loop.run_until_complete(self._close())
        self.loop.close()

    async def _open(self) -> None:
        self.pool = await core_db.connect(self.url, largest=1)
        self.db = await self.pool.acquire()
        self.transaction = self.db.transaction()
        await self.transaction.start()
        merchant = await merchants.create(self.db, "Life")
        self.store = (await stores.create(self.db, merchant.id, "life", "Life")).id
        for kind in KINDS:
            variant = await put_product(self.db, self.store, available=6, price=str(PRICE), **kind)
            product = await self.db.fetchval("select product_id from variants where id = $1", variant)
            self.goods.append(Goods(variant, product, kind, 6))

    async def _close(self) -> None:
        await self.transaction.rollback()
        await self.pool.release(self.db)
        await self.pool.close()

    def do(self, verb: Awaitable, refused: type[Failure] | None = None):
        """Runs a verb as a request would: whole, or not at all. It must be refused just so, or not at all."""
        async def run():
            async with self.db.transaction():
                return await verb

        try:
            result = self.loop.run_until_complete(run())
        except Failure as failure:
            assert refused is not None and isinstance(failure, refused), f"{failure!r}, not {refused}"
            return None
        assert refused is None, f"not refused: {refused}"
        return result

    def ask(self, statement: str, *values):
        return self.loop.run_until_complete(self.db.fetch(statement, *values))

    def available(self, goods: Goods) -> int:
        held = sum(order.held(line) for order in self.orders for line in order.lines if line.goods is goods)
        return goods.put - (held if goods.tracked else 0)

    def _hide(self, goods: Goods) -> None:
        if goods.kind.get("hides_when_sold_out") and self.available(goods) <= 0:
            goods.published = False

    # What shoppers, merchants and carriers do

    @rule(data=st.data(), method=st.sampled_from(["online", "cod", "none"]))
    @precondition(lambda self: len(self._alive()) < 3)
    def place(self, data, method):
        wanted = data.draw(st.lists(st.tuples(st.sampled_from(self.goods), st.integers(1, 3)), min_size=1, max_size=3))
        short = any(
            sum(count for each, count in wanted if each is goods) > self.available(goods)
            for goods, _ in wanted
            if goods.tracked and not goods.kind.get("oversells")
        )
        checkout = Checkout(tuple(CheckoutLine(goods.variant, count) for goods, count in wanted), email=EMAIL,
                            payment_method=method)
        placed = self.do(orders.place(self.db, self.store, checkout), Conflict if short else None)
        if placed is None:
            return
        ids = [row["id"] for row in self.ask("select id from order_lines where order_id = $1 order by position", placed.id)]
        lines = [Line(goods, count, line_id, method != "none") for (goods, count), line_id in zip(wanted, ids, strict=True)]
        self.orders.append(Order(placed.id, method, lines, method == "none"))
        for goods, _ in wanted:
            self._hide(goods)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), first=st.sampled_from(VERBS), second=st.sampled_from(VERBS))
    def happen(self, data, first, second):
        """Two things happen to an order: one of the few that are alive, or now and then one that is over."""
        order = data.draw(st.sampled_from([*self._alive(), *self._alive(), *self.orders[-2:]]))
        for verb in (first, second):
            getattr(self, verb)(order, data)

    def pay(self, order, data):
        refused = NotFound if order.deleted else Conflict if order.cancelled and not order.paid else None
        self.do(orders.pay(self.db, self.store, order.id), refused)
        if not refused:
            self._settle(order)

    def _settle(self, order: Order) -> None:
        order.paid, order.failed = True, False
        for line in order.lines:
            line.locked = False

    def fail(self, order, data):
        refused = NotFound if order.deleted else None if order.states[0] == "opened" else Conflict
        self.do(orders.fail_payment(self.db, self.store, order.id, "no funds"), refused)
        order.failed |= not refused

    def cancel(self, order, data):
        status, _, way = order.states
        can = status in ("opened", "placed") and way in ("initialled", "waiting")
        self.do(orders.cancel(self.db, self.store, order.id), NotFound if order.deleted else None if can else Conflict)
        order.cancelled |= can and not order.deleted

    def delete(self, order, data):
        can = order.states[0] in ("opened", "cancelled")
        self.do(orders.delete(self.db, self.store, order.id), NotFound if order.deleted else None if can else Conflict)
        order.deleted |= can

    def refund(self, order, data):
        wanted = data.draw(self._pieces(order) | st.none())
        can = order.paid and order.refunded < order.total
        wrong = wanted and any(count > order.lines[at].quantity - order.lines[at].refunded for at, count in wanted.items())
        refused = NotFound if order.deleted else Conflict if not can else Invalid if wrong else None
        by_id = wanted and {order.lines[at].id: count for at, count in wanted.items()}
        self.do(orders.refund(self.db, self.store, order.id, by_id), refused)
        if refused:
            return
        for at, line in enumerate(order.lines):
            count = line.quantity - line.refunded if wanted is None else wanted.get(at, 0)
            line.refunded += count
            order.refunded += PRICE * count

    def ship(self, order, data):
        wanted = data.draw(self._pieces(order))
        ready = order.states[0] == "placed" and (order.paid or order.method == "cod") and order.states[1] != "refunded"
        wrong = any(count > order.lines[at].left for at, count in wanted.items())
        refused = NotFound if order.deleted else Conflict if not ready else Invalid if wrong else None
        by_id = {order.lines[at].id: count for at, count in wanted.items()}
        verb = fulfillments.ship(self.db, self.store, order.id, list(by_id), "1Z", quantities=by_id)
        parcel = self.do(verb, refused)
        if refused:
            return
        order.parcels.append(Parcel(parcel, wanted))
        for at, count in wanted.items():
            order.lines[at].shipped += count
            order.lines[at].locked = False

    def end_parcel(self, order, data):
        if not order.parcels:
            return
        arrives = data.draw(st.booleans())
        parcel = data.draw(st.sampled_from(order.parcels))
        verb = fulfillments.complete if arrives else fulfillments.cancel
        self.do(verb(self.db, self.store, order.id, parcel.id), None if parcel.open else Conflict)
        if not parcel.open:
            return
        parcel.open = False
        for at, count in parcel.pieces.items():
            if arrives:
                order.lines[at].finished += count
            else:
                order.lines[at].shipped -= count
        if arrives and order.method == "cod" and order.states[2] == "finished":
            self._settle(order)

    @precondition(lambda self: len(self.orders) % 4 == 3)
    @rule(data=st.data(), count=st.integers(0, 8))
    def count_again(self, data, count):
        goods = data.draw(st.sampled_from(self.goods))
        goods.put += count - self.available(goods)
        self.do(products.update_variant(self.db, self.store, goods.variant, {"available": count}))
        self._hide(goods)

    @precondition(lambda self: len(self.goods) > 2)
    @rule(data=st.data(), sure=st.integers(0, 4))
    def delete_product(self, data, sure):
        if sure == 0:
            goods = data.draw(st.sampled_from(self.goods))
            self.do(products.delete(self.db, self.store, goods.product))
            self.goods.remove(goods)

    def _alive(self) -> list[Order]:
        return [order for order in self.orders if not order.deleted and order.states[0] in ("opened", "placed")]

    @staticmethod
    def _pieces(order: Order):
        """Some of an order's lines by index, with counts of which too many may be gone."""
        lines = st.lists(st.integers(0, len(order.lines) - 1), min_size=1, unique=True)
        return lines.flatmap(lambda some: st.fixed_dictionaries({at: st.integers(1, order.lines[at].quantity) for at in some}))

    # What is true after every step

    @invariant()
    def the_stock_is_what_the_rules_say(self):
        shown = {row["id"]: row for row in self.ask(
            """select v.id, v.available, v.locked, v.sold, p.published_at is not null as published,
                      coalesce(sum(m.available), 0) as gone, coalesce(sum(m.locked), 0) as promised,
                      coalesce(sum(m.sold), 0) as left_us,
                      coalesce(sum(m.available) filter (where m.reason = 'adjusted'), 0) as adjusted
               from variants v join products p on p.store_id = v.store_id and p.id = v.product_id
               left join stock_movements m on m.store_id = v.store_id and m.variant_id = v.id
               where v.store_id = $1 group by v.store_id, v.id, p.store_id, p.id""",
            self.store,
        )}  # fmt: skip
        assert set(shown) == {goods.variant for goods in self.goods}
        for goods in self.goods:
            row = shown[goods.variant]
            mine = [(order, line) for order in self.orders for line in order.lines if line.goods is goods and goods.tracked]
            locked = sum(order.held(line) for order, line in mine if line.locked)
            sold = sum(order.held(line) for order, line in mine if not line.locked)
            assert (row["available"], row["locked"], row["sold"]) == (self.available(goods), locked, sold)
            assert (row["promised"], row["left_us"]) == (locked, sold), "the ledger says the same"
            assert row["available"] == 6 + row["gone"] and row["adjusted"] == goods.put - 6
            assert row["available"] >= 0 or goods.kind.get("oversells"), "oversold"
            assert row["published"] == goods.published

    @invariant()
    def the_orders_are_what_the_rules_say(self):
        rows = self.ask(
            """select id, status, financial_status, fulfillment_status, total_refunded, deleted_at is not null as deleted
               from orders where store_id = $1 order by id""", self.store,
        )
        shown = [(row[0], tuple(row)[1:4], row["total_refunded"], row["deleted"]) for row in rows]
        assert shown == [(order.id, order.states, order.refunded, order.deleted) for order in self.orders]
        lines = self.ask("select id, shipped, finished, refunded from order_lines where store_id = $1", self.store)
        known = {line.id: line for order in self.orders for line in order.lines}
        assert {tuple(row) for row in lines} == {(key, a.shipped, a.finished, a.refunded) for key, a in known.items()}

    @invariant()
    def the_customer_spent_what_was_paid(self):
        if self.orders:
            _, (customer,) = self.loop.run_until_complete(customers.find(self.db, self.store, email=EMAIL))
            spent = sum((order.total - order.refunded for order in self.orders if order.paid), Decimal(0))
            assert (customer.orders_count, customer.total_spent) == (len(self.orders), spent)

    @invariant()
    def every_event_has_its_number(self):
        gaps = self.ask(
            """select object_id from events where store_id = $1 group by object_kind, object_id
               having max(sequence) <> count(*) or min(sequence) <> 1""", self.store,
        )
        assert gaps == []


def test_stock_and_orders_keep_their_rules(database_url):
    # a session's fixture has a loop running in this thread only between its tests
    Life.url = database_url
    run_state_machine_as_test(Life, settings=settings(
        max_examples=LIVES, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink) if "MONOGRAM_LIVES" in os.environ else (Phase.generate,),
    ))  # fmt: skip
