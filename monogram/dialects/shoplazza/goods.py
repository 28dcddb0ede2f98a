"""What clients send of products and what is in them, as the core's fields; and the core's faults in the words of the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, BeforeValidator, Field, StringConstraints

from monogram.core.errors import Invalid
from monogram.core.products import ImageFields, MetafieldFields, OptionFields, ProductFields, VariantFields
from monogram.core.products.variants import MOST_STOCK

from .inputs import Input, as_text, uuid

LONGEST = 1_000_000  # a description
DEAREST = 99_999_999_999_999
LARGEST = 1_000_000  # pixels


def _absent_if_empty(value: object) -> object:
    return None if value == "" else value


def _address(value: object) -> object:
    """Text, or an object with `src` (line 1519 calls it a hash). Without a scheme it is https; empty counts as absent."""
    if isinstance(value, Mapping):
        value = value.get("src")
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("is invalid")
    text = value.strip()
    if text.startswith("//"):
        text = f"https:{text}"
    elif "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s\x00-\x1f\x7f]", text)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("is invalid")
    return text


def _words(value: object) -> object:
    """A list, or text joined by commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _lower(value: object) -> object:
    return value.strip().lower() or None if isinstance(value, str) else value


def _pictured(value: object) -> object:
    return {"src": value} if isinstance(value, str) else value


def _line(longest: int) -> Any:
    return Annotated[str, StringConstraints(max_length=longest), BeforeValidator(as_text)]


Line, Paragraph, Page = _line(255), _line(5_000), _line(LONGEST)
Title = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True), BeforeValidator(as_text)]
Address = Annotated[Annotated[str, StringConstraints(max_length=2_000)] | None, BeforeValidator(_address)]
Amount = Annotated[Annotated[Decimal, Field(ge=0, le=DEAREST)] | None, BeforeValidator(_absent_if_empty)]
Count = Annotated[Annotated[int, Field(ge=-MOST_STOCK, le=MOST_STOCK)] | None, BeforeValidator(_absent_if_empty)]
Pixels = Annotated[Annotated[int, Field(ge=0, le=LARGEST)] | None, BeforeValidator(_absent_if_empty)]
Place = Annotated[Annotated[int, Field(ge=1, le=LARGEST)] | None, BeforeValidator(_absent_if_empty)]
Flag = Annotated[bool | None, BeforeValidator(_absent_if_empty)]
Unit = Annotated[Literal["g", "kg", "oz", "lb"] | None, BeforeValidator(_lower)]
Policy = Annotated[Literal["deny", "continue", "auto_unpublished"] | None, BeforeValidator(_absent_if_empty)]
Words = Annotated[list[Line] | None, BeforeValidator(_words)]


def said(model: Input, *, nulls: tuple[str, ...] = ()) -> dict[str, Any]:
    """What was sent, by field; null counts as not sent, but for the names in `nulls`."""
    given = {name: getattr(model, name) for name in model.model_fields_set}
    return {name: value for name, value in given.items() if value is not None or name in nulls}


class PictureInput(Input):
    id: str | None = None
    position: Place = None
    src: Address = None
    width: Pixels = None
    height: Pixels = None
    alt: Line | None = None

    def fields(self) -> ImageFields:
        fields = said(self)
        if "id" in fields and (key := fields.pop("id")):
            fields["key"] = uuid(key)
        return ImageFields(**fields)


class OptionInput(Input):
    name: Line | None = None
    values: Words = None

    def fields(self) -> OptionFields:
        return OptionFields(name=(self.name or "").strip(), values=self.values or [])


