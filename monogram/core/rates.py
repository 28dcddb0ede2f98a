"""How often a key may call: a sliding window, one row per key in PostgreSQL, exact across processes."""

from __future__ import annotations

from dataclasses import dataclass

from .db import Db
from .errors import TooMany

# The row holds the times of the last `limit` accepted calls, oldest first. One more is accepted when there are fewer,
# or when the oldest has left the window. A refused call changes nothing. The row lock puts callers in one line, and
# clock_timestamp() is read under it, so the times never go backwards within a row.
_SPEND = """
insert into call_windows as w (key_id, calls) values ($1, array[clock_timestamp()])
on conflict (key_id) do update
set calls = w.calls[greatest(cardinality(w.calls) - $2 + 2, 1):] || clock_timestamp()
where cardinality(w.calls) < $2 or w.calls[cardinality(w.calls) - $2 + 1] <= clock_timestamp() - make_interval(secs => $3)
returning (select array[$2 - count(*), extract(epoch from min(t) - clock_timestamp()) + $3] from unnest(calls) t
           where t > clock_timestamp() - make_interval(secs => $3))
"""

_WAIT = """
select extract(epoch from calls[greatest(cardinality(calls) - $2 + 1, 1)] - clock_timestamp()) + $3
from call_windows where key_id = $1
"""


@dataclass(frozen=True)
class Budget:
    """What is left of `limit` calls; `reset_after` seconds from now the oldest call leaves the window."""

    limit: int
    remaining: int
    reset_after: float


async def spend(db: Db, key_id: int, *, limit: int = 60, seconds: float = 60) -> Budget:
    """Counts one call. Raises TooMany with the seconds to wait. Needs a connection outside a transaction: a call counts
    even if what it asked for is rolled back, and no row lock is held while it runs."""
    left = await db.fetchval(_SPEND, key_id, limit, float(seconds))
    if left is None:
        wait = await db.fetchval(_WAIT, key_id, limit, float(seconds))
        raise TooMany(limit, max(float(wait or 0), 0.001))
    return Budget(limit, max(int(left[0]), 0), max(float(left[1]), 0.0))
