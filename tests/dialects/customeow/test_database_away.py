"""The database killed under the server: said so in the envelope, recovered from without a restart, nothing lost or doubled."""

from __future__ import annotations

import os
import signal
import time

from monogram import serving
from monogram.core import db as core_db
from monogram.postgres import Postgres
from tests.conftest import Server, settings_for
from tests.shops import open_shop

from .conftest import Api, Reply, new_order


async def test_a_killed_database_is_503_then_all_is_there(tmp_path):
    with Postgres(tmp_path / "home") as postgres:
        serving.migrate(postgres.dsn)
        pool = await core_db.connect(postgres.dsn)
        async with pool.acquire() as connection, connection.transaction():
            shop = await open_shop(connection)
        await pool.close()
        server = Server(settings_for(tmp_path, postgres.dsn, f"file://{tmp_path}/files"), tmp_path / "server.log").start()
        try:
            api = Api(server.url, shop.key)
            first = api.post("/order", new_order(shop))
            _kill(postgres)
            away = api.get("/order")
            assert away.status == 503 and away.headers["retry-after"]
            postgres.launch()
            assert _back(api).data["count"] == 1
            again = api.post("/order", new_order(shop))
            assert (again.status, again.data) == (201, first.data)
        finally:
            server.stop()


def _kill(postgres: Postgres) -> None:
    os.kill(postgres.pid, signal.SIGKILL)
    while postgres.poll() is None:
        time.sleep(0.02)


def _back(api: Api) -> Reply:
    deadline = time.monotonic() + 30
    while (reply := api.get("/order")).status == 503 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert reply.status == 200, "no other failure than 503 while it comes back"
    return reply
