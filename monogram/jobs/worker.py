"""`monogram worker`: one process that takes jobs one by one and sends webhooks, waits for its database, and stops cleanly on
SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from contextlib import suppress

import asyncpg
import psycopg
from procrastinate.exceptions import ConnectorException

from monogram import webhook_dialects
from monogram.core import db, files
from monogram.settings import Settings

from . import app as jobs
from . import deliveries, rescue
from .composites import Means
from .renderer import Renderer

log = logging.getLogger(__name__)

GRACE = 10.0  # seconds that a running job has to end after SIGTERM; then it goes back in line
PAUSE = 1.0  # seconds between two tries to reach the database

_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, psycopg.Error, ConnectorException)


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT. `settings.database_url` must be set."""
    logging.basicConfig(level=os.environ.get("MONOGRAM_LOG", "INFO"), format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    webhook_dialects.register(settings)
    sender = asyncio.create_task(deliveries.run(settings.database_url, settings.receiver_networks, stop))
    renderer = Renderer()
    try:
        while not stop.is_set():
            try:
                await _work(settings, renderer, stop)
            except _AWAY as error:
                log.warning("the database is away, waiting for it: %r", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE)
    finally:
        await renderer.close()
        await sender


async def _work(settings: Settings, renderer: Renderer, stop: asyncio.Event) -> None:
    """Takes jobs until `stop`, or until the database is lost (returns or raises one of _AWAY)."""
    pool = await db.connect(settings.database_url, largest=4)
    try:
        means = Means(pool, files.open_storage(settings.storage), renderer)
        async with jobs.create(settings.database_url).open_async() as app:
            worker = app.run_worker_async(
                concurrency=1, install_signal_handlers=False, shutdown_graceful_timeout=GRACE, delete_jobs="successful",
                update_heartbeat_interval=rescue.HEARTBEAT, fetch_job_polling_interval=2.0, additional_context={"means": means},
            )  # fmt: skip
            tasks = [asyncio.create_task(each) for each in (worker, stop.wait(), rescue.watch(pool))]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(pool.close(), 5)
