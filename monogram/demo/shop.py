"""The demo shop as it stands in the database: made once, left alone after that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from monogram.core import apps, features, files, merchants, photos, skus, stores
from monogram.core.db import Db
from monogram.core.errors import Unauthenticated
from monogram.core.features import Template
from monogram.core.files import Storage

from . import access
from .access import Access

FOLDER = Path(__file__).parent / "products"
STORE, OTHER_STORE = "demo", "demo-other"


@dataclass(frozen=True)
class Product:
    """A product of the demo: `name` begins its files' names, `sku` is what the shop sells."""

    name: str
    sku: str
    title: str
    variant: str
    price: str

    def read(self, part: str) -> Any:
        """`feature`, `production`, `preview` or `answers` as JSON data."""
        return msgspec.json.decode((FOLDER / f"{self.name}.{part}.json").read_bytes())


PRODUCTS = (
    Product("photo-clock", "photo-clock-12in", "Photo clock with names", "Oak, 12 inches", "39.90"),
    Product("mug", "photo-mug-11oz", "Mug with a photo and two names", "White, 11 oz", "16.50"),
    Product("tshirt", "family-tshirt", "Family T-shirt", "Navy, M", "24.00"),
)


@dataclass(frozen=True)
class Shop:
    """What a client needs. `other_key` belongs to another merchant, so that isolation can be tried."""

    store_id: int
    api_key: str
    other_key: str
    access: Access


async def build(db: Db, storage: Storage, known: dict[str, Any]) -> Shop:
    """Makes what is not there yet. `known` is an earlier demo.json: keys, tokens and passwords that still open are kept."""
    keys = known.get("customeow", {})
    store_id = await _store(db, STORE, "Monogram demo shop")
    other_id = await _store(db, OTHER_STORE, "Another merchant's shop")
    for product in PRODUCTS:
        await _product(db, storage, store_id, product)
    return Shop(
        store_id,
        await _key(db, store_id, keys.get("api_key")),
        await _key(db, other_id, keys.get("other_api_key")),
        await access.grant(db, store_id, known),
    )


async def _store(db: Db, slug: str, name: str) -> int:
    found = await db.fetchval("select id from stores where slug = $1", slug)
    if found is not None:
        return found
    merchant = await merchants.create(db, name)
    return (await stores.create(db, merchant.id, slug, name)).id


async def _key(db: Db, store_id: int, known: str | None) -> str:
    """A key of the store's merchant: the known one if it opens that merchant, else a new one in the oldest's place."""
    merchant_id = await db.fetchval("select merchant_id from stores where id = $1", store_id)
    try:
        if (await apps.authenticate(db, known)).merchant_id == merchant_id:
            return known
    except Unauthenticated:
        pass
    live = [key for key in await apps.keys_of(db, merchant_id) if key.revoked_at is None]
    if len(live) >= apps.LIVE_KEYS:
        await apps.revoke_key(db, merchant_id, live[0].id)
    return (await apps.issue_key(db, merchant_id, "demo")).secret


async def _product(db: Db, storage: Storage, store_id: int, product: Product) -> None:
    count, _ = await skus.find(db, store_id, skus=[product.sku])
    if count:
        return
    feature = await features.create(db, store_id, product.title)
    templates = [
        Template(document["title"], usage, document)
        for part, usage in (("production", 1), ("preview", 2))
        for document in [await _with_files(db, storage, store_id, product.read(part))]
    ]
    version = await features.draft(db, store_id, feature.id, product.read("feature"), templates)
    await features.publish(db, store_id, version.id)
    await skus.add(db, store_id, product.sku)
    await skus.bind(db, store_id, product.sku, feature.id)


async def _with_files(db: Db, storage: Storage, store_id: int, document: dict[str, Any]) -> dict[str, Any]:
    """The document with its assets by content: the files beside it become files of the store."""
    assets = {}
    for name, asset in document.get("assets", {}).items():
        data = (FOLDER / asset["file"]).read_bytes()
        header = photos.read_header(data)
        file = await files.add(db, storage, store_id, data, header.media_type, width=header.width, height=header.height)
        assets[name] = {"sha256": file.sha256}
    return document | {"assets": assets}
