"""The customizer's API from outside: the form, a photo, confirmed answers, previews, and every refusal in one envelope."""

from __future__ import annotations

import itertools
import json
import re

import aiohttp
import pytest
from yarl import URL

from monogram.core import composites, features, skus
from monogram.core.features import PREVIEW, PRODUCTION, Template
from monogram.edge import transaction
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
    option,
    picture,
    sell,
    text_layer,
)

numbers = itertools.count(1)


@pytest.fixture(scope="session")
async def http():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield session


@pytest.fixture
def state(server, pool, storage):
    state = State(server.settings)
    state.pool, state.storage = pool, storage
    return state


@pytest.fixture
async def store(state):
    async with transaction(state) as db:
        return await new_store(db, f"customizer-{next(numbers)}")


async def call(http, server, method: str, path: str, **more) -> tuple[int, dict, aiohttp.ClientResponse]:
    async with http.request(method, f"{server.url}/api{path}", **more) as response:
        body = await response.json()
        assert response.headers["Content-Type"] == "application/json"
        assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-Id"])
        if response.status >= 400:
            assert set(body) == {"error"} and set(body["error"]) == {"code", "message", "fields"}
            assert body["error"]["message"]
        return response.status, body, response


def no_such(noun: str) -> dict:
    return {"error": {"code": "not_found", "message": f"There is no such {noun}.", "fields": {}}}


PHOTO_DOCUMENT = document(
    image_layer(),
    text_layer(),
    bindings=(binding("photo", "photo", "image"), binding("name", "name", "text")),
    width=800,
    height=600,
    dpi=150,
)


async def sell_mug(state, store, *more):
    async with transaction(state) as db:
        return await sell(
            db,
            store.id,
            form(NAME, component("photo", "photo", required=True), *more),
            [
                Template("Print", PRODUCTION, PHOTO_DOCUMENT),
                Template("Look", PREVIEW, PHOTO_DOCUMENT),
            ],
            sku="MUG/1 红",
        )


async def test_from_the_form_to_the_previews(http, server, state, store):
    await sell_mug(state, store)
    status, shown, _ = await call(http, server, "GET", f"/stores/{store.id}/skus/MUG%2F1%20红/feature?lang=he")
    assert status == 200 and (shown["lang"], shown["direction"], shown["sku"]) == ("he_IL", "rtl", "MUG/1 红")
    assert [field["key"] for field in shown["steps"][0]["components"]] == ["name", "photo"]
    assert [(t["usage"], t["canvas"]) for t in shown["templates"]] == [
        (1, {"width": 800, "height": 600, "dpi": 150}),
        (2, {"width": 800, "height": 600, "dpi": 150}),
    ]

    data = picture(60, 40, "jpeg")
    status, uploaded, _ = await call(
        http, server, "POST", f"/stores/{store.id}/uploads", data=data, headers={"Content-Type": "image/jpeg"}
    )
    assert status == 201 and (uploaded["width"], uploaded["height"]) == (60, 40)
    again = await call(http, server, "POST", f"/stores/{store.id}/uploads", data=data, headers={"Content-Type": "image/jpeg"})
    assert again[1] == uploaded
    async with http.get(uploaded["url"]) as file:
        assert (await file.read(), file.content_type, file.headers["X-Content-Type-Options"]) == (data, "image/jpeg", "nosniff")

    answers = {"name": "Zoë 👍🏽", "photo": {"file": uploaded["id"], "rotation": 90}}
    status, confirmed, _ = await call(
        http, server, "POST", f"/stores/{store.id}/customizations", json={"sku": "MUG/1 红", "lang": "he", "answers": answers}
    )
    assert status == 201 and confirmed == {"id": confirmed["id"], "previewState": "drawing"}

    path = f"/stores/{store.id}/customizations/{confirmed['id']}"
    assert (await call(http, server, "GET", path))[1] == {
        "id": confirmed["id"],
        "previewState": "drawing",
        "failedReason": "",
        "effects": [],
        "texts": ["Zoë 👍🏽"],
        "images": [uploaded["url"]],
        "findings": [],
    }
    async with transaction(state) as db:
        task = await db.fetchval("select id from composite_tasks where store_id = $1", store.id)
        work = await composites.start(db, store.id, task)
        assert work.answers["name"] == "Zoë 👍🏽"
        made = await add_picture(db, state.storage, store.id, shade=3)
        await composites.succeed(db, store.id, task, work.fence, "r" * 64, made.id, {})
    _, shown, _ = await call(http, server, "GET", path)
    assert shown["previewState"] == "ready" and len(shown["effects"]) == 1
    async with http.get(shown["effects"][0]) as file:
        assert await file.read() == await state.storage.read(made.sha256)


