"""The `monogram` command as a user runs it: a process with a home and a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

import monogram

ROOT = Path(monogram.__file__).parent.parent
OURS = ("DATABASE_URL", "HOST", "PORT", "MONOGRAM_")


def environment(home: Path, port: int, **more: str) -> dict[str, str]:
    """Ours without any setting of Monogram's, then `home`, `port` and `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"MONOGRAM_HOME": str(home), "PORT": str(port), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | more


def command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("monogram")), *arguments]


def start(*arguments: str, env: dict[str, str], log: Path) -> subprocess.Popen:
    """`monogram ...` in the background, what it says appended to `log`."""
    with open(log, "ab") as output:
        return subprocess.Popen(
            command(*arguments), env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip


def run(*arguments: str, env: dict[str, str], seconds: float = 120) -> subprocess.CompletedProcess:
    """`monogram ...` to its end; `stdout` holds all it said."""
    return subprocess.run(
        command(*arguments), env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=seconds,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_ready(process: subprocess.Popen, port: int, log: Path, seconds: float = 60) -> None:
    """Returns when the server at `port` is ready; fails when its process ends or the time is over."""
    deadline = time.monotonic() + seconds
    while not ready(port):
        assert process.poll() is None and time.monotonic() < deadline, f"not ready; it said:\n{log.read_text()[-4000:]}"
        time.sleep(0.05)


def ready(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
    except OSError:
        return False
    return True


def family(pid: int) -> list[psutil.Process]:
    """The process and all that descend from it."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run. A process id given anew to another program is not taken for the old one."""
    return [process for process in processes if process.is_running() and _status(process) != psutil.STATUS_ZOMBIE]


def _status(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return psutil.STATUS_ZOMBIE
