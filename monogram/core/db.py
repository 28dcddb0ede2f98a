"""The way to PostgreSQL: one pool per process; a verb gets a connection, the edge owns the transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec

# What a verb is handed: a connection inside a transaction that the edge commits.
Db = asyncpg.Connection


# The version byte that PostgreSQL's binary form of jsonb begins with.
_JSONB = b"\x01"


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary",
        encoder=lambda value: _JSONB + msgspec.json.encode(value), decoder=lambda data: msgspec.json.decode(data[1:]),
    )


async def _keep(connection: asyncpg.Connection) -> None:
    """Nothing to undo between users: no verb leaves session state behind, so the usual RESET round trip is saved."""


async def connect(url: str, *, smallest: int = 1, largest: int = 10) -> asyncpg.Pool:
    """A pool whose connections speak jsonb as Python data. `url` is a PostgreSQL URL."""
    return await asyncpg.create_pool(
        url, min_size=smallest, max_size=largest, init=_prepare, reset=_keep, command_timeout=30,
        server_settings={"application_name": "monogram"},
    )


@asynccontextmanager
async def planned_once(pool: asyncpg.Pool) -> AsyncIterator[Db]:
    """A transaction whose statements PostgreSQL plans once for a connection and not for each call's values. For statements
    that are called often and whose best plan no value changes, such as a page: it thinks an unknown `offset` dear."""
    async with pool.acquire() as connection:
        await connection.execute("begin; set local plan_cache_mode = force_generic_plan")
        try:
            yield connection
        except BaseException:
            await connection.execute("rollback")
            raise
        await connection.execute("commit")


# InternalClientError is how asyncpg meets a farewell that came between two statements.
_AWAY = (
    asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError, asyncpg.InternalClientError,
    OSError,
)


def unreachable(error: BaseException) -> bool:
    """Whether this is how a database that is away, or goes away in the middle, is met: nobody's fault, to be tried again."""
    return isinstance(error, _AWAY)
