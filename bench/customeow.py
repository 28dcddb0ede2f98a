"""Order list and create order through the CustoMeow API, beside PostgreSQL alone with the same SQL."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from bench import loads, reports, rounds, shops, statements
from bench.rounds import Round

ORDERS, KEYS, PAGE = 2_000, 6_000, 50
CONNECTIONS = 8
PAGES = ORDERS * shops.LINES // PAGE
NAMES = {"order_list": f"order list, {PAGE} lines", "order_create": f"create order, {shops.LINES} lines"}

METHOD = f"""One merchant with one store holds {ORDERS:,} orders of {shops.LINES} lines, placed through the core's own
verbs. The server has everything on: authentication, the limit of 60 calls a minute, tenant scope, one transaction a call.
That limit would be all there is to measure with the two keys that a merchant may have, so the bench writes {KEYS:,} key
rows of the merchant into the database itself and takes them in turn. *Order list* is `GET /v1/order` with a random `page`
of {PAGES} and `pageSize={PAGE}`; it answers {PAGE} order lines and their count. *Create order* is `POST /v1/order` with
{shops.LINES} lines and an id of its own, nobody having answered yet. *Empty answer* is `GET /livez`, which touches no
database: what the HTTP server alone takes."""

HEAD = f"""
\\set key random(0, {KEYS - 1})
\\set key_id {shops.FIRST_KEY_ID} + :key
\\set start {PAGE} * random(0, {PAGES - 1})
\\set number random(1, 1000000000000000)
"""
# A piece of a statement -> what changes from call to call
CALLER = {
    "from api_keys where hash": {1: "sha256(convert_to('mk_bench_' || :key::text, 'UTF8'))"},
    "insert into call_windows": {1: ":key_id::bigint"},
}
CHANGING = {
    "order_list": {**CALLER, "lateral (": {5: ":start::bigint"}},
    "order_create": {**CALLER, "insert into orders": {3: ":number::text", 4: ":number::text"}},
}


def measure(count: int, seconds: int, progress: reports.Progress) -> dict[tuple[str, str], list[Round]]:
    """Rounds by what is asked and of whom (server, alone)."""
    found: dict[tuple[str, str], list[Round]] = {}
    with tempfile.TemporaryDirectory(prefix="monogram-bench-") as folder:
        Path(folder).chmod(0o755)  # under root the database runs as another user
        progress.step("CustoMeow: filling")
        fill = partial(shops.received_orders, order_count=ORDERS, key_count=KEYS)
        with shops.open_shop(Path(folder), fill) as shop:
            scripts = {kind: _script(shop, kind) for kind in NAMES}
            progress.step("empty answer")
            found["empty", "server"] = [_http(shop, "empty", seconds, 0)]
            for kind, script in scripts.items():  # the list first: creating orders makes it longer
                for run in range(count):
                    progress.step(f"{NAMES[kind]}: server")
                    found.setdefault((kind, "server"), []).append(_http(shop, kind, seconds, 1 + run))
                    progress.step(f"{NAMES[kind]}: PostgreSQL alone")
                    alone = rounds.alone(shop.postgres, script, Path(folder), connections=CONNECTIONS, seconds=seconds)
                    found.setdefault((kind, "alone"), []).append(alone)
            return found


def table(found: dict[tuple[str, str], list[Round]]) -> reports.Table:
    rows = [rounds.row("empty answer: server", found["empty", "server"])]
    for kind, name in NAMES.items():
        rows += rounds.beside_database(name, found[kind, "server"], found[kind, "alone"])
    return reports.Table(rounds.HEADINGS, rows)


def _load(shop: shops.Shop, kind: str, seconds: float, run: int) -> loads.Load:
    given = {"keys": KEYS, "pages": PAGES, "page_size": PAGE, "lines": shops.LINES, "store_id": str(shop.facts["store_id"])}
    return loads.Load(shop.port, kind, CONNECTIONS, seconds, run, given)


def _http(shop: shops.Shop, kind: str, seconds: float, run: int) -> Round:
    return rounds.http(_load(shop, kind, seconds, run), shop.server.pid, shop.postgres.pid)


def _script(shop: shops.Shop, kind: str) -> statements.Script:
    """pgbench's script of a call, from what PostgreSQL logs of a real one."""
    make = _load(shop, kind, 1, 999).requests()
    return statements.script(statements.of_call(shop.postgres, make), CHANGING[kind], HEAD)
