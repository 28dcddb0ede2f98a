"""The sender against a real receiver: signed, in order, again by the schedule, and nobody's trouble is another's."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import time
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from monogram import serving
from monogram.core import db as core_db
from monogram.core import deliveries, events, signatures, webhooks
from monogram.core.deliveries import SCHEDULE
from monogram.dialects.shoplazza import webhooks as shoplazza
from monogram.jobs import deliveries as sending
from monogram.jobs.deliveries import Sender
from monogram.outbound import Outbound
from monogram.postgres import Postgres
from tests.conftest import settings_for
from tests.receivers import LOOPBACK, Receiver, receiving, speak, standard_signature, status, subscribe
from tests.shops import Shop, open_shop

from .conftest import Bench

DEAD = "http://127.0.0.1:9"  # nobody listens at the discard port


@pytest.fixture(autouse=True)
def plain():
    speak()


@pytest.fixture
async def receiver():
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def pool(cluster):
    """A database of its own: a sender takes whatever is due."""
    pool = await core_db.connect(cluster.new_database())
    yield pool
    await pool.close()


@pytest.fixture
async def shop(pool) -> Shop:
    async with pool.acquire() as connection, connection.transaction():
        return await open_shop(connection)


@asynccontextmanager
async def sending_from(pool, **more):
    stop = asyncio.Event()
    async with Outbound(LOOPBACK) as outbound:
        running = asyncio.create_task(Sender(pool, outbound, **more).run(stop))
        try:
            yield
        finally:
            stop.set()
            await running


async def hook(pool, shop, address: str, **more) -> webhooks.Webhook:
    async with pool.acquire() as connection, connection.transaction():
        return await subscribe(connection, shop.store_id, address, **more)


async def record(pool, shop, *objects: int) -> None:
    for number in objects:
        async with pool.acquire() as connection, connection.transaction():
            await events.record(connection, shop.store_id, "order.updated", "order", number)


async def until(look, what: str, seconds: float = 20):
    deadline = time.monotonic() + seconds
    while not (found := await look()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        await asyncio.sleep(0.02)
    return found


async def log_of(pool, shop, webhook) -> list[deliveries.Delivery]:
    async with pool.acquire() as connection:
        return await deliveries.find(connection, shop.store_id, webhook_id=webhook.id)


async def ended(pool, shop, webhook, count: int = 1) -> list[deliveries.Delivery]:
    """The log, once so many have ended."""
    async def look():
        found = await log_of(pool, shop, webhook)
        return found if sum(bool(each.delivered_at or each.gave_up_at) for each in found) >= count else None

    return await until(look, f"{count} deliveries to end")


async def tried(pool, shop, webhook, times: int = 1) -> deliveries.Delivery:
    """The first delivery, once it was tried so often."""
    async def look():
        found = (await log_of(pool, shop, webhook))[-1:]
        return found[0] if found and found[0].attempts >= times else None

    return await until(look, f"{times} attempts")


async def test_a_delivery_arrives_signed_twice_with_the_bytes_of_the_outbox(pool, shop, receiver):
    made = await hook(pool, shop, f"{receiver.url}/a?x=1", secret="S1")
    async with sending_from(pool):
        await until(lambda: pool.fetchval("select resting from sender_rest"), "the sender to rest")
        await asyncio.sleep(0.2)  # a look lies behind it, the next is far
        began = time.monotonic()
        await record(pool, shop, 5)
        (got,) = await receiver.until(1, "/a")
        assert got.at - began < sending.POLL / 2, "it was called, it did not poll"
        assert await pool.fetchval("select resting from sender_rest") is False
        (kept,) = await ended(pool, shop, made)
    assert got.body == kept.body and kept.attempts == 1 and kept.last_status == 200
    assert got.headers["Content-Type"] == "application/json" and got.headers["X-Plain-Topic"] == "order_update"
    assert got.headers["webhook-id"] == f"msg_{kept.id}" and abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60
    assert got.headers["webhook-signature"] == standard_signature(got, b"S1")
    assert got.headers["X-Plain-Sign"] == events.FORMS["plain"].sign("S1", kept.body)["X-Plain-Sign"]
    async with pool.acquire() as connection:
        (attempt,) = await deliveries.attempts_of(connection, shop.store_id, kept.id)
    assert (attempt.status, attempt.response, attempt.error) == (200, b"thanks", "")


async def test_shoplazzas_headers_as_ruled(pool, shop, receiver, monkeypatch):
    async def view(db, event):
        return {"order": {"id": event.object_id, "name": "Zoë", "price": 12.0, "tags": []}}

    monkeypatch.setitem(events.FORMS, "shoplazza", shoplazza.form({"order": view}, "https://goods.example:8443"))
    async with pool.acquire() as connection, connection.transaction():
        await webhooks.subscribe(
            connection, shop.store_id, dialect="shoplazza", address=f"{receiver.url}/a", topics=["orders/update"],
            secret="my_api_secret", networks=LOOPBACK,
        )
        slug = await connection.fetchval("select slug from stores where id = $1", shop.store_id)
    await record(pool, shop, 5)
    async with sending_from(pool):
        (got,) = await receiver.until(1, "/a")
    assert got.body == '{"order":{"id":5,"name":"Zoë","price":12,"tags":[]}}'.encode()
    assert got.headers["X-Shoplazza-Topic"] == "orders/update"
    assert got.headers["X-Shoplazza-Shop-Domain"] == f"{slug}.goods.example"
    # printf '%s' "$body" | openssl dgst -sha256 -hmac my_api_secret -binary | base64
    assert got.headers["X-Shoplazza-Hmac-Sha256"] == "70XR06mOELLFGuQoeCT11140JNeR/AMaUozPhV+cT4c="
    assert got.headers["webhook-signature"] == standard_signature(got, b"my_api_secret")


@pytest.mark.parametrize(
    ("code", "headers", "error"),
    [
        (500, {}, "the receiver answered 500"),
        (302, {"Location": "/elsewhere"}, "redirects are not followed"),
        (307, {"Location": "/elsewhere"}, "redirects are not followed"),
        (404, {}, "the receiver answered 404"),
    ],
)
async def test_only_2xx_is_success_and_redirects_are_not_followed(pool, shop, receiver, code, headers, error):
    receiver.answers["a"] = status(code, **headers)
    made = await hook(pool, shop, f"{receiver.url}/a")
    await record(pool, shop, 5)
    async with sending_from(pool):
        failed = await tried(pool, shop, made)
    assert (failed.last_status, failed.last_error, failed.delivered_at) == (code, error, None)
    assert failed.next_attempt_at - datetime.now(UTC) < timedelta(seconds=6)
    assert receiver.of("/elsewhere") == []


async def test_gone_disables_the_webhook_at_once_and_says_why(pool, shop, receiver):
    receiver.answers["a"] = status(410)
    made = await hook(pool, shop, f"{receiver.url}/a")
    await record(pool, shop, 5, 5)
    async with sending_from(pool):
        both = await ended(pool, shop, made, 2)
        async with pool.acquire() as connection:
            stopped = await webhooks.get(connection, shop.store_id, made.id)
        await record(pool, shop, 6)
        await asyncio.sleep(0.3)
    assert stopped.disabled_at and stopped.notice == "The receiver answered 410 Gone."
    assert all(each.gave_up_at for each in both) and len(receiver.received) == 1 and len(await log_of(pool, shop, made)) == 2


async def test_retry_after_is_honoured_for_the_delivery_and_the_webhook_up_to_an_hour(pool, shop, receiver):
    receiver.answers |= {"a": status(429, Retry_After="120"), "b": status(503, Retry_After="999999")}
    ours, other = await hook(pool, shop, f"{receiver.url}/a"), await hook(pool, shop, f"{receiver.url}/b")
    await record(pool, shop, 5)
    async with sending_from(pool):
        for made, seconds in ((ours, 120), (other, 3600)):
            failed = await tried(pool, shop, made)
            assert abs((failed.next_attempt_at - datetime.now(UTC)).total_seconds() - seconds) < 10
        await record(pool, shop, 6)
        await asyncio.sleep(1.5)
    assert len(receiver.of("/a")) == len(receiver.of("/b")) == 1, "others about other objects wait too"


async def test_a_huge_answer_is_cut_and_counts_by_its_status(pool, shop, receiver):
    async def huge(_):
        return web.Response(body=b"\0\xff" * 5_000_000)

    receiver.answers["a"] = huge
    made = await hook(pool, shop, f"{receiver.url}/a")
    await record(pool, shop, 5)
    async with sending_from(pool):
        (kept,) = await ended(pool, shop, made)
    async with pool.acquire() as connection:
        (attempt,) = await deliveries.attempts_of(connection, shop.store_id, kept.id)
    assert kept.delivered_at and attempt.response == b"\0\xff" * 512


async def test_a_silent_receiver_delays_no_other_and_holds_few_connections(pool, shop, receiver):
    async def hang(_):
        await asyncio.sleep(60)

    receiver.answers["hang"] = hang
    await hook(pool, shop, f"{receiver.url}/hang")
    await hook(pool, shop, DEAD)
    await record(pool, shop, *range(1, 41))
    fine = await hook(pool, shop, f"{receiver.url}/fine")
    async with sending_from(pool):
        await receiver.until(sending.CONNECTIONS, "/hang")
        began = time.monotonic()
        await record(pool, shop, *range(41, 61))
        await receiver.until(20, "/fine")
        assert time.monotonic() - began < 2
        assert len(receiver.of("/hang")) == sending.CONNECTIONS
        assert all(each.attempts == 1 for each in await ended(pool, shop, fine, 20))


async def test_the_order_of_an_objects_events_is_kept_through_failures(pool, shop, receiver, monkeypatch):
    monkeypatch.setattr(sending, "SCHEDULE", (0, 0.05, 0.05, 0.05, 0.05, 0.05))
    failures: Counter[str] = Counter()

    async def moody(request):
        """Each third delivery fails at its first two tries."""
        name = request.headers["webhook-id"]
        fails = int(name.removeprefix("msg_")) % 3 == 0 and failures[name] < 2
        failures[name] += fails
        return web.Response(status=500 if fails else 200)

    receiver.answers["a"] = moody
    made = await hook(pool, shop, f"{receiver.url}/a")
    async with sending_from(pool):
        for _ in range(10):
            await record(pool, shop, 1, 2, 3)
        assert all(each.delivered_at for each in await ended(pool, shop, made, 30))
    seen: dict[bytes, list[int]] = {}
    for each in receiver.received:
        fields = each.body.split(b",")
        seen.setdefault(fields[0], []).append(int(fields[1].split(b":")[1]))
    assert len(seen) == 3 and len(receiver.received) > 30
    for sequences in seen.values():
        assert sequences == sorted(sequences) and sorted(set(sequences)) == list(range(1, 11))


async def test_the_schedule_of_75_hours_then_it_is_given_up(pool, shop, receiver):
    receiver.answers["a"] = status(500)
    made = await hook(pool, shop, f"{receiver.url}/a")
    await record(pool, shop, 5)
    start = now = datetime.now(UTC) + timedelta(seconds=1)
    waits = []
    async with sending_from(pool, clock=lambda: now, chance=lambda: 0.5):
        for times in range(1, len(SCHEDULE)):
            await pool.execute("select pg_notify('deliveries', '')")
            failed = await tried(pool, shop, made, times)
            waits.append((failed.next_attempt_at - now).total_seconds())
            now = failed.next_attempt_at - timedelta(seconds=0.5)
            await pool.execute("select pg_notify('deliveries', '')")
            await asyncio.sleep(0.1)
            assert len(receiver.received) == times, "not before it is due"
            now = failed.next_attempt_at
        await pool.execute("select pg_notify('deliveries', '')")
        (failed,) = await ended(pool, shop, made)
    assert waits == [float(each) for each in SCHEDULE[1:]]
    assert timedelta(hours=75) < now - start < timedelta(hours=76)
    assert failed.gave_up_at and failed.attempts == len(SCHEDULE) == len(receiver.received)
    assert len({each.headers["webhook-id"] for each in receiver.received}) == 1
    assert len({each.headers["webhook-timestamp"] for each in receiver.received}) == len(SCHEDULE)


async def test_waits_differ_by_a_tenth_at_most(pool):
    leased = deliveries.Leased(1, 2, 3, "plain", "", "", b"", {}, 3, None, datetime.now(UTC))
    now = datetime.now(UTC)
    async with Outbound() as outbound:
        waits = [
            (Sender(pool, outbound, chance=lambda c=c: c)._judge(leased, now, 0.1, None, "x").next_at - now).total_seconds()
            for c in (0.0, 0.5, 1.0)
        ]
    assert waits == pytest.approx([7200 * 0.9, 7200, 7200 * 1.1])


async def test_redelivery_is_equal_byte_for_byte_with_an_equal_signature(pool, shop, receiver):
    made = await hook(pool, shop, f"{receiver.url}/a", secret="S1")
    await record(pool, shop, 5)
    async with sending_from(pool):
        (kept,) = await ended(pool, shop, made)
        async with pool.acquire() as connection, connection.transaction():
            await deliveries.redeliver(connection, shop.store_id, kept.id)
        first, second = await receiver.until(2, "/a")
        await ended(pool, shop, made)
    assert first.body == second.body and first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["X-Plain-Sign"] == second.headers["X-Plain-Sign"]
    assert second.headers["webhook-signature"] == standard_signature(second, signatures.key("S1"))
    async with pool.acquire() as connection:
        assert len(await deliveries.attempts_of(connection, shop.store_id, kept.id)) == 2


async def test_a_private_receiver_is_refused_unless_its_network_is_listed(pool, shop, receiver):
    made = await hook(pool, shop, f"{receiver.url}/a")
    await record(pool, shop, 5)
    stop = asyncio.Event()
    async with Outbound() as outbound:
        running = asyncio.create_task(Sender(pool, outbound).run(stop))
        failed = await tried(pool, shop, made)
        stop.set()
        await running
    assert failed.last_error == "refused: 127.0.0.1 is only called by https at a usual port" and receiver.received == []


async def test_two_senders_share_the_work_and_send_nothing_twice(pool, shop, receiver):
    made = await hook(pool, shop, f"{receiver.url}/a")
    await record(pool, shop, *range(1, 201))
    async with sending_from(pool), sending_from(pool):
        await delivered(pool, made, 200)
    assert len(receiver.received) == 200 == len({each.body for each in receiver.received})


async def delivered(pool, webhook, count: int, seconds: float = 30) -> None:
    async def look():
        asked = "select count(*) from deliveries where webhook_id = $1 and delivered_at is not null"
        return await pool.fetchval(asked, webhook.id) >= count

    await until(look, f"{count} delivered", seconds)


async def test_stopping_gives_back_what_was_not_begun_and_ends_what_was(pool, shop, receiver):
    async def slow(_):
        await asyncio.sleep(0.5)
        return web.Response()

    receiver.answers["a"] = slow
    made = await hook(pool, shop, f"{receiver.url}/a")
    await record(pool, shop, *range(1, 31))
    async with sending_from(pool):
        await receiver.until(sending.CONNECTIONS, "/a")
    found = await log_of(pool, shop, made)
    assert sum(bool(each.delivered_at) for each in found) == len(receiver.received) < 30
    assert await pool.fetchval("select count(*) from deliveries where leased_until is not null") == 0


# The real worker


@pytest.fixture
async def worked(bench: Bench, receiver: Receiver, monkeypatch):
    """A real worker's database with a Shoplazza webhook, which every worker can sign."""
    async def view(db, event):
        return {"order": {"id": event.object_id, "sequence": event.sequence}}

    monkeypatch.setitem(events.FORMS, "shoplazza", shoplazza.form({"order": view}, "http://localhost"))
    monkeypatch.setenv("MONOGRAM_RECEIVER_NETWORKS", "127.0.0.0/8")
    bench.settings = settings_with_loopback(bench.settings)
    shop = await bench.open_shop()
    async with bench.pool.acquire() as connection, connection.transaction():
        made = await webhooks.subscribe(
            connection, shop.store_id, dialect="shoplazza", address=f"{receiver.url}/a", topics=["orders/update"], secret="S",
            networks=LOOPBACK,
        )
    return bench, shop, made


