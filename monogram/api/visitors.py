"""How often those without a key may call: by network address, counted in each serving process's memory."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from fastapi import Depends
from starlette.requests import Request

from monogram.core.errors import TooMany

SECONDS = 60.0
MOST_KNOWN = 50_000  # addresses and kinds of calls that are counted; beyond it the longest silent are forgotten


class Visitors:
    """A sliding window for each address and kind of call. clock: seconds that only rise."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._calls: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def spend(self, address: str, kind: str, limit: int) -> None:
        """Counts a call. Raises TooMany, and counts nothing, beyond `limit` in SECONDS."""
        key, now = (network(address), kind), self._clock()
        calls = self._calls.setdefault(key, deque())
        self._calls.move_to_end(key)
        while calls and calls[0] <= now - SECONDS:
            calls.popleft()
        if len(calls) >= limit:
            raise TooMany(limit, calls[0] + SECONDS - now)
        calls.append(now)
        while len(self._calls) > MOST_KNOWN:
            self._calls.popitem(last=False)


def network(address: str) -> str:
    """What one visitor holds of the internet: an IPv4 address, or 64 bits of an IPv6 one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped) if found.ipv4_mapped else found.exploded[:19]


def limited(kind: str, limit: int):
    """A route's dependency: at most `limit` calls of the kind in a minute from one address."""
    async def spend(request: Request) -> None:
        request.app.state.visitors.spend(request.client.host if request.client else "", kind, limit)

    return Depends(spend)
