"""A product's images: addresses in an order. The first stands for the product; a variant may have one of them."""

from __future__ import annotations

from ..db import Db
from ..errors import Invalid, NotFound
from .rows import Image, ImageFields, Key, Product

MOST = 250


def of(product: Product, key: Key) -> Image:
    """One of its images by id or UUID. Raises NotFound."""
    for image in product.images:
        if key is not None and key in (image.id, image.uuid):
            return image
    raise NotFound("image", key)


def recognized(product: Product, sent: list[ImageFields]) -> list[ImageFields]:
    """One without a key but with the address of an image the product has is that image."""
    named = {fields["key"] for fields in sent if "key" in fields}
    free = {image.src: image.id for image in product.images if not {image.id, image.uuid} & named}
    return [
        fields if "key" in fields or fields.get("src") not in free else {**fields, "key": free.pop(fields["src"])}
        for fields in sent
    ]


def wanted(product: Product, sent: list[ImageFields]) -> list[ImageFields]:
    """The images as they are to be, whole and in their order, each with `key` an id or None. Raises Invalid."""
    faults: dict[str, str] = {}
    if len(sent) > MOST:
        faults["images"] = f"is too long (maximum is {MOST})"
    known = {key: image for image in product.images for key in (image.id, image.uuid)}
    whole, used = [], set()
    for place, fields in enumerate(sent):
        before = known.get(fields["key"]) if "key" in fields else None
        if "key" in fields and (before is None or before.id in used):
            faults[f"images[{place}].key"] = "is invalid"
            continue
        if before is not None:
            used.add(before.id)
        row: ImageFields = {**(_fields(before) if before else _NEW), **fields, "key": before.id if before else None}
        if not row["src"]:
            faults[f"images[{place}].src"] = "can't be blank"
        elif before is not None and row["src"] != before.src and "width" not in fields:
            row |= {"width": None, "height": None}  # another picture, whose size nobody said
        whole.append((fields.get("position") or place + 1, row))
    if faults:
        raise Invalid(faults)
    return [row for _, row in sorted(whole, key=lambda each: each[0])]


_NEW: ImageFields = {"src": "", "width": None, "height": None, "alt": "", "title": ""}


def _fields(image: Image) -> ImageFields:
    return {"src": image.src, "width": image.width, "height": image.height, "alt": image.alt, "title": image.title}


async def write(db: Db, product: Product, images: list[ImageFields], shown: set[int], sent: set[str]) -> dict[str, int]:
    """Makes the product's images these, and behind them what else its variants show: `shown`, ids of images that they keep,
    and `sent`, addresses that were said for them. Gives each address's image id."""
    keys = {fields["key"] for fields in images}
    kept = [image for image in product.images if image.id not in keys and (image.id in shown or image.src in sent)]
    rows = images + [{**_fields(image), "key": image.id} for image in kept]
    have = {fields["src"] for fields in rows}
    rows += [{**_NEW, "src": src, "key": None} for src in sorted(sent - have)]
    as_it_is = [(place, {**_fields(image), "key": image.id}) for place, image in enumerate(product.images, 1)
                if image.position == place]  # fmt: skip
    if list(enumerate(rows, 1)) != as_it_is:
        await _write_rows(db, product, rows)
    found = await db.fetch(
        "select src, id from product_images where store_id = $1 and product_id = $2 order by position desc",
        product.store_id, product.id,
    )
    return {row["src"]: row["id"] for row in found}


async def _write_rows(db: Db, product: Product, rows: list[ImageFields]) -> None:
    columns = [[fields[name] for fields in rows] for name in ("key", "src", "width", "height", "alt", "title")]
    given = (product.store_id, product.id, *columns)
    wanted_ = """unnest($3::bigint[], $4::text[], $5::int[], $6::int[], $7::text[], $8::text[])
                 with ordinality w(id, src, width, height, alt, title, position)"""
    await db.execute("delete from product_images where store_id = $1 and product_id = $2 and id <> all($3)",
                     product.store_id, product.id, [each for each in columns[0] if each is not None])
    await db.execute(
        f"""update product_images i set src = w.src, width = w.width, height = w.height, alt = w.alt, title = w.title,
                                        position = w.position, updated_at = now()
            from {wanted_} where i.store_id = $1 and i.product_id = $2 and i.id = w.id
             and (i.src, i.width, i.height, i.alt, i.title, i.position)
                 is distinct from (w.src, w.width, w.height, w.alt, w.title, w.position)""", *given,
    )
    await db.execute(
        f"""insert into product_images (store_id, product_id, src, width, height, alt, title, position)
            select $1, $2, w.src, w.width, w.height, w.alt, w.title, w.position from {wanted_} where w.id is null""", *given,
    )
