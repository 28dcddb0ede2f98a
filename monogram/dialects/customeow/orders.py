"""Chapter: orders. Create, list (by line), details with the state of the print files."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import composites, ids, orders, stores
from monogram.core.errors import NotFound
from monogram.edge import Tx, state_of
from monogram.inputs import Input, Time, Whole, absent_if_empty, from_body, from_query, page

from . import views
from .auth import Caller
from .envelope import ok

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Short = Annotated[str, StringConstraints(max_length=255)]
Title = Annotated[str, StringConstraints(max_length=2_000)]
Address = Annotated[str, StringConstraints(max_length=4_000)]
Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,14}(\.[0-9]{1,6})?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$", to_upper=True)]
SearchTime = Annotated[Time | None, BeforeValidator(absent_if_empty)]


class NewLine(Input):
    """Required as in the English table, lines 118 to 127."""

    sku: Identifier
    custom_info_id: Short
    platform_item_id: Identifier
    platform_product_id: Short
    platform_product_title: Title
    platform_variant_title: Title
    platform_variant_id: Short
    platform_product_image: Address | None = None
    quantity: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    price: Annotated[Price | None, BeforeValidator(absent_if_empty)] = None

    def customization_id(self) -> int | None:
        """ "0" and "" say that the shopper has not answered yet (line 304)."""
        if self.custom_info_id.strip() in ("", "0"):
            return None
        found = ids.parse(self.custom_info_id)
        if found is None:
            raise NotFound("customization", self.custom_info_id)
        return found

    def incoming(self) -> orders.IncomingLine:
        return orders.IncomingLine(
            sku=self.sku,
            customization_id=self.customization_id(),
            platform_item_id=self.platform_item_id,
            platform_product_id=self.platform_product_id,
            platform_product_title=self.platform_product_title,
            platform_variant_title=self.platform_variant_title,
            platform_variant_id=self.platform_variant_id,
            platform_product_image=self.platform_product_image or "",
            quantity=self.quantity or 1,
            price=Decimal(self.price) if self.price else None,
        )


class NewOrder(Input):
    """Required as in the English table, lines 111 to 117; platformType is new, with a default (line 115)."""

    store_id: Identifier
    platform_order_id: Identifier
    platform_order_no: Identifier
    platform_type: Annotated[Whole, Field(ge=0, le=7)] | None = None
    platform_created_at: Time
    currency_code: Currency
    line_items: Annotated[list[NewLine], Field(min_length=1, max_length=1_000)]

    def incoming(self) -> orders.IncomingOrder:
        return orders.IncomingOrder(
            platform_order_id=self.platform_order_id,
            platform_order_no=self.platform_order_no,
            platform_created_at=self.platform_created_at,
            currency=self.currency_code,
            lines=tuple(line.incoming() for line in self.line_items),
            platform_type=self.platform_type or 0,
        )


class OrderSearch(Input):
    start_time: SearchTime = None
    end_time: SearchTime = None
    page: str | None = None
    page_size: str | None = None
    store_ids: str | None = None


class OrderKey(Input):
    store_id: Identifier
    platform_order_id: Identifier


async def create(caller: Caller, new: Annotated[NewOrder, from_body(NewOrder)], db: Tx) -> Response:
    """POST /order, lines 103 to 175. Answers 201, also for the same order sent again."""
    store = await stores.get(db, caller.merchant_id, ids.parse(new.store_id))
    incoming = new.incoming()
    placed = await orders.receive(db, store.id, incoming)
    answered = dict.fromkeys(line.customization_id for line in incoming.lines if line.customization_id is not None)
    return ok(views.placed_order(placed.order, await composites.templates(db, store.id, list(answered))), 201)


async def find(caller: Caller, search: Annotated[OrderSearch, from_query(OrderSearch)], db: Tx) -> Response:
    """GET /order, lines 176 to 318. Lists and counts order lines; stores of others are as if they were not named."""
    wanted = page(search.page, search.page_size, usual=10, most=500)
    own = await stores.ids_of(db, caller.merchant_id)
    if search.store_ids and search.store_ids.strip():
        named = {ids.parse(text.strip()) for text in search.store_ids.split(",")}
        own = [store_id for store_id in own if store_id in named]
    count, found = await orders.find(db, own, start=search.start_time, end=search.end_time, page=wanted)
    return ok({"count": count, "list": [views.order_row(each.line, each.order) for each in found]})


async def info(request: Request, caller: Caller, key: Annotated[OrderKey, from_query(OrderKey)], db: Tx) -> Response:
    """GET /order-info, lines 319 to 494."""
    found = await orders.info(db, caller.merchant_id, ids.parse(key.store_id), key.platform_order_id)
    return ok(views.order_details(found, state_of(request).url))
