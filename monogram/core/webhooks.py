"""Webhooks: who wants to hear of what, at which address. What is sent to them is in `deliveries`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import receivers, signatures
from .db import Db
from .errors import Invalid, NotFound
from .events import FORMS
from .paging import Page
from .receivers import Networks

_COLUMNS = """store_id, id, uuid, dialect, app_id, address, topics, format, secret, details, failing_since, disabled_at, notice,
created_at, updated_at"""


@dataclass(frozen=True)
class Webhook:
    store_id: int
    id: int
    uuid: uuid.UUID
    dialect: str
    app_id: int | None  # the client that subscribed; None: the merchant
    address: str  # as it was given
    topics: list[str]  # as the dialect writes them
    format: str
    secret: str = field(repr=False)
    details: dict[str, Any]  # what only that dialect shows
    failing_since: datetime | None
    disabled_at: datetime | None
    notice: str  # for the merchant: why it is disabled
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; None does not narrow. Times are exclusive, as Shoplazza's document has them."""

    dialect: str | None = None
    app_id: int | None = None
    address: str | None = None
    topics: Sequence[str] | None = None  # any of these
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None


_MATCHING = """store_id = $1 and removed_at is null
and ($2::text is null or dialect = $2) and ($3::bigint is null or app_id = $3) and ($4::text is null or address = $4)
and ($5::text[] is null or topics && $5) and ($6::timestamptz is null or created_at > $6)
and ($7::timestamptz is null or created_at < $7) and ($8::timestamptz is null or updated_at > $8)
and ($9::timestamptz is null or updated_at < $9)"""


def _asked(store_id: int, only: Filter) -> tuple:
    topics = None if only.topics is None else list(only.topics)
    return (store_id, only.dialect, only.app_id, only.address, topics, only.created_after, only.created_before,
            only.updated_after, only.updated_before)  # fmt: skip


async def subscribe(
    db: Db, store_id: int, *, dialect: str, address: str, topics: Sequence[str], secret: str | None = None,
    app_id: int | None = None, format: str = "json", details: Mapping[str, Any] | None = None, networks: Networks = (),
) -> Webhook:
    """A new webhook, signed with `secret` (None: a new one). `networks`: what the operator lets receivers be in.
    Raises Invalid with `address` and `topic` as the paths: `can't be blank`, `is invalid` and why."""
    _check(dialect, address, topics, networks)
    row = await db.fetchrow(
        f"""insert into webhooks (store_id, dialect, app_id, address, topics, format, secret, details)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning {_COLUMNS}""",
        store_id, dialect, app_id, address, list(topics), format, secret or signatures.new_secret(), dict(details or {}),
    )
    return Webhook(*row)


def _check(dialect: str, address: str, topics: Sequence[str], networks: Networks) -> None:
    wrong = {}
    if not address:
        wrong["address"] = "can't be blank"
    else:
        try:
            receivers.check(address, networks)
        except ValueError as error:
            wrong["address"] = f"is invalid: {error}"
    if not topics or not all(topics):
        wrong["topic"] = "can't be blank"
    elif unknown := set(topics) - {name for names in FORMS[dialect].topics.values() for name in names}:
        wrong["topic"] = f"is invalid: there is no {min(unknown)!r}"
    if wrong:
        raise Invalid(wrong)


async def get(db: Db, store_id: int, key: int | uuid.UUID | None, *, dialect: str | None = None,
              app_id: int | None = None) -> Webhook:
    """By id or UUID. NotFound for another store's, dialect's or app's, and for a removed one."""
    row = await db.fetchrow(
        f"""select {_COLUMNS} from webhooks where store_id = $1 and {_key(key)} and removed_at is null
            and ($3::text is null or dialect = $3) and ($4::bigint is null or app_id = $4)""",
        store_id, key, dialect, app_id,
    )
    if row is None:
        raise NotFound("webhook", key)
    return Webhook(*row)


def _key(key: int | uuid.UUID | None) -> str:
    return "uuid = $2" if isinstance(key, uuid.UUID) else "id = $2::bigint"


