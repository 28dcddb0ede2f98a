"""SKUs, custom data, composite tasks and POD products through the door."""

from __future__ import annotations

import asyncio
import urllib.request

import pytest

from monogram.core import composites, features, files, skus
from tests.shops import SKU

from .conftest import new_task


async def test_skus_with_and_without_a_feature(api, pool, shop):
    async with pool.acquire() as connection, connection.transaction():
        await skus.add(connection, shop.store_id, "plain, with a comma")
        await skus.add(connection, shop.store_id, "PLAIN-50%")
    store = {"storeId": str(shop.store_id)}
    data = api.get("/skus", store).data
    assert (data["count"], [row["sku"] for row in data["list"]]) == (3, ["PLAIN-50%", "plain, with a comma", SKU])
    plain, _, bound = data["list"]
    assert (plain["integratedStatus"], plain["custom"]) == (1, {"id": "0", "title": ""})
    assert (bound["integratedStatus"], bound["custom"]) == (3, {"id": str(shop.feature_id), "title": "Test shop: name"})
    assert bound["store"] == {"id": str(shop.store_id), "name": "Test shop"}

    def listed(**query: str) -> list[str]:
        return [row["sku"] for row in api.get("/skus", store | query).data["list"]]

    assert listed(integratedStatus="3") == [SKU]
    assert listed(integratedStatus="") == [*listed(integratedStatus="1"), SKU]
    assert listed(keyword="plain") == ["PLAIN-50%", "plain, with a comma"]
    assert listed(keyword="50%") == ["PLAIN-50%"] and listed(keyword="_") == []
    assert listed(sku=f"{SKU}, PLAIN-50%,unknown") == ["PLAIN-50%", SKU]
    assert listed(sku=SKU, keyword="plain") == []
    assert listed(page="2", pageSize="2") == [SKU] and listed(page="None") == listed()


@pytest.mark.parametrize("query, named", [
    ({"storeId": ""}, "storeId"), ({"integratedStatus": "5"}, "integratedStatus"),
    ({"integratedStatus": "x"}, "integratedStatus"), ({"sku": ",".join(f"s{n}" for n in range(101))}, "sku"),
    ({"pageSize": "501"}, "pageSize"), ({"keyword": "\x00"}, "NUL"),
])  # fmt: skip
async def test_a_bad_sku_search_is_named(api, shop, query, named):
    reply = api.get("/skus", {"storeId": str(shop.store_id)} | query)
    assert reply.status == 400 and named in reply.message


async def test_a_hundred_skus_may_be_named(api, shop):
    named = ",".join([SKU, *(f"s{n}" for n in range(99))])
    assert api.get("/skus", {"storeId": str(shop.store_id), "sku": named}).data["count"] == 1


async def test_custom_data_in_the_language_asked_for(api, custom):
    for lang, label in [("en_US", "Name"), ("de_DE", "Vorname"), ("fr_FR", "Name"), ("xx_XX", "Name"), ("", "Name")]:
        info = api.get(f"/custom-info/{custom}", {"lang": lang}).data
        (stored,) = info["customInfo"]["stores"]
        assert stored | {"id": ""} == {
            "id": "", "key": "value", "label": label, "moduleType": "text", "propertyName": "name", "type": "string",
            "value": "Ada",
        }  # fmt: skip
    assert info["id"] == str(custom) and info["customInfo"]["preview"] == {"effects": [], "images": [], "texts": ["Ada"]}
    assert api.get(f"/custom-info/{custom}").status == 200


async def test_templates_of_a_customization(api, shop, custom):
    data = api.get(f"/custom-info/{custom}/templates", {"lang": "en_US"}).data
    assert data["customInfoId"] == str(custom)
    assert [(t["title"], t["compositeId"], t["templateUsage"]) for t in data["template"]] == [
        ("Mug wrap", str(shop.production_id), 1), ("Mug preview", str(shop.preview_id), 2),
    ]  # fmt: skip


async def test_answers_stay_with_their_version(api, pool, shop, custom):
    async with pool.acquire() as connection, connection.transaction():
        old = await features.version(connection, shop.store_id, shop.feature_version_id)
        templates = [features.Template("New wrap", 1, old.templates[0].document, old.templates[0].template_id)]
        drafted = await features.draft(connection, shop.store_id, shop.feature_id, features.dump(old.definition), templates)
        new = await features.publish(connection, shop.store_id, drafted.id)
    assert [t["title"] for t in api.get(f"/custom-info/{custom}/templates").data["template"]] == ["Mug wrap", "Mug preview"]
    assert api.post("/composite/task", {"customInfoId": str(custom), "compositeId": str(new.templates[0].id)}).status == 404


async def test_a_task_runs_at_once_then_ends(api, pool, server, storage, shop, custom):
    created = api.post("/composite/task", new_task(shop, custom))
    task = created.data["id"]
    running = {"id": task, "customInfoId": str(custom), "compositeId": str(shop.production_id)}
    assert created.status == 201
    assert api.get(f"/composite/task/{task}").data == running | {"status": 1, "failedReason": "", "resources": []}
    async with pool.acquire() as connection, connection.transaction():
        work = await composites.start(connection, shop.store_id, int(task))
        file = await files.add(connection, storage, shop.store_id, b"a print file of a mug", "image/png")
        await composites.succeed(connection, shop.store_id, int(task), work.fence, "r" * 64, file.id, {})
    done = api.get(f"/composite/task/{task}").data
    (address,) = done["resources"]
    assert done == running | {"status": 2, "failedReason": "", "resources": [address]}
    assert address.startswith(f"{server.url}/files/") and address.endswith("/mug-wrap.png")
    assert await asyncio.to_thread(_downloaded, address) == b"a print file of a mug"


def _downloaded(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        return answer.read()


@pytest.mark.parametrize("body, status, named", [
    ({}, 400, "customInfoId is required; compositeId is required"), ([], 400, "object"), ("x", 400, "object"),
    ({"customInfoId": 1, "compositeId": "1"}, 400, "customInfoId"),
    ({"customInfoId": "1", "compositeId": "9223372036854775808"}, 404, "custom info"),
    ({"customInfoId": "", "compositeId": "测试"}, 400, "customInfoId"),
])  # fmt: skip
async def test_a_task_of_nothing(api, body, status, named):
    reply = api.post("/composite/task", body)
    assert reply.status == status and named in reply.message


async def test_a_preview_template_or_2_to_the_63_is_no_composite_id(api, shop, custom):
    for composite in (str(shop.preview_id), "9223372036854775808", "1"):
        reply = api.post("/composite/task", {"customInfoId": str(custom), "compositeId": composite})
        assert (reply.status, reply.message) == (404, "composite id not found"), composite


async def test_pod_products_say_that_they_are_not_there_yet(api, shop):
    for path in ("/pod-products", "/pod-product/257898505140441089"):
        reply = api.get(path, {"storeId": str(shop.store_id)})
        assert (reply.status, reply.message) == (501, "POD products are not available on this server yet")
