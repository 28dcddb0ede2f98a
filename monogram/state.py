"""What a serving process holds, filled when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from monogram.core.files import Storage
from monogram.live import Live
from monogram.settings import Settings


@dataclass
class State:
    settings: Settings
    pool: asyncpg.Pool = field(init=False)
    storage: Storage = field(init=False)
    live: Live = field(init=False)

    def url(self, path: str) -> str:
        """The absolute address of a path on this server, as the world is told it."""
        return self.settings.public_url + path
