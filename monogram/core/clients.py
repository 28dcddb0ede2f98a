"""Clients: apps that call a shop's API, registered and installed, and who calls with which token. See also `grants`."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from . import script_tags, webhooks
from .db import Db
from .errors import Invalid, NotFound, TooMany, Unauthenticated

# A bucket of calls fills at a token's rate and holds this many seconds of it.
BURST_SECONDS = 5
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LONGEST_ADDRESS = 2_000

_COLUMNS = "id, key, secret, name, app_uri, redirect_uris, store_id"


@dataclass(frozen=True)
class Client:
    """An app. `key` is its client_id on the wire; `store_id`: the only store it may be installed in, None for any."""

    id: int
    key: str
    secret: str = field(repr=False)
    name: str
    app_uri: str
    redirect_uris: list[str]
    store_id: int | None


@dataclass(frozen=True)
class Budget:
    """Calls per second, how many the bucket holds, and how many are left in it now."""

    per_second: int
    limit: int
    remaining: int


@dataclass(frozen=True)
class Caller:
    """Who calls: for which store, by which app, and what it may do."""

    store_id: int
    merchant_id: int
    store_slug: str
    time_zone: str  # what times without an offset mean
    client_id: int
    token_id: int
    scopes: frozenset[str]
    budget: Budget

    @property
    def actor(self) -> str:
        """Who this is in an order's history."""
        return f"app:{self.client_id}"


@dataclass(frozen=True)
class IssuedToken:
    """The only time `secret` is seen."""

    store_id: int
    id: int
    secret: str = field(repr=False)


