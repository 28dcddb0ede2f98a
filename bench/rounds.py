"""One round of a load or of pgbench: calls a second, CPU-ms a call of server and database, latencies."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import loads, shops, statements
from monogram.postgres import Postgres

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Round:
    per_second: float
    app: float | None  # CPU-ms a call; None without a server
    postgres: float
    p50: float
    p99: float | None

    @property
    def both(self) -> float:
        return (self.app or 0) + self.postgres


def http(load: loads.Load, server: int, postgres: int) -> Round:
    """A round of HTTP calls; `server` and `postgres` are the process ids whose trees are measured."""
    client = subprocess.Popen([sys.executable, "-m", "bench.loads"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True)
    with client:
        _say(client, load.told())
        if client.stdout.readline().strip() != "ready":
            raise SystemExit(f"the load client of {load.kind} failed; its reason stands above")
        before = shops.cpu_seconds(server), shops.cpu_seconds(postgres)
        _say(client, "go\n")
        line = client.stdout.readline()
        after = shops.cpu_seconds(server), shops.cpu_seconds(postgres)
    if not line:
        raise SystemExit(f"the load client of {load.kind} failed; its reason stands above")
    found = json.loads(line)
    calls, latencies = found["calls"], found["latencies"]
    app, database = ((b - a) * 1000 / calls for a, b in zip(before, after, strict=True))
    return Round(calls / found["wall"], app, database, median(latencies), latencies[int(len(latencies) * 0.99)])


def _say(client: subprocess.Popen, line: str) -> None:
    client.stdin.write(line)
    client.stdin.flush()


def alone(postgres: Postgres, script: statements.Script, folder: Path, *, connections: int, seconds: int) -> Round:
    """A round of pgbench."""
    before = shops.cpu_seconds(postgres.pid)
    pace = statements.pgbench(postgres, script, folder, connections=connections, seconds=seconds)
    spent = (shops.cpu_seconds(postgres.pid) - before) * 1000 / pace.calls
    return Round(pace.per_second, None, spent, pace.latency, None)


def middle(rounds: list[Round], what: str) -> float:
    """The median of a figure."""
    return median(getattr(each, what) for each in rounds)


def share(ours: list[Round], theirs: list[Round]) -> float:
    """The median of the pairs' calls a second, ours of theirs."""
    return median(one.per_second / other.per_second for one, other in zip(ours, theirs, strict=True))


HEADINGS = ("call", "calls/s", "server CPU-ms", "PostgreSQL CPU-ms", "p50 ms", "p99 ms")


def row(name: str, found: list[Round]) -> tuple[str, ...]:
    """The medians of the rounds as a row of a table."""
    def figure(what: str, digits: int = 2) -> str:
        return "" if getattr(found[0], what) is None else f"{middle(found, what):,.{digits}f}"

    per_second = figure("per_second", 0 if middle(found, "per_second") >= 10 else 1)
    p50 = figure("p50") + (" (mean)" if found[0].p99 is None else "")
    return name, per_second, figure("app"), figure("postgres"), p50, figure("p99")


def beside_database(name: str, server: list[Round], alone: list[Round]) -> list[tuple[str, ...]]:
    """A call's row, that of PostgreSQL alone with the same SQL, and what the one is of the other."""
    cost = median(one.both / other.postgres for one, other in zip(server, alone, strict=True))
    return [
        row(f"{name}: server", server), row(f"{name}: PostgreSQL alone", alone),
        (f"{name}: server / PostgreSQL alone", f"{share(server, alone):.0%}", "", f"{cost:.1f} x (both)", "", ""),
    ]  # fmt: skip
