"""The chapters of collections and collects, as clients call them."""

from __future__ import annotations

from uuid import uuid4

from tests.dialects.shoplazza.test_products import create, new_product


async def test_a_collection_has_products_in_its_order(app):
    ids = [(await create(app, new_product(title=title, variants=[{"price": price}])))["id"]
           for title, price in (("b", 3), ("a", 2), ("c", 1))]
    _, reply = await app.call("collections.create", "POST", "/collections", {"collection": {
        "title": "Cups & more", "product_ids": f"{ids[2]}, {ids[0]},{uuid4()},x,{ids[2]}", "image": {}, "sort_order": ""}})
    made = reply["collection"]
    assert (made["handle"], made["sort_order"], made["image"]["src"]) == ("cups-more", "manual", "")

    async def titles():
        _, reply = await app.call("products.list", "GET", f"/products?collection_id={made['id']}")
        return "".join(each["title"] for each in reply["products"])

    assert await titles() == "cb"
    _, reply = await app.call("collects.create", "POST", "/collects", {"collection_id": made["id"], "product_id": ids[1]})
    collect = reply["collect"]
    assert collect["position"] == 3 and await titles() == "cba"
    again = await app.call("collects.create", "POST", "/collects", {"collection_id": made["id"], "product_id": ids[1]})
    assert again == (200, reply)
    path = f"/collections/{made['id']}"
    _, reply = await app.call("collections.update", "PUT", path, {
        "sort_order": "price-asc", "image": {"src": "//a.example/c.png", "width": 480, "height": 360}})
    assert reply["collection"]["image"] == {"src": "https://a.example/c.png", "width": 480, "height": 360, "alt": ""}
    assert reply["collection"]["title"] == "Cups & more" and await titles() == "cab"
    await app.call("collections.update", "PUT", path, {"product_ids": [ids[1], ids[0]], "sort_order": "manual"})
    assert await titles() == "ab"
    _, reply = await app.call("collects.list", "GET", f"/collects?collection_id={made['id']}")
    assert [(each["product_id"], each["position"]) for each in reply["collects"]] == [(ids[1], 1), (ids[0], 2)]
    assert reply["collects"][0]["id"] == collect["id"]
    for query, count in ((f"product_id={ids[0]}", 1), (f"product_id={ids[2]}", 0), ("product_id=x", 0), ("", 2)):
        assert await app.call("collects.count", "GET", f"/collects/count?{query}") == (200, {"count": count})
    for query, count in ((f"product_id={ids[0]}", 1), (f"product_id={ids[2]}", 0), (f"ids={made['id']}, x", 1), ("ids=x", 0),
                         ("updated_at_min=2018-10-01T16:15:47-04:00", 1), ("updated_at_max=2018-10-01T16:15:47-04:00", 0)):
        _, reply = await app.call("collections.list", "GET", f"/collections?{query}".replace(" ", "%20"))
        assert len(reply["collections"]) == count, query
    await app.call("collects.delete", "DELETE", f"/collects/{collect['id']}")
    assert await titles() == "b"
    await app.call("products.delete", "DELETE", f"/products/{ids[0]}")
    assert await titles() == ""
    await app.call("collections.delete", "DELETE", path)
    assert (await app.call("collections.get", "GET", path))[0] == 404
    assert (await app.call("products.get", "GET", f"/products/{ids[1]}"))[0] == 200


async def test_what_is_wrong_with_a_collection_is_told(app):
    bad = {"sort_order": "best", "image": {"src": "a b"}}
    status, reply = await app.call("collections.create", "POST", "/collections", bad)
    assert status == 422 and reply["errors"] == {
        "title": ["can't be blank"], "sort_order": ["is not included in the list"], "image.src": ["is invalid"]}
    status, reply = await app.call("collects.create", "POST", "/collects", {"collection_id": ""})
    assert status == 422 and set(reply["errors"]) == {"collection_id", "product_id"}
    made = (await app.call("collections.create", "POST", "/collections", {"title": "A"}))[1]["collection"]
    for body in ({"collection_id": made["id"], "product_id": "x"}, {"collection_id": "x", "product_id": made["id"]}):
        assert (await app.call("collects.create", "POST", "/collects", body))[0] == 404
    status, reply = await app.call("collections.update", "PUT", f"/collections/{made['id']}", {"title": ""})
    assert status == 422 and set(reply["errors"]) == {"title"}
