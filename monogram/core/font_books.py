"""The font book of this installation, and those that confirmed answers are pinned to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from monogram.render.books import Book

from .db import Db

_BOOK = Path(__file__).parents[1] / "fonts" / "book.json"


@dataclass(frozen=True)
class FontBookPin:
    """`faces` is the content of `book.json`: every family's files with their SHA-256, and the order of fallbacks.

    digest: SHA-256 (hex) of that content in a canonical form; the same fonts have the same digest
    """

    digest: str
    faces: dict[str, Any]


@cache
def current() -> FontBookPin:
    """The font book that this installation draws with."""
    faces = msgspec.json.decode(_BOOK.read_bytes())
    return FontBookPin(hashlib.sha256(msgspec.json.encode(faces, order="sorted")).hexdigest(), faces)


@cache
def book() -> Book:
    """The same as data that can be asked for a document's fonts."""
    return msgspec.convert(current().faces, Book)


async def keep(db: Db, pin: FontBookPin) -> None:
    """Makes a font book known, for customizations to refer to."""
    # looked for first: an insert that conflicts would still write and lock
    if await db.fetchval("select 1 from font_books where digest = $1", pin.digest) is None:
        await db.execute(
            "insert into font_books (digest, faces) values ($1, $2) on conflict do nothing", pin.digest, pin.faces
        )
