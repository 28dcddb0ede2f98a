"""Vendure beside us: installed by npm, a shop of its own on a PostgreSQL of its own, from the same programs as ours."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import cores, loads, shops
from bench.peers import nodes
from monogram.fontbook import npm, npm_environment
from monogram.postgres import Postgres

HERE = Path(__file__).parent
TARGET = nodes.TARGET.parent / "bench-vendure"
PRODUCTS = 2_000
PATIENCE = 120  # seconds for its start
VERSION = json.loads((HERE / "package.json").read_text())["dependencies"]["@vendure/core"]


@dataclass(frozen=True)
class Peer:
    """Vendure, serving."""

    postgres: Postgres
    server: subprocess.Popen
    port: int

    def load(self, kind: str, connections: int, seconds: float, run: int) -> loads.Load:
        """`kind`: list or checkout."""
        query = (HERE / f"{kind}.graphql").read_text()
        return loads.Load(self.port, f"vendure_{kind}", connections, seconds, run, {"query": query, "products": PRODUCTS})


def absent() -> str | None:
    """Installs it; why it cannot be run, in a line, or None."""
    return nodes.install(HERE, TARGET)


@contextmanager
def serving(home: Path) -> Iterator[Peer]:
    """Vendure with its shop while the block runs, server and database on the last core. Its words are in `vendure.log`."""
    with Postgres(home) as postgres, open(home / "vendure.log", "w+") as log:
        command = [npm()[0], str(HERE / "seed.cjs"), str(PRODUCTS)]
        done = subprocess.run(command, cwd=home, env=_environment(postgres, 0), stdin=subprocess.DEVNULL, stdout=log,
                              stderr=log)
        if done.returncode:
            raise SystemExit(f"Vendure's shop could not be made:\n{_end_of(home)}")
    with ExitStack() as stack:
        stack.enter_context(cores.restored())
        log = stack.enter_context(open(home / "vendure.log", "a"))
        port = shops.free_port()
        with cores.last():
            postgres = stack.enter_context(Postgres(home))
            server = subprocess.Popen([npm()[0], str(HERE / "serve.cjs")], cwd=home, env=_environment(postgres, port),
                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        stack.callback(shops.end, server)
        _await(server, port, home)
        yield Peer(postgres, server, port)


def _await(server: subprocess.Popen, port: int, home: Path) -> None:
    """Returns when the shop answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"Vendure did not start:\n{_end_of(home)}") from None
            time.sleep(0.1)


def _environment(postgres: Postgres, port: int) -> dict[str, str]:
    return {**npm_environment(), "NODE_ENV": "production", "NODE_PATH": str(TARGET / "node_modules"), "PORT": str(port),
            "SOCKET": postgres.dsn.partition("host=")[2], "DATABASE": "monogram",
            "VENDURE_DISABLE_TELEMETRY": "true"}


def _end_of(home: Path) -> str:
    return "\n".join((home / "vendure.log").read_text().splitlines()[-12:])
