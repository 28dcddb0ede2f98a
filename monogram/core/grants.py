"""Grants: what a shop allowed an app through OAuth. A code becomes a pair of tokens once; a refresh token the next pair.

A code lives 60 seconds; used twice, its tokens end. A refresh token works once, but for an identical retry within a
minute, which gets the same pair: a crash between our answer and the app's disk must not lock it out. Later it is theft.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from . import clients
from .clients import Client, hashed
from .db import Db
from .errors import Conflict, Invalid

CODE_SECONDS = 60
ACCESS_SECONDS = 2 * 60 * 60
RETRY_SECONDS = 60
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # SHA-256 in base64url
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)  # RFC 7636, 4.1


@dataclass(frozen=True)
class Pair:
    """The only time the tokens are seen."""

    store_id: int
    store_slug: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


def _refused(reason: str) -> Conflict:
    return Conflict("grant", reason)


async def authorize(
    db: Db, store_id: int, client: Client, scopes: Sequence[str], redirect_uri: str, challenge: str = ""
) -> str:
    """The store says yes: installs the app and gives a code of `[A-Za-z0-9_-]`. `challenge`: PKCE's, by S256.
    Raises NotFound for another store's app, Invalid for an address or challenge that should not have come so far."""
    if redirect_uri not in client.redirect_uris:
        raise Invalid({"redirect_uri": "is none of the app's"})
    if challenge and not CHALLENGE.fullmatch(challenge):
        raise Invalid({"code_challenge": "is invalid"})
    await clients.install(db, store_id, client, scopes)
    await db.execute(
        "delete from authorization_codes where store_id = $1 and created_at < now() - interval '1 day'", store_id
    )
    code = secrets.token_urlsafe(32)
    await db.execute(
        """insert into authorization_codes (hash, store_id, client_id, scopes, redirect_uri, challenge, created_at)
           values ($1, $2, $3, $4, $5, $6, clock_timestamp())""",
        hashed(code), store_id, client.id, list(scopes), redirect_uri, challenge,
    )
    return code


async def exchange(
    db: Db, client: Client, code: str, redirect_uri: str, verifier: str = "", *, store_id: int | None = None
) -> Pair:
    """Tokens for a code. `store_id`: the store that was addressed, if one was. Raises Conflict `grant`. Needs a connection
    outside a transaction: that a second use ends the first one's tokens stays done though it is refused."""
    async with db.transaction():
        found = await _exchanged(db, client, code, redirect_uri, verifier, store_id)
    return _or_raise(found)


def _or_raise(found: Pair | Conflict) -> Pair:
    if isinstance(found, Conflict):
        raise found
    return found


# The row lock puts two uses of one code one after the other.
_CODE = f"""
select c.*, c.created_at > clock_timestamp() - interval '{CODE_SECONDS} s' as fresh
from authorization_codes c where hash = $1 for update
"""


async def _exchanged(
    db: Db, client: Client, code: str, redirect_uri: str, verifier: str, store_id: int | None
) -> Pair | Conflict:
    row = await db.fetchrow(_CODE, hashed(code))
    if row is None or row["client_id"] != client.id or store_id not in (None, row["store_id"]):
        return _refused("the code is not valid")
    if row["used_at"] is not None:
        await _end(db, row["store_id"], row["grant_id"])
        return _refused("the code was used before; the tokens it gave have ended")
    if not row["fresh"]:
        return _refused("the code has expired")
    if row["redirect_uri"] != redirect_uri:
        return _refused("the redirect_uri is not the one the code was asked for with")
    if not _proved(row["challenge"], verifier):
        return _refused("the code_verifier does not prove the code_challenge")
    installed = await db.fetchval(
        """select true from installations where store_id = $1 and client_id = $2 and uninstalled_at is null
           and installed_at <= $3 for share""", row["store_id"], client.id, row["created_at"],
    )
    if not installed:
        return _refused("the app was uninstalled")
    grant_id = await db.fetchval(
        "insert into grants (store_id, client_id, scopes) values ($1, $2, $3) returning id",
        row["store_id"], client.id, row["scopes"],
    )
    await db.execute(
        "update authorization_codes set used_at = clock_timestamp(), grant_id = $2 where hash = $1", row["hash"], grant_id
    )
    access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    return await _keep(db, row["store_id"], grant_id, access, refresh, row["scopes"])


def _proved(challenge: str, verifier: str) -> bool:
    """PKCE by S256. A verifier without a challenge is refused as well: somebody may have cut the challenge off."""
    if not challenge or not verifier:
        return not challenge and not verifier
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("utf-8", "surrogatepass")).digest()).rstrip(b"=")
    return bool(VERIFIER.fullmatch(verifier)) and hmac.compare_digest(digest, challenge.encode())


