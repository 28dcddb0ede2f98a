"""What a browser is given to draw a store's templates live: kit, fonts in parts, breaks, pictures, nodes, findings."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random

import aiohttp
import imagecodecs
import numpy as np
import pytest

from monogram.api.visitors import Visitors, network
from monogram.core import font_books, photos
from monogram.core.errors import TooMany
from monogram.core.features import PREVIEW, PRODUCTION, Template
from monogram.edge import transaction
from monogram.jobs.renderer import Renderer
from monogram.live import Line, Live
from monogram.render import document as documents
from monogram.render import gamuts, scene_json, subsets
from monogram.render.fonts import FontBook
from monogram.render.images import decode
from monogram.render.resolve import resolve
from monogram.render.salience import salience
from monogram.render.text import breaks as text_breaks
from monogram.state import State
from tests.forms import (
    NAME,
    NAME_DOCUMENT,
    add_picture,
    binding,
    component,
    document,
    form,
    image_layer,
    new_store,
    picture,
    sell,
    text_layer,
)

numbers = itertools.count(1)


@pytest.fixture
async def http():
    """Each test calls from an address of its own: the server counts calls by address, and believes a proxy on this machine."""
    who = ".".join(str(random.randrange(256)) for _ in range(3))
    headers = {"X-Forwarded-For": f"11.{who}"}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60), headers=headers) as session:
        yield session


@pytest.fixture
def state(server, pool, storage):
    state = State(server.settings)
    state.pool, state.storage = pool, storage
    return state


@pytest.fixture
async def store(state):
    async with transaction(state) as db:
        return await new_store(db, f"live-{next(numbers)}")


async def call(http, server, method: str, path: str, **more) -> tuple[int, dict]:
    async with http.request(method, f"{server.url}/api{path}", **more) as response:
        body = await response.json()
        if response.status >= 400:
            assert set(body) == {"error"} and set(body["error"]) == {"code", "message", "fields"}
        return response.status, body


CODE = {"type": "code", "id": "tag", "x": 10, "y": 100, "width": 150, "height": 150, "symbology": "qr",
        "text": "https://example.com/ada"}


async def sell_card(state, store, *, rules: dict | None = None, shade: int = 120):
    """A name, a photo, a code and a picture of the shop's own."""
    async with transaction(state) as db:
        ground = await add_picture(db, state.storage, store.id, shade=shade)
        card = document(image_layer("ground", asset="paper"), image_layer("photo"), text_layer(), CODE,
                        bindings=(binding("photo", "photo", "image"), binding("name", "name", "text"),
                                  binding("kind", "name", "fill")),
                        assets={"paper": {"sha256": ground.sha256}})
        if rules:
            card["preflight"] = {"rules": rules}
        definition = form(NAME, component("photo", "photo"), component("color_swatch", "kind", options=[
            {"value": "a", "label": {"en_US": "A"}, "color": "#203040"}], default="a"))
        version = await sell(db, store.id, definition, [Template("Print", PRODUCTION, card), Template("Look", PREVIEW, card)])
        return version, ground


async def upload(http, server, store, data: bytes, kind: str = "image/png") -> str:
    status, body = await call(http, server, "POST", f"/stores/{store.id}/uploads", data=data, headers={"Content-Type": kind})
    assert status == 201
    return body["id"]


# The kit


