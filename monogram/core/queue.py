"""Jobs, named by string and enqueued inside the business transaction: a job exists only if the caller commits."""

from __future__ import annotations

from .db import Db

_DEFER = """
select procrastinate_defer_jobs_v1(array[row($1, $2, $3, $4, $5, $6::jsonb, null)::procrastinate_job_to_defer_v1])
"""


async def enqueue(db: Db, job: str, *, queue: str = "default", priority: int = 0, lock: str | None = None,
                  once: str | None = None, **args: object) -> None:
    """Adds the job `job` with `args`. Jobs of one `lock` run one after the other; of one `once` only one waits."""
    await db.execute(_DEFER, queue, job, priority, lock, once, args)
