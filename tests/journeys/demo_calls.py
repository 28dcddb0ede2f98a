"""Every documented Shoplazza call, as printed, against the demo's shop: host, token and ids are the demo's."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.contract import checker

API = "shoplazza"
OPERATIONS = {name: each for name, each in checker.operations(API).items() if each["kind"] == "http"}

# What is made is looked at and changed, then ended; what lies in something else is deleted before it.
TURNS = ("create", "batch", "update", "get", "list", "count", "complete", "cancel", "refund", "delete")
ALWAYS = {
    f"{what}_at_{end}": time for what in ("created", "updated", "published")
    for end, time in (("min", "2020-01-01T00:00:00+00:00"), ("max", "2099-01-01T00:00:00+00:00"))
}  # fmt: skip


def in_turn() -> list[str]:
    names = list(OPERATIONS)

    def turn(name: str) -> tuple[int, int]:
        place = TURNS.index(name.partition(".")[2])
        return place, -names.index(name) if TURNS[place] == "delete" else names.index(name)

    return sorted(names, key=turn)


@dataclass
class Walk:
    """Goes through the operations. `made`: a chapter's object that its `create` answered."""

    port: int
    token: str
    made: dict[str, dict] = field(default_factory=dict)

    def call(self, operation: dict, values: dict[str, object]) -> tuple[int, Any]:
        """The documented request with some values replaced: the reply's status and body, held to the contract."""
        request = dict(checker.example_requests(operation, values | {"access_token": self.token}))["as printed"]
        method, target, headers, data = checker.encoded(request)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, target, data, headers)
        answer = connection.getresponse()
        status, body = answer.status, json.loads(answer.read())
        connection.close()
        assert status == operation["success"], f"{method} {target}: {status} {body}"
        assert checker.check_reply(operation, status, body, request["query"]) == []
        return status, body

    def get(self, path: str) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", f"/openapi{path}", headers={"Access-Token": self.token})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        assert answer.status == 200, f"{path}: {answer.status} {body}"
        return body

    def orders(self, status: str = "", financial: str = "", fulfillment: str = "") -> list[dict]:
        """Newest first, without the main job's, which a platform sent: that one has no customer."""
        wanted = {"limit": 250, "status": status, "financial_status": financial, "fulfillment_status": fulfillment}
        found = self.get("/orders?" + urlencode({name: value for name, value in wanted.items() if value}))["orders"]
        return [order for order in found if order["customer"]["email"]]

    def through(self) -> Iterator[tuple[str, dict]]:
        """Each operation's name and the body of its success."""
        before = Before(self)
        for name in in_turn():
            chapter, _, verb = name.partition(".")
            _, body = self.call(OPERATIONS[name], before.values(chapter, verb))
            if verb == "create" and isinstance(body, dict) and len(body) == 1:
                (self.made[chapter],) = body.values()
            yield name, body


class Before:
    """What the demo has when the walk begins: each call that ends or moves an order gets one of its own."""

    def __init__(self, walk: Walk):
        self.walk = walk
        self.paid = walk.orders("placed", "paid", "waiting")
        self.sent = walk.orders("placed", "paid", "shipped")
        self.over = walk.orders("cancelled")
        self.product = next(each for each in walk.get("/products?limit=250&published_status=published")["products"]
                            if len(each["variants"]) > 2 and each["variants"][0]["sku"] != each["variants"][1]["sku"])
        (self.collect, *_) = walk.get(f"/collects?product_id={self.product['id']}")["collects"]

    def values(self, chapter: str, verb: str) -> dict[str, object]:
        match chapter:
            case "orders":
                return self._order(verb)
            case "fulfillments":
                return self._fulfillment(verb)
            case "products" | "variants" | "images" | "metafields":
                return ALWAYS | self._product(chapter, verb)
            case "collections" | "collects":
                whole, new = self.collect["collection_id"], self.walk.made.get("collections", {}).get("id")
                own = new if chapter == "collections" else self.collect["id"]
                return ALWAYS | {"id": own, "ids": f"{whole},{new}", "product_id": self.product["id"],
                                 "collection_id": new if verb == "create" else whole}  # fmt: skip
            case "webhooks" | "script_tags":
                return ALWAYS | {"id": self.walk.made.get(chapter, {}).get("id", "")}
        return {"product_id": self.product["id"]}

    def _order(self, verb: str) -> dict[str, object]:
        order = {"cancel": self.paid[0], "refund": self.paid[1], "delete": self.over[0]}.get(verb, self.paid[2])
        waiting = self.walk.orders("opened", "waiting", "initialled")
        return ALWAYS | {"id": order["id"], "ids": ",".join(each["id"] for each in waiting)}

    def _fulfillment(self, verb: str) -> dict[str, object]:
        if verb == "create":
            order = self.paid[3]
            return {"order_id": order["id"], "line_item_ids": [line["id"] for line in order["line_items"]]}
        order = {"complete": self.sent[0], "cancel": self.sent[1]}.get(verb, self.sent[2])
        parcel = next(each for each in order["fulfillments"] if each["status"] == "shipped")
        return ALWAYS | {"order_id": order["id"], "fulfillment_id": parcel["id"]}

    def _product(self, chapter: str, verb: str) -> dict[str, object]:
        product = self.walk.made["products"] if chapter == "products" and verb in ("update", "delete") else self.product
        made = self.walk.made
        return {
            "product_id": product["id"], "ids": product["id"], "collection_id": self.collect["collection_id"],
            "variant_id": product["variants"][-1]["id"], "image_id": made.get("images", product["image"]).get("id", ""),
            "metafield_id": made.get("metafields", {}).get("id", ""),
        }  # fmt: skip
