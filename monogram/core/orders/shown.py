"""Orders as a shop's APIs show them: found by state and time, read with lines, customer, fulfilments and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from asyncpg import Record

from .. import customers
from ..addresses import Address, read
from ..customers import Customer
from ..db import Db
from ..errors import NotFound
from ..paging import ALWAYS, Page, Span
from . import fulfillments
from .fulfillments import Fulfillment

# What an API shows of an order's money and states; the names are the columns'.
_COLUMNS = """store_id, id, uuid, platform_order_id, platform_order_no, token, status, financial_status, fulfillment_status,
customer_id, email, phone, currency, payment_method, gateway, payment, sub_total, line_discount_total, code_discount_total,
total_discount, total_tax, tax_rate, total_shipping, total_insurance, total_tip, total_price, total_refunded, total_weight,
shipping_line, discount_code, tags, note, customer_note, cancel_reason, buyer_accepts_marketing, client, source, landing_site,
referring_site, test, quantity, placed_at, paid_at, finished_at, cancelled_at, deleted_at, customer_deleted_at, created_at,
updated_at, shipping_address, billing_address"""

_ORDER_COLUMNS = len(_COLUMNS.split(","))
_SELECT = f"""select {", ".join(f"o.{name.strip()}" for name in _COLUMNS.split(","))}, {customers.COLUMNS}
from orders o left join customers c on c.store_id = o.store_id and c.id = o.customer_id"""


@dataclass(frozen=True)
class ShopOrder:
    """Amounts in `currency`, weights in grams. `number` is what people call it by."""

    store_id: int
    id: int
    uuid: UUID
    reference: str
    number: str
    token: str
    status: str  # opened, placed, finished, cancelled
    financial_status: str  # waiting, paid, failed, cancelled, partially_refunded, refunded
    fulfillment_status: str  # initialled, waiting, partially_shipped, shipped, partially_finished, finished, cancelled
    customer_id: int | None
    email: str
    phone: str
    currency: str
    payment_method: str  # online, cod, none
    gateway: str
    payment: dict[str, str]
    sub_total: Decimal
    line_discount_total: Decimal
    code_discount_total: Decimal
    total_discount: Decimal
    total_tax: Decimal
    tax_rate: Decimal
    total_shipping: Decimal
    total_insurance: Decimal
    total_tip: Decimal
    total_price: Decimal
    total_refunded: Decimal
    total_weight: Decimal
    shipping_line: str
    discount_code: str
    tags: list[str]
    note: str
    customer_note: str
    cancel_reason: str | None
    buyer_accepts_marketing: bool
    client: dict[str, str]
    source: str
    landing_site: str
    referring_site: str
    test: bool
    quantity: int
    placed_at: datetime | None
    paid_at: datetime | None
    finished_at: datetime | None
    cancelled_at: datetime | None
    deleted_at: datetime | None
    customer_deleted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    shipping_address: Address | None
    billing_address: Address | None


_LINE_COLUMNS = """order_id, id, uuid, position, product_id, product_uuid, variant_id, variant_uuid, platform_product_title,
platform_variant_title, platform_product_image, sku, quantity, price, compare_at_price, discount, tax, total, weight,
weight_unit, vendor, product_handle, product_url, option_names, option_values, properties, note, is_gift, shipped, finished,
refunded, refund_amount, customization_id, created_at, updated_at"""


@dataclass(frozen=True)
class ShopLine:
    """`total` is price x quantity less discount. A line that a platform sent has no product of the shop."""

    order_id: int
    id: int
    uuid: UUID
    position: int
    product_id: int | None
    product_uuid: UUID | None
    variant_id: int | None
    variant_uuid: UUID | None
    product_title: str
    variant_title: str
    image: str
    sku: str
    quantity: int
    price: Decimal | None
    compare_at_price: Decimal | None
    discount: Decimal
    tax: Decimal
    total: Decimal
    weight: Decimal
    weight_unit: str
    vendor: str
    product_handle: str
    product_url: str
    option_names: list[str]
    option_values: list[str]
    properties: list[dict[str, Any]]
    note: str
    is_gift: bool
    shipped: int
    finished: int
    refunded: int
    refund_amount: Decimal
    customization_id: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def fulfillment_status(self) -> str:
        """Of this line alone, in the order's words."""
        left = self.quantity - self.refunded - self.shipped
        match self.shipped, self.finished:
            case 0, _:
                return "waiting" if left > 0 else "cancelled"
            case shipped, finished if finished == shipped:
                return "finished" if left <= 0 else "partially_finished"
            case _:
                return "shipped" if left <= 0 else "partially_shipped"


