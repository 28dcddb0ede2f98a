"""Composite tasks: one template of one customization, to be drawn into a file. The worker that draws holds a fence.

Status 1 (running) ends once, in 2 with a file or in 3 with a reason. A result is written only by the current holder.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from . import queue
from .db import Db
from .errors import NotFound
from .features import PREVIEW, PRODUCTION
from .files import File

RUNNING, DONE, FAILED = 1, 2, 3
JOB = "render_composite"
QUEUE = "renders"

# How often one task may take the renderer down before it is called its fault, and how often it may be begun at all:
# a worker or database that dies is not the task's fault, but a task that never ends must end.
CRASHES = 3
ATTEMPTS = 100


@dataclass(frozen=True)
class Template:
    """A published template as a customization sees it. `id` is the version's: CustoMeow's compositeId."""

    id: int
    template_id: int  # the same through all versions
    title: str
    usage: int  # PRODUCTION or PREVIEW


@dataclass(frozen=True)
class Task:
    id: int
    customization_id: int
    template_version_id: int
    title: str  # of the template
    status: int
    failed_reason: str  # empty but for FAILED
    file: File | None  # None but for DONE


@dataclass(frozen=True)
class Work:
    """All that a render needs but the bytes, and the fence to hand in its result with."""

    store_id: int
    task_id: int
    fence: int
    customization_id: int
    feature_version_id: int
    template_version_id: int
    usage: int
    document: dict[str, Any]
    definition: dict[str, Any]  # of the feature version
    answers: dict[str, Any]
    faces: Any  # the font files that the answers were confirmed with, as `font_books` keeps them
    checks: tuple[dict[str, Any], ...] = ()  # the production documents that are checked with a customization's first preview


async def templates(db: Db, store_id: int, customization_ids: list[int]) -> dict[int, list[Template]]:
    """The templates of each customization's pinned feature version, in their order."""
    if not customization_ids:  # most platforms send orders of which nothing is personalized
        return {}
    rows = await db.fetch(
        """select c.id as customization_id, t.id, t.template_id, t.title, t.usage
           from customizations c
           join template_versions t on t.store_id = c.store_id and t.feature_version_id = c.feature_version_id
           where c.store_id = $1 and c.id = any($2) order by t.position""",
        store_id, customization_ids,
    )
    found: dict[int, list[Template]] = {key: [] for key in customization_ids}
    for customization_id, *columns in rows:
        found[customization_id].append(Template(*columns))
    return found


async def request(db: Db, store_id: int, customization_id: int, template_version_id: int) -> int:
    """A new running task and its job, both in the caller's transaction. Returns the task's id."""
    task_id, usage = await db.fetchrow(
        """insert into composite_tasks as t (store_id, customization_id, template_version_id) values ($1, $2, $3)
           returning id, (
               select usage from template_versions v where v.store_id = t.store_id and v.id = t.template_version_id
           )""",
        store_id, customization_id, template_version_id,
    )
    await _enqueue(db, store_id, task_id, usage)
    return task_id


async def _enqueue(db: Db, store_id: int, task_id: int, usage: int) -> None:
    # a shopper waits for a preview, a printer for the next pick-up
    await queue.enqueue(db, JOB, queue=QUEUE, priority=10 if usage == PREVIEW else 0, store_id=store_id, task_id=task_id)


async def create(db: Db, merchant_id: int, customization_id: int | None, composite_id: int | None) -> Task:
    """Asks for a production file. NotFound for a customization that is not the merchant's, or a composite id that is not
    a production template of its feature version."""
    row = await db.fetchrow(
        """select c.store_id, t.id, t.title
           from customizations c
           join stores s on s.id = c.store_id and s.merchant_id = $1
           left join template_versions t on t.store_id = c.store_id and t.feature_version_id = c.feature_version_id
                and t.id = $3 and t.usage = $4
           where c.id = $2""",
        merchant_id, customization_id, composite_id, PRODUCTION,
    )
    if row is None:
        raise NotFound("customization", customization_id)
    if row["id"] is None:
        raise NotFound("production template", composite_id)
    task_id = await request(db, row["store_id"], customization_id, composite_id)
    return Task(task_id, customization_id, composite_id, row["title"], RUNNING, "", None)


async def get(db: Db, merchant_id: int, task_id: int | None) -> Task:
    """A merchant's own task; NotFound for any other."""
    row = await db.fetchrow(
        """select t.id, t.customization_id, t.template_version_id, v.title, t.status, t.failed_reason,
                  f.store_id, f.id as file_id, f.token, f.sha256, f.media_type, f.size, f.width, f.height
           from stores s
           join composite_tasks t on t.store_id = s.id and t.id = $2
           join template_versions v on v.store_id = t.store_id and v.id = t.template_version_id
           left join production_files p on p.store_id = t.store_id and p.recipe = t.recipe
           left join files f on f.store_id = p.store_id and f.id = p.file_id
           where s.merchant_id = $1""",
        merchant_id, task_id,
    )
    if row is None:
        raise NotFound("composite task", task_id)
    values = tuple(row)
    return Task(*values[:6], File(*values[6:]) if row["file_id"] is not None else None)


