"""Who may call: API keys. A key is shown once; only its SHA-256 and last four characters are kept."""

from __future__ import annotations

import hashlib
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime

from .db import Db
from .errors import Conflict, NotFound, Unauthenticated

# Two, so that a new key can be rolled out before the old one is revoked.
LIVE_KEYS = 2
PREFIX = "mk_"

_LIVE = "revoked_at is null and (expires_at is null or expires_at > now())"


@dataclass(frozen=True)
class IssuedKey:
    """The only time `secret` is seen."""

    id: int
    secret: str


@dataclass(frozen=True)
class Caller:
    key_id: int
    merchant_id: int


@dataclass(frozen=True)
class Key:
    id: int
    name: str
    hint: str  # the last four characters
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def _hash(secret: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _new_secret() -> str:
    """`mk_` + 256 random bits + a checksum, so that scanners can tell a leaked key from noise."""
    body = secrets.token_hex(32)
    return f"{PREFIX}{body}{zlib.crc32(body.encode()):08x}"


async def issue_key(db: Db, merchant_id: int, name: str, *, expires_at: datetime | None = None) -> IssuedKey:
    """A new key. Raises Conflict when the merchant has two live keys already, NotFound for an unknown merchant."""
    # the row lock makes two issues at once count one after the other
    if await db.fetchval("select id from merchants where id = $1 for update", merchant_id) is None:
        raise NotFound("merchant", merchant_id)
    if await db.fetchval(f"select count(*) from api_keys where merchant_id = $1 and {_LIVE}", merchant_id) >= LIVE_KEYS:
        raise Conflict("API key", f"{LIVE_KEYS} keys are live already; revoke one first")
    secret = _new_secret()
    key_id = await db.fetchval(
        "insert into api_keys (merchant_id, name, hash, hint, expires_at) values ($1, $2, $3, $4, $5) returning id",
        merchant_id, name, _hash(secret), secret[-4:], expires_at,
    )
    return IssuedKey(key_id, secret)


async def authenticate(db: Db, secret: str | None) -> Caller:
    """Whose key this is. Raises Unauthenticated for none, an unknown, an expired or a revoked one."""
    if not secret:
        raise Unauthenticated("the API key is missing")
    row = await db.fetchrow(f"select id, merchant_id from api_keys where hash = $1 and {_LIVE}", _hash(secret))
    if row is None:
        raise Unauthenticated("the API key is not valid")
    return Caller(row["id"], row["merchant_id"])


async def open_store(db: Db, secret: str | None, store_id: int | None) -> Caller:
    """Whose key this is, when it opens the store: `authenticate` and `stores.get` in one round trip. Raises what they do."""
    if not secret:
        raise Unauthenticated("the API key is missing")
    row = await db.fetchrow(
        f"""select k.id, k.merchant_id, exists (select from stores s where s.id = $2 and s.merchant_id = k.merchant_id) as opens
            from api_keys k where k.hash = $1 and {_LIVE}""", _hash(secret), store_id,
    )
    if row is None:
        raise Unauthenticated("the API key is not valid")
    if not row["opens"]:
        raise NotFound("store", store_id)
    return Caller(row["id"], row["merchant_id"])


async def keys_of(db: Db, merchant_id: int) -> list[Key]:
    rows = await db.fetch(
        "select id, name, hint, created_at, expires_at, revoked_at from api_keys where merchant_id = $1 order by id",
        merchant_id,
    )
    return [Key(*row) for row in rows]


async def revoke_key(db: Db, merchant_id: int, key_id: int) -> None:
    """Ends a key at once; revoking it again changes nothing. Raises NotFound for another merchant's."""
    done = await db.fetchval(
        "update api_keys set revoked_at = coalesce(revoked_at, now()) where merchant_id = $1 and id = $2 returning id",
        merchant_id, key_id,
    )
    if done is None:
        raise NotFound("API key", key_id)
