"""Real parts for every test: an embedded PostgreSQL, databases made from a migrated template, a real server process."""

from __future__ import annotations

import dataclasses
import itertools
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from monogram import serving, settings
from monogram.core import db as core_db
from monogram.core import files
from monogram.postgres import Postgres

# A shell that starts this in the background has SIGINT ignored, which children inherit; some tests press their Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_numbers = itertools.count(1)


@dataclass
class Cluster:
    """A PostgreSQL of this test session. `new_database()` is a migrated one of its own in a few milliseconds."""

    postgres: Postgres

    def new_database(self) -> str:
        name = f"test_{next(_numbers)}"
        _admin(self.postgres, f"create database {name} template migrated strategy file_copy")
        return self.postgres.dsn_of(name)


def _admin(postgres: Postgres, statement: str) -> None:
    import psycopg

    with psycopg.connect(postgres.dsn_of("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    with Postgres(tmp_path_factory.mktemp("home")) as postgres:
        _admin(postgres, "create database migrated owner monogram")
        serving.migrate(postgres.dsn_of("migrated"))
        yield Cluster(postgres)


@pytest.fixture(scope="session")
def database_url(cluster) -> str:
    """The database that the session's server and the tests beside it share."""
    return cluster.new_database()


@pytest.fixture(scope="session")
async def pool(database_url):
    pool = await core_db.connect(database_url)
    yield pool
    await pool.close()


@pytest.fixture
async def db(pool):
    """A connection in a transaction that is rolled back: what a test of the core writes leaves no trace."""
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            yield connection
        finally:
            await transaction.rollback()


@pytest.fixture(scope="session")
def storage_url(tmp_path_factory) -> str:
    return f"file://{tmp_path_factory.mktemp('files')}"


@pytest.fixture(scope="session")
def storage(storage_url):
    return files.open_storage(storage_url)


@dataclass
class Server:
    """A real server process. `start` and `kill` may be called again and again."""

    settings: settings.Settings
    log: Path
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return self.settings.public_url

    @property
    def database_url(self) -> str:
        return self.settings.database_url

    def start(self) -> Server:
        environment = serving.environment(self.settings, self.settings.database_url)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                serving.web_command(self.settings), env=environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=5).close()
                return self
            except (OSError, urllib.error.URLError) as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise AssertionError(f"the server did not start: {error}\n{self.log.read_text()[-4000:]}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settings_for(home: Path, database_url: str, storage_url: str) -> settings.Settings:
    port = free_port()
    read = settings.read({"MONOGRAM_HOME": str(home), "PORT": str(port), "MONOGRAM_STORAGE": storage_url})
    return dataclasses.replace(read, database_url=database_url)


@pytest.fixture(scope="session")
def server(tmp_path_factory, database_url, storage_url):
    """The session's server, on the session's database and storage."""
    home = tmp_path_factory.mktemp("server")
    running = Server(settings_for(home, database_url, storage_url), home / "server.log").start()
    yield running
    running.stop()