async def test_the_kit_has_all_that_is_drawn_by(http, server, state, store):
    version, ground = await sell_card(state, store)
    status, kit = await call(http, server, "GET", f"/stores/{store.id}/skus/MUG-1/live")
    assert status == 200 and kit["versionId"] == str(version.id) and kit["fontBook"] == font_books.current().digest
    assert kit["components"] == [
        {"key": "name", "kind": "text", "default": None, "showWhen": None},
        {"key": "photo", "kind": "photo", "default": None, "showWhen": None},
        {"key": "kind", "kind": "color_swatch", "default": "a", "showWhen": None},
    ]
    assert [template["usage"] for template in kit["templates"]] == [PRODUCTION, PREVIEW]
    template = kit["templates"][0]
    assert template["document"] == version.templates[0].document
    paper = template["assets"]["paper"]
    assert (paper["sha256"], paper["width"], paper["height"], paper["exact"]) == (ground.sha256, 60, 40, True)
    async with http.get(paper["url"]) as file:
        assert hashlib.sha256(await file.read()).hexdigest() == ground.sha256
    (face,) = template["faces"]
    noto = FontBook.load().face("Noto Sans")
    assert (face["family"], face["weight"], face["italic"], face["sha256"]) == ("Noto Sans", 400, False, noto.sha256)
    async with http.get(face["latin"]) as part:
        assert part.status == 200 and len(await part.read()) > 10_000
    assert all(server.url in address for address in kit["addresses"].values())


async def test_kits_of_what_is_not_there(http, server, state, store):
    await sell_card(state, store)
    async with transaction(state) as db:
        other = await new_store(db, f"live-{next(numbers)}")
    for path in (f"/stores/{other.id}/skus/MUG-1/live", f"/stores/{store.id}/skus/none/live", "/stores/x/skus/MUG-1/live",
                 f"/stores/{store.id}/skus/a%00b/live"):
        assert (await call(http, server, "GET", path))[0] == 404


# Fonts


async def part(http, server, address: str, **headers) -> tuple[aiohttp.ClientResponse, bytes]:
    async with http.get(f"{server.url}/api/fonts/{address}", headers=headers) as response:
        return response, await response.read()


def face_of(family: str):
    return FontBook.load().face(family)


