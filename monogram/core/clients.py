"""Clients: apps that call a shop's API, what each shop allowed them, and the tokens they hold. A token is shown once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from .db import Db
from .errors import TooMany, Unauthenticated

# A bucket of calls fills at a token's rate and holds this many seconds of it.
BURST_SECONDS = 5


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
    secret: str


def hashed(secret: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


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
