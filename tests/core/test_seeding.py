"""A seeded shop is one that the verbs could have made: its books add up, and every order's state follows from its lines."""

from __future__ import annotations

from monogram.core import orders
from monogram.core.orders import states
from monogram.core.paging import Page
from monogram.seeding.command import seed
from monogram.seeding.goods import Picture
from monogram.seeding.words import KINDS
from tests.shops import open_shop

PICTURES = {kind.picture: Picture(f"https://example.com/{kind.picture}", 10, 10) for kind in KINDS}


async def test_the_books_of_a_seeded_shop_add_up(db):
    store = (await open_shop(db)).store_id
    await seed(db, store, PICTURES, 40, 300)
    counts = "(select count(*) from products where store_id = $1), (select count(*) from orders where store_id = $1)"
    assert tuple(await db.fetchrow(f"select {counts}", store)) == (40, 300)
    wrong = await db.fetch(
        """select v.id from variants v left join stock_movements m on m.store_id = v.store_id and m.variant_id = v.id
           where v.store_id = $1 group by v.store_id, v.id
           having (sum(m.available), sum(m.locked), sum(m.sold)) is distinct from (v.available, v.locked, v.sold)""", store,
    )
    assert not wrong
    held = await db.fetchval("select sum(reserved) from order_lines where store_id = $1", store)
    assert held and held == await db.fetchval("select sum(locked) from variants where store_id = $1", store)
    assert not await db.fetch(
        """select c.id from customers c join orders o on o.store_id = c.store_id and o.customer_id = c.id where c.store_id = $1
           group by c.store_id, c.id
           having count(*) <> c.orders_count
               or c.total_spent <> coalesce(sum(o.total_price - o.total_refunded) filter (where o.paid_at is not null), 0)""",
        store,
    )


async def test_states_follow_from_lines(db):
    store = (await open_shop(db)).store_id
    await seed(db, store, PICTURES, 20, 200, chance=7)
    views = await orders.search(db, store, page=Page(size=200))
    assert {view.order.fulfillment_status for view in views} >= {"initialled", "waiting", "shipped", "finished", "cancelled"}
    for view in views:
        before = view.order.status, view.order.fulfillment_status
        if before[0] in ("placed", "finished"):
            assert await states.refresh_fulfillment(db, store, view.order.id) == before[1]
            after = (await orders.show(db, store, view.order.id)).order
            assert (after.status, after.fulfillment_status) == before
        total = sum(line.total for line in view.lines) + view.order.total_tax + view.order.total_shipping
        assert view.order.total_price == total
