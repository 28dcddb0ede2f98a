"""`monogram demo`: a database, the demo shop, the server with a worker, the main job once; then it keeps serving."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import threading
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monogram import serving, webhook_dialects
from monogram.core import db, files
from monogram.processes import Processes
from monogram.settings import CannotStart, Settings

from . import goods, sales, shop, storefront
from .play import Play, PlayFailed
from .shop import Shop

# A demo's webhooks are received on the same machine.
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def run(settings: Settings, *, once: bool) -> int:
    """The whole demo; 0 when the main job succeeded (and, without `once`, the server was stopped by a signal)."""
    console = Console(highlight=False)
    settings = dataclasses.replace(settings, receiver_networks=settings.receiver_networks or LOOPBACK)
    webhook_dialects.register(settings)
    serving.claim_port(settings)
    console.print("[bold]Monogram demo[/]  database, shop, server …")
    with serving.database(settings) as (url, postgres):
        serving.migrate(url)
        _tick(console, f"Database ready: {'PostgreSQL at DATABASE_URL' if postgres is None else settings.home / 'postgres'}")
        known = _read(settings.home / "demo.json")
        made = asyncio.run(_shop(settings, url, known))
        _tick(console, f"Demo shop ready: {len(shop.PRODUCTS)} products with forms and templates")
        _tick(console, f"Its shelves and books: {goods.told()}, {sales.told()}")
        processes = serving.tree(settings, url, postgres)
        with processes:
            player = threading.Thread(target=_play, args=(console, settings, made, processes, once), daemon=True)
            player.start()
            return processes.run_until_signal()


async def _shop(settings: Settings, url: str, known: dict[str, Any]) -> Shop:
    pool = await db.connect(url)
    try:
        storage = files.open_storage(settings.storage)
        async with pool.acquire() as connection, connection.transaction():
            made = await shop.build(connection, storage, known)
            if not await sales.were_made(connection, made.store_id):
                stocked = await goods.put_up(connection, storage, made.store_id, settings.public_url)
                await sales.make(connection, storage, made.store_id, stocked)
                await storefront.dress(connection, storage, made.store_id, settings.public_url)
            elif known.get("base_url", settings.public_url) != settings.public_url:
                await storefront.move(connection, made.store_id, known["base_url"], settings.public_url)
            return made
    finally:
        await pool.close()


def _play(console: Console, settings: Settings, made: Shop, processes: Processes, once: bool) -> None:
    """Runs beside the process tree. Ends the whole demo when the main job fails, or when it was all that was asked."""
    code = 1
    try:
        serving.await_ready(settings)
        play = Play(serving.local_url(settings), made, settings.home / "demo", lambda step: _tick(console, step))
        play.run()
        _write(settings.home / "demo.json", _facts(settings, play))
        _summary(console, settings, play, once)
        code = 0
    except (PlayFailed, CannotStart) as error:
        console.print(Text(f"error: {error}", style="bold red"))
    except Exception:
        console.print_exception()
    if once or code:
        processes.request_stop(code)


def _facts(settings: Settings, play: Play) -> dict[str, Any]:
    """demo.json, for people trying the APIs and for black-box tests."""
    first = play.pieces[0]
    access = play.shop.access
    return {
        "base_url": settings.public_url,
        "admin": {"email": access.email, "password": access.password},
        "customeow": {
            "base_url": f"{settings.public_url}/v1",
            "api_key": play.shop.api_key,
            "store_id": str(play.shop.store_id),
            "sku": first.product.sku,
            "custom_info_id": first.custom_info_id,
            "other_api_key": play.shop.other_key,
        },
        "shoplazza": {
            "base_url": f"{settings.public_url}/openapi",
            "store": shop.STORE,
            "access_token": access.token,
            "read_only_token": access.read_only_token,
            "client_id": access.client.key,
            "client_secret": access.client.secret,
            "redirect_uri": access.client.redirect_uris[0],
        },
        "main_job": {
            "order_id": play.order_id,
            "custom_info_id": first.custom_info_id,
            "composite_id": first.composite_id,
            "task_id": first.task_id,
            "file": str(first.file),
            "url": first.url,
        },
    }


def _summary(console: Console, settings: Settings, play: Play, once: bool) -> None:
    """What was made and where it lies. Addresses stand on lines of their own, never folded: they are there to be copied."""
    table = Table(box=box.ROUNDED, title="From answers to print files", title_justify="left", title_style="bold")
    table.add_column("Product", no_wrap=True, style="bold")
    table.add_column("Print file", no_wrap=True)
    table.add_column("Ready after", justify="right", no_wrap=True)
    for piece in play.pieces:
        size = f"{piece.size[0]} × {piece.size[1]} px, {piece.dpi:g} dpi"
        table.add_row(piece.product.title, size, f"{piece.seconds:.1f} s")
    console.print()
    console.print(table)
    for piece in play.pieces:
        console.print(Text(f"\n{piece.product.title}", style="bold"))
        for place in (_short(piece.file), piece.url):
            console.print(Text(f"  {place}"), soft_wrap=True)
    keys = _short(settings.home / "demo.json")
    console.print(f"\nThe previews lie beside the files; keys and ids for calls of your own in {keys}", soft_wrap=True)
    if not once:
        console.print(Text(f"Serving {settings.public_url}  (Ctrl-C stops everything)", style="bold green"), soft_wrap=True)


def _short(path: Path) -> str:
    """A path as one would type it from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _tick(console: Console, text: str) -> None:
    console.print(Text.assemble(("✓ ", "green"), text), soft_wrap=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def _write(path: Path, data: dict[str, Any]) -> None:
    """Whole or not at all, and only for its owner: it holds keys."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(data, file, indent=2)
        file.write("\n")
    fresh.replace(path)
