"""The demo shop's customers, orders and comments: what `sales.json` says, done step by step through the core's verbs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

from monogram.core import comments, customers, customizations, orders, products
from monogram.core.addresses import Address
from monogram.core.comments import Comment
from monogram.core.db import Db
from monogram.core.files import Storage
from monogram.core.orders import CUSTOM_INFO_PROPERTY, Checkout, CheckoutLine, Discount, PlacedOrder, fulfillments

from .goods import FOLDER, Stocked, add_picture
from .shop import FOLDER as SAMPLES
from .shop import PRODUCTS

STAFF = "staff:demo"

# Hours from one step of an order to the next.
PAUSES = {
    "order.paid": 0.05, "order.payment_failed": 0.05, "order.updated": 1, "order.cancelled": 3, "order.refunded": 20,
    "fulfillment.created": 21, "fulfillment.cancelled": 2, "fulfillment.finished": 74,
}  # fmt: skip


class Buyer(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    email: str
    lang: str
    accepts_marketing: bool
    address: Address


class Bought(msgspec.Struct, forbid_unknown_fields=True):
    """`answers`: of a personalized product, as far as they differ from the sample's."""

    sku: str
    variant: str
    quantity: int
    answers: dict[str, Any] | None = None
    properties: dict[str, str] = {}


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """What became of an order. `lines`: of a parcel, lines by their place (none: all that are left); of a refund, place ->
    quantity (none: everything). `parcel`: which of the order's, from 1."""

    do: Literal["pay", "fail", "ship", "arrive", "recall", "cancel", "refund", "note"]
    number: str = ""
    company: str = ""
    code: str = ""
    lines: list[int] | dict[str, int] | None = None
    parcel: int = 1
    reason: str = ""
    text: str = ""
    tags: list[str] = []


class Sale(msgspec.Struct, forbid_unknown_fields=True):
    """An order of a buyer, `days` ago, and what became of it."""

    who: str
    days: float
    lines: list[Bought]
    shipping: Decimal
    tax_rate: Decimal
    payment: Literal["online", "cod"]
    gateway: str
    discount: Discount | None = None
    customer_note: str = ""
    then: list[Step] = []


class Said(msgspec.Struct, forbid_unknown_fields=True):
    sku: str
    who: str
    star: int
    content: str
    days: int
    likes: int


class Sales(msgspec.Struct, forbid_unknown_fields=True):
    customers: list[Buyer]
    orders: list[Sale]
    comments: list[Said]


def read() -> Sales:
    return msgspec.json.decode((FOLDER / "sales.json").read_bytes(), type=Sales)


def told() -> str:
    """What there is, in a few words."""
    sales = read()
    return f"{len(sales.orders)} orders of {len(sales.customers)} customers"


async def were_made(db: Db, store_id: int) -> bool:
    """Whether these customers have been here: they stay, whatever becomes of goods and orders."""
    count, _ = await customers.find(db, store_id, email=read().customers[0].email)
    return count > 0


async def make(db: Db, storage: Storage, store_id: int, stocked: Stocked) -> None:
    """Places every order and carries it as far as it goes; then the comments."""
    sales = read()
    buyers = {buyer.key: buyer for buyer in sales.customers}
    photos = {}
    for path in sorted((SAMPLES / "photos").glob("*.jpg")):
        photos[f"photos/{path.name}"] = (await add_picture(db, storage, store_id, path.read_bytes())).token
    now = datetime.now(UTC)
    for sale in sales.orders:
        placed = await orders.place(db, store_id, await _checkout(db, store_id, sale, buyers[sale.who], stocked, photos))
        for step in sale.then:
            await _take(db, placed, step)
        await _age(db, placed, now - timedelta(days=sale.days), now)
    await _age_customers(db, store_id)
    for said in sales.comments:
        await _say(db, store_id, said, buyers[said.who], stocked, now)


async def _checkout(
    db: Db, store_id: int, sale: Sale, buyer: Buyer, stocked: Stocked, photos: dict[str, str]
) -> Checkout:
    lines = []
    for line in sale.lines:
        properties = dict(line.properties)
        if line.answers is not None:
            properties[CUSTOM_INFO_PROPERTY] = await _personalize(db, store_id, line, buyer.lang, photos)
        lines.append(CheckoutLine(stocked[line.sku, line.variant], line.quantity, tuple(properties.items())))
    return Checkout(
        tuple(lines), email=buyer.email, phone=buyer.address.phone, shipping_address=buyer.address,
        payment_method=sale.payment, gateway=sale.gateway, shipping=sale.shipping, tax_rate=sale.tax_rate,
        shipping_line="Standard" if sale.shipping else "Free", discounts=(sale.discount,) if sale.discount else (),
        customer_note=sale.customer_note, accepts_marketing=buyer.accepts_marketing,
        client={"ip": "203.0.113.7", "locale": buyer.lang}, landing_site="/", test=False,
    )  # fmt: skip


async def _personalize(db: Db, store_id: int, line: Bought, lang: str, photos: dict[str, str]) -> str:
    """The buyer's answers, confirmed. The number that the line carries."""
    sample = next(product for product in PRODUCTS if product.sku == line.sku).read("answers")
    answers = sample | (line.answers or {})
    answers["photo"] = answers["photo"] | {"file": photos[answers["photo"]["file"]]}
    return str((await customizations.confirm(db, store_id, line.sku, lang, answers)).id)


