"""Who may do what in the demo shop: its owner's sign-in, two private apps with tokens, an app that asks by OAuth."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from monogram.core import clients, staff
from monogram.core.clients import Client
from monogram.core.db import Db
from monogram.core.errors import TooMany, Unauthenticated
from monogram.dialects.shoplazza.scopes import DOCUMENTED

EMAIL = "owner@demo.example"
FULL, READ_ONLY, ASKING = "Demo: everything", "Demo: reading only", "Demo app"
# Addresses of nobody's: the browser shows the code in its address bar.
APP_URI = "https://example.com/some/shoplazza/install"
REDIRECT_URI = "https://example.com/some/shoplazza/callback"
CALLS_PER_SECOND = 100  # for people who try, and for tests


@dataclass(frozen=True)
class Access:
    """What demo.json tells of it."""

    email: str
    password: str
    token: str
    read_only_token: str
    client: Client


async def grant(db: Db, store_id: int, known: dict[str, Any]) -> Access:
    """Makes what is not there yet. What an earlier demo.json knows and still opens the shop is kept."""
    said = known.get("shoplazza", {})
    reading = [scope for scope in DOCUMENTED if scope.startswith("read_")]
    return Access(
        EMAIL,
        await _password(db, store_id, known.get("admin", {}).get("password", "")),
        await _token(db, store_id, FULL, list(DOCUMENTED), said.get("access_token")),
        await _token(db, store_id, READ_ONLY, reading, said.get("read_only_token")),
        await _client(db, store_id),
    )


async def _password(db: Db, store_id: int, known: str) -> str:
    if known and await staff.knows(db, EMAIL, known):
        return known
    merchant_id = await db.fetchval("select merchant_id from stores where id = $1", store_id)
    password = secrets.token_urlsafe(12)
    member = await staff.by_email(db, EMAIL)
    if member is None:
        await staff.add(db, merchant_id, EMAIL, password, "Owner")
    else:
        await staff.set_password(db, member.merchant_id, member.id, password)
    return password


async def _token(db: Db, store_id: int, name: str, scopes: list[str], known: str | None) -> str:
    """The known token if it opens the store, else that of a new app in the old one's place."""
    try:
        if (await clients.authenticate(db, known)).store_id == store_id:
            return known
    except (Unauthenticated, TooMany):
        pass
    for client in await clients.installed(db, store_id):
        if client.name == name:
            await clients.uninstall(db, store_id, client.id)
    return (await clients.add_private(db, store_id, name, scopes, calls_per_second=CALLS_PER_SECOND)).secret


async def _client(db: Db, store_id: int) -> Client:
    for client in await clients.private_of(db, store_id):
        if client.name == ASKING:
            return client
    return await clients.register(db, ASKING, APP_URI, [REDIRECT_URI], store_id=store_id)
