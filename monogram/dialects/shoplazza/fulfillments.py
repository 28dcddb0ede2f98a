"""Chapter: fulfilments of an order (lines 905 to 1242). List, count, details, create, update, complete, cancel."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import clients, orders
from monogram.core.errors import Invalid
from monogram.core.orders import fulfillments
from monogram.edge import Tx
from monogram.inputs import query_of

from .auth import Caller
from .envelope import ok
from .inputs import Input, Text, any_body, from_body, page, span, uuid
from .views import orders as shown

Action = Annotated[dict[str, Any], Depends(any_body)]


class NewFulfillment(Input):
    line_item_ids: Annotated[list[str], Field(min_length=1, max_length=500)]
    tracking_number: Text
    tracking_company: Text | None = None
    tracking_company_code: Text | None = None


class FulfillmentChanges(Input):
    tracking_number: Text | None = None
    tracking_company: Text | None = None
    tracking_company_code: Text | None = None


async def find(request: Request, caller: Caller, order_id: str, db: Tx) -> Response:
    """GET /orders/{order_id}/fulfillments, lines 906 to 955."""
    query = query_of(request)
    view = await orders.show(db, caller.store_id, await orders.id_of(db, caller.store_id, uuid(order_id)))
    _, found = await fulfillments.find(
        db, caller.store_id, view.order.id,
        created=span(query, "created_at", caller.time_zone), updated=span(query, "updated_at", caller.time_zone),
        page=page(query),
    )  # fmt: skip
    return ok({"fulfillments": [shown.fulfillment(parcel, view.order, view.lines) for parcel in found]})


async def count(request: Request, caller: Caller, order_id: str, db: Tx) -> Response:
    """GET /orders/{order_id}/fulfillments/count, lines 956 to 968."""
    query = query_of(request)
    found, _ = await fulfillments.find(
        db, caller.store_id, await orders.id_of(db, caller.store_id, uuid(order_id)),
        created=span(query, "created_at", caller.time_zone), updated=span(query, "updated_at", caller.time_zone),
    )  # fmt: skip
    return ok({"count": found})


async def show(caller: Caller, order_id: str, fulfillment_id: str, db: Tx) -> Response:
    """GET /orders/{order_id}/fulfillments/{fulfillment_id}, lines 969 to 1024."""
    return await _answer(db, caller, *await _ids(db, caller, order_id, fulfillment_id))


async def _ids(db: Tx, caller: clients.Caller, order_id: str, fulfillment_id: str) -> tuple[int, int]:
    order = await orders.id_of(db, caller.store_id, uuid(order_id))
    return order, await fulfillments.id_of(db, caller.store_id, order, uuid(fulfillment_id))


async def _answer(db: Tx, caller: clients.Caller, order_id: int, fulfillment_id: int) -> Response:
    view = await orders.show(db, caller.store_id, order_id)
    parcel = next(each for each in view.fulfillments if each.id == fulfillment_id)
    return ok({"fulfillment": shown.fulfillment(parcel, view.order, view.lines)})


async def create(
    caller: Caller, order_id: str, new: Annotated[NewFulfillment, from_body(NewFulfillment, "fulfillment")], db: Tx
) -> Response:
    """POST /orders/{order_id}/fulfillments, lines 1025 to 1084. Whole lines, those covered already refused (ruled)."""
    view = await orders.show(db, caller.store_id, await orders.id_of(db, caller.store_id, uuid(order_id)))
    known = {line.uuid: line.id for line in view.lines}
    chosen = [known.get(uuid(text)) for text in dict.fromkeys(new.line_item_ids)]
    if None in chosen:
        raise Invalid({"line_item_ids": "is invalid"})
    try:
        made = await fulfillments.ship(
            db, caller.store_id, view.order.id, chosen, new.tracking_number, tracking_company=new.tracking_company or "",
            tracking_company_code=new.tracking_company_code or "", actor=caller.actor,
        )
    except Invalid as wrong:
        raise Invalid({"line_item_ids": "; ".join(dict.fromkeys(wrong.fields.values()))}) from None
    return await _answer(db, caller, view.order.id, made)


async def update(
    caller: Caller, order_id: str, fulfillment_id: str,
    changes: Annotated[FulfillmentChanges, from_body(FulfillmentChanges, "fulfillment")], db: Tx,
) -> Response:  # fmt: skip
    """PUT /orders/{order_id}/fulfillments/{fulfillment_id}, lines 1085 to 1138."""
    order, fulfillment = await _ids(db, caller, order_id, fulfillment_id)
    await fulfillments.update(
        db, caller.store_id, order, fulfillment, tracking_number=changes.tracking_number,
        tracking_company=changes.tracking_company, tracking_company_code=changes.tracking_company_code, actor=caller.actor,
    )
    return await _answer(db, caller, order, fulfillment)


async def complete(caller: Caller, order_id: str, fulfillment_id: str, body: Action, db: Tx) -> Response:
    """POST …/complete, lines 1139 to 1192."""
    order, fulfillment = await _ids(db, caller, order_id, fulfillment_id)
    await fulfillments.complete(db, caller.store_id, order, fulfillment, actor=caller.actor)
    return await _answer(db, caller, order, fulfillment)


async def cancel(caller: Caller, order_id: str, fulfillment_id: str, body: Action, db: Tx) -> Response:
    """POST …/cancel, lines 1193 to 1242."""
    order, fulfillment = await _ids(db, caller, order_id, fulfillment_id)
    await fulfillments.cancel(db, caller.store_id, order, fulfillment, actor=caller.actor)
    return await _answer(db, caller, order, fulfillment)
