"""Merchants: who owns stores and keys."""

from __future__ import annotations

from dataclasses import dataclass

from .db import Db


@dataclass(frozen=True)
class Merchant:
    id: int
    name: str


async def create(db: Db, name: str) -> Merchant:
    return Merchant(await db.fetchval("insert into merchants (name) values ($1) returning id", name), name)
