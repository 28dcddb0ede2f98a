"""The call limit: a sliding window that is exact whatever the number of processes."""

import asyncio

import asyncpg
import pytest

from monogram.core import rates
from monogram.core.errors import TooMany


async def test_the_sixty_first_call_is_refused_and_told_how_long_to_wait(pool):
    async with pool.acquire() as db:
        budgets = [await rates.spend(db, 1) for _ in range(60)]
        assert [b.remaining for b in budgets] == list(range(59, -1, -1))
        with pytest.raises(TooMany) as refused:
            await rates.spend(db, 1)
        assert 50 < refused.value.retry_after <= 60
        assert (await rates.spend(db, 2)).remaining == 59  # another key is untouched


async def _move_back(db, key_id, seconds, first, last):
    """Pretends that calls number first..last happened `seconds` earlier."""
    await db.execute(
        """update call_windows set calls = (select array_agg(case when n between $3 and $4
               then t - make_interval(secs => $2) else t end order by n) from unnest(calls) with ordinality x(t, n))
           where key_id = $1""", key_id, float(seconds), first, last,
    )


async def test_the_window_slides_call_by_call(pool):
    async with pool.acquire() as db:
        for _ in range(60):
            await rates.spend(db, 3)
        await _move_back(db, 3, 61, 1, 2)  # the two oldest leave the window
        for left in (1, 0):
            budget = await rates.spend(db, 3)
            assert budget.remaining == left and 50 < budget.reset_after <= 60
        with pytest.raises(TooMany):
            await rates.spend(db, 3)
        assert await db.fetchval("select cardinality(calls) from call_windows where key_id = 3") == 60


async def test_a_call_just_inside_the_window_still_counts(pool):
    async with pool.acquire() as db:
        for _ in range(60):
            await rates.spend(db, 4)
        await _move_back(db, 4, 58, 1, 60)
        with pytest.raises(TooMany) as refused:
            await rates.spend(db, 4)
        assert 0 < refused.value.retry_after < 2.5


async def test_a_lower_limit_looks_at_the_latest_calls_only(pool):
    async with pool.acquire() as db:
        for _ in range(10):
            await rates.spend(db, 5)
        with pytest.raises(TooMany):
            await rates.spend(db, 5, limit=5)


async def test_exactly_sixty_of_many_at_once(database_url):
    """Separate connections, as separate processes have them."""
    connections = [await asyncpg.connect(database_url) for _ in range(8)]

    async def caller(db):
        accepted = 0
        for _ in range(20):
            try:
                await rates.spend(db, 6)
                accepted += 1
            except TooMany:
                pass
        return accepted

    try:
        assert sum(await asyncio.gather(*map(caller, connections))) == 60
    finally:
        for connection in connections:
            await connection.close()
