"""A worker's renderer: a child process kept warm, one drawing at a time, replaced when it dies or takes too long."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from monogram import sandbox
from monogram.children import Child, spawn
from monogram.render.errors import RenderError
from monogram.render.reports import Report, Told

from . import frames

log = logging.getLogger(__name__)

# One drawing may take this much. 200 megapixels from a large photo take 16 CPU-seconds and 2.5 GB.
SECONDS = 80.0  # of wall time
CPU_SECONDS = 60.0
MEMORY = 3 << 29  # bytes in use: the largest canvas drawn whole, with groups eight deep, takes less
LARGEST_ANSWER = 1 << 30  # bytes: a PNG of 200 megapixels of noise has 0.8 GB

DRAWINGS = 50  # then a fresh process, so that no leak grows for ever
START = 60.0  # seconds to start one
PERIOD = 0.05  # seconds between two looks at what it uses: it cannot take more than some 100 MB in between

MOST_FINDINGS = 5_000  # one document has at most a thousand layers

# A file's bytes by name; None when there is no such file. Raises FileDamaged.
ReadFile = Callable[[str], Awaitable[bytes | None]]


class Damaged(Exception):
    """A file whose stored bytes are not what was put there."""


class RendererStopped(Exception):
    """The renderer died, was killed at its time limit, or met a bug. The words are one clause: how."""


@dataclass(frozen=True)
class Drawing:
    """A finished file and what it was made of (`monogram.render.reports.Report` as JSON data)."""

    data: bytes
    width: int
    height: int
    media_type: str
    report: dict[str, Any]
    findings: list[dict[str, Any]]  # of preflight, as `monogram.render.preflight.Told`


class Renderer:
    """Use from one task at a time, in the main thread's loop: the child is bound to the thread that starts it."""

    def __init__(self, seconds: float = SECONDS, cpu_seconds: float = CPU_SECONDS, memory: int = MEMORY,
                 jobs: int = DRAWINGS, largest: int = LARGEST_ANSWER):
        """jobs: done by one child; largest: bytes of an answer."""
        self.seconds, self.cpu_seconds, self.memory, self.jobs, self.largest = seconds, cpu_seconds, memory, jobs, largest
        self.level: sandbox.Level | None = None  # of the newest child
        self._child: Child | None = None
        self._drawn = 0
        self._busy = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._child.pid if self._child else None

    async def draw(self, document: dict[str, Any], values: dict[str, Any], side: str, read_file: ReadFile) -> Drawing:
        """Raises RenderError, RendererStopped, and whatever `read_file` raises but Damaged."""
        async with self._busy:
            answer = await self._answer({"document": document, "values": values, "side": side}, read_file)
            try:
                return _drawing(answer)
            except RendererStopped:  # after an error of its own it may hold anything
                await self.close()
                raise

    async def check(self, documents: list[dict[str, Any]], values: dict[str, Any], read_file: ReadFile) -> list[dict[str, Any]]:
        """What preflight finds in each of the documents with these values; `read_file` is asked for SHA-256. Raises as draw."""
        async with self._busy:
            answer = await self._answer({"check": documents, "values": values}, read_file)
            try:
                match answer:
                    case {"findings": findings} if _are_findings(findings):
                        return findings
                return _drawing(answer).findings
            except RendererStopped:
                await self.close()
                raise

    async def ask(self, question: str, about: dict[str, Any], kind: Any, read_file: ReadFile | None = None) -> Any:
        """What the child says to a question of `monogram.render.live`, as the type it must have. Raises as draw."""
        async with self._busy:
            answer = await self._answer({"ask": question, "about": about}, read_file or _no_file)
            try:
                if "told" in answer:
                    return msgspec.convert(answer["told"], kind)
                _drawing(answer)
            except msgspec.ValidationError:
                pass
            except RendererStopped:
                await self.close()
                raise
            await self.close()
            raise RendererStopped("it answered something else than was asked")

    async def attempt(self, name: str, folder: str, port: int) -> str:
        """Has the child try one of `sandbox.ATTEMPTS`: the kernel's refusal, or an empty text when it was let."""
        async with self._busy:
            answer = await self._answer({"attempt": {"name": name, "folder": folder, "port": port}}, _no_file)
        return str(answer.get("refusal", ""))

    async def _answer(self, job: dict[str, Any], read_file: ReadFile) -> dict[str, Any]:
        """The child's answer, within the limits. Starts a child where there is none."""
        try:
            packed = frames.pack(job)
        except RecursionError:
            raise RenderError("document_invalid", "The design document is nested too deep.") from None
        if self._child is not None and (self._drawn >= self.jobs or self._child.poll() is not None):
            await self.close()
        if self._child is None:
            await self._start()
        self._drawn += 1
        watch = asyncio.create_task(self._watch(self._child))
        try:
            async with asyncio.timeout(self.seconds):
                return await self._converse(packed, read_file)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise RendererStopped(await self._cause_of_death()) from None
        except BaseException as error:
            await self.close()
            if isinstance(error, TimeoutError):
                raise RendererStopped(f"it took longer than {self.seconds:g} seconds") from None
            raise
        finally:
            watch.cancel()

    async def _watch(self, child: Child) -> None:
        """Kills a child that takes too much. Told by the kernel, so a hostile child cannot talk it away."""
        end = sandbox.cpu_used(child.pid) + self.cpu_seconds
        while True:
            if sandbox.memory_used(child.pid) > self.memory:
                self._killed = f"it took more than {self.memory >> 20} MB of memory"
            elif sandbox.cpu_used(child.pid) > end:
                self._killed = f"it took more than {self.cpu_seconds:g} seconds of processor time"
            if self._killed:
                child.kill_group()
                return
            await asyncio.sleep(PERIOD)

    async def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = spawn(
                [sys.executable, "-m", "monogram.jobs.rendering"], env=_environment(), death_signal=signal.SIGKILL,
                stdin=theirs.fileno(),
            )
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=1 << 20)
        self._drawn, self._killed = 0, ""
        await self._greet()

    async def _greet(self) -> None:
        """The child's first message: what is in force of its sandbox."""
        try:
            async with asyncio.timeout(START):
                self.level = msgspec.convert((await self._receive())["sandbox"], sandbox.Level)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise RendererStopped(await self._cause_of_death()) from None
        except (TimeoutError, msgspec.MsgspecError, KeyError, TypeError):
            await self.close()
            raise RendererStopped("it did not say that it is ready") from None
        missing = "; ".join(f"{name}: {why}" for name, why in self.level.missing.items())
        log.info("renderer %s, sandbox: %s%s", self.pid, " ".join(self.level.in_force), missing and f"; without {missing}")

    async def _converse(self, job: bytes, read_file: ReadFile) -> dict[str, Any]:
        self._writer.write(job)
        await self._writer.drain()
        while True:
            message = await self._receive()
            if "need" not in message:
                return message
            try:
                await self._send({"data": await read_file(str(message["need"]))})
            except Damaged:
                await self._send({"damaged": True})

    async def _receive(self) -> dict[str, Any]:
        """The next message. What a child says is a stranger's word: it has drawn a stranger's file."""
        (length,) = frames.LENGTH.unpack(await self._reader.readexactly(frames.LENGTH.size))
        if length > self.largest:
            raise RendererStopped(f"it answered {length >> 20} MB")
        message = frames.unpack(await self._reader.readexactly(length))
        if not isinstance(message, dict):
            raise RendererStopped("it answered something else than a drawing")
        return message

    async def _send(self, message: dict[str, Any]) -> None:
        self._writer.write(frames.pack(message))
        await self._writer.drain()

    async def _cause_of_death(self) -> str:
        """Why the channel broke, from how the child ended."""
        child = self._child
        for _ in range(50):
            if (status := child.poll()) is not None:
                break
            await asyncio.sleep(0.02)
        await self.close()
        if self._killed:
            return self._killed
        if status is None:
            return "it stopped answering"
        return f"it was ended by {signal.Signals(-status).name}" if status < 0 else f"it ended with exit code {status}"

    async def close(self) -> None:
        """Ends the child, if there is one. The next drawing starts another."""
        child, self._child = self._child, None
        if child is not None:
            self._writer.close()
            child.kill_group()
            await asyncio.get_running_loop().run_in_executor(None, child.wait, 5)


