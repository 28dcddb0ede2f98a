"""The API of our front ends as a table. Shoppers have no account: ids and addresses that cannot be guessed are the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import FastAPI

from monogram.edge import furnish
from monogram.state import State

from . import customizations, features, uploads
from .envelope import refused


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    handler: Callable


ROUTES = (
    Route("GET", "/stores/{store_id}/skus/{sku:path}/feature", features.show),
    Route("POST", "/stores/{store_id}/uploads", uploads.create),
    Route("POST", "/stores/{store_id}/customizations", customizations.confirm),
    Route("GET", "/stores/{store_id}/customizations/{customization_id}", customizations.show),
)


def create(state: State) -> FastAPI:
    """The app that is mounted under /api."""
    app = FastAPI(title="Monogram's own API", openapi_url=None)
    furnish(app, state, refused)
    for route in ROUTES:
        app.add_api_route(route.path, route.handler, methods=[route.method], response_model=None)
    return app
