"""The CustoMeow API as a table: every operation of its document, in the document's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI

from monogram.edge import furnish
from monogram.state import State

from . import composite_tasks, custom_info, orders, pod_products, skus
from .auth import BudgetHeaders
from .envelope import refused


@dataclass(frozen=True)
class Route:
    operation: str  # its file under contract/customeow/operations
    method: str
    path: str
    state: Literal["works", "not_yet"]
    handler: Callable


ROUTES = (
    Route("order.create", "POST", "/order", "works", orders.create),
    Route("order.list", "GET", "/order", "works", orders.find),
    Route("order.info", "GET", "/order-info", "works", orders.info),
    Route("skus.list", "GET", "/skus", "works", skus.find),
    Route("custom_info.get", "GET", "/custom-info/{custom_id}", "works", custom_info.get),
    Route("custom_info.templates", "GET", "/custom-info/{id}/templates", "works", custom_info.templates),
    Route("composite_task.create", "POST", "/composite/task", "works", composite_tasks.create),
    Route("composite_task.get", "GET", "/composite/task/{id}", "works", composite_tasks.get),
    Route("pod_products.list", "GET", "/pod-products", "not_yet", pod_products.find),
    Route("pod_product.get", "GET", "/pod-product/{id}", "not_yet", pod_products.get),
)


def create(state: State) -> FastAPI:
    """The app that is mounted under /v1."""
    app = FastAPI(title="CustoMeow API", openapi_url=None)
    furnish(app, state, refused)
    app.add_middleware(BudgetHeaders)
    for route in ROUTES:
        app.add_api_route(route.path, route.handler, methods=[route.method], name=route.operation, response_model=None)
    return app