def hashed(secret: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


# Registered apps


async def register(
    db: Db, name: str, app_uri: str, redirect_uris: Sequence[str], *, store_id: int | None = None
) -> Client:
    """A new app with its own key and secret. Addresses are https, or http on this machine itself, without a fragment.
    Raises Invalid with the paths `name`, `app_uri`, `redirect_uris[0]` …"""
    uris = {"app_uri": app_uri} | {f"redirect_uris[{number}]": uri for number, uri in enumerate(redirect_uris)}
    faults = {path: text for path, uri in uris.items() if (text := _unfit(uri))}
    if not name.strip() or len(name) > 100:
        faults["name"] = "must have 1 to 100 characters"
    if not redirect_uris:
        faults["redirect_uris"] = "at least one is needed"
    if faults:
        raise Invalid(faults)
    row = await db.fetchrow(
        f"""insert into clients (key, secret, name, app_uri, redirect_uris, store_id) values ($1, $2, $3, $4, $5, $6)
            returning {_COLUMNS}""",
        secrets.token_hex(16), secrets.token_hex(32), name.strip(), app_uri, list(redirect_uris), store_id,
    )
    return Client(*row)


def _unfit(uri: str) -> str | None:
    """Why an app's address is refused. The browser takes a code there: plain http only where nobody listens between."""
    try:
        parts = urlsplit(uri)
        plain = parts.scheme == "http" and (parts.hostname in LOOPBACK or (parts.hostname or "").endswith(".localhost"))
        fits = bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        return "is no address"
    if not fits or len(uri) > LONGEST_ADDRESS or re.search(r"[^\x21-\x7e]|[\\<>\"'`]", uri):
        return "is no address"
    if "#" in uri:
        return "must not have a fragment"
    if parts.scheme != "https" and not plain:
        return "must begin with https://"
    return None


async def get(db: Db, key: str) -> Client:
    """The app of a client_id. Raises NotFound."""
    row = await db.fetchrow(f"select {_COLUMNS} from clients where key = $1", key)
    if row is None:
        raise NotFound("client", key)
    return Client(*row)


async def installed(db: Db, store_id: int) -> list[Client]:
    """The apps that are in a store, oldest first."""
    columns = ", ".join(f"c.{name}" for name in _COLUMNS.split(", "))
    rows = await db.fetch(
        f"""select {columns} from installations i join clients c on c.id = i.client_id
            where i.store_id = $1 and i.uninstalled_at is null order by c.id""", store_id,
    )
    return [Client(*row) for row in rows]


async def private_of(db: Db, store_id: int) -> list[Client]:
    """The apps that only this store may install, oldest first."""
    rows = await db.fetch(f"select {_COLUMNS} from clients where store_id = $1 order by id", store_id)
    return [Client(*row) for row in rows]


async def identify(db: Db, key: str, secret: str) -> Client:
    """The app that knows its secret. Raises Unauthenticated, the same for an unknown app and a wrong secret."""
    row = await db.fetchrow(f"select {_COLUMNS} from clients where key = $1", key)
    known = row["secret"] if row is not None else secrets.token_hex(32)
    matches = hmac.compare_digest(known.encode(), secret.encode("utf-8", "surrogatepass"))
    if row is None or not matches:
        raise Unauthenticated("the client is not known, or its secret is not right")
    return Client(*row)


async def secret_of(db: Db, client_id: int) -> str:
    """What signs an app's redirects and webhooks."""
    return await db.fetchval("select secret from clients where id = $1", client_id)


async def rekey(db: Db, client_id: int) -> str:
    """A new secret in the old one's place, at once; the app's webhooks sign with it from now on. Raises NotFound."""
    secret = secrets.token_hex(32)
    done = await db.fetchval("update clients set secret = $2 where id = $1 returning id", client_id, secret)
    if done is None:
        raise NotFound("client", client_id)
    for row in await db.fetch("select store_id from installations where client_id = $1 order by store_id", client_id):
        await webhooks.rekey(db, row["store_id"], client_id, secret)
    return secret


# Installations


async def install(db: Db, store_id: int, client: Client, scopes: Sequence[str]) -> None:
    """The store allows the app these scopes from now on. Earlier grants that were wider end. Raises NotFound for an app
    that is another store's own."""
    if client.store_id not in (None, store_id):
        raise NotFound("client", client.key)
    await db.execute(
        """insert into installations as i (store_id, client_id, scopes) values ($1, $2, $3)
           on conflict (store_id, client_id) do update set scopes = excluded.scopes, uninstalled_at = null,
           installed_at = case when i.uninstalled_at is null then i.installed_at else clock_timestamp() end""",
        store_id, client.id, list(scopes),
    )
    await db.execute(
        """update grants set revoked_at = clock_timestamp()
           where store_id = $1 and client_id = $2 and revoked_at is null and not scopes <@ $3""",
        store_id, client.id, list(scopes),
    )


async def uninstall(db: Db, store_id: int, client_id: int) -> None:
    """Ends everything the app has in the store: tokens and codes, webhooks, scripts. Raises NotFound if it has nothing."""
    done = await db.fetchval(
        """update installations set uninstalled_at = clock_timestamp()
           where store_id = $1 and client_id = $2 and uninstalled_at is null returning client_id""", store_id, client_id,
    )
    if done is None:
        raise NotFound("installation", client_id)
    await db.execute(
        "update grants set revoked_at = clock_timestamp() where store_id = $1 and client_id = $2 and revoked_at is null",
        store_id, client_id,
    )
    await webhooks.remove_of(db, store_id, client_id)
    await script_tags.remove_of(db, store_id, client_id)


# Tokens


# Whose token it is, and one call out of its bucket, in one round trip. No row from `spent`: the bucket is empty.
_AUTHENTICATE = f"""
with t as (
    select t.store_id, s.merchant_id, s.slug, s.time_zone, g.client_id, t.id, t.scopes, t.calls_per_second as rate
    from tokens t join grants g on g.store_id = t.store_id and g.id = t.grant_id join stores s on s.id = t.store_id
    where t.hash = $1 and t.kind = 'access' and g.revoked_at is null and (t.expires_at is null or t.expires_at > now())
), spent as (
    insert into call_buckets as b (token_id, calls, filled_at)
    select t.id, t.rate * {BURST_SECONDS} - 1, clock_timestamp() from t
    on conflict (token_id) do update set filled_at = clock_timestamp(), calls = least(
            (select rate from t) * {BURST_SECONDS},
            b.calls + (select rate from t) * extract(epoch from clock_timestamp() - b.filled_at)) - 1
        where b.calls + (select rate from t) * extract(epoch from clock_timestamp() - b.filled_at) >= 1
    returning calls
)
select t.*, (select calls from spent) as left_over from t
"""


async def authenticate(db: Db, secret: str | None) -> Caller:
    """Whose access token this is; counts the call. Raises Unauthenticated for none, an unknown, an expired or a revoked
    one, TooMany for one that calls too fast. Needs a connection outside a transaction, as `rates.spend` does."""
    if not secret:
        raise Unauthenticated("the access token is missing")
    row = await db.fetchrow(_AUTHENTICATE, hashed(secret))
    if row is None:
        raise Unauthenticated("the access token is not valid")
    *who, scopes, rate, left = tuple(row)
    if left is None:
        raise TooMany(rate * BURST_SECONDS, 1 / rate)
    return Caller(*who, frozenset(scopes), Budget(rate, rate * BURST_SECONDS, int(left)))


async def add_private(db: Db, store_id: int, name: str, scopes: list[str], *, calls_per_second: int = 20) -> IssuedToken:
    """A private app of the store, installed at once, with an access token that does not expire."""
    client_id = await db.fetchval(
        "insert into clients (key, secret, name, store_id) values ($1, $2, $3, $4) returning id",
        secrets.token_hex(16), secrets.token_hex(32), name, store_id,
    )
    await db.execute(
        "insert into installations (store_id, client_id, scopes) values ($1, $2, $3)", store_id, client_id, scopes
    )
    secret = secrets.token_urlsafe(32)
    token_id = await db.fetchval(
        """with g as (insert into grants (store_id, client_id, scopes) values ($1, $2, $3) returning store_id, id)
           insert into tokens (store_id, grant_id, kind, hash, hint, scopes, calls_per_second)
           select g.store_id, g.id, 'access', $4, $5, $3, $6 from g returning id""",
        store_id, client_id, scopes, hashed(secret), secret[-4:], calls_per_second,
    )
    return IssuedToken(store_id, token_id, secret)


async def revoke(db: Db, store_id: int, token_id: int) -> None:
    """Ends the grant that the token belongs to, and with it every token of that grant."""
    await db.execute(
        """update grants g set revoked_at = coalesce(g.revoked_at, now()) from tokens t
           where t.store_id = $1 and t.id = $2 and g.store_id = $1 and g.id = t.grant_id""", store_id, token_id,
    )
