"""Orders of the shop itself: stock, money, states, parcels, refunds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from monogram.core import orders
from monogram.core.errors import Conflict, Invalid, NotFound
from monogram.core.orders import Checkout, CheckoutLine, Discount, fulfillments
from tests.shops import open_shop
from tests.stock import put_product, stock_of

D = Decimal


async def shop_with(db, **variant):
    shop = await open_shop(db)
    return shop.store_id, await put_product(db, shop.store_id, **variant)


def checkout(*wanted: tuple[int, int], **more) -> Checkout:
    return Checkout(tuple(CheckoutLine(variant, quantity) for variant, quantity in wanted), **more)


async def states(db, store_id, order_id):
    order = (await orders.show(db, store_id, order_id)).order
    return order.status, order.financial_status, order.fulfillment_status


async def test_an_online_order_waits_for_its_payment(db):
    store, variant = await shop_with(db, available=5)
    placed = await orders.place(db, store, checkout((variant, 2)))
    assert await states(db, store, placed.id) == ("opened", "waiting", "initialled")
    assert await stock_of(db, store, variant) == (3, 2, 0)
    await orders.pay(db, store, placed.id)
    await orders.pay(db, store, placed.id)
    assert await states(db, store, placed.id) == ("placed", "paid", "waiting")
    assert await stock_of(db, store, variant) == (3, 0, 2)


async def test_nothing_is_sold_that_is_not_there(db):
    store, variant = await shop_with(db, available=2)
    with pytest.raises(Conflict):
        await orders.place(db, store, checkout((variant, 1), (variant, 2)))
    await db.execute("update variants set oversells = true")
    await orders.place(db, store, checkout((variant, 3)))
    assert await stock_of(db, store, variant) == (-1, 3, 0)
    with pytest.raises(NotFound):
        await orders.place(db, store, checkout((123, 1)))


async def test_a_product_that_hides_when_sold_out_hides_once(db):
    store, variant = await shop_with(db, available=2, hides_when_sold_out=True)
    await orders.place(db, store, checkout((variant, 1)))
    assert await db.fetchval("select published_at from products where store_id = $1", store)
    await orders.place(db, store, checkout((variant, 1)))
    assert not await db.fetchval("select published_at from products where store_id = $1", store)
    assert await db.fetchval("select count(*) from events where store_id = $1 and topic = 'product.updated'", store) == 1


async def test_the_bill_adds_up(db):
    store, variant = await shop_with(db, price="3.33")
    other = await put_product(db, store, price="10.00")
    placed = await orders.place(db, store, checkout(
        (variant, 1), (other, 1), shipping=D("5"), tip=D("1"), tax_rate=D("0.1"),
        discounts=(Discount(part=D("0.1"), code="TEN"), Discount(amount=D("2"), title="Spring")),
    ))  # fmt: skip
    view = await orders.show(db, store, placed.id)
    order = view.order
    assert (order.sub_total, order.code_discount_total, order.line_discount_total) == (D("13.33"), D("1.33"), D("2"))
    assert sum(line.total for line in view.lines) == D("10.00") == order.sub_total - order.total_discount
    assert order.total_tax == D("0.25") + D("0.75") + D("0.5")
    assert order.total_price == D("10.00") + order.total_tax + 6
    kept = await db.fetch("select code, amount from order_discounts where store_id = $1 order by id", store)
    assert [tuple(row) for row in kept] == [("TEN", D("1.33")), ("", D("2.00"))]


async def test_a_checkout_sent_twice_is_one_order(db):
    store, variant = await shop_with(db, available=5)
    first = await orders.place(db, store, checkout((variant, 1), reference="cart-1"))
    again = await orders.place(db, store, checkout((variant, 1), reference="cart-1"))
    assert first.created and not again.created and first.id == again.id
    assert await stock_of(db, store, variant) == (4, 1, 0)


async def test_an_order_is_shipped_in_parts(db):
    store, variant = await shop_with(db, available=9)
    other = await put_product(db, store)
    placed = await orders.place(db, store, checkout((variant, 2), (other, 1), payment_method="cod"))
    one, two = (line.id for line in (await orders.show(db, store, placed.id)).lines)
    first = await fulfillments.ship(db, store, placed.id, [one], "1Z")
    assert (await states(db, store, placed.id))[2] == "partially_shipped"
    assert await stock_of(db, store, variant) == (7, 0, 2)
    with pytest.raises(Invalid):
        await fulfillments.ship(db, store, placed.id, [one, two], "1Z")
    second = await fulfillments.ship(db, store, placed.id, [two], "2Z")
    assert (await states(db, store, placed.id))[2] == "shipped"
    await fulfillments.complete(db, store, placed.id, first)
    assert await states(db, store, placed.id) == ("placed", "waiting", "partially_finished")
    await fulfillments.complete(db, store, placed.id, second)
    assert await states(db, store, placed.id) == ("finished", "paid", "finished")
    for late in (fulfillments.complete, fulfillments.cancel):
        with pytest.raises(Conflict):
            await late(db, store, placed.id, first)


async def test_a_cancelled_parcel_is_to_be_shipped_again(db):
    store, variant = await shop_with(db)
    placed = await orders.place(db, store, checkout((variant, 2)))
    with pytest.raises(Conflict):
        await fulfillments.ship(db, store, placed.id, [1], "1Z")
    await orders.pay(db, store, placed.id)
    line = (await orders.show(db, store, placed.id)).lines[0].id
    parcel = await fulfillments.ship(db, store, placed.id, [line], "1Z", quantities={line: 1})
    await fulfillments.cancel(db, store, placed.id, parcel)
    assert await states(db, store, placed.id) == ("placed", "paid", "waiting")
    await fulfillments.ship(db, store, placed.id, [line], "2Z")
    with pytest.raises(Conflict):
        await orders.cancel(db, store, placed.id)


async def test_refunded_goods_of_a_cancelled_parcel_are_for_sale_again(db):
    store, variant = await shop_with(db, available=9)
    placed = await orders.place(db, store, checkout((variant, 3)))
    await orders.pay(db, store, placed.id)
    line = (await orders.show(db, store, placed.id)).lines[0].id
    parcel = await fulfillments.ship(db, store, placed.id, [line], "1Z", quantities={line: 2})
    await orders.refund(db, store, placed.id, {line: 2})  # one of them is still here
    assert await stock_of(db, store, variant) == (7, 0, 2)
    await fulfillments.cancel(db, store, placed.id, parcel)
    assert await stock_of(db, store, variant) == (8, 0, 1)
    assert await states(db, store, placed.id) == ("placed", "partially_refunded", "waiting")


@pytest.mark.parametrize("paid", [False, True])
async def test_a_cancelled_order_gives_its_stock_back(db, paid):
    store, variant = await shop_with(db, available=5)
    placed = await orders.place(db, store, checkout((variant, 2)))
    if paid:
        await orders.pay(db, store, placed.id)
    await orders.cancel(db, store, placed.id, "changed my mind")
    assert await states(db, store, placed.id) == ("cancelled", "paid" if paid else "cancelled", "cancelled")
    assert await stock_of(db, store, variant) == (5, 0, 0)
    if paid:
        assert await orders.refund(db, store, placed.id) == placed.total_price
        assert await stock_of(db, store, variant) == (5, 0, 0)
    await orders.delete(db, store, placed.id)
    with pytest.raises(NotFound):
        await orders.show(db, store, placed.id)


async def test_refunds_add_up_to_what_was_paid(db):
    store, variant = await shop_with(db, price="3.33", available=9)
    placed = await orders.place(db, store, checkout((variant, 3), email="a@b.c", tax_rate=D("0.07"), shipping=D("2")))
    with pytest.raises(Conflict):
        await orders.refund(db, store, placed.id)
    await orders.pay(db, store, placed.id)
    line = (await orders.show(db, store, placed.id)).lines[0].id
    back = [await orders.refund(db, store, placed.id, {line: 1}) for _ in range(3)]
    assert sum(back) == D("9.99") + D("0.70")
    with pytest.raises(Invalid):
        await orders.refund(db, store, placed.id, {line: 1})
    assert (await orders.show(db, store, placed.id)).order.financial_status == "partially_refunded"
    back.append(await orders.refund(db, store, placed.id))
    assert sum(back) == placed.total_price
    view = await orders.show(db, store, placed.id)
    assert view.order.financial_status == "refunded" and view.customer.total_spent == 0 and view.customer.orders_count == 1
    assert await stock_of(db, store, variant) == (9, 0, 0)


async def test_only_what_is_said_changes(db):
    store, variant = await shop_with(db)
    placed = await orders.place(db, store, checkout((variant, 1)))
    await orders.update(db, store, placed.id, shipping_address={"city": "Louisville", "zip": "40202"}, tags=["a"])
    await orders.update(db, store, placed.id, shipping_address={"city": "Paris"}, note="n")
    order = (await orders.show(db, store, placed.id)).order
    assert (order.shipping_address.city, order.shipping_address.zip, order.tags, order.note) == ("Paris", "40202", ["a"], "n")
    with pytest.raises(Invalid):
        await orders.update(db, store, placed.id, note="x" * 201)
    with pytest.raises(Conflict):
        await orders.place(db, store, checkout((variant, 1_000_000)))


async def test_every_step_is_in_the_history_and_the_outbox(db):
    store, variant = await shop_with(db)
    placed = await orders.place(db, store, checkout((variant, 1)))
    await orders.pay(db, store, placed.id)
    line = (await orders.show(db, store, placed.id)).lines[0].id
    await fulfillments.complete(db, store, placed.id, await fulfillments.ship(db, store, placed.id, [line], "1Z"))
    history = await db.fetch("select event from order_history where order_id = $1 order by id", placed.id)
    assert [row["event"] for row in history] == ["order.placed", "order.paid", "fulfillment.created", "fulfillment.finished"]
    told = await db.fetch("select topic from events where object_id = $1 order by id", placed.id)
    assert [row["topic"] for row in told] == ["order.created", "order.paid", "order.fulfilled", "order.finished"]


async def test_orders_are_found_by_state_and_time(db):
    store, variant = await shop_with(db)
    made = [await orders.place(db, store, checkout((variant, 1))) for _ in range(3)]
    await orders.pay(db, store, made[0].id)
    found = await orders.search(db, store, orders.Search(financial_statuses=["waiting"]))
    assert {view.order.id for view in found} == {made[1].id, made[2].id}
    assert await orders.count(db, store, orders.Search(uuids=[made[0].uuid, made[1].uuid])) == 2
    assert found[0].lines[0].quantity == 1


async def test_an_order_beyond_all_money_is_refused(db):
    store, variant = await shop_with(db, price="99999999999999", oversells=True)
    with pytest.raises(Invalid):
        await orders.place(db, store, checkout((variant, 1_000_000)))
