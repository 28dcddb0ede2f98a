"""Apps and staff from the command line, on a database of their own."""

from __future__ import annotations

import asyncio

import pytest

from monogram import cli
from monogram.core import clients, db, staff
from tests.shops import open_shop


@pytest.fixture
async def shop(cluster, monkeypatch, tmp_path):
    """A store's slug, in the database that the commands are told."""
    url = cluster.new_database()
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("MONOGRAM_HOME", str(tmp_path))
    pool = await db.connect(url)
    async with pool.acquire() as connection:
        made = await open_shop(connection)
        slug = await connection.fetchval("select slug from stores where id = $1", made.store_id)
        yield slug, made, connection
    await pool.close()


async def told(capsys, *arguments: str) -> tuple[int, str]:
    """A command's exit status and what it printed. It has an event loop of its own, so a thread of its own."""
    status = await asyncio.to_thread(cli.main, list(arguments))
    printed = capsys.readouterr()
    return status, printed.out + printed.err


async def test_an_app_from_registration_to_the_end(shop, capsys):
    slug, made, connection = shop
    status, text = await told(capsys, "app", "register", "Parcels", "--app-uri", "https://a.example/", "--redirect-uri",
                              "https://a.example/1", "--redirect-uri", "https://a.example/2")  # fmt: skip
    assert status == 0
    said = dict(line.split(": ") for line in text.splitlines())
    client = await clients.identify(connection, said["client_id"], said["client_secret"])
    assert client.redirect_uris == ["https://a.example/1", "https://a.example/2"] and client.store_id is None
    status, text = await told(capsys, "app", "private", "ERP", "--store", slug, "--scope", "read_orders read_shop")
    caller = await clients.authenticate(connection, text.split(": ")[1].strip())
    assert caller.store_id == made.store_id and caller.scopes == {"read_order", "read_shop"}
    key = (await told(capsys, "app", "list", "--store", slug))[1].split()[0]
    assert (await told(capsys, "app", "uninstall", key, "--store", slug))[0] == 0
    with pytest.raises(clients.Unauthenticated):
        await clients.authenticate(connection, text.split(": ")[1].strip())
    assert "No app" in (await told(capsys, "app", "list", "--store", slug))[1]


async def test_staff_get_a_password_and_a_new_one(shop, capsys):
    slug, _, connection = shop
    passwords = []
    for _ in range(2):
        status, text = await told(capsys, "staff", "anna@example.com", "--store", slug)
        assert status == 0
        passwords.append(text.split("password: ")[1].strip())
    assert not await staff.knows(connection, "anna@example.com", passwords[0])
    assert await staff.knows(connection, "anna@example.com", passwords[1])


@pytest.mark.parametrize("arguments,words", [
    (("app", "list", "--store", "nowhere"), "nowhere"), (("staff", "nobody", "--store", "SLUG"), "e-mail"),
    (("app", "private", "X", "--store", "SLUG", "--scope", "read_all"), "read_all"),
    (("app", "register", "X", "--app-uri", "http://a.example", "--redirect-uri", "x"), "https"),
])  # fmt: skip
async def test_what_cannot_be_is_refused_in_a_sentence(shop, capsys, arguments, words):
    slug, _, _ = shop
    status, text = await told(capsys, *(slug if word == "SLUG" else word for word in arguments))
    assert status == 1 and text.startswith("error: ") and words in text and "Traceback" not in text

