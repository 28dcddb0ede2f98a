"""A shop with an app that may do everything, for each test its own."""

from __future__ import annotations

import pytest

from tests.dialects.shoplazza.calls import private_app
from tests.dialects.shoplazza.visitors import open_world
from tests.shops import open_shop


@pytest.fixture
async def shop(pool):
    async with pool.acquire() as connection:
        yield await open_shop(connection)


@pytest.fixture
async def app(pool, server, shop):
    async with pool.acquire() as connection:
        yield await private_app(connection, server.url, shop.store_id)


@pytest.fixture
async def world(pool, server):
    async with pool.acquire() as connection:
        yield await open_world(connection, server.url)
