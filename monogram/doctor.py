"""`monogram doctor`: looks at everything Monogram stands on here, and says what is wrong and what to do about it."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from monogram import sandbox
from monogram.settings import Settings

LOCK = Path(__file__).parent.parent / "requirements.lock"
FREE = 0.10  # of a disk
# What decides pixels and bytes: another version than the lock's draws other files.
ENGINE = ("skia-python", "uharfbuzz", "icu4py", "imagecodecs", "pyvips-binary", "pyvips", "isal", "numpy")


@dataclass(frozen=True)
class Verdict:
    """One line: `advice` says what to do unless all is well."""

    name: str
    state: Literal["ok", "warning", "wrong"]
    told: str
    advice: str = ""


def run(settings: Settings, as_json: bool = False) -> int:
    """Prints what it finds, as lines or as JSON; returns 1 when something is wrong."""
    found = []
    for check in CHECKS:
        try:
            verdicts = check(settings)
        except Exception as error:  # a check that fails is a verdict, and the others still matter
            verdicts = [Verdict(check.__name__.replace("_", " "), "wrong", f"{type(error).__name__}: {error}", "")]
        found += verdicts
        if not as_json:
            for verdict in verdicts:
                print(_line(verdict), flush=True)
    wrong = any(verdict.state == "wrong" for verdict in found)
    if as_json:
        print(json.dumps({"ok": not wrong, "checks": [asdict(verdict) for verdict in found]}, indent=2, ensure_ascii=False))
    return int(wrong)


def _line(verdict: Verdict) -> str:
    mark = {"ok": "\u2713", "warning": "!", "wrong": "\u2717"}[verdict.state]
    if "utf" not in (sys.stdout.encoding or "").lower():
        mark = {"ok": "ok", "warning": "!", "wrong": "X"}[verdict.state]
    return f"{mark} {verdict.name}: {verdict.told}" + (f"\n    {verdict.advice}" if verdict.advice else "")


def python(settings: Settings) -> list[Verdict]:
    told = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    fits = sys.version_info >= (3, 11)
    return [Verdict("python", "ok" if fits else "wrong", told, "" if fits else "Python 3.11 or newer is needed.")]


def engine(settings: Settings) -> list[Verdict]:
    """The installed versions of the drawing engine, against the lock where this installation has it."""
    if not LOCK.is_file():
        return [Verdict("engine", "warning", "there is no requirements.lock beside this installation",
                        "Prints are reproducible only with the versions of a lock.")]
    locked: dict[str, list[str]] = {}  # more than one version where it depends on the Python
    for name, number in re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCK.read_text("utf-8"), re.MULTILINE):
        locked.setdefault(name, []).append(number)
    installed = {name: _installed(name) for name in ENGINE}
    other = [f"{name} {number} instead of {' or '.join(locked[name])}" for name, number in installed.items()
             if number not in locked[name]]
    if other:
        return [Verdict("engine", "wrong", ", ".join(other), "Run `make setup`: other versions draw other pixels.")]
    return [Verdict("engine", "ok", ", ".join(f"{name} {number}" for name, number in installed.items()))]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def fonts(settings: Settings) -> list[Verdict]:
    """Every file of the font book, read and checked against its hash."""
    from monogram.render.errors import RenderError
    from monogram.render.fonts import FontBook

    book, bad, count = FontBook.load(), [], 0
    for family in book.families():
        for face in family.faces:
            count += 1
            try:
                book.face(family.family, face.weight, face.italic)
            except (RenderError, OSError) as error:
                bad.append(str(error))
    if bad:
        return [Verdict("fonts", "wrong", f"{len(bad)} of {count} files: {bad[0]}", "Run `make setup` to fetch them.")]
    return [Verdict("fonts", "ok", f"{count} files, hashes right")]


def database(settings: Settings) -> list[Verdict]:
    from monogram import homes
    from monogram.postgres import PostgresError, assert_fit

    running = homes.running(settings.home) or {}
    url = settings.database_url or running.get("database")
    where = "DATABASE_URL" if settings.database_url else f"the embedded database of {settings.home}"
    if not url:
        return [Verdict("database", "ok", f"{where} is not running; `monogram serve` starts it")]
    try:
        asyncio.run(asyncio.wait_for(assert_fit(url), 10))
    except PostgresError as error:
        return [Verdict("database", "wrong", f"{where}: {error}", "Use a PostgreSQL 15 or newer that keeps what it commits.")]
    except Exception as error:  # of the driver, the network, the address
        return [Verdict("database", "wrong", f"{where} does not answer: {error or type(error).__name__}",
                        "Check the address, the password, and that it runs.")]
    return [Verdict("database", "ok", f"{where} answers, is new enough, and keeps what it commits")]


def storage(settings: Settings) -> list[Verdict]:
    from monogram.core import files

    data = b"written by monogram doctor"  # the same each time, so that it leaves one small object at most

    async def there_and_back() -> bool:
        kept = files.open_storage(settings.storage)
        return await kept.read(await kept.put(data)) == data

    try:
        asyncio.run(asyncio.wait_for(there_and_back(), 20))
    except Exception as error:
        return [Verdict("storage", "wrong", f"{settings.storage}: {error or type(error).__name__}",
                        "Files must be writable there; for S3 check the AWS_ variables.")]
    return [Verdict("storage", "ok", f"{settings.storage} takes a file and gives it back")]


def disk(settings: Settings) -> list[Verdict]:
    folder = next(parent for parent in (settings.home, *settings.home.parents) if parent.exists())
    usage = shutil.disk_usage(folder)
    told = f"{usage.free / 1e9:.1f} GB free, {usage.free / usage.total:.0%}, under {folder}"
    if usage.free < FREE * usage.total:
        return [Verdict("disk", "wrong", told, "Less than a tenth: a full disk stops the database. Make room.")]
    return [Verdict("disk", "ok", told)]


def drawing(settings: Settings) -> list[Verdict]:
    """Starts the process that draws, and has it try what it must not be able to do."""
    return asyncio.run(_drawing())


async def _drawing() -> list[Verdict]:
    from monogram.jobs.renderer import Renderer, RendererStopped

    renderer, let = Renderer(), []
    began = time.monotonic()
    try:
        with socket.create_server(("127.0.0.1", 0)) as door, tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            for name in sandbox.ATTEMPTS:
                try:
                    if not await renderer.attempt(name, folder, door.getsockname()[1]):
                        let.append(name)
                except RendererStopped:  # it became another program, or cannot even start
                    let.append(name)
                    if renderer.level is None:
                        raise
    except RendererStopped as error:
        return [Verdict("renderer", "wrong", f"the process that draws does not start: {error}", "Nothing can be drawn.")]
    finally:
        await renderer.close()
    started = Verdict("renderer", "ok", f"starts, tries and ends in {time.monotonic() - began:.1f} s")
    return [started, _measures(renderer.level), _attempts(let)]


def _measures(level: sandbox.Level) -> Verdict:
    told = f"in force: {', '.join(level.in_force) or 'nothing'}"
    if not level.missing:
        return Verdict("sandbox", "ok", told)
    missing = "; ".join(f"{name} ({why})" for name, why in level.missing.items())
    return Verdict("sandbox", "warning", f"{told}; not in force: {missing}",
                   "What is in force still holds; a newer kernel or a container that allows it brings the rest.")


def _attempts(let: list[str]) -> Verdict:
    if not let:
        return Verdict("sandbox attempts", "ok", f"all refused: {', '.join(sandbox.ATTEMPTS)}")
    state = "wrong" if sandbox.LINUX else "warning"
    return Verdict("sandbox attempts", state, f"the process that draws can: {', '.join(let)}",
                   "Hostile files could use that. Draw on Linux, in a kernel with seccomp filters.")


CHECKS: tuple[Callable[[Settings], list[Verdict]], ...] = (python, engine, fonts, database, storage, disk, drawing)
