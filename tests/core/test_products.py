"""Products: what is said of them is what they are; stock through the ledger; handles, searches, prints."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from monogram.core import collections, metafields, orders, products
from monogram.core.errors import Conflict, Invalid, NotFound
from monogram.core.events import Event
from monogram.core.orders import Checkout, CheckoutLine
from monogram.core.paging import Page
from monogram.core.products.prints import Printer, find, one
from tests.shops import open_shop

D = Decimal


def cup(**changes):
    return {
        "title": "Cup", "published": True, "images": [{"src": "https://a/1.png"}],
        "variants": [{"price": D("9.90"), "sku": "CUP", "available": 5}], "tracked": True, "policy": "deny",
    } | changes  # fmt: skip


def shirt(**changes):
    return {
        "title": "Shirt", "images": [{"src": "https://a/1.png"}, {"src": "https://a/2.png", "alt": "back"}],
        "options": [{"name": "colour", "values": ["red", "black"]}, {"name": "size", "values": ["S", "M"]}],
        "variants": [
            {"option1": "red", "option2": "S", "price": D("20"), "available": 3},
            {"option1": "black", "option2": "M", "price": D("21"), "image": "https://a/2.png", "available": 4},
        ],
        "metafields": [{"namespace": "stock", "name": "place", "value": "25", "value_type": "integer"}],
    } | changes  # fmt: skip


@pytest.fixture
async def store(db) -> int:
    return (await open_shop(db)).store_id


async def made(db, store, fields):
    return await products.get(db, store, await products.create(db, store, fields))


async def changed(db, store, product, **fields):
    return await products.get(db, store, await products.update(db, store, product.uuid, fields))


async def ledger(db, store, variant_id):
    return await db.fetchval(
        "select coalesce(sum(available), 0)::int from stock_movements where store_id = $1 and variant_id = $2",
        store, variant_id,
    )


async def events_of(db, store, product_id):
    rows = await db.fetch(
        "select topic from events where store_id = $1 and object_kind = 'product' and object_id = $2 order by sequence",
        store, product_id,
    )
    return [row["topic"].removeprefix("product.") for row in rows]


async def test_a_product_is_what_was_said_of_it(db, store):
    product = await made(db, store, shirt(vendor="Loom", tags=["a", "b"], tracked=True))
    assert (product.title, product.handle, product.vendor, product.version) == ("Shirt", "shirt", "Loom", 1)
    assert [(each.name, each.values) for each in product.options] == [("colour", ["red", "black"]), ("size", ["S", "M"])]
    assert [(v.title, v.price, v.available, v.position) for v in product.variants] == [
        ("red / S", 20, 3, 1), ("black / M", 21, 4, 2)]
    assert product.image_of(product.variants[0]) is None and product.image_of(product.variants[1]).alt == "back"
    assert [image.position for image in product.images] == [1, 2]
    assert (product.available, product.tracked, product.policy, product.only_default_variant) == (7, True, "deny", False)
    assert product.published_at is None
    assert [await ledger(db, store, variant.id) for variant in product.variants] == [3, 4]
    assert [each.value for each in await metafields.of_product(db, store, product.id)] == ["25"]
    assert await events_of(db, store, product.id) == ["created"]


async def test_only_what_is_said_changes(db, store):
    before = await made(db, store, shirt())
    after = await changed(db, store, before, brief="Soft")
    assert after.brief == "Soft" and after.version == before.version + 1
    assert after.variants == before.variants and after.images == before.images and after.options == before.options
    assert (after.title, after.handle) == (before.title, before.handle)
    assert await events_of(db, store, before.id) == ["created", "updated"]


async def test_lists_are_whole_and_known_ones_stay_themselves(db, store):
    before = await made(db, store, shirt())
    red, black = before.variants
    after = await changed(
        db, store, before, images=[{"src": "https://a/3.png"}, {"key": before.images[0].uuid, "alt": "front"}],
        variants=[
            {"option1": "black", "option2": "M", "price": D("30")},  # by its options
            {"key": red.uuid, "option2": "M"},
            {"option1": "blue", "option2": "S", "price": D("9"), "image": "https://a/4.png", "available": 2},  # a new value
        ],
    )  # fmt: skip
    assert [(v.id, v.title, v.price, v.available) for v in after.variants[:2]] == [
        (black.id, "black / M", 30, 4), (red.id, "red / M", 20, 3)]
    assert after.options[0].values == ["red", "black", "blue"] and after.options[0].uuid == before.options[0].uuid
    # the second image is no longer named, but a variant shows it
    assert [(image.src, image.alt) for image in after.images] == [
        ("https://a/3.png", ""), ("https://a/1.png", "front"), ("https://a/2.png", "back"), ("https://a/4.png", "")]
    assert after.images[1].id == before.images[0].id
    assert after.image_of(after.variants[2]).src == "https://a/4.png"
    fewer = await changed(db, store, after, variants=[{"key": black.id}], images=[])
    assert [variant.id for variant in fewer.variants] == [black.id] and [image.alt for image in fewer.images] == ["back"]
    assert await ledger(db, store, red.id) == 3, "the ledger outlives its variant"


async def test_variants_may_change_places(db, store):
    before = await made(db, store, shirt())
    one, two = before.variants
    after = await changed(db, store, before, variants=[
        {"key": one.id, "option1": "black", "option2": "M"}, {"key": two.id, "option1": "red", "option2": "S"}])
    assert [(variant.id, variant.option1) for variant in after.variants] == [(one.id, "black"), (two.id, "red")]
    swapped = await changed(db, store, after, options=[
        {"name": "size", "values": ["red", "black"]}, {"name": "colour", "values": ["S", "M", "L"]}])
    assert [(o.name, o.id) for o in swapped.options] == [("size", before.options[1].id), ("colour", before.options[0].id)]
    assert swapped.options[1].values == ["S", "M", "L"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, {"title"}),
        ({"variants": []}, {"variants"}),
        ({"variants": [{"option1": "red", "option2": "S"}, {"option1": "green", "price": D(1)}]},
         {"variants[0].price", "variants[1].option1", "variants[1].option2"}),
        ({"variants": [{"option1": "red", "option2": "S", "price": D(1)}] * 2}, {"variants[1].option1"}),
        ({"variants": [{"option1": "red", "option2": "S", "option3": "x", "price": D(1)}]}, {"variants[0].option3"}),
        ({"options": [{"name": "a", "values": ["x"]}] * 2}, {"options[1].name", "variants[0].option1", "variants[0].option2",
                                                             "variants[1].option1", "variants[1].option2"}),
        ({"images": [{"src": ""}], "metafields": [{"namespace": "a", "value": "x", "value_type": "integer"}]},
         {"images[0].src", "metafields[0].name", "metafields[0].value"}),
        ({"variants": [{"key": None, "option1": "red"}]}, {"variants[0].key"}),
        ({"tracked": True, "variants": [{"option1": "red", "option2": "S", "price": D(1), "available": -1}]},
         {"variants[0].available"}),
    ],
)  # fmt: skip
async def test_everything_wrong_is_told_at_once(db, store, fields, wrong):
    with pytest.raises(Invalid) as told:
        await products.create(db, store, shirt(**fields))
    assert set(told.value.fields) >= wrong - {name for name in wrong if name.startswith("variants") and "options" in fields}
    assert await db.fetchval("select count(*) from products where store_id = $1", store) == 0


async def test_the_only_variant_needs_no_options(db, store):
    product = await made(db, store, cup(variants=[{"price": D(1), "option1": "red"}]))
    assert product.only_default_variant and product.variants[0].options == ("", "", "")
    with pytest.raises(Invalid):
        await products.create(db, store, cup(variants=[{"price": D(1)}, {"price": D(2)}]))


async def test_policies_say_what_happens_at_zero(db, store):
    product = await made(db, store, cup())
    variant = product.variants[0]
    assert not variant.oversells
    product = await changed(db, store, product, policy="continue", variants=[{"key": variant.id, "available": -3}])
    assert product.policy == "continue" and product.available == -3 == await ledger(db, store, variant.id)
    with pytest.raises(Invalid):
        await products.update(db, store, product.id, {"policy": "deny"})
    product = await changed(db, store, product, policy="deny", variants=[{"key": variant.id, "available": 2}])
    assert (product.policy, product.available) == ("deny", 2)
    product = await changed(db, store, product, policy="auto_unpublished")
    assert product.policy == "auto_unpublished" and product.published_at
    product = await changed(db, store, product, variants=[{"key": variant.id, "available": 0}])
    assert product.published_at is None
    product = await changed(db, store, product, tracked=False, published=True)
    assert not product.tracked and product.published_at
    assert await events_of(db, store, product.id) == ["created"] + ["updated"] * 5


async def test_stock_is_not_changed_by_what_does_not_speak_of_it(db, store):
    product = await made(db, store, cup())
    variant = product.variants[0]
    await orders.place(db, store, Checkout((CheckoutLine(variant.id, 2),)))
    after = await changed(db, store, product, variants=[{"price": D("8")}])
    assert (after.variants[0].available, after.variants[0].locked, after.variants[0].id) == (3, 2, variant.id)
    assert after.version == product.version + 2, "the order's reservation shows in the stock"


async def test_a_variant_goes_and_the_orders_that_hold_it_stay(db, store):
    product = await made(db, store, shirt(tracked=True))
    gone = product.variants[0]
    placed = await orders.place(db, store, Checkout((CheckoutLine(gone.id, 2),)))
    await products.delete_variant(db, store, product.id, gone.uuid)
    line = (await orders.show(db, store, placed.id)).lines[0]
    assert (line.variant_uuid, line.variant_title) == (gone.uuid, "red / S")
    await orders.pay(db, store, placed.id)
    await orders.cancel(db, store, placed.id)
    with pytest.raises(Conflict):
        await products.delete_variant(db, store, product.id, product.variants[1].id)
    with pytest.raises(NotFound):
        await products.delete_variant(db, store, product.id, gone.id)
    rows = await db.fetch("select reason from stock_movements where store_id = $1 and variant_id = $2", store, gone.id)
    assert {row["reason"] for row in rows} == {"adjusted", "reserved"}


async def test_a_deleted_product_is_told_whole(db, store):
    product = await made(db, store, shirt(tracked=True))
    await products.delete(db, store, product.uuid)
    with pytest.raises(NotFound):
        await products.get(db, store, product.id)
    row = await db.fetchrow("select * from events where store_id = $1 and topic = 'product.deleted'", store)
    event = Event(store, row["id"], row["topic"], "product", product.id, row["sequence"], row["facts"], row["created_at"])
    assert await products.of_event(db, event) == product


async def test_one_variant_is_changed_and_moved(db, store):
    before = await made(db, store, shirt())
    one, two = before.variants
    await products.update_variant(db, store, two.uuid, {"position": 1, "price": D("5.5"), "option1": "green", "available": 9})
    after = await products.get(db, store, before.id)
    assert [(v.id, v.title, v.available) for v in after.variants] == [(two.id, "green / M", 9), (one.id, "red / S", 3)]
    assert after.variants[1].updated_at == one.updated_at
    with pytest.raises(Invalid) as told:
        await products.update_variant(db, store, two.uuid, {"option1": "red", "option2": "S"})
    assert set(told.value.fields) == {"option1"}
    with pytest.raises(NotFound):
        await products.update_variant(db, store, before.uuid, {})


async def test_images_are_added_moved_and_deleted(db, store):
    before = await made(db, store, shirt())
    after, new = await products.add_image(db, store, before.id, {"src": "https://a/2.png", "position": 1, "width": 300})
    assert [image.src[-5:] for image in after.images] == ["2.png", "1.png", "2.png"] and after.images[0].id == new
    after, _ = await products.update_image(db, store, before.id, new, {"position": 3, "src": "https://a/9.png"})
    assert [(image.src[-5:], image.width) for image in after.images] == [("1.png", None), ("2.png", None), ("9.png", None)]
    await products.delete_image(db, store, before.id, before.images[1].uuid)
    after = await products.get(db, store, before.id)
    assert [(image.src[-5:], image.position) for image in after.images] == [("1.png", 1), ("9.png", 2)]
    assert after.image_of(after.variants[1]) is None
    with pytest.raises(Invalid) as told:
        await products.add_image(db, store, before.id, {"alt": "x"})
    assert set(told.value.fields) == {"src"}
    with pytest.raises(NotFound):
        await products.delete_image(db, store, before.id, before.uuid)


@pytest.mark.parametrize(
    ("title", "handle"),
    [("Blue  Cup!", "blue-cup"), ("商品 一", "商品-一"), ("Crème brûlée", "crème-brûlée"), ("แก้วน้ำ", "แก้วน้ำ"),
     ("!!!", "product"), ("a" * 300, "a" * 100), ("A/B?c#d", "a-b-c-d"), ("snake_case", "snake-case")],
)  # fmt: skip
async def test_handles_are_made_of_titles_in_any_script(db, store, title, handle):
    assert (await made(db, store, cup(title=title))).handle == handle


async def test_handles_are_the_only_ones(db, store):
    one, two, three = [(await made(db, store, cup(handle="x_x_z"))) for _ in range(3)]
    assert [each.handle for each in (one, two, three)] == ["x_x_z", "x_x_z-1", "x_x_z-2"]
    assert (await changed(db, store, two, handle="x_x_z")).handle == "x_x_z-1"
    assert (await changed(db, store, one, handle="x_x_z")).handle == "x_x_z"
    for _ in range(25):
        last = await made(db, store, cup(handle="x_x_z"))
    assert last.handle.startswith("x_x_z-")


async def test_two_who_want_a_handle_at_once_get_two(pool):
    async with pool.acquire() as db, db.transaction():
        store = (await open_shop(db)).store_id

    async def another() -> int:
        async with pool.acquire() as db, db.transaction():
            return await products.create(db, store, cup(title="Wanted"))

    ids = await asyncio.gather(*(another() for _ in range(6)))
    async with pool.acquire() as db:
        assert sorted(each.handle for each in await products.load(db, store, ids)) == [
            "wanted", *(f"wanted-{number}" for number in range(1, 6))]


async def found(db, store, **search):
    ids = await products.find(db, store, products.Search(**search), Page(1, 50))
    assert len(ids) == await products.count(db, store, products.Search(**search))
    return [each.title for each in await products.load(db, store, ids)]


async def test_searches(db, store):
    for number, title in enumerate(("Blue cup", "Red cup 100%", "红色杯子", "Shirt")):
        await products.create(db, store, cup(title=title, vendor="Potter's", published=title != "Shirt",
                                             variants=[{"price": D(number + 1), "sku": f"S-{number}"}]))
    await db.execute(
        """update products set created_at = now() + (id - (select min(id) from products where store_id = $1)) * interval '1 s'
           where store_id = $1""", store,
    )
    every = await products.load(db, store, await products.find(db, store, products.Search(), Page()))
    assert [each.title for each in every] == ["Shirt", "红色杯子", "Red cup 100%", "Blue cup"]
    assert await found(db, store, keyword="cup") == ["Red cup 100%", "Blue cup"]
    assert await found(db, store, keyword="blue cu") == ["Blue cup"]
    assert await found(db, store, keyword="potter's shi") == ["Shirt"]
    assert await found(db, store, keyword="色杯") == ["红色杯子"]
    assert await found(db, store, keyword="S-2") == ["红色杯子"]
    assert await found(db, store, keyword="0%") == ["Red cup 100%"] and await found(db, store, keyword="%") == ["Red cup 100%"]
    assert await found(db, store, keyword="' | \\ &") == []
    assert await found(db, store, title="CUP") == ["Red cup 100%", "Blue cup"]
    assert await found(db, store, is_published=False) == ["Shirt"] and len(await found(db, store, is_published=True)) == 3
    assert await found(db, store, uuids=[every[1].uuid]) == ["红色杯子"] and await found(db, store, uuids=[]) == []
    assert await found(db, store, created=(every[1].created_at, None)) == ["Shirt", "红色杯子"]
    late = datetime.now(UTC) + timedelta(days=1)
    assert await found(db, store, updated=(late, None)) == [] == await found(db, store, published=(late, None))
    assert len(await found(db, store, published=(None, late))) == 3
    assert await products.find(db, store, products.Search(), Page(2, 3)) == [every[3].id]
    assert await products.find(db, store, products.Search(), Page(9, 3)) == []


async def test_a_collection_orders_its_products(db, store):
    uuids = [(await made(db, store, cup(title=title, variants=[{"price": D(price)}]))).uuid
             for title, price in (("b", 3), ("C", 1), ("a", 2))]
    collection = await collections.create(db, store, {"title": "Cups", "products": uuids})
    orders_ = {"manual": "bCa", "alpha-asc": "abC", "alpha-desc": "Cba", "price-asc": "Cab", "price-desc": "baC"}
    for order, titles in orders_.items():
        await collections.update(db, store, collection.id, {"sort_order": order})
        assert await found(db, store, collection=collection.uuid) == list(titles)
    assert await found(db, store, collection=uuids[0]) == []


async def test_prints_are_made_once_for_each_version(db, store):
    made_of = []

    def write(product):
        made_of.append(product.title)
        return f"{product.title} {product.version}".encode()

    printer = Printer("test", "1", write)
    ids = [await products.create(db, store, cup(title=title)) for title in "ab"]

    async def listed(printer=printer):
        return (await find(db, store, products.Search(), Page(), printer)).split(b",")

    assert sorted(await listed()) == [b"a 1", b"b 1"] == sorted(await listed()) and sorted(made_of) == ["a", "b"]
    variant = (await products.get(db, store, ids[0])).variants[0]
    await orders.place(db, store, Checkout((CheckoutLine(variant.id, 1),)))
    assert sorted(await listed()) == [b"a 2", b"b 1"] and made_of[2:] == ["a"]
    assert await one(db, store, ids[1], printer) == b"b 1" and made_of[2:] == ["a"]
    await products.update(db, store, ids[1], {"title": "c"})
    assert await one(db, store, ids[1], printer) == b"c 2" and made_of[3:] == ["c"]
    newer = Printer("test", "2", lambda product: b"new")
    assert await listed(newer) == [b"new", b"new"] and await one(db, store, ids[1], newer) == b"new"
    with pytest.raises(NotFound):
        await one(db, store, 1, printer)


async def test_readers_wait_for_nobody(pool):
    """A product that is being changed or deleted is printed as it was and its print is not kept."""
    async with pool.acquire() as db, db.transaction():
        store = (await open_shop(db)).store_id
        product_id = await products.create(db, store, cup())
    printer = Printer("test", "1", lambda product: str(product.version).encode())
    async with pool.acquire() as db, pool.acquire() as reader:
        for verb in (products.delete, lambda db, store, key: products.update(db, store, key, {"handle": "other"})):
            change = db.transaction()
            await change.start()
            await verb(db, store, product_id)
            async with asyncio.timeout(2):
                assert await find(reader, store, products.Search(), Page(), printer) == b"1"
            await change.rollback()
        assert await reader.fetchval("select count(*) from product_prints where store_id = $1", store) == 0


async def test_metafields_are_added_or_changed_never_dropped(db, store):
    product = await made(db, store, shirt())
    place = (await metafields.of_product(db, store, product.id))[0]
    await products.update(db, store, product.id, {"metafields": [
        {"namespace": "stock", "name": "place", "value": "26", "value_type": "integer"},
        {"namespace": "seo", "name": "data", "value": '{"a": 1}', "value_type": "json_string"}]})  # fmt: skip
    kept = await metafields.of_product(db, store, product.id)
    assert [(each.name, each.value) for each in kept] == [("place", "26"), ("data", '{"a": 1}')] and kept[0].id == place.id
    await products.update(db, store, product.id, {"metafields": [{"key": place.uuid, "namespace": "stock", "name": "where",
                                                                  "value": "x", "value_type": "string"}]})
    assert (await metafields.get(db, store, product.id, place.id)).name == "where"
    with pytest.raises(Conflict):
        await metafields.update(db, store, product.id, place.id, {"namespace": "seo", "name": "data"})
    with pytest.raises(NotFound):
        await metafields.get(db, store, product.id + 1, place.id)
    await metafields.delete(db, store, product.id, place.uuid)
    assert await metafields.count(db, store, product.id) == 1


async def test_another_store_sees_nothing(db, store):
    product = await made(db, store, shirt())
    other = (await open_shop(db)).store_id
    for verb in (products.get, products.delete, products.of_variant):
        with pytest.raises(NotFound):
            await verb(db, other, product.uuid)
    with pytest.raises(NotFound):
        await products.update_variant(db, other, product.variants[0].uuid, {"price": D(1)})
    assert await found(db, other) == []


async def test_two_edits_at_once_both_count(pool):
    async with pool.acquire() as db, db.transaction():
        store = (await open_shop(db)).store_id
        product_id = await products.create(db, store, cup())
        variant = (await products.get(db, store, product_id)).variants[0].id

    async def second() -> None:
        async with pool.acquire() as db, db.transaction():
            await products.update_variant(db, store, variant, {"sku": "NEW"})

    async with pool.acquire() as db:
        async with db.transaction():
            await products.update_variant(db, store, variant, {"price": D("7")})
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0.2)
        await waiting
        after = (await products.get(db, store, product_id)).variants[0]
    assert (after.price, after.sku) == (7, "NEW")


async def test_edits_and_orders_at_once_keep_the_ledger(pool):
    """Nobody waits for ever, nothing is oversold, and the ledger adds up."""
    async with pool.acquire() as db, db.transaction():
        store = (await open_shop(db)).store_id
        ids = [await products.create(db, store, shirt(tracked=True)) for _ in range(2)]
        variants = [variant.id for product in await products.load(db, store, ids) for variant in product.variants]

    async def act(number: int) -> None:
        async with pool.acquire() as db:
            try:
                async with db.transaction():
                    if number % 3 == 0:
                        key = variants[number % len(variants)]
                        await products.update_variant(db, store, key, {"available": number % 4, "price": D(number)})
                    elif number % 3 == 1:
                        await products.update(db, store, ids[number % 2], {"tracked": True, "policy": "auto_unpublished"})
                    else:
                        lines = tuple(CheckoutLine(each, 1) for each in (variants if number % 2 else reversed(variants)))
                        await orders.place(db, store, Checkout(lines))
            except Conflict:
                pass

    async with asyncio.timeout(30):
        await asyncio.gather(*(act(number) for number in range(36)))
    async with pool.acquire() as db:
        for variant in [each for product in await products.load(db, store, ids) for each in product.variants]:
            assert variant.available >= 0
            assert await ledger(db, store, variant.id) == variant.available
            reserved = await db.fetchval(
                "select coalesce(sum(reserved), 0) from order_lines where store_id = $1 and variant_id = $2", store, variant.id
            )
            assert reserved == variant.locked
