"""Webhooks and the outbox: written with the change or not at all, found only by their own store, given up and sent again."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from monogram.core import deliveries, events, receivers, signatures, webhooks
from monogram.core.errors import Conflict, Invalid, NotFound
from monogram.core.paging import Page
from monogram.core.webhooks import Filter
from tests.receivers import LOOPBACK, speak, subscribe
from tests.shops import open_shop

ADDRESS = "https://erp.example.com/hook"


@pytest.fixture(autouse=True)
def plain():
    speak()


@pytest.fixture
async def shop(db):
    return await open_shop(db)


# Subscribing


async def test_a_webhook_is_found_counted_changed_and_removed(db, shop):
    made = await subscribe(db, shop.store_id, ADDRESS, "order_create", app_id=7, secret="S1", details={"platform": "BI"})
    other = await subscribe(db, shop.store_id, "https://erp.example.com/other", "order_update", app_id=8)
    assert (made.address, made.topics, made.secret, made.details) == (ADDRESS, ["order_create"], "S1", {"platform": "BI"})
    assert other.secret.startswith("whsec_") and len(signatures.key(other.secret)) == 32
    assert await webhooks.get(db, shop.store_id, made.id) == made == await webhooks.get(db, shop.store_id, made.uuid)
    assert [each.id for each in await webhooks.find(db, shop.store_id)] == [other.id, made.id]
    for only in (Filter(app_id=7), Filter(address=ADDRESS), Filter(topics=["order_create", "x"])):
        assert [each.id for each in await webhooks.find(db, shop.store_id, only)] == [made.id]
        assert await webhooks.count(db, shop.store_id, only) == 1
    assert await webhooks.count(db, shop.store_id, Filter(created_after=made.created_at)) == 0
    assert await webhooks.find(db, shop.store_id, page=Page(2, 1)) == [made]
    changed = await webhooks.change(db, shop.store_id, made.id, topics=["order_update"], details={"more": 1})
    assert (changed.address, changed.topics) == (ADDRESS, ["order_update"]) and changed.updated_at > made.updated_at
    assert changed.details == {"platform": "BI", "more": 1}
    await webhooks.remove(db, shop.store_id, made.id)
    for verb in (webhooks.get, webhooks.remove, webhooks.enable):
        with pytest.raises(NotFound):
            await verb(db, shop.store_id, made.id)
    assert await webhooks.remove_of(db, shop.store_id, 8) == 1 and await webhooks.count(db, shop.store_id) == 0


async def test_another_stores_dialects_or_apps_webhook_is_not_found(db, shop):
    stranger = await open_shop(db)
    made = await subscribe(db, shop.store_id, ADDRESS, app_id=7)
    for key in (made.id, made.uuid, None, uuid.uuid4()):
        with pytest.raises(NotFound):
            await webhooks.get(db, stranger.store_id, key)
    with pytest.raises(NotFound):
        await webhooks.get(db, shop.store_id, made.id, app_id=8)
    with pytest.raises(NotFound):
        await webhooks.get(db, shop.store_id, made.id, dialect="shoplazza")
    with pytest.raises(NotFound):
        await webhooks.change(db, stranger.store_id, made.id, address=ADDRESS)
    with pytest.raises(NotFound):
        await webhooks.remove(db, stranger.store_id, made.id)


@pytest.mark.parametrize(
    ("address", "topics", "wrong"),
    [
        ("", [], {"address": "can't be blank", "topic": "can't be blank"}),
        ("ftp://a.example", ["order_create"], {"address": "is invalid: it must begin with https://"}),
        ("https://169.254.169.254/latest", ["order_create"], {"address": "is invalid: its host is not public"}),
        (ADDRESS, ["orders/nothing"], {"topic": "is invalid: there is no 'orders/nothing'"}),
    ],
)
async def test_what_cannot_be_subscribed_names_its_fields(db, shop, address, topics, wrong):
    with pytest.raises(Invalid) as refused:
        await webhooks.subscribe(db, shop.store_id, dialect="plain", address=address, topics=topics)
    assert refused.value.fields == wrong


async def test_a_new_secret_of_an_app_holds_for_its_webhooks_alone(db, shop):
    ours, theirs = await subscribe(db, shop.store_id, ADDRESS, app_id=7), await subscribe(db, shop.store_id, ADDRESS, app_id=8)
    assert await webhooks.rekey(db, shop.store_id, 7, "new") == 1
    assert (await webhooks.get(db, shop.store_id, ours.id)).secret == "new"
    assert (await webhooks.get(db, shop.store_id, theirs.id)).secret == theirs.secret


# Recording


async def test_an_event_becomes_a_delivery_for_each_webhook_that_asked(db, shop):
    stranger = await open_shop(db)
    wanted = await subscribe(db, shop.store_id, ADDRESS, "order_create")
    await subscribe(db, shop.store_id, ADDRESS, "order_update")
    await subscribe(db, stranger.store_id, ADDRESS, "order_create")
    removed = await subscribe(db, shop.store_id, ADDRESS, "order_create")
    await webhooks.remove(db, shop.store_id, removed.id)
    disabled = await subscribe(db, shop.store_id, ADDRESS, "order_create")
    assert await webhooks.disable(db, shop.store_id, disabled.id, "enough")
    event = await events.record(db, shop.store_id, "order.created", "order", 5, {"why": "test"})
    (made,) = await deliveries.find(db, shop.store_id)
    assert (made.webhook_id, made.event_id, made.topic) == (wanted.id, event.id, "order_create")
    assert made.body == '{"object":5,"sequence":1,"topic":"order.created","name":"Zoë"}'.encode()
    assert made.headers["X-Plain-Topic"] == "order_create"
    assert await deliveries.find(db, stranger.store_id) == []
    assert (await db.fetchval("select facts from events where id = $1", event.id)) == {"why": "test"}


async def test_an_event_without_listeners_is_kept_and_nothing_is_rendered(db, shop, monkeypatch):
    async def load(*_):
        raise AssertionError("nobody asked")

    monkeypatch.setitem(events.FORMS, "plain", events.Form(events.FORMS["plain"].topics, load, None, None))
    event = await events.record(db, shop.store_id, "order.created", "order", 5)
    assert (event.sequence, (await events.record(db, shop.store_id, "order.updated", "order", 5)).sequence) == (1, 2)
    assert await db.fetchval("select count(*) from events where store_id = $1", shop.store_id) == 2


async def test_an_unknown_topic_or_an_unknown_dialect_is_a_bug_told_at_once(db, shop, monkeypatch):
    with pytest.raises(LookupError, match="creatd"):
        await events.record(db, shop.store_id, "order.creatd", "order", 5)
    await subscribe(db, shop.store_id, ADDRESS)
    monkeypatch.delitem(events.FORMS, "plain")
    with pytest.raises(LookupError, match="plain"):
        await events.record(db, shop.store_id, "product.created", "product", 5)


async def test_a_change_that_is_rolled_back_leaves_no_event(pool):
    async with pool.acquire() as connection:
        async with connection.transaction():
            shop = await open_shop(connection)
            await subscribe(connection, shop.store_id, ADDRESS)
        with pytest.raises(ZeroDivisionError):
            async with connection.transaction():
                await events.record(connection, shop.store_id, "order.created", "order", 5)
                raise ZeroDivisionError
        assert await deliveries.find(connection, shop.store_id) == []
        assert await connection.fetchval("select count(*) from events where store_id = $1", shop.store_id) == 0


async def test_two_transactions_about_one_object_are_numbered_in_the_order_of_their_commits(pool):
    async with pool.acquire() as connection, connection.transaction():
        shop = await open_shop(connection)
        await subscribe(connection, shop.store_id, ADDRESS)
    first_may_end = asyncio.Event()

    async def change(wait: asyncio.Event | None) -> events.Event:
        async with pool.acquire() as connection, connection.transaction():
            event = await events.record(connection, shop.store_id, "order.updated", "order", 9)
            if wait:
                await wait.wait()
            return event

    first = asyncio.create_task(change(first_may_end))
    await asyncio.sleep(0.2)
    others = [asyncio.create_task(change(None)) for _ in range(5)]
    await asyncio.sleep(0.2)
    assert not any(task.done() for task in others)
    first_may_end.set()
    made = await asyncio.gather(first, *others)
    assert made[0].sequence == 1 and sorted(each.sequence for each in made) == [1, 2, 3, 4, 5, 6]
    by_sequence = sorted(made, key=lambda each: each.sequence)
    assert [each.id for each in by_sequence] == sorted(each.id for each in made)


# In line, leased, acknowledged


def outcome(leased, *, delivered=True, now=None, **more) -> deliveries.Outcome:
    at = now or datetime.now(UTC)
    return deliveries.Outcome(leased, at, 12, 200 if delivered else 500, b"ok", "" if delivered else "bad", delivered, **more)


async def record(db, shop, *objects: int) -> None:
    for number in objects:
        await events.record(db, shop.store_id, "order.updated", "order", number)


async def lease(db, shop, **more) -> list[deliveries.Leased]:
    """Only this shop's: the database is shared with other tests."""
    found = await deliveries.lease(db, 500, {}, **more)
    return [each for each in found if each.store_id == shop.store_id]


