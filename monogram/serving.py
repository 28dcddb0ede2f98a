"""Serving: a database at this version, then the tree of web and worker processes over it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monogram.homes import HomeInUse
from monogram.postgres import Postgres, PostgresError, assert_fit
from monogram.settings import Settings

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class CannotServe(Exception):
    """The server cannot start; the message says what to do."""


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URL of a database fit for production: the user's own, or the embedded one while the block runs."""
    if settings.database_url is not None:
        asyncio.run(assert_fit(settings.database_url))
        yield settings.database_url
        return
    with Postgres(settings.home, port=settings.port) as embedded:
        yield embedded.dsn


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
        "DATABASE_URL": url,
    }
