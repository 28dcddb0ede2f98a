"""A worker's renderer: a child process kept warm, one drawing at a time, replaced when it dies or takes too long."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from monogram.children import Child, spawn
from monogram.render.errors import RenderError

from . import frames

SECONDS = 120.0  # of wall time for one drawing
DRAWINGS = 50  # then a fresh process, so that no leak grows for ever

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


class Renderer:
    """Use from one task at a time, in the main thread's loop: the child is bound to the thread that starts it."""

    def __init__(self, seconds: float = SECONDS):
        self.seconds = seconds
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
            if self._child is None or self._drawn >= DRAWINGS:
                await self.close()
                await self._start()
            self._drawn += 1
            try:
                async with asyncio.timeout(self.seconds):
                    answer = await self._converse({"document": document, "values": values, "side": side}, read_file)
            except (asyncio.IncompleteReadError, ConnectionError):
                raise RendererStopped(await self._cause_of_death()) from None
            except BaseException as error:
                await self.close()
                if isinstance(error, TimeoutError):
                    raise RendererStopped(f"it took longer than {self.seconds:g} seconds") from None
                raise
        return _drawing(answer)

    async def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = spawn(
                [sys.executable, "-m", "monogram.jobs.rendering"], env=_environment(), death_signal=signal.SIGKILL,
                stdin=theirs.fileno(),
            )
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=1 << 20)
        self._drawn = 0

    async def _converse(self, job: dict[str, Any], read_file: ReadFile) -> dict[str, Any]:
        await self._send(job)
        while True:
            (length,) = frames.LENGTH.unpack(await self._reader.readexactly(frames.LENGTH.size))
            message = frames.unpack(await self._reader.readexactly(length))
            if "need" not in message:
                return message
            try:
                await self._send({"data": await read_file(message["need"])})
            except Damaged:
                await self._send({"damaged": True})

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


def _drawing(answer: dict[str, Any]) -> Drawing:
    match answer:
        case {"done": made}:
            return Drawing(made["data"], made["width"], made["height"], made["media_type"], made["report"])
        case {"refused": [code, message, layer, part]}:
            raise RenderError(code, message, layer=layer, part=part)
        case {"bug": trace}:
            raise RendererStopped("it met an error of its own: " + trace.strip().splitlines()[-1][:300])
        case _:
            raise RendererStopped("it answered something else than a drawing")


def _environment() -> dict[str, str]:
    """The child's environment: nothing of the database, the storage or any secret."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
