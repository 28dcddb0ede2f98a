"""Orders by the merchant's own software: placed from a checkout, paid as a gateway reports it, refunded by line.

All of it needs the merchant's key: whoever may say what shipping costs, or that the money is in, is no shopper.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints
from starlette.responses import Response

from monogram.core import ids, money, orders, products
from monogram.core.addresses import Address
from monogram.core.errors import Invalid
from monogram.core.orders import Checkout, CheckoutLine, Discount
from monogram.edge import Tx
from monogram.inputs import Input, Whole, from_body

from . import order_views as views
from .auth import Opened, StoreAccess
from .envelope import ok

LONGEST_TEXT = 5_000  # characters of notes and of a line's property

Short = Annotated[str, StringConstraints(max_length=255)]
Long = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]


def _amount(text: object) -> object:
    """Money is text: JSON's numbers are binary in most readers."""
    if not isinstance(text, str):
        raise ValueError('must be an amount as text, such as "12.50"')
    return text


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, max_digits=14, decimal_places=4, allow_inf_nan=False)]
Part = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, le=1, decimal_places=6, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class PostalAddress(Input):
    first_name: Short = ""
    last_name: Short = ""
    company: Short = ""
    address1: Short = ""
    address2: Short = ""
    area: Short = ""
    city: Short = ""
    city_code: Short = ""
    zip: Short = ""
    province: Short = ""
    province_code: Short = ""
    country: Short = ""
    country_code: Short = ""
    phone: Short = ""
    phone_area_code: Short = ""
    email: Short = ""
    latitude: Degrees | None = None
    longitude: Degrees | None = None


class LineProperty(Input):
    name: Short
    value: Long


class NewLine(Input):
    variant_id: str
    quantity: Annotated[Whole, Field(ge=1, le=1_000_000)] = 1
    properties: Annotated[tuple[LineProperty, ...], Field(max_length=100)] = ()
    note: Long = ""


class NewDiscount(Input):
    part: Part | None = None
    amount: Amount | None = None
    code: Short = ""
    title: Short = ""


class Client(Input):
    id: Short = ""
    ip: Short = ""
    locale: Short = ""


class NewOrder(Input):
    lines: Annotated[list[NewLine], Field(min_length=1, max_length=500)]
    reference: Short = ""
    email: Short = ""
    phone: Short = ""
    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None
    payment_method: Literal["online", "cod", "none"] = "online"
    gateway: Short = ""
    shipping_line: Short = ""
    shipping: Amount = money.ZERO
    insurance: Amount = money.ZERO
    tip: Amount = money.ZERO
    tax_rate: Part = money.ZERO
    discounts: Annotated[tuple[NewDiscount, ...], Field(max_length=50)] = ()
    customer_note: Long = ""
    accepts_marketing: bool | None = None
    tags: Annotated[tuple[Short, ...], Field(max_length=250)] = ()
    client: Client = Client()
    source: Short = "web"
    landing_site: Long = ""
    referring_site: Long = ""
    test: bool = False

    def checkout(self, variant_ids: list[int]) -> Checkout:
        """This order with its variants' integer keys."""
        plain = {name: getattr(self, name) for name in (
            "reference", "email", "phone", "payment_method", "gateway", "shipping_line", "shipping", "insurance", "tip",
            "tax_rate", "customer_note", "accepts_marketing", "source", "landing_site", "referring_site", "test",
        )}  # fmt: skip
        return Checkout(
            lines=tuple(
                CheckoutLine(variant_id, line.quantity, tuple((each.name, each.value) for each in line.properties), line.note)
                for variant_id, line in zip(variant_ids, self.lines, strict=True)
            ),
            shipping_address=self.shipping_address and Address(**self.shipping_address.model_dump()),
            billing_address=self.billing_address and Address(**self.billing_address.model_dump()),
            discounts=tuple(Discount(each.part, each.amount, each.code, each.title) for each in self.discounts),
            tags=self.tags,
            client={name: value for name, value in self.client.model_dump().items() if value},
            **plain,
        )


