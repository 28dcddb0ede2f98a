"""The seeded shop's products with images, options, variants and stock, and the collections they stand in."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count, product
from typing import Any

from .words import KINDS, MANNERS, TAGS, THEMES, VENDORS, Kind

Rows = dict[str, list[tuple[Any, ...]]]

# Table -> the columns that `goods` fills.
COLUMNS = {
    "products": (
        "store_id", "id", "uuid", "title", "brief", "handle", "description", "vendor", "type", "code", "tags", "meta_title",
        "meta_description", "meta_keyword", "only_default_variant", "hides_when_sold_out", "published_at", "created_at",
        "updated_at",
    ),
    "product_images": (
        "store_id", "id", "uuid", "product_id", "position", "src", "width", "height", "alt", "created_at", "updated_at",
    ),
    "product_options": ("store_id", "id", "uuid", "product_id", "position", "name", "created_at", "updated_at"),
    "product_option_values": ("store_id", "id", "option_id", "position", "value", "created_at", "updated_at"),
    "variants": (
        "store_id", "id", "uuid", "product_id", "position", "title", "option1", "option2", "option3", "price",
        "compare_at_price", "sku", "barcode", "weight", "weight_unit", "image_id", "tracked", "oversells", "available",
        "locked", "sold", "created_at", "updated_at",
    ),
    "collects": ("store_id", "id", "uuid", "collection_id", "product_id", "position", "created_at", "updated_at"),
}  # fmt: skip


@dataclass
class Picture:
    src: str
    width: int
    height: int


@dataclass
class Sold:
    """A variant as orders will need it; its counts change while orders are made."""

    id: int
    uuid: uuid.UUID
    product_id: int
    product_uuid: uuid.UUID
    product_title: str
    title: str
    sku: str
    price: Decimal
    compare_at_price: Decimal | None
    weight: Decimal
    image: str
    vendor: str
    handle: str
    option_names: list[str]
    option_values: list[str]
    created_at: datetime
    loaded: int
    locked: int = 0
    sold: int = 0

    @property
    def available(self) -> int:
        return self.loaded - self.locked - self.sold


def uuid_of(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


@dataclass
class Maker:
    """Makes goods one after the other, the same ones for the same chance."""

    store_id: int
    ids: Iterator[int]
    chance: random.Random
    now: datetime
    pictures: dict[str, Picture]  # by Kind.picture
    collections: dict[str, int]  # by Kind.name

    def __post_init__(self) -> None:
        self.numbers = count(1)
        self.positions = {name: count(1) for name in self.collections}

    def make(self) -> tuple[Rows, list[Sold]]:
        """One product: the rows of every table but its variants', and these, whose rows `variant_row` makes later."""
        number, kind = next(self.numbers), self.chance.choice(KINDS)
        title = f"{self.chance.choice(THEMES)} {kind.name.lower()} {self.chance.choice(MANNERS)}"
        created = self.now - timedelta(days=self.chance.uniform(1, 700))
        updated = created + (self.now - created) * self.chance.random() ** 3
        rows: Rows = {table: [] for table in COLUMNS}
        product_id, product_uuid = next(self.ids), uuid_of(self.chance)
        handle = f"{title.lower().replace(' ', '-').replace(chr(39), '')}-{number}"
        vendor = self.chance.choice(VENDORS)
        rows["products"].append((
            self.store_id, product_id, product_uuid, title, f"{kind.name}, made to order", handle, f"<p>{kind.says}</p>",
            vendor, kind.name, f"P{number:06d}", sorted(self.chance.sample(TAGS, 3)), title, kind.says, ",".join(TAGS[:3]),
            not kind.options, self.chance.random() < 0.05, None if self.chance.random() < 0.06 else created, created, updated,
        ))  # fmt: skip
        images = self._images(rows, product_id, title, kind, created)
        values = self._options(rows, product_id, kind, created)
        collection = self.collections[kind.name]
        position = next(self.positions[kind.name])
        rows["collects"].append(
            (self.store_id, next(self.ids), uuid_of(self.chance), collection, product_id, position, created, created)
        )
        sold = [
            self._variant(kind, product_id, product_uuid, title, handle, vendor, number, chosen, created, images)
            for chosen in product(*values)
        ]
        return rows, sold

    def _images(self, rows: Rows, product_id: int, title: str, kind: Kind, created: datetime) -> str:
        others = [name for name in self.pictures if name != kind.picture]
        wanted = [kind.picture, *self.chance.sample(others, self.chance.randint(1, 2))]
        for position, name in enumerate(wanted, 1):
            picture = self.pictures[name]
            rows["product_images"].append((
                self.store_id, next(self.ids), uuid_of(self.chance), product_id, position, picture.src, picture.width,
                picture.height, title, created, created,
            ))  # fmt: skip
        return self.pictures[kind.picture].src

    def _options(self, rows: Rows, product_id: int, kind: Kind, created: datetime) -> list[tuple[str, ...]]:
        for position, (name, values) in enumerate(kind.options.items(), 1):
            option_id = next(self.ids)
            rows["product_options"].append(
                (self.store_id, option_id, uuid_of(self.chance), product_id, position, name, created, created)
            )
            for place, value in enumerate(values, 1):
                row = (self.store_id, next(self.ids), option_id, place, value, created, created)
                rows["product_option_values"].append(row)
        return list(kind.options.values())

    def _variant(
        self, kind: Kind, product_id: int, product_uuid: uuid.UUID, title: str, handle: str, vendor: str, number: int,
        chosen: tuple[str, ...], created: datetime, image: str,
    ) -> Sold:
        price = Decimal(self.chance.randint(*kind.price)) + Decimal("0.90")
        before = price + self.chance.randint(3, 12) if self.chance.random() < 0.3 else None
        code = "-".join("".join(letter for letter in value if letter.isalnum())[:4].upper() for value in chosen)
        return Sold(
            next(self.ids), uuid_of(self.chance), product_id, product_uuid, title, " / ".join(chosen) or title,
            f"P{number:06d}" + (f"-{code}" if code else ""), price, before, Decimal(str(kind.weight)), image, vendor, handle,
            list(kind.options), list(chosen), created, loaded=self.chance.randint(200, 2000),
        )

    def variant_row(self, it: Sold, position: int) -> tuple[Any, ...]:
        options = [*it.option_values, "", "", ""][:3]
        barcode = str(4_000_000_000_000 + it.id % 999_999_999_999)
        return (
            self.store_id, it.id, it.uuid, it.product_id, position, it.title, *options, it.price, it.compare_at_price, it.sku,
            barcode, it.weight, "kg", None, True, False, it.available, it.locked, it.sold, it.created_at, it.created_at,
        )  # fmt: skip
