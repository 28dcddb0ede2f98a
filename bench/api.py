"""`python -m bench.api`: order list and create order through the CustoMeow API, beside PostgreSQL alone with the same SQL."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import loads, machines, reports, shops, statements

ROOT = Path(__file__).parent.parent
ORDERS, KEYS, PAGE = 2_000, 6_000, 50
CONNECTIONS = 8
PAGES = ORDERS * shops.LINES // PAGE

METHOD = f"""One merchant with one store holds {ORDERS:,} orders of {shops.LINES} lines, placed through the core's own verbs.
The server is the real one (one web process, embedded PostgreSQL, fsync on) with everything on: authentication, the limit of 60
calls a minute, tenant scope, one transaction a call. That limit would be all there is to measure with the two keys that a
merchant may have, so the bench writes {KEYS:,} key rows of the merchant into the database itself and takes them in turn.

*Order list* is `GET /v1/order` with a random `page` of {PAGES} and `pageSize={PAGE}`; it answers {PAGE} order lines
and their count. *Create order* is `POST /v1/order` with {shops.LINES} lines and an id of its own, nobody having answered yet.
*Empty answer* is `GET /livez`, which touches no database: what the HTTP server alone takes. The load is a small client in a
process of its own, {CONNECTIONS} connections that each send the next call when the last is
answered; half a second of warm-up is not counted.

*PostgreSQL alone* is pgbench ({CONNECTIONS} connections, prepared statements) on the same database in the same run. Its script
is not written by hand: PostgreSQL logs the statements of one real call, and pgbench repeats them, `begin` and `commit`
included, with random keys, pages and order ids. pgbench reads the rows and drops them; what the API adds is HTTP,
checking, Python values and JSON. Server and pgbench alternate in rounds; figures are medians of the rounds.

CPU-ms a call is the user and system time of the whole process tree (web server; PostgreSQL with its background processes)
before and after, divided by the calls. Client, server and PostgreSQL share this machine's cores, so calls a second say what
this machine did and CPU-ms what a call costs; the client's own CPU is in neither."""


@dataclass(frozen=True)
class Round:
    per_second: float
    app: float | None  # CPU-ms a call; None without a server
    postgres: float
    p50: float
    p99: float | None


class Bench:
    """The running shop and what is done to it."""

    def __init__(self, shop: shops.Shop, folder: Path, seconds: int) -> None:
        self.shop, self.folder, self.seconds, self.run = shop, folder, seconds, 0

    def load(self, kind: str) -> Round:
        """One round of HTTP calls."""
        told = {name: value for name, value in vars(self._load(kind)).items() if name != "numbers"}
        command = [sys.executable, "-m", "bench.loads"]
        client = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with client:
            client.stdin.write(json.dumps(told) + "\n")
            client.stdin.flush()
            if client.stdout.readline().strip() != "ready":
                raise SystemExit(f"the load client of {kind} failed; its reason stands above")
            before = self._cpu()
            client.stdin.write("go\n")
            client.stdin.flush()
            line = client.stdout.readline()
            after = self._cpu()
        if not line:
            raise SystemExit(f"the load client of {kind} failed; its reason stands above")
        found = json.loads(line)
        calls, latencies = found["calls"], found["latencies"]
        app, postgres = ((b - a) * 1000 / calls for a, b in zip(before, after, strict=True))
        return Round(calls / found["wall"], app, postgres, median(latencies), latencies[int(len(latencies) * 0.99)])

    def alone(self, script: statements.Script) -> Round:
        """One round of pgbench."""
        before = self._cpu()[1]
        pace = statements.pgbench(self.shop.postgres, script, self.folder, connections=CONNECTIONS, seconds=self.seconds)
        return Round(pace.per_second, None, (self._cpu()[1] - before) * 1000 / pace.calls, pace.latency, None)

    def _cpu(self) -> tuple[float, float]:
        return shops.cpu_seconds(self.shop.server.pid), shops.cpu_seconds(self.shop.postgres.pid)

    def scripts(self) -> dict[str, statements.Script]:
        """pgbench scripts of the two calls, from what PostgreSQL logs of a real one each."""
        return {kind: statements.script(self._recorded(kind), PARAMETERS, HEAD, self._constants()) for kind in NAMES}

    def _load(self, kind: str) -> loads.Load:
        self.run += 1
        return loads.Load("127.0.0.1", self.shop.port, kind, CONNECTIONS, self.seconds, KEYS, self.run, str(self.shop.store_id),
                          PAGES, PAGE, shops.LINES)

    def _recorded(self, kind: str) -> list[str]:
        load = self._load(kind)

        def call() -> None:
            head, _, body = load.request().partition(b"\r\n\r\n")
            method, path, _ = head.split(b" ", 2)
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
            request = urllib.request.Request(f"http://127.0.0.1:{self.shop.port}{path.decode()}", body or None, headers,
                                             method=method.decode())
            urllib.request.urlopen(request, timeout=30).close()

        for _ in range(3):  # a first call on a connection also asks for types
            call()
        return statements.record(self.shop.postgres, call)

    def _constants(self) -> dict[str, str]:
        lines = loads.order("", "0", shops.LINES)["lineItems"]
        columns = {
            "skus": "sku", "item_ids": "platformItemId", "product_ids": "platformProductId",
            "product_titles": "platformProductTitle", "variant_titles": "platformVariantTitle",
            "variant_ids": "platformVariantId", "images": "platformProductImage", "quantities": "quantity", "prices": "price",
        }  # fmt: skip
        return {
            "merchant": str(self.shop.merchant_id), "store": str(self.shop.store_id), "stores": f"{{{self.shop.store_id}}}",
            "limit": "60", "secs": "60", "size": str(PAGE), "created": shops.incoming(0).platform_created_at.isoformat(),
            "currency": "USD",
            "content": "\\x" + "5a" * 32, "total": str(2 * shops.LINES), "nobody": "{" + ",".join(["NULL"] * shops.LINES) + "}",
            **{name: "{" + ",".join(json.dumps(str(line[key])) for line in lines) + "}" for name, key in columns.items()},
        }  # fmt: skip


