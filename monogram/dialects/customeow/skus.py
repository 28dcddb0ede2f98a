"""Chapter: SKUs of a store and the custom features they are sold with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints
from starlette.responses import Response

from monogram.core import ids, skus, stores
from monogram.core.errors import Invalid
from monogram.edge import Tx
from monogram.inputs import Input, absent_if_empty, from_query, page

from . import views
from .auth import Caller
from .envelope import ok

MOST_SKUS = 100  # line 519

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Status = Annotated[Literal["0", "1", "2", "3", "4"] | None, BeforeValidator(absent_if_empty)]


class SkuSearch(Input):
    store_id: Identifier
    integrated_status: Status = None
    page: str | None = None
    page_size: str | None = None
    keyword: str = ""
    sku: str | None = None

    def skus(self) -> list[str] | None:
        """The SKUs named (line 519); None when none is."""
        named = [sku.strip() for sku in (self.sku or "").split(",") if sku.strip()]
        if len(named) > MOST_SKUS:
            raise Invalid({"sku": f"must name at most {MOST_SKUS} SKUs"})
        return named or None


async def find(caller: Caller, search: Annotated[SkuSearch, from_query(SkuSearch)], db: Tx) -> Response:
    """GET /skus, lines 495 to 607."""
    wanted, named = page(search.page, search.page_size, usual=10, most=500), search.skus()
    store = await stores.get(db, caller.merchant_id, ids.parse(search.store_id))
    status = int(search.integrated_status) if search.integrated_status else None
    count, found = await skus.find(db, store.id, status=status, keyword=search.keyword.strip(), skus=named, page=wanted)
    return ok({"count": count, "list": [views.sku(each) for each in found]})