@pytest.mark.parametrize(("family", "blocks", "most"), [
    ("Noto Sans", [0], 100_000), ("Lora", [0, 0x400], 80_000), ("Noto Sans Arabic", [0, 0x600], 60_000),
    ("Noto Sans Thai", [0xE00], 20_000), ("Noto Sans SC", [0, ord("小") & ~63, ord("明") & ~63], 120_000),
    ("Noto Color Emoji", [0, 0x1F600], 60_000), ("Source Serif 4", [0], 400_000),
])
async def test_a_part_of_a_font_is_the_subset_of_the_file_that_prints(http, server, family, blocks, most):
    face = face_of(family)
    address = f"{face.sha256}/{'.'.join(f'{block:x}' for block in blocks)}"
    got, data = await part(http, server, address)
    assert data == subsets.subset(face, [each for block in blocks for each in subsets.characters(block)])
    assert (got.status, got.content_type, got.headers["X-Content-Type-Options"]) == (200, "font/ttf", "nosniff")
    assert "immutable" in got.headers["Cache-Control"] and got.headers["Content-Encoding"] == "gzip"
    assert int(got.headers["Content-Length"]) < most
    again, nothing = await part(http, server, address, **{"If-None-Match": got.headers["ETag"]})
    assert (again.status, nothing) == (304, b"")
    plain, whole = await part(http, server, address, **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers and whole == data


def test_blocks_hold_every_character_once():
    for text in ("Ada Žofie – “ok” €", "Жанна", "السلام", "สวัสดี", "小明 龍 한국어 かな", "👍🏽🇩🇪❤️", "\U00020bb7"):
        for character in text:
            assert character in list(subsets.characters(subsets.block(ord(character))))
    assert subsets.block(ord("é")) == subsets.block(ord("–")) == 0
    assert {subsets.block(point) for point in range(0x1F1E6, 0x1F200)} == set(range(0x1F1E6, 0x1F200))


@pytest.mark.parametrize("address", [
    "{sha}/", "{sha}/0.0", "{sha}/400.0", "{sha}/00", "{sha}/0.", "{sha}/G", "{sha}/0.d800", "{sha}/0.110000", "{sha}/0.ffffff",
    "{sha}/-1", "{sha}/0%00", "0000/0", "x/0", "{sha}/" + ".".join(f"{n:x}" for n in range(256, 256 * 400, 256)),
])
async def test_parts_there_are_not(http, server, address):
    status, body = await call(http, server, "GET", "/fonts/" + address.format(sha=face_of("Noto Sans").sha256))
    assert status == 404, body


async def test_the_book_tells_what_each_face_covers(http, server):
    pin = font_books.current()
    status, book = await call(http, server, "GET", f"/fonts/books/{pin.digest}")
    assert status == 200 and book["families"] == pin.faces["families"] and book["fallbacks"] == pin.faces["fallbacks"]
    for family in ("Noto Sans", "Amiri", "Noto Sans SC", "Noto Color Emoji"):
        face, end, found = face_of(family), 0, []
        told = book["coverage"][face.sha256]
        for gap, count in zip(told[::2], told[1::2], strict=True):
            found.append((end + gap, end + gap + count - 1))
            end += gap + count
        assert tuple(found) == subsets.coverage(face)
    assert (await call(http, server, "GET", f"/fonts/books/{'0' * 64}"))[0] == 404


async def test_the_gamut_of_a_press(http, server):
    async with http.get(f"{server.url}/api/gamuts/cmyk") as response:
        assert response.content_type == "application/octet-stream" and "max-age=86400" in response.headers["Cache-Control"]
        assert await response.read() == gamuts.packed("cmyk")
    for profile in ("none", "srgb", "..%2Fx", "a%00"):
        assert (await call(http, server, "GET", f"/gamuts/{profile}"))[0] == 404


# Breaks


async def test_breaks_are_those_of_the_dictionary(http, server):
    texts = ["สวัสดีชาวโลกทั้งหลาย", "ສະບາຍດີຊາວໂລກ", "សួស្តីពិភពលោក", "plain words", ""]
    status, body = await call(http, server, "POST", "/breaks", json={"texts": texts})
    assert status == 200 and body["breaks"] == [text_breaks.dictionary_breaks(text) for text in texts]
    assert all(body["breaks"][:3]) and body["breaks"][3:] == [[], []]


@pytest.mark.parametrize("body", [
    b"", b"[]", b"{}", b'{"texts": "x"}', b'{"texts": []}', b'{"texts": [1]}', b'{"texts": [null]}', b'{"texts": ["\\ud800"]}',
    b'{"texts": [%s]}' % b",".join([b'""'] * 41), b'{"texts": ["%s"]}' % (b"x" * 5001),
], ids=lambda body: body[:24].decode())
async def test_hostile_texts(http, server, body):
    status, told = await call(http, server, "POST", "/breaks", data=body)
    assert (status, told["error"]["code"]) == (400, "invalid")


# Pictures


async def test_pictures_are_told_as_the_renderer_sees_them(http, server, state, store):
    rng = np.random.default_rng(5)
    shape = np.kron(rng.integers(0, 256, (4, 6, 3)), np.ones((10, 10, 1))).astype(np.uint8)
    data = bytes(imagecodecs.jpeg_encode(shape, 90))
    exif = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    for plain, photo in ((True, data), (False, data[:2] + exif + data[2:])):
        token = await upload(http, server, store, photo, "image/jpeg")
        status, told = await call(http, server, "GET", f"/stores/{store.id}/pictures/{token}")
        assert status == 200 and told["sha256"] == hashlib.sha256(photo).hexdigest()
        assert (told["width"], told["height"], told["exact"]) == ((60, 40, True) if plain else (40, 60, False))
        async with http.get(f"{told['picture']}/pixels") as response:
            assert response.content_type == "image/png" and "immutable" in response.headers["Cache-Control"]
            assert (decode(await response.read()).pixels == decode(photo).pixels).all()
        _, counted = await call(http, server, "GET", f"/stores/{store.id}/pictures/{token}/salience")
        assert counted["counts"] == salience(decode(photo).pixels).tolist()


async def test_pictures_of_others_and_none(http, server, state, store):
    token = await upload(http, server, store, picture(shade=31))
    async with transaction(state) as db:
        other = await new_store(db, f"live-{next(numbers)}")
    for ending in ("", "/salience", "/pixels"):
        for path in (f"/stores/{other.id}/pictures/{token}", f"/stores/{store.id}/pictures/none", f"/stores/x/pictures/{token}",
                     f"/stores/{store.id}/pictures/a%00b"):
            status, told = await call(http, server, "GET", path + ending)
            assert (status, told["error"]["code"]) == (404, "not_found")


async def test_a_broken_picture_is_a_named_refusal(http, server, state, store):
    broken = bytearray(picture(400, 300, "png"))
    broken[60:-20] = bytes(len(broken) - 80)  # its header is whole
    data = bytes(broken)
    async with transaction(state) as db:
        sha256 = await state.storage.put(data)
        file = await photos.know(db, store.id, sha256, len(data), photos.PhotoHeader("image/png", 400, 300))
    for ending in ("salience", "pixels"):
        status, told = await call(http, server, "GET", f"/stores/{store.id}/pictures/{file.token}/{ending}")
        assert status == 400 and told["error"]["fields"]["drawing"].startswith("image_"), told


# Findings, while editing and when confirming


async def test_findings_are_those_of_the_renderer(http, server, state, store):
    await sell_card(state, store, rules={"textPoints": {"warn": 60}})
    token = await upload(http, server, store, picture(60, 40, shade=9))
    body = {"sku": "MUG-1", "lang": "zh-CN", "answers": {"photo": {"file": token}}, "editing": "page-1"}
    status, told = await call(http, server, "POST", f"/stores/{store.id}/findings", json=body)
    assert status == 200 and told["faults"] == {"answers.name": "Fill this in."}, told
    by_layer = {(each["code"], each["layer"]): each for each in told["findings"]}
    photo = by_layer["image_low_resolution", "photo"]
    assert photo["severity"] == "warn" and photo["components"] == ["photo"]
    assert photo["message"] == photo["messages"]["zh"] and "照片" in photo["message"]
    assert photo["messages"]["en"].startswith("This photo may look blurred")
    assert ("text_small", "name") not in by_layer
    body["answers"]["name"], body["lang"] = "Ada", "en"
    _, told = await call(http, server, "POST", f"/stores/{store.id}/findings", json=body)
    small = next(each for each in told["findings"] if each["code"] == "text_small")
    assert small["components"] == ["name"] and small["message"] == small["messages"]["en"] and told["faults"] == {}
    async with transaction(state) as db:
        assert await db.fetchval("select count(*) from customizations where store_id = $1", store.id) == 0


async def test_what_a_rule_refuses_is_not_confirmed(http, server, state, store):
    await sell_card(state, store, rules={"imageDpi": {"refuse": 100}})
    token = await upload(http, server, store, picture(60, 40, shade=11))
    good = await upload(http, server, store, picture(900, 900, shade=12))
    body = {"sku": "MUG-1", "lang": "en", "answers": {"name": "Ada", "photo": {"file": token}}}
    path = f"/stores/{store.id}/customizations"
    status, told = await call(http, server, "POST", path, json=body)
    # the shop's own ground is as small as the photo: no answer mends that
    assert status == 400 and set(told["error"]["fields"]) == {"answers", "answers.photo"}
    assert told["error"]["fields"]["answers.photo"].startswith("This photo may look blurred")
    told = (await call(http, server, "POST", path, json=body | {"lang": "zh-CN"}))[1]
    assert "照片" in told["error"]["fields"]["answers.photo"]
    body["answers"]["photo"]["file"] = good
    assert set((await call(http, server, "POST", path, json=body))[1]["error"]["fields"]) == {"answers"}
    async with transaction(state) as db:
        assert await db.fetchval("select count(*) from customizations where store_id = $1", store.id) == 0


async def test_what_no_font_has_is_not_confirmed(http, server, state, store):
    async with transaction(state) as db:
        await sell(db, store.id, form(NAME), [Template("Print", PRODUCTION, NAME_DOCUMENT)])
    body = {"sku": "MUG-1", "lang": "en", "answers": {"name": "Ada \U00013000"}}
    status, told = await call(http, server, "POST", f"/stores/{store.id}/customizations", json=body)
    assert status == 400 and told["error"]["fields"]["answers.name"].startswith("One of the characters cannot be printed")


@pytest.mark.parametrize("body", [
    b"", b"[]", b"{}", b'{"sku": "MUG-1", "lang": "en"}', b'{"sku": "MUG-1", "lang": "en", "answers": []}',
    b'{"sku": "MUG-1", "lang": "xx", "answers": {}}', b'{"sku": 1, "lang": "en", "answers": {}}',
    b'{"sku": "MUG-1", "lang": "en", "answers": {}, "editing": "%s"}' % (b"x" * 65),
    b'{"sku": "MUG-1", "lang": "en", "answers": {"photo": {"crop": [[[[[[]]]]]]}}, "editing": 5}',
], ids=lambda body: body[:60].decode())
async def test_hostile_answers(http, server, state, store, body):
    await sell_card(state, store)
    for address in ("findings", "nodes"):
        status, told = await call(http, server, "POST", f"/stores/{store.id}/{address}", data=body)
        assert (status, told["error"]["code"]) == (400, "invalid")


async def test_another_stores_photo_is_not_looked_at(http, server, state, store):
    await sell_card(state, store)
    async with transaction(state) as db:
        other = await new_store(db, f"live-{next(numbers)}")
    token = await upload(http, server, other, picture(60, 40, shade=77))
    body = {"sku": "MUG-1", "lang": "en", "answers": {"photo": {"file": token}}}
    _, told = await call(http, server, "POST", f"/stores/{store.id}/findings", json=body)
    assert told["faults"]["answers.photo"] == "Add the photo again: it did not arrive."
    assert not any(each["layer"] == "photo" for each in told["findings"])


# Nodes


async def test_nodes_are_those_of_the_scene(http, server, state, store):
    version, ground = await sell_card(state, store)
    template = version.templates[0]
    body = {"sku": "MUG-1", "lang": "en", "answers": {"name": "Ada"}, "templateId": str(template.id), "layers": ["tag", "none"]}
    status, told = await call(http, server, "POST", f"/stores/{store.id}/nodes", json=body)
    assert status == 200 and told["nodes"]["none"] == []
    data = await state.storage.read(ground.sha256)
    scene, _ = resolve(documents.parse(template.document), {"name": "Ada", "photo": None, "kind": "a"}, {"paper": data})
    assert told["nodes"]["tag"] == [node for node in scene_json.nodes(scene.nodes) if node["layer"] == "tag"] != []


async def test_nodes_of_another_stores_template(http, server, state, store):
    await sell_card(state, store)
    async with transaction(state) as db:
        other = await new_store(db, f"live-{next(numbers)}")
    theirs, _ = await sell_card(state, other)
    body = {"sku": "MUG-1", "lang": "en", "answers": {}, "templateId": str(theirs.templates[0].id), "layers": ["tag"]}
    assert (await call(http, server, "POST", f"/stores/{store.id}/nodes", json=body))[0] == 404
    for wrong in ({"layers": []}, {"layers": ["x"] * 201}, {"layers": "tag"}, {"templateId": 5}):
        assert (await call(http, server, "POST", f"/stores/{other.id}/nodes", json=body | wrong))[0] == 400


# How often, and in what order


async def test_calls_are_counted_by_address(http, server):
    statuses = [(await call(http, server, "GET", "/fonts/books/none"))[0] for _ in range(61)]
    assert statuses == [404] * 60 + [429]
    async with http.get(f"{server.url}/api/fonts/books/none") as response:
        assert response.status == 429 and 1 <= int(response.headers["Retry-After"]) <= 60
    async with http.get(f"{server.url}/api/fonts/books/none", headers={"X-Forwarded-For": "12.1.1.1"}) as response:
        assert response.status == 404


def test_a_window_slides():
    now = [0.0]
    visitors = Visitors(lambda: now[0])
    for second in range(3):
        now[0] = second
        visitors.spend("1.2.3.4", "x", 3)
    with pytest.raises(TooMany) as refused:
        visitors.spend("1.2.3.4", "x", 3)
    assert refused.value.retry_after == 58
    visitors.spend("1.2.3.4", "y", 3)
    visitors.spend("1.2.3.5", "x", 3)
    now[0] = 60.5
    visitors.spend("1.2.3.4", "x", 3)
    with pytest.raises(TooMany):
        visitors.spend("1.2.3.4", "x", 3)


def test_an_ipv6_visitor_holds_a_network():
    assert network("2001:db8:1:2::9") == network("2001:db8:1:2:ffff::1") != network("2001:db8:1:3::9")
    assert network("::ffff:1.2.3.4") == "1.2.3.4" and network("fe80::1%eth0") == network("fe80::1") and network("") == ""


@pytest.fixture
async def live(storage):
    live = Live(storage)
    yield live
    await live.close()


async def test_only_the_newest_question_of_a_page_is_answered(live):
    line = live._type
    started, go = asyncio.Event(), asyncio.Event()

    async def slow(renderer):
        started.set()
        await go.wait()
        return "first"

    async def quick(renderer):
        return "done"

    first = asyncio.create_task(line.ask(slow, "page"))
    await started.wait()
    waiting = [asyncio.create_task(line.ask(quick, "page")) for _ in range(3)]
    other = asyncio.create_task(line.ask(quick, "another page"))
    await asyncio.sleep(0)
    go.set()
    told = await asyncio.gather(first, *waiting, other, return_exceptions=True)
    assert [str(each) for each in told] == ["first", *["question: a newer one has taken its place"] * 2, "done", "done"]


async def test_a_full_line_says_so(live):
    go = asyncio.Event()
    waiting = [asyncio.create_task(live._type.ask(lambda renderer: go.wait())) for _ in range(40)]
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await live._type.ask(lambda renderer: go.wait())
    go.set()
    assert len(await asyncio.gather(*waiting)) == 40
    assert await live._type.ask(lambda renderer: go.wait())


async def test_a_drawing_that_takes_too_much_is_refused_and_hurts_nobody(state, store):
    """A hostile photo costs its own question, not the next one, and no letters."""
    live = Live(state.storage)
    live._pictures = Line(Renderer(cpu_seconds=0.05))
    try:
        noise = np.random.default_rng(1).integers(0, 256, (5000, 6000, 3), np.uint8)
        large, small = bytes(imagecodecs.png_encode(noise, 1)), picture(30, 20)
        large_hash, small_hash = await state.storage.put(large), await state.storage.put(small)
        asked = [live.salience(large_hash), live.salience(small_hash), live.breaks(["สวัสดีชาวโลก"])]
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert told[0].fields["drawing"].startswith("renderer_stopped: This cannot be drawn: it took more than"), told[0]
        assert told[1] == salience(decode(small).pixels).tolist() and told[2]
    finally:
        await live.close()


async def test_a_renderer_that_was_killed_is_replaced(live):
    assert await live.breaks(["สวัสดีชาวโลก"])
    renderer = live._type.renderer
    pid, child = renderer.pid, renderer._child
    child.kill_group()
    await asyncio.get_running_loop().run_in_executor(None, child.wait, 5)
    assert await live.breaks(["สวัสดีชาวโลก"]) and renderer.pid != pid


async def test_parts_are_kept_within_a_bound(live, monkeypatch):
    noto = face_of("Noto Sans").sha256
    first = await live.font(noto, (0,))
    assert await live.font(noto, (0,)) is first
    monkeypatch.setattr("monogram.live.MOST_KEPT", len(first.data) + 1000)
    await live.font(noto, (0, 0x400))
    assert await live.font(noto, (0,)) is not first
