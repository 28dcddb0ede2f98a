"""A shopper's answers: confirmed once, then looked at until the pictures are drawn."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import customizations, ids
from monogram.core.errors import Invalid
from monogram.edge import JsonBody, Tx, state_of

from . import views
from .envelope import ok


async def confirm(body: JsonBody, db: Tx, store_id: str) -> Response:
    """Takes {"sku", "lang", "answers"}."""
    if not isinstance(body, dict):
        raise Invalid({"": "send an object with sku, lang and answers"})
    faults = {name: "must be text" for name in ("sku", "lang") if not isinstance(body.get(name), str)}
    if faults:
        raise Invalid(faults)
    confirmed = await customizations.confirm(db, ids.parse(store_id), body["sku"], body["lang"], body.get("answers"))
    return ok(views.confirmed(confirmed, await customizations.previews(db, confirmed)), 201)


async def show(request: Request, db: Tx, store_id: str, customization_id: str) -> Response:
    found = await customizations.get_public(db, ids.parse(store_id), ids.parse(customization_id))
    described = await customizations.described(db, found, found.lang)
    return ok(views.customization(state_of(request), described))
