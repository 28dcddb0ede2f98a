"""`monogram seed`: fills a store with a believable shop of any size, in bulk, and prints how to call it."""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from monogram import serving
from monogram.core import clients, db, files, merchants, photos, stores
from monogram.core.db import Db
from monogram.core.files import Storage
from monogram.demo.shop import FOLDER
from monogram.progress import Progress
from monogram.settings import Settings

from . import goods, sales
from .words import COMMENTS, KINDS

CHUNK = 1_000
SCOPES = ["read_product", "write_product", "read_order", "write_order", "read_collection", "write_collection", "read_shop",
          "read_comments", "write_comments", "read_script_tags", "write_script_tags"]  # fmt: skip


def run(read: Settings, args: argparse.Namespace) -> int:
    with serving.database(read) as (url, _):
        serving.migrate(url)
        token = asyncio.run(_fill(read, url, args))
    print(f"{args.store}: {args.products:,} products and {args.orders:,} orders more")
    print(f"Access-Token: {token}")
    return 0


async def _fill(read: Settings, url: str, args: argparse.Namespace) -> str:
    pool = await db.connect(url)
    try:
        async with pool.acquire() as connection:
            store_id = await _store(connection, args.store)
            pictures = await _pictures(connection, files.open_storage(read.storage), store_id, read.public_url)
            await seed(connection, store_id, pictures, args.products, args.orders, args.chance)
            issued = await clients.add_private(connection, store_id, "Seeded shop", SCOPES, calls_per_second=1_000)
            return issued.secret
    finally:
        await pool.close()


async def _store(connection: Db, slug: str) -> int:
    found = await connection.fetchval("select id from stores where slug = $1", slug)
    if found is not None:
        return found
    async with connection.transaction():
        merchant = await merchants.create(connection, f"Merchant of {slug}")
        return (await stores.create(connection, merchant.id, slug, "Seeded shop")).id


async def _pictures(connection: Db, storage: Storage, store_id: int, public_url: str) -> dict[str, goods.Picture]:
    """The demo's pictures as files of the store."""
    found = {}
    for name in sorted({kind.picture for kind in KINDS}):
        data = (FOLDER / name).read_bytes()
        header = photos.read_header(data)
        file = await files.add(
            connection, storage, store_id, data, header.media_type, width=header.width, height=header.height
        )
        address = public_url + files.path(file, name.rpartition("/")[2].partition(".")[0])
        found[name] = goods.Picture(address, header.width, header.height)
    return found


async def seed(
    connection: Db, store_id: int, pictures: dict[str, goods.Picture], products: int, orders: int, chance: int = 1
) -> None:
    """Adds goods and sales to a store, all or nothing, with a bar for each."""
    async with connection.transaction():
        numbers = Numbers(connection)
        await numbers.reserve(products * 60 + orders * 24 + 1_000)
        now = datetime.now(UTC).replace(microsecond=0)
        dice = random.Random(chance)
        collections = await _collections(connection, store_id)
        maker = goods.Maker(store_id, numbers, dice, now, pictures, collections)
        made = await _goods(connection, maker, products)
        variants = [variant for each in made for variant in each]
        currency = await connection.fetchval("select currency from stores where id = $1", store_id)
        if variants:
            await _sales(connection, sales.Maker(store_id, numbers, dice, now, variants, currency), orders)
        await _variants(connection, maker, made)
        await _comments(connection, store_id, dice, made)
    await connection.execute("analyze")


class Numbers(Iterator[int]):
    """Numbers of the database's own sequence, taken in one go."""

    def __init__(self, connection: Db):
        self.connection, self.taken = connection, iter(())

    async def reserve(self, count: int) -> None:
        rows = await self.connection.fetch("select nextval('ids') from generate_series(1, $1)", count)
        self.taken = (row[0] for row in rows)

    def __next__(self) -> int:
        return next(self.taken)


async def _collections(connection: Db, store_id: int) -> dict[str, int]:
    found = {}
    for kind in KINDS:
        handle = kind.name.lower().replace(" ", "-")
        found[kind.name] = await connection.fetchval(
            """insert into collections (store_id, title, handle, description, sort_order) values ($1, $2, $3, $4, 'manual')
               on conflict (store_id, handle) do update set title = excluded.title returning id""",
            store_id, kind.name, handle, kind.says,
        )
    return found


async def _goods(connection: Db, maker: goods.Maker, count: int) -> list[list[goods.Sold]]:
    """Everything of the products but their variants, whose counts the orders are still to change."""
    made = []
    with Progress("Products") as progress:
        for chunk in _chunks(range(count)):
            rows: goods.Rows = {table: [] for table in goods.COLUMNS}
            for _ in chunk:
                one, sold = maker.make()
                made.append(sold)
                for table, some in one.items():
                    rows[table] += some
            await _copy(connection, rows, goods.COLUMNS)
            progress.at(len(made), count)
    return made


async def _sales(connection: Db, maker: sales.Maker, count: int) -> None:
    done, waiting = 0, []
    with Progress("Orders") as progress:
        for chunk in _chunks(range(count)):
            before = len(maker.buyers)
            waiting.append([maker.make() for _ in chunk])
            await _copy(connection, {"customers": maker.customer_rows()[before:]}, {"customers": sales.CUSTOMER_COLUMNS})
            rows: goods.Rows = {table: [] for table in sales.COLUMNS}
            for one in waiting.pop():
                for table, some in one.items():
                    rows[table] += some
            await _copy(connection, rows, sales.COLUMNS)
            done += len(chunk)
            progress.at(done, count)
    await connection.executemany(
        """update customers set orders_count = $3, total_spent = $4, created_at = $5 where store_id = $1 and id = $2""",
        [(maker.store_id, each.id, each.orders_count, each.total_spent, each.created_at) for each in maker.buyers],
    )


async def _variants(connection: Db, maker: goods.Maker, made: list[list[goods.Sold]]) -> None:
    """The variants as the orders left them, and in the ledger what was put in at first."""
    columns = {name: goods.COLUMNS[name] for name in ("variants",)} | {"stock_movements": sales.COLUMNS["stock_movements"]}
    for chunk in _chunks(made):
        rows: goods.Rows = {"variants": [], "stock_movements": []}
        for sold in chunk:
            for position, each in enumerate(sold, 1):
                rows["variants"].append(maker.variant_row(each, position))
                rows["stock_movements"].append(
                    (maker.store_id, each.id, None, "adjusted", each.loaded, 0, 0, each.created_at)
                )
        await _copy(connection, rows, columns)


async def _comments(connection: Db, store_id: int, dice: random.Random, made: list[list[goods.Sold]]) -> None:
    rows = []
    for sold in made[:2_000]:
        for star, text in dice.sample(COMMENTS, dice.randint(0, 2)):
            rows.append((store_id, sold[0].product_id, f"Customer {dice.randint(1, 999)}", text, star, dice.randint(0, 40),
                         sold[0].created_at))  # fmt: skip
    columns = ("store_id", "product_id", "username", "content", "star", "likes", "commented_at")
    await _copy(connection, {"comments": rows}, {"comments": columns})


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    each = iter(items)
    while chunk := list(islice(each, CHUNK)):
        yield chunk


async def _copy(connection: Db, rows: goods.Rows, columns: dict[str, tuple[str, ...]]) -> None:
    for table, some in rows.items():
        if some:
            await connection.copy_records_to_table(table, records=some, columns=columns[table])
