"""Handles: the names of products and collections in addresses, readable in any script and unique in a store."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Literal

from .db import Db

LONGEST = 100
TRIED = 20  # numbers tried before chance decides


def slug(title: str) -> str:
    """A title as a handle: lower case, what is no letter, mark or digit of any script becomes one hyphen. May be empty."""
    return clean(title.lower().replace("_", "-"))


def clean(handle: str) -> str:
    """A handle that was chosen: case and underscores stay."""
    text = unicodedata.normalize("NFC", handle)
    kept = "".join(each if each == "_" or unicodedata.category(each)[0] in "LMN" else "-" for each in text)
    return re.sub("-+", "-", kept).strip("-")[:LONGEST].strip("-")


async def take(
    db: Db, table: Literal["products", "collections"], store_id: int, wanted: str, own_id: int | None = None
) -> str:
    """The wanted handle, or with the first number behind it that makes it the only one: cup, cup-1, cup-2. Whoever wants a
    like one waits until this transaction ends."""
    family = re.sub(r"(-\d+)+$", "", wanted)
    await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{table} {store_id} {family}")
    tried = [wanted, *(f"{wanted}-{number}" for number in range(1, TRIED)), f"{wanted}-{secrets.token_hex(6)}"]
    return await db.fetchval(
        f"""select t.handle from unnest($2::text[]) with ordinality t(handle, n)
            where not exists (select from {table} o where o.store_id = $1 and o.handle = t.handle and o.id is distinct from $3)
            order by t.n limit 1""",
        store_id, tried, own_id,
    )
