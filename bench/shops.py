"""A shop to load: embedded PostgreSQL and the real server on a temporary home, one merchant, its orders and its keys."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from bench import cores
from bench.loads import secret
from monogram import serving, settings
from monogram.core import apps, clients, db, merchants, orders, stores
from monogram.postgres import Postgres
from monogram.seeding import command
from monogram.seeding.goods import Picture
from monogram.seeding.words import KINDS

FIRST_KEY_ID = 900_000_000_000_000
LINES = 3
SCOPES = ["read_product", "write_product", "read_order", "write_order"]


@dataclass(frozen=True)
class Shop:
    """A store that is served. `facts`: what its filling told."""

    postgres: Postgres
    server: subprocess.Popen
    port: int
    facts: dict[str, Any]


@contextmanager
def open_shop(home: Path, fill: Callable[[str], Awaitable[dict[str, Any]]]) -> Iterator[Shop]:
    """The shop, filled and then serving on a free port while the block runs, server and database on the last core.
    The server's log is `server.log` in `home`."""
    with Postgres(home) as postgres:
        serving.migrate(postgres.dsn)
        facts = asyncio.run(fill(postgres.dsn))
    with ExitStack() as stack:
        stack.enter_context(cores.restored())
        with cores.last():
            postgres = stack.enter_context(Postgres(home))
            at = settings.read({"MONOGRAM_HOME": str(home), "PORT": str(free_port())})
            at = dataclasses.replace(at, database_url=postgres.dsn)
            log = stack.enter_context(open(home / "server.log", "wb"))
            environment = serving.environment(at, postgres.dsn)
            server = subprocess.Popen(serving.web_command(at), env=environment, stdout=log, stderr=log)
        stack.callback(end, server)
        serving.await_ready(at)
        yield Shop(postgres, server, at.port, facts)


def end(server: subprocess.Popen) -> None:
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


async def received_orders(url: str, order_count: int, key_count: int) -> dict[str, Any]:
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
    return {"merchant_id": merchant.id, "store_id": store.id}


async def seeded(url: str, products: int, order_count: int) -> dict[str, Any]:
    """A believable shop by `monogram seed`'s own verbs; a token that may call as fast as it can, a key, its variants."""
    pool = await db.connect(url)
    async with pool.acquire() as connection:
        async with connection.transaction():
            merchant = await merchants.create(connection, "Bench")
            store = await stores.create(connection, merchant.id, "bench", "Bench")
            token = await clients.add_private(connection, store.id, "Bench", SCOPES, calls_per_second=1_000_000)
            key = await apps.issue_key(connection, merchant.id, "Bench")
        pictures = {kind.picture: Picture(f"https://cdn.example.com/{kind.picture}", 1600, 1600) for kind in KINDS}
        await command.seed(connection, store.id, pictures, products, order_count)
        variants = [row[0] for row in await connection.fetch("select id from variants where store_id = $1", store.id)]
        # pgbench cannot draw from a list: it draws a number and the database finds the variant
        await connection.execute("create table bench_variants (n int primary key, id bigint not null)")
        await connection.copy_records_to_table("bench_variants", records=list(enumerate(variants)))
        await connection.execute("vacuum analyze")
    await pool.close()
    return {"store_id": store.id, "token": token.secret, "key": key.secret, "variants": variants}


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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
