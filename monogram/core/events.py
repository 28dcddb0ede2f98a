"""Events: what happened to a shop's objects, written with the change itself, and with it a delivery for each webhook that
asked. Bodies are made in the same transaction, so they show the object as the event left it."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .db import Db

# What can happen, in the core's words. A dialect has its own names for some of these.
TOPICS = frozenset({
    "order.created", "order.updated", "order.paid", "order.cancelled", "order.partially_fulfilled", "order.fulfilled",
    "order.refunded", "order.finished", "order.deleted", "order.custom_info_completed",
    "product.created", "product.updated", "product.deleted",
    "customer.created", "customer.updated", "store.updated",
    "sku.added", "sku.feature_added", "sku.feature_replaced", "sku.feature_deleted", "sku.deleted",
})  # fmt: skip

CHANNEL = "deliveries"  # what a sender listens to


@dataclass(frozen=True)
class Event:
    store_id: int
    id: int
    topic: str  # one of TOPICS
    object_kind: str
    object_id: int
    sequence: int  # of this object's events, from 1
    facts: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Call:
    """One delivery about to be written: to which webhook, under which name of the dialect."""

    delivery_id: int
    webhook_id: int
    webhook_uuid: uuid.UUID
    topic: str  # as the dialect writes it
    event: Event


@dataclass(frozen=True)
class Message:
    """What is sent: the body's bytes, and the dialect's headers but for signatures."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """How one dialect speaks of events. `topics`: the core's topic -> its own names for it. `load` reads, in the event's
    transaction and once for all webhooks, what the bodies show. `write` makes one delivery of that. `sign` gives the
    dialect's signature headers for a secret and a body; it must not depend on the time."""

    topics: Mapping[str, tuple[str, ...]]
    load: Callable[[Db, Event], Awaitable[Any]]
    write: Callable[[Any, Call], Message]
    sign: Callable[[str, bytes], Mapping[str, str]]


# Dialect -> its form. The core knows no dialect: every process that runs verbs fills this when it starts.
FORMS: dict[str, Form] = {}

# Two transactions about one object meet at the unique sequence: the second waits there, finds its number taken, and
# counts again. So an object's events are numbered in the order of their commits, whatever their verbs have locked.
_RECORD = """
with e as (
    insert into events as e (store_id, topic, object_kind, object_id, facts, sequence)
    values ($1, $2, $3, $4, $5, 1 + coalesce((
        select max(sequence) from events where store_id = $1 and object_kind = $3 and object_id = $4), 0))
    on conflict (store_id, object_kind, object_id, sequence) do nothing
    returning e.id, e.sequence, e.created_at
)
select e.*, w.dialect, w.id as webhook_id, w.uuid, w.name, case when w.id is not null then nextval('ids') end as delivery_id
from e left join lateral (
    select w.dialect, w.id, w.uuid, t.name
    from webhooks w
    left join unnest($6::text[], $7::text[]) t(dialect, name) on t.dialect = w.dialect and t.name = any(w.topics)
    where w.store_id = $1 and w.removed_at is null and w.disabled_at is null and (t.name is not null or w.dialect <> all($8))
) w on true
"""

# Behind another delivery about the object: that one's end makes it due. It may end unseen just now, so half a second does too.
_DELIVER = """
with written as (
    insert into deliveries (store_id, id, webhook_id, event_id, object_id, topic, body, headers, next_attempt_at)
    select $1, n.id, n.webhook_id, $2, $3, n.topic, n.body, n.headers, case when exists (
        select from deliveries d where d.webhook_id = n.webhook_id and d.object_id = $3
        and d.delivered_at is null and d.gave_up_at is null) then now() + interval '0.5 s' else now() end
    from unnest($4::bigint[], $5::bigint[], $6::text[], $7::bytea[], $8::jsonb[]) n(id, webhook_id, topic, body, headers)
    returning 1
)
select pg_notify($9, '') where exists (select from written) and coalesce((select resting from sender_rest), true)
"""


async def record(
    db: Db, store_id: int, topic: str, object_kind: str, object_id: int, facts: Mapping[str, Any] | None = None
) -> Event:
    """Writes an event and its deliveries. Call it last in a verb: the bodies show what this transaction sees now.
    `facts` are kept with the event for what the object itself can no longer tell (all of it, when it is deleted).
    Raises LookupError for an unknown topic, or for a webhook in a dialect that this process does not know."""
    if topic not in TOPICS:
        raise LookupError(f"{topic!r} is no topic")
    facts = dict(facts or {})
    names = [(dialect, name) for dialect, form in FORMS.items() for name in form.topics.get(topic, ())]
    dialects, spelt = [each[0] for each in names], [each[1] for each in names]
    asked = (store_id, topic, object_kind, object_id, facts, dialects, spelt, list(FORMS))
    while not (rows := await db.fetch(_RECORD, *asked)):
        pass
    event = Event(store_id, rows[0]["id"], topic, object_kind, object_id, rows[0]["sequence"], facts, rows[0]["created_at"])
    if rows[0]["webhook_id"] is not None:
        await _deliver(db, event, rows)
    return event


async def _deliver(db: Db, event: Event, wanted: list) -> None:
    loaded: dict[str, Any] = {}
    lines = []
    for row in wanted:
        dialect = row["dialect"]
        if dialect not in FORMS:
            raise LookupError(f"webhook {row['webhook_id']} wants {dialect}, which this process does not speak")
        if dialect not in loaded:
            loaded[dialect] = await FORMS[dialect].load(db, event)
        call = Call(row["delivery_id"], row["webhook_id"], row["uuid"], row["name"], event)
        message = FORMS[dialect].write(loaded[dialect], call)
        lines.append((call.delivery_id, call.webhook_id, call.topic, message.body, dict(message.headers)))
    await db.execute(_DELIVER, event.store_id, event.id, event.object_id, *map(list, zip(*lines, strict=True)), CHANNEL)
