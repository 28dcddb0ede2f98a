"""The machine a bench ran on, in words without names, and what processes cost: CPU seconds, wall seconds, peak memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import subprocess
import threading
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil

_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """One run: wall and CPU (user + system) in seconds, peak resident memory in bytes (0 where not measured)."""

    wall: float
    cpu: float
    peak: int = 0


def whole_process(command: list[str], cwd: Path, environment: dict[str, str] | None = None, *, tree: bool = False) -> Cost:
    """Runs a command to its end and returns what it cost. Raises CalledProcessError with its output.

    A child inherits the peak memory of the process that forks it, so the caller must be smaller than what it measures.
    tree: count the processes it starts too. Their CPU is exact (Linux); their peak is the largest sum of proportional
    shares seen, looked at twenty times a second.
    """
    if tree:
        _adopt_orphans()
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        watch = _Watch(process.pid) if tree else None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    seen = watch.end() if watch else 0
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output.decode(errors="replace"))
    cpu = usage.ru_utime + usage.ru_stime + (_orphans_cpu() if tree else 0)
    unit = 1 if platform.system() == "Darwin" else 1024
    return Cost(wall, cpu, max(usage.ru_maxrss * unit, seen))


class _Watch(threading.Thread):
    """Sums the memory of a process and its descendants until it is told to end."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.root, self.peak, self.over = psutil.Process(pid), 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self.over.wait(0.05):
            self.peak = max(self.peak, self._sum())

    def _sum(self) -> int:
        total = 0
        with contextlib.suppress(psutil.Error):
            for each in (self.root, *self.root.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    memory = each.memory_full_info()
                    total += getattr(memory, "pss", memory.rss)
        return total

    def end(self) -> int:
        self.over.set()
        self.join()
        return self.peak


def _adopt_orphans() -> None:
    """From now on what a child leaves behind becomes this process's, so that its CPU can be asked for."""
    if platform.system() == "Linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _orphans_cpu() -> float:
    """CPU of all that is left of a tree, once it has ended; what has not after ten seconds is killed."""
    cpu, until = 0.0, time.monotonic() + 10
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return cpu
        cpu += usage.ru_utime + usage.ru_stime
        if pid == 0:
            time.sleep(0.02)
            if time.monotonic() > until:
                for each in psutil.Process().children(recursive=True):
                    with contextlib.suppress(psutil.Error):
                        each.kill()


def describe() -> str:
    """Cores, CPU, memory, system, Python, date and load, for the head of a report."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores of {_processor()}, {memory:.0f} GB of memory, {platform.system()}, "
            f"Python {platform.python_version()}; {date.today():%Y-%m-%d}; load before the start {load():.1f}")


def load() -> float:
    """Processes that wanted to run, on average over the last minute."""
    return os.getloadavg()[0]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    facts = dict(map(str.strip, line.split(":", 1)) for line in reversed(lines) if ":" in line)
    if "model name" not in facts:
        return platform.machine()
    return f"{facts['model name']} (family {facts.get('cpu family')}, model {facts.get('model')})"
