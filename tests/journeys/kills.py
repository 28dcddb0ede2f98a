"""Kills parts of a serving Monogram at random, under load, and then counts: nothing acknowledged may be lost or doubled.

    python -m tests.journeys.kills --seconds 900 --kills 200 [--seed 7]

Clients keep histories: an order or task is acknowledged, refused, or unknown (no answer), and what is unknown is sent
again with the same content until it is known. Beside merchants' software, which speaks CustoMeow, buyers buy in a shop
with scarce goods, and a receiver takes its webhooks (`kill_orders`).
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import http.client
import itertools
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import psutil
import psycopg

from monogram import homes, serving
from monogram.core import apps, composites, customizations, db, features, files, photos
from monogram.demo import shop as demo_shop
from monogram.postgres import Postgres
from tests import shops
from tests.journeys import commands, kill_orders
from tests.journeys.installation import eventually

CLIENTS = 8
QUIET = 60.0  # seconds after the last kill within which everything must be done
TASKS_EACH = 6  # customizations of each shop that print files are asked for
PARTS = ("database", "web worker", "worker", "database", "web", "renderer", "database", "worker", "supervisor", "renderer")


@dataclass(frozen=True)
class Seller:
    """A store, its keys, and what it asks print files for: (customization, composite) ids."""

    store_id: int
    keys: tuple[str, ...]
    prints: tuple[tuple[int, int], ...]


# The home, prepared by core verbs before anything runs


def prepare(home: Path, sellers: int) -> list[Seller]:
    """A migrated database with that many small shops and the demo shop."""
    with Postgres(home) as postgres:
        serving.migrate(postgres.dsn)
        return asyncio.run(_fill(postgres.dsn, files.open_storage(f"file://{home / 'files'}"), sellers))


async def _fill(dsn: str, storage: files.Storage, sellers: int) -> list[Seller]:
    pool = await db.connect(dsn)
    try:
        async with pool.acquire() as connection, connection.transaction():
            small = [await _small_shop(connection, number) for number in range(sellers)]
            return [*small, await _demo(connection, storage)]
    finally:
        await pool.close()


async def _small_shop(connection: db.Db, number: int) -> Seller:
    opened = await shops.open_shop(connection, name=f"Shop {number}", production=shops.document(200, 200), preview=False)
    second = await apps.issue_key(connection, opened.merchant_id, "second")
    confirmed = [await shops.confirm(connection, opened, f"Ada {number} {n}") for n in range(TASKS_EACH)]
    return Seller(opened.store_id, (opened.key, second.secret), tuple((each, opened.production_id) for each in confirmed))


async def _demo(connection: db.Db, storage: files.Storage) -> Seller:
    """The demo's products, each with a preview to draw: drawings that take long enough to be killed in the middle."""
    built = await demo_shop.build(connection, storage, {})
    prints = []
    for product in demo_shop.PRODUCTS:
        answers = product.read("answers")
        for answer in answers.values():
            if isinstance(answer, dict) and "file" in answer:
                data = (demo_shop.FOLDER / answer["file"]).read_bytes()
                sha256 = await storage.put(data)
                file = await photos.know(connection, built.store_id, sha256, len(data), photos.read_header(data))
                answer["file"] = file.token
        confirmed = await customizations.confirm(connection, built.store_id, product.sku, "en_US", answers)
        templates = (await composites.templates(connection, built.store_id, [confirmed.id]))[confirmed.id]
        prints += [(confirmed.id, each.id) for each in templates if each.usage == features.PRODUCTION]
    return Seller(built.store_id, (built.api_key,), tuple(prints))


# The load


