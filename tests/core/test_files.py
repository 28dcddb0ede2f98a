"""Files: whole or absent, under the hash of their content, known to a store."""

import hashlib

import pytest

from monogram.core import files, merchants, stores
from monogram.core.errors import NotFound


@pytest.fixture
async def store(db):
    merchant = await merchants.create(db, "Anna")
    return await stores.create(db, merchant.id, "anna", "Anna's shop")


async def test_bytes_come_back_and_the_same_content_is_one_file(db, storage, store):
    first = await files.add(db, storage, store.id, b"picture", "image/png", width=1, height=2)
    again = await files.add(db, storage, store.id, b"picture", "image/png", width=1, height=2)
    assert first == again and first.sha256 == hashlib.sha256(b"picture").hexdigest() and first.size == 7
    assert await storage.read(first.sha256) == b"picture"
    assert await files.by_token(db, first.token) == first


async def test_another_store_has_its_own_file_of_the_same_bytes(db, storage, store):
    other = await stores.create(db, (await merchants.create(db, "Ben")).id, "ben", "Ben")
    mine = await files.add(db, storage, store.id, b"picture", "image/png")
    theirs = await files.add(db, storage, other.id, b"picture", "image/png")
    assert mine.token != theirs.token and mine.sha256 == theirs.sha256
    with pytest.raises(NotFound):
        await files.get(db, other.id, mine.id)


async def test_changed_bytes_are_never_handed_out(storage, tmp_path):
    kept = files.open_storage(f"file://{tmp_path}/objects")
    sha256 = await kept.put(b"picture")
    (tmp_path / "objects" / sha256[:2] / sha256).write_bytes(b"pictura")
    with pytest.raises(files.FileDamaged):
        await kept.read(sha256)
    with pytest.raises(NotFound):
        await kept.read("0" * 64)


async def test_a_torn_object_is_replaced_by_the_next_put(tmp_path):
    kept = files.open_storage(f"file://{tmp_path}/objects")
    sha256 = await kept.put(b"picture")
    (tmp_path / "objects" / sha256[:2] / sha256).write_bytes(b"pic")
    assert await kept.put(b"picture") == sha256
    assert await kept.read(sha256) == b"picture"


async def test_no_temporary_file_stays(tmp_path):
    kept = files.open_storage(f"file://{tmp_path}/objects")
    await kept.put(b"picture")
    assert [p.name for p in (tmp_path / "objects").rglob(".*")] == []


def test_an_address_names_the_download_safely():
    file = files.File(1, 2, "tok", "ab" * 32, "image/png", 3, None, None)
    assert files.path(file, "Photo/clock ü?#") == "/files/tok/photo-clock-%C3%BC.png"
    assert files.path(file) == f"/files/tok/{'ab' * 6}.png"
