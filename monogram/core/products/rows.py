"""What a product is made of, and what may be said of it when it is created or changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypedDict
from uuid import UUID

# An object by its number or by its UUID; None stands for text that is neither, and so names nothing.
Key = int | UUID | None

# At zero stock: deny is not sold, continue is sold on, auto_unpublished takes the product from sale.
Policy = Literal["deny", "continue", "auto_unpublished"]


@dataclass(frozen=True)
class Image:
    id: int
    uuid: UUID
    position: int  # from 1
    src: str  # an address
    width: int | None
    height: int | None
    alt: str
    title: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Option:
    id: int
    uuid: UUID
    position: int
    name: str
    values: list[str]


@dataclass(frozen=True)
class Variant:
    id: int
    uuid: UUID
    position: int
    title: str
    option1: str  # empty: the product has no such option
    option2: str
    option3: str
    custom_options: list[str]
    price: Decimal
    compare_at_price: Decimal | None
    purchase_price: Decimal | None
    sku: str
    barcode: str
    note: str
    weight: Decimal
    weight_unit: str  # g, kg, oz, lb
    image_id: int | None
    tracked: bool
    oversells: bool
    available: int
    locked: int
    sold: int
    created_at: datetime
    updated_at: datetime

    @property
    def options(self) -> tuple[str, str, str]:
        return self.option1, self.option2, self.option3


@dataclass(frozen=True)
class Product:
    """A product with everything in it."""

    store_id: int
    id: int
    uuid: UUID
    version: int
    title: str
    brief: str
    handle: str
    description: str
    vendor: str
    vendor_url: str
    type: str
    code: str
    tags: list[str]
    note: str
    requires_shipping: bool
    taxable: bool
    only_default_variant: bool
    needs_variant_image: bool
    hides_when_sold_out: bool
    meta_title: str
    meta_description: str
    meta_keyword: str
    details: dict[str, Any]
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime
    images: list[Image]
    options: list[Option]
    variants: list[Variant]

    @property
    def tracked(self) -> bool:
        return any(variant.tracked for variant in self.variants)

    @property
    def policy(self) -> Policy:
        if self.hides_when_sold_out:
            return "auto_unpublished"
        return "continue" if any(variant.oversells for variant in self.variants) else "deny"

    @property
    def available(self) -> int:
        return sum(variant.available for variant in self.variants)

    def image_of(self, variant: Variant) -> Image | None:
        return next((image for image in self.images if image.id == variant.image_id), None)


class ImageFields(TypedDict, total=False):
    key: Key  # of an image the product has; without one it is new
    position: int
    src: str
    width: int | None
    height: int | None
    alt: str
    title: str


class OptionFields(TypedDict):
    name: str
    values: list[str]


class VariantFields(TypedDict, total=False):
    key: Key  # of a variant the product has; without one the one with the same options, or else a new one
    position: int
    option1: str
    option2: str
    option3: str
    custom_options: list[str]
    price: Decimal
    compare_at_price: Decimal | None
    purchase_price: Decimal | None
    sku: str
    barcode: str
    note: str
    weight: Decimal
    weight_unit: str
    image: str  # an address; joins the product's images when it is not among them
    available: int
    tracked: bool
    oversells: bool


class MetafieldFields(TypedDict, total=False):
    key: Key  # of a metafield the product has; without one the one of this namespace and name, or else a new one
    namespace: str
    name: str
    value: str
    value_type: str  # string, integer, json_string
    description: str


class ProductFields(TypedDict, total=False):
    """What is not said of a new product is empty or usual; what is not said of an old one stays. Lists are whole, but
    metafields are only added or changed."""

    title: str
    brief: str
    handle: str
    description: str
    vendor: str
    vendor_url: str
    type: str
    code: str
    tags: list[str]
    note: str
    requires_shipping: bool
    taxable: bool
    needs_variant_image: bool
    meta_title: str
    meta_description: str
    meta_keyword: str
    details: dict[str, Any]
    published: bool
    tracked: bool  # of all variants
    policy: Policy  # of all variants
    images: list[ImageFields]
    options: list[OptionFields]
    variants: list[VariantFields]
    metafields: list[MetafieldFields]