def settings_with_loopback(settings):
    return dataclasses.replace(settings, receiver_networks=LOOPBACK)


async def test_what_a_killed_worker_had_leased_arrives_within_a_minute(worked, receiver):
    bench, shop, made = worked
    held = asyncio.Event()

    async def hold(_):
        await held.wait()
        return web.Response()

    receiver.answers["a"] = hold
    worker = bench.start_worker()
    await record(bench.pool, shop, *range(1, 21))
    await receiver.until(sending.CONNECTIONS, "/a")
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    killed = time.monotonic()
    held.set()
    del receiver.answers["a"]
    bench.start_worker()
    await record(bench.pool, shop, 1, 21)
    await delivered(bench.pool, made, 22, 60)
    assert time.monotonic() - killed < 60
    of_first = [each.body for each in receiver.received if b'"id":1,' in each.body]
    assert of_first[-1].endswith(b'"sequence":2}}') and all(body.endswith(b'"sequence":1}}') for body in of_first[:-1])


async def test_a_database_that_dies_is_waited_for_and_nothing_is_lost(tmp_path, receiver, monkeypatch):
    with Postgres(tmp_path / "home") as postgres:
        serving.migrate(postgres.dsn)
        settings = settings_with_loopback(settings_for(tmp_path, postgres.dsn, f"file://{tmp_path}/files"))
        pool = await core_db.connect(postgres.dsn)
        async with pool.acquire() as connection, connection.transaction():
            shop = await open_shop(connection)
            made = await subscribe(connection, shop.store_id, f"{receiver.url}/a")
        stop = asyncio.Event()
        running = asyncio.create_task(sending.run(postgres.dsn, settings.receiver_networks, stop))
        await record(pool, shop, 1)
        await receiver.until(1, "/a")
        answering = asyncio.Event()

        async def hold(_):
            await answering.wait()
            return web.Response()

        receiver.answers["a"] = hold
        await record(pool, shop, 2)
        await receiver.until(2, "/a")
        os.kill(postgres.pid, signal.SIGKILL)
        answering.set()  # the answer comes while the database is away
        await asyncio.sleep(0.5)
        postgres.stop()
        postgres.start()
        await pool.close()
        pool = await core_db.connect(postgres.dsn)
        await record(pool, shop, 3)
        await delivered(pool, made, 3, 60)
        assert len(receiver.received) == 3, "what was sent is told, not sent again"
        stop.set()
        await running
        await pool.close()
