"""Chapter: script tags (lines 2660 to 2737). Create, update, delete, details, list, count; an app sees its own."""

from __future__ import annotations

from typing import Annotated

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import script_tags
from monogram.edge import Tx
from monogram.inputs import query_of

from .auth import Caller
from .envelope import ok
from .inputs import Input, Text, from_body, page, uuid
from .views.script_tags import script_tag


class ScriptTagInput(Input):
    src: str = ""
    display_scope: Text | None = None
    event_type: Text | None = None


Sent = Annotated[ScriptTagInput, from_body(ScriptTagInput, "script_tag")]


async def create(caller: Caller, sent: Sent, db: Tx) -> Response:
    """POST /script_tags, lines 2661 to 2677."""
    made = await script_tags.add(
        db, caller.store_id, caller.client_id, sent.src, sent.display_scope or "all", sent.event_type or "app"
    )
    return ok({"script_tag": script_tag(made)})


async def update(caller: Caller, id: str, sent: Sent, db: Tx) -> Response:
    """PUT /script_tags/{id}, lines 2678 to 2695: `src` is required, the rest stays when it is not sent."""
    changed = await script_tags.change(
        db, caller.store_id, caller.client_id, uuid(id),
        src=sent.src, display_scope=sent.display_scope or None, event_type=sent.event_type or None,
    )  # fmt: skip
    return ok({"script_tag": script_tag(changed)})


async def delete(caller: Caller, id: str, db: Tx) -> Response:
    """DELETE /script_tags/{id}, lines 2696 to 2705."""
    await script_tags.remove(db, caller.store_id, caller.client_id, uuid(id))
    return ok({})


async def show(caller: Caller, id: str, db: Tx) -> Response:
    """GET /script_tags/{id}, lines 2706 to 2718."""
    return ok({"script_tag": script_tag(await script_tags.get(db, caller.store_id, caller.client_id, uuid(id)))})


async def find(request: Request, caller: Caller, db: Tx) -> Response:
    """GET /script_tags, lines 2719 to 2731. No pages are documented, and all there may be fit on one."""
    rows = page({"limit": str(script_tags.MOST), **query_of(request)})
    found = await script_tags.find(db, caller.store_id, caller.client_id, rows)
    return ok({"script_tags": [script_tag(each) for each in found]})


async def count(caller: Caller, db: Tx) -> Response:
    """GET /script_tags/count, lines 2732 to 2737."""
    return ok({"count": await script_tags.count(db, caller.store_id, caller.client_id)})
