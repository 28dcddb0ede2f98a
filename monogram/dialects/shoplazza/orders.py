"""Chapter: orders (lines 200 to 904). List, count, details, delete, cancel, refund, update."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import BeforeValidator, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import clients, orders
from monogram.core.orders.states import LONGEST_NOTE
from monogram.edge import Tx
from monogram.inputs import query_of

from .auth import Caller
from .envelope import ok
from .inputs import Input, Text, any_body, from_body, one_of, page, span, uuid, uuids
from .views import orders as shown

STATUSES = frozenset({"opened", "placed", "finished", "cancelled"})
FULFILLMENT = frozenset(
    {"initialled", "waiting", "partially_shipped", "shipped", "partially_finished", "finished", "cancelled"}
)
FINANCIAL = frozenset(shown.FINANCIAL.values())


def _degrees(value: object) -> object:
    """Line 744 sends them as text; an empty one says nothing."""
    return None if value == "" else value


Degrees = Annotated[float | None, BeforeValidator(_degrees), Field(allow_inf_nan=False)]


class AddressChanges(Input):
    first_name: Text | None = None
    last_name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    country: Text | None = None
    country_code: Text | None = None
    province: Text | None = None
    province_code: Text | None = None
    area: Text | None = None
    city: Text | None = None
    address1: Text | None = None
    address2: Text | None = None
    company: Text | None = None
    latitude: Degrees = None
    longitude: Degrees = None
    phone_area_code: Text | None = None
    zip: Text | None = None


class Cancelling(Input):
    reason: Text | None = None


class OrderChanges(Input):
    note: str | None = None
    tags: str | None = None
    buyer_accepts_marketing: bool | None = None
    shipping_address: AddressChanges | None = None


async def _searched(request: Request, caller: Caller) -> orders.Search:
    query = query_of(request)
    payment = one_of(query, "financial_status", FINANCIAL)
    return orders.Search(
        uuids=uuids(query.get("ids")),
        created=span(query, "created_at", caller.time_zone),
        updated=span(query, "updated_at", caller.time_zone),
        placed=span(query, "placed_at", caller.time_zone),
        statuses=one_of(query, "status", STATUSES),
        financial_statuses=payment and [core for core, word in shown.FINANCIAL.items() if word in payment],
        # the document's own example (line 212) is misspelt
        fulfillment_statuses=one_of(query, "fulfillment_status", FULFILLMENT, {"initalled": "initialled"}),
    )


Searched = Annotated[orders.Search, Depends(_searched)]


async def find(request: Request, caller: Caller, wanted: Searched, db: Tx) -> Response:
    """GET /orders, lines 200 to 375."""
    found = await orders.search(db, caller.store_id, wanted, page(query_of(request)))
    return ok({"orders": [shown.order(view) for view in found]})


async def count(caller: Caller, wanted: Searched, db: Tx) -> Response:
    """GET /orders/count, lines 529 to 544."""
    return ok({"count": await orders.count(db, caller.store_id, wanted)})


async def show(caller: Caller, id: str, db: Tx) -> Response:
    """GET /orders/{id}, lines 376 to 528."""
    return await _answer(db, caller, await orders.id_of(db, caller.store_id, uuid(id)))


async def _answer(db: Tx, caller: clients.Caller, order_id: int) -> Response:
    return ok({"order": shown.order(await orders.show(db, caller.store_id, order_id))})


async def delete(caller: Caller, id: str, db: Tx) -> Response:
    """DELETE /orders/{id}, lines 545 to 556."""
    await orders.delete(db, caller.store_id, await orders.id_of(db, caller.store_id, uuid(id)), actor=caller.actor)
    return ok({})


async def cancel(caller: Caller, id: str, said: Annotated[Cancelling, from_body(Cancelling, "order")], db: Tx) -> Response:
    """POST /orders/{id}/cancel, lines 557 to 711."""
    order_id = await orders.id_of(db, caller.store_id, uuid(id))
    await orders.cancel(db, caller.store_id, order_id, said.reason or "", actor=caller.actor)
    return await _answer(db, caller, order_id)


async def refund(caller: Caller, id: str, body: Annotated[dict[str, Any], Depends(any_body)], db: Tx) -> Response:
    """POST /orders/{id}/refund, lines 712 to 723: everything that is left."""
    order_id = await orders.id_of(db, caller.store_id, uuid(id))
    await orders.refund(db, caller.store_id, order_id, actor=caller.actor)
    return ok({})


async def update(
    caller: Caller, id: str, changes: Annotated[OrderChanges, from_body(OrderChanges, "order")], db: Tx
) -> Response:
    """PUT /orders/{id}, lines 724 to 904. Only what is sent changes."""
    order_id = await orders.id_of(db, caller.store_id, uuid(id))
    if len(changes.note or "") > LONGEST_NOTE:
        raise HTTPException(422, f"Note is too long (maximum is {LONGEST_NOTE} characters)")  # line 903
    address = changes.shipping_address
    await orders.update(
        db, caller.store_id, order_id,
        note=changes.note,
        tags=None if changes.tags is None else [tag.strip() for tag in changes.tags.split(",") if tag.strip()],
        buyer_accepts_marketing=changes.buyer_accepts_marketing,
        shipping_address=address and address.model_dump(exclude_none=True),
        actor=caller.actor,
    )  # fmt: skip
    return await _answer(db, caller, order_id)
