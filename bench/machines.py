"""The machine a bench ran on, in words without names, and what processes cost: CPU seconds, wall seconds, peak memory."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """One run: wall and CPU (user + system) in seconds, peak resident memory in bytes (0 where not measured)."""

    wall: float
    cpu: float
    peak: int = 0


def whole_process(command: list[str], cwd: Path) -> Cost:
    """Runs a command to its end and returns what it cost. Raises CalledProcessError with its output.

    A child inherits the peak memory of the process that forks it, so the caller must be smaller than what it measures.
    """
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output.decode(errors="replace"))
    unit = 1 if platform.system() == "Darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def describe() -> str:
    """Cores, CPU, memory, system, Python, date and load, for the head of a report."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores of {_processor()}, {memory:.0f} GB of memory, {platform.system()}, "
            f"Python {platform.python_version()}; {date.today():%Y-%m-%d}; load before the start {os.getloadavg()[0]:.1f}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    facts = dict(map(str.strip, line.split(":", 1)) for line in reversed(lines) if ":" in line)
    if "model name" not in facts:
        return platform.machine()
    return f"{facts['model name']} (family {facts.get('cpu family')}, model {facts.get('model')})"
