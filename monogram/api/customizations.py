"""A shopper's answers: confirmed once, then looked at until the pictures are drawn."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import customizations, findings, ids
from monogram.core.errors import Invalid
from monogram.edge import JsonBody, Tx, state_of, transaction
from monogram.inputs import Input, read

from . import views
from .envelope import ok


class Confirming(Input):
    sku: str
    lang: str
    answers: Any = None


async def confirm(request: Request, body: JsonBody, store_id: str) -> Response:
    """Two short transactions with the drawing outside: no connection waits for a renderer. What preflight refuses is not
    confirmed, as it could not be printed."""
    state, wanted = state_of(request), read(Confirming, body)
    answered = ids.parse(store_id), wanted.sku, wanted.lang, wanted.answers
    async with transaction(state) as db:
        accepted = await customizations.accept(db, *answered)
    if accepted.faults:
        raise Invalid(accepted.faults)
    if faults := findings.refusals(accepted.version, await state.live.findings(accepted), accepted.lang):
        raise Invalid(faults)
    async with transaction(state) as db:
        confirmed = await customizations.confirm(db, *answered, version_id=accepted.version.id)
        return ok(views.confirmed(confirmed, await customizations.previews(db, confirmed)), 201)


async def show(request: Request, db: Tx, store_id: str, customization_id: str) -> Response:
    found = await customizations.get_public(db, ids.parse(store_id), ids.parse(customization_id))
    described = await customizations.described(db, found, found.lang)
    return ok(views.customization(state_of(request), described))
