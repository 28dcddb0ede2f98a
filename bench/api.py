"""`python -m bench.api`: products and orders through the APIs, beside Vendure and beside PostgreSQL alone with the same SQL."""

from __future__ import annotations

import argparse
import sys

from bench import customeow, machines, reports, shoplazza
from bench.rounds import ROOT

METHOD = f"""The server is the real one: one web process, the embedded PostgreSQL, fsync on. Where the system lets us, the
server and its database are pinned to one core and what calls them is kept off it, Vendure's likewise. The load is a small
client in a process of its own, {shoplazza.CONNECTIONS} connections that each send the next call when the last is answered
(to Vendure 2 for lists and 4 for checkouts); every answer is looked at, and half a second of warm-up is not counted.

*PostgreSQL alone* is pgbench ({shoplazza.CONNECTIONS} connections, prepared statements) on the same database in the same
run. Its script is not written by hand: PostgreSQL logs the statements of one real call, and pgbench repeats them, `begin`
and `commit` included, with random keys, pages, variants and order ids. pgbench reads the rows and drops them; what the API
adds is HTTP, checking, Python values and JSON. Server and pgbench alternate in rounds; figures are medians of the rounds.

CPU-ms a call is the user and system time of the whole process tree (web server; PostgreSQL with its background processes)
before and after, divided by the calls; the client's own CPU is in neither."""


def page(notes: str, found: shoplazza.Found, orders: reports.Table) -> str:
    """The page under docs/bench."""
    return "\n\n".join([
        "# The APIs, beside Vendure and PostgreSQL alone", "Made by `python -m bench.api --write`.", notes,
        "## A shop of 10,000 products", shoplazza.goals(found).markdown(), shoplazza.table(found).markdown(),
        "Webhooks have [a page of their own](webhooks.md).",
        "## CustoMeow's orders", orders.markdown(),
        "## Method", METHOD, shoplazza.METHOD, customeow.METHOD,
    ])  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.api", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement (default 5)")
    parser.add_argument("--seconds", type=int, default=4, help="length of a round (default 4)")
    parser.add_argument("--write", action="store_true", help="write docs/bench/api.md")
    args = parser.parse_args()
    machine = machines.describe()
    progress = reports.Progress()
    found = shoplazza.measure(args.rounds, args.seconds, progress)
    received = customeow.measure(args.rounds, args.seconds, progress)
    progress.end()
    held = " ".join(f"{name}'s processes hold {size / 1e6:.0f} MB." for name, size in found.memory.items())
    notes = f"Machine: {machine}.\nRounds: {args.rounds} of {args.seconds} s. {held}"
    if found.absent:
        notes += f"\nVendure was not run: {found.absent}"
    orders = customeow.table(received)
    print(notes)
    for table in (shoplazza.goals(found), shoplazza.table(found), orders):
        table.show()
    if args.write:
        print(f"written: {reports.write('api', page(notes, found, orders)).relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