async def test_the_form_tells_every_kind_of_field(http, server, state, store):
    async with transaction(state) as db:
        art = await add_picture(db, state.storage, store.id)
        await sell(
            db,
            store.id,
            form(
                component(
                    "text",
                    "name",
                    label={"en_US": "Name", "zh_CN": "姓名"},
                    help={"en_US": "As on the door"},
                    required=True,
                    minLength=2,
                    maxLength=12,
                    characters="letters",
                    also=" ",
                    default="Anna",
                ),
                component("long_text", "note", maxLines=3),
                component("dropdown", "size", options=[option("s", label={"en_US": "Small", "zh_CN": "小"})], default="s"),
                component("color_swatch", "color", options=[option("red", color="#ff0000")]),
                component("image_swatch", "art", options=[option("cat", image=art.sha256)]),
                component("checkbox", "gift", default=True),
                component(
                    "photo", "photo", aspect={"width": 3, "height": 2}, minWidth=600, minHeight=400, accept=["image/png"]
                ),
                component("number", "age", min=1, max=9, step=None, default=2),
                component("date", "day", earliest="2026-01-01", showWhen={"op": "equals", "component": "gift", "value": True}),
            ),
        )
    _, shown, _ = await call(http, server, "GET", f"/stores/{store.id}/skus/MUG-1/feature?lang=zh-tw")
    assert {key: shown[key] for key in ("storeId", "title", "lang", "direction", "templates")} == {
        "storeId": str(store.id),
        "title": "Mug with a name",
        "lang": "zh_TW",
        "direction": "ltr",
        "templates": [],
    }
    fields = {field["key"]: field for field in shown["steps"][0]["components"]}
    common = {"required": False, "help": "", "showWhen": None}
    assert fields["name"] == {
        "id": "c-name",
        "key": "name",
        "kind": "text",
        "label": "姓名",
        "help": "As on the door",
        "required": True,
        "showWhen": None,
        "minLength": 2,
        "maxLength": 12,
        "characters": "letters",
        "also": " ",
        "default": "Anna",
    }
    assert fields["note"] == common | {
        "id": "c-note",
        "key": "note",
        "kind": "long_text",
        "label": "Note",
        "minLength": 0,
        "maxLength": 500,
        "maxLines": 3,
        "characters": "any",
        "also": "",
        "default": None,
    }
    assert fields["size"]["options"] == [{"value": "s", "label": "小"}] and fields["size"]["default"] == "s"
    assert fields["color"]["options"] == [{"value": "red", "label": "Red", "color": "#ff0000"}]
    cat = fields["art"]["options"][0]["image"]
    assert (cat["width"], cat["height"]) == (60, 40)
    async with http.get(cat["url"]) as file:
        assert await file.read() == picture()
    assert fields["gift"] == common | {"id": "c-gift", "key": "gift", "kind": "checkbox", "label": "Gift", "default": True}
    assert fields["photo"] == common | {
        "id": "c-photo",
        "key": "photo",
        "kind": "photo",
        "label": "Photo",
        "aspect": {"width": 3, "height": 2},
        "minWidth": 600,
        "minHeight": 400,
        "accept": ["image/png"],
    }
    assert fields["age"] == common | {
        "id": "c-age",
        "key": "age",
        "kind": "number",
        "label": "Age",
        "min": 1,
        "max": 9,
        "step": None,
        "default": 2,
    }
    assert fields["day"] == common | {
        "id": "c-day",
        "key": "day",
        "kind": "date",
        "label": "Day",
        "earliest": "2026-01-01",
        "latest": None,
        "default": None,
        "showWhen": {"op": "equals", "component": "gift", "value": True},
    }


