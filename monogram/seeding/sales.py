"""The seeded shop's customers and orders, in every state an order can be in, with the books right to the cent and the piece."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from monogram.core import addresses
from monogram.core.addresses import Address
from monogram.core.inventory import Reserved
from monogram.core.orders import Checkout, CheckoutLine, Discount
from monogram.core.orders.placing import Bill, bill

from .goods import Rows, Sold, uuid_of
from .words import CARRIERS, NOTES, PEOPLE, STREETS

COLUMNS = {
    "orders": (
        "store_id", "id", "uuid", "token", "platform_order_id", "platform_order_no", "platform_created_at", "currency",
        "content_hash", "quantity", "line_count", "status", "financial_status", "fulfillment_status", "customer_id", "email",
        "phone", "payment_method", "gateway", "sub_total", "code_discount_total", "total_discount", "total_tax", "tax_rate",
        "total_shipping", "total_price", "total_refunded", "total_weight", "shipping_line", "discount_code", "customer_note",
        "cancel_reason", "shipping_address", "billing_address", "placed_at", "paid_at", "finished_at", "cancelled_at",
        "created_at", "updated_at",
    ),
    "order_lines": (
        "store_id", "id", "uuid", "order_id", "position", "sku", "platform_item_id", "platform_product_id",
        "platform_product_title", "platform_variant_title", "platform_variant_id", "platform_product_image", "quantity",
        "price",
        "product_id", "product_uuid", "variant_id", "variant_uuid", "compare_at_price", "discount", "tax", "total",
        "weight", "weight_unit", "vendor", "product_handle", "product_url", "option_names", "option_values", "properties",
        "reserved", "shipped", "finished", "refunded", "refund_amount", "created_at", "updated_at",
    ),
    "order_history": ("store_id", "order_id", "event", "actor", "facts", "created_at"),
    "order_discounts": ("store_id", "order_id", "code", "title", "type", "amount"),
    "fulfillments": (
        "store_id", "id", "uuid", "order_id", "status", "tracking_company", "tracking_number", "tracking_company_code",
        "created_at", "updated_at", "finished_at", "cancelled_at",
    ),
    "fulfillment_lines": ("store_id", "fulfillment_id", "line_id", "quantity"),
    "refunds": ("store_id", "order_id", "amount", "reason", "lines", "created_at"),
    "stock_movements": ("store_id", "variant_id", "order_line_id", "reason", "available", "locked", "sold", "created_at"),
}  # fmt: skip

CUSTOMER_COLUMNS = (
    "store_id", "id", "uuid", "email", "phone", "first_name", "last_name", "accepts_marketing", "orders_count", "total_spent",
    "created_at", "updated_at",
)  # fmt: skip

# What became of an order, and how often: young ones are on their way, old ones have arrived.
YOUNG = {"opened": 8, "failed": 2, "paid": 30, "cod": 8, "partially_shipped": 10, "shipped": 22, "partially_finished": 4,
         "finished": 8, "cancelled": 5, "refunded": 3}  # fmt: skip
OLD = {"finished": 86, "cancelled": 6, "refunded": 4, "partially_refunded": 4}
YOUNG_DAYS = 21

# fate -> (status, financial, fulfilment)
STATES = {
    "opened": ("opened", "waiting", "initialled"),
    "failed": ("opened", "failed", "initialled"),
    "paid": ("placed", "paid", "waiting"),
    "cod": ("placed", "waiting", "waiting"),
    "partially_shipped": ("placed", "paid", "partially_shipped"),
    "shipped": ("placed", "paid", "shipped"),
    "partially_finished": ("placed", "paid", "partially_finished"),
    "finished": ("finished", "paid", "finished"),
    "cancelled": ("cancelled", "cancelled", "cancelled"),
    "refunded": ("cancelled", "refunded", "cancelled"),
    "partially_refunded": ("finished", "partially_refunded", "finished"),
}


@dataclass
class Buyer:
    id: int
    uuid: uuid.UUID
    email: str
    first_name: str
    last_name: str
    address: Address
    created_at: datetime
    orders_count: int = 0
    total_spent: Decimal = Decimal(0)


@dataclass
class Maker:
    """Makes customers and orders, the same ones for the same chance."""

    store_id: int
    ids: Iterator[int]
    chance: random.Random
    now: datetime
    variants: list[Sold]
    currency: str
    buyers: list[Buyer] = field(default_factory=list)

    def meet(self) -> Buyer:
        """Every third order is a known customer's."""
        if self.buyers and self.chance.random() < 0.35:
            return self.chance.choice(self.buyers)
        firsts, lasts, country, code, cities = self.chance.choice(PEOPLE)
        city, post, province, province_code = self.chance.choice(cities)
        first, last, number = self.chance.choice(firsts), self.chance.choice(lasts), len(self.buyers) + 1
        address = Address(
            first, last, address1=f"{self.chance.randint(1, 240)} {self.chance.choice(STREETS)}", city=city, zip=post,
            province=province, province_code=province_code, country=country, country_code=code,
            phone=f"+{self.chance.randint(1, 99)} 555 {self.chance.randint(100_000, 999_999)}",
        )  # fmt: skip
        buyer = Buyer(
            next(self.ids), uuid_of(self.chance), f"customer{number}@example.com", first, last, address, self.now
        )
        self.buyers.append(buyer)
        return buyer

    def make(self) -> Rows:
        """One order with all its rows."""
        rows: Rows = {table: [] for table in COLUMNS}
        age = self.chance.random() ** 2 * 400
        created = self.now - timedelta(days=age, minutes=1)
        fates = YOUNG if age < YOUNG_DAYS else OLD
        fate = self.chance.choices(list(fates), list(fates.values()))[0]
        chosen = self.chance.sample(self.variants, self.chance.choice((1, 1, 1, 2, 2, 3)))
        if fate in ("partially_shipped", "partially_finished") and len(chosen) < 2:
            chosen = self.chance.sample(self.variants, 2)
        Order(self, rows, fate, created, chosen).write()
        return rows

    def customer_rows(self) -> list[tuple[Any, ...]]:
        return [
            (self.store_id, each.id, each.uuid, each.email, each.address.phone, each.first_name, each.last_name,
             each.id % 3 == 0, each.orders_count, each.total_spent, each.created_at, each.created_at)
            for each in self.buyers
        ]  # fmt: skip


