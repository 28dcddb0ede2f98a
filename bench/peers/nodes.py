"""The peers that run under Node: installed on demand, of the versions in the lock file, outside what is committed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from monogram.fontbook import npm, npm_environment

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "build" / "bench-peers"
_FILES = ("package.json", "package-lock.json", ".npmrc")


def install(source: Path = HERE, target: Path = TARGET) -> str | None:
    """Brings `target` to the versions of the lock file in `source`; returns why it could not, in a line, or None."""
    wanted = (source / "package-lock.json").read_bytes()
    done = target / "installed.json"
    if done.is_file() and done.read_bytes() == wanted:
        return None
    target.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(source / name, target / name)
    try:  # `ci` would demand the builds of every platform, which not every registry has
        result = subprocess.run([*npm(), "install", "--loglevel=error"], cwd=target, env=npm_environment(), timeout=300,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return "npm did not end within five minutes"
    if result.returncode:
        return " ".join(result.stderr.split())[:200] or f"npm ended with exit code {result.returncode}"
    done.write_bytes(wanted)
    return None


def version(package: str) -> str:
    return json.loads((HERE / "package.json").read_text())["dependencies"][package]


def command(script: str, folder: Path, out: Path) -> list[str]:
    return [npm()[0], str(HERE / script), str(folder), str(out)]


def environment(folder: Path, fonts: Path) -> dict[str, str]:
    """Where Node finds the packages, and fontconfig the fonts; `folder` takes fontconfig's own file and cache."""
    config = folder / "fonts.conf"
    config.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
                      f"<fontconfig><dir>{fonts}</dir><cachedir>{folder / 'fontcache'}</cachedir></fontconfig>\n")
    return {**os.environ, "NODE_PATH": str(TARGET / "node_modules"), "FONTCONFIG_FILE": str(config)}