async def test_wrong_answers_are_told_field_by_field(http, server, state, store):
    await sell_mug(state, store)
    body = {"sku": "MUG/1 红", "lang": "en", "answers": {"name": "Bartholomew II", "photo": {"file": "1"}}}
    status, refused, _ = await call(http, server, "POST", f"/stores/{store.id}/customizations", json=body)
    assert (status, refused["error"]) == (
        400,
        {
            "code": "invalid",
            "message": "Some fields need another look.",
            "fields": {
                "answers.name": "Up to 12 characters. Now 14.",
                "answers.photo": "Add the photo again: it did not arrive.",
            },
        },
    )


async def test_what_is_not_there(http, server, state, store):
    await sell_mug(state, store)
    async with transaction(state) as db:
        other = await new_store(db, f"customizer-{next(numbers)}")
        await skus.add(db, store.id, "PLAIN")
        await skus.add(db, store.id, "PENDING")
        pending = await features.create(db, store.id, "Draft")
        await features.draft(db, store.id, pending.id, form(NAME), [Template("T", PRODUCTION, NAME_DOCUMENT)])
        await skus.bind(db, store.id, "PENDING", pending.id)
    sku = "MUG%2F1%20红"
    for path, noun in (
        (f"/stores/{other.id}/skus/{sku}/feature", "SKU"),
        (f"/stores/0/skus/{sku}/feature", "SKU"),
        (f"/stores/测试/skus/{sku}/feature", "SKU"),
        (f"/stores/{'9' * 40}/skus/{sku}/feature", "SKU"),
        (f"/stores/{store.id}/skus/none/feature", "SKU"),
        (f"/stores/{store.id}/skus/a%00b/feature", "SKU"),
        (f"/stores/{store.id}/skus/PLAIN/feature", "feature"),
        (f"/stores/{store.id}/skus/PENDING/feature", "published version of the feature"),
        (f"/stores/{store.id}/customizations/100000000000000", "customization"),
        (f"/stores/{store.id}/customizations/x", "customization"),
    ):
        assert (await call(http, server, "GET", path))[:2] == (404, no_such(noun))
    body = {"sku": "none", "lang": "en", "answers": {}}
    assert (await call(http, server, "POST", f"/stores/{store.id}/customizations", json=body))[:2] == (404, no_such("SKU"))
    upload = await call(http, server, "POST", "/stores/1/uploads", data=picture(), headers={"Content-Type": "image/png"})
    assert upload[:2] == (404, no_such("store"))