async def _no_file(name: str) -> None:
    """For jobs that need none."""


def _drawing(answer: dict[str, Any]) -> Drawing:
    match answer:
        case {"done": {"data": bytes() as data, "width": int() as width, "height": int() as height, "media_type": "image/png",
                       "report": report, "findings": findings}} if _is_png(data, width, height) and _is_report(report) \
                and _are_findings(findings):
            return Drawing(data, width, height, "image/png", report, findings)
        case {"refused": [str() as code, str() as message, str() | None as layer, str() | None as part]}:
            raise RenderError(code, message, layer=layer, part=part)
        case {"bug": str() as trace} if trace.strip():
            raise RendererStopped("it met an error of its own: " + trace.strip().splitlines()[-1][:300])
        case _:
            raise RendererStopped("it answered something else than a drawing")


def _is_png(data: bytes, width: int, height: int) -> bool:
    return len(data) > 24 and data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack_from(">II", data, 16) == (width, height)


def _are_findings(findings: Any) -> bool:
    try:
        return len(msgspec.convert(findings, list[Told])) <= MOST_FINDINGS
    except msgspec.ValidationError:
        return False


def _is_report(report: Any) -> bool:
    try:
        msgspec.convert(report, Report)
    except msgspec.ValidationError:
        return False
    return True


def _environment() -> dict[str, str]:
    """The child's environment: nothing of the database, the storage or any secret. Libraries that start threads when they
    are loaded are told not to: some of what closes the child closes one thread."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "LC_ALL": "C.UTF-8", "TZ": "UTC", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
    }  # fmt: skip
