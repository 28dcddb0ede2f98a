"""`python -m bench.webhooks`: signed deliveries a second by the real sender, beside the same sender on httpx; what an event
costs the transaction that makes it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from statistics import median
from typing import ClassVar

import httpx
import psycopg
import uvloop

from bench import machines, reports, shops
from monogram import serving
from monogram.core import db, events, merchants, stores, webhooks
from monogram.core.events import Form, Message
from monogram.dialects.shoplazza import webhooks as shoplazza
from monogram.jobs.deliveries import Sender
from monogram.outbound import Answer, Outbound
from monogram.postgres import Postgres

ROOT = Path(__file__).parent.parent
LOOPBACK = (ip_network("127.0.0.0/8"),)
WEBHOOKS, DELIVERIES, CALLS = 4, 6_000, 200
PEER_DELIVERIES = 1_200
GOAL = 1_000

METHOD = f"""An outbox of {DELIVERIES:,} deliveries ({PEER_DELIVERIES:,} for the peer), bodies of an order with three lines
(3 kB), {WEBHOOKS} webhooks of one store, all about objects of their own. The sender runs as it does in a worker, in a process
of its own: it leases batches, signs twice (an HMAC-SHA256 as a dialect has it, and Standard Webhooks), posts, logs every
attempt and acknowledges, on the embedded PostgreSQL with fsync on. The receiver is a bare loopback server in another process
that reads the request and answers 200. Where the system lets us, the sender is pinned to one core and the receiver kept off
it; PostgreSQL runs anywhere.

*httpx* is the same sender with its HTTP client exchanged for httpx's AsyncClient. Both alternate in rounds; figures are
medians. CPU-ms is user and system time of the process, divided by deliveries.

*Commit to first byte*: {CALLS} single events, 20 ms apart, to an idle sender; from the return of the commit to the arrival of
the request, by the system's monotonic clock.

*What an event costs* is measured on transactions of their own, one connection, with `synchronous_commit = off`, so that the
disk is not what is measured: the CPU of our process and of PostgreSQL, over a transaction that selects 1."""

PROPERTIES = [{"name": "text", "value": "v" * 700}]
LINE = {"id": "db4469f3-5e56-4c69-a2b6-03e81d24d5b5", "product_title": "Personalized T-shirt, organic cotton", "price": 12.34,
        "properties": PROPERTIES}  # fmt: skip
ORDER = json.dumps({"order": {"note": "abc", "line_items": [LINE] * 3}}, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Round:
    per_second: float
    sender: float  # CPU-ms a delivery
    postgres: float


class Httpx:
    """Stands in for `Outbound`."""

    def __init__(self):
        self._client = httpx.AsyncClient(timeout=15, trust_env=False, limits=httpx.Limits(max_connections=None))

    async def send(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = await self._client.request(method, address, content=body, headers=headers)
        return Answer(answer.status_code, answer.headers, answer.content, False)

    async def close(self) -> None:
        await self._client.aclose()


# The processes


class Receiving(asyncio.Protocol):
    """Answers each request when its body is there; keeps when each arrived."""

    times: ClassVar[list[float]] = []

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport, self.data = transport, b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        while (end := self.data.find(b"\r\n\r\n")) >= 0:
            head = self.data[:end].lower()
            at = head.index(b"content-length:") + 15
            size = end + 4 + int(head[at:].split(b"\r\n", 1)[0])
            if len(self.data) < size:
                return
            self.times.append(time.monotonic())
            self.data = self.data[size:]
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")


async def receive(port: int) -> None:
    """Until a line comes in; then says when requests arrived."""
    _pin(others=True)
    await asyncio.get_running_loop().create_server(Receiving, "127.0.0.1", port)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps(Receiving.times), flush=True)


async def send(url: str, client: str) -> None:
    """A sender until a line comes in; before and after it says what CPU it has used."""
    _pin(others=False)
    speak()
    pool, stop = await db.connect(url, largest=4), asyncio.Event()
    outbound = Httpx() if client == "httpx" else Outbound(LOOPBACK)
    await asyncio.to_thread(sys.stdin.readline)
    print(time.process_time(), flush=True)
    running = asyncio.create_task(Sender(pool, outbound).run(stop))
    await asyncio.to_thread(sys.stdin.readline)
    print(time.process_time(), flush=True)
    stop.set()
    await running
    await outbound.close()
    await pool.close()


def _pin(*, others: bool) -> None:
    """The last core is the sender's."""
    if hasattr(os, "sched_setaffinity") and len(cores := sorted(os.sched_getaffinity(0))) > 1:
        os.sched_setaffinity(0, cores[:-1] if others else cores[-1:])