async def find(db: Db, store_id: int, only: Filter = Filter(), page: Page = Page(size=50)) -> list[Webhook]:
    """Newest first."""
    rows = await db.fetch(
        f"select {_COLUMNS} from webhooks where {_MATCHING} order by created_at desc, id desc limit $10 offset $11",
        *_asked(store_id, only), page.limit, page.offset,
    )
    return [Webhook(*row) for row in rows]


async def count(db: Db, store_id: int, only: Filter = Filter()) -> int:
    return await db.fetchval(f"select count(*) from webhooks where {_MATCHING}", *_asked(store_id, only))


async def change(
    db: Db, store_id: int, webhook_id: int, *, address: str | None = None, topics: Sequence[str] | None = None,
    secret: str | None = None, details: Mapping[str, Any] | None = None, networks: Networks = (),
) -> Webhook:
    """Changes what is given. What is still to be sent goes to the new address. Raises NotFound; Invalid as `subscribe`."""
    known = await get(db, store_id, webhook_id)
    address, topics = known.address if address is None else address, known.topics if topics is None else topics
    _check(known.dialect, address, topics, networks)
    row = await db.fetchrow(
        f"""update webhooks set address = $3, topics = $4, secret = coalesce($5, secret), details = details || $6,
            updated_at = clock_timestamp() where store_id = $1 and id = $2 and removed_at is null returning {_COLUMNS}""",
        store_id, webhook_id, address, list(topics), secret, dict(details or {}),
    )
    if row is None:
        raise NotFound("webhook", webhook_id)
    return Webhook(*row)


async def rekey(db: Db, store_id: int, app_id: int, secret: str) -> int:
    """An app's secret has changed: its webhooks sign with the new one from now on. Returns how many."""
    rows = await db.fetch(
        "update webhooks set secret = $3 where store_id = $1 and app_id = $2 and removed_at is null returning id",
        store_id, app_id, secret,
    )
    return len(rows)


# Nothing more goes to a webhook that has ended. Its deliveries stay in the log, and can be put in line again.
_GIVE_UP = """
update deliveries set gave_up_at = clock_timestamp(), leased_until = null, last_error = $3
where store_id = $1 and webhook_id = $2 and delivered_at is null and gave_up_at is null
"""


async def remove(db: Db, store_id: int, webhook_id: int) -> None:
    """Ends a webhook for good; NotFound if it has ended."""
    done = await db.fetchval(
        "update webhooks set removed_at = now() where store_id = $1 and id = $2 and removed_at is null returning id",
        store_id, webhook_id,
    )
    if done is None:
        raise NotFound("webhook", webhook_id)
    await db.execute(_GIVE_UP, store_id, webhook_id, "the webhook was removed")


async def remove_of(db: Db, store_id: int, app_id: int) -> int:
    """An app was uninstalled: ends all its webhooks, returns how many."""
    rows = await db.fetch(
        "select id from webhooks where store_id = $1 and app_id = $2 and removed_at is null order by id", store_id, app_id
    )
    for row in rows:
        await remove(db, store_id, row["id"])
    return len(rows)


async def disable(db: Db, store_id: int, webhook_id: int, notice: str) -> bool:
    """Stops a webhook, with a notice for the merchant; False when it was stopped or removed before."""
    done = await db.fetchval(
        """update webhooks set disabled_at = clock_timestamp(), notice = $3
           where store_id = $1 and id = $2 and disabled_at is null and removed_at is null returning id""",
        store_id, webhook_id, notice,
    )
    if done is not None:
        await db.execute(_GIVE_UP, store_id, webhook_id, f"the webhook was disabled: {notice}")
    return done is not None


async def enable(db: Db, store_id: int, webhook_id: int) -> Webhook:
    """Starts a stopped webhook again, with its failures forgotten. What happened in between was not kept for it: redeliver
    what was given up (`deliveries.redeliver_range`), and read the rest through the API. Raises NotFound."""
    row = await db.fetchrow(
        f"""update webhooks set disabled_at = null, notice = '', failing_since = null, failed_at = null, paused_until = null
            where store_id = $1 and id = $2 and removed_at is null returning {_COLUMNS}""",
        store_id, webhook_id,
    )
    if row is None:
        raise NotFound("webhook", webhook_id)
    return Webhook(*row)
