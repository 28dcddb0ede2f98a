"""A shop of ten thousand products: its list through the Shoplazza API, its deepest page, and checkouts, beside Vendure."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import loads, reports, rounds, shops, statements
from bench.peers import vendure
from bench.rounds import Round

PRODUCTS, ORDERS, PAGE = 10_000, 2_000, 50
PAGES = PRODUCTS // PAGE
CONNECTIONS = 8
NAMES = {"products": f"list of {PAGE} products", "checkout": f"create order, {shops.LINES} lines"}
PEERS = {"products": ("list", 2), "checkout": ("checkout", 4)}  # kind -> Vendure's, with how many connections
PEER_ROUNDS = 3
# CPU-ms a call with the database, and how many times less than the peer
GOALS = {"products": (1.6, 100), "checkout": (2.5, 50)}
SHARE, DEEP = 0.5, 3.0

METHOD = f"""The shop holds {PRODUCTS:,} products (two or three pictures, up to two options, their variants) and {ORDERS:,}
orders, made by the verbs of `monogram seed`. *List of {PAGE} products* is `GET /openapi/products` with `limit={PAGE}` and a
random `page` of {PAGES}, by an access token: authentication, scope and the token's bucket of calls (a wide one) on every
call. Each page was asked for once before. *Page 1* and *the last page* ask for these alone; *all of them
changed* asks for each page once after a change of every product: a change, a sale too, makes a product's next reader read
everything of it, write it as JSON and keep that. *Create order* is
`POST /api/stores/{{id}}/orders` by the merchant's key: {shops.LINES} random variants of the whole catalogue, one of each, a
new customer with an address, a reference of its own, tax and shipping; one transaction reserves the stock under locks,
writes order, lines, ledger, history, customer and events, and is on the disk before the whole order is answered. No webhook
listens: what one costs is told in [webhooks](webhooks.md).

*Vendure* {vendure.VERSION} is installed by npm in its locked versions, runs in production mode on the wheel's Node with its
default job queue and search plugins, and has a second cluster of the same PostgreSQL programs and settings as ours. It
holds {vendure.PRODUCTS:,} products (two pictures, one option, two variants), a fifth of ours, since filling it is slow; its
list has {PAGE} products with pictures, option groups, options, variants, prices with tax and stock level at a random
`skip`; its checkout is the whole of it in one GraphQL request: three lines, customer, address, shipping method, payment by
its dummy handler, an order `PaymentSettled`. It works out promotions and a payment, which our call does not; we write
events and an idempotent reference, which it does not. Its worker process is not run. Ratios are of CPU-ms."""

HEAD = f"""
\\set start {PAGE} * random(0, {PAGES - 1})
\\set number random(1, 1000000000000000)
"""
THREE = ("array[(select id from bench_variants where n = :a), (select id from bench_variants where n = :b), "
         "(select id from bench_variants where n = :c)]")
CHANGING = {
    "products": {"convert_from(string_agg(f.body": {3: ":start"}},
    "checkout": {
        "hashtextextended": {1: ":number::text"},
        "platform_order_id = $2": {2: ":number::text"},
        "uuid = any($3)": {2: THREE},
        "w(id, quantity)": {2: THREE},
        "insert into customers": {2: "'shopper-' || :number::text || '@example.com'"},
        "customer.created": {4: ":c_id::bigint"},
        "jsonb_populate_record(": {
            1: "{recorded}::jsonb || jsonb_build_object('uuid', gen_random_uuid(), 'platform_order_id', :number::text, "
               "'customer_id', :c_id::bigint)",
        },
        "order.created": {4: ":o_id::bigint"},
        "from orders o ": {2: ":o_id::bigint"},
        "from order_lines where": {2: "array[:o_id::bigint]"},
        "from fulfillments f": {2: "array[:o_id::bigint]"},
    },
}  # fmt: skip
# pgbench reads text, as which bytes are twice as long; ours reads them as they are.
AS_TEXT = ("string_agg(f.body, ',') as bodies", "convert_from(string_agg(f.body, ','), 'SQL_ASCII') as bodies")
KEPT = {"checkout": {"insert into customers": "c_", "jsonb_populate_record(": "o_"}}


@dataclass
class Found:
    """Rounds by what was asked of whom: server, alone, first, last, changed, peer. `absent`: why there is no peer."""

    rounds: dict[tuple[str, str], list[Round]] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    absent: str | None = None

    def add(self, kind: str, whom: str, one: Round) -> None:
        self.rounds.setdefault((kind, whom), []).append(one)


class Bench:
    def __init__(self, shop: shops.Shop, folder: Path, seconds: int) -> None:
        self.shop, self.folder, self.seconds, self.run = shop, folder, seconds, 0

    def load(self, kind: str, first: int = 1, last: int = PAGES) -> loads.Load:
        self.run += 1
        facts = self.shop.facts
        given = {"token": facts["token"], "first": first, "last": last, "page_size": PAGE} if kind == "products" else {
            "key": facts["key"], "store_id": str(facts["store_id"]), "variants": [str(each) for each in facts["variants"]]}
        return loads.Load(self.shop.port, kind, CONNECTIONS, self.seconds, self.run, given)

    def http(self, kind: str, first: int = 1, last: int = PAGES) -> Round:
        return rounds.http(self.load(kind, first, last), self.shop.server.pid, self.shop.postgres.pid)

    def alone(self, script: statements.Script) -> Round:
        return rounds.alone(self.shop.postgres, script, self.folder, connections=CONNECTIONS, seconds=self.seconds)

    def script(self, kind: str) -> statements.Script:
        """pgbench's script of a call, from what PostgreSQL logs of a real one."""
        count = len(self.shop.facts["variants"])
        head = HEAD + "".join(f"\\set {name} random({part * count // 3}, {(part + 1) * count // 3 - 1})\n"
                              for part, name in enumerate("abc"))
        recorded = [dataclasses.replace(each, text=each.text.replace(*AS_TEXT)) for each in
                    statements.of_call(self.shop.postgres, self.load(kind).requests())]
        return statements.script(recorded, CHANGING[kind], head, KEPT.get(kind))

    def visit(self) -> Round:
        """Asks for every page once, one after the other."""
        server, postgres, started = self.shop.server.pid, self.shop.postgres.pid, time.perf_counter()
        before = shops.cpu_seconds(server), shops.cpu_seconds(postgres)
        for page in range(1, PAGES + 1):
            statements.call(self.load("products", page, page).requests()())
        wall = (time.perf_counter() - started) / PAGES
        app, database = shops.cpu_seconds(server) - before[0], shops.cpu_seconds(postgres) - before[1]
        return Round(1 / wall, app * 1000 / PAGES, database * 1000 / PAGES, wall * 1000, None)


