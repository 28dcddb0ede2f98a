"""Ids as they arrive in text."""

from __future__ import annotations

LARGEST = 2**63 - 1


def parse(text: object) -> int | None:
    """Decimal text (or an integer) as an id; None for anything else or beyond 64 bits, which is then simply not found."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text if 0 <= text <= LARGEST else None
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    number = int(text)
    return number if number <= LARGEST else None
