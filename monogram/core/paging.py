"""A page of a list, and a span of time to search in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# From and to, both inclusive; None is open.
Span = tuple[datetime | None, datetime | None]
ALWAYS: Span = (None, None)


@dataclass(frozen=True)
class Page:
    """`number` counts from 1; `size` is the largest count of rows."""

    number: int = 1
    size: int = 10

    @property
    def limit(self) -> int:
        return self.size

    @property
    def offset(self) -> int:
        # PostgreSQL's offset is a bigint: a page beyond it is past the end like any other
        return min((self.number - 1) * self.size, 2**62)