async def test_one_object_has_one_delivery_on_the_way_and_others_do_not_wait(db, shop):
    await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1, 1, 2)
    taken = await lease(db, shop)
    assert sorted(each.body for each in taken) == [
        '{"object":1,"sequence":1,"topic":"order.updated","name":"Zoë"}'.encode(),
        '{"object":2,"sequence":1,"topic":"order.updated","name":"Zoë"}'.encode(),
    ]
    assert await lease(db, shop) == []
    await deliveries.acknowledge(db, [outcome(each) for each in taken])
    (second,) = await lease(db, shop)
    assert b'"sequence":2' in second.body
    await deliveries.acknowledge(db, [outcome(second)])
    assert all(each.delivered_at and each.attempts == 1 for each in await deliveries.find(db, shop.store_id))


async def test_a_failure_holds_the_later_ones_until_it_is_given_up_and_the_next_says_so(db, shop):
    await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1, 1)
    (first,) = await lease(db, shop)
    soon = datetime.now(UTC) + timedelta(hours=1)
    await deliveries.acknowledge(db, [outcome(first, delivered=False, next_at=soon)])
    assert await lease(db, shop) == []
    (again,) = await lease(db, shop, now=soon)
    assert (again.id, again.attempts) == (first.id, 1) and again.failing_since is not None
    await deliveries.acknowledge(db, [outcome(again, delivered=False)])
    (next_one,) = await lease(db, shop)
    assert next_one.headers["Monogram-Missed"] == f"msg_{first.id}" and b'"sequence":2' in next_one.body
    assert (await deliveries.get(db, shop.store_id, first.id)).gave_up_at is not None
    tries = await deliveries.attempts_of(db, shop.store_id, first.id)
    assert [(each.status, each.error, each.response, each.duration_ms) for each in tries] == [(500, "bad", b"ok", 12)] * 2


