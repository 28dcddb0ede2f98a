"""The demo's shop as the verbs made it: its books add up, its times are in order, its pictures follow it to another address."""

from __future__ import annotations

import pytest

from monogram.core import collections, products, stores
from monogram.core.paging import Page
from monogram.core.products import Search
from monogram.demo import goods, sales, shop, storefront

BEFORE, AFTER = "http://127.0.0.1:8000", "http://127.0.0.1:9000"


@pytest.fixture
async def store(db, storage) -> int:
    made = await shop.build(db, storage, {})
    assert not await sales.were_made(db, made.store_id)
    await sales.make(db, storage, made.store_id, await goods.put_up(db, storage, made.store_id, BEFORE))
    await storefront.dress(db, storage, made.store_id, BEFORE)
    assert await sales.were_made(db, made.store_id), "nothing is made twice"
    return made.store_id


async def test_books_add_up_and_times_are_in_order(db, store):
    assert not await db.fetch(
        """select v.id from variants v left join stock_movements m on m.store_id = v.store_id and m.variant_id = v.id
           where v.store_id = $1 group by v.store_id, v.id
           having (coalesce(sum(m.available), 0), coalesce(sum(m.locked), 0), coalesce(sum(m.sold), 0))
                  is distinct from (v.available, v.locked, v.sold)""", store,
    )
    assert not await db.fetch(
        """select o.id from orders o where o.store_id = $1 and not (
               o.created_at <= coalesce(o.placed_at, o.created_at) and o.updated_at <= now() and o.created_at <= o.updated_at
               and coalesce(o.placed_at <= o.paid_at, true) and coalesce(o.placed_at <= o.finished_at, true)
               and o.updated_at = (select max(h.created_at) from order_history h where h.order_id = o.id))""", store,
    )
    assert not await db.fetch(
        """select f.id from fulfillments f join orders o on o.store_id = f.store_id and o.id = f.order_id
           where f.store_id = $1 and not (o.placed_at < f.created_at and f.created_at <= f.updated_at)""", store,
    )


async def test_pictures_follow_the_shop_to_another_address(db, store):
    await storefront.move(db, store, BEFORE, AFTER)
    found = await products.load(db, store, await products.find(db, store, Search(), Page(1, 250)))
    addresses = [image.src for product in found for image in product.images]
    addresses += [each.image["src"] for each in await collections.find(db, store, collections.Search(), Page(1, 50))]
    addresses.append((await stores.details(db, store)).icon)
    addresses += [row[0] for row in await db.fetch("select platform_product_image from order_lines where store_id = $1", store)]
    assert len(addresses) > 70 and all(each.startswith(f"{AFTER}/files/") for each in addresses)
