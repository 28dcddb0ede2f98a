"""API keys: shown once, hashed at rest, two live ones for rotation."""

from datetime import UTC, datetime, timedelta

import pytest

from monogram.core import apps, merchants
from monogram.core.errors import Conflict, NotFound, Unauthenticated


async def test_a_key_opens_its_merchant_and_is_not_stored(db):
    merchant = await merchants.create(db, "Anna")
    key = await apps.issue_key(db, merchant.id, "ERP")
    assert await apps.authenticate(db, key.secret) == apps.Caller(key.id, merchant.id)
    everything = await db.fetchval("select string_agg(k::text, ' ') from api_keys k")
    assert key.secret not in everything and key.secret[3:67] not in everything
    assert (await apps.keys_of(db, merchant.id))[0].hint == key.secret[-4:]


@pytest.mark.parametrize("secret", [None, "", "mk_", "mk_" + "0" * 72, "123456789", "\ud800", "x" * 100_000])
async def test_anything_else_opens_nothing(db, secret):
    with pytest.raises(Unauthenticated):
        await apps.authenticate(db, secret)


async def test_two_live_keys_let_a_merchant_rotate(db):
    merchant = await merchants.create(db, "Anna")
    old, new = [await apps.issue_key(db, merchant.id, name) for name in ("old", "new")]
    with pytest.raises(Conflict):
        await apps.issue_key(db, merchant.id, "third")
    await apps.revoke_key(db, merchant.id, old.id)
    with pytest.raises(Unauthenticated):
        await apps.authenticate(db, old.secret)
    assert (await apps.authenticate(db, new.secret)).key_id == new.id
    assert (await apps.issue_key(db, merchant.id, "third")).secret != new.secret


async def test_an_expired_key_is_dead_and_frees_its_place(db):
    merchant = await merchants.create(db, "Anna")
    past = datetime.now(UTC) - timedelta(seconds=1)
    expired = await apps.issue_key(db, merchant.id, "old", expires_at=past)
    with pytest.raises(Unauthenticated):
        await apps.authenticate(db, expired.secret)
    for name in ("a", "b"):
        await apps.issue_key(db, merchant.id, name)


async def test_nobody_revokes_anothers_key(db):
    anna, ben = [await merchants.create(db, name) for name in ("Anna", "Ben")]
    key = await apps.issue_key(db, anna.id, "ERP")
    with pytest.raises(NotFound):
        await apps.revoke_key(db, ben.id, key.id)
    assert (await apps.authenticate(db, key.secret)).merchant_id == anna.id
