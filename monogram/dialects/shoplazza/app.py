"""The Shoplazza Open API as a table: every operation of its document, with the scope that opens it."""
# ruff: noqa: E501  a row of the table is a line

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from monogram.edge import furnish
from monogram.state import State

from . import (
    collections,
    collects,
    comments,
    fulfillments,
    images,
    metafields,
    orders,
    products,
    script_tags,
    shop,
    variants,
    webhook_subscriptions,
)
from .auth import BudgetHeaders
from .envelope import refused


@dataclass(frozen=True)
class Route:
    operation: str  # its file under contract/shoplazza/operations
    method: str
    path: str
    state: Literal["works", "not_yet"]
    scope: str | None  # None: any token
    handler: Callable


ROUTES = (
    Route("orders.list", "GET", "/orders", "works", "read_order", orders.find),
    Route("orders.count", "GET", "/orders/count", "works", "read_order", orders.count),
    Route("orders.get", "GET", "/orders/{id}", "works", "read_order", orders.show),
    Route("orders.update", "PUT", "/orders/{id}", "works", "write_order", orders.update),
    Route("orders.delete", "DELETE", "/orders/{id}", "works", "write_order", orders.delete),
    Route("orders.cancel", "POST", "/orders/{id}/cancel", "works", "write_order", orders.cancel),
    Route("orders.refund", "POST", "/orders/{id}/refund", "works", "write_order", orders.refund),
    Route("fulfillments.list", "GET", "/orders/{order_id}/fulfillments", "works", "read_order", fulfillments.find),
    Route("fulfillments.count", "GET", "/orders/{order_id}/fulfillments/count", "works", "read_order", fulfillments.count),
    Route("fulfillments.create", "POST", "/orders/{order_id}/fulfillments", "works", "write_order", fulfillments.create),
    Route("fulfillments.get", "GET", "/orders/{order_id}/fulfillments/{fulfillment_id}", "works", "read_order", fulfillments.show),
    Route("fulfillments.update", "PUT", "/orders/{order_id}/fulfillments/{fulfillment_id}", "works", "write_order", fulfillments.update),
    Route("fulfillments.cancel", "POST", "/orders/{order_id}/fulfillments/{fulfillment_id}/cancel", "works", "write_order", fulfillments.cancel),
    Route("fulfillments.complete", "POST", "/orders/{order_id}/fulfillments/{fulfillment_id}/complete", "works", "write_order", fulfillments.complete),
    Route("products.list", "GET", "/products", "works", "read_product", products.find),
    Route("products.count", "GET", "/products/count", "works", "read_product", products.count),
    Route("products.create", "POST", "/products", "works", "write_product", products.create),
    Route("products.get", "GET", "/products/{product_id}", "works", "read_product", products.show),
    Route("products.update", "PUT", "/products/{product_id}", "works", "write_product", products.update),
    Route("products.delete", "DELETE", "/products/{product_id}", "works", "write_product", products.delete),
    Route("variants.list", "GET", "/products/{product_id}/variants", "works", "read_product", variants.find),
    Route("variants.count", "GET", "/products/{product_id}/variants/count", "works", "read_product", variants.count),
    Route("variants.get", "GET", "/variants/{variant_id}", "works", "read_product", variants.show),
    Route("variants.update", "PUT", "/variants/{variant_id}", "works", "write_product", variants.update),
    Route("variants.delete", "DELETE", "/products/{product_id}/variants/{variant_id}", "works", "write_product", variants.delete),
    Route("images.list", "GET", "/products/{product_id}/images", "works", "read_product", images.find),
    Route("images.count", "GET", "/products/{product_id}/images/count", "works", "read_product", images.count),
    Route("images.create", "POST", "/products/{product_id}/images", "works", "write_product", images.create),
    Route("images.get", "GET", "/products/{product_id}/images/{image_id}", "works", "read_product", images.show),
    Route("images.update", "PUT", "/products/{product_id}/images/{image_id}", "works", "write_product", images.update),
    Route("images.delete", "DELETE", "/products/{product_id}/images/{image_id}", "works", "write_product", images.delete),
    Route("metafields.list", "GET", "/products/{product_id}/metafields", "works", "read_product", metafields.find),
    Route("metafields.count", "GET", "/products/{product_id}/metafields/count", "works", "read_product", metafields.count),
    Route("metafields.create", "POST", "/products/{product_id}/metafields", "works", "write_product", metafields.create),
    Route("metafields.get", "GET", "/products/{product_id}/metafields/{metafield_id}", "works", "read_product", metafields.show),
    Route("metafields.update", "PUT", "/products/{product_id}/metafields/{metafield_id}", "works", "write_product", metafields.update),
    Route("metafields.delete", "DELETE", "/products/{product_id}/metafields/{metafield_id}", "works", "write_product", metafields.delete),
    Route("collections.list", "GET", "/collections", "works", "read_collection", collections.find),
    Route("collections.count", "GET", "/collections/count", "works", "read_collection", collections.count),
    Route("collections.create", "POST", "/collections", "works", "write_collection", collections.create),
    Route("collections.get", "GET", "/collections/{id}", "works", "read_collection", collections.show),
    Route("collections.update", "PUT", "/collections/{id}", "works", "write_collection", collections.update),
    Route("collections.delete", "DELETE", "/collections/{id}", "works", "write_collection", collections.delete),
    Route("collects.list", "GET", "/collects", "works", "read_collection", collects.find),
    Route("collects.count", "GET", "/collects/count", "works", "read_collection", collects.count),
    Route("collects.create", "POST", "/collects", "works", "write_collection", collects.create),
    Route("collects.get", "GET", "/collects/{id}", "works", "read_collection", collects.show),
    Route("collects.delete", "DELETE", "/collects/{id}", "works", "write_collection", collects.delete),
    Route("webhooks.list", "GET", "/webhooks", "works", None, webhook_subscriptions.find),
    Route("webhooks.count", "GET", "/webhooks/count", "works", None, webhook_subscriptions.count),
    Route("webhooks.create", "POST", "/webhooks", "works", None, webhook_subscriptions.create),
    Route("webhooks.get", "GET", "/webhooks/{id}", "works", None, webhook_subscriptions.show),
    Route("webhooks.update", "PUT", "/webhooks/{id}", "works", None, webhook_subscriptions.update),
    Route("webhooks.delete", "DELETE", "/webhooks/{id}", "works", None, webhook_subscriptions.delete),
    Route("script_tags.list", "GET", "/script_tags", "works", "read_script_tags", script_tags.find),
    Route("script_tags.count", "GET", "/script_tags/count", "works", "read_script_tags", script_tags.count),
    Route("script_tags.create", "POST", "/script_tags", "works", "write_script_tags", script_tags.create),
    Route("script_tags.get", "GET", "/script_tags/{id}", "works", "read_script_tags", script_tags.show),
    Route("script_tags.update", "PUT", "/script_tags/{id}", "works", "write_script_tags", script_tags.update),
    Route("script_tags.delete", "DELETE", "/script_tags/{id}", "works", "write_script_tags", script_tags.delete),
    Route("comments.create", "POST", "/comments", "works", "write_comments", comments.create),
    Route("comments.batch", "POST", "/comments/batch", "works", "write_comments", comments.batch),
    Route("shop.get", "GET", "/shop", "works", "read_shop", shop.show),
)


class PathForms:
    """One form of path for the table: `/openapi/2020-01/orders.json/` is `/openapi/orders` (ruled)."""

    _MONTH = re.compile(r"^/[0-9]{4}-[0-9]{2}(?=/)")
    _END = re.compile(r"(\.json)?/?$")

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            root = scope.get("root_path", "")
            inner = scope["path"].removeprefix(root)
            inner = self._END.sub("", self._MONTH.sub("", inner, count=1), count=1)
            scope = {**scope, "path": root + inner}
        await self.app(scope, receive, send)


def create(state: State) -> FastAPI:
    """The app that is mounted under /openapi."""
    app = FastAPI(title="Shoplazza Open API", openapi_url=None)
    furnish(app, state, refused)
    app.add_middleware(BudgetHeaders)
    app.add_middleware(PathForms)
    app.state.scopes = {route.operation: route.scope for route in ROUTES}
    for route in ROUTES:
        app.add_api_route(route.path, route.handler, methods=[route.method], name=route.operation, response_model=None)
    return app
