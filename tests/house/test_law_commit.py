"""Law 8: commit once, at the edge. What fails there is never answered as done, and nothing of it stays."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
import pytest

from monogram.core import apps
from monogram.core import db as core_db
from monogram.core.features import PREVIEW, PRODUCTION, Template
from tests.conftest import Server, settings_for
from tests.forms import NAME, NAME_DOCUMENT, form, new_store, picture, sell

REFUSE = """
create function refuse_commit() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$;
create constraint trigger refuse_commit after insert on {table} deferrable initially deferred
    for each row execute function refuse_commit();
"""


@pytest.fixture(scope="module")
async def shop(cluster, tmp_path_factory):
    """A server on a database of its own, which the tests may spoil, and a pool that may do so."""
    home = tmp_path_factory.mktemp("commit")
    storage_url = f"file://{home}/files"
    server = Server(settings_for(home, cluster.new_database(), storage_url), home / "server.log").start()
    pool = await core_db.connect(cluster.postgres.dsn_of(urlsplit(server.database_url).path[1:], "postgres"))
    async with pool.acquire() as db, db.transaction():
        store = await new_store(db)
        version = await sell(
            db, store.id, form(NAME), [Template("P", PRODUCTION, NAME_DOCUMENT), Template("L", PREVIEW, NAME_DOCUMENT)]
        )
        key = await apps.issue_key(db, store.merchant_id, "ERP")
    yield server, pool, store, version, key.secret
    await pool.close()
    server.stop()


async def post(server, path: str, key: str | None = None, **more) -> tuple[int, dict, str]:
    headers = {"X-Api-Key": key} if key else {"Content-Type": "image/png"} if "data" in more else {}
    async with aiohttp.ClientSession() as session, session.post(server.url + path, headers=headers, **more) as response:
        return response.status, await response.json(), response.headers["X-Request-Id"]


def order(store) -> dict:
    line = {
        name: "1"
        for name in ("platformItemId", "platformProductId", "platformProductTitle", "platformVariantTitle", "platformVariantId")
    }
    return {
        "storeId": str(store.id),
        "platformOrderId": "1",
        "platformOrderNo": "D1",
        "currencyCode": "USD",
        "platformCreatedAt": datetime.now(UTC).isoformat(),
        "lineItems": [{"sku": "MUG-1", "customInfoId": "", **line}],
    }


ANSWERS = {"sku": "MUG-1", "lang": "en", "answers": {"name": "Anna"}}


def calls(store, version, custom_info_id: str, secret: str) -> dict[str, tuple]:
    """For each table that an API writes: the call that writes it."""
    composite = {"customInfoId": custom_info_id, "compositeId": str(version.templates[0].id)}
    return {
        "customizations": (f"/api/stores/{store.id}/customizations", None, {"json": ANSWERS}),
        "files": (f"/api/stores/{store.id}/uploads", None, {"data": picture()}),
        "orders": ("/v1/order", secret, {"json": order(store)}),
        "composite_tasks": ("/v1/composite/task", secret, {"json": composite}),
    }


async def test_a_commit_that_fails_is_not_answered_2xx(shop):
    server, pool, store, version, secret = shop
    _, confirmed, _ = await post(server, f"/api/stores/{store.id}/customizations", json=ANSWERS)
    jobs = await pool.fetchval("select count(*) from procrastinate_jobs")
    for table, (path, key, more) in calls(store, version, confirmed["id"], secret).items():
        before = await pool.fetchval(f"select count(*) from {table}")
        await pool.execute(REFUSE.format(table=table))
        try:
            status, body, request = await post(server, path, key, **more)
            assert status == 500, (table, body)
            assert request in str(body) and "not today" not in str(body)
            assert await pool.fetchval(f"select count(*) from {table}") == before
            assert f"[request {request}]" in server.log.read_text() and "not today" in server.log.read_text()
        finally:
            await pool.execute(f"drop trigger refuse_commit on {table}; drop function refuse_commit")
        status, body, _ = await post(server, path, key, **more)
        assert status == 201, (table, body)
        assert await pool.fetchval(f"select count(*) from {table}") > before
    # the previews of one more customization, and the composite task: jobs came only with what was committed
    assert await pool.fetchval("select count(*) from procrastinate_jobs") == jobs + 2


async def test_a_caller_who_leaves_early_leaves_no_half(shop):
    server, pool, store, *_ = shop
    before = await pool.fetchval("select count(*) from customizations")

    async def leave() -> None:
        try:
            async with asyncio.timeout(0.01):
                await post(server, f"/api/stores/{store.id}/customizations", json=ANSWERS)
        except TimeoutError:
            pass

    await asyncio.gather(*(leave() for _ in range(10)))
    await asyncio.sleep(1)
    kept = await pool.fetchval("select count(*) from customizations") - before
    halves = await pool.fetchval(
        """select count(*) from customizations c where not exists (
               select from composite_tasks t join procrastinate_jobs j on (j.args->>'task_id')::bigint = t.id
               where t.customization_id = c.id)"""
    )
    assert 0 <= kept <= 10 and halves == 0
    assert await pool.fetchval("select count(*) from pg_stat_activity where state like 'idle in transaction%'") == 0


async def test_a_bug_is_logged_and_answered_with_its_request_id_only(shop):
    server, pool, store, _, secret = shop
    await pool.execute("alter table skus rename to lost")
    try:
        for path, key, more in (
            (f"/api/stores/{store.id}/customizations", None, {"json": ANSWERS}),
            ("/v1/order", secret, {"json": order(store)}),
        ):
            status, body, request = await post(server, path, key, **more)
            assert status == 500 and request in str(body) and "skus" not in str(body)
            log = server.log.read_text()
            assert f"[request {request}]" in log and "UndefinedTableError" in log
    finally:
        await pool.execute("alter table lost rename to skus")
    assert (await post(server, f"/api/stores/{store.id}/customizations", json=ANSWERS))[0] == 201
