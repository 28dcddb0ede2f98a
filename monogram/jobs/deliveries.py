"""The sender of webhooks: leases what is due in batches, sends it, says what became of it. Runs in every worker.

It holds few connections to any one receiver and waits 15 seconds at most, so nobody's silence delays others. It outlives its
database: what was sent meanwhile is told when the database is back, or sent again by whoever has the lease then.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import asyncpg

from monogram.core import db as core_db
from monogram.core import deliveries, events, signatures
from monogram.core.deliveries import LEASE, SCHEDULE, Leased, Outcome
from monogram.core.receivers import Networks
from monogram.outbound import TOTAL, Answer, Outbound, Refused, Unanswered

log = logging.getLogger(__name__)

BATCH = 64  # leased, and acknowledged, at once
HELD, HELD_EACH = 512, 64  # leased in all, and of one webhook
CONNECTIONS = 8  # to one webhook's receiver
POLL = 1.0  # seconds between two looks without being called, while it rests
AWAKE, GLANCE = 1.0, 0.015  # seconds that it stays awake after the last work, and between two looks then
GATHER = 0.01  # seconds that an acknowledgement waits for others
UPKEEP, PRUNING = 1.0, 3600.0  # seconds between two sweeps
PAUSE = 1.0  # seconds between two tries to reach the database
GRACE = 10.0  # seconds for answers that are awaited when it is told to stop
JITTER = 0.1  # of a wait, either way
LONGEST_PAUSE = 3600.0  # seconds that a Retry-After can ask for
SHOWN = 1024  # bytes of an answer in the log
THROTTLED = (429, 502, 503, 504)


@dataclass
class _Line:
    """What this sender holds of one webhook. `failed_at`: when it last found the receiver away or throttled."""

    held: int = 0
    failed_at: float = 0.0
    connections: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))


class Sender:
    """One per process. `clock` stands for the time in tests (None: the database's and ours); `chance` gives 0 to 1."""

    def __init__(self, pool: asyncpg.Pool, outbound: Outbound, *, clock: Callable[[], datetime] | None = None,
                 chance: Callable[[], float] = random.random):
        self._pool, self._outbound, self._clock, self._chance = pool, outbound, clock, chance
        self._lines: defaultdict[int, _Line] = defaultdict(_Line)
        self._sending: set[asyncio.Task] = set()
        self._ended: list[Outcome] = []
        self._unsent: list[Leased] = []
        self._called, self._heard = asyncio.Event(), asyncio.Event()
        self._awake_until, self._resting = 0.0, False
        self._telling = asyncio.Lock()
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Sends until `stop`; then gives back what was not begun and waits a little for what was."""
        loops = [asyncio.create_task(each()) for each in (self._tell, self._lease, self._listen, self._keep_up)]
        ending = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([*loops, ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping = True
            await _end(*loops[1:], ending)
            await self._drain()
            await _end(loops[0])
            results = await asyncio.gather(*loops, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _drain(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=GRACE)
        await _end(*self._sending)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._flush()

    async def _lease(self) -> None:
        while True:
            self._called.clear()
            limit = min(BATCH, HELD - len(self._sending))
            taken = await self._take(limit) if limit > 0 else []
            begin_until = time.monotonic() + LEASE - TOTAL - 2 * PAUSE
            for leased in taken:
                self._lines[leased.webhook_id].held += 1
                task = asyncio.create_task(self._send(leased, begin_until))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
            if taken:
                self._awake_until = time.monotonic() + AWAKE
            if len(taken) < max(limit, 1):
                await self._wait()

    async def _wait(self) -> None:
        """For the next look. A call makes commits wait for each other, so transactions call only a sender that rests."""
        resting = time.monotonic() > self._awake_until
        if resting != self._resting:
            self._resting = resting
            await self._persist(lambda db: deliveries.rest(db, resting))
            return  # what was committed meanwhile without a call is seen now
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL if resting else GLANCE):
                await self._called.wait()

    async def _take(self, limit: int) -> list[Leased]:
        held = {webhook_id: line.held for webhook_id, line in self._lines.items() if line.held}

        async def take(db) -> list[Leased]:
            return await deliveries.lease(db, limit, held, each=HELD_EACH, now=self._clock and self._clock())

        return await self._persist(take)

    async def _persist(self, verb: Callable[[core_db.Db], Awaitable]):
        """Does it again until the database is there."""
        while True:
            try:
                async with self._pool.acquire() as db:
                    return await verb(db)
            except (asyncpg.DeadlockDetectedError, TimeoutError) as error:
                log.warning("doing it again: %r", error)
            except Exception as error:
                if not core_db.unreachable(error):
                    raise
                log.warning("the database is away, waiting for it: %r", error)
                await asyncio.sleep(PAUSE)

    async def _send(self, leased: Leased, begin_until: float) -> None:
        line, taken_at = self._lines[leased.webhook_id], time.monotonic()
        try:
            async with line.connections:
                if self._stopping or time.monotonic() > begin_until or line.failed_at > taken_at:
                    self._unsent.append(leased)
                else:
                    outcome = await self._attempt(leased)
                    if not outcome.delivered and (outcome.status is None or outcome.status in THROTTLED):
                        line.failed_at = time.monotonic()
                    self._ended.append(outcome)
        finally:
            line.held -= 1
            if not line.held and not line.failed_at:
                self._lines.pop(leased.webhook_id, None)
            self._heard.set()

    async def _attempt(self, leased: Leased) -> Outcome:
        now, began = self._now(), time.perf_counter()
        answer, error = None, ""
        try:
            answer = await self._outbound.send("POST", leased.address, leased.body, headers_of(leased, now))
        except (Refused, Unanswered) as reason:
            error = str(reason)
        except Exception:
            log.exception("delivery %s could not be sent", leased.id)
            error = "it could not be sent, by a fault of ours"
        return self._judge(leased, now, time.perf_counter() - began, answer, error)

    def _judge(self, leased: Leased, now: datetime, seconds: float, answer: Answer | None, error: str) -> Outcome:
        status = answer.status if answer else None
        delivered, gone = status is not None and 200 <= status < 300, status == 410
        if answer and not delivered:
            error = "redirects are not followed" if 300 <= status < 400 else f"the receiver answered {status}"
        next_at = pause_until = None
        if not delivered and not gone:
            asked = pause(answer, now) if answer else 0.0
            if leased.attempts + 1 < len(SCHEDULE):
                wait = SCHEDULE[leased.attempts + 1] * (1 + JITTER * (2 * self._chance() - 1))
                next_at = now + timedelta(seconds=max(wait, asked))
            if asked and status in THROTTLED:
                pause_until = now + timedelta(seconds=asked)
        return Outcome(
            leased, now, round(seconds * 1000), status, answer.body[:SHOWN] if answer else b"",
            error.replace("\0", "").encode("utf-8", "replace").decode()[:500], delivered, next_at, pause_until, gone,
        )  # fmt: skip

    def _now(self) -> datetime:
        return self._clock() if self._clock else datetime.now(UTC)

    async def _tell(self) -> None:
        while True:
            await self._heard.wait()
            await asyncio.sleep(GATHER)
            self._heard.clear()
            await self._flush()
            self._called.set()

    async def _flush(self) -> None:
        """Outcomes first: a failure must be known before what was held behind it is given back."""
        async with self._telling:
            while self._ended or self._unsent:
                ended, self._ended = self._ended[:BATCH], self._ended[BATCH:]
                unsent, self._unsent = ([], self._unsent) if self._ended else (self._unsent, [])
                await self._acknowledge(ended)
                await self._release(unsent)

    async def _release(self, unsent: list[Leased]) -> None:
        if unsent:
            await self._persist(lambda db: deliveries.release(db, unsent, now=self._clock and self._clock()))

    async def _acknowledge(self, ended: list[Outcome]) -> None:
        if not ended:
            return
        try:
            await self._persist(lambda db: deliveries.acknowledge(db, ended, now=self._clock and self._clock()))
        except Exception:
            # a bug about one of them must not hold up the rest; its lease runs out, and it is sent again
            if len(ended) == 1:
                log.exception("what became of delivery %s could not be written", ended[0].leased.id)
                return
            for each in ended:
                await self._acknowledge([each])

    async def _listen(self) -> None:
        """Wakes the lease when a transaction with deliveries commits."""
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await self._hear(connection)
            except Exception as error:
                if not core_db.unreachable(error):
                    raise
            await asyncio.sleep(PAUSE)

    async def _hear(self, connection: asyncpg.Connection) -> None:
        lost = asyncio.Event()

        def call(*_: object) -> None:
            self._awake_until = time.monotonic() + AWAKE
            self._called.set()

        def lose(*_: object) -> None:
            lost.set()

        connection.add_termination_listener(lose)
        await connection.add_listener(events.CHANNEL, call)
        try:
            self._called.set()
            await lost.wait()
        finally:
            connection.remove_termination_listener(lose)
            if not connection.is_closed():
                await connection.remove_listener(events.CHANNEL, call)

    async def _keep_up(self) -> None:
        pruned_at = 0.0
        while True:
            await self._persist(lambda db: deliveries.park(db, now=self._clock and self._clock()))
            if time.monotonic() - pruned_at > PRUNING:
                while await self._persist(deliveries.prune):
                    pass
                pruned_at = time.monotonic()
            await asyncio.sleep(UPKEEP)


async def _end(*tasks: asyncio.Task) -> None:
    """Cancels until they have ended: before Python 3.12 a library's `wait_for` may swallow a cancellation."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=0.5)


def headers_of(leased: Leased, now: datetime) -> dict[str, str]:
    """All that is sent above the body: the dialect's own headers and signature, and those of Standard Webhooks."""
    return {
        "Content-Type": "application/json",
        **leased.headers,
        **events.FORMS[leased.dialect].sign(leased.secret, leased.body),
        **signatures.standard(leased.secret, f"msg_{leased.id}", int(now.timestamp()), leased.body),
    }


def pause(answer: Answer, now: datetime) -> float:
    """Seconds that a Retry-After asks for, in either of its two forms; 0 without one, LONGEST_PAUSE at most."""
    text = answer.headers.get("Retry-After", "").strip()
    try:
        seconds = float(text) if text.isascii() and text.isdigit() else (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_PAUSE)


async def run(url: str, networks: Networks, stop: asyncio.Event) -> None:
    """Sends for a worker until `stop`. `url`: the database; `networks`: what receivers may be in though not public."""
    async with Outbound(networks) as outbound:
        while not stop.is_set():
            try:
                async with await core_db.connect(url, largest=4) as pool:
                    await Sender(pool, outbound).run(stop)
            except Exception as error:
                if not core_db.unreachable(error):
                    log.exception("the sender of webhooks failed and begins anew")
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE):
                    await stop.wait()
