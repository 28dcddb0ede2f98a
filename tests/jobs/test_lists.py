"""A list of people through the front door: published, answered over HTTP, drawn by a worker, the printed file looked at."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import aiohttp
import numpy as np
import pytest
from PIL import Image

from monogram.core import features, files
from monogram.core.features import PREVIEW, PRODUCTION, Template
from tests.conftest import Server
from tests.contract import checker
from tests.forms import binding, component, document, form, option, picture
from tests.shops import SKU, Shop

PEOPLE = component("list", "people", required=True, minEntries=1, maxEntries=6, components=[
    component("text", "name", required=True, maxLength=10),
    component("color_swatch", "hat", options=[option("red", color="#ff0000"), option("blue", color="#0000ff")]),
    component("photo", "face"),
])
# Each person in a square of 100: a hat above, a face in the middle, a name below.
PERSON = {"type": "repeat", "id": "person", "component": "people", "x": 0, "y": 0, "width": 100, "height": 100, "columns": 3,
          "most": 6, "layers": [
    {"type": "shape", "id": "hat", "x": 10, "y": 5, "width": 80, "height": 20, "shape": {"kind": "rectangle"},
     "fill": "#00ff00"},
    {"type": "image", "id": "face", "x": 30, "y": 30, "width": 40, "height": 40, "fit": "stretch"},
    {"type": "text", "id": "name", "x": 5, "y": 75, "width": 90, "height": 22, "text": "Sample", "size": 16,
     "font": {"family": "Noto Sans"}}]}
FAMILY = document(PERSON, width=300, height=200, bindings=(
    binding("people.name", "name", "text"), binding("people.hat", "hat", "fill"), binding("people.face", "face", "image")))


@pytest.fixture
async def family(bench, tmp_path):
    """A shop that sells the family print, its server and a worker."""
    shop = await bench.open_shop()
    async with bench.pool.acquire() as connection, connection.transaction():
        templates = [Template("Print", PRODUCTION, FAMILY), Template("Look", PREVIEW, FAMILY)]
        drafted = await features.draft(connection, shop.store_id, shop.feature_id, form(PEOPLE), templates)
        version = await features.publish(connection, shop.store_id, drafted.id)
    server = Server(bench.settings, tmp_path / "web.log").start()
    bench.start_worker()
    async with aiohttp.ClientSession() as http:
        yield Family(server, http, shop, version.templates[0].id)
    server.stop()


class Family:
    def __init__(self, server: Server, http: aiohttp.ClientSession, shop: Shop, composite: int):
        self.server, self.http, self.shop, self.composite = server, http, shop, composite

    async def api(self, method: str, path: str, status: int, **sent: Any) -> Any:
        async with self.http.request(method, f"{self.server.url}/api/stores/{self.shop.store_id}{path}", **sent) as reply:
            body = await reply.json()
            assert reply.status == status, body
            return body

    async def v1(self, method: str, path: str, **sent: Any) -> Any:
        """A reply of the CustoMeow API that is what its document says."""
        async with self.http.request(method, f"{self.server.url}/v1{path}", headers={"X-Api-Key": self.shop.key},
                                     **sent) as reply:
            body = await reply.json()
            operation = checker.find("customeow", method, "/v1" + path.partition("?")[0])
            assert not checker.check_reply(operation, reply.status, body), body
            return body["data"]

    async def printed(self, customization: str) -> np.ndarray:
        asked = {"customInfoId": customization, "compositeId": str(self.composite)}
        task = (await self.v1("POST", "/composite/task", json=asked))["id"]
        for _ in range(600):
            found = await self.v1("GET", f"/composite/task/{task}")
            if found["status"] != 1:
                break
            await asyncio.sleep(0.1)
        assert (found["status"], found["failedReason"]) == (2, "")
        async with self.http.get(found["resources"][0]) as reply:
            return np.asarray(Image.open(io.BytesIO(await reply.read())).convert("RGBA"))


async def test_a_family_is_answered_and_printed(family):
    shown = await family.api("GET", f"/skus/{SKU}/feature?lang=en", 200)
    asked = shown["steps"][0]["components"][0]
    assert (asked["kind"], asked["minEntries"], asked["maxEntries"]) == ("list", 1, 6)
    assert [each["kind"] for each in asked["components"]] == ["text", "color_swatch", "photo"]
    photo = await family.api("POST", "/uploads", 201, data=picture(shade=0), headers={"Content-Type": "image/png"})
    people = [{"name": "Ada", "hat": "red", "face": {"file": photo["id"], "flipY": True}}, {"name": "Ben", "hat": "blue"},
              {"name": "Cy"}, {"name": "Dora", "hat": "blue", "face": {"file": photo["id"]}}]
    confirmed = await family.api("POST", "/customizations", 201, json={"sku": SKU, "lang": "en", "answers": {"people": people}})

    drawn = await family.printed(confirmed["id"])
    assert drawn.shape == (200, 300, 4)
    hats = [tuple(drawn[15 + 100 * (n // 3), 50 + 100 * (n % 3)].tolist()) for n in range(6)]
    red, blue, sample, none = (255, 0, 0, 255), (0, 0, 255, 255), (0, 255, 0, 255), (0, 0, 0, 0)
    assert hats == [red, blue, sample, blue, none, none]  # a colour has no nothing: Cy keeps the sample's
    faces = [drawn[[35, 65], 50 + 100 * n].tolist() for n in range(3)]
    black, white, clear = [0, 0, 0, 255], [255, 255, 255, 255], list(none)
    assert faces == [[black, white], [clear, clear], [clear, clear]]  # Ada's is turned over; the others have none
    assert drawn[[135, 165], 50].tolist() == [white, black]
    inked = [bool(drawn[75 + 100 * (n // 3):97 + 100 * (n // 3), 100 * (n % 3):100 * (n % 3) + 100, 3].any()) for n in range(6)]
    assert inked == [True, True, True, True, False, False]

    view = (await family.v1("GET", f"/custom-info/{confirmed['id']}?lang=en_US"))["customInfo"]
    assert view["preview"]["texts"] == ["Ada", "Ben", "Cy", "Dora"] and len(view["preview"]["images"]) == 2
    assert [(s["id"], s["label"], s["moduleType"], s["propertyName"], s["type"]) for s in view["stores"]][:4] == [
        ("c-name.1", "People 1: Name", "text", "people.1.name", "string"),
        ("c-hat.1", "People 1: Hat", "color_swatch", "people.1.hat", "string"),
        ("c-face.1", "People 1: Face", "photo_upload", "people.1.face", "image"),
        ("c-name.2", "People 2: Name", "text", "people.2.name", "string")]
    assert len({each["id"] for each in view["stores"]}) == len(view["stores"]) == 9


async def test_each_entry_is_judged_and_its_photos_are_the_stores_own(family, bench):
    async with bench.pool.acquire() as connection, connection.transaction():
        other = await bench.open_shop()
        data = picture()
        theirs = await files.add(connection, files.open_storage(bench.settings.storage), other.store_id, data, "image/png",
                                 width=60, height=40)
    people = [{"name": "Ada"}, {"hat": "green"}, {"name": "Cy", "face": {"file": theirs.token}}]
    for address in ("/customizations", "/findings"):
        sent = {"sku": SKU, "lang": "en", "answers": {"people": people}}
        told = await family.api("POST", address, 400 if address == "/customizations" else 200, json=sent)
        faults = told["error"]["fields"] if "error" in told else told["faults"]
        assert faults == {
            "answers.people[1].name": "Fill this in.", "answers.people[1].hat": "Choose one of the options offered.",
            "answers.people[2].face": "Add the photo again: it did not arrive."}
    for wrong in ([], "Ada", [{"name": "A"}] * 7):
        await family.api("POST", "/customizations", 400, json={"sku": SKU, "lang": "en", "answers": {"people": wrong}})