async def _take(db: Db, placed: PlacedOrder, step: Step) -> None:
    order = (db, placed.store_id, placed.id)
    match step.do:
        case "pay":
            await orders.pay(*order, {"id": f"ch_{placed.number}", "merchant": "demo", "company": "Visa"})
        case "fail":
            await orders.fail_payment(*order, step.reason)
        case "ship":
            lines = await _lines(placed, db, list(step.lines or []))
            await fulfillments.ship(*order, lines, step.number, tracking_company=step.company,
                                    tracking_company_code=step.code, actor=STAFF)
        case "arrive":
            await fulfillments.complete(*order, await _parcel(placed, db, step.parcel))
        case "recall":
            await fulfillments.cancel(*order, await _parcel(placed, db, step.parcel), actor=STAFF)
        case "cancel":
            await orders.cancel(*order, step.reason, actor=STAFF)
        case "refund":
            counts = step.lines if isinstance(step.lines, dict) else {}
            lines = await _lines(placed, db, [int(place) for place in counts])
            quantities = dict(zip(lines, counts.values(), strict=True)) if counts else None
            await orders.refund(*order, quantities, reason=step.reason, actor=STAFF)
        case "note":
            await orders.update(*order, note=step.text, tags=step.tags, actor=STAFF)


async def _lines(placed: PlacedOrder, db: Db, places: list[int]) -> list[int]:
    """The ids of an order's lines at these places, from 1; without any those of all."""
    lines = (await orders.show(db, placed.store_id, placed.id)).lines
    return [line.id for place, line in enumerate(lines, 1) if not places or place in places]


async def _parcel(placed: PlacedOrder, db: Db, number: int) -> int:
    _, parcels = await fulfillments.find(db, placed.store_id, placed.id)
    return parcels[number - 1].id


async def _say(db: Db, store_id: int, said: Said, buyer: Buyer, stocked: Stocked, now: datetime) -> None:
    variant_id = next(number for (sku, _), number in stocked.items() if sku == said.sku)
    product, _ = await products.of_variant(db, store_id, variant_id)
    await comments.add(db, store_id, Comment(product.uuid, buyer.address.name, said.content, said.star,
                                             now - timedelta(days=said.days), likes=said.likes))  # fmt: skip


# Verbs write down the hour they are used in. A shop whose whole life took one second would help nobody to try times.

_AGE_ORDER = """
update orders set created_at = $3::timestamptz, platform_created_at = $3, updated_at = $4,
    placed_at = case when placed_at is null then null
                     when payment_method = 'online' then coalesce($5::timestamptz, $3) else $3 end,
    paid_at = case when paid_at is not null then coalesce($5, $6::timestamptz, $3) end,
    finished_at = case when finished_at is not null then $6 end,
    cancelled_at = case when cancelled_at is not null then $7::timestamptz end
where store_id = $1 and id = $2
"""
_AGE_PARCEL = """
update fulfillments set created_at = case when $4 then $3::timestamptz else created_at end, updated_at = $3,
    finished_at = case when finished_at is not null then $3::timestamptz end,
    cancelled_at = case when cancelled_at is not null then $3::timestamptz end
where store_id = $1 and id = $2
"""
_AGE_LINES = """
with l as (
    update order_lines set created_at = $3::timestamptz, updated_at = $4 where store_id = $1 and order_id = $2 returning id
)
update stock_movements m set created_at = case when reason = 'reserved' then $3 else $4::timestamptz end
from l where m.store_id = $1 and m.order_line_id = l.id
"""


async def _age(db: Db, placed: PlacedOrder, begun: datetime, now: datetime) -> None:
    """Puts an order and each step of it where it would have been."""
    order = placed.store_id, placed.id
    at, times = begun, {}
    for row in await db.fetch(
        "select id, event, facts from order_history where store_id = $1 and order_id = $2 order by id", *order
    ):
        at = times[row["event"]] = min(at + timedelta(hours=PAUSES.get(row["event"], 0)), now)
        await db.execute("update order_history set created_at = $3 where store_id = $1 and id = $2", order[0], row["id"], at)
        if parcel := row["facts"].get("fulfillment"):
            await db.execute(_AGE_PARCEL, order[0], parcel, at, row["event"] == "fulfillment.created")
    await db.execute(_AGE_ORDER, *order, begun, at, times.get("order.paid"), times.get("fulfillment.finished", at),
                     times.get("order.cancelled", at))
    await db.execute("update refunds set created_at = $3 where store_id = $1 and order_id = $2", *order,
                     times.get("order.refunded", at))
    await db.execute(_AGE_LINES, *order, begun, at)


async def _age_customers(db: Db, store_id: int) -> None:
    await db.execute(
        """update customers c set created_at = o.first, updated_at = o.last
           from (select customer_id, min(created_at) as first, max(updated_at) as last from orders
                 where store_id = $1 group by customer_id) o
           where c.store_id = $1 and c.id = o.customer_id""", store_id,
    )
