"""DATABASE_URL: a PostgreSQL 15 of the system's own, as a shop with a database of its own runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from monogram.children import User
from tests.journeys import commands
from tests.journeys.installation import eventually

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "p%/@ word"  # needs quoting in a URL, and again in Alembic's settings

pytestmark = pytest.mark.skipif(not (PROGRAMS / "initdb").exists(), reason=f"no PostgreSQL 15 in {PROGRAMS}")


@dataclass
class External:
    """A cluster of PostgreSQL 15 with the role `shop`, who owns the database `shop` and logs in by password over TCP."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"postgresql://shop:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/shop"

    def env(self, home: Path) -> dict[str, str]:
        return commands.environment(home, commands.free_port(), DATABASE_URL=self.url)

    def administer(self, *statements: str) -> None:
        with psycopg.connect(f"host={self.folder} port={self.port} user=admin dbname=postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def external() -> Iterator[External]:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    as_user = {}
    if os.geteuid() == 0:  # as whom PostgreSQL refuses to run
        user = User.unprivileged()
        os.chown(folder, user.uid, user.gid)
        as_user = {"user": user.uid, "group": user.gid, "extra_groups": []}
    cluster = External(commands.free_port(), folder)
    data, log = folder / "data", folder / "log"
    server = None
    try:
        logins = ["--auth-local=trust", "--auth-host=scram-sha-256"]
        create = [PROGRAMS / "initdb", "-D", data, "-U", "admin", "-E", "UTF8", *logins]
        subprocess.run(create, check=True, capture_output=True, cwd="/", **as_user)
        serve = [PROGRAMS / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(cluster.port), "-k", folder]
        with open(log, "wb") as output:
            server = subprocess.Popen(serve, stdout=output, stderr=output, cwd="/", **as_user)
        assert eventually(lambda: "ready to accept connections" in log.read_text(), 30), log.read_text()
        cluster.administer(f"create role shop login password '{PASSWORD}'", "create database shop owner shop")
        yield cluster
    finally:
        if server is not None:
            server.terminate()
            server.wait(30)
        shutil.rmtree(folder)


def test_migrate_twice_then_the_demo(external, tmp_path):
    env = external.env(tmp_path / "home")
    first = commands.run("migrate", env=env)
    assert (first.returncode, first.stdout.split()[0]) == (0, "0001"), first.stdout
    second = commands.run("migrate", env=env)
    assert (second.returncode, second.stdout) == (0, "Nothing to do: the database is at this version.\n")

    demo = commands.run("demo", "--once", env=env)
    assert demo.returncode == 0, demo.stdout
    assert "Database ready: PostgreSQL at DATABASE_URL" in demo.stdout and "3675 × 3675 px, 300 dpi" in demo.stdout
    # each of the three personalized products has had its print files and previews drawn, all to the end
    ended = """select v.usage, count(distinct t.template_version_id), min(t.status), max(t.status) from composite_tasks t
               join template_versions v on v.store_id = t.store_id and v.id = t.template_version_id group by 1 order by 1"""
    assert external.ask(ended) == [(1, 3, 2, 2), (2, 3, 2, 2)]
    assert external.ask("select current_setting('server_version_num')::int / 10000") == [(15,)]
    assert not (tmp_path / "home" / "postgres").exists(), "no database of our own beside it"


@pytest.mark.parametrize("guilty", ["fsync", "full_page_writes", "synchronous_commit"])
def test_database_that_would_lose_orders_is_refused(external, tmp_path, guilty):
    external.administer(f"alter system set {guilty} = off", "select pg_reload_conf()")
    try:
        assert eventually(lambda: external.ask(f"show {guilty}") == [("off",)], 10)
        for command in (["migrate"], ["demo", "--once"]):
            refused = commands.run(*command, env=external.env(tmp_path / "home"), seconds=30)
            assert refused.returncode == 1
            assert f"error: this database may lose acknowledged orders: {guilty} = off." in refused.stdout
            assert "Traceback" not in refused.stdout
    finally:
        external.administer(f"alter system reset {guilty}", "select pg_reload_conf()")
    assert eventually(lambda: external.ask(f"show {guilty}") == [("on",)], 10)


def test_database_that_is_not_there_is_told(tmp_path):
    nowhere = f"postgresql://shop:secret-word@127.0.0.1:{commands.free_port()}/shop"
    env = commands.environment(tmp_path / "home", commands.free_port(), DATABASE_URL=nowhere)
    refused = commands.run("migrate", env=env, seconds=30)
    assert refused.returncode == 1
    assert refused.stdout.startswith("error: the database at DATABASE_URL does not answer: ")
    assert "Traceback" not in refused.stdout and "secret-word" not in refused.stdout
