"""Child processes that die with their parent and, started by root, run without root.

Linux only offers the parent-death signal; elsewhere a small shell holds a pipe to the parent and sends the signal at its end.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LINUX = sys.platform == "linux"

# linux/prctl.h, linux/securebits.h, linux/capability.h
_PR_SET_PDEATHSIG = 1
_PR_SET_SECUREBITS = 28
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2

_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


class Unreachable(Exception):
    """A file lies where the unprivileged user cannot go, and this system lets us do nothing about it."""


@dataclass(frozen=True)
class User:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, uid: int) -> User:
        """The account of a user id; KeyError when the system has no name for it."""
        entry = pwd.getpwuid(uid)
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @classmethod
    def unprivileged(cls) -> User:
        """The account a child of root drops to: `postgres` where the machine has it, else `nobody`."""
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)
        raise Unreachable("this system has neither a user 'postgres' nor a user 'nobody' to run the database as")


def _allowed(path: Path, user: User, bits: int) -> bool:
    """Whether the mode of `path` gives `user` all of `bits` (4 read, 1 search or execute). Access lists are not read."""
    info = path.stat()
    shift = 6 if info.st_uid == user.uid else 3 if info.st_gid == user.gid else 0
    return (stat.S_IMODE(info.st_mode) >> shift) & bits == bits


def capability_for(user: User, programs: Iterable[Path], files: Iterable[Path]) -> int | None:
    """The weakest capability `user` needs to run `programs` and reach `files`; None when the modes allow it as they are.

    A home under /root or a `mktemp -d` folder is closed to every other user; the folders stay as their owner set them,
    and the child keeps one capability instead. CAP_DAC_READ_SEARCH passes folders and reads files but runs no program
    that is closed itself (installed under umask 077); that takes CAP_DAC_OVERRIDE, as does a container that has only it.
    Raises Unreachable, naming the folder, when root itself lacks both.
    """
    programs, files = list(programs), list(files)
    closed = [p for p in programs if not _allowed(p, user, 5)]
    searched = [parent for path in programs + files for parent in path.resolve().parents]
    blocked = closed + [f for f in files if not _allowed(f, user, 4)] + [d for d in searched if not _allowed(d, user, 1)]
    if not blocked:
        return None
    mine = effective_capabilities()
    for capability in (CAP_DAC_OVERRIDE,) if closed else (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if mine >> capability & 1:
            return capability
    raise Unreachable(
        f"PostgreSQL refuses to run as root, and the user '{user.name}' it runs as instead cannot enter {blocked[-1]}. "
        "Move the installation or MONOGRAM_HOME to a folder others may pass through, run as a normal user, "
        "or set DATABASE_URL to a PostgreSQL of your own."
    )


def effective_capabilities() -> int:
    """This process's capabilities as a bit mask; 0 where the system has none."""
    if not LINUX:
        return 0
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def _prctl(option: int, *values: int) -> None:
    arguments = [ctypes.c_ulong(v) for v in (*values, 0, 0, 0, 0)[:4]]
    if _libc.prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _keep_only(capability: int) -> None:
    """Reduce this process to one capability that survives exec (ambient)."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    mask = 1 << capability
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)  # effective, permitted, inheritable: low words, then high
    if _libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), f"capset: {os.strerror(ctypes.get_errno())}")
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability)


def _drop(user: User, capability: int | None) -> None:
    if capability is not None:
        # Without this bit access(2) ignores the capabilities of a user other than root, and PostgreSQL looks for itself
        # by access(2). With it set, setuid clears nothing: _keep_only does.
        _prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)
    if capability is not None:
        _keep_only(capability)


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    death_signal: signal.Signals,
    user: User | None = None,
    capability: int | None = None,
    cwd: str | Path | None = None,
    stdin: int | IO | None = None,
    stdout: int | IO | None = None,
    stderr: int | IO | None = None,
    watchdog: bool = not LINUX,
) -> Child:
    """Start a child in a session of its own which gets `death_signal` when this process ends, however it ends.

    Linux ties that signal to the thread that forks, so only the main thread may call this (RuntimeError otherwise).
    With `user` the child first becomes that user and keeps nothing of root but `capability`.
    `watchdog` sends the signal by a second process instead, as systems other than Linux need.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("children are started from the main thread: the parent-death signal follows the forking thread")
    parent = os.getpid()

    def prepare() -> None:
        try:
            if user is not None:
                _drop(user, capability)
                os.umask(0o077)
            if not watchdog:
                # After the change of user, which clears it; exec keeps it.
                _prctl(_PR_SET_PDEATHSIG, death_signal)
                if os.getppid() != parent:  # the parent died before the line above
                    os._exit(1)
        except OSError as error:
            os.write(2, f"cannot prepare {argv[0]}: {error}\n".encode())
            os._exit(78)  # EX_CONFIG

    process = subprocess.Popen(
        [str(a) for a in argv], env=dict(env), cwd=cwd, stdin=stdin, stdout=stdout, stderr=stderr,
        start_new_session=True, preexec_fn=prepare,
    )  # fmt: skip
    return Child(process, _Watchdog(process.pid, death_signal) if watchdog else None)


class _Watchdog:
    """A shell that waits for the end of a pipe only this process can write to, then signals `pid`."""

    def __init__(self, pid: int, death_signal: signal.Signals) -> None:
        reader, self._writer = os.pipe()
        script = 'read _; kill -"$1" "$0"'
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", script, str(pid), str(int(death_signal))], stdin=reader, start_new_session=True
        )
        os.close(reader)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._writer)


class Child:
    """A started child: its process id, its end, its signals."""

    def __init__(self, process: subprocess.Popen, watchdog: _Watchdog | None) -> None:
        self._process = process
        self._watchdog = watchdog
        self.pid = process.pid

    def poll(self) -> int | None:
        """Exit status (negative: the signal it died of), or None while it runs."""
        return self._ended(self._process.poll())

    def wait(self, timeout: float | None = None) -> int | None:
        """Exit status; None when `timeout` seconds pass first."""
        try:
            return self._ended(self._process.wait(timeout))
        except subprocess.TimeoutExpired:
            return None

    def send(self, number: signal.Signals) -> None:
        """Signal the child itself; a child that has ended is left alone."""
        self._process.send_signal(number)

    def kill_group(self) -> None:
        """SIGKILL the child and whatever it started in its session, also after the child itself has ended."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # gone; or, on macOS, only zombies left
            pass

    def _ended(self, status: int | None) -> int | None:
        if status is not None and self._watchdog is not None:
            self._watchdog.close()
            self._watchdog = None
        return status


def titles() -> Iterator[tuple[int, str]]:
    """Process id and command line of every living process."""
    if not LINUX:
        listing = subprocess.run(["/bin/ps", "-axo", "pid=,args="], capture_output=True, text=True, errors="replace").stdout
        for line in listing.splitlines():
            pid, _, title = line.strip().partition(" ")
            yield int(pid), title
        return
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                title = Path("/proc", entry, "cmdline").read_bytes()
            except OSError:  # gone meanwhile
                continue
            yield int(entry), title.replace(b"\0", b" ").decode(errors="replace")
