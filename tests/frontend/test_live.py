"""A page draws the demo shop's products with a shopper's answers, and settles on the very pixels that the server prints."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import re
import subprocess
import time
from typing import Any

import aiohttp
import numpy as np
import pytest

from monogram import serving
from monogram.core import composites, customizations, features, files, stores
from monogram.core.features import PREVIEW, PRODUCTION, Template, drawing
from monogram.core.features.answers import accept_all, default_of
from monogram.core.features.definition import Component, ListComponent
from monogram.demo import shop as demo_shop
from monogram.edge import transaction
from monogram.render import subsets
from monogram.render.images import decode
from monogram.state import State
from tests.forms import binding, component, document, form, image_layer, new_store, option, picture, sell, shape_layer
from tests.render.test_cases import CASES

from . import browsers, parity, workspace

PHOTO = (demo_shop.FOLDER / "photos" / "spaniels.jpg").read_bytes()
MUG = {"photo": {"crop": {"x": 0.19, "y": 0.214, "width": 0.6, "height": 0.4546}}, "heart": True, "day": "2026-12-24",
       "ground": "cream", "ink": "cocoa"}
MUGS = {
    "latin, arabic and thai": MUG | {
        "first_name": "Zoë", "second_name": "ميلو", "message": "สวัสดีชาวโลกทั้งหลาย สุขสันต์วันเกิดนะจ๊ะ มีความสุขมากๆ"},
    "chinese and arabic": MUG | {
        "first_name": "小明", "second_name": "慧玲", "ground": "sky",
        "message": "كل عام وأنت بخير يا صديقي\n生日快乐,天天开心"},
}
CARD = {"photo": {"rotation": 90}, "initials": "AEM", "name": "Ada ❤️ 👍🏽", "day": "2026-12-24", "frame": False}
ART = (CASES / "assets" / "art.svg").read_bytes()


def card(art: str) -> dict[str, Any]:
    """What the server helps with, a crop that looks for what counts and SVG art; emoji, a code, woven letters."""
    text = {"type": "text", "id": "name", "x": 20, "y": 460, "width": 560, "height": 80, "size": 60, "text": "Name",
            "font": {"family": "Source Serif 4", "weight": 650}, "fill": "#557788"}
    return document(
        shape_layer(), image_layer("photo", width=300, height=420, focus="auto"), shape_layer("frame") | {"fill": "#00800040"},
        {"type": "monogram", "id": "initials", "x": 320, "y": 20, "width": 260, "height": 200, "text": "AB",
         "font": {"family": "Playfair Display", "weight": 700}},
        {"type": "svg", "id": "art", "x": 500, "y": 240, "width": 90, "height": 180, "asset": "art", "rotation": 20},
        {"type": "code", "id": "code", "x": 320, "y": 240, "width": 180, "height": 180, "text": "https://example.com/"}, text,
        bindings=(binding("photo", "photo", "image"), binding("initials", "initials", "text"), binding("name", "name", "text"),
                  binding("frame", "frame", "visible")),
        assets={"art": {"sha256": art}}, width=600, height=560, background="#ffffff")


def card_form() -> dict[str, Any]:
    never = {"op": "equals", "component": "kind", "value": "other"}
    return form(component("photo", "photo", required=True), component("text", "initials"), component("text", "name"),
                component("dropdown", "kind", options=[option("plain"), option("other")], default="plain"),
                component("checkbox", "frame", default=True), component("date", "day", showWhen=never))


@pytest.fixture
def state(server, pool, storage):
    state = State(server.settings)
    state.pool, state.storage = pool, storage
    return state


@pytest.fixture
def worker(server, tmp_path):
    with open(tmp_path / "worker.log", "wb") as log:
        process = subprocess.Popen(serving.worker_command(), env=serving.environment(server.settings, server.database_url),
                                   stdout=log, stderr=log, start_new_session=True)
    yield process
    process.terminate()
    process.wait(30)


class Shopper:
    """Calls the API, and waits for what the worker draws."""

    def __init__(self, server, state, store_id: int, sku: str):
        self.server, self.state, self.store_id, self.sku = server, state, store_id, sku

    async def post(self, path: str, **more) -> dict[str, Any]:
        address = f"{self.server.url}/api/stores/{self.store_id}{path}"
        async with aiohttp.ClientSession() as http, http.post(address, **more) as told:
            assert told.status == 201, await told.text()
            return await told.json()

    async def confirm(self, answers: dict[str, Any]) -> dict[int, np.ndarray]:
        """The pixels of the preview and of the print."""
        confirmed = await self.post("/customizations", json={"sku": self.sku, "lang": "en", "answers": answers})
        async with transaction(self.state) as db:
            found = await customizations.get_public(db, self.store_id, int(confirmed["id"]))
            version = await features.version(db, self.store_id, found.feature_version_id)
            merchant = (await stores.get_public(db, self.store_id)).merchant_id
            production = next(each for each in version.templates if each.usage == PRODUCTION)
            task = await composites.create(db, merchant, found.id, production.id)
        preview = await self._pixels(self._preview(found))
        return {PREVIEW: preview, PRODUCTION: await self._pixels(self._print(merchant, task.id))}

    async def _preview(self, found) -> Any:
        async with transaction(self.state) as db:
            previews = await customizations.previews(db, found)
            assert previews.state != "failed", previews.failed_reason
            return previews.effects[0] if previews.state == "ready" else self._preview(found)

    async def _print(self, merchant: int, task_id: int) -> Any:
        async with transaction(self.state) as db:
            task = await composites.get(db, merchant, task_id)
            assert task.status != composites.FAILED, task.failed_reason
            return task.file or self._print(merchant, task_id)

    async def _pixels(self, look) -> np.ndarray:
        deadline = time.monotonic() + 90
        while not isinstance(found := await look, files.File):
            assert time.monotonic() < deadline, "the worker drew nothing"
            look = found
            await asyncio.sleep(0.1)
        return decode(await self.state.storage.read(found.sha256)).pixels


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if browsers.chromium() is None:
        pytest.skip("There is no Chromium: install it (on Debian: apt-get install chromium) or name it in CHROMIUM.")
    folder = tmp_path_factory.mktemp("live")
    browsers.build(folder, "live")
    return folder


@pytest.fixture
async def page(server, folder):
    """The test page at the server's own origin; `page.sizes` are the bytes of each answer of the API."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browsers.chromium(),
            args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"])
        page = await browser.new_page()
        errors, sizes = [], {}
        page.on("pageerror", lambda error: errors.append(str(error)))

        async def own(route) -> None:
            await route.fulfill(path=folder / (route.request.url.rpartition("/")[2] or "index.html"))

        async def weigh(request) -> None:
            sizes[request.url] = (await request.sizes())["responseBodySize"]

        await page.route(f"{server.url}/page/*", own)
        page.on("requestfinished", weigh)
        await page.goto(f"{server.url}/page/")
        await page.wait_for_function("globalThis.settled !== undefined", timeout=30_000)
        page.sizes = sizes
        yield page
        await browser.close()
        assert errors == []