class Payment(Input):
    status: Literal["paid", "failed"]
    reason: Short = ""  # of a failure
    id: Short = ""
    merchant: Short = ""
    account: Short = ""
    company: Short = ""


class RefundedLine(Input):
    line_id: str
    quantity: Annotated[Whole, Field(ge=1, le=1_000_000)]


class Refund(Input):
    lines: Annotated[list[RefundedLine], Field(min_length=1, max_length=500)] | None = None
    amount: Amount | None = None
    reason: Short = ""


def key(text: str) -> int | UUID | None:
    """An id in decimal digits, or a UUID as Shoplazza shows it; None names nothing."""
    try:
        return UUID(text) if len(text) == 36 else ids.parse(text)
    except ValueError:
        return None


async def place(opened: Opened, wanted: Annotated[NewOrder, from_body(NewOrder)], db: Tx) -> Response:
    """201 with a new order; 200 with the one that has this reference already."""
    keys = [key(line.variant_id) for line in wanted.lines]
    known = await products.variant_ids(db, opened.store_id, keys)
    wrong = {f"lines[{index}].variantId": "is no variant of this store" for index, each in enumerate(keys) if each not in known}
    wrong |= {
        f"discounts[{index}]": "must have a part or an amount"
        for index, each in enumerate(wanted.discounts)
        if (each.part is None) == (each.amount is None)
    }
    if wrong:
        raise Invalid(wrong)
    checkout = wanted.checkout([known[each] for each in keys])
    placed = await orders.place(db, opened.store_id, checkout, actor=opened.actor)
    return await _answer(db, opened, placed.id, 201 if placed.created else 200)


async def _answer(db: Tx, opened: StoreAccess, order_id: int, status: int = 200) -> Response:
    return ok(views.order(await orders.show(db, opened.store_id, order_id, deleted=True)), status)


async def _id(db: Tx, opened: StoreAccess, order_id: str) -> int | None:
    found = key(order_id)
    return await orders.id_of(db, opened.store_id, found) if isinstance(found, UUID) else found


async def show(opened: Opened, order_id: str, db: Tx) -> Response:
    return ok(views.order(await orders.show(db, opened.store_id, await _id(db, opened, order_id))))


async def report_payment(
    opened: Opened, order_id: str, payment: Annotated[Payment, from_body(Payment)], db: Tx
) -> Response:
    """What a payment gateway says of the order's payment. Reporting paid twice changes nothing."""
    found = await _id(db, opened, order_id)
    if payment.status == "paid":
        facts = {name: value for name in ("id", "merchant", "account", "company") if (value := getattr(payment, name))}
        await orders.pay(db, opened.store_id, found, facts, actor=opened.actor)
    else:
        await orders.fail_payment(db, opened.store_id, found, payment.reason, actor=opened.actor)
    return await _answer(db, opened, found)


async def refund(opened: Opened, order_id: str, wanted: Annotated[Refund, from_body(Refund)], db: Tx) -> Response:
    """Gives back the lines' worth, or the amount, or, when nothing is said, all that is left."""
    found = await _id(db, opened, order_id)
    lines = None
    if wanted.lines is not None:
        known = {str(line.id): line.id for line in (await orders.show(db, opened.store_id, found)).lines}
        wrong = {
            f"lines[{index}].lineId": "is no line of this order" if each.line_id not in known else "is named twice"
            for index, each in enumerate(wanted.lines)
            if each.line_id not in known or each.line_id in [before.line_id for before in wanted.lines[:index]]
        }
        if wrong:
            raise Invalid(wrong)
        lines = {known[each.line_id]: each.quantity for each in wanted.lines}
    await orders.refund(db, opened.store_id, found, lines, wanted.amount, wanted.reason, actor=opened.actor)
    return await _answer(db, opened, found)
