"""Staff: who works for a merchant, signing in by e-mail and password, and the sessions that follow."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import asyncpg

from .clients import hashed
from .db import Db
from .errors import Conflict, Invalid, TooMany, Unauthenticated

SHORTEST, LONGEST = 8, 256
SESSION_HOURS = 12
# scrypt with 32 MB and about a tenth of a second: OWASP's second choice, which needs no library
COST, BLOCK, LANES = 2**15, 8, 3
MEMORY = 64 * 2**20
# Wrong passwords in a quarter of an hour, for one e-mail from one place, for one e-mail, and from one place.
WINDOW_SECONDS = 900
MOST_FAILURES = {"email and place": 10, "email": 100, "place": 50}

_at_once = asyncio.Semaphore(2)  # 64 MB at most, whoever knocks


@dataclass(frozen=True)
class Member:
    merchant_id: int
    id: int
    email: str
    name: str


async def add(db: Db, merchant_id: int, email: str, password: str, name: str = "") -> Member:
    """Raises Invalid for what is no e-mail or a password too short, Conflict for an e-mail that is taken."""
    faults = {}
    if len(email) > 255 or email.count("@") != 1 or email.strip("@") != email or any(c.isspace() for c in email):
        faults["email"] = "is no e-mail address"
    if not SHORTEST <= len(password) <= LONGEST:
        faults["password"] = f"must have {SHORTEST} to {LONGEST} characters"
    if faults:
        raise Invalid(faults)
    try:
        async with db.transaction():
            row = await db.fetchrow(
                """insert into staff (merchant_id, email, password, name) values ($1, $2, $3, $4)
                   returning merchant_id, id, email, name""", merchant_id, email, await _hash(password), name,
            )
    except asyncpg.UniqueViolationError:
        raise Conflict("staff", f"the e-mail {email!r} is taken") from None
    return Member(*row)


async def set_password(db: Db, merchant_id: int, member_id: int, password: str) -> None:
    """A new password; ends the member's sessions."""
    await db.execute(
        "update staff set password = $3 where merchant_id = $1 and id = $2", merchant_id, member_id, await _hash(password)
    )
    await db.execute("delete from staff_sessions where merchant_id = $1 and staff_id = $2", merchant_id, member_id)


async def by_email(db: Db, email: str) -> Member | None:
    row = await db.fetchrow("select merchant_id, id, email, name from staff where lower(email) = lower($1)", email)
    return None if row is None else Member(*row)


async def knows(db: Db, email: str, password: str) -> bool:
    """Whether this is the e-mail's password."""
    kept = await db.fetchval("select password from staff where lower(email) = lower($1)", email)
    return await _matches(kept or _NOBODY, password) and kept is not None


async def sign_in(db: Db, email: str, password: str, place: str = "") -> str:
    """A new session's secret. `place`: the network address of who asks. Raises Unauthenticated, the same for an unknown
    e-mail and a wrong password; TooMany after too many wrong ones. Needs a connection outside a transaction: a failure
    counts though it is refused."""
    keys = {"email and place": f"{email.lower()} {place}", "email": email.lower(), "place": place}
    await _check_failures(db, keys)
    row = await db.fetchrow("select merchant_id, id, password from staff where lower(email) = lower($1)", email)
    right = await _matches(row["password"] if row is not None else _NOBODY, password)
    if row is None or not right:
        await _count_failure(db, keys)
        raise Unauthenticated("the e-mail or the password is not right")
    secret = secrets.token_urlsafe(32)
    await db.execute(
        f"""with gone as (delete from staff_sessions where merchant_id = $2 and expires_at < now())
            insert into staff_sessions (hash, merchant_id, staff_id, expires_at)
            values ($1, $2, $3, now() + interval '{SESSION_HOURS} hours')""",
        hashed(secret), row["merchant_id"], row["id"],
    )
    return secret


async def of_session(db: Db, secret: str | None) -> Member | None:
    """Who is signed in with a session's secret; None when nobody is."""
    row = secret and await db.fetchrow(
        """select s.merchant_id, s.id, s.email, s.name from staff_sessions x
           join staff s on s.merchant_id = x.merchant_id and s.id = x.staff_id
           where x.hash = $1 and x.expires_at > now()""", hashed(secret),
    )
    return Member(*row) if row else None


async def sign_out(db: Db, secret: str) -> None:
    await db.execute("delete from staff_sessions where hash = $1", hashed(secret))


async def _hash(password: str) -> str:
    salt = secrets.token_bytes(16)
    digest = await _derive(password, salt, COST, BLOCK, LANES)
    return f"scrypt${COST}${BLOCK}${LANES}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


# The hash of no password: an unknown e-mail takes as long as a known one.
_NOBODY = f"scrypt${COST}${BLOCK}${LANES}${base64.b64encode(bytes(16)).decode()}${base64.b64encode(bytes(32)).decode()}"


async def _matches(kept: str, password: str) -> bool:
    _, cost, block, lanes, salt, digest = kept.split("$")
    found = await _derive(password, base64.b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, base64.b64decode(digest))


async def _derive(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    data = password[:LONGEST].encode("utf-8", "surrogatepass")
    async with _at_once:
        return await asyncio.to_thread(
            hashlib.scrypt, data, salt=salt, n=cost, r=block, p=lanes, maxmem=MEMORY, dklen=32
        )


def _key(kind: str, text: str) -> bytes:
    return hashed(f"{kind}: {text}")


async def _check_failures(db: Db, keys: dict[str, str]) -> None:
    for kind, text in keys.items():
        wait = await db.fetchval(
            f"""select extract(epoch from since - clock_timestamp()) + {WINDOW_SECONDS} from sign_in_failures
                where key = $1 and failures >= $2 and since > clock_timestamp() - interval '{WINDOW_SECONDS} s'""",
            _key(kind, text), MOST_FAILURES[kind],
        )
        if wait is not None:
            raise TooMany(MOST_FAILURES[kind], max(float(wait), 1))


async def _count_failure(db: Db, keys: dict[str, str]) -> None:
    await db.execute(
        f"""with wrong as (select clock_timestamp() as at, clock_timestamp() - interval '{WINDOW_SECONDS} s' as edge)
            insert into sign_in_failures as f (key, failures, since)
            select k, 1, at from unnest($1::bytea[]) k, wrong order by k
            on conflict (key) do update set
                failures = case when f.since > (select edge from wrong) then f.failures + 1 else 1 end,
                since = case when f.since > (select edge from wrong) then f.since else excluded.since end""",
        [_key(kind, text) for kind, text in keys.items()],
    )
    await db.execute(f"delete from sign_in_failures where since < clock_timestamp() - interval '{2 * WINDOW_SECONDS} s'")