def measure(count: int, seconds: int, progress: reports.Progress) -> Found:
    found = Found()
    with tempfile.TemporaryDirectory(prefix="monogram-bench-") as folder:
        Path(folder).chmod(0o755)  # under root the database runs as another user
        ours(found, Path(folder) / "ours", count, seconds, progress)
        progress.step("Vendure: installing")
        found.absent = vendure.absent()
        if found.absent is None:
            peer(found, Path(folder) / "peer", seconds, progress)
    return found


def ours(found: Found, home: Path, count: int, seconds: int, progress: reports.Progress) -> None:
    progress.step("filling our shop")
    with shops.open_shop(home, partial(shops.seeded, products=PRODUCTS, order_count=ORDERS)) as shop:
        bench = Bench(shop, home, seconds)
        progress.step("products not printed since a change")
        bench.visit()
        statements.run(shop.postgres, "update products set version = version + 1")
        statements.run(shop.postgres, "vacuum analyze")
        found.add("products", "changed", bench.visit())
        statements.run(shop.postgres, "vacuum analyze")
        for kind in NAMES:
            script = bench.script(kind)
            for _ in range(count):
                progress.step(f"{NAMES[kind]}: server")
                found.add(kind, "server", bench.http(kind))
                progress.step(f"{NAMES[kind]}: PostgreSQL alone")
                found.add(kind, "alone", bench.alone(script))
                if kind == "products":
                    progress.step("page 1 and the last page")
                    found.add(kind, "first", bench.http(kind, 1, 1))
                    found.add(kind, "last", bench.http(kind, PAGES, PAGES))
        found.memory["Monogram"] = shops.resident(shop.server.pid)


def peer(found: Found, home: Path, seconds: int, progress: reports.Progress) -> None:
    progress.step("Vendure: filling its shop")
    with vendure.serving(home) as running:
        for kind, (name, connections) in PEERS.items():
            for run in range(PEER_ROUNDS):
                progress.step(f"Vendure: {name}")
                load = running.load(name, connections, 2 * seconds, run)
                found.add(kind, "peer", rounds.http(load, running.server.pid, running.postgres.pid))
        found.memory["Vendure"] = shops.resident(running.server.pid)


def table(found: Found) -> reports.Table:
    rows = []
    for kind, name in NAMES.items():
        rows += rounds.beside_database(name, found.rounds[kind, "server"], found.rounds[kind, "alone"])
        for whom, words in (("first", "page 1"), ("last", f"page {PAGES}"), ("changed", "all of them changed, one by one")):
            if (kind, whom) in found.rounds:
                rows.append(rounds.row(f"{name}, {words}: server", found.rounds[kind, whom]))
        if (kind, "peer") in found.rounds:
            rows.append(rounds.row(f"{name}: Vendure", found.rounds[kind, "peer"]))
    return reports.Table(rounds.HEADINGS, rows)


def goals(found: Found) -> reports.Table:
    """What was wanted, what was found, whether it is met."""
    rows = []
    for kind, name in NAMES.items():
        server, alone = found.rounds[kind, "server"], found.rounds[kind, "alone"]
        most, times = GOALS[kind]
        cost, share = rounds.middle(server, "both"), rounds.share(server, alone)
        rows.append((f"{name}: CPU-ms with the database", f"at most {most}", f"{cost:.2f}", _word(cost <= most)))
        if (kind, "peer") in found.rounds:
            ratio = rounds.middle(found.rounds[kind, "peer"], "both") / cost
            rows.append((f"{name}: less than Vendure", f"{times} times", f"{ratio:,.0f} times", _word(ratio >= times)))
        rows.append((f"{name}: of PostgreSQL alone", f"{SHARE:.0%}", f"{share:.0%}", _word(share >= SHARE)))
    first, last = (rounds.middle(found.rounds["products", which], "both") for which in ("first", "last"))
    rows.append(("last page against page 1", f"at most {DEEP:.0f} times", f"{last / first:.2f} times",
                 _word(last <= DEEP * first)))
    return reports.Table(("goal", "wanted", "found", "met"), rows)


def _word(met: bool) -> str:
    return "yes" if met else "NO"
