"""Chapter: composite tasks. Ask for a print file, and ask how it stands."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import composites, ids
from monogram.edge import Tx, state_of
from monogram.inputs import Input, from_body

from . import views
from .auth import Caller
from .envelope import ok

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class NewTask(Input):
    custom_info_id: Identifier
    composite_id: Identifier


async def create(caller: Caller, new: Annotated[NewTask, from_body(NewTask)], db: Tx) -> Response:
    """POST /composite/task, lines 807 to 837. The task runs at once; its file comes later."""
    task = await composites.create(db, caller.merchant_id, ids.parse(new.custom_info_id), ids.parse(new.composite_id))
    return ok({"id": str(task.id)}, 201)


async def get(request: Request, caller: Caller, id: str, db: Tx) -> Response:
    """GET /composite/task/{id}, lines 838 to 903."""
    task = await composites.get(db, caller.merchant_id, ids.parse(id))
    return ok(views.task(task, state_of(request).url))