async def test_after_gone_nothing_is_let_go(db, shop):
    hook = await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1, 1)
    (first,) = await lease(db, shop)
    before = (await deliveries.find(db, shop.store_id))[0].next_attempt_at
    async with db.transaction():  # what another sender could see before the webhook is disabled
        await db.execute("update webhooks set disabled_at = now() where id = $1", hook.id)
        await deliveries.acknowledge(db, [outcome(first, delivered=False, gone=True)])
    waiting, gone = await deliveries.find(db, shop.store_id)
    assert (waiting.next_attempt_at, waiting.attempts) == (before, 0) and gone.gave_up_at is not None


async def test_a_lease_that_ran_out_goes_to_another_and_the_first_ones_failure_counts_no_more(db, shop):
    await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1)
    (first,) = await lease(db, shop)
    later = datetime.now(UTC) + timedelta(seconds=deliveries.LEASE + 1)
    assert await lease(db, shop) == []
    (second,) = await lease(db, shop, now=later)
    assert second.id == first.id and second.lease > first.lease
    await deliveries.acknowledge(db, [outcome(first, delivered=False)])
    assert (await deliveries.get(db, shop.store_id, first.id)).gave_up_at is None
    await deliveries.acknowledge(db, [outcome(second)])
    assert (await deliveries.get(db, shop.store_id, first.id)).delivered_at is not None


