"""The lock of a home folder (MONOGRAM_HOME): one running Monogram each, released by the kernel at any death."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path


class HomeInUse(Exception):
    """Another process runs on this home; `home`, its `pid` and `port` (None when it has not said)."""

    def __init__(self, home: Path, pid: int | None, port: int | None) -> None:
        self.home, self.pid, self.port = home, pid, port
        known = [f"process {pid}"] if pid else []
        known += [f"port {port}"] if port else []
        who = f" ({', '.join(known)})" if known else ""
        super().__init__(f"Monogram is already running on {home}{who}: stop it first, or choose another MONOGRAM_HOME")


class HomeLock:
    """`<home>/lock`, held with flock; it tells in JSON who holds it: pid, port, database (the DSN)."""

    def __init__(self, home: Path, *, port: int | None = None) -> None:
        self.home = home
        self._facts: dict = {"pid": os.getpid(), "port": port}
        self._file: int | None = None

    def acquire(self, patience: float = 0.5) -> None:
        """Take the lock; HomeInUse when another process still has it after `patience` seconds.

        A killed holder's child keeps it for the moment between fork and exec, hence the patience.
        """
        file = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if os.geteuid() == 0:  # a home root visits once stays usable to its owner
            owner = self.home.stat()
            os.fchown(file, owner.st_uid, owner.st_gid)
        deadline = time.monotonic() + patience
        while not _lock(file):
            if time.monotonic() > deadline:
                facts = _read(file)
                os.close(file)
                raise HomeInUse(self.home, facts.get("pid"), facts.get("port"))
            time.sleep(0.02)
        self._file = file
        self._facts["pid"] = os.getpid()
        self.write()

    def write(self, **facts: object) -> None:
        """Add facts for others to read."""
        self._facts |= facts
        text = json.dumps(self._facts).encode()
        os.pwrite(self._file, text, 0)
        os.ftruncate(self._file, len(text))

    def release(self) -> None:
        """Give the home free; a lock not held is left as it is."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def running(home: str | Path) -> dict | None:
    """What the process running on `home` says of itself (pid, port, database), or None when none runs."""
    try:
        file = os.open(Path(home) / "lock", os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return None if _lock(file, fcntl.LOCK_SH) else _read(file)
    finally:
        os.close(file)


def _lock(file: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: int) -> dict:
    try:
        return json.loads(os.pread(file, 4096, 0))
    except ValueError:  # its holder is just writing
        return {}