class Child:
    def __init__(self, *arguments: str):
        command = [sys.executable, "-m", "bench.webhooks", *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self) -> None:
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        if not (line := self.process.stdout.readline()):
            raise SystemExit("a process of the bench failed; its reason stands above")
        return line

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)


# The outbox


def speak() -> None:
    async def load(_, event):
        return ORDER

    def write(body, call):
        return Message(body, {"X-Topic": call.topic})

    events.FORMS["bench"] = Form({"order.created": ("created",)}, load, write, shoplazza.sign)


async def open_store(url: str, port: int, webhook_count: int) -> int:
    pool = await db.connect(url)
    async with pool.acquire() as connection, connection.transaction():
        merchant = await merchants.create(connection, "Bench")
        store = await stores.create(connection, merchant.id, f"bench-{time.monotonic_ns()}", "Bench")
        for number in range(webhook_count):
            await webhooks.subscribe(connection, store.id, dialect="bench", address=f"http://127.0.0.1:{port}/{number}",
                                     topics=["created"], networks=LOOPBACK)
    await pool.close()
    return store.id


async def fill(url: str, store_id: int, count: int) -> None:
    pool = await db.connect(url)
    async with pool.acquire() as connection, connection.transaction():
        for number in range(count // WEBHOOKS):
            await events.record(connection, store_id, "order.created", "order", number)
    await pool.execute("vacuum analyze deliveries")
    await pool.close()


def drained(postgres: Postgres) -> float:
    """When everything was delivered."""
    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        asked = "select 1 from deliveries where delivered_at is null and gave_up_at is null limit 1"
        while connection.execute(asked).fetchone():
            time.sleep(0.02)
    return time.monotonic()


# What is measured


def throughput(postgres: Postgres, store_id: int, client: str, count: int) -> Round:
    asyncio.run(fill(postgres.dsn, store_id, count))
    sender = Child("send", postgres.dsn, client)
    sender.say()
    used = float(sender.hear())
    before, began = shops.cpu_seconds(postgres.pid), time.monotonic()
    wall = drained(postgres) - began
    cost = shops.cpu_seconds(postgres.pid) - before
    sender.say()
    used = float(sender.hear()) - used
    sender.end()
    return Round(count / wall, used * 1000 / count, cost * 1000 / count)


async def commits(url: str, store_id: int) -> list[float]:
    """When each commit returned."""
    pool, times = await db.connect(url), []
    async with pool.acquire() as connection:
        for number in range(CALLS):
            async with connection.transaction():
                await events.record(connection, store_id, "order.created", "order", 10**6 + number)
            times.append(time.monotonic())
            await asyncio.sleep(0.02)
    await pool.close()
    return times


def latency(postgres: Postgres, port: int) -> tuple[float, float]:
    """Milliseconds from commit to first byte: the median and the 95th of a hundred."""
    receiver = Child("receive", str(port))
    receiver.hear()
    store_id = asyncio.run(open_store(postgres.dsn, port, 1))
    sender = Child("send", postgres.dsn, "aiohttp")
    sender.say()
    sender.hear()
    time.sleep(1.5)
    committed = asyncio.run(commits(postgres.dsn, store_id))
    drained(postgres)
    sender.say()
    sender.end()
    receiver.say()
    arrived = json.loads(receiver.hear())
    receiver.end()
    waits = sorted((b - a) * 1000 for a, b in zip(committed, arrived, strict=True))
    return median(waits), waits[int(len(waits) * 0.95)]


async def costs(postgres: Postgres, port: int) -> list[tuple[str, float, float]]:
    """(what, CPU-ms of ours, of PostgreSQL) a transaction, over one that selects 1."""
    pool = await db.connect(postgres.dsn, largest=1)
    silent = await open_store(postgres.dsn, port, 0)
    heard = await open_store(postgres.dsn, port, 1)
    objects = iter(range(10**7, 10**8))

    async def measure(verb) -> tuple[float, float]:
        count, ours, theirs = 1000, time.process_time(), shops.cpu_seconds(postgres.pid)
        async with pool.acquire() as connection:
            await connection.execute("set synchronous_commit = off")
            for _ in range(count):
                async with connection.transaction():
                    await verb(connection)
        return (time.process_time() - ours) * 1000 / count, (shops.cpu_seconds(postgres.pid) - theirs) * 1000 / count

    def record(store_id: int):
        return lambda connection: events.record(connection, store_id, "order.created", "order", next(objects))

    verbs = {
        "nothing": lambda connection: connection.fetchval("select 1"),
        "an event, nobody listens": record(silent),
        "an event and a delivery of 3 kB": record(heard),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in verbs}
    for _ in range(4):  # the first is to warm up
        for name, verb in verbs.items():
            found[name].append(await measure(verb))
    await pool.execute("delete from deliveries")
    await pool.close()
    medians = {name: tuple(median(each[side] for each in rounds[1:]) for side in (0, 1)) for name, rounds in found.items()}
    base = medians.pop("nothing")
    return [(name, ours - base[0], theirs - base[1]) for name, (ours, theirs) in medians.items()]


def tables(rounds: dict[str, list[Round]], cost: list[tuple[str, float, float]]) -> list[reports.Table]:
    rows = []
    for name, found in rounds.items():
        figures = [median(getattr(each, what) for each in found) for what in ("per_second", "sender", "postgres")]
        rows.append((name, f"{figures[0]:,.0f}", f"{figures[1]:.2f}", f"{figures[2]:.2f}", f"{1000 / figures[1]:,.0f}"))
    ours, peer = (median(each.sender for each in found) for found in rounds.values())
    rows.append(("httpx / ours", "", f"{peer / ours:.1f} x", "", ""))
    heads = ("sender", "deliveries/s", "sender CPU-ms", "PostgreSQL CPU-ms", "deliveries in a second of its CPU")
    first = reports.Table(heads, rows)
    second = [(name, f"{a:.2f}", f"{b:.2f}", f"{a + b:.2f}") for name, a, b in cost]
    return [first, reports.Table(("in the business transaction", "our CPU-ms", "PostgreSQL CPU-ms", "both"), second)]


def run(rounds: int) -> tuple[list[reports.Table], str]:
    """The tables, and the latency and goal in words."""
    speak()
    with tempfile.TemporaryDirectory(prefix="monogram-bench-") as folder:
        Path(folder).chmod(0o755)
        with Postgres(Path(folder) / "home") as postgres, socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            probe.close()
            serving.migrate(postgres.dsn)
            progress = reports.Progress(2 + 2 * rounds)
            progress.step("what an event costs")
            cost = asyncio.run(costs(postgres, port))
            progress.step("commit to first byte")
            p50, p95 = latency(postgres, port)
            receiver = Child("receive", str(port))
            receiver.hear()
            store_id = asyncio.run(open_store(postgres.dsn, port, WEBHOOKS))
            found: dict[str, list[Round]] = {"Monogram (aiohttp)": [], "the same on httpx": []}
            for _ in range(rounds):
                progress.step("deliveries: Monogram")
                found["Monogram (aiohttp)"].append(throughput(postgres, store_id, "aiohttp", DELIVERIES))
                progress.step("deliveries: httpx")
                found["the same on httpx"].append(throughput(postgres, store_id, "httpx", PEER_DELIVERIES))
            progress.end()
            receiver.say()
            receiver.hear()
            receiver.end()
    pace = median(each.per_second for each in found["Monogram (aiohttp)"])
    words = (f"Commit to first byte: {p50:.1f} ms (median), {p95:.1f} ms (95 %).\n"
             f"Goal: {GOAL:,} signed deliveries a second on one core: {'met' if pace >= GOAL else 'NOT met'}.")
    return tables(found, cost), words


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each measurement (default 3)")
    parser.add_argument("--write", action="store_true", help="write docs/bench/webhooks.md")
    args = parser.parse_args()
    machine = machines.describe()
    found, words = run(args.rounds)
    print(f"Machine: {machine}.\n{words}")
    for table in found:
        table.show()
    if args.write:
        body = "\n\n".join(table.markdown() for table in found)
        page = (f"# Webhooks: deliveries a second, and what an event costs\n\nMade by `python -m bench.webhooks --write`.\n\n"
                f"Machine: {machine}. Rounds: {args.rounds}.\n\n{body}\n\n{words}\n\n## Method\n\n{METHOD}\n")
        print(f"written: {reports.write('webhooks', page).relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["receive"]:
        uvloop.run(receive(int(sys.argv[2])))
    elif sys.argv[1:2] == ["send"]:
        asyncio.run(send(*sys.argv[2:4]))
    else:
        sys.exit(main())