async def test_a_webhook_that_fails_gets_one_at_a_time_and_heals(db, shop):
    await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1, 2, 3, 4)
    taken = await lease(db, shop)
    assert len(taken) == 4
    await deliveries.acknowledge(db, [outcome(taken[0], delivered=False, next_at=datetime.now(UTC) + timedelta(hours=1))])
    await deliveries.release(db, taken[1:])
    (one,) = await lease(db, shop)
    await deliveries.acknowledge(db, [outcome(one)])
    assert len(await lease(db, shop)) == 2


async def test_redelivery_sends_the_same_bytes_under_the_same_id_before_later_ones(db, shop):
    hook = await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1)
    (first,) = await lease(db, shop)
    with pytest.raises(Conflict):  # while it is on the way
        await deliveries.redeliver(db, shop.store_id, first.id)
    await deliveries.acknowledge(db, [outcome(first)])
    await deliveries.redeliver(db, shop.store_id, first.id)
    await record(db, shop, 1)
    (again,) = await lease(db, shop)
    assert (again.id, again.body, again.headers, again.attempts) == (first.id, first.body, first.headers, 0)
    with pytest.raises(NotFound):
        await deliveries.redeliver(db, shop.store_id, 17)
    await webhooks.disable(db, shop.store_id, hook.id, "enough")
    with pytest.raises(Conflict):
        await deliveries.redeliver(db, shop.store_id, first.id)


async def test_a_range_of_time_is_sent_again(db, shop):
    hook = await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1, 2, 3)
    taken = await lease(db, shop)
    await deliveries.acknowledge(db, [outcome(taken[0]), *(outcome(each, delivered=False) for each in taken[1:])])
    start, end = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    assert await deliveries.redeliver_range(db, shop.store_id, hook.id, end, end + timedelta(hours=1)) == 0
    assert await deliveries.redeliver_range(db, shop.store_id, hook.id, start, end) == 2
    assert await deliveries.redeliver_range(db, shop.store_id, hook.id, start, end, failed=False) == 1
    await webhooks.disable(db, shop.store_id, hook.id, "enough")
    with pytest.raises(Conflict):
        await deliveries.redeliver_range(db, shop.store_id, hook.id, start, end)
    await webhooks.enable(db, shop.store_id, hook.id)
    assert await deliveries.redeliver_range(db, shop.store_id, hook.id, start, end) == 3


async def fail(db, leased, now) -> None:
    """Not to be tried again for long."""
    failed = outcome(leased, delivered=False, now=now, next_at=now + timedelta(hours=2000))
    await deliveries.acknowledge(db, [failed], now=now)


async def test_five_days_of_nothing_but_failures_disable_with_a_notice(db, shop):
    hook = await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, *range(1, 9))
    start = datetime.now(UTC) + timedelta(minutes=1)
    for hours in (0, 24, 48, 72, 96, 119):
        now = start + timedelta(hours=hours)
        (taken,) = (await lease(db, shop, now=now))[:1]
        await fail(db, taken, now)
        assert (await webhooks.get(db, shop.store_id, hook.id)).disabled_at is None
    now = start + timedelta(hours=121)
    (taken,) = await lease(db, shop, now=now)
    await fail(db, taken, now)
    stopped = await webhooks.get(db, shop.store_id, hook.id)
    assert stopped.disabled_at and stopped.notice == "Nothing arrived for 5 days: every try failed."
    assert await lease(db, shop, now=now + timedelta(days=30)) == []
    assert all(each.gave_up_at for each in await deliveries.find(db, shop.store_id, failed=True))
    again = await webhooks.enable(db, shop.store_id, hook.id)
    assert (again.disabled_at, again.notice, again.failing_since) == (None, "", None)


async def test_a_success_or_a_long_silence_begins_the_five_days_anew(db, shop):
    hook = await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, *range(1, 9))
    start = datetime.now(UTC) + timedelta(minutes=1)

    async def attempt(hours: int, delivered: bool) -> webhooks.Webhook:
        now = start + timedelta(hours=hours)
        taken = (await lease(db, shop, now=now))[0]
        next_at = None if delivered else now + timedelta(hours=2000)
        await deliveries.acknowledge(db, [outcome(taken, delivered=delivered, now=now, next_at=next_at)], now=now)
        return await webhooks.get(db, shop.store_id, hook.id)

    await attempt(0, False)
    assert (await attempt(30, True)).failing_since is None
    await attempt(50, False)
    assert (await attempt(130, False)).disabled_at is None, "80 hours of silence before it"
    assert (await attempt(200, False)).disabled_at is None