async def compared(page, usage: int, answers: dict[str, Any], printed: np.ndarray) -> tuple[float, int]:
    """Share of pixels that are the same, and the largest difference."""
    told = await page.evaluate("([usage, answers]) => settled(usage, answers)", [usage, answers])
    mine = np.frombuffer(base64.b64decode(told), np.uint8).reshape(printed.shape)
    difference = np.abs(mine.astype(int) - printed).max(axis=2)
    assert len(np.unique(mine.reshape(-1, 4), axis=0)) > 100, "nothing was drawn"
    return float((difference == 0).mean()), int(difference.max())


async def open_page(page, server, store_id: int, sku: str) -> None:
    await page.evaluate("options => opened(options)", {"api": f"{server.url}/api", "store": str(store_id), "sku": sku})


async def demo(server, state) -> Shopper:
    async with transaction(state) as db:
        built = await demo_shop.build(db, state.storage, {})
    return Shopper(server, state, built.store_id, "photo-mug-11oz")


async def test_the_demo_shop_drawn_live_is_what_is_printed(server, state, worker, page):
    shopper = await demo(server, state)
    photo = await shopper.post("/uploads", data=PHOTO, headers={"Content-Type": "image/jpeg"})
    await open_page(page, server, shopper.store_id, shopper.sku)
    for name, more in MUGS.items():
        answers = more | {"photo": more["photo"] | {"file": photo["id"]}}
        printed = await shopper.confirm(answers)
        for usage in (PREVIEW, PRODUCTION):
            identical, largest = await compared(page, usage, answers, printed[usage])
            assert identical >= parity.IDENTICAL and largest <= parity.LARGEST, (name, usage, identical, largest)
    fonts = {address: size for address, size in page.sizes.items() if "/api/fonts/" in address and "/books/" not in address}
    assert len(fonts) >= 6 and sum(fonts.values()) < 1_500_000, fonts
    assert all(size < 120_000 for address, size in fonts.items() if address.endswith("/0")), fonts


