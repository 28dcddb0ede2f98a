"""SKUs: added, sold with a feature, found."""

import pytest

from monogram.core import features, skus
from monogram.core.errors import Conflict, Invalid, NotFound
from monogram.core.paging import Page
from tests.forms import NAME, form, new_store, sell


async def found(db, store, **conditions) -> list[str]:
    count, rows = await skus.find(db, store.id, **conditions, page=Page(1, 100))
    assert count == len(rows)
    return [row.sku for row in rows]


async def test_a_sku_is_plain_until_it_is_sold_with_a_feature(db):
    store = await new_store(db)
    added = await skus.add(db, store.id, "MUG")
    assert (added.integrated_status, added.feature_id, added.feature_title, added.store_name) == (
        skus.PLAIN,
        None,
        None,
        store.name,
    )
    feature = await features.create(db, store.id, "Name")
    bound = await skus.bind(db, store.id, "MUG", feature.id)
    assert (bound.integrated_status, bound.feature_id, bound.feature_title) == (skus.PENDING, feature.id, "Name")
    unbound = await skus.unbind(db, store.id, "MUG")
    assert (unbound.integrated_status, unbound.feature_id) == (skus.PLAIN, None)


async def test_a_published_feature_integrates_at_once(db):
    store = await new_store(db)
    await sell(db, store.id, form(NAME), sku="MUG")
    assert (await skus.get(db, store.id, "MUG")).integrated_status == skus.INTEGRATED


async def test_refusals(db):
    store, other = await new_store(db), await new_store(db, "other")
    feature = await features.create(db, other.id, "Theirs")
    await skus.add(db, store.id, "MUG")
    with pytest.raises(Conflict):
        await skus.add(db, store.id, "MUG")
    await skus.add(db, other.id, "MUG")
    for bad in ("", "  ", "x" * 256, "a\0", "a\nb", "\ud800"):
        with pytest.raises(Invalid):
            await skus.add(db, store.id, bad)
    for verb in (
        lambda: skus.bind(db, store.id, "MUG", feature.id),
        lambda: skus.bind(db, store.id, "CUP", feature.id),
        lambda: skus.unbind(db, store.id, "CUP"),
        lambda: skus.get(db, store.id, "a\0"),
        lambda: skus.get(db, None, "MUG"),
    ):
        with pytest.raises(NotFound):
            await verb()


async def test_finding(db):
    store, other = await new_store(db), await new_store(db, "other")
    for sku in ("Mug_1", "Mug-2", "100%", "马克杯", r"a\b", "clock"):
        await skus.add(db, store.id, sku)
    await skus.add(db, other.id, "Mug_1")
    await sell(db, store.id, form(NAME), sku="sold")
    everything = ["sold", "clock", r"a\b", "马克杯", "100%", "Mug-2", "Mug_1"]
    assert await found(db, store) == everything
    assert await found(db, store, keyword="mug") == ["Mug-2", "Mug_1"]
    assert await found(db, store, keyword="mug_") == ["Mug_1"]
    assert await found(db, store, keyword="%") == ["100%"]
    assert await found(db, store, keyword="\\") == [r"a\b"]
    assert await found(db, store, keyword="克") == ["马克杯"]
    assert await found(db, store, keyword="a\0") == []
    assert await found(db, store, skus=["clock", "Mug_1", "nothing", "mug-2", "a\0"]) == ["clock", "Mug_1"]
    assert await found(db, store, skus=[]) == []
    assert await found(db, store, status=skus.INTEGRATED) == ["sold"]
    assert await found(db, store, status=2**40) == []
    pages = [await skus.find(db, store.id, page=Page(number, 3)) for number in (1, 2, 3, 4, 10**17)]
    assert [row.sku for _, rows in pages for row in rows] == everything
    assert {count for count, _ in pages} == {7}