async def test_what_waits_is_put_off_until_the_one_before_is_tried_again(db, shop):
    await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1, 1, 1, 2)
    first, other = sorted(await lease(db, shop), key=lambda each: each.id)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await deliveries.acknowledge(db, [outcome(first, delivered=False, next_at=tomorrow), outcome(other)])
    soon = datetime.now(UTC) + timedelta(minutes=2)
    assert await deliveries.park(db, now=soon) >= 2
    waiting = [each for each in await deliveries.find(db, shop.store_id) if each.object_id == 1]
    assert {each.next_attempt_at for each in waiting} == {tomorrow}
    (again,) = await lease(db, shop, now=tomorrow)
    assert again.body == first.body
    await deliveries.acknowledge(db, [outcome(again)])
    second = [each for each in await deliveries.find(db, shop.store_id) if each.object_id == 1][-2]
    assert second.next_attempt_at < soon, "it is due at once"


async def test_what_waits_for_one_that_ended_unseen_is_let_go_soon(db, shop):
    await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1, 1)
    done = "update deliveries set delivered_at = now() where store_id = $1 and next_attempt_at <= now()"
    await db.execute(done, shop.store_id)
    assert await lease(db, shop) == []
    assert len(await lease(db, shop, now=datetime.now(UTC) + timedelta(seconds=1))) == 1


async def test_what_ended_a_month_ago_is_forgotten_but_the_count_goes_on(db, shop):
    await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1, 1, 1)
    (first,) = await lease(db, shop)
    await deliveries.acknowledge(db, [outcome(first)])
    await db.execute("update deliveries set created_at = now() - interval '31 days'")
    await db.execute("update events set created_at = now() - interval '31 days'")
    while await deliveries.prune(db):
        pass
    assert len(await deliveries.find(db, shop.store_id)) == 2, "what is still to be sent stays"
    await db.execute("update deliveries set delivered_at = now() where store_id = $1", shop.store_id)
    while await deliveries.prune(db):
        pass
    assert await deliveries.find(db, shop.store_id) == []
    assert (await events.record(db, shop.store_id, "order.updated", "order", 1)).sequence == 4


async def test_the_log_is_the_stores_own(db, shop):
    stranger = await open_shop(db)
    await subscribe(db, shop.store_id, ADDRESS)
    await record(db, shop, 1)
    (made,) = await deliveries.find(db, shop.store_id)
    for store_id, delivery_id in ((stranger.store_id, made.id), (shop.store_id, None)):
        with pytest.raises(NotFound):
            await deliveries.get(db, store_id, delivery_id)
    assert await deliveries.attempts_of(db, stranger.store_id, made.id) == []


# Addresses and signatures


def test_standard_webhooks_known_answer():
    headers = signatures.standard(
        "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "msg_1", 1700000000, b'{"id":"123456","event":"sku.add"}'
    )
    assert headers == {
        "webhook-id": "msg_1", "webhook-timestamp": "1700000000",
        "webhook-signature": "v1,MRqmEQUoOmAbNALQZH2FbC0gieQXdlUkxxIWS8kp94s=",
    }  # fmt: skip


def test_a_secret_of_another_kind_signs_as_its_text():
    assert signatures.key("client secret") == b"client secret" and signatures.key("whsec_!") == b"whsec_!"


def test_an_address_in_a_listed_network_may_be_plain():
    receivers.check("http://127.0.0.1:8123/x", LOOPBACK)
    receivers.check("http://receiver.internal/x", LOOPBACK)  # judged when it is resolved
    for networks in ((), LOOPBACK):
        with pytest.raises(ValueError):
            receivers.check("http://93.184.216.34/x", networks)
    with pytest.raises(ValueError):
        receivers.check("http://receiver.internal/x")
