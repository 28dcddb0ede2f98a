"""Chapter: webhooks (lines 2277 to 2423). List, count, details, create, update, delete; an app sees its own."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import clients, webhooks
from monogram.core.errors import Forbidden, Invalid
from monogram.core.webhooks import Filter
from monogram.edge import Tx, state_of
from monogram.inputs import query_of

from .auth import Caller
from .envelope import ok
from .inputs import Input, Text, from_body, page, span, uuid
from .views.webhooks import webhook

DIALECT = "shoplazza"


class WebhookInput(Input):
    address: str | None = None
    topic: Text | None = None


Sent = Annotated[WebhookInput, from_body(WebhookInput, "webhook")]


def _topics(text: str) -> list[str]:
    """Line 2389: one topic, or several joined by commas."""
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _needs(topic: str) -> str:
    """What a token must be allowed to read to hear of a topic (the document names no scope for webhooks)."""
    return "read_product" if topic.startswith("products/") else "read_order"


def _allowed(caller: clients.Caller, sent: WebhookInput) -> list[str] | None:
    """The topics that are asked for; None when nothing is said of them. Raises Forbidden."""
    if sent.topic is None:
        return None
    topics = _topics(sent.topic)
    for topic in topics:
        if _needs(topic) not in caller.scopes:
            raise Forbidden(_needs(topic))
    return topics


def _as_printed(error: Invalid) -> Invalid:
    """Lines 2375 to 2381: an empty address is blank and invalid; and why an address is invalid is a text of its own."""
    words = {"can't be blank": "can't be blank; is invalid"} if error.fields.get("address") == "can't be blank" else {}
    fields = dict(error.fields)
    if "address" in fields:
        fields["address"] = words.get(fields["address"], fields["address"].replace("is invalid: ", "is invalid; ", 1))
    if "topic" in fields:
        fields["topic"] = fields["topic"].replace("is invalid: ", "is invalid; ", 1)
    return Invalid(fields)


def _filter(query: dict[str, str], caller: clients.Caller) -> Filter:
    created, updated = (span(query, name, caller.time_zone) for name in ("created_at", "updated_at"))
    return Filter(
        dialect=DIALECT,
        app_id=caller.client_id,
        address=query.get("address", "").strip() or None,
        topics=_topics(query.get("topic", "")) or None,
        created_after=created[0],
        created_before=created[1],
        updated_after=updated[0],
        updated_before=updated[1],
    )


async def find(request: Request, caller: Caller, db: Tx) -> Response:
    """GET /webhooks, lines 2278 to 2322."""
    query = query_of(request)
    found = await webhooks.find(db, caller.store_id, _filter(query, caller), page(query))
    return ok({"webhooks": [webhook(each) for each in found]})


async def count(request: Request, caller: Caller, db: Tx) -> Response:
    """GET /webhooks/count, lines 2323 to 2333."""
    return ok({"count": await webhooks.count(db, caller.store_id, _filter(query_of(request), caller))})


async def _own(db: Tx, caller: clients.Caller, id: str) -> webhooks.Webhook:
    return await webhooks.get(db, caller.store_id, uuid(id), dialect=DIALECT, app_id=caller.client_id)


async def show(caller: Caller, id: str, db: Tx) -> Response:
    """GET /webhooks/{id}, lines 2334 to 2353."""
    return ok({"webhook": webhook(await _own(db, caller, id))})


async def create(request: Request, caller: Caller, sent: Sent, db: Tx) -> Response:
    """POST /webhooks, lines 2354 to 2383. Deliveries are signed with the app's secret."""
    topics = _allowed(caller, sent)
    try:
        made = await webhooks.subscribe(
            db, caller.store_id, dialect=DIALECT, app_id=caller.client_id, address=(sent.address or "").strip(),
            topics=topics or [], secret=await clients.secret_of(db, caller.client_id),
            networks=state_of(request).settings.receiver_networks,
        )  # fmt: skip
    except Invalid as error:
        raise _as_printed(error) from None
    return ok({"webhook": webhook(made)})


async def update(request: Request, caller: Caller, id: str, sent: Sent, db: Tx) -> Response:
    """PUT /webhooks/{id}, lines 2384 to 2413. What is not sent stays; one that was stopped starts again."""
    known, topics = await _own(db, caller, id), _allowed(caller, sent)
    changes: dict[str, Any] = {"address": None if sent.address is None else sent.address.strip(), "topics": topics}
    try:
        changed = await webhooks.change(
            db, caller.store_id, known.id, **changes, networks=state_of(request).settings.receiver_networks
        )
    except Invalid as error:
        raise _as_printed(error) from None
    if known.disabled_at is not None:
        changed = await webhooks.enable(db, caller.store_id, known.id)
    return ok({"webhook": webhook(changed)})


async def delete(caller: Caller, id: str, db: Tx) -> Response:
    """DELETE /webhooks/{id}, lines 2414 to 2423."""
    known = await _own(db, caller, id)
    await webhooks.remove(db, caller.store_id, known.id)
    return ok({})
