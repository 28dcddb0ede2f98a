"""The API of our front ends as a table. Shoppers have no account: ids and addresses that cannot be guessed are the right.
What only a merchant may do needs the merchant's key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import FastAPI

from monogram.edge import furnish
from monogram.state import State

from . import customizations, deliveries, features, fonts, live, orders, pictures, uploads
from .envelope import refused
from .visitors import Visitors, limited


@dataclass(frozen=True)
class Route:
    """per_minute: calls from one address; None: as many as come."""

    method: str
    path: str
    handler: Callable
    per_minute: int | None = None


ROUTES = (
    Route("GET", "/stores/{store_id}/skus/{sku:path}/feature", features.show),
    Route("GET", "/stores/{store_id}/skus/{sku:path}/live", live.show, 120),
    Route("POST", "/stores/{store_id}/uploads", uploads.create),
    Route("GET", "/stores/{store_id}/pictures/{token}", pictures.show, 300),
    Route("GET", "/stores/{store_id}/pictures/{token}/art", pictures.art, 60),
    Route("GET", "/stores/{store_id}/pictures/{token}/salience", pictures.salience, 60),
    Route("GET", "/stores/{store_id}/pictures/{token}/pixels", pictures.pixels, 60),
    Route("POST", "/stores/{store_id}/findings", live.findings, 120),
    Route("POST", "/stores/{store_id}/nodes", live.nodes, 240),
    Route("POST", "/stores/{store_id}/customizations", customizations.confirm, 60),
    Route("GET", "/stores/{store_id}/customizations/{customization_id}", customizations.show),
    Route("GET", "/fonts/books/{digest}", fonts.book, 60),
    Route("GET", "/fonts/{sha256}/{blocks}", fonts.part, 600),
    Route("GET", "/gamuts/{profile}", fonts.gamut, 60),
    Route("POST", "/breaks", fonts.breaks, 240),
    Route("POST", "/stores/{store_id}/orders", orders.place),
    Route("GET", "/stores/{store_id}/orders/{order_id}", orders.show),
    Route("POST", "/stores/{store_id}/orders/{order_id}/payment", orders.report_payment),
    Route("POST", "/stores/{store_id}/orders/{order_id}/refunds", orders.refund),
    Route("GET", "/stores/{store_id}/webhooks", deliveries.find_webhooks),
    Route("POST", "/stores/{store_id}/webhooks/{webhook_id}/enable", deliveries.enable_webhook),
    Route("POST", "/stores/{store_id}/webhooks/{webhook_id}/redelivery", deliveries.redeliver_range),
    Route("GET", "/stores/{store_id}/deliveries", deliveries.find),
    Route("GET", "/stores/{store_id}/deliveries/{delivery_id}", deliveries.show),
    Route("POST", "/stores/{store_id}/deliveries/{delivery_id}/redelivery", deliveries.redeliver),
)


def create(state: State) -> FastAPI:
    """The app that is mounted under /api."""
    app = FastAPI(title="Monogram's own API", openapi_url=None)
    furnish(app, state, refused)
    app.state.visitors = Visitors()
    for route in ROUTES:
        limits = [] if route.per_minute is None else [limited(route.path, route.per_minute)]
        app.add_api_route(route.path, route.handler, methods=[route.method], response_model=None, dependencies=limits)
    return app