async def test_another_stores_photo_and_customization_are_out_of_reach(http, server, state, store):
    await sell_mug(state, store)
    async with transaction(state) as db:
        other = await new_store(db, f"customizer-{next(numbers)}")
        photo = await add_picture(db, state.storage, other.id, shade=77)
        await sell(db, other.id, form(NAME))
    body = {"sku": "MUG/1 红", "lang": "en", "answers": {"name": "A", "photo": {"file": photo.token}}}
    _, refused, _ = await call(http, server, "POST", f"/stores/{store.id}/customizations", json=body)
    assert refused["error"]["fields"] == {"answers.photo": "Add the photo again: it did not arrive."}
    _, theirs, _ = await call(
        http,
        server,
        "POST",
        f"/stores/{other.id}/customizations",
        json={"sku": "MUG-1", "lang": "en", "answers": {"name": "A"}},
    )
    assert (await call(http, server, "GET", f"/stores/{store.id}/customizations/{theirs['id']}"))[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "no_such_address"),
        ("GET", "", 404, "no_such_address"),
        ("GET", "/stores/1/uploads", 405, "method_not_allowed"),
        ("DELETE", "/stores/1/customizations/1", 405, "method_not_allowed"),
        ("GET", "/stores/1/customizations/1/", 404, "no_such_address"),
        ("GET", "/docs", 404, "no_such_address"),
        ("GET", "/openapi.json", 404, "no_such_address"),
    ],
)
async def test_unknown_addresses_and_methods(http, server, method, path, status, code):
    if path == "":
        path = "/"
    answered, body, response = await call(http, server, method, path)
    assert (answered, body["error"]["code"]) == (status, code)
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff{}",
        b'{"sku": NaN}',
        b'{"sku": 1e400}',
        b'{"sku": "\\ud800"}',
        b'{"sku": "\\u0000"}',
        b'{"a": 1, "a": 2}',
        b"[" * 100 + b"]" * 100,
        b"[" * 200_000,
        b"{}",
        b'{"sku": 1, "lang": "en"}',
        b'{"sku": "x", "lang": null}',
        b'{"sku": "x", "lang": "xx", "answers": {}}',
        b'{"sku": "MUG-1", "lang": "en"}',
        b'{"sku": "MUG-1", "lang": "en", "answers": []}',
    ],
    ids=lambda body: body[:30].decode("latin-1"),
)
async def test_hostile_bodies_are_refused_in_the_envelope(http, server, store, body):
    status, answered, _ = await call(http, server, "POST", f"/stores/{store.id}/customizations", data=body)
    assert status in (400, 404) and answered["error"]["code"] in ("invalid", "not_found")


async def test_an_unknown_language_is_refused(http, server, state, store):
    await sell_mug(state, store)
    status, body, _ = await call(http, server, "GET", f"/stores/{store.id}/skus/MUG%2F1%20红/feature?lang=tlh")
    assert (status, list(body["error"]["fields"])) == (400, ["lang"])


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"GIF89a" + bytes(30), "image/gif", 400, "invalid"),
        (b"", "image/png", 400, "invalid"),
        (picture()[:20], "image/png", 400, "invalid"),
        (picture(), "application/octet-stream", 415, "unsupported_type"),
        (picture(), "multipart/form-data; boundary=x", 415, "unsupported_type"),
        (bytes(30_000_001), "image/png", 413, "too_large"),
    ],
    ids=["gif", "empty", "cut", "octets", "multipart", "large"],
)
async def test_bad_uploads(http, server, state, store, data, kind, status, code):
    answered, body, _ = await call(
        http, server, "POST", f"/stores/{store.id}/uploads", data=data, headers={"Content-Type": kind}
    )
    assert (answered, body["error"]["code"]) == (status, code)
    assert await state.pool.fetchval("select count(*) from files where store_id = $1", store.id) == 0


async def test_a_body_of_unknown_length_is_capped_as_it_arrives(http, server, store):
    async def endless():
        for _ in range(200):
            yield bytes(1_000_000)

    try:
        status, body, _ = await call(http, server, "POST", f"/stores/{store.id}/customizations", data=endless())
        assert (status, body["error"]["code"]) == (413, "too_large")
    except aiohttp.ClientConnectionError:
        pass  # the server answered and hung up while we were still sending: also a refusal
    assert (await call(http, server, "GET", "/nothing"))[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/stores/%FF/skus/x/feature",
        "/stores/1/skus/%ED%A0%80/feature",
        "/stores/1/skus/%FF%FE/feature?lang=%FF",
        "/stores/1/skus/x/feature?lang=%00",
        "/stores/1%00/customizations/%00",
        "/stores/-1/customizations/1e3",
        "/%2e%2e/%2e%2e/livez",
    ],
)
async def test_hostile_addresses_are_refused_in_the_envelope(http, server, path):
    async with http.get(URL(f"{server.url}/api{path}", encoded=True)) as response:
        assert response.status in (400, 404)
        assert set((await response.json())["error"]) == {"code", "message", "fields"}


async def test_what_is_said_is_true_json_text(http, server, state, store):
    await sell_mug(state, store)
    async with http.get(f"{server.url}/api/stores/{store.id}/skus/MUG%2F1%20红/feature") as response:
        assert json.loads((await response.read()).decode("utf-8"))["sku"] == "MUG/1 红"