class VariantInput(Input):
    """Fields of line 1524 and on; prices and options that are empty count as absent, a null compare price as none."""

    id: str | None = None
    position: Place = None
    option1: Line | None = None
    option2: Line | None = None
    option3: Line | None = None
    image: Address = None
    price: Amount = None
    compare_at_price: Amount = None
    sku: Line | None = None
    barcode: Line | None = None
    note: Paragraph | None = None
    inventory_quantity: Count = None
    weight: Amount = None
    # line 1532 spells it so, line 1834 does not
    weight_unit: Unit = Field(default=None, validation_alias=AliasChoices("weight_unit", "weigh_unit"))

    def fields(self) -> VariantFields:
        fields = said(self, nulls=("compare_at_price",))
        for name in ("option1", "option2", "option3"):
            if fields.get(name) == "":
                del fields[name]
        if "inventory_quantity" in fields:
            fields["available"] = fields.pop("inventory_quantity")
        if "id" in fields and (key := fields.pop("id")):
            fields["key"] = uuid(key)
        return VariantFields(**fields)


class MetafieldInput(Input):
    id: str | None = None
    namespace: Line | None = None
    key: Line | None = None
    value: Annotated[str | None, BeforeValidator(as_text)] = None
    value_type: Annotated[str | None, BeforeValidator(_absent_if_empty)] = None
    description: Paragraph | None = None

    def fields(self) -> MetafieldFields:
        fields = said(self)
        key = fields.pop("id", None)
        if "key" in fields:
            fields["name"] = fields.pop("key")
        return MetafieldFields(**fields, **({"key": uuid(key)} if key else {}))


Picture = Annotated[PictureInput, BeforeValidator(_pictured)]


class ProductInput(Input):
    """Every field of lines 1490 to 1540 and 1622 to 1666."""

    title: Title | None = None
    brief: Paragraph | None = None
    handle: Line | None = None
    description: Page | None = None
    vendor: Line | None = None
    vendor_url: _line(2_000) | None = None
    note: Page | None = None
    tags: Words = None
    requires_shipping: Flag = None
    taxable: Flag = None
    need_variant_image: Flag = None
    meta_title: Paragraph | None = None
    meta_description: Page | None = None
    meta_keyword: Page | None = None
    published: Flag = None
    inventory_tracking: Flag = None
    inventory_policy: Policy = None
    has_only_default_variant: Flag = None
    options: list[OptionInput] | None = None
    images: list[Picture] | None = None
    variants: list[VariantInput] | None = None
    metafields: list[MetafieldInput] | None = None

    def fields(self) -> ProductFields:
        fields = said(self)
        fields.pop("has_only_default_variant", None)  # told by the options
        for name in ("images", "variants", "metafields", "options"):
            if name in fields:
                fields[name] = [each.fields() for each in fields[name]]
        for ours, wire in (("needs_variant_image", "need_variant_image"), ("tracked", "inventory_tracking"),
                           ("policy", "inventory_policy")):  # fmt: skip
            if wire in fields:
                fields[ours] = fields.pop(wire)
        return ProductFields(**fields)


def required(body: dict[str, Any]) -> dict[str, str]:
    """What a new product lacks (lines 1494 to 1540), by field."""

    def lacks(name: str) -> bool:
        return body.get(name) in (None, "", [], {})

    missing = [name for name in ("title", "has_only_default_variant", "images", "variants") if lacks(name)]
    if _is(body.get("has_only_default_variant"), False):
        missing += [name for name in ("options", "need_variant_image") if lacks(name)]
    if _is(body.get("inventory_tracking"), True) and lacks("inventory_policy"):
        missing.append("inventory_policy")
    return dict.fromkeys(missing, "can't be blank")


def _is(value: object, wanted: bool) -> bool:
    return str(value).lower() in (("true", "1") if wanted else ("false", "0"))


@contextmanager
def wire_names() -> Iterator[None]:
    """The core's faults by the names that the client sent."""
    try:
        yield
    except Invalid as error:
        raise Invalid({_wire(path): text for path, text in error.fields.items()}) from None


def _wire(path: str) -> str:
    parent, dot, name = path.rpartition(".")
    if name == "available":
        name = "inventory_quantity"
    elif name == "key":
        name = "id"
    elif name == "name" and not parent.startswith("options"):
        name = "key"  # of a metafield
    return f"{parent}{dot}{name}"
