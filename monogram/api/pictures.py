"""Stored pictures as the renderer sees them, by the token of their address, which is the right to see them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import files, ids
from monogram.core.errors import NotFound
from monogram.core.files import File
from monogram.edge import state_of, transaction

from . import views
from .envelope import ok

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


async def show(request: Request, store_id: str, token: str) -> Response:
    file = await _file(request, store_id, token)
    state = state_of(request)
    return ok(views.picture(state, file, await state.live.picture(file.sha256)))


async def art(request: Request, store_id: str, token: str) -> Response:
    """Whether SVG art can be printed: its size, or by name what of it cannot."""
    file = await _file(request, store_id, token)
    state = state_of(request)
    facts = await state.live.art(file.sha256)
    return ok(views.art(state, file, facts.width, facts.height))


async def salience(request: Request, store_id: str, token: str) -> Response:
    file = await _file(request, store_id, token)
    answer = ok({"counts": await state_of(request).live.salience(file.sha256)})
    answer.headers.update(_FOR_EVER)
    return answer


async def pixels(request: Request, store_id: str, token: str) -> Response:
    file = await _file(request, store_id, token)
    return Response(await state_of(request).live.pixels(file.sha256), media_type="image/png", headers=_FOR_EVER)


async def _file(request: Request, store_id: str, token: str) -> File:
    """The connection goes back before anything is drawn."""
    async with transaction(state_of(request)) as db:
        file = await files.by_token(db, token) if "\0" not in token else None
    if file is None or file.store_id != ids.parse(store_id):
        raise NotFound("picture", token)
    return file
