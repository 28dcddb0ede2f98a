"""kill -9 at any moment: every task still ends, once, and neighbours do not suffer."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from monogram import serving
from monogram.core import db as core_db
from monogram.jobs import app as jobs
from monogram.postgres import Postgres
from tests.conftest import settings_for
from tests.shops import document

from .conftest import Bench, slow


async def test_a_killed_workers_task_ends_once_within_45_seconds(bench):
    shop = await bench.open_shop(slow())
    worker = bench.start_worker()
    task = await bench.ask(shop, await bench.confirm(shop))
    await bench.begun(task)
    await asyncio.sleep(1)
    renderer = bench.renderer_of(worker)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    killed = time.monotonic()
    assert (await bench.task(shop, task)).status == 1
    bench.start_worker()
    await bench.begun(task, 2, seconds=45)
    assert time.monotonic() - killed < 45
    with pytest.raises(ProcessLookupError):  # it went with its worker
        os.kill(renderer, 0)
    done = await bench.ended(shop, task, 90)
    assert (done.status, await bench.attempts(task)) == (2, 2)
    assert await bench.pool.fetchval("select count(*) from production_files") == 1 == len(bench.objects())


async def test_a_task_that_takes_the_renderer_down_fails_the_third_time(bench):
    shop, fine = await bench.open_shop(slow()), await bench.open_shop(document())
    worker = bench.start_worker()
    poison = await bench.ask(shop, await bench.confirm(shop))
    neighbour = None
    for attempt in (1, 2, 3):
        await bench.begun(poison, attempt)
        await asyncio.sleep(0.5)
        os.kill(bench.renderer_of(worker), signal.SIGSEGV)
        neighbour = neighbour or await bench.ask(fine, await bench.confirm(fine))
    failed = await bench.ended(shop, poison)
    assert failed.status == 3 and failed.file is None
    assert failed.failed_reason == "the renderer stopped three times on this task: it was ended by SIGSEGV"
    assert (await bench.ended(fine, neighbour)).status == 2
    assert worker.poll() is None, "the worker itself lives"


async def test_sigterm_in_a_drawing_gives_the_job_back(bench):
    shop = await bench.open_shop(slow(300))
    worker = bench.start_worker()
    task = await bench.ask(shop, await bench.confirm(shop))
    await bench.begun(task)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    jobs = await bench.pool.fetch("select status::text from procrastinate_jobs where task_name = 'render_composite'")
    assert [row["status"] for row in jobs] == ["todo"] and (await bench.task(shop, task)).status == 1


async def test_a_killed_database_is_waited_for(tmp_path):
    with Postgres(tmp_path / "home") as postgres:
        serving.migrate(postgres.dsn)
        settings = settings_for(tmp_path, postgres.dsn, f"file://{tmp_path}/files")
        pool = await core_db.connect(postgres.dsn)
        bench = Bench(settings, pool, tmp_path / "files", tmp_path / "worker.log")
        worker = bench.start_worker()
        try:
            shop = await bench.open_shop(slow(30))
            before = await bench.ask(shop, await bench.confirm(shop))
            await bench.begun(before)
            os.kill(postgres.pid, signal.SIGKILL)
            await _gone(postgres)
            await asyncio.sleep(2)
            postgres.launch()
            await bench.until(lambda: _answers(pool), 30, "the database")
            after = await bench.ask(shop, await bench.confirm(shop, "Grace"))
            assert {(await bench.ended(shop, task, 90)).status for task in (before, after)} == {2}
            assert worker.poll() is None
        finally:
            worker.kill()
            worker.wait()
            await pool.close()


async def _answers(pool) -> bool:
    try:
        return await pool.fetchval("select 1") == 1
    except Exception:
        return False


async def test_how_a_job_ended_is_told_again_until_the_database_hears(tmp_path):
    with Postgres(tmp_path / "home") as postgres:
        serving.migrate(postgres.dsn)
        async with jobs.create(postgres.dsn).open_async() as app:
            worker = await app.job_manager.register_worker()
            await app.configure_task("render_composite", queue="renders").defer_async(store_id=1, task_id=1)
            job = await app.job_manager.fetch_job(None, worker)
            os.kill(postgres.pid, signal.SIGKILL)
            await _gone(postgres)
            telling = asyncio.create_task(app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=True))
            await asyncio.sleep(jobs.POOL_WAIT + 1)  # longer than one statement waits
            assert not telling.done()
            postgres.launch()
            await asyncio.wait_for(telling, 30)
            assert list(await app.job_manager.list_jobs_async()) == []
            with pytest.raises(ConnectorException):  # an answer, not an absence: said once
                await asyncio.wait_for(app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=True), 5)


async def _gone(postgres: Postgres) -> None:
    for _ in range(500):
        if postgres.poll() is not None:
            return
        await asyncio.sleep(0.02)
