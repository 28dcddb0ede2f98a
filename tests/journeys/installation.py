"""What the journeys of the embedded database share: psql, scripts run as other users, and who is still alive."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

import monogram
from monogram.children import User, capability_for
from monogram.postgres import programs

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="acting as two users takes root")


def psql(dsn: str, statement: str) -> str:
    """The result of a statement as text; CalledProcessError with psql's own words when it fails."""
    command = [programs() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-c", statement]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def script(text: str, *arguments: object) -> subprocess.Popen:
    """A Python program of the test, speaking to us by lines; it ends when killed."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(monogram.__file__).parent.parent), *sys.path])}
    command = [sys.executable, "-u", "-c", text, *map(str, arguments)]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def servers(home: Path) -> list[psutil.Process]:
    """Every living process of the cluster under `home`, known by the folder it sits in or the arguments it was given."""
    data = str((home / "postgres").resolve())
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and (data in process.cmdline() or process.cwd() == data):
                found.append(process)
        except psutil.Error:
            continue
    return found


def eventually(condition: Callable[[], object], seconds: float) -> bool:
    """Whether the condition comes true within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def installation(folder: Path) -> Path:
    """A copy of what the embedded database is made of, importable from `folder`, with the modes the umask gives."""
    (folder / "monogram").mkdir()
    for module in ("__init__", "children", "homes", "postgres", "processes"):
        shutil.copyfile(Path(monogram.__file__).parent / f"{module}.py", folder / "monogram" / f"{module}.py")
    package = programs().parent.parent
    unused = shutil.ignore_patterns("*.a", "include", "pgxs", "pgbench", "ecpg", "psql", "vector*")
    shutil.copytree(package / "pginstall18", folder / package.name / "pginstall18", symlinks=True, ignore=unused)
    (folder / package.name / "__init__.py").touch()
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder


def other_user() -> User:
    """An account that is neither ours nor the one root's database runs as."""
    taken = {0, os.geteuid(), User.unprivileged().uid}
    return next(User(e.pw_name, e.pw_uid, e.pw_gid) for e in pwd.getpwall() if e.pw_uid not in taken)


def python_of(user: User) -> str:
    """A Python 3.11 or newer this user may run; the test is skipped when the machine has none."""
    for candidate in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        path = Path(candidate)
        if not path.exists() or capability_for(user, [path.resolve()], []) is not None:
            continue
        new_enough = [candidate, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        if subprocess.run(new_enough, user=user.uid, cwd="/").returncode == 0:
            return candidate
    pytest.skip("no Python 3.11 that a user other than root may run (all lie in closed folders)")
