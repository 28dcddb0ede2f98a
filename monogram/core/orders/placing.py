"""A checkout becomes an order: stock is taken, money worked out, lines written, all or nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from .. import addresses, customers, events, ids, inventory, money
from ..addresses import Address
from ..db import Db
from ..errors import Invalid
from ..inventory import Reserved
from .received import check_customizations
from .stock import settle

# The line property that names a shopper's customization (as CustoMeow's storefront plug-ins write it).
CUSTOM_INFO_PROPERTY = "customInfoId"
MOST_LINES = 500
LARGEST_QUANTITY = 1_000_000
DEAREST = 10**12  # an order, in any currency: sums of very many still fit their columns


@dataclass(frozen=True)
class CheckoutLine:
    variant_id: int
    quantity: int
    properties: tuple[tuple[str, str], ...] = ()  # (name, value), as the shopper chose them
    note: str = ""


@dataclass(frozen=True)
class Discount:
    """Taken off the goods: a part of their price (0.1 is a tenth) or a fixed amount, never more than they cost."""

    part: Decimal | None = None
    amount: Decimal | None = None
    code: str = ""  # empty: an automatic discount
    title: str = ""
    # Shoplus' kinds: 1 percent by count, 2 add-on, 3 by total, 4 bundle, 5 amount by count, 6 first order, 7 gift, 8 stacked
    type: int = 3


@dataclass(frozen=True)
class Checkout:
    """What a shopper sends off. `reference` makes a repeated checkout the same order; without one each call is another."""

    lines: tuple[CheckoutLine, ...]
    reference: str = ""
    email: str = ""
    phone: str = ""
    shipping_address: Address | None = None
    billing_address: Address | None = None
    payment_method: Literal["online", "cod", "none"] = "online"
    gateway: str = ""
    shipping_line: str = ""
    shipping: Decimal = money.ZERO
    insurance: Decimal = money.ZERO
    tip: Decimal = money.ZERO
    tax_rate: Decimal = money.ZERO  # of taxable lines and of shipping
    discounts: tuple[Discount, ...] = ()
    customer_note: str = ""
    accepts_marketing: bool | None = None
    tags: tuple[str, ...] = ()
    client: dict[str, str] = field(default_factory=dict)  # {id, ip, locale}
    source: str = "web"
    landing_site: str = ""
    referring_site: str = ""
    test: bool = False


@dataclass(frozen=True)
class Bill:
    """The money of an order. Each total is rounded to what the currency can pay; they add up."""

    sub_total: Decimal
    line_discounts: list[Decimal]
    line_totals: list[Decimal]  # less discounts, before tax
    line_taxes: list[Decimal]
    discounts: list[tuple[Discount, Decimal, list[Decimal]]]  # with its amount and what of it falls on each line
    code_discount: Decimal
    tax: Decimal
    total: Decimal

    @property
    def total_discount(self) -> Decimal:
        return sum(self.line_discounts, money.ZERO)


def bill(checkout: Checkout, goods: list[Reserved], currency: str) -> Bill:
    """Discounts come off the goods in their order, shared over the lines by what they still cost; then tax; then the rest."""
    prices = [money.rounded(each.price * line.quantity, currency) for each, line in zip(goods, checkout.lines, strict=True)]
    left, taken = list(prices), []
    for discount in checkout.discounts:
        whole = sum(left, money.ZERO)
        wanted = discount.amount if discount.amount is not None else money.rounded(whole * (discount.part or 0), currency)
        amount = max(min(money.rounded(wanted, currency), whole), money.ZERO)
        parts = money.shared(amount, left, currency)
        left = [one - part for one, part in zip(left, parts, strict=True)]
        taken.append((discount, amount, parts))
    taxes = [
        money.rounded(one * checkout.tax_rate, currency) if each.taxable else money.ZERO
        for one, each in zip(left, goods, strict=True)
    ]
    tax = sum(taxes, money.rounded(checkout.shipping * checkout.tax_rate, currency))
    extras = sum((money.rounded(each, currency) for each in (checkout.shipping, checkout.insurance, checkout.tip)), money.ZERO)
    return Bill(
        sub_total=sum(prices, money.ZERO),
        line_discounts=[price - one for price, one in zip(prices, left, strict=True)],
        line_totals=left,
        line_taxes=taxes,
        discounts=taken,
        code_discount=sum((amount for discount, amount, _ in taken if discount.code), money.ZERO),
        tax=tax,
        total=sum(left, money.ZERO) + tax + extras,
    )


@dataclass(frozen=True)
class PlacedOrder:
    """`created` is False when the same checkout was sent again."""

    store_id: int
    id: int
    uuid: uuid.UUID
    number: str
    total_price: Decimal
    created: bool


async def place(db: Db, store_id: int, checkout: Checkout, *, actor: str = "shopper") -> PlacedOrder:
    """Places an order of the shop itself. What is paid online waits as `opened` until `pay`; cash on delivery and orders
    without payment are `placed` at once. Raises Invalid, NotFound for a variant, Conflict for stock."""
    _check(checkout)
    currency = await db.fetchval(_BEGIN, store_id, checkout.reference)
    if checkout.reference and (known := await _known(db, store_id, checkout.reference)):
        return known
    taken = await inventory.reserve(db, store_id, [(line.variant_id, line.quantity) for line in checkout.lines])
    goods = [taken[line.variant_id] for line in checkout.lines]
    billed = bill(checkout, goods, currency)
    if max(billed.sub_total, billed.total) > DEAREST:
        raise Invalid({"lines": f"must cost no more than {DEAREST:,} in all"})
    customer_id = await _customer(db, store_id, checkout, billed.total if _is_paid(checkout, billed) else money.ZERO)
    order = _order_row(store_id, checkout, billed, currency, customer_id, goods)
    lines = _line_rows(checkout, billed, goods)
    await check_customizations(db, store_id, {line["customization_id"] for line in lines})
    row = await db.fetchrow(_PLACE, order, lines, actor, store_id)
    placed = PlacedOrder(store_id, row["id"], row["uuid"], row["number"], billed.total, True)
    if billed.discounts:
        await _keep_discounts(db, placed, checkout, billed, row["line_ids"])
    if order["financial_status"] == "paid":
        await settle(db, store_id, placed.id)
    await events.record(db, store_id, "order.created", "order", placed.id)
    return placed


def _check(checkout: Checkout) -> None:
    wrong = {}
    if not 1 <= len(checkout.lines) <= MOST_LINES:
        wrong["lines"] = f"must be 1 to {MOST_LINES}"
    for index, line in enumerate(checkout.lines):
        if not 1 <= line.quantity <= LARGEST_QUANTITY:
            wrong[f"lines[{index}].quantity"] = f"must be 1 to {LARGEST_QUANTITY}"
    for name in ("shipping", "insurance", "tip", "tax_rate"):
        if getattr(checkout, name) < 0:
            wrong[name] = "must not be negative"
    if checkout.tax_rate > 1:
        wrong["tax_rate"] = "is a part of the price: 0.2 is 20 percent"
    if wrong:
        raise Invalid(wrong)


async def _known(db: Db, store_id: int, reference: str) -> PlacedOrder | None:
    row = await db.fetchrow(
        """select id, uuid, platform_order_no, total_price from orders
           where store_id = $1 and platform_order_id = $2""", store_id, reference,
    )
    return None if row is None else PlacedOrder(store_id, *row, created=False)


# The statements of an order cost less than planning them anew for each: from here to the commit plans are kept. The lock
# makes two sendings of one checkout come one after the other; a statement of its own then sees what the first one wrote.
_BEGIN = """
select currency, set_config('plan_cache_mode', 'force_generic_plan', true),
       case when $2 <> '' then pg_advisory_xact_lock(hashtextextended(id || ':' || $2, 0)) end
