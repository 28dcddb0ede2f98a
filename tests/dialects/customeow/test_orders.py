"""Orders through the door: create, list, details."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from monogram.core import composites, files
from tests.shops import SKU, confirm

from .conftest import new_order, new_task


async def test_create_answers_201_with_the_production_templates(api, shop, custom):
    reply = api.post("/order", new_order(shop, customInfoId=str(custom), sku=SKU))
    assert reply.status == 201
    template = {"title": "Mug wrap", "compositeId": str(shop.production_id)}
    assert reply.data["compositeInfos"] == [{"customInfoId": str(custom), "template": [template]}]
    assert re.fullmatch(r"[0-9]{15}", reply.data["id"])


async def test_composite_infos_are_one_for_each_answer_in_the_orders_order(api, pool, shop):
    async with pool.acquire() as connection, connection.transaction():
        one, two = await confirm(connection, shop, "Ada"), await confirm(connection, shop, "Grace")
    body = new_order(shop)
    line = body["lineItems"][0]
    body["lineItems"] = [line | {"customInfoId": str(each) if each else ""} for each in (two, 0, one, two)]
    assert [info["customInfoId"] for info in api.post("/order", body).data["compositeInfos"]] == [str(two), str(one)]


async def test_the_same_order_again_is_201_with_the_first_id(api, shop):
    first = api.post("/order", new_order(shop))
    again = api.post("/order", new_order(shop, platformCreatedAt="2025-02-20T08:07:42Z"))
    assert (again.status, again.data) == (201, first.data)
    clash = api.post("/order", new_order(shop, platformOrderNo="D1002"))
    assert clash.status == 400 and "62758597430" in clash.message
    assert api.get("/order").data["count"] == 1


async def test_the_same_order_at_once_is_one_order(api, shop):
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: api.post("/order", new_order(shop)), range(24)))
    assert {reply.status for reply in replies} == {201} and len({reply.data["id"] for reply in replies}) == 1
    assert api.get("/order").data["count"] == 1


async def test_the_list_has_a_row_for_each_line(api, shop, custom):
    body = new_order(shop, platformCreatedAt="2024-10-26T17:51:53+08:00")
    line = body["lineItems"][0]
    answered = line | {"sku": SKU, "customInfoId": str(custom), "quantity": 3}
    body["lineItems"] = [answered, line | {"platformItemId": "2", "sku": "plain"}]
    made = api.post("/order", body)
    data = api.get("/order").data
    assert data["count"] == 2
    first, second = data["list"]
    assert first == {
        "id": first["id"],
        "orderId": made.data["id"],
        "platformOrderNo": "D1001",
        "platformOrderId": "62758597430",
        "platformCreatedAt": "2024-10-26T09:51:53Z",
        "sku": SKU,
        "customId": str(shop.feature_id),
        "customInfoId": str(custom),
        "customVersion": str(shop.feature_version_id),
        "platformItemId": "62758597530",
        "platformProductId": "453695684",
        "platformProductTitle": "Big Brown Bear Boots111",
        "platformVariantTitle": "Default",
        "platformVariantId": "6958596542",
        "platformProductImage": "https://oss-us-east.staticmeow.com/customeow/static/example/demo.jpg",
        "quantity": 3,
        "storeId": str(shop.store_id),
    }
    assert (second["customId"], second["customInfoId"], second["customVersion"]) == ("0", "0", "0")


async def test_pages_and_what_is_no_page(api, shop):
    for number in range(12):
        when = f"2025-01-{number + 1:02}T00:00:00Z"
        api.post("/order", new_order(shop, platformOrderId=f"p{number}", platformCreatedAt=when))
    newest = [f"p{number}" for number in range(11, -1, -1)]

    def listed(**query: str) -> list[str]:
        return [row["platformOrderId"] for row in api.get("/order", query).data["list"]]

    assert listed() == newest[:10]
    assert listed(page="2") == newest[10:]
    assert listed(page="3", pageSize="5") == newest[10:]
    assert listed(page="99999999999999999999999") == []
    for unusable in ("None", "", "0", "-1", "1.5", "٣", "abc"):
        assert listed(page=unusable, pageSize=unusable) == newest[:10], unusable
    assert len(listed(pageSize="500", lang="en_US")) == 12
    assert api.get("/order", {"pageSize": "501"}).status == 400


async def test_the_time_filter_takes_any_offset_and_a_lost_plus(api, shop):
    for hour in (1, 2, 3):
        api.post("/order", new_order(shop, platformOrderId=f"h{hour}", platformCreatedAt=f"2025-01-01T0{hour}:00:00Z"))
    assert api.get("/order", {"startTime": "2025-01-01T02:00:00Z"}).data["count"] == 2
    assert api.call("GET", "/order?startTime=2025-01-01T10:00:00+08:00&endTime=2025-01-01T10:00:00%2B08:00").data["count"] == 1
    assert api.get("/order", {"startTime": "", "endTime": "2025-01-01"}).data["count"] == 0
    for bad in ("yesterday", "2025-13-01T00:00:00Z", "1735700000", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        reply = api.get("/order", {"startTime": bad, "endTime": bad})
        assert reply.status == 400 and "startTime" in reply.message and "endTime" in reply.message, bad


async def test_stores_of_others_and_no_ids_are_as_if_not_named(api, server, shop, other):
    api.post("/order", new_order(shop))
    api.post("/order", new_order(other), key=other.key)
    for ids, count in [(f"{shop.store_id}, {other.store_id}", 1), (str(other.store_id), 0), ("测试", 0),
                       ("9223372036854775808", 0), ("", 1), (f"1,,{shop.store_id}", 1)]:  # fmt: skip
        assert api.get("/order", {"storeIds": ids}).data["count"] == count, ids


async def test_details_follow_the_task(api, pool, storage, shop, custom):
    api.post("/order", new_order(shop, customInfoId=str(custom), sku=SKU, quantity=2))
    key = {"storeId": str(shop.store_id), "platformOrderId": "62758597430"}

    def told() -> dict:
        (line,) = api.get("/order-info", key).data["lineItems"]
        (made,) = line["productionTemplate"]
        return made

    composite = str(shop.production_id)
    assert told() == {"id": "0", "compositeId": composite, "status": 0, "failedReason": "", "resources": []}
    task = api.post("/composite/task", new_task(shop, custom)).data["id"]
    assert told() == {"id": task, "compositeId": composite, "status": 1, "failedReason": "", "resources": []}
    async with pool.acquire() as connection, connection.transaction():
        work = await composites.start(connection, shop.store_id, int(task))
        file = await files.add(connection, storage, shop.store_id, b"a print file", "image/png")
        await composites.succeed(connection, shop.store_id, int(task), work.fence, "r" * 64, file.id, {})
    assert told()["status"] == 2 and told()["resources"] == api.get(f"/composite/task/{task}").data["resources"]
    failing = api.post("/composite/task", new_task(shop, custom)).data["id"]
    async with pool.acquire() as connection, connection.transaction():
        work = await composites.start(connection, shop.store_id, int(failing))
        await composites.fail(connection, shop.store_id, int(failing), work.fence, "font_missing: Lobster")
    reason = "font_missing: Lobster"
    assert told() == {"id": failing, "compositeId": composite, "status": 3, "failedReason": reason, "resources": []}

    details = api.get("/order-info", key).data
    assert (details["quantity"], details["id"]) == (2, details["lineItems"][0]["orderId"])


async def test_a_line_without_answers_has_no_production_template(api, shop):
    api.post("/order", new_order(shop))
    details = api.get("/order-info", {"storeId": str(shop.store_id), "platformOrderId": "62758597430"})
    assert [line["productionTemplate"] for line in details.data["lineItems"]] == [[]]


@pytest.mark.parametrize("query, status, named", [
    ({}, 400, "storeId"), ({"storeId": "1"}, 400, "platformOrderId"), ({"storeId": "1", "platformOrderId": "x"}, 404, ""),
    ({"storeId": "测试", "platformOrderId": "x"}, 404, ""),
    ({"storeId": "9223372036854775808", "platformOrderId": "x"}, 404, ""),
])  # fmt: skip
async def test_details_of_nothing(api, query, status, named):
    reply = api.get("/order-info", query)
    assert reply.status == status and named in reply.message


REFUSED = [
    ({"storeId": None}, ["storeId"]),
    ({"storeId": 212517125472956417}, ["storeId"]),
    ({"platformOrderId": "", "platformOrderNo": "x" * 256}, ["platformOrderId", "platformOrderNo"]),
    ({"platformOrderId": 62758597430}, ["platformOrderId"]),
    ({"platformType": 8}, ["platformType"]),
    ({"platformType": True}, ["platformType"]),
    ({"platformType": 1.5}, ["platformType"]),
    ({"platformCreatedAt": "20th of May"}, ["platformCreatedAt"]),
    ({"platformCreatedAt": 1740038862}, ["platformCreatedAt"]),
    ({"currencyCode": "DOLLAR"}, ["currencyCode"]),
    ({"lineItems": []}, ["lineItems"]),
    ({"lineItems": {}}, ["lineItems"]),
    ({"lineItems": [1, "x"]}, ["lineItems[0]", "lineItems[1]"]),
    ({"sku": None, "quantity": 0, "price": "-1"}, ["lineItems[0].sku", "lineItems[0].quantity", "lineItems[0].price"]),
    ({"quantity": 2**40}, ["lineItems[0].quantity"]),
    ({"quantity": "1"}, ["lineItems[0].quantity"]),
    ({"price": "1e400"}, ["lineItems[0].price"]),
    ({"price": 20.23}, ["lineItems[0].price"]),
    ({"platformProductTitle": "x" * 2001}, ["lineItems[0].platformProductTitle"]),
]


@pytest.mark.parametrize("changes, named", REFUSED, ids=str)
async def test_bad_fields_are_all_named(api, shop, changes, named):
    reply = api.post("/order", new_order(shop, **changes))
    assert reply.status == 400 and all(name in reply.message for name in named), reply.message


async def test_what_is_required_and_what_is_not(api, shop):
    assert api.post("/order", {}).message.count("is required") == 6
    body = new_order(shop)
    required = {"sku", "customInfoId", "platformItemId", "platformProductId", "platformProductTitle", "platformVariantTitle",
                "platformVariantId"}  # fmt: skip
    line = body["lineItems"][0]
    reply = api.post("/order", body | {"lineItems": [{}]})
    assert all(f"lineItems[0].{name} is required" in reply.message for name in required)
    assert reply.message.count("required") == 7
    least = body | {"lineItems": [{key: line[key] for key in required}]}
    del least["platformType"]
    assert api.post("/order", least | {"lang": "en_US", "platfromType": "misspelt"}).status == 201
    given = api.get("/order").data["list"][0]
    assert (given["quantity"], given["platformProductImage"]) == (1, "")
    nulls = {"platformProductImage": None, "quantity": None, "price": None}
    assert api.post("/order", least | {"platformType": None, "lineItems": [line | nulls], "platformOrderId": "n"}).status == 201
    assert api.post("/order", new_order(shop, quantity=2.0, platformOrderId="f")).status == 201


@pytest.mark.parametrize("custom_info", ["1", "测试", "9223372036854775808", "-1", " 12"])
async def test_answers_that_do_not_exist_are_404(api, shop, custom_info):
    assert api.post("/order", new_order(shop, customInfoId=custom_info)).status == 404
    assert api.get("/order").data["count"] == 0


async def test_a_store_or_answers_of_another_merchant_are_404(api, pool, shop, other):
    async with pool.acquire() as connection, connection.transaction():
        foreign = await confirm(connection, other)
    assert api.post("/order", new_order(other)).status == 404
    assert api.post("/order", new_order(shop, customInfoId=str(foreign))).status == 404


async def test_the_content_type_does_not_matter(api, shop):
    for number, kind in enumerate(["application/x-www-form-urlencoded", "text/plain", "application/xml; charset=gbk", ""]):
        body = json.dumps(new_order(shop, platformOrderId=f"c{number}")).encode()
        assert api.post("/order", body, headers={"Content-Type": kind} if kind else {}).status == 201, kind