async def test_what_the_server_prepares_is_drawn_like_the_rest(server, state, worker, page):
    async with transaction(state) as db:
        store = await new_store(db, f"live-card-{time.monotonic_ns()}")
        art = (await files.add(db, state.storage, store.id, ART, "image/svg+xml")).sha256
        templates = [Template("Print", PRODUCTION, card(art)), Template("Look", PREVIEW, card(art))]
        await sell(db, store.id, card_form(), templates, "CARD")
    shopper = Shopper(server, state, store.id, "CARD")
    photo = await shopper.post("/uploads", data=PHOTO, headers={"Content-Type": "image/jpeg"})
    answers = CARD | {"photo": CARD["photo"] | {"file": photo["id"]}}
    printed = await shopper.confirm(answers)
    await open_page(page, server, store.id, "CARD")
    for usage in (PREVIEW, PRODUCTION):
        identical, largest = await compared(page, usage, answers, printed[usage])
        assert identical >= parity.IDENTICAL and largest <= parity.LARGEST, (usage, identical, largest)
    asked = {address.partition("/api/")[2].rpartition("/")[2] for address in page.sizes if "/api/" in address}
    assert {"nodes", "salience", photo["id"]} <= asked and "pixels" not in asked


KINDS = {
    "text": ["Ada", " Ada\r\n\x0bB\u2028 ", "\ufeffx\ufeff", "\x1c y\x85", "   ", "", None], "checkbox": [True, False, None],
    "long_text": ["a\n\n b \n", "\u3000 字 \u3000", None, ""], "number": [0, 7, 2.5, None], "date": ["2026-12-24", None, ""],
    "dropdown": ["a", "b", "", None], "photo": [None, {"file": "tok", "rotation": 90, "crop": {
        "x": 0, "y": 0.25, "width": 1, "height": 0.5}}, {"file": "other", "flipX": True}],
}