from stores where id = $1
"""


def _is_paid(checkout: Checkout, billed: Bill) -> bool:
    """Whether nothing is left to pay when the order is placed."""
    return checkout.payment_method == "none" or not billed.total


async def _customer(db: Db, store_id: int, checkout: Checkout, spent: Decimal) -> int | None:
    address = checkout.shipping_address or checkout.billing_address or Address()
    return await customers.meet(
        db, store_id, checkout.email, phone=checkout.phone or address.phone, first_name=address.first_name,
        last_name=address.last_name, accepts_marketing=checkout.accepts_marketing, address=checkout.shipping_address,
        orders=1, spent=spent,
    )


_GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "oz": Decimal("28.349523125"), "lb": Decimal("453.59237")}


def _order_row(store_id: int, checkout: Checkout, billed: Bill, currency: str, customer_id: int | None,
               goods: list[Reserved]) -> dict[str, Any]:
    order_id = uuid.uuid4()
    weights = [each.weight * _GRAMS[each.weight_unit] * line.quantity for each, line in zip(goods, checkout.lines, strict=True)]
    paid = _is_paid(checkout, billed)
    opened = checkout.payment_method == "online" and not paid
    return {
        "store_id": store_id,
        "uuid": order_id,
        "platform_order_id": checkout.reference or str(order_id),
        "currency": currency,
        "quantity": sum(line.quantity for line in checkout.lines),
        "line_count": len(checkout.lines),
        "status": "opened" if opened else "placed",
        "financial_status": "paid" if paid else "waiting",
        "fulfillment_status": "initialled" if opened else "waiting",
        "customer_id": customer_id,
        "email": checkout.email,
        "phone": checkout.phone,
        "payment_method": checkout.payment_method,
        "gateway": checkout.gateway,
        "sub_total": billed.sub_total,
        "line_discount_total": billed.total_discount - billed.code_discount,
        "code_discount_total": billed.code_discount,
        "total_discount": billed.total_discount,
        "total_tax": billed.tax,
        "tax_rate": checkout.tax_rate,
        "total_shipping": checkout.shipping,
        "total_insurance": checkout.insurance,
        "total_tip": checkout.tip,
        "total_price": billed.total,
        "total_weight": sum(weights, Decimal(0)),
        "shipping_line": checkout.shipping_line,
        "discount_code": next((each.code for each in checkout.discounts if each.code), ""),
        "tags": list(checkout.tags),
        "customer_note": checkout.customer_note,
        "buyer_accepts_marketing": bool(checkout.accepts_marketing),
        "shipping_address": addresses.stored(checkout.shipping_address),
        "billing_address": addresses.stored(checkout.billing_address or checkout.shipping_address),
        "client": checkout.client,
        "source": checkout.source,
        "landing_site": checkout.landing_site,
        "referring_site": checkout.referring_site,
        "test": checkout.test,
    }


def _line_rows(checkout: Checkout, billed: Bill, goods: list[Reserved]) -> list[dict[str, Any]]:
    rows = []
    for index, (line, each) in enumerate(zip(checkout.lines, goods, strict=True)):
        rows.append({
            "position": index + 1,
            "sku": each.sku,
            "customization_id": _customization(index, line),
            "platform_product_title": each.product_title,
            "platform_variant_title": each.variant_title,
            "platform_product_image": each.image,
            "platform_product_id": str(each.product_id),
            "platform_variant_id": str(each.variant_id),
            "product_id": each.product_id,
            "product_uuid": each.product_uuid,
            "variant_id": each.variant_id,
            "variant_uuid": each.variant_uuid,
            "quantity": line.quantity,
            "price": each.price,
            "compare_at_price": each.compare_at_price,
            "discount": billed.line_discounts[index],
            "tax": billed.line_taxes[index],
            "total": billed.line_totals[index],
            "weight": each.weight,
            "weight_unit": each.weight_unit,
            "vendor": each.vendor,
            "product_handle": each.handle,
            "product_url": f"/products/{each.handle}",
            "option_names": each.option_names,
            "option_values": each.option_values,
            "properties": [{"name": name, "value": value} for name, value in line.properties],
            "note": line.note,
            "reserved": line.quantity if each.tracked else 0,
        })  # fmt: skip
    return rows


def _customization(index: int, line: CheckoutLine) -> int | None:
    text = next((value for name, value in line.properties if name == CUSTOM_INFO_PROPERTY), "")
    if text in ("", "0"):
        return None
    if (found := ids.parse(text)) is None:
        raise Invalid({f"lines[{index}].properties": f"{CUSTOM_INFO_PROPERTY} names no customization"})
    return found


_ORDER = """store_id, uuid, platform_order_id, currency, quantity, line_count, status, financial_status, fulfillment_status,
customer_id, email, phone, payment_method, gateway, sub_total, line_discount_total, code_discount_total, total_discount,
total_tax, tax_rate, total_shipping, total_insurance, total_tip, total_price, total_weight, shipping_line, discount_code, tags,
customer_note, buyer_accepts_marketing, shipping_address, billing_address, client, source, landing_site, referring_site, test"""
_LINE = """position, sku, customization_id, platform_product_title, platform_variant_title, platform_product_image,
platform_product_id, platform_variant_id, product_id, product_uuid, variant_id, variant_uuid, quantity, price, compare_at_price,
discount, tax, total, weight, weight_unit, vendor, product_handle, product_url, option_names, option_values, properties, note,
reserved"""

# Everything of the order but its stock in one statement. An order's number is what its id adds to the first one: short,
# unique, and nobody waits for a counter. `$3` is who placed it.
_PLACE = f"""
with o as (
    insert into orders (id, platform_order_no, platform_created_at, content_hash, placed_at, paid_at, {_ORDER})
    select n.id, (n.id - 100000000000000)::text, now(), '', case when r.status = 'placed' then now() end,
           case when r.financial_status = 'paid' then now() end, {", ".join(f"r.{name.strip()}" for name in _ORDER.split(","))}
    from nextval('ids') n(id), jsonb_populate_record(null::orders, $1) r
    returning store_id, id, uuid, platform_order_no
), lines as (
    insert into order_lines (store_id, order_id, platform_item_id, feature_id, feature_version_id, {_LINE})
    select o.store_id, o.id, o.uuid || '-' || r.position, coalesce(c.feature_id, k.feature_id), c.feature_version_id,
           {", ".join(f"r.{name.strip()}" for name in _LINE.split(","))}
    from o, jsonb_populate_recordset(null::order_lines, $2) r
    left join customizations c on c.store_id = $4 and c.id = r.customization_id
    left join skus k on k.store_id = $4 and k.sku = r.sku
    returning store_id, id, position, variant_id, reserved
), moved as (
    insert into stock_movements (store_id, variant_id, order_line_id, reason, available, locked, sold)
    select store_id, variant_id, id, 'reserved', -reserved, reserved, 0 from lines where reserved > 0
), noted as (
    insert into order_history (store_id, order_id, event, actor) select store_id, id, 'order.placed', $3 from o
)
select o.id, o.uuid, o.platform_order_no as number, (select array_agg(id order by position) from lines) as line_ids from o
"""


async def _keep_discounts(db: Db, placed: PlacedOrder, checkout: Checkout, billed: Bill, line_ids: list[int]) -> None:
    rows = []
    for discount, amount, parts in billed.discounts:
        lines = [
            {"line_id": line_id, "variant_id": line.variant_id, "quantity": line.quantity, "amount": str(part)}
            for line_id, line, part in zip(line_ids, checkout.lines, parts, strict=True)
            if part
        ]
        rows.append((placed.store_id, placed.id, discount.code, discount.title, discount.type, amount, lines))
    await db.executemany(
        """insert into order_discounts (store_id, order_id, code, title, type, amount, lines)
           values ($1, $2, $3, $4, $5, $6, $7)""", rows,
    )
