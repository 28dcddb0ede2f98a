"""Deliveries: what is sent to webhooks, in line for each object; leased by senders, acknowledged, logged, sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from . import webhooks
from .db import Db
from .errors import Conflict, NotFound
from .events import CHANNEL
from .paging import Page

# When a delivery is tried: at once, then so many seconds after the last failure. 75.6 hours in all, by Standard Webhooks.
SCHEDULE = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
LEASE = 40.0  # seconds that a sender has; what it did not acknowledge is then sent by another
PATIENCE = timedelta(days=5)  # of nothing but failures, before a webhook is disabled
SILENCE = timedelta(hours=36)  # longer than any two tries lie apart: failures that far apart are not one row of them
KEPT = timedelta(days=30)

_OPEN = "delivered_at is null and gave_up_at is null"


@dataclass(frozen=True)
class Delivery:
    """As the log shows it. Still to be sent when neither `delivered_at` nor `gave_up_at` is set."""

    store_id: int
    id: int
    webhook_id: int
    event_id: int
    object_id: int
    topic: str
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    attempts: int  # since it was last put in line
    next_attempt_at: datetime | None  # not before those about the same object that are earlier; None: it has ended
    delivered_at: datetime | None
    gave_up_at: datetime | None
    last_status: int | None
    last_error: str
    created_at: datetime


@dataclass(frozen=True)
class Attempt:
    attempted_at: datetime
    duration_ms: int
    status: int | None  # None: no answer came
    response: bytes  # how the answer began
    error: str


@dataclass(frozen=True)
class Leased:
    """What a sender needs for one delivery. `lease` is the fence: a failure under an outdated one changes nothing."""

    store_id: int
    id: int
    webhook_id: int
    dialect: str
    address: str
    secret: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    attempts: int
    failing_since: datetime | None  # of the webhook
    lease: datetime


@dataclass(frozen=True)
class Outcome:
    """What became of a leased delivery. `next_at`: when it is tried again; None after a success, or to give it up.
    `pause_until`: the receiver wants nothing before. `gone`: it wants nothing any more."""

    leased: Leased
    attempted_at: datetime
    duration_ms: int
    status: int | None
    response: bytes
    error: str
    delivered: bool
    next_at: datetime | None = None
    pause_until: datetime | None = None
    gone: bool = False


_COLUMNS = """store_id, id, webhook_id, event_id, object_id, topic, body, headers, attempts,
case when delivered_at is null and gave_up_at is null then next_attempt_at end,
delivered_at, gave_up_at, last_status, last_error, created_at"""


async def find(
    db: Db, store_id: int, *, webhook_id: int | None = None, failed: bool = False, page: Page = Page(size=50)
) -> list[Delivery]:
    """The log, newest first. `failed`: only those given up."""
    rows = await db.fetch(
        f"""select {_COLUMNS} from deliveries where store_id = $1 and ($2::bigint is null or webhook_id = $2)
            and (not $3 or gave_up_at is not null) order by id desc limit $4 offset $5""",
        store_id, webhook_id, failed, page.limit, page.offset,
    )
    return [Delivery(*row) for row in rows]


async def get(db: Db, store_id: int, delivery_id: int | None) -> Delivery:
    row = await db.fetchrow(f"select {_COLUMNS} from deliveries where store_id = $1 and id = $2", store_id, delivery_id)
    if row is None:
        raise NotFound("delivery", delivery_id)
    return Delivery(*row)


async def attempts_of(db: Db, store_id: int, delivery_id: int) -> list[Attempt]:
    """Every try of a delivery, the first one first."""
    rows = await db.fetch(
        """select attempted_at, duration_ms, status, response, error from delivery_attempts
           where store_id = $1 and delivery_id = $2 order by attempted_at, id""",
        store_id, delivery_id,
    )
    return [Attempt(*row) for row in rows]


_AGAIN = f"""
with again as (
    update deliveries d set delivered_at = null, gave_up_at = null, attempts = 0, leased_until = null, next_attempt_at = now()
    from webhooks w where w.store_id = d.store_id and w.id = d.webhook_id and w.removed_at is null and w.disabled_at is null
    and coalesce(d.leased_until, '-infinity') <= now() and d.store_id = $1 and %s
    returning d.id
)
select count(*), (select pg_notify('{CHANNEL}', '') from again limit 1) from again
"""


async def redeliver(db: Db, store_id: int, delivery_id: int) -> None:
    """Sends a delivery again, the same bytes under the same id, at once and then by the whole schedule. It comes before later
    ones about the same object. Raises NotFound; Conflict when its webhook has ended, or while it is being sent."""
    if not await db.fetchval(_AGAIN % "d.id = $2", store_id, delivery_id):
        await get(db, store_id, delivery_id)
        raise Conflict("delivery", "its webhook is disabled or removed, or it is being sent just now")


async def redeliver_range(
    db: Db, store_id: int, webhook_id: int, start: datetime, end: datetime, *, failed: bool = True
) -> int:
    """Sends a webhook's deliveries again that were made from `start` to before `end`: those given up, or (`failed` False)
    the delivered ones too. Returns how many. Raises NotFound; Conflict for a disabled webhook."""
    if (await webhooks.get(db, store_id, webhook_id)).disabled_at is not None:
        raise Conflict("webhook", "it is disabled: enable it first")
    which = """d.webhook_id = $2 and d.created_at >= $3 and d.created_at < $4
               and (d.gave_up_at is not null or (not $5 and d.delivered_at is not null))"""
    return await db.fetchval(_AGAIN % which, store_id, webhook_id, start, end, failed)


# The webhooks that have anything open, found by skipping through the index.
_LANES = f"""lanes(webhook_id) as (
    (select webhook_id from deliveries where {_OPEN} order by webhook_id limit 1)
    union all
    select (select d.webhook_id from deliveries d where {_OPEN} and d.webhook_id > l.webhook_id order by d.webhook_id limit 1)
    from lanes l where l.webhook_id is not null
)"""

# They are served in any order, so that none is always last. Of each, the first few that are due, none behind an open one
# about the same object. A webhook that fails gets one at a time, so that its time-outs hold up nobody. A leased delivery is
# not due before its lease ends.
_LEASE = f"""
with recursive busy as (
    select * from unnest($3::bigint[], $4::int[]) b(webhook_id, held)
), {_LANES}, due as (
    select x.store_id, x.id, w.dialect, w.address, w.secret, w.failing_since
    from (
        select w.*, coalesce(b.held, 0) as held
        from lanes l join webhooks w on w.id = l.webhook_id left join busy b on b.webhook_id = l.webhook_id
        where w.disabled_at is null and w.removed_at is null and coalesce(w.paused_until, '-infinity') <= coalesce($1, now())
        order by random()
    ) w cross join lateral (
        select d.store_id, d.id from deliveries d
        where d.webhook_id = w.id and {_OPEN} and d.next_attempt_at <= coalesce($1, now())
        and not exists (select from deliveries e where e.webhook_id = d.webhook_id and e.object_id = d.object_id and e.id < d.id
                        and e.delivered_at is null and e.gave_up_at is null)
        order by d.next_attempt_at, d.id
        limit greatest(case when w.failing_since is null then $5 else 1 end - w.held, 0)
        for update of d skip locked
    ) x
    limit $2
)
update deliveries d set leased_until = t.until, next_attempt_at = t.until
from due, (select coalesce($1, now()) + make_interval(secs => {LEASE}) as until) t
where d.store_id = due.store_id and d.id = due.id
returning d.store_id, d.id, d.webhook_id, due.dialect, due.address, due.secret, d.body, d.headers, d.attempts,
          due.failing_since, d.leased_until
