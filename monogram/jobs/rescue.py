"""Jobs whose worker died are taken up again, tasks without a job get one, and the queue's tables stay small.

Procrastinate marks a dead worker's jobs as running for ever; its heartbeats only tell that it is dead.
"""

from __future__ import annotations

import asyncio
import logging

import asyncpg

from monogram.core import composites
from monogram.core.db import Db

log = logging.getLogger(__name__)

HEARTBEAT = 3.0  # seconds between two signs of life
DEAD = 15.0  # seconds without one
PERIOD = 5.0  # seconds between two looks
REVIVAL = 6  # every so many looks

# A worker that was stopped for long (a closed laptop) and wakes up finds its task held by another: the fence decides.
_RETRY = """
with dead as materialized (
    select j.id from procrastinate_jobs j
    where j.status = 'doing' and not exists (
        select from procrastinate_workers w
        where w.id = j.worker_id and w.last_heartbeat > now() - make_interval(secs => $1)
    ) for update of j skip locked
)
select id, procrastinate_retry_job_v2(id, now(), null, null, null) from dead
"""


async def retry_dead(db: Db) -> list[int]:
    """Puts the jobs of dead workers back in line; returns their ids."""
    return [row["id"] for row in await db.fetch(_RETRY, DEAD)]


async def watch(pool: asyncpg.Pool) -> None:
    """Looks again and again, at once to begin with. A database that is away is waited for."""
    look = 0
    while True:
        try:
            async with pool.acquire() as connection, connection.transaction():
                if retried := await retry_dead(connection):
                    log.warning("took up %s jobs of dead workers: %s", len(retried), retried)
                if look % REVIVAL == 0 and (revived := await composites.revive(connection)):
                    log.warning("%s composite tasks had no job and have one again", revived)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("could not look for dead workers: %r", error)
        look += 1
        await asyncio.sleep(PERIOD)


async def prune(db: Db) -> None:
    """Forgets jobs that ended a week ago. Those that succeeded are deleted at once by the worker."""
    await db.execute(
        """delete from procrastinate_jobs j where j.status not in ('todo', 'doing') and not exists (
               select from procrastinate_events e where e.job_id = j.id and e.at > now() - interval '7 days')"""
    )