HEAD = f"""
\\set key random(0, {KEYS - 1})
\\set key_id {shops.FIRST_KEY_ID} + :key
\\set start {PAGE} * random(0, {PAGES - 1})
\\set number random(1, 1000000000000000)
"""
# A piece of each statement -> what stands for $1, $2, …
PARAMETERS = {
    "from api_keys where hash": ("sha256(convert_to('mk_bench_' || :key::text, 'UTF8'))",),
    "insert into call_windows": (":key_id::bigint", ":limit::int", ":secs::float8"),
    "select id from stores where merchant_id": (":merchant::bigint",),
    "from stores where id = $1 and merchant_id = $2": (":store::bigint", ":merchant::bigint"),
    "sum(line_count)": (":stores::bigint[]", "null", "null"),
    "lateral (": (":stores::bigint[]", "null", "null", ":size::bigint", ":start::bigint"),
    "insert into orders": (
        ":store::bigint", "0", ":number::text", ":number::text", ":created::timestamptz", ":currency::text", ":content::bytea",
        ":total::int", ":skus", ":nobody", ":item_ids", ":product_ids", ":product_titles", ":variant_titles", ":variant_ids",
        ":images", ":quantities", ":prices",
    ),
}  # fmt: skip

NAMES = {"list": f"order list, {PAGE} lines", "create": f"create order, {shops.LINES} lines"}


def measure(bench: Bench, rounds: int) -> dict[tuple[str, str], list[Round]]:
    """Rounds by what is asked (empty, list, create) and of whom (server, alone)."""
    found: dict[tuple[str, str], list[Round]] = defaultdict(list)
    scripts = bench.scripts()
    progress = reports.Progress(1 + 4 * rounds)
    progress.step("empty answer")
    found["empty", "server"].append(bench.load("empty"))
    for kind, script in scripts.items():  # the list first: creating orders makes it longer
        for _ in range(rounds):
            progress.step(f"{NAMES[kind]}: server")
            found[kind, "server"].append(bench.load(kind))
            progress.step(f"{NAMES[kind]}: PostgreSQL alone")
            found[kind, "alone"].append(bench.alone(script))
    progress.end()
    return found


def table(found: dict[tuple[str, str], list[Round]]) -> reports.Table:
    rows = [_row("empty answer: server", found["empty", "server"])]
    for kind, name in NAMES.items():
        server, alone = found[kind, "server"], found[kind, "alone"]
        rows += [_row(f"{name}: server", server), _row(f"{name}: PostgreSQL alone", alone)]
        ratio = median(one.per_second / other.per_second for one, other in zip(server, alone, strict=True))
        cost = median((one.app + one.postgres) / other.postgres for one, other in zip(server, alone, strict=True))
        rows.append((f"{name}: server / PostgreSQL alone", f"{ratio:.0%}", "", f"{cost:.1f} x (both)", "", ""))
    return reports.Table(("call", "calls/s", "server CPU-ms", "PostgreSQL CPU-ms", "p50 ms", "p99 ms"), rows)


def _row(name: str, rounds: list[Round]) -> tuple[str, ...]:
    def figure(values: list[float | None], digits: int = 2) -> str:
        return "" if None in values else f"{median(values):,.{digits}f}"

    alone = rounds[0].p99 is None
    p50 = figure([each.p50 for each in rounds])
    return (
        name, figure([each.per_second for each in rounds], 0), figure([each.app for each in rounds]),
        figure([each.postgres for each in rounds]), f"{p50} (mean)" if alone else p50, figure([each.p99 for each in rounds]),
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.api", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each measurement (default 3)")
    parser.add_argument("--seconds", type=int, default=5, help="length of a round (default 5)")
    parser.add_argument("--write", action="store_true", help="write docs/bench/api.md")
    args = parser.parse_args()
    machine = machines.describe()
    with tempfile.TemporaryDirectory(prefix="monogram-bench-") as folder:
        Path(folder).chmod(0o755)  # under root the database runs as another user
        with shops.open_shop(Path(folder), ORDERS, KEYS) as shop:
            found = measure(Bench(shop, Path(folder), args.seconds), args.rounds)
            memory = shops.resident(shop.server.pid) / 1e6
    notes = (f"Machine: {machine}.\nRounds: {args.rounds} of {args.seconds} s, {CONNECTIONS} connections. "
             f"The server's processes hold {memory:.0f} MB.")
    figures = table(found)
    print(notes)
    figures.show()
    if args.write:
        page = (f"# Orders through the API, beside PostgreSQL alone\n\nMade by `python -m bench.api --write`.\n\n{notes}\n\n"
                f"{figures.markdown()}\n\n## Method\n\n{METHOD}\n")
        print(f"written: {reports.write('api', page).relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
