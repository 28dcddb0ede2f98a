"""A seccomp filter for a process that only computes: it may use memory, threads, clocks and the files it has open.

By list of what is allowed, for x86_64 and aarch64; everything else fails with EPERM. Numbers from the kernel's unistd.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator

# linux/audit.h, and the numbers of seccomp(2)
_MACHINES = {"x86_64": (0xC000003E, 317), "aarch64": (0xC00000B7, 277)}

# Allowed with any arguments: (x86_64, aarch64); None where the machine has no such call.
_PLAIN = {
    "futex": (202, 98), "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "recvfrom": (45, 207), "lseek": (8, 62), "close": (3, 57), "fstat": (5, 80),
    "munmap": (11, 215), "mremap": (25, 216), "madvise": (28, 233), "brk": (12, 214),
    "exit": (60, 93), "exit_group": (231, 94), "restart_syscall": (219, 128),
    "rt_sigreturn": (15, 139), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "sigaltstack": (131, 132),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169), "time": (201, None),
    "nanosleep": (35, 101), "clock_nanosleep": (230, 115), "sched_yield": (24, 124), "getcpu": (309, 168),
    "sched_getaffinity": (204, 123), "sched_getattr": (315, 275), "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120), "getpriority": (140, 141),
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "getrusage": (98, 165),
    "getrlimit": (97, 163), "getrandom": (318, 278),
    "set_robust_list": (273, 99), "rseq": (334, 293), "membarrier": (324, 283), "set_tid_address": (218, 96),
}  # fmt: skip

# Allowed with some arguments only; the conditions are below.
_MMAP, _MPROTECT, _CLONE, _PRLIMIT, _PRCTL, _TGKILL = (9, 222), (10, 226), (56, 220), (302, 261), (157, 167), (234, 131)
_PROT_EXEC, _CLONE_THREAD, _PR_SET_NAME = 4, 0x10000, 15
# clone3 hides its flags in memory: libc takes clone when it is told that there is none. Likewise every call newer than
# this list: libc has an older way.
_CLONE3, _NEWEST = 435, 452

# linux/bpf_common.h, linux/seccomp.h
_LOAD, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_SET_MODE_FILTER, _ON_ALL_THREADS = 1, 1

_Instruction = tuple[int, int, int, int]  # operation, jump if true, jump if false, value


class Unsupported(Exception):
    """This machine or kernel has no seccomp filters, or no list was made for it. The words say which."""


def install() -> None:
    """Closes every thread of this process for good. Needs no_new_privs. Raises Unsupported."""
    machine = platform.machine()
    if machine not in _MACHINES:
        raise Unsupported(f"no list of system calls for {machine}")
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in program(machine, os.getpid()))
    body = ctypes.create_string_buffer(packed, len(packed))
    # struct sock_fprog: a count, padding to the pointer's alignment, the pointer
    head = struct.pack("@HP", len(packed) // 8, ctypes.addressof(body))
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(_MACHINES[machine][1]), ctypes.c_ulong(_SET_MODE_FILTER),
                          ctypes.c_ulong(_ON_ALL_THREADS), head)
    if result != 0:
        raise Unsupported(os.strerror(ctypes.get_errno()) if result < 0 else f"thread {result} cannot be closed")


def program(machine: str, pid: int) -> list[_Instruction]:
    """The filter as classic BPF. `pid` is the one process that may be signalled: abort() does it."""
    audit, _ = _MACHINES[machine]
    column = list(_MACHINES).index(machine)
    lines = [
        _load(_MACHINE_AT), (_EQUAL, 1, 0, audit), _end(_KILL_PROCESS),  # calls of another machine type: i386 on x86_64
        _load(_NUMBER_AT), (_GREATER, 0, 1, _NEWEST), _end(_ERRNO | errno.ENOSYS),  # x32 among them
        (_EQUAL, 0, 1, _CLONE3), _end(_ERRNO | errno.ENOSYS),
    ]  # fmt: skip
    for numbers in _PLAIN.values():
        if numbers[column] is not None:
            lines += [(_EQUAL, 0, 1, numbers[column]), _end(_ALLOW)]
    for numbers, conditions in _conditional(pid):
        tests = list(conditions)
        # a call that is not this one skips its tests and both ends
        lines.append((_EQUAL, 0, 2 * len(tests) + 2, numbers[column]))
        for position, (offset, operation, value, wanted) in enumerate(tests):
            to_refusal = 2 * (len(tests) - position - 1) + 1
            lines += [_load(offset), (operation, *((0, to_refusal) if wanted else (to_refusal, 0)), value)]
        lines += [_end(_ALLOW), _end(_ERRNO | errno.EPERM)]
    return [*lines, _end(_ERRNO | errno.EPERM)]


def _conditional(pid: int) -> Iterator[tuple[tuple[int, int], list[tuple[int, int, int, bool]]]]:
    """The numbers of a call, and its tests: where to look, how, for what, and whether it must be so."""
    yield _MMAP, [(_argument(2), _ANY_BIT, _PROT_EXEC, False)]
    yield _MPROTECT, [(_argument(2), _ANY_BIT, _PROT_EXEC, False)]
    yield _CLONE, [(_argument(0), _ANY_BIT, _CLONE_THREAD, True)]  # threads, no processes
    yield _PRLIMIT, [(_argument(2), _EQUAL, 0, True), (_argument(2) + 4, _EQUAL, 0, True)]  # asking, not setting
    yield _PRCTL, [(_argument(0), _EQUAL, _PR_SET_NAME, True)]
    yield _TGKILL, [(_argument(0), _EQUAL, pid, True)]


def _argument(index: int) -> int:
    """Where the low half of an argument lies on a little-endian machine; its high half follows."""
    return _ARGUMENTS_AT + 8 * index


def _load(offset: int) -> _Instruction:
    return _LOAD, 0, 0, offset


def _end(action: int) -> _Instruction:
    return _RETURN, 0, 0, action
