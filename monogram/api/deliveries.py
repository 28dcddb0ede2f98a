"""What was sent to a store's webhooks: the log, and sending again."""

from __future__ import annotations

from typing import Annotated

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import deliveries, ids, webhooks
from monogram.core.errors import NotFound
from monogram.core.webhooks import Filter
from monogram.edge import Tx
from monogram.inputs import Input, Time, from_body, page, query_of

from . import order_views as views
from .auth import Opened
from .envelope import ok
from .orders import key

MOST_ROWS, USUAL_ROWS = 200, 50


class Again(Input):
    """From (inclusive) to (exclusive): when the deliveries were made. Only those given up, unless `failed` is false."""

    start: Time
    end: Time
    failed: bool = True


async def find_webhooks(request: Request, opened: Opened, db: Tx) -> Response:
    """A store's webhooks of every dialect, newest first."""
    query = query_of(request)
    wanted = page(query.get("page"), query.get("pageSize"), usual=USUAL_ROWS, most=MOST_ROWS)
    found = await webhooks.find(db, opened.store_id, page=wanted)
    return ok({"count": await webhooks.count(db, opened.store_id, Filter()), "list": [views.webhook(each) for each in found]})


async def enable_webhook(opened: Opened, webhook_id: str, db: Tx) -> Response:
    """Starts a webhook again that was stopped because nothing arrived."""
    found = await webhooks.get(db, opened.store_id, key(webhook_id))
    return ok(views.webhook(await webhooks.enable(db, opened.store_id, found.id)))


async def redeliver_range(
    opened: Opened, webhook_id: str, wanted: Annotated[Again, from_body(Again)], db: Tx
) -> Response:
    found = await webhooks.get(db, opened.store_id, key(webhook_id))
    count = await deliveries.redeliver_range(
        db, opened.store_id, found.id, wanted.start, wanted.end, failed=wanted.failed
    )
    return ok({"count": count}, 202)


async def find(request: Request, opened: Opened, db: Tx) -> Response:
    """The log, newest first; `failed=true`: only those given up."""
    query = query_of(request)
    webhook_id = None
    if query.get("webhookId"):
        try:
            webhook_id = (await webhooks.get(db, opened.store_id, key(query["webhookId"]))).id
        except NotFound:
            return ok({"list": []})
    wanted = page(query.get("page"), query.get("pageSize"), usual=USUAL_ROWS, most=MOST_ROWS)
    failed = query.get("failed", "").lower() in ("true", "1")
    found = await deliveries.find(db, opened.store_id, webhook_id=webhook_id, failed=failed, page=wanted)
    return ok({"list": [views.delivery(each) for each in found]})


async def show(opened: Opened, delivery_id: str, db: Tx) -> Response:
    found = await deliveries.get(db, opened.store_id, ids.parse(delivery_id))
    return ok(views.logged(found, await deliveries.attempts_of(db, opened.store_id, found.id)))


async def redeliver(opened: Opened, delivery_id: str, db: Tx) -> Response:
    """The same bytes under the same id, at once."""
    found = ids.parse(delivery_id)
    await deliveries.redeliver(db, opened.store_id, found)
    return ok(views.delivery(await deliveries.get(db, opened.store_id, found)), 202)
