"""What a browser needs to draw a SKU's templates while somebody edits, and what preflight says meanwhile."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import customizations, features, font_books, ids, skus
from monogram.core.customizations import Accepted
from monogram.core.errors import Invalid, NotFound
from monogram.edge import JsonBody, state_of, transaction
from monogram.inputs import Input, read

from . import views
from .envelope import ok

LARGEST_NODES = 16_000_000  # bytes of an answer


class Editing(Input):
    """`editing`: any name of one shopper's page; of its questions only the newest is answered."""

    sku: str
    lang: str
    answers: dict[str, Any]
    editing: Annotated[str, Field(max_length=64)] = ""


class Wanted(Editing):
    """Layers of one template, by its id and theirs."""

    template_id: str
    layers: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=200)]


async def show(request: Request, store_id: str, sku: str) -> Response:
    state = state_of(request)
    async with transaction(state) as db:
        found = await skus.get(db, ids.parse(store_id), sku)
        version = await features.get_published(db, found.store_id, found.feature_id)
        pictures = await features.template_images(db, version)
    facts = {sha256: await state.live.picture(sha256) for sha256, file in pictures.items() if file.width is not None}
    return ok(views.kit(state, version, pictures, facts, font_books.current()))


async def findings(request: Request, body: JsonBody, store_id: str) -> Response:
    wanted = read(Editing, body)
    accepted = await _accepted(request, store_id, wanted)
    line = f"{store_id} {wanted.editing}" if wanted.editing else ""
    found = await state_of(request).live.findings(accepted, line)
    return ok({"faults": accepted.faults, "findings": [views.finding(each, accepted) for each in found]})


async def nodes(request: Request, body: JsonBody, store_id: str) -> Response:
    wanted = read(Wanted, body)
    accepted = await _accepted(request, store_id, wanted)
    template = next((each for each in accepted.version.templates if str(each.id) == wanted.template_id), None)
    if template is None:
        raise NotFound("template", wanted.template_id)
    side = "print" if template.usage == features.PRODUCTION else "preview"
    found = await state_of(request).live.nodes(accepted, template.document, wanted.layers, side)
    answer = ok({"nodes": found})
    if len(answer.body) > LARGEST_NODES:
        raise Invalid({"layers": "too_much: they have too many parts for a browser; ask for the preview instead"})
    return answer


async def _accepted(request: Request, store_id: str, wanted: Editing) -> Accepted:
    """The connection goes back before anything is drawn."""
    async with transaction(state_of(request)) as db:
        return await customizations.accept(db, ids.parse(store_id), wanted.sku, wanted.lang, wanted.answers)
