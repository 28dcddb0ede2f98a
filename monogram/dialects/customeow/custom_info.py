"""Chapter: custom data. A shopper's confirmed answers, and the templates they can be drawn by."""

from __future__ import annotations

from typing import Annotated

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import composites, customizations, ids
from monogram.edge import Tx, state_of
from monogram.inputs import Input, from_query

from . import views
from .auth import Caller
from .envelope import ok


class LabelLanguage(Input):
    """Absent or unknown is English: labels are a courtesy, the data is what an order needs (line 619)."""

    lang: str = ""


async def get(
    request: Request, caller: Caller, custom_id: str, label: Annotated[LabelLanguage, from_query(LabelLanguage)], db: Tx
) -> Response:
    """GET /custom-info/{custom_id}, lines 608 to 741."""
    customization = await customizations.get(db, caller.merchant_id, ids.parse(custom_id))
    return ok(views.custom_info(await customizations.described(db, customization, label.lang), state_of(request).url))


async def templates(caller: Caller, id: str, db: Tx) -> Response:
    """GET /custom-info/{id}/templates, lines 742 to 806."""
    customization = await customizations.get(db, caller.merchant_id, ids.parse(id))
    found = await composites.templates(db, customization.store_id, [customization.id])
    return ok(views.custom_templates(customization.id, found[customization.id]))
