"""The table of jobs: their names, as the core enqueues them, and how each is tried again."""

from __future__ import annotations

import asyncio
import logging

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy

from . import composites, rescue

log = logging.getLogger(__name__)

POOL_WAIT = 5.0  # seconds that a statement waits for a connection
TRIES = 30  # once a second at most: longer than any restart of a database


class Outcomes(JobManager):
    """Tells the database what became of a job until it hears. Procrastinate says it once: a database that blinks in that
    moment would leave the job running for ever under a worker that is alive and well."""

    async def finish_job(self, *args, **kwargs) -> None:
        await _until_heard(super().finish_job, *args, **kwargs)

    async def retry_job(self, *args, **kwargs) -> None:
        await _until_heard(super().retry_job, *args, **kwargs)


async def _until_heard(tell, *args, **kwargs) -> None:
    for again in range(TRIES, -1, -1):
        try:
            return await tell(*args, **kwargs)
        except ConnectorException as error:
            # any other cause is an answer: the job is not ours any more
            if not again or not isinstance(error.__cause__, psycopg.OperationalError):
                raise
            log.warning("the database did not hear how a job ended, telling it again: %r", error.__cause__)
            await asyncio.sleep(1)


class BackOff(BaseRetryStrategy):
    """For ever, ever more slowly: 1, 2, 4 ... 300 seconds. What must not be tried again ends without raising."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, asyncio.CancelledError):  # the worker was told to stop
            return RetryDecision(retry_in={"seconds": 0})
        return RetryDecision(retry_in={"seconds": min(2 ** min(job.attempts, 9), 300)})


def create(url: str) -> App:
    """The Procrastinate app of one worker on a PostgreSQL URL."""
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=POOL_WAIT))
    app.job_manager = Outcomes(app.connector)
    app.task(name="render_composite", queue="renders", pass_context=True, retry=BackOff())(composites.render)
    # Procrastinate stops watching its own listener and heartbeat when there is no periodic job at all
    app.periodic(cron="17 * * * *")(app.task(name="prune_jobs", queue="upkeep", pass_context=True)(prune_jobs))
    return app


async def prune_jobs(context: JobContext, timestamp: int) -> None:
    async with context.additional_context["means"].transaction() as db:
        await rescue.prune(db)
