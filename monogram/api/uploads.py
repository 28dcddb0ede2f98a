"""Shoppers' photos: a raw image body, judged by its header before anything is stored."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import ids, photos, stores
from monogram.edge import read_body, state_of, transaction

from . import views
from .envelope import ok


async def create(request: Request, store_id: str) -> Response:
    """Two short transactions with the slow parts outside: no connection waits for a phone or a disk."""
    state = state_of(request)
    if not request.headers.get("content-type", "").lower().startswith("image/"):
        raise HTTPException(415, "Send the photo itself as the body, with a Content-Type such as image/jpeg.")
    async with transaction(state) as db:
        store = await stores.get_public(db, ids.parse(store_id))
    data = await read_body(request, photos.LARGEST_FILE)
    header = photos.read_header(data)
    sha256 = await state.storage.put(data)
    async with transaction(state) as db:
        file = await photos.know(db, store.id, sha256, len(data), header)
    return ok(views.upload(state, file), 201)
