"""A shop to load: embedded PostgreSQL and the real server on a temporary home, one merchant, its orders and its keys."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg
import psutil

from bench.loads import secret
from monogram import serving, settings
from monogram.core import db, merchants, orders, stores
from monogram.postgres import Postgres

FIRST_KEY_ID = 900_000_000_000_000
LINES = 3


@dataclass(frozen=True)
class Shop:
    postgres: Postgres
    server: subprocess.Popen
    port: int
    merchant_id: int
    store_id: int


@contextmanager
def open_shop(home: Path, order_count: int, key_count: int) -> Iterator[Shop]:
    """The shop, serving on a free port while the block runs. The server's log is `server.log` in `home`."""
    with Postgres(home) as postgres:
        serving.migrate(postgres.dsn)
        merchant_id, store_id = asyncio.run(seed(postgres.dsn, order_count, key_count))
        at = settings.read({"MONOGRAM_HOME": str(home), "PORT": str(_free_port())})
        at = dataclasses.replace(at, database_url=postgres.dsn)
        with open(home / "server.log", "wb") as log:
            environment = serving.environment(at, postgres.dsn)
            server = subprocess.Popen(serving.web_command(at), env=environment, stdout=log, stderr=log)
        try:
            serving.await_ready(at)
            yield Shop(postgres, server, at.port, merchant_id, store_id)
        finally:
            server.terminate()
            server.wait(30)


async def seed(url: str, order_count: int, key_count: int) -> tuple[int, int]:
    """One merchant with one store and its orders through the core's verbs; its keys as rows (see `add_keys`)."""
    pool = await db.connect(url)
    async with pool.acquire() as connection:
        async with connection.transaction():
            merchant = await merchants.create(connection, "Bench")
            store = await stores.create(connection, merchant.id, "bench", "Bench")
            for number in range(order_count):
                await orders.receive(connection, store.id, incoming(number))
            await add_keys(connection, merchant.id, key_count)
        await connection.execute("vacuum analyze")  # as autovacuum does a minute later
    await pool.close()
    return merchant.id, store.id


async def add_keys(connection: asyncpg.Connection, merchant_id: int, count: int) -> None:
    """Many live keys for one merchant, which `apps.issue_key` refuses: with two, 60 calls a minute would be all we measure."""
    await connection.execute(
        """insert into api_keys (id, merchant_id, name, hash, hint)
           select $1::bigint + n, $2, 'bench', sha256(convert_to($3::text || n, 'UTF8')), '0000'
           from generate_series(0, $4::int - 1) n""",
        FIRST_KEY_ID, merchant_id, secret(0)[:-1], count,
    )


def incoming(number: int) -> orders.IncomingOrder:
    return orders.IncomingOrder(
        platform_order_id=f"S-{number}", platform_order_no=f"#{number}", currency="USD",
        platform_created_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        lines=tuple(
            orders.IncomingLine(
                sku=f"SHIRT-{line}", customization_id=None, platform_item_id=f"{number}-{line}",
                platform_product_id=f"77{line}", platform_product_title="Personalized T-shirt, organic cotton",
                platform_variant_title="Navy / L", platform_variant_id=f"88{line}",
                platform_product_image="https://cdn.example.com/shirt-navy.jpg", quantity=2, price=Decimal("24.90"),
            )
            for line in range(LINES)
        ),
    )  # fmt: skip


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and all its descendants, the ended ones included."""
    total = 0.0
    for process in _tree(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:  # ended just now; the next reading finds it in its parent's account
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def resident(pid: int) -> int:
    """Resident bytes of a process and its descendants, shared pages counted in each."""
    return sum(process.memory_info().rss for process in _tree(pid))


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
