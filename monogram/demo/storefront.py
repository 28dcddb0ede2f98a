"""What the demo shop says of itself, and the script that an app has put on its pages."""

from __future__ import annotations

from monogram.core import clients, files, script_tags, stores
from monogram.core.db import Db
from monogram.core.files import Storage

from . import access
from .goods import FOLDER, add_picture

SAYS = {
    "email": access.EMAIL, "customer_email": "hello@demo.example", "owner": "Robin Alder", "account": access.EMAIL,
    "phone": "+1 502 555 0100", "address1": "7 Workshop Lane", "address2": "Second floor", "city": "Louisville", "zip": "40202",
    "province_code": "KY", "country_code": "US", "company": "Monogram Demo Goods", "category": "Gifts",
    "time_zone": "America/Kentucky/Louisville", "locale": "en_US",
}  # fmt: skip
SCRIPT = '<script src="https://example.com/apps/gift-wrap.js" async></script>'


async def dress(db: Db, storage: Storage, store_id: int, public_url: str) -> None:
    icon = await add_picture(db, storage, store_id, (FOLDER / "pictures" / "towel-monogram.jpg").read_bytes())
    await stores.describe(db, store_id, SAYS | {"icon": public_url + files.path(icon, "icon")})
    for client in await clients.installed(db, store_id):
        if client.name == access.FULL:
            await script_tags.add(db, store_id, client.id, SCRIPT, "index,product", "gift-wrap")


async def move(db: Db, store_id: int, before: str, public_url: str) -> None:
    """The demo was started under another address than the last time: its pictures are asked for there from now on."""
    given = store_id, f"{before}/files/", f"{public_url}/files/"
    moved = "replace({0}, $2, $3) where store_id = $1 and starts_with({0}, $2)"
    await db.execute(f"update product_images set src = {moved.format('src')}", *given)
    await db.execute(f"update order_lines set platform_product_image = {moved.format('platform_product_image')}", *given)
    await db.execute("update collections set image = replace(image::text, $2, $3)::jsonb where store_id = $1", *given)
    await db.execute("update stores set icon = replace(icon, $2, $3) where id = $1", *given)
    await db.execute("update products set version = version + 1 where store_id = $1", store_id)
