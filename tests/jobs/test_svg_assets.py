"""A merchant's SVG art as a file of the store: published, confirmed and printed; what is refused fails by name, harmlessly."""

from __future__ import annotations

import io
import time

import aiohttp
import numpy as np
import pytest
from PIL import Image

from monogram.core import composites, customizations, features, files
from monogram.core.features import PRODUCTION, Template
from tests.conftest import Server
from tests.forms import binding, component, document, form, option
from tests.shops import SKU

ART = (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><linearGradient id="g"><stop stop-color="#00f"/>'
       b'<stop offset="1" stop-color="#00f"/></linearGradient><rect x="2" y="2" width="6" height="6" fill="none" '
       b'stroke="url(#g)" stroke-width="2"/></svg>')
USES = b"".join(b'<g id="u%d">%s</g>' % (n, b'<use href="#u%d"/>' % (n - 1) * 30 if n else b'<path d="M0 0h9v9z"/>')
                for n in range(9))
INK = component("color_swatch", "ink", options=[option("red", color="#ff0000"), option("blue", color="#0000ff")])
LAYER = {"type": "svg", "id": "art", "asset": "art", "x": 0, "y": 0, "width": 100, "height": 100}


async def publish(bench, art: bytes):
    """A shop whose print is that art in a colour of the shopper's; the shop, the template's id and the file."""
    shop = await bench.open_shop()
    async with bench.pool.acquire() as connection, connection.transaction():
        file = await files.add(connection, files.open_storage(bench.settings.storage), shop.store_id, art, "image/svg+xml")
        drawn = document(LAYER, width=100, height=100, assets={"art": {"sha256": file.sha256}},
                         bindings=(binding("ink", "art", "fill"),))
        drafted = await features.draft(connection, shop.store_id, shop.feature_id, form(INK),
                                       [Template("Print", PRODUCTION, drawn)])
        version = await features.publish(connection, shop.store_id, drafted.id)
    return shop, version.templates[0].id, file


async def ask(bench, shop, composite: int, custom: int):
    async with bench.pool.acquire() as connection, connection.transaction():
        task = await composites.create(connection, shop.merchant_id, custom, composite)
    return await bench.ended(shop, task.id)


@pytest.fixture
async def door(bench, tmp_path):
    """Confirms over HTTP; `door.get` fetches an address."""
    server = Server(bench.settings, tmp_path / "web.log").start()
    async with aiohttp.ClientSession() as http:
        async def confirm(shop, answers: dict, status: int = 201) -> dict:
            sent = {"sku": SKU, "lang": "en", "answers": answers}
            async with http.post(f"{server.url}/api/stores/{shop.store_id}/customizations", json=sent) as reply:
                assert reply.status == status, await reply.text()
                return await reply.json()

        confirm.http, confirm.url = http, server.url
        yield confirm
    server.stop()


async def test_svg_art_of_a_store_is_printed_in_the_shoppers_colour(bench, door):
    bench.start_worker()
    shop, composite, file = await publish(bench, ART)
    for answers, expected in (({"ink": "red"}, [255, 0, 0, 255]), ({}, [0, 0, 255, 255])):
        confirmed = await door(shop, answers)
        done = await ask(bench, shop, composite, int(confirmed["id"]))
        assert (done.status, done.failed_reason) == (2, "")
        pixels = np.asarray(Image.open(io.BytesIO((bench.folder / done.file.sha256[:2] / done.file.sha256).read_bytes())))
        assert pixels[20, 50].tolist() == expected and pixels[50, 50, 3] == pixels[5, 5, 3] == 0
    async with door.http.get(f"{door.url}/api/stores/{shop.store_id}/pictures/{file.token}/art") as reply:
        told = await reply.json()
        assert (told["width"], told["height"], told["sha256"]) == (10, 10, file.sha256)
    async with door.http.get(door.url + files.path(file)) as reply:  # art that a browser opens runs nothing
        assert await reply.read() == ART and "sandbox" in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("art", "code", "part"), [
    (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script></svg>', "svg_refused", "script"),
    (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>', "svg_refused", "DOCTYPE"),
    (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="http://127.0.0.1/"/></svg>', "svg_refused",
     "image"),
    (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + USES + b'<use href="#u8"/></svg>', "svg_too_large", "use"),
    (b"\x89PNG\r\n\x1a\n", "svg_invalid", ""),
])
async def test_refused_art_never_reaches_a_print_and_the_worker_goes_on(bench, door, art, code, part):
    bench.start_worker()
    shop, composite, file = await publish(bench, art)
    async with door.http.get(f"{door.url}/api/stores/{shop.store_id}/pictures/{file.token}/art") as reply:
        told = await reply.json()
        assert reply.status == 400 and code in str(told) and part in str(told)  # what a merchant is told
    told = await door(shop, {"ink": "red"}, 400)  # preflight looks at the print before anything is kept
    assert told["error"]["fields"]["answers.ink"].startswith("This cannot be made as it is.")
    async with bench.pool.acquire() as connection, connection.transaction():
        custom = (await customizations.confirm(connection, shop.store_id, SKU, "en", {"ink": "red"})).id
    started = time.monotonic()
    failed = await ask(bench, shop, composite, custom)
    assert failed.status == 3 and code in failed.failed_reason and part in failed.failed_reason
    assert time.monotonic() - started < 20
    sound, other, _ = await publish(bench, ART)
    confirmed = await door(sound, {"ink": "blue"})
    assert (await ask(bench, sound, other, int(confirmed["id"]))).status == 2
