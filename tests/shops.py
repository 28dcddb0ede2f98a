"""A small shop for tests: a merchant with a store, a key, and a SKU whose feature asks for a name and prints it."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from monogram.core import apps, customizations, features, merchants, orders, skus, stores
from monogram.core.db import Db

SKU = "mug-11oz"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Shop:
    merchant_id: int
    store_id: int
    key_id: int
    key: str
    feature_id: int
    feature_version_id: int
    production_id: int  # the production template's compositeId
    preview_id: int


def document(width: int = 240, height: int = 80, **more: Any) -> dict[str, Any]:
    """A name in black on nothing."""
    return {
        "version": 1,
        "canvas": {"width": width, "height": height, "dpi": 72},
        "layers": [
            {"id": "name", "type": "text", "x": 0, "y": 0, "width": width, "height": height, "text": "Name",
             "font": {"family": "Noto Sans", "weight": 400}, "size": 32}
        ],
        "bindings": [{"component": "name", "layer": "name", "property": "text"}],
    } | more  # fmt: skip


def form() -> dict[str, Any]:
    label = {"en_US": "Name", "de_DE": "Vorname"}
    name = {"kind": "text", "id": "11", "key": "name", "label": label, "required": True, "maxLength": 40}
    return {"steps": [{"id": "10", "components": [name]}]}


async def open_shop(db: Db, *, name: str = "Test shop", production: dict[str, Any] | None = None, preview: bool = True) -> Shop:
    merchant = await merchants.create(db, name)
    store = await stores.create(db, merchant.id, f"shop-{os.getpid()}-{next(_numbers)}-{merchant.id}", name)
    key = await apps.issue_key(db, merchant.id, "test")
    feature = await features.create(db, store.id, f"{name}: name")
    templates = [features.Template("Mug wrap", features.PRODUCTION, production or document())]
    if preview:
        templates.append(features.Template("Mug preview", features.PREVIEW, document(120, 40)))
    drafted = await features.draft(db, store.id, feature.id, form(), templates)
    version = await features.publish(db, store.id, drafted.id)
    await skus.add(db, store.id, SKU)
    await skus.bind(db, store.id, SKU, feature.id)
    ids = [template.id for template in version.templates]
    return Shop(merchant.id, store.id, key.id, key.secret, feature.id, version.id, ids[0], ids[-1])


async def confirm(db: Db, shop: Shop, name: str = "Ada") -> int:
    """A customization's id."""
    return (await customizations.confirm(db, shop.store_id, SKU, "en_US", {"name": name})).id


def line(number: int = 1, **changes: Any) -> orders.IncomingLine:
    return orders.IncomingLine(**{
        "sku": SKU, "customization_id": None, "platform_item_id": f"item-{number}", "platform_product_id": "453695684",
        "platform_product_title": "Mug", "platform_variant_title": "11 oz", "platform_variant_id": "6958596542",
        "quantity": 1, "price": Decimal("20.23"),
    } | changes)  # fmt: skip


def order(platform_order_id: str = "", *lines: orders.IncomingLine, **changes: Any) -> orders.IncomingOrder:
    return orders.IncomingOrder(**{
        "platform_order_id": platform_order_id or f"po-{next(_numbers)}", "platform_order_no": "D1001",
        "platform_created_at": datetime(2025, 2, 20, 8, 7, 42, tzinfo=UTC), "currency": "USD", "lines": lines or (line(),),
        "platform_type": 1,
    } | changes)  # fmt: skip