def some_form(choose: random.Random) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Components, each hidden by earlier ones now and then, and answers to some of them."""
    components, answers = [], {}
    for number in range(choose.randint(1, 7)):
        kind, key = choose.choice(list(KINDS)), f"k{number}"
        more = {"options": [option("a"), option("b")]} if kind == "dropdown" else {}
        if kind != "photo" and choose.random() < 0.4:
            more["default"] = {"text": "Anna", "long_text": "x", "checkbox": True, "number": 7, "date": "2026-01-01",
                               "dropdown": "b"}[kind]
        if components and choose.random() < 0.6:
            more["showWhen"] = some_condition(choose, [each["key"] for each in components])
        components.append(component(kind, key, **more | ({"step": None} if kind == "number" else {})))
        if choose.random() < 0.7:
            answers[key] = choose.choice(KINDS[kind])
    return components, answers


def some_list(choose: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """A list and entries that answer it, or none."""
    inner, _ = some_form(choose)
    entries = [{each["key"]: choose.choice(KINDS[each["kind"]]) for each in inner if choose.random() < 0.7}
               for _ in range(choose.randint(0, 3))]
    return component("list", "people", components=inner), {"people": entries} if choose.random() < 0.8 else {}


def told(component: Component) -> dict[str, Any]:
    """As the kit has it."""
    inner = {"components": [told(each) for each in component.components]} if isinstance(component, ListComponent) else {}
    return {"key": component.key, "kind": type(component).__struct_config__.tag, "default": default_of(component),
            "showWhen": None if component.show_when is None else features.dump(component.show_when)} | inner


def pinned(answer: Any) -> Any:
    """As an answer is kept: photos with the hash of their file."""
    if isinstance(answer, list):
        return [{key: pinned(each) for key, each in entry.items()} for entry in answer]
    return answer | {"sha256": f"hash of {answer['file']}"} if isinstance(answer, dict) else answer


def some_condition(choose: random.Random, keys: list[str], depth: int = 2) -> dict[str, Any]:
    op = choose.choice(["equals", "in", "answered", *(["not", "all", "any"] if depth else [])])
    about, value = {"component": choose.choice(keys)}, lambda: choose.choice(["Ada", "a", True, False, 7, 0, 1])
    return {"op": op} | {
        "equals": lambda: about | {"value": value()}, "in": lambda: about | {"values": [value(), value()]},
        "answered": lambda: about, "not": lambda: {"condition": some_condition(choose, keys, depth - 1)},
    }.get(op, lambda: {"conditions": [some_condition(choose, keys, depth - 1) for _ in range(2)]})()


def test_values_and_blocks_are_those_of_the_server():
    choose = random.Random(7)
    points = [*range(0x20, 0x600), *(choose.randrange(0x110000) for _ in range(3000)), *range(0x1F000, 0x1F700)]
    forms, mine = [], []
    while len(forms) < 400:
        components, answers = some_form(choose)
        if choose.random() < 0.4:
            people, more = some_list(choose)
            components, answers = [*components, people], answers | more
        definition = features.parse(form(*components))
        accepted, faults = accept_all(definition, answers)
        if faults:
            continue
        kept = {key: pinned(answer) for key, answer in accepted.items()}
        mine.append(customizations.values(kept, definition))
        forms.append({"components": [told(each) for each in definition.components()], "answers": answers})
    result = workspace.node("packages/live/test/answers.ts", given=json.dumps({"points": points, "forms": forms}))
    assert result.returncode == 0, result.stderr
    theirs = json.loads(result.stdout)
    assert theirs["blocks"] == [subsets.block(point) for point in points]
    for given, one, other in zip(forms, mine, theirs["values"], strict=True):
        assert one == other, given


def test_the_kit_knows_what_the_browser_leaves_to_the_server():
    source = (workspace.FOLDER / "packages/design/src/resolve/prepared.ts").read_text("utf-8")
    kinds = re.search(r"export const PREPARED = \{(.*?)\n\}", source, re.DOTALL)[1]
    assert set(re.findall(r'^  "?([\w-]+)"?:', kinds, re.MULTILINE)) == drawing.PREPARED


async def test_preflight_finds_the_same_here_and_there(server, state, page):
    """A photo too small for its place; words too small, pale, too long or in no font; colours beyond a press."""
    async with transaction(state) as db:
        store = await new_store(db, f"live-preflight-{time.monotonic_ns()}")
        art = (await files.add(db, state.storage, store.id, ART, "image/svg+xml")).sha256
        design = card(art) | {"preflight": {"gamutProfile": "cmyk", "rules": {
            "textContrast": {"warn": 21}, "gamut": {"warn": 1}, "textPoints": {"refuse": 300}}}}
        await sell(db, store.id, card_form(), [Template("Print", PRODUCTION, design)], "CARD")
    shopper = Shopper(server, state, store.id, "CARD")
    photo = await shopper.post("/uploads", data=picture(90, 60), headers={"Content-Type": "image/png"})
    await open_page(page, server, store.id, "CARD")
    for name, least in (("Ada", 4), ("สวัสดี", 4), ("Bartholomew the Magnificent", 1), ("\U00013000", 1)):
        answers = CARD | {"photo": {"file": photo["id"]}, "name": name}
        mine, theirs = await page.evaluate("answers => both(answers)", answers)
        assert [(each["code"], each["severity"], each["layer"], each["shopper"]) for each in mine] == [
            (each["code"], each["severity"], each["layer"], each["messages"]) for each in theirs]
        assert len(mine) >= least, (name, [each["code"] for each in mine])


async def test_typing_shows_the_newest_and_asks_for_findings_once(server, state, page):
    shopper = await demo(server, state)
    photo = await shopper.post("/uploads", data=PHOTO, headers={"Content-Type": "image/jpeg"})
    await open_page(page, server, shopper.store_id, shopper.sku)
    typed = [MUG | {"photo": {"file": photo["id"]}, "first_name": "Moritz"[:n], "second_name": "Ida"} for n in range(1, 7)]
    shown = await page.evaluate("([usage, all]) => typed(usage, all)", [PREVIEW, typed])
    assert shown == [False] * 5 + [True]
    told = await page.evaluate("([all, lang]) => asked(all, lang)", [[*typed, typed[-1] | {"first_name": "x" * 15}], "zh-CN"])
    assert told[:-1] == [None] * 6 and set(told[-1]) == {"faults", "findings"}
    assert told[-1]["faults"] == {"answers.first_name": "Up to 14 characters. Now 15."}
    refused = await page.evaluate("([usage, answers]) => failure(usage, answers)",
                                  [PREVIEW, typed[-1] | {"first_name": "\U00013000"}])
    assert refused == "glyph_missing"
