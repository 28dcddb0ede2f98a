"""Composite tasks: created with their job, held by a fence, ended once."""

from __future__ import annotations

import pytest

from monogram.core import composites, files
from monogram.core.errors import NotFound
from tests.shops import confirm, open_shop


@pytest.fixture
async def shop(db):
    return await open_shop(db)


@pytest.fixture
async def custom(db, shop):
    return await confirm(db, shop)


@pytest.fixture
async def task(db, shop, custom):
    return (await composites.create(db, shop.merchant_id, custom, shop.production_id)).id


async def _file(db, storage, shop, content: bytes = b"png"):
    return await files.add(db, storage, shop.store_id, content, "image/png")


async def _jobs(db, task_id: int) -> int:
    return await db.fetchval("select count(*) from procrastinate_jobs where (args->>'task_id')::bigint = $1", task_id)


async def test_a_task_is_running_at_once_and_has_a_job(db, shop, custom, task):
    found = await composites.get(db, shop.merchant_id, task)
    assert (found.status, found.failed_reason, found.file) == (composites.RUNNING, "", None)
    assert (found.customization_id, found.template_version_id, found.title) == (custom, shop.production_id, "Mug wrap")
    assert await _jobs(db, task) == 1


async def test_the_job_exists_only_if_the_caller_commits(pool):
    async with pool.acquire() as connection, connection.transaction():
        shop = await open_shop(connection)
        custom = await confirm(connection, shop)
    async with pool.acquire() as connection:
        with pytest.raises(ZeroDivisionError):
            async with connection.transaction():
                lost = (await composites.create(connection, shop.merchant_id, custom, shop.production_id)).id
                assert await _jobs(connection, lost) == 1
                raise ZeroDivisionError
        assert await _jobs(connection, lost) == 0
        with pytest.raises(NotFound):
            await composites.get(connection, shop.merchant_id, lost)


async def test_only_production_templates_of_the_pinned_version_are_drawn(db, shop, custom):
    other = await open_shop(db)
    cases = [
        (shop.merchant_id, custom, shop.preview_id),
        (shop.merchant_id, custom, other.production_id),
        (shop.merchant_id, custom, None),
        (shop.merchant_id, 1, shop.production_id),
        (shop.merchant_id, None, None),
        (other.merchant_id, custom, shop.production_id),
    ]
    for case in cases:
        with pytest.raises(NotFound):
            await composites.create(db, *case)


async def test_another_merchants_task_is_not_found(db, shop, task):
    other = await open_shop(db)
    for merchant, key in [(other.merchant_id, task), (shop.merchant_id, task + 10**6), (shop.merchant_id, None)]:
        with pytest.raises(NotFound):
            await composites.get(db, merchant, key)


async def test_work_carries_what_was_pinned(db, shop, custom, task):
    work = await composites.start(db, shop.store_id, task)
    assert (work.task_id, work.fence, work.customization_id, work.answers) == (task, 1, custom, {"name": "Ada"})
    assert work.document["layers"][0]["id"] == "name" and work.definition["steps"] and work.faces["families"]


async def test_a_task_ends_once_and_keeps_its_file(db, storage, shop, task):
    await composites.start(db, shop.store_id, task)
    file = await _file(db, storage, shop)
    assert await composites.succeed(db, shop.store_id, task, 1, "r" * 64, file.id, {})
    assert not await composites.fail(db, shop.store_id, task, 1, "too late")
    assert not await composites.succeed(db, shop.store_id, task, 1, "s" * 64, file.id, {})
    found = await composites.get(db, shop.merchant_id, task)
    assert (found.status, found.file, found.failed_reason) == (composites.DONE, file, "")
    assert await composites.start(db, shop.store_id, task) is None


async def test_who_lost_the_hold_writes_nothing(db, storage, shop, task):
    await composites.start(db, shop.store_id, task)
    await composites.start(db, shop.store_id, task)
    file = await _file(db, storage, shop)
    assert not await composites.succeed(db, shop.store_id, task, 1, "r" * 64, file.id, {})
    assert not await composites.fail(db, shop.store_id, task, 1, "broken")
    assert await composites.crash(db, shop.store_id, task, 1, "it died")  # nothing is left to do for it
    assert (await composites.get(db, shop.merchant_id, task)).status == composites.RUNNING
    assert await composites.fail(db, shop.store_id, task, 2, "font_missing: Nothing Sans")
    assert (await composites.get(db, shop.merchant_id, task)).failed_reason == "font_missing: Nothing Sans"


async def test_the_third_crash_ends_it(db, shop, task):
    for time in (1, 2, 3):
        assert (await composites.start(db, shop.store_id, task)).fence == time
        assert await composites.crash(db, shop.store_id, task, time, "it was ended by SIGSEGV") == (time == 3)
    found = await composites.get(db, shop.merchant_id, task)
    assert (found.status, found.failed_reason) == (3, "the renderer stopped three times on this task: it was ended by SIGSEGV")


async def test_a_lost_worker_is_not_the_tasks_fault_but_it_ends_some_day(db, shop, task):
    for time in range(1, composites.ATTEMPTS + 1):
        assert (await composites.start(db, shop.store_id, task)).fence == time
    assert await composites.start(db, shop.store_id, task) is None
    found = await composites.get(db, shop.merchant_id, task)
    assert found.status == 3 and "100 times" in found.failed_reason


async def test_a_recipe_that_was_drawn_is_not_drawn_again(db, storage, shop, custom, task):
    await composites.start(db, shop.store_id, task)
    assert not await composites.reuse(db, shop.store_id, task, 1, "r" * 64)
    first = await _file(db, storage, shop, b"first")
    await composites.succeed(db, shop.store_id, task, 1, "r" * 64, first.id, {})

    again = (await composites.create(db, shop.merchant_id, custom, shop.production_id)).id
    await composites.start(db, shop.store_id, again)
    assert await composites.reuse(db, shop.store_id, again, 1, "r" * 64)
    assert (await composites.get(db, shop.merchant_id, again)).file == first

    raced = (await composites.create(db, shop.merchant_id, custom, shop.production_id)).id
    await composites.start(db, shop.store_id, raced)
    assert await composites.succeed(db, shop.store_id, raced, 1, "r" * 64, (await _file(db, storage, shop, b"second")).id, {})
    assert (await composites.get(db, shop.merchant_id, raced)).file == first


async def test_a_task_without_a_job_gets_one(db, shop, task):
    await db.execute("delete from procrastinate_jobs where (args->>'task_id')::bigint = $1", task)
    await composites.revive(db)
    assert await _jobs(db, task) == 0  # it may only just have begun
    await db.execute("update composite_tasks set created_at = now() - interval '1 minute' where id = $1", task)
    await composites.revive(db)
    await composites.revive(db)
    assert await _jobs(db, task) == 1


async def test_previews_come_first(db, shop, custom, task):
    rows = await db.fetch(
        """select v.usage, j.priority from procrastinate_jobs j join composite_tasks t on t.id = (j.args->>'task_id')::bigint
           join template_versions v on v.id = t.template_version_id where t.customization_id = $1 order by v.usage""", custom,
    )  # fmt: skip
    assert [tuple(row) for row in rows] == [(1, 0), (2, 10)]


async def test_templates_are_those_of_the_pinned_version_in_order(db, shop, custom):
    found = await composites.templates(db, shop.store_id, [custom, 1])
    assert [(t.id, t.title, t.usage) for t in found[custom]] == [
        (shop.production_id, "Mug wrap", 1), (shop.preview_id, "Mug preview", 2),
    ]  # fmt: skip
    assert found[1] == []
