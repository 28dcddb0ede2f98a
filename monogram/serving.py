"""Serving: a database at this version, then the tree of web and worker processes over it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from monogram.homes import HomeInUse
from monogram.postgres import Postgres, PostgresError, assert_fit
from monogram.processes import Processes, Program
from monogram.settings import CannotStart, Settings

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@contextmanager
def database(settings: Settings) -> Iterator[tuple[str, Postgres | None]]:
    """The URL of a database fit for production while the block runs: the user's own, or the embedded one and its server.

    Raises CannotStart.
    """
    try:
        if settings.database_url is not None:
            asyncio.run(assert_fit(settings.database_url))
            yield settings.database_url, None
            return
        with Postgres(settings.home, port=settings.port) as embedded:
            yield embedded.dsn, embedded
    except (HomeInUse, PostgresError) as error:
        raise CannotStart(str(error)) from error
    except (OSError, asyncpg.PostgresError) as error:
        raise CannotStart(f"the database at DATABASE_URL does not answer: {error}") from error


def migrate(url: str) -> list[str]:
    """Brings the tables to this version; returns a line for each step taken. Safe to run twice and at once."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine, pool

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)
    with engine.connect() as connection:
        before = MigrationContext.configure(connection).get_current_revision()
    command.upgrade(config, "head")
    scripts = ScriptDirectory.from_config(config).iterate_revisions("head", before or "base")
    return [f"{script.revision} {script.doc}" for script in reversed(list(scripts)) if script.revision != before]


def web_command(settings: Settings, processes: int = 1) -> list[str]:
    """The server of the APIs and pages as a command; it reads its settings from `environment`."""
    return [
        sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "monogram.web:from_environment",
        "--host", settings.host, "--port", str(settings.port), "--workers", str(processes), "--no-ws", "--http", "auto",
        "--loop", "uvloop", "--workers-kill-timeout", "25", "--respawn-failed-workers", "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str]:
    return [sys.executable, "-m", "monogram.cli", "worker"]


def environment(settings: Settings, url: str) -> dict[str, str]:
    """What the children of this server are told: the same settings, with the database in use."""
    return os.environ | {
        "MONOGRAM_HOME": str(settings.home),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "MONOGRAM_PUBLIC_URL": settings.public_url,
        "MONOGRAM_STORAGE": settings.storage,
        "MONOGRAM_PROXIES": ",".join(settings.proxies),
        "MONOGRAM_RECEIVER_NETWORKS": ",".join(map(str, settings.receiver_networks)),
        "DATABASE_URL": url,
    }


def claim_port(settings: Settings) -> None:
    """Raises CannotStart when another program listens there: better told now than by a server that restarts for ever."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise CannotStart(f"cannot listen on {where}: {error.strerror}. Set PORT to a free port.") from None


def tree(settings: Settings, url: str, postgres: Postgres | None, *, web: int = 1, workers: int = 1) -> Processes:
    """The processes of one server, not yet started: `web` serving processes under one program, `workers` render workers."""
    env = environment(settings, url)
    programs = [Program("web", web_command(settings, web), env)]
    # A worker told to stop first ends its drawing. When we are killed the database goes too: nothing is left to end it for.
    programs += [
        Program(f"worker {number}", worker_command(), env, death_signal=signal.SIGKILL) for number in range(1, workers + 1)
    ]
    return Processes(programs, postgres=postgres)


def await_ready(settings: Settings, patience: float = 60) -> None:
    """Returns when the server answers that it is ready; raises CannotStart after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        try:
            urllib.request.urlopen(f"{local_url(settings)}/readyz", timeout=5).close()
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise CannotStart(f"the server did not get ready in {patience:.0f} seconds: {error}") from None
            time.sleep(0.05)


def local_url(settings: Settings) -> str:
    """Where the server is reached from this machine, whatever the world outside calls it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def run(settings: Settings, *, web: int, workers: int) -> int:
    """`monogram serve`: database, migrations, processes; until a signal."""
    claim_port(settings)
    with database(settings) as (url, postgres):
        migrate(url)
        print(f"Monogram serves {settings.public_url} (Ctrl-C stops it)", flush=True)
        with tree(settings, url, postgres, web=web, workers=workers) as processes:
            return processes.run_until_signal()