_KEEP = f"""
with access as (
    insert into tokens (store_id, grant_id, kind, hash, hint, scopes, expires_at)
    values ($1, $2, 'access', $3, $4, $5, date_trunc('second', clock_timestamp()) + interval '{ACCESS_SECONDS} s')
    returning expires_at
), refresh as (
    insert into tokens (store_id, grant_id, kind, hash, hint, scopes)
    select $1, $2, 'refresh', $6, $7, g.scopes from grants g where g.store_id = $1 and g.id = $2
)
select access.expires_at, s.slug from access, stores s where s.id = $1
"""


async def _keep(db: Db, store_id: int, grant_id: int, access: str, refresh: str, scopes: Sequence[str]) -> Pair:
    row = await db.fetchrow(
        _KEEP, store_id, grant_id, hashed(access), access[-4:], list(scopes), hashed(refresh), refresh[-4:]
    )
    return Pair(store_id, row["slug"], access, refresh, row["expires_at"])


async def refresh(
    db: Db, client: Client, token: str, scopes: Sequence[str] | None = None, *, store_id: int | None = None
) -> Pair:
    """The next pair for a refresh token. `scopes`: fewer for the access token, None for all of the grant. Raises Conflict
    `grant`, or `scope` when they would be more. Needs a connection outside a transaction, as `exchange` does."""
    async with db.transaction():
        found = await _refreshed(db, client, token, scopes, store_id)
    return _or_raise(found)


_REFRESH = f"""
select t.store_id, t.id, t.grant_id, t.seed, t.replaced_at, g.scopes, g.client_id, g.revoked_at,
    t.replaced_at > clock_timestamp() - interval '{RETRY_SECONDS} s' as just_now
from tokens t join grants g on g.store_id = t.store_id and g.id = t.grant_id
where t.hash = $1 and t.kind = 'refresh' for update of g, t
"""


async def _refreshed(
    db: Db, client: Client, token: str, scopes: Sequence[str] | None, store_id: int | None
) -> Pair | Conflict:
    row = await db.fetchrow(_REFRESH, hashed(token))
    if row is None or row["client_id"] != client.id or store_id not in (None, row["store_id"]):
        return _refused("the refresh token is not valid")
    if row["revoked_at"] is not None:
        return _refused("the grant was revoked")
    if not set(scopes or ()) <= set(row["scopes"]):
        return Conflict("scope", "a refresh cannot widen the scopes")
    wanted = list(row["scopes"] if scopes is None else scopes)
    if row["replaced_at"] is not None:
        again = await _again(db, row, token, wanted) if row["just_now"] else None
        if again is None:
            await _end(db, row["store_id"], row["grant_id"])
        return again or _refused("the refresh token was used before; the grant has ended")
    seed = secrets.token_bytes(32)
    await db.execute(
        "update tokens set replaced_at = clock_timestamp(), seed = $3 where store_id = $1 and id = $2",
        row["store_id"], row["id"], seed,
    )
    await db.execute(
        """delete from tokens where store_id = $1 and grant_id = $2 and kind = 'access'
           and expires_at < now() - interval '1 day'""", row["store_id"], row["grant_id"],
    )
    return await _keep(db, row["store_id"], row["grant_id"], *_next(seed, token), wanted)


def _next(seed: bytes, token: str) -> tuple[str, str]:
    """Access and refresh token that follow one: from what we keep and what only the app has, neither enough alone."""
    made = (hmac.digest(seed, f"{kind} {token}".encode("utf-8", "surrogatepass"), "sha256") for kind in ("access", "refresh"))
    access, refresh = (base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in made)
    return access, refresh


async def _again(db: Db, row, token: str, scopes: list[str]) -> Pair | None:
    """The pair that this refresh token gave a moment ago; None when it was asked for with other scopes."""
    access, refresh = _next(row["seed"], token)
    known = await db.fetchrow(
        """select t.scopes, t.expires_at, s.slug from tokens t join stores s on s.id = t.store_id
           where t.store_id = $1 and t.hash = $2""", row["store_id"], hashed(access),
    )
    if known is None or sorted(known["scopes"]) != sorted(scopes):
        return None
    return Pair(row["store_id"], known["slug"], access, refresh, known["expires_at"])


async def _end(db: Db, store_id: int, grant_id: int | None) -> None:
    await db.execute(
        "update grants set revoked_at = coalesce(revoked_at, clock_timestamp()) where store_id = $1 and id = $2",
        store_id, grant_id,
    )
