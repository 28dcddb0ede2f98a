"""Closes the process that draws strangers' files: what it may still do is compute, and talk over what it has open.

Each measure is tried by itself. What the kernel does not offer is told in `Level`, never a crash.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields

from . import seccomp

LINUX = sys.platform == "linux"

# Skia draws on, and says nothing, when memory is refused to it: a layer is then missing from a print. So a drawing that
# takes too much is killed by the worker, which watches what is in use, and only what no accepted document reserves is
# refused here: 32 nested groups of 64 megapixels at 8 bytes, pictures, fonts and stacks.
ADDRESS_SPACE = 24 << 30

# linux/prctl.h, linux/capability.h, linux/sched.h, linux/landlock.h
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITY_VERSION_3 = 0x20080522
_CLONE_NEWNET, _CLONE_NEWUSER, _CLONE_NEWIPC = 0x40000000, 0x10000000, 0x08000000
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT, _LANDLOCK_VERSION = 444, 446, 1
# What Landlock knows to refuse, by the version that brought it: bits of the file system, of the network, of scopes.
_LANDLOCK = ((1, 0x1FFF, 0, 0), (2, 0x3FFF, 0, 0), (3, 0x7FFF, 0, 0), (4, 0x7FFF, 3, 0), (5, 0xFFFF, 3, 0), (6, 0xFFFF, 3, 3))

# The user that root becomes. No account has this number (systemd keeps 60578 to 61183 free), so that no file, no process
# and no database is its own; `nobody` may be the embedded database's user.
NO_ACCOUNT = 60_600

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Level:
    """What is in force: an empty text, or why a measure is not.

    limits:     no core file, no file written, no descriptor opened, reserved memory bounded
    user:       not root, no capability
    network:    a network of its own, with nothing in it
    files:      Landlock: no path of the file system can be opened, no port reached, no other process signalled
    privileges: a program run would gain nothing, and other processes of the user may not look into this one
    calls:      seccomp: the system calls of computing only
    """

    limits: str
    user: str
    network: str
    files: str
    privileges: str
    calls: str

    @property
    def in_force(self) -> list[str]:
        return [measure.name for measure in fields(self) if not getattr(self, measure.name)]

    @property
    def missing(self) -> dict[str, str]:
        return {name: why for name, why in asdict(self).items() if why}


class _Refused(Exception):
    """The kernel does not do what was asked; the words say why."""


def close() -> Level:
    """Closes this process, for good. Modules and files it needs must be loaded or open, and no thread running besides.

    Ends the process when its parent has gone meanwhile: changing users disarms the signal that tells of it.
    """
    parent = os.getppid()
    if LINUX:
        level = Level(**{name: _tried(measure) for name, measure in _MEASURES.items()})
    else:
        elsewhere = dict.fromkeys(_MEASURES, f"not offered by {sys.platform}")
        level = Level(**elsewhere | {"limits": _tried(_limit)})
    if os.getppid() != parent:
        os._exit(0)
    return level


def _tried(measure: Callable[[], None]) -> str:
    try:
        measure()
    except (_Refused, seccomp.Unsupported) as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _leave_network() -> None:
    if _libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) != 0:  # without root: as root of an empty world of users
        if os.getuid() == 0:
            _drop_user()
        _checked(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC))


def _drop_user() -> None:
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NO_ACCOUNT, NO_ACCOUNT, NO_ACCOUNT)
        os.setresuid(NO_ACCOUNT, NO_ACCOUNT, NO_ACCOUNT)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, (ctypes.c_uint32 * 6)()))


def _limit() -> None:
    # Processes are not limited here: that counts all of a user's, and threads among them. The filter of calls does it.
    bounds = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NOFILE: 0, resource.RLIMIT_AS: ADDRESS_SPACE}
    for bound, value in bounds.items():
        _, hard = resource.getrlimit(bound)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(bound, (lowest, lowest))
        except (ValueError, OSError) as error:  # macOS knows no bound of reserved memory
            if LINUX:
                raise _Refused(f"limit {bound}: {error}") from None


def _renounce() -> None:
    for option, value in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_DUMPABLE, 0), (_PR_SET_PDEATHSIG, signal.SIGKILL)):
        _checked(_libc.prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0))))


def _leave_files() -> None:
    if (threads := len(os.listdir("/proc/self/task"))) != 1:
        raise _Refused(f"{threads} threads are running, and it would close one")
    version = _checked(_call(_LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION))
    _, *refused = max(row for row in _LANDLOCK if row[0] <= version)
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = _checked(_call(_LANDLOCK_CREATE, struct.pack("=QQQ", *refused)[:size], size, 0))
    try:
        _checked(_call(_LANDLOCK_RESTRICT, rules, 0))
    finally:
        os.close(rules)


def _call(number: int, *arguments: bytes | int | None) -> int:
    return _libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


# In this order: root leaves the network while it is root; Landlock asks for given-up privileges and a free descriptor;
# after the last nothing can be set any more.
_MEASURES: dict[str, Callable[[], None]] = {
    "network": _leave_network, "user": _drop_user, "privileges": _renounce, "files": _leave_files, "limits": _limit,
    "calls": seccomp.install,
}  # fmt: skip


# What a closed process must fail at


def attempt(name: str, folder: str, port: int) -> str:
    """Tries one of `ATTEMPTS`; returns the kernel's words of refusal, or an empty text when it was let.

    folder: one that everybody may write to. port: where somebody listens on 127.0.0.1.
    """
    try:
        ATTEMPTS[name](folder, port)
    except OSError as error:
        return error.strerror or "refused"
    return ""


def _connect(folder: str, port: int) -> None:
    with socket.socket() as door:
        door.settimeout(2)
        door.connect(("127.0.0.1", port))


def _read(folder: str, port: int) -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY))


def _write(folder: str, port: int) -> None:
    os.close(os.open(os.path.join(folder, "written"), os.O_WRONLY | os.O_CREAT, 0o600))


def _fork(folder: str, port: int) -> None:
    if os.fork() == 0:
        os._exit(0)


def _look(folder: str, port: int) -> None:
    """At its parent, the worker, whose memory and environment have the secrets."""
    with suppress(ProcessLookupError):
        os.kill(os.getppid(), 0)


def _execute(folder: str, port: int) -> None:
    os.execv("/bin/sh", ["sh", "-c", "exit 0"])


# By name, in words that go after "may not"; the last ends the process where it is let.
ATTEMPTS: dict[str, Callable[[str, int], None]] = {
    "connect to a port of this machine": _connect, "read /etc/passwd": _read, "write a file": _write,
    "start a process": _fork, "signal the worker": _look, "run a program": _execute,
}  # fmt: skip


# What the worker sees to, from outside


def cpu_used(pid: int) -> float:
    """Seconds of processor time a process has used; 0 when there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            user, system = file.read().rpartition(b")")[2].split()[11:13]
    except OSError:
        return 0.0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory_used(pid: int) -> int:
    """Bytes of memory a process has in use now; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0