async def start(db: Db, store_id: int, task_id: int) -> Work | None:
    """Takes the task: whoever held it before can write no more. None when it has ended, or ends here because its worker
    was lost too often. Must be committed before the work begins."""
    row = await db.fetchrow(
        """update composite_tasks t set attempts = t.attempts + 1
           from customizations c, template_versions v, feature_versions f, font_books b
           where t.store_id = $1 and t.id = $2 and t.status = 1
             and c.store_id = t.store_id and c.id = t.customization_id
             and v.store_id = t.store_id and v.id = t.template_version_id
             and f.store_id = v.store_id and f.id = v.feature_version_id
             and b.digest = c.font_book
           returning t.store_id, t.id, t.attempts, c.id, f.id, v.id, v.usage, v.document, f.definition, c.answers, b.faces""",
        store_id, task_id,
    )
    if row is None:
        return None
    work = Work(*row)
    if work.fence > ATTEMPTS:
        await fail(db, store_id, task_id, work.fence, f"this task was begun {ATTEMPTS} times and never came to an end")
        return None
    return replace(work, checks=await _checks(db, work)) if work.usage == PREVIEW else work


async def _checks(db: Db, work: Work) -> tuple[dict[str, Any], ...]:
    rows = await db.fetch(
        """select p.document from template_versions v
           join template_versions p on p.store_id = v.store_id and p.feature_version_id = v.feature_version_id and p.usage = $3
           where v.store_id = $1 and v.id = $2 and not exists (
               select from template_versions e where e.store_id = v.store_id and e.feature_version_id = v.feature_version_id
               and e.usage = v.usage and e.position < v.position
           ) order by p.position""",
        work.store_id, work.template_version_id, PRODUCTION,
    )
    return tuple(row["document"] for row in rows)


async def note(db: Db, store_id: int, task_id: int, fence: int, findings: list[dict[str, Any]]) -> None:
    """Keeps what preflight found with the task, while it is ours."""
    if findings:
        await db.execute(
            "update composite_tasks set findings = $4 where store_id = $1 and id = $2 and status = 1 and attempts = $3",
            store_id, task_id, fence, findings,
        )


@dataclass(frozen=True)
class Made:
    """What a production file was made of: see `Work`."""

    lineage: dict[str, Any]
    document: dict[str, Any]
    definition: dict[str, Any]
    answers: dict[str, Any]


async def made(db: Db, sha256: str) -> Made | None:
    """The oldest production file with these bytes, of any store: an operator's question, never a client's."""
    row = await db.fetchrow(
        """select p.lineage, v.document, f.definition, c.answers from files l
           join production_files p on p.store_id = l.store_id and p.file_id = l.id
           join customizations c on c.store_id = p.store_id and c.id = (p.lineage->>'customizationId')::bigint
           join template_versions v on v.store_id = p.store_id and v.id = (p.lineage->>'templateVersionId')::bigint
           join feature_versions f on f.store_id = p.store_id and f.id = (p.lineage->>'featureVersionId')::bigint
           where l.sha256 = $1 order by p.created_at limit 1""",
        sha256,
    )
    return Made(*row) if row else None


async def succeed(db: Db, store_id: int, task_id: int, fence: int, recipe: str, file_id: int, lineage: dict[str, Any]) -> bool:
    """Ends the task with a file. A recipe that has a file already keeps it. False: the task has ended or has another holder,
    and nothing was changed; the caller must then roll back."""
    await db.execute(
        """insert into production_files (store_id, recipe, file_id, lineage) values ($1, $2, $3, $4)
           on conflict (store_id, recipe) do nothing""",
        store_id, recipe, file_id, lineage,
    )
    return await _end(db, store_id, task_id, fence, DONE, recipe=recipe)


async def reuse(db: Db, store_id: int, task_id: int, fence: int, recipe: str) -> bool:
    """Ends the task with the file that the same recipe made before. False: there is none yet, or the fence is not ours."""
    lineage = await db.fetchval("select lineage from production_files where store_id = $1 and recipe = $2", store_id, recipe)
    if lineage is None:
        return False
    await note(db, store_id, task_id, fence, lineage.get("findings", []))
    return await _end(db, store_id, task_id, fence, DONE, recipe=recipe)


async def fail(db: Db, store_id: int, task_id: int, fence: int, reason: str) -> bool:
    """Ends the task with a reason that names the part. False: the task has ended or has another holder."""
    return await _end(db, store_id, task_id, fence, FAILED, reason=reason)


async def crash(db: Db, store_id: int, task_id: int, fence: int, how: str) -> bool:
    """Notes that the task took its renderer down (`how`: one clause). True when that ended it: the third time does."""
    crashes = await db.fetchval(
        """update composite_tasks set crashes = crashes + 1
           where store_id = $1 and id = $2 and status = 1 and attempts = $3 returning crashes""",
        store_id, task_id, fence,
    )
    if crashes is None:
        return True
    return crashes >= CRASHES and await fail(
        db, store_id, task_id, fence, f"the renderer stopped three times on this task: {how}"
    )


async def revive(db: Db) -> int:
    """Gives every running task that has no live job a new one; returns how many there were. A job can be lost when an
    operator clears the queue or a restored backup is older than the task."""
    rows = await db.fetch(
        """select t.store_id, t.id, v.usage from composite_tasks t
           join template_versions v on v.store_id = t.store_id and v.id = t.template_version_id
           where t.status = 1 and t.created_at < now() - interval '30 seconds' and not exists (
               select from procrastinate_jobs j
               where j.task_name = $1 and j.status in ('todo', 'doing') and (j.args->>'task_id')::bigint = t.id
           ) order by t.created_at limit 1000 for update of t skip locked""",
        JOB,
    )
    for store_id, task_id, usage in rows:
        await _enqueue(db, store_id, task_id, usage)
    return len(rows)


async def _end(db: Db, store_id: int, task_id: int, fence: int, status: int, *, recipe: str | None = None,
               reason: str = "") -> bool:
    ended = await db.fetchval(
        """update composite_tasks set status = $4, recipe = $5, failed_reason = $6, finished_at = now()
           where store_id = $1 and id = $2 and status = 1 and attempts = $3 returning true""",
        store_id, task_id, fence, status, recipe, reason,
    )
    return bool(ended)
