"""The table of jobs: their names, as the core enqueues them, and how each is tried again."""

from __future__ import annotations

import asyncio

from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy

from . import composites, rescue


class BackOff(BaseRetryStrategy):
    """For ever, ever more slowly: 1, 2, 4 ... 300 seconds. What must not be tried again ends without raising."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, asyncio.CancelledError):  # the worker was told to stop
            return RetryDecision(retry_in={"seconds": 0})
        return RetryDecision(retry_in={"seconds": min(2 ** min(job.attempts, 9), 300)})


def create(url: str) -> App:
    """The Procrastinate app of one worker on a PostgreSQL URL."""
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=10))
    app.task(name="render_composite", queue="renders", pass_context=True, retry=BackOff())(composites.render)
    # Procrastinate stops watching its own listener and heartbeat when there is no periodic job at all
    app.periodic(cron="17 * * * *")(app.task(name="prune_jobs", queue="upkeep", pass_context=True)(prune_jobs))
    return app


async def prune_jobs(context: JobContext, timestamp: int) -> None:
    async with context.additional_context["means"].transaction() as db:
        await rescue.prune(db)
