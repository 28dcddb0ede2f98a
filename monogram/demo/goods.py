"""The demo shop's goods: what `goods.json` says, put up through the core's verbs, with pictures as files of the store."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product as combinations
from pathlib import Path
from typing import Literal

import msgspec

from monogram.core import collections, files, photos, products
from monogram.core.db import Db
from monogram.core.files import File, Storage
from monogram.core.products import ImageFields, MetafieldFields, ProductFields, VariantFields

FOLDER = Path(__file__).parent
YOUNGEST, APART = 40, 7  # days: how long ago the last product came, and how far one came after the other


class Shelf(msgspec.Struct, forbid_unknown_fields=True):
    """A collection. `key`: how goods name it; `picture`: a file of `pictures/`."""

    key: str
    title: str
    description: str
    picture: str
    sort_order: str


class Good(msgspec.Struct, forbid_unknown_fields=True):
    """A product with a variant for each combination of its options. `more`: what an option's value adds to the price;
    `sku`: of all variants (`same_sku`), or what theirs begin with; `sold_out`: titles of variants that are gone."""

    title: str
    brief: str
    says: str
    pictures: list[str]
    collections: list[str]
    type: str
    vendor: str
    tags: list[str]
    sku: str
    price: Decimal
    weight: Decimal
    same_sku: bool = False
    options: dict[str, list[str]] = {}
    more: dict[str, Decimal] = {}
    was: Decimal | None = None
    variant_pictures: dict[str, str] = {}  # an option's value -> a file of `pictures/`
    stock: int = 0
    sold_out: list[str] = []
    tracked: bool = True
    policy: Literal["deny", "continue", "auto_unpublished"] = "deny"
    published: bool = True
    note: str = ""
    metafields: list[MetafieldFields] = []


class Goods(msgspec.Struct, forbid_unknown_fields=True):
    collections: list[Shelf]
    products: list[Good]


# A variant by its product's SKU and its title.
Stocked = dict[tuple[str, str], int]


def read() -> Goods:
    return msgspec.json.decode((FOLDER / "goods.json").read_bytes(), type=Goods)


def told() -> str:
    """What there is, in a few words."""
    goods = read()
    return f"{len(goods.products)} products in {len(goods.collections)} collections"


async def put_up(db: Db, storage: Storage, store_id: int, public_url: str) -> Stocked:
    """All goods in their collections. Gives the id of every variant."""
    goods = read()
    pictures = await _pictures(db, storage, store_id, goods, public_url)
    stocked: Stocked = {}
    placed: dict[str, list] = {shelf.key: [] for shelf in goods.collections}
    for number, good in enumerate(goods.products):
        product_id = await products.create(db, store_id, _fields(good, pictures))
        made = await products.get(db, store_id, product_id)
        stocked |= {(good.sku, variant.title): variant.id for variant in made.variants}
        for key in good.collections:
            placed[key].append(made.uuid)
        await _age(db, store_id, product_id, YOUNGEST + APART * (len(goods.products) - number))
    for shelf in goods.collections:
        image = {name: pictures[shelf.picture][name] for name in ("src", "width", "height", "alt")}
        await collections.create(db, store_id, {
            "title": shelf.title, "description": shelf.description, "sort_order": shelf.sort_order, "image": image,
            "products": placed[shelf.key],
        })  # fmt: skip
    return stocked


async def _pictures(db: Db, storage: Storage, store_id: int, goods: Goods, public_url: str) -> dict[str, ImageFields]:
    titles = {name: good.title for good in reversed(goods.products) for name in good.pictures}
    found: dict[str, ImageFields] = {}
    for name, title in titles.items():
        file = await add_picture(db, storage, store_id, (FOLDER / "pictures" / f"{name}.jpg").read_bytes())
        address = public_url + files.path(file, title)
        found[name] = {"src": address, "width": file.width, "height": file.height, "alt": title}
    return found


async def add_picture(db: Db, storage: Storage, store_id: int, data: bytes) -> File:
    """A picture of the demo as a file of the store; the same one again is the same file."""
    header = photos.read_header(data)
    return await files.add(db, storage, store_id, data, header.media_type, width=header.width, height=header.height)


def _fields(good: Good, pictures: dict[str, ImageFields]) -> ProductFields:
    return {
        "title": good.title,
        "brief": good.brief,
        "description": f"<p>{good.says}</p>",
        "vendor": good.vendor,
        "type": good.type,
        "code": good.sku,
        "tags": good.tags,
        "note": good.note,
        "meta_title": good.title,
        "meta_description": good.brief,
        "meta_keyword": ",".join(good.tags),
        "published": good.published,
        "tracked": good.tracked,
        "policy": good.policy,
        "images": [pictures[name] for name in good.pictures],
        "options": [{"name": name, "values": values} for name, values in good.options.items()],
        "variants": list(_variants(good, pictures)),
        "metafields": good.metafields,
    }


def _variants(good: Good, pictures: dict[str, ImageFields]) -> Iterator[VariantFields]:
    for values in combinations(*good.options.values()):
        title = " / ".join(values)
        price = good.price + sum((good.more.get(value, Decimal(0)) for value in values), Decimal(0))
        code = "-".join("".join(letter for letter in value if letter.isalnum())[:4].upper() for value in values)
        fields: VariantFields = {
            "price": price,
            "compare_at_price": price + good.was - good.price if good.was is not None else None,
            "sku": good.sku if good.same_sku or not values else f"{good.sku}-{code}",
            "weight": good.weight,
            "weight_unit": "kg",
            "available": 0 if title in good.sold_out else good.stock,
            **{f"option{place}": value for place, value in enumerate(values, 1)},
        }
        for value in values:
            if value in good.variant_pictures:
                fields["image"] = pictures[good.variant_pictures[value]]["src"]
        yield fields


async def _age(db: Db, store_id: int, product_id: int, days: int) -> None:
    """Verbs write down the hour they are used in; goods that all came in one second would help nobody to try times."""
    moved = ", ".join(f"{name} = {name} - $3 * interval '1 day'" for name in ("created_at", "updated_at"))
    await db.execute(
        f"""update products set {moved}, published_at = published_at - $3 * interval '1 day'
            where store_id = $1 and id = $2""", store_id, product_id, days,
    )
    for table in ("product_images", "product_options", "variants"):
        await db.execute(f"update {table} set {moved} where store_id = $1 and product_id = $2", store_id, product_id, days)