"""


async def lease(db: Db, limit: int, held: dict[int, int], *, each: int = 32, now: datetime | None = None) -> list[Leased]:
    """At most `limit` deliveries that are due, for LEASE seconds. `held`: how many of each webhook the sender holds already;
    of one webhook it gets no more than `each` in all, and one if that fails. `now` stands for the clock in tests."""
    rows = await db.fetch(_LEASE, now, limit, list(held), list(held.values()), each)
    return [Leased(*row) for row in rows]


# A finished delivery lets the next about its object go. If it was given up, the next one says so. After 410 none goes.
_ACKNOWLEDGE = f"""
with told as (
    select * from unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::boolean[], $6::timestamptz[], $7::smallint[],
                         $8::text[], $9::timestamptz[], $10::int[], $11::bytea[], $12::boolean[])
    t(store_id, id, lease, delivered, next_at, status, error, attempted_at, duration_ms, response, gone)
), logged as (
    insert into delivery_attempts (store_id, delivery_id, attempted_at, duration_ms, status, response, error)
    select store_id, id, attempted_at, duration_ms, status, response, error from told
), done as (
    update deliveries d set attempts = d.attempts + 1, leased_until = null, last_status = t.status, last_error = t.error,
        next_attempt_at = coalesce(t.next_at, d.next_attempt_at),
        delivered_at = case when t.delivered then coalesce($1, now()) end,
        gave_up_at = case when not t.delivered and t.next_at is null then coalesce($1, now()) end
    from told t where d.store_id = t.store_id and d.id = t.id and d.delivered_at is null
    and (t.delivered or (d.gave_up_at is null and d.leased_until = t.lease))
    returning d.store_id, d.webhook_id, d.object_id, d.id, d.delivered_at, d.gave_up_at, t.gone
)
update deliveries d set
    next_attempt_at = case when d.attempts = 0 then coalesce($1, now()) else d.next_attempt_at end,
    headers = d.headers || case when n.missed then jsonb_build_object('Monogram-Missed', 'msg_' || n.before) else '{{}}' end