@dataclass(frozen=True)
class OrderView:
    order: ShopOrder
    lines: list[ShopLine]
    fulfillments: list[Fulfillment]
    customer: Customer | None


@dataclass(frozen=True)
class Search:
    """What narrows a list of orders; None and open spans do not."""

    uuids: list[UUID] | None = None
    ids: list[int] | None = None
    created: Span = ALWAYS
    updated: Span = ALWAYS
    placed: Span = ALWAYS
    paid: Span = ALWAYS
    statuses: list[str] | None = None
    financial_statuses: list[str] | None = None
    fulfillment_statuses: list[str] | None = None
    after_id: int | None = None


def _conditions(store_id: int, wanted: Search) -> tuple[str, list[Any]]:
    """Only what is asked for becomes a condition, so that each search finds its index."""
    clauses, values = ["store_id = $1", "deleted_at is null"], [store_id]

    def add(clause: str, value: Any) -> None:
        if value is not None:
            values.append(value)
            clauses.append(clause.format(f"${len(values)}"))

    add("uuid = any({})", wanted.uuids)
    add("id = any({})", wanted.ids)
    add("id > {}", wanted.after_id)
    add("status = any({})", wanted.statuses)
    add("financial_status = any({})", wanted.financial_statuses)
    add("fulfillment_status = any({})", wanted.fulfillment_statuses)
    for name in ("created", "updated", "placed", "paid"):
        start, end = getattr(wanted, name)
        add(f"{name}_at >= {{}}", start)
        add(f"{name}_at <= {{}}", end)
    return " and ".join(clauses), values


async def count(db: Db, store_id: int, wanted: Search = Search()) -> int:
    where, values = _conditions(store_id, wanted)
    return await db.fetchval(f"select count(*) from orders where {where}", *values)


async def search(db: Db, store_id: int, wanted: Search = Search(), page: Page = Page()) -> list[OrderView]:
    """Orders, newest first. The inner query reads ids only, so that a deep page costs little more than the first."""
    where, values = _conditions(store_id, wanted)
    rows = await db.fetch(
        f"""{_SELECT} where o.store_id = $1 and o.id in (
                select id from (select id from orders where {where} order by created_at desc, id desc
                                limit ${len(values) + 1} offset ${len(values) + 2}) i)
            order by o.created_at desc, o.id desc""",
        *values, page.limit, page.offset,
    )
    return await _with_parts(db, store_id, rows)


async def show(db: Db, store_id: int, order_id: int | None, *, deleted: bool = False) -> OrderView:
    """One order with everything. `deleted`: also one that was deleted, for the event that says so."""
    row = await db.fetchrow(
        f"{_SELECT} where o.store_id = $1 and o.id = $2 and (o.deleted_at is null or $3)", store_id, order_id, deleted
    )
    if row is None:
        raise NotFound("order", order_id)
    return (await _with_parts(db, store_id, [row]))[0]


async def id_of(db: Db, store_id: int, uuid: UUID | None) -> int:
    """The integer key behind an order's UUID. Raises NotFound, also for a deleted one."""
    found = await db.fetchval(
        "select id from orders where store_id = $1 and uuid = $2 and deleted_at is null", store_id, uuid
    )
    if found is None:
        raise NotFound("order", uuid)
    return found


def _order(row: Record) -> ShopOrder:
    *values, shipping, billing = tuple(row)[:_ORDER_COLUMNS]
    return ShopOrder(*values, read(shipping), read(billing))


def _customer(row: Record) -> Customer | None:
    return None if row["customer_id"] is None else Customer(*tuple(row)[_ORDER_COLUMNS:])


async def _with_parts(db: Db, store_id: int, rows: list[Record]) -> list[OrderView]:
    if not rows:
        return []
    orders = [_order(row) for row in rows]
    order_ids = [order.id for order in orders]
    lines: dict[int, list[ShopLine]] = {order_id: [] for order_id in order_ids}
    for row in await db.fetch(
        f"select {_LINE_COLUMNS} from order_lines where store_id = $1 and order_id = any($2) order by order_id, position",
        store_id, order_ids,
    ):
        lines[row["order_id"]].append(ShopLine(*row))
    parcels = await fulfillments.of_orders(db, store_id, order_ids)
    return [
        OrderView(order, lines[order.id], parcels.get(order.id, []), _customer(row))
        for order, row in zip(orders, rows, strict=True)
    ]
