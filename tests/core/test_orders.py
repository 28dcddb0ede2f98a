"""Orders: placed once whatever happens, found by line, told with their print files."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from monogram.core import composites, orders
from monogram.core.errors import Conflict, NotFound
from monogram.core.paging import Page
from tests.shops import confirm, line, open_shop, order


@pytest.fixture
async def shop(db):
    return await open_shop(db)


async def test_an_order_keeps_what_the_platform_sent(db, shop):
    custom = await confirm(db, shop)
    second = line(2, sku="unknown", price=None, platform_product_image="https://x/y.png")
    sent = order("A-1", line(1, customization_id=custom, quantity=2), second)
    placed = await orders.receive(db, shop.store_id, sent)
    assert placed.created and placed.order.quantity == 3

    info = await orders.info(db, shop.merchant_id, shop.store_id, "A-1")
    first, second = (each for each, _ in info.lines)
    assert info.order == placed.order
    pins = (custom, shop.feature_id, shop.feature_version_id)
    assert (first.customization_id, first.feature_id, first.feature_version_id) == pins
    assert (second.customization_id, second.feature_id, second.feature_version_id) == (None, None, None)
    assert (first.quantity, second.platform_product_image, second.platform_item_id) == (2, "https://x/y.png", "item-2")
    assert await db.fetchval("select price from order_lines where id = $1", first.id) == Decimal("20.23")


async def test_a_line_without_answers_has_the_feature_of_its_sku_but_no_version(db, shop):
    await orders.receive(db, shop.store_id, order("A-1"))
    ((found, made),) = (await orders.info(db, shop.merchant_id, shop.store_id, "A-1")).lines
    assert (found.feature_id, found.feature_version_id, made) == (shop.feature_id, None, [])


async def test_the_same_order_again_is_the_first_one(db, shop):
    first = await orders.receive(db, shop.store_id, order("A-1", line(1), line(2)))
    other_words = order(
        "A-1", line(1, price=Decimal("20.230")), line(2),
        platform_created_at=datetime(2025, 2, 20, 3, 7, 42, tzinfo=timezone(timedelta(hours=-5))),
    )  # fmt: skip
    again = await orders.receive(db, shop.store_id, other_words)
    assert (again.created, again.order) == (False, first.order)
    assert await db.fetchval("select count(*) from order_lines where store_id = $1", shop.store_id) == 2


async def test_amounts_are_equal_however_they_are_written(db, shop):
    for text in ("0", "0.00", "0.000000"):
        await orders.receive(db, shop.store_id, order("A-0", line(price=Decimal(text))))
    with pytest.raises(Conflict):
        await orders.receive(db, shop.store_id, order("A-0", line(price=None)))


@pytest.mark.parametrize("change", [
    {"platform_order_no": "D1002"}, {"currency": "EUR"}, {"platform_type": 2},
    {"platform_created_at": datetime(2025, 2, 21, tzinfo=UTC)}, {"lines": (line(quantity=2),)},
    {"lines": (line(price=Decimal("20.24")),)}, {"lines": (line(), line(2))},
    {"lines": (line(platform_variant_title="15 oz"),)},
])  # fmt: skip
async def test_other_content_clashes_and_changes_nothing(db, shop, change):
    await orders.receive(db, shop.store_id, order("A-1"))
    with pytest.raises(Conflict, match="A-1"):
        await orders.receive(db, shop.store_id, order("A-1", **change))
    assert await db.fetchval("select count(*) from order_lines where store_id = $1", shop.store_id) == 1


async def test_another_store_may_use_the_same_number(db, shop):
    other = await open_shop(db)
    one, two = await orders.receive(db, shop.store_id, order("A-1")), await orders.receive(db, other.store_id, order("A-1"))
    assert two.created and one.order.id != two.order.id


async def test_a_customization_of_another_store_is_not_found(db, shop):
    foreign = await confirm(db, await open_shop(db))
    with pytest.raises(NotFound):
        await orders.receive(db, shop.store_id, order("A-1", line(customization_id=foreign)))
    assert await db.fetchval("select count(*) from orders where store_id = $1", shop.store_id) == 0


async def test_many_at_once_place_one(pool):
    """Each on its own connection, committed: the races are real."""
    async with pool.acquire() as connection, connection.transaction():
        shop = await open_shop(connection)

    async def once(content: int) -> orders.Received | Conflict:
        try:
            async with pool.acquire() as connection, connection.transaction():
                return await orders.receive(connection, shop.store_id, order("race", line(quantity=content)))
        except Conflict as clash:
            return clash

    results = await asyncio.gather(*(once(1 + n % 2) for n in range(24)))
    placed = [each for each in results if isinstance(each, orders.Received)]
    assert len(placed) == 12 and sum(each.created for each in placed) == 1 and len({each.order.id for each in placed}) == 1
    async with pool.acquire() as connection:
        assert await connection.fetchval("select count(*) from order_lines where store_id = $1", shop.store_id) == 1


async def test_lines_are_listed_newest_order_first_over_all_pages(db, shop):
    other = await open_shop(db)
    for day, store in [(3, shop), (1, other), (2, shop), (2, other)]:
        when = datetime(2025, 1, day, tzinfo=UTC)
        await orders.receive(db, store.store_id, order(f"d{day}", line(1), line(2), platform_created_at=when))
    stores = [shop.store_id, other.store_id]
    count, everything = await orders.find(db, stores, page=Page(1, 100))
    assert count == 8
    assert [each.order.platform_order_id for each in everything] == ["d3", "d3", "d2", "d2", "d2", "d2", "d1", "d1"]
    assert [each.line.platform_item_id for each in everything] == ["item-1", "item-2"] * 4

    paged = [each for number in range(1, 5) for each in (await orders.find(db, stores, page=Page(number, 3)))[1]]
    assert paged == everything
    own = [each for each in everything if each.order.store_id == shop.store_id]
    assert await orders.find(db, [shop.store_id], page=Page(1, 2)) == (4, own[:2])
    assert await orders.find(db, [], page=Page(1, 10)) == (0, [])


async def test_the_time_filter_is_inclusive(db, shop):
    for hour in (1, 2, 3):
        when = datetime(2025, 1, 1, hour, tzinfo=UTC)
        await orders.receive(db, shop.store_id, order(f"h{hour}", platform_created_at=when))
    start, end = datetime(2025, 1, 1, 2, tzinfo=UTC), datetime(2025, 1, 1, 3, tzinfo=UTC)
    cases = [({"start": start}, 2), ({"end": start}, 2), ({"start": start, "end": end}, 2), ({"start": end, "end": start}, 0)]
    for given, expected in cases:
        count, found = await orders.find(db, [shop.store_id], **given)
        assert (count, len(found)) == (expected, expected), given


async def test_details_are_the_merchants_own(db, shop):
    await orders.receive(db, shop.store_id, order("A-1"))
    other = await open_shop(db)
    for merchant, store, number in [(other.merchant_id, shop.store_id, "A-1"), (shop.merchant_id, other.store_id, "A-1"),
                                    (shop.merchant_id, shop.store_id, "A-2"), (shop.merchant_id, None, "A-1")]:  # fmt: skip
        with pytest.raises(NotFound):
            await orders.info(db, merchant, store, number)


async def test_details_tell_the_newest_task_of_each_production_template(db, shop):
    custom = await confirm(db, shop)
    await orders.receive(db, shop.store_id, order("A-1", line(1, customization_id=custom), line(2, customization_id=custom)))

    async def told() -> list:
        info = await orders.info(db, shop.merchant_id, shop.store_id, "A-1")
        assert info.lines[0][1] == info.lines[1][1]
        return info.lines[0][1]

    (made,) = await told()
    assert (made.template.id, made.task) == (shop.production_id, None)
    await composites.create(db, shop.merchant_id, custom, shop.production_id)
    newest = await composites.create(db, shop.merchant_id, custom, shop.production_id)
    (made,) = await told()
    assert made.task == newest
