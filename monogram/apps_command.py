"""`monogram app` and `monogram staff`: apps that may call a shop's API, and who may sign in to allow them."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from collections.abc import Awaitable, Callable

from monogram import serving
from monogram.core import clients, db, staff, stores
from monogram.core.db import Db
from monogram.core.errors import Failure, NotFound
from monogram.core.stores import Store
from monogram.dialects.shoplazza import scopes
from monogram.settings import CannotStart, Settings

Work = Callable[[Db, argparse.Namespace], Awaitable[str]]


def run(settings: Settings, args: argparse.Namespace) -> int:
    """Does `args.work`, on the database of these settings."""
    with serving.database(settings) as (url, _):
        serving.migrate(url)
        print(asyncio.run(_done(url, WORK[args.work], args)))
    return 0


async def _done(url: str, work: Work, args: argparse.Namespace) -> str:
    pool = await db.connect(url)
    try:
        async with pool.acquire() as connection, connection.transaction():
            return await work(connection, args)
    except Failure as error:
        raise CannotStart(str(error)) from None
    finally:
        await pool.close()


async def _store(connection: Db, slug: str) -> Store:
    store = await stores.by_slug(connection, slug)
    if store is None:
        raise NotFound(f"store {slug!r}")
    return store


async def _register(connection: Db, args: argparse.Namespace) -> str:
    store = None if args.store is None else await _store(connection, args.store)
    client = await clients.register(
        connection, args.name, args.app_uri, args.redirect_uri, store_id=store and store.id
    )
    return f"client_id: {client.key}\nclient_secret: {client.secret}"


async def _private(connection: Db, args: argparse.Namespace) -> str:
    wanted = scopes.parse(args.scope or " ".join(scopes.DOCUMENTED))
    if wanted is None:
        raise NotFound(f"one of the scopes {args.scope!r}")
    issued = await clients.add_private(connection, (await _store(connection, args.store)).id, args.name, wanted)
    return f"Access-Token: {issued.secret}"


async def _list(connection: Db, args: argparse.Namespace) -> str:
    found = await clients.installed(connection, (await _store(connection, args.store)).id)
    return "\n".join(f"{client.key}  {client.name}" for client in found) or "No app is in this store."


async def _uninstall(connection: Db, args: argparse.Namespace) -> str:
    store, client = await _store(connection, args.store), await clients.get(connection, args.client_id)
    await clients.uninstall(connection, store.id, client.id)
    return f"{client.name} can do nothing in {store.name} any more."


async def _staff(connection: Db, args: argparse.Namespace) -> str:
    """A known member of this store's merchant gets a new password; a new one is made."""
    store = await _store(connection, args.store)
    password = secrets.token_urlsafe(12)
    member = await staff.by_email(connection, args.email)
    if member is not None and member.merchant_id == store.merchant_id:
        await staff.set_password(connection, member.merchant_id, member.id, password)
    else:
        await staff.add(connection, store.merchant_id, args.email, password)
    return f"email: {args.email}\npassword: {password}"


WORK: dict[str, Work] = {
    "register": _register, "private": _private, "list": _list, "uninstall": _uninstall, "staff": _staff,
}  # fmt: skip