from (
    select x.store_id, x.id as before, x.gave_up_at is not null as missed, (
        select e.id from deliveries e
        where e.webhook_id = x.webhook_id and e.object_id = x.object_id and e.id > x.id and {_OPEN} order by e.id limit 1) as id
    from done x where x.delivered_at is not null or x.gave_up_at is not null and not x.gone
) n where d.store_id = n.store_id and d.id = n.id and d.leased_until is null and (d.attempts = 0 or n.missed)
"""

_HEALED = "update webhooks set failing_since = null, failed_at = null where id = any($1) and failing_since is not null"

_FAILED = """
update webhooks w set failed_at = f.now, paused_until = greatest(w.paused_until, f.pause_until),
    failing_since = case when w.failing_since is null or w.failed_at < f.now - $4::interval then f.now else w.failing_since end
from (select t.*, coalesce($5, now()) as now
      from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) t(store_id, id, pause_until)) f
where w.store_id = f.store_id and w.id = f.id
returning w.store_id, w.id, w.failing_since <= f.now - $6::interval as hopeless
"""


async def acknowledge(db: Db, outcomes: Sequence[Outcome], *, now: datetime | None = None) -> None:
    """Writes down what became of leased deliveries, all in one statement, and what that means for their webhooks: one that
    failed for five days, or that said it is gone, is disabled with a notice. Each statement stands for itself and may be
    repeated: call it outside a transaction, so that it never holds one row while it waits for another."""
    told = (
        (o.leased.store_id, o.leased.id, o.leased.lease, o.delivered, o.next_at, o.status, o.error, o.attempted_at,
         o.duration_ms, o.response, o.gone) for o in outcomes
    )  # fmt: skip
    await db.execute(_ACKNOWLEDGE, now, *map(list, zip(*told, strict=True)))
    arrived = {o.leased.webhook_id for o in outcomes if o.delivered}
    if healed := {o.leased.webhook_id for o in outcomes if o.delivered and o.leased.failing_since}:
        await db.execute(_HEALED, list(healed))
    failed: dict[int, Outcome] = {}
    for each in outcomes:
        if not each.delivered and (each.gone or each.pause_until or each.leased.webhook_id not in arrived):
            if not (known := failed.get(each.leased.webhook_id)) or not known.gone:
                failed[each.leased.webhook_id] = each
    if failed:
        await _fail(db, list(failed.values()), now)


async def _fail(db: Db, failed: list[Outcome], now: datetime | None) -> None:
    rows = await db.fetch(
        _FAILED, [o.leased.store_id for o in failed], [o.leased.webhook_id for o in failed], [o.pause_until for o in failed],
        SILENCE, now, PATIENCE,
    )  # fmt: skip
    gone = {o.leased.webhook_id for o in failed if o.gone}
    for store_id, webhook_id, hopeless in rows:
        if webhook_id in gone or hopeless:
            why = f"Nothing arrived for {PATIENCE.days} days: every try failed."
            notice = "The receiver answered 410 Gone." if webhook_id in gone else why
            async with db.transaction():
                await webhooks.disable(db, store_id, webhook_id, notice)


async def release(db: Db, leased: Sequence[Leased], *, now: datetime | None = None) -> None:
    """Gives back what was leased and not tried: it is due again."""
    await db.execute(
        f"""update deliveries d set leased_until = null, next_attempt_at = coalesce($4, now())
            from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) t(store_id, id, lease)
            where d.store_id = t.store_id and d.id = t.id and d.leased_until = t.lease and {_OPEN}""",
        [each.store_id for each in leased], [each.id for each in leased], [each.lease for each in leased], now,
    )


async def rest(db: Db, resting: bool) -> None:
    """Says whether transactions with deliveries shall call the senders. Look once more after saying yes."""
    await db.execute(
        """insert into sender_rest as r (resting) values ($1)
           on conflict (only_row) do update set resting = $1 where r.resting <> $1""",
        resting,
    )


_PARK = f"""
with recursive {_LANES}
update deliveries d set next_attempt_at = greatest(coalesce($1, now()) + interval '5 s', behind.until)
from lanes l cross join lateral (
    select d.store_id, d.id, e.next_attempt_at as until from deliveries d cross join lateral (
        select e.next_attempt_at from deliveries e
        where e.webhook_id = d.webhook_id and e.object_id = d.object_id and e.id < d.id
        and e.delivered_at is null and e.gave_up_at is null order by e.id limit 1) e
    where d.webhook_id = l.webhook_id and {_OPEN} and d.next_attempt_at <= coalesce($1, now())
) behind
where d.store_id = behind.store_id and d.id = behind.id and d.leased_until is null
"""


async def park(db: Db, *, now: datetime | None = None) -> int:
    """Puts those off that are due but behind another about the same object, until that is tried again, so that no lease has to
    walk past them. Its end makes them due at once. Returns how many."""
    return int((await db.execute(_PARK, now)).rsplit(" ", 1)[1])


async def prune(db: Db, *, limit: int = 5000) -> int:
    """Forgets what ended 30 days ago, at most `limit` of each: deliveries with their attempts, then events but for the newest
    of each object, which keeps the count. Returns how many rows went; call it again while that is not zero."""
    gone = 0
    for statement in (
        f"""delete from deliveries where (store_id, id) in (select store_id, id from deliveries
            where created_at < now() - $1::interval and not ({_OPEN}) limit $2)""",
        """delete from events e where (store_id, id) in (select store_id, id from events e
            where created_at < now() - $1::interval
            and not exists (select from deliveries d where d.store_id = e.store_id and d.event_id = e.id)
            and exists (select from events n where n.store_id = e.store_id and n.object_kind = e.object_kind
                        and n.object_id = e.object_id and n.sequence > e.sequence) limit $2)""",
    ):
        gone += int((await db.execute(statement, KEPT, limit)).rsplit(" ", 1)[1])
    return gone
