"""60 requests a minute for each key: exact, sliding, and the same over all processes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import Server, settings_for

from .conftest import Api


async def _move_back(pool, key_id: int, seconds: float) -> None:
    """As if `seconds` had passed."""
    await pool.execute(
        """update call_windows set calls = (select array_agg(c - make_interval(secs => $2) order by c) from unnest(calls) c)
           where key_id = $1""", key_id, float(seconds),
    )  # fmt: skip


def _statuses(api: Api, count: int, threads: int = 4) -> list[int]:
    with ThreadPoolExecutor(threads) as pool:
        return sorted(reply.status for reply in pool.map(lambda _: api.get("/composite/task/1"), range(count)))


async def test_the_sixty_first_is_refused_and_told_when_to_come_back(api, pool, shop, other):
    for remaining in range(59, -1, -1):
        reply = api.get("/order") if remaining % 2 else api.get("/order", {"pageSize": "501"})
        assert (reply.headers["x-ratelimit-limit"], reply.headers["x-ratelimit-remaining"]) == ("60", str(remaining))
        assert reply.headers["ratelimit"].startswith(f'"key";r={remaining};t=')
    refused = api.get("/order")
    assert refused.status == 429 and refused.headers["x-ratelimit-remaining"] == "0"
    wait = int(refused.headers["retry-after"])
    assert 1 <= wait <= 60 and refused.headers["x-ratelimit-reset"] == str(wait)
    assert api.get("/order", key=other.key).status == 200

    await _move_back(pool, shop.key_id, wait - 3)
    late = api.get("/order")
    assert late.status == 429 and 1 <= int(late.headers["retry-after"]) <= 3
    await _move_back(pool, shop.key_id, 57 - (wait - 3) + 3)
    assert api.get("/order").status == 200


async def test_the_window_slides(api, pool, shop):
    assert _statuses(api, 40) == [404] * 40
    await _move_back(pool, shop.key_id, 50)
    assert _statuses(api, 30) == [404] * 20 + [429] * 10
    await _move_back(pool, shop.key_id, 11)  # the first 40 are past the window, the 20 are not
    assert _statuses(api, 45) == [404] * 40 + [429] * 5


@pytest.fixture
def second_server(tmp_path_factory, database_url, storage_url):
    home = tmp_path_factory.mktemp("second")
    running = Server(settings_for(home, database_url, storage_url), home / "server.log").start()
    yield running
    running.stop()


async def test_two_processes_share_one_budget(api, shop, second_server):
    apis = [api, Api(second_server.url, shop.key)]
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(reply.status for reply in threads.map(lambda n: apis[n % 2].get("/order"), range(100)))
    assert time.monotonic() - begun < 60, "too slow a machine to tell"
    assert statuses == [200] * 60 + [429] * 40
