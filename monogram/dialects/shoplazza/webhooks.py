"""How Shoplazza speaks of events: its twelve topics, its three headers, and bodies made of the views of orders and products."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

from monogram.core import orders, products
from monogram.core.db import Db
from monogram.core.events import Call, Event, Form, Message

from .views.orders import order
from .views.products import product

# Document, chapter "Webhook事件通知": the table of events and topics.
TOPICS: dict[str, tuple[str, ...]] = {
    "order.created": ("orders/create",),
    "order.updated": ("orders/update",),
    "order.paid": ("orders/paid",),
    "order.cancelled": ("orders/cancelled",),
    "order.partially_fulfilled": ("orders/partially_fulfilled",),
    "order.fulfilled": ("orders/fulfilled",),
    "order.finished": ("orders/finished",),
    "order.refunded": ("orders/refunded",),
    "order.deleted": ("orders/delete",),
    "product.created": ("products/create",),
    "product.updated": ("products/update",),
    "product.deleted": ("products/delete",),
}

# An object's kind -> the whole body for an event about it, as JSON data: `{"order": {...}}`. For a deletion it is made of
# the event's facts.
View = Callable[[Db, Event], Awaitable[dict[str, Any]]]


async def order_body(db: Db, event: Event) -> dict[str, Any]:
    """Lines 2425 to 2564: the order as it stands now; a deleted one too, whose row stays."""
    return {"order": order(await orders.show(db, event.store_id, event.object_id, deleted=True))}


async def product_body(db: Db, event: Event) -> dict[str, Any]:
    """Lines 2583 to 2659: the product as it stands now; a deleted one as it was."""
    return {"product": product(await products.of_event(db, event))}


VIEWS: dict[str, View] = {"order": order_body, "product": product_body}


def form(views: Mapping[str, View], public_url: str) -> Form:
    """The dialect's row in the core's table. `public_url` is this server's address, which shops' domains end with."""
    host = urlsplit(public_url).hostname or "localhost"

    async def load(db: Db, event: Event) -> tuple[bytes, str]:
        slug = await db.fetchval("select slug from stores where id = $1", event.store_id)
        return encode(await views[event.object_kind](db, event)), shop_domain(slug, host)

    def write(loaded: tuple[bytes, str], call: Call) -> Message:
        body, domain = loaded
        return Message(body, {"X-Shoplazza-Topic": call.topic, "X-Shoplazza-Shop-Domain": domain})

    topics = {topic: names for topic, names in TOPICS.items() if topic.split(".")[0] in views}
    return Form(topics, load, write, sign)


def domain_of(slug: str, public_url: str) -> str:
    """A shop's bare domain as this server's address makes it."""
    return shop_domain(slug, urlsplit(public_url).hostname or "localhost")


def shop_domain(slug: str, host: str) -> str:
    """A shop's bare domain, as OAuth's `shop` has it too: `{slug}.{host}`, under `localhost` when the host is an address."""
    try:
        ip_address(host)
    except ValueError:
        return f"{slug}.{host}"
    return f"{slug}.localhost"


def sign(secret: str, body: bytes) -> dict[str, str]:
    """Base64 of HMAC-SHA256 over the raw body, with the app's client secret (rulings: Shoplazza, webhooks)."""
    return {"X-Shoplazza-Hmac-Sha256": base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()}


def encode(body: Any) -> bytes:
    """Compact JSON in unescaped UTF-8 without a newline; numbers with no needless zeros, so that a receiver that parses and
    writes it again gets the same text."""
    return msgspec.json.encode(_plain(body))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return msgspec.Raw(format(value.normalize(), "f").encode())
    return int(value) if isinstance(value, float) and value.is_integer() else value
