"""A real worker process on a database of its own, to be killed as often as a test likes."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from monogram import serving
from monogram.core import composites
from monogram.core import db as core_db
from monogram.core.composites import Task
from monogram.settings import Settings
from tests.conftest import settings_for
from tests.shops import Shop, confirm, document, open_shop


@dataclass
class Bench:
    """A database, a storage, a shop, and workers on them."""

    settings: Settings
    pool: asyncpg.Pool
    folder: Path  # of the stored files
    log: Path
    workers: list[subprocess.Popen] = field(default_factory=list)

    def start_worker(self) -> subprocess.Popen:
        environment = serving.environment(self.settings, self.settings.database_url)
        with open(self.log, "ab") as log:
            worker = subprocess.Popen(serving.worker_command(), env=environment, stdout=log, stderr=log, start_new_session=True)
        self.workers.append(worker)
        return worker

    def renderer_of(self, worker: subprocess.Popen) -> int | None:
        """Process id of a worker's renderer."""
        children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
        return int(children[0]) if children else None

    async def open_shop(self, production: dict[str, Any] | None = None) -> Shop:
        async with self.pool.acquire() as connection, connection.transaction():
            return await open_shop(connection, production=production, preview=False)

    async def confirm(self, shop: Shop, name: str = "Ada") -> int:
        async with self.pool.acquire() as connection, connection.transaction():
            return await confirm(connection, shop, name)

    async def ask(self, shop: Shop, custom: int) -> int:
        """A composite task's id."""
        async with self.pool.acquire() as connection, connection.transaction():
            return (await composites.create(connection, shop.merchant_id, custom, shop.production_id)).id

    async def task(self, shop: Shop, task_id: int) -> Task:
        async with self.pool.acquire() as connection:
            return await composites.get(connection, shop.merchant_id, task_id)

    async def ended(self, shop: Shop, task_id: int, seconds: float = 60) -> Task:
        """The task once it has ended."""
        async def over() -> Task | None:
            found = await self.task(shop, task_id)
            return found if found.status != composites.RUNNING else None

        return await self.until(over, seconds, f"task {task_id} to end")

    async def attempts(self, task_id: int) -> int:
        return await self.pool.fetchval("select attempts from composite_tasks where id = $1", task_id)

    async def begun(self, task_id: int, attempt: int = 1, seconds: float = 60) -> None:
        async def is_begun() -> bool:
            return await self.attempts(task_id) >= attempt

        await self.until(is_begun, seconds, f"attempt {attempt} of task {task_id}")

    async def until(self, look: Callable[[], Awaitable[Any]], seconds: float, what: str) -> Any:
        """What `look` returns once it is true."""
        deadline = time.monotonic() + seconds
        while not (found := await look()):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {what}\n{self.log.read_text()[-4000:]}")
            await asyncio.sleep(0.05)
        return found

    def objects(self) -> set[str]:
        return {path.name for path in self.folder.glob("??/*")}


@pytest.fixture
async def bench(cluster, tmp_path):
    folder = tmp_path / "files"
    settings = settings_for(tmp_path, cluster.new_database(), f"file://{folder}")
    async with await core_db.connect(settings.database_url) as pool:
        made = Bench(settings, pool, folder, tmp_path / "worker.log")
        made.log.touch()
        yield made
        for worker in made.workers:
            worker.kill()
            worker.wait()


def slow(layers: int = 60) -> dict[str, Any]:
    """A document that takes seconds: many large blurred shadows."""
    size = 6000
    text = document(size, size)["layers"][0] | {"size": 400.0, "shadow": {"color": "#ff000080", "dx": 5, "dy": 5, "blur": 300}}
    return document(size, size, layers=[text] + [text | {"id": f"copy {n}", "text": "Copy"} for n in range(layers)])