class Order:
    """One order being written: what happens to it, step by step, a day or so apart."""

    def __init__(self, maker: Maker, rows: Rows, fate: str, created: datetime, chosen: list[Sold]):
        self.maker, self.rows, self.fate, self.created, self.chosen = maker, rows, fate, created, chosen
        self.chance, self.store_id = maker.chance, maker.store_id
        self.id, self.uuid = next(maker.ids), uuid_of(maker.chance)
        self.line_ids = [next(maker.ids) for _ in chosen]
        self.last = created
        self.times: dict[str, datetime] = {}
        self.shipped = [0] * len(chosen)
        self.finished = [0] * len(chosen)
        self.refunded: dict[int, Decimal] = defaultdict(Decimal)

    def write(self) -> None:
        chance = self.chance
        self.buyer = self.maker.meet()
        self.buyer.created_at = min(self.buyer.created_at, self.created)
        discount = Discount(part=Decimal("0.1"), code="WELCOME10", title="Ten percent off")
        self.checkout = Checkout(
            lines=tuple(CheckoutLine(each.id, chance.choice((1, 1, 1, 2, 3)), self._wishes()) for each in self.chosen),
            shipping=chance.choice((Decimal("4.90"), Decimal("9.90"), Decimal(0))), tax_rate=Decimal("0.07"),
            discounts=(discount,) if chance.random() < 0.15 else (),
        )  # fmt: skip
        self.bill = bill(self.checkout, [_reserved(each) for each in self.chosen], self.maker.currency)
        self._happen("order.placed", "shopper")
        self._stock("reserved", lambda count: (-count, count, 0))
        self._live()
        self._write_rows(self.bill)

    def _wishes(self) -> tuple[tuple[str, str], ...]:
        return (("Name", self.chance.choice(self.chance.choice(PEOPLE)[0])),) if self.chance.random() < 0.6 else ()

    def _live(self) -> None:
        self.buyer.orders_count += 1
        if self.fate in ("opened", "failed", "cod", "cancelled"):
            if self.fate == "cancelled":
                self._happen("order.cancelled", "shopper")
                self._stock("released", lambda count: (count, -count, 0))
            return
        self._happen("order.paid", "system")
        self._stock("sold", lambda count: (0, -count, count))
        self.buyer.total_spent += self.bill.total
        if self.fate == "refunded":
            self._happen("order.cancelled", "staff")
            self._stock("returned", lambda count: (count, 0, -count))
            self._refund(range(len(self.chosen)), self.bill.total)
            return
        for parcel in self._parcels():
            self._ship(parcel)
        if self.fate == "partially_refunded":
            self._refund([0], self.bill.line_totals[0] + self.bill.line_taxes[0])

    def _parcels(self) -> list[list[int]]:
        everything = list(range(len(self.chosen)))
        match self.fate:
            case "paid":
                return []
            case "partially_shipped" | "partially_finished":
                return [everything[:1]]
            case _ if len(everything) > 1 and self.chance.random() < 0.3:
                return [everything[:1], everything[1:]]
            case _:
                return [everything]

    def _ship(self, inside: list[int]) -> None:
        sent = self._happen("fulfillment.created", "staff")
        done = self._happen("fulfillment.finished", "staff") if "finished" in self.fate or "refunded" in self.fate else None
        company, code = self.chance.choice(CARRIERS)
        parcel = next(self.maker.ids)
        self.rows["fulfillments"].append((
            self.store_id, parcel, uuid_of(self.chance), self.id, "finished" if done else "shipped", company,
            f"{code}{self.chance.randint(10**9, 10**10)}", code, sent, done or sent, done, None,
        ))  # fmt: skip
        for index in inside:
            count = self.checkout.lines[index].quantity
            self.rows["fulfillment_lines"].append((self.store_id, parcel, self.line_ids[index], count))
            self.shipped[index] = count
            self.finished[index] = count if done else 0

    def _refund(self, lines: Any, amount: Decimal) -> None:
        when = self._happen("order.refunded", "staff")
        told = []
        for index in lines:
            worth = self.bill.line_totals[index] + self.bill.line_taxes[index]
            self.refunded[index] = worth
            told.append({"line_id": self.line_ids[index], "quantity": self.checkout.lines[index].quantity, "amount": str(worth),
                         "restocked": 0})  # fmt: skip
        self.rows["refunds"].append((self.store_id, self.id, amount, "Customer's wish", told, when))
        self.given_back = amount
        self.buyer.total_spent -= amount

    given_back = Decimal(0)

    def _happen(self, event: str, actor: str) -> datetime:
        """The next thing, some hours after the last, never in the future."""
        if event != "order.placed":
            self.last = min(self.last + timedelta(hours=self.chance.uniform(0.1, 40)), self.maker.now)
        self.times.setdefault(event, self.last)
        self.rows["order_history"].append((self.store_id, self.id, event, actor, {}, self.last))
        return self.last

    def _stock(self, reason: str, moved: Any) -> None:
        for line_id, line, variant in zip(self.line_ids, self.checkout.lines, self.chosen, strict=True):
            available, locked, sold = moved(line.quantity)
            variant.locked += locked
            variant.sold += sold
            self.rows["stock_movements"].append(
                (self.store_id, variant.id, line_id, reason, available, locked, sold, self.last)
            )

    def _write_rows(self, billed: Bill) -> None:
        status, financial, fulfillment = STATES[self.fate]
        address = addresses.stored(self.buyer.address)
        quantity = sum(line.quantity for line in self.checkout.lines)
        weight = sum(each.weight * 1000 * line.quantity for each, line in zip(self.chosen, self.checkout.lines, strict=True))
        online = self.fate != "cod"
        self.rows["orders"].append((
            self.store_id, self.id, self.uuid, uuid_of(self.chance).hex, str(self.uuid), str(self.id - 100_000_000_000_000),
            self.created, self.maker.currency, b"", quantity, len(self.chosen), status, financial, fulfillment, self.buyer.id,
            self.buyer.email, self.buyer.address.phone, "online" if online else "cod", "card" if online else "",
            billed.sub_total, billed.code_discount, billed.total_discount, billed.tax, self.checkout.tax_rate,
            self.checkout.shipping, billed.total, self.given_back, weight, "Standard" if self.checkout.shipping else "Free",
            "WELCOME10" if billed.discounts else "", self.chance.choice(NOTES),
            "changed my mind" if status == "cancelled" else None, address, address,
            None if status == "opened" else self.times.get("order.paid", self.created), self.times.get("order.paid"),
            self.last if status == "finished" else None, self.times.get("order.cancelled"), self.created, self.last,
        ))  # fmt: skip
        for discount, amount, _ in billed.discounts:
            self.rows["order_discounts"].append((self.store_id, self.id, discount.code, discount.title, discount.type, amount))
        for index, (line, each) in enumerate(zip(self.checkout.lines, self.chosen, strict=True)):
            self._write_line(index, line, each, billed)

    def _write_line(self, index: int, line: CheckoutLine, each: Sold, billed: Bill) -> None:
        properties = [{"name": name, "value": value} for name, value in line.properties]
        held = line.quantity if self.fate in ("opened", "failed", "cod") else 0
        self.rows["order_lines"].append((
            self.store_id, self.line_ids[index], uuid_of(self.chance), self.id, index + 1, each.sku, f"{self.uuid}-{index + 1}",
            str(each.product_id), each.product_title, each.title, str(each.id), each.image, line.quantity, each.price,
            each.product_id, each.product_uuid, each.id, each.uuid, each.compare_at_price, billed.line_discounts[index],
            billed.line_taxes[index], billed.line_totals[index], each.weight, "kg", each.vendor, each.handle,
            f"/products/{each.handle}", each.option_names, each.option_values, properties, held, self.shipped[index],
            self.finished[index], line.quantity if index in self.refunded else 0, self.refunded[index], self.created, self.last,
        ))  # fmt: skip


def _reserved(it: Sold) -> Reserved:
    return Reserved(
        it.id, it.uuid, it.product_id, it.product_uuid, True, it.product_title, it.title, it.sku, it.price, it.compare_at_price,
        it.weight, "kg", it.vendor, it.handle, it.image, True, True, it.option_names, it.option_values,
    )  # fmt: skip