@dataclass
class History:
    """What the clients were told. Keys of orders: (store id, platform order id)."""

    orders: dict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))  # acknowledged ids
    lines: dict[tuple[int, str], int] = field(default_factory=dict)  # of every order that was sent
    refused: set[tuple[int, str]] = field(default_factory=set)
    tasks: dict[str, str] = field(default_factory=dict)  # acknowledged task -> a key that may look at it
    seen: dict[str, list[tuple[int, tuple[str, ...]]]] = field(default_factory=lambda: defaultdict(list))  # task -> states
    replies: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Client(threading.Thread):
    """A merchant's software: orders, a twentieth of them sent again, print files, looks at print files."""

    numbers = itertools.count(1)
    recent: ClassVar[list[tuple[Seller, dict[str, Any]]]] = []

    def __init__(self, port: int, sellers: list[Seller], history: History, seed: str, stop: threading.Event):
        super().__init__(daemon=True)
        self.port, self.sellers, self.history, self.stop_event = port, sellers, history, stop
        self.random = random.Random(seed)
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        try:
            while not self.stop_event.is_set():
                self._act()
        except Exception as error:
            self.history.faults.append(f"a client broke: {error!r}")
            raise

    def _act(self) -> None:
        draw, seller = self.random.random(), self.random.choice(self.sellers)
        if draw < 0.05 and self.recent:
            self._place(*self.random.choice(self.recent[-200:]))  # its first sending may still be on its way
        elif draw < 0.09:
            self._print(seller)
        elif draw < 0.14 and self.history.tasks:
            self._look(self.random.choice(list(self.history.tasks)))
        else:
            order = self._new_order(seller)
            self.recent.append((seller, order))
            self._place(seller, order)

    def _new_order(self, seller: Seller) -> dict[str, Any]:
        number = next(self.numbers)
        answered = self.random.random() < 0.5
        lines = [
            {
                "sku": shops.SKU, "customInfoId": str(self.random.choice(seller.prints)[0]) if answered else "0",
                "platformItemId": f"{number}-{line}", "platformProductId": "453695684", "platformProductTitle": "Mug",
                "platformVariantTitle": "11 oz", "platformVariantId": "6958596542", "quantity": line, "price": "20.23",
            }
            for line in range(1, self.random.randint(2, 4))
        ]  # fmt: skip
        self.history.lines[seller.store_id, f"po-{number}"] = len(lines)
        return {
            "storeId": str(seller.store_id), "platformOrderId": f"po-{number}", "platformOrderNo": f"D{number}",
            "platformCreatedAt": datetime.now(UTC).isoformat(), "currencyCode": "USD", "lineItems": lines,
        }  # fmt: skip

    def _place(self, seller: Seller, order: dict[str, Any]) -> None:
        key = (seller.store_id, order["platformOrderId"])
        status, data = self._until_known("POST", "/order", seller, order)
        with self.history.lock:
            if status == 201:
                self.history.orders[key].add(data["id"])
            elif status == 429 and key not in self.history.orders:
                self.history.refused.add(key)

    def _print(self, seller: Seller) -> None:
        custom, composite = self.random.choice(seller.prints)
        body = {"customInfoId": str(custom), "compositeId": str(composite)}
        status, data = self._until_known("POST", "/composite/task", seller, body)
        if status == 201:
            self.history.tasks[data["id"]] = seller.keys[0]

    def _look(self, task: str) -> None:
        status, data = self._send("GET", f"/composite/task/{task}", self.history.tasks[task])
        if status == 200:
            self.history.seen[task].append((data["status"], tuple(data["resources"])))
        elif status not in (None, 429):
            self.history.faults.append(f"task {task} answered {status}")

    def _until_known(self, method: str, path: str, seller: Seller, body: dict[str, Any]) -> tuple[int, Any]:
        """Sends the same until there is an answer. Only a first 429 ends it: after an unknown one it is asked again."""
        unknown = False
        while True:
            status, data = self._send(method, path, self.random.choice(seller.keys), body)
            if status == 201 or (status == 429 and not unknown):
                return status, data
            if status not in (None, 429):
                self.history.faults.append(f"{method} {path} answered {status}")
            unknown = True
            time.sleep(0.1)

    def _send(self, method: str, path: str, key: str, body: Any = None) -> tuple[int | None, Any]:
        """The status and the data; None when nobody knows what became of it (no answer, or 503)."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            headers = {"X-Api-Key": key, "Content-Type": "application/json"}
            self.connection.request(method, f"/v1{path}", None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            status, data = answer.status, json.loads(answer.read())["data"]
        except (OSError, http.client.HTTPException, ValueError):
            self.history.replies["none"] += 1
            if self.connection:
                self.connection.close()
            self.connection = None
            return None, None
        self.history.replies[status] += 1
        return None if status == 503 else status, data


# The server and its parts


class Serving:
    """`monogram serve` as a process, its parts by name, and its death."""

    def __init__(self, home: Path, port: int):
        self.home, self.port, self.log = home, port, home.with_name("serve.log")
        networks = {"MONOGRAM_RECEIVER_NETWORKS": kill_orders.LOOPBACK}
        self.env = commands.environment(home, port, MONOGRAM_LOG="WARNING", **networks)
        self.process: subprocess.Popen | None = None

    def start(self, seconds: float = 30) -> None:
        """As an init system does: again when it does not start, because what a killed one left still ends."""
        deadline = time.monotonic() + seconds
        while True:
            self.process = commands.start("serve", env=self.env, log=self.log)
            eventually(lambda: self.process.poll() is not None or commands.ready(self.port), 20)
            if self.process.poll() is None:
                return
            assert time.monotonic() < deadline, self.log.read_text()[-4000:]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def part(self, name: str) -> psutil.Process | None:
        """The process that does this now; None while there is none."""
        try:
            for child in psutil.Process(self.process.pid).children(recursive=True):
                if self._is(name, child):
                    return child
        except psutil.NoSuchProcess:
            pass
        return None

    def _is(self, name: str, process: psutil.Process) -> bool:
        words, parent = " ".join(process.cmdline()), process.ppid()
        match name:
            case "database":
                return parent == self.process.pid and "cluster_name=" in words
            case "web":
                return parent == self.process.pid and "granian" in words
            case "web worker":
                web = self.part("web")
                return web is not None and parent == web.pid and "resource_tracker" not in words
            case "worker":
                return "monogram.cli worker" in words
            case "renderer":
                return "monogram.jobs.rendering" in words
        raise ValueError(name)

    def kill(self, name: str) -> bool:
        """SIGKILL to that part; False when it is not there."""
        if name == "supervisor":
            self.process.kill()
            self.process.wait()
            self.start()
            return True
        found = self.part(name)
        if found is None:
            return False
        found.kill()
        return True

    def rows(self, statement: str, *values: Any) -> list[tuple]:
        """OperationalError while the database is away."""
        with psycopg.connect(homes.running(self.home)["database"], connect_timeout=5) as connection:
            return connection.execute(statement, values or None).fetchall()


class Killer:
    """Kills parts in a random order at random times, and measures how soon a killed worker's task is begun again."""

    def __init__(self, served: Serving, rng: random.Random, note: Callable[[str], None]):
        self.served, self.random, self.note = served, rng, note
        self.kills: Counter = Counter()
        self.crashes: Counter = Counter()  # renderers killed, by task
        self.lost: list[tuple[int, int, float]] = []  # task, its attempts when its worker was killed, when
        self.restarts: list[float] = []  # seconds

    def run(self, seconds: float, kills: int) -> None:
        begun = time.monotonic()
        parts: list[str] = []
        for number in range(kills):
            if not parts:
                parts = self.random.sample(PARTS, len(PARTS))
            due = begun + (number + self.random.random()) * seconds / kills
            self._watch_until(due)
            self._kill(parts.pop())
        self._watch_until(begun + seconds)

    def _kill(self, part: str) -> None:
        held = self._held(2.0) if part in ("worker", "renderer") else None
        if part == "renderer" and held:
            self.crashes[held[0]] += 1
            if self.crashes[held[0]] > 2:  # the third would rightly be called the task's own fault
                part = "worker"
        if not eventually(lambda: self.served.kill(part), 10):
            self.note(f"no {part} to kill for 10 s")
            return
        self.kills[part] += 1
        if part == "worker" and held and self._held(1.0) == held:  # it had not ended just before
            self.lost.append((*held, time.monotonic()))
        self.note(f"killed {part}" + (f" drawing task {held[0]}" if held else ""))

    def _held(self, patience: float) -> tuple[int, int] | None:
        """The task that a worker draws now and how often it was begun; waits for one."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            found = self._ask(
                "select t.id, t.attempts from procrastinate_jobs j"
                " join composite_tasks t on t.id = (j.args->>'task_id')::bigint"
                " where j.status = 'doing' and j.task_name = 'render_composite' and t.status = 1 and t.attempts > 0"
            )
            if found:
                return found[0]
            time.sleep(0.02)
        return None

    def _watch_until(self, due: float) -> None:
        while (left := due - time.monotonic()) > 0:
            self.watch()
            time.sleep(min(0.2, left))

    def watch(self) -> None:
        """Takes note of the lost tasks that were begun again."""
        for task, attempts, killed in list(self.lost):
            if self._ask("select 1 from composite_tasks where id = %s and (attempts > %s or status <> 1)", task, attempts):
                self.lost.remove((task, attempts, killed))
                self.restarts.append(time.monotonic() - killed)

    def _ask(self, statement: str, *values: Any) -> list[tuple]:
        try:
            return self.served.rows(statement, *values)
        except (psycopg.OperationalError, TypeError):  # killed a moment ago
            return []


# The count


def await_quiet(served: Serving, killer: Killer) -> float:
    """Seconds until no task runs, no job waits and every webhook arrived; QUIET when that is not reached."""
    begun = time.monotonic()
    busy = (
        "select (select count(*) from composite_tasks where status = 1) + (select count(*) from procrastinate_jobs)"
        " + (select count(*) from deliveries where delivered_at is null and gave_up_at is null)"
    )
    while time.monotonic() - begun < QUIET:
        killer.watch()
        if killer._ask(busy) == [(0,)]:
            break
        time.sleep(0.2)
    return time.monotonic() - begun


def count(served: Serving, history: History) -> list[str]:
    """Everything that is not as it was promised, a sentence each."""
    return [*history.faults, *_orders(served, history), *_tasks(served, history), *_files(served)]


def _orders(served: Serving, history: History) -> Iterator[str]:
    rows = served.rows(
        "select o.store_id, o.platform_order_id, o.id, o.line_count, o.quantity, count(l), coalesce(sum(l.quantity), 0)"
        " from orders o left join order_lines l on l.store_id = o.store_id and l.order_id = o.id"
        " where o.content_hash <> '' group by o.store_id, o.id"  # the shop's own are counted by kill_orders
    )
    kept: dict[tuple[int, str], list[str]] = defaultdict(list)
    for store_id, platform_id, order_id, line_count, quantity, lines, total in rows:
        kept[store_id, platform_id].append(str(order_id))
        if not line_count == lines == history.lines.get((store_id, platform_id)) or quantity != total:
            yield f"order {platform_id} of store {store_id} has {lines} lines, {total} pieces"
    for key, ids in kept.items():
        if len(ids) > 1:
            yield f"order {key} is there {len(ids)} times"
        if key in history.refused and key not in history.orders:
            yield f"order {key} was refused and is there"
    for key, ids in history.orders.items():
        if ids != set(kept.get(key, ())):
            yield f"order {key} was acknowledged as {sorted(ids)}, and is there as {kept.get(key, 'nothing')}"


def _tasks(served: Serving, history: History) -> Iterator[str]:
    rows = served.rows(
        "select t.id, t.status, t.failed_reason, f.token from composite_tasks t"
        " left join production_files p on p.store_id = t.store_id and p.recipe = t.recipe"
        " left join files f on f.store_id = p.store_id and f.id = p.file_id"
    )
    kept = {str(task): (status, reason, token) for task, status, reason, token in rows}
    for task in history.tasks.keys() - kept.keys():
        yield f"task {task} was acknowledged and is not there"
    for task, (status, reason, token) in kept.items():
        if status != 2:
            yield f"task {task} ended in status {status} {reason}"
        states = list(dict.fromkeys(history.seen.get(task, [])))
        if [status for status, _ in states] not in ([], [1], [2], [1, 2]):
            yield f"task {task} was seen as {states}"
        for _, resources in states:
            if any(f"/files/{token}/" not in url for url in resources):
                yield f"task {task} was answered with {resources}, and now with {token}"
    for job, status in served.rows("select id, status from procrastinate_jobs"):
        yield f"job {job} is left {status}"


def _files(served: Serving) -> Iterator[str]:
    made = "select store_id, customization_id, template_version_id from composite_tasks where status = 2"
    for row in served.rows(f"{made} group by 1, 2, 3 having count(distinct recipe) > 1"):
        yield f"the same print has several recipes: {row}"
    for row in served.rows("select store_id, recipe from production_files group by 1, 2 having count(*) > 1"):
        yield f"a recipe has several files: {row}"
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    for token, sha256, size in served.rows(
        "select distinct f.token, f.sha256, f.size from production_files p"
        " join files f on f.store_id = p.store_id and f.id = p.file_id"
    ):
        connection.request("GET", f"/files/{token}/print.png")
        answer = connection.getresponse()
        data = answer.read()
        if (answer.status, len(data), hashlib.sha256(data).hexdigest()) != (200, size, sha256):
            yield f"file {sha256} answers {answer.status} with {len(data)} bytes"
    connection.close()


# The whole


@dataclass
class Report:
    seed: str
    kills: Counter
    orders: int
    tasks: int
    replies: Counter
    seconds: float  # of load
    quiet: float  # seconds until everything was done
    restarts: list[float]  # seconds from a worker's death to the new start of its task
    sales: int  # the shop's own orders
    refused: int  # for want of goods
    webhooks: int
    faults: list[str]

    def __str__(self) -> str:
        restarts = ", ".join(f"{each:.1f}" for each in self.restarts) or "none"
        told = [
            f"seed {self.seed}: {self.kills.total()} kills in {self.seconds:.0f} s {dict(self.kills)}",
            f"{self.orders} orders ({self.orders / self.seconds:.0f} a second) and {self.tasks} tasks acknowledged, "
            f"replies {dict(self.replies)}",
            f"{self.sales} orders of the shop ({self.sales / self.seconds:.0f} a second), {self.refused} refused for want of "
            f"goods, {self.webhooks} webhooks received",
            f"quiet after {self.quiet:.1f} s; a killed worker's task begun again after {restarts} s",
            f"{len(self.faults)} faults", *self.faults[:20],
        ]  # fmt: skip
        return "\n".join(told)


def run(
    folder: Path, *, seconds: float, kills: int, seed: str, sellers: int = 40, note: Callable[[str], None] = print
) -> Report:
    """Prepares a home in `folder`, serves it, loads and kills it, waits until it is quiet, and counts."""
    home, receiver, book = folder / "home", kill_orders.Receiver(), kill_orders.Book()
    shops_made, store = prepare(home, sellers), kill_orders.prepare(home, receiver.url)
    served, history, stop = Serving(home, commands.free_port()), History(), threading.Event()
    killer = Killer(served, random.Random(seed), note)
    served.start()
    try:
        begun = time.monotonic()
        clients = [
            *(Client(served.port, shops_made, history, f"{seed} {number}", stop) for number in range(CLIENTS)),
            *(kill_orders.Buyer(served.port, store, book, f"{seed} b{number}", stop) for number in range(kill_orders.BUYERS)),
        ]
        for client in clients:
            client.start()
        killer.run(seconds, kills)
        stop.set()
        for client in clients:
            client.join(QUIET)
        if any(client.is_alive() for client in clients):
            history.faults.append(f"a client had no answer for {QUIET:.0f} s after the last kill")
        loaded = time.monotonic() - begun
        quiet = await_quiet(served, killer)
        faults = count(served, history) + [f"task {task} was never begun again" for task, _, _ in killer.lost]
        faults += kill_orders.count(served.rows, store, book, receiver.received)
        return Report(
            seed, killer.kills, len(history.orders), len(history.tasks), history.replies + book.replies, loaded, quiet,
            killer.restarts, len(book.sales), len(book.refused), len(receiver.received), faults,
        )
    finally:
        stop.set()
        served.stop()
        receiver.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=900)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(10**6)))
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="monogram-kills-"))
    report = run(folder, seconds=args.seconds, kills=args.kills, seed=args.seed, sellers=120)
    print(report)
    if report.faults:
        print(f"the home and the server's log are kept in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
