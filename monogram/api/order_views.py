"""Orders and what webhooks were sent, as the merchant's own software sees them. Ids and amounts are text."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from monogram.core.deliveries import Attempt, Delivery
from monogram.core.orders import OrderView, ShopLine
from monogram.core.webhooks import Webhook


def order(view: OrderView) -> dict[str, Any]:
    it = view.order
    return {
        "id": str(it.id),
        "uuid": str(it.uuid),
        "reference": it.reference,
        "number": it.number,
        "status": it.status,
        "financialStatus": it.financial_status,
        "fulfillmentStatus": it.fulfillment_status,
        "currency": it.currency,
        "subTotal": amount(it.sub_total),
        "totalDiscount": amount(it.total_discount),
        "totalShipping": amount(it.total_shipping),
        "totalTax": amount(it.total_tax),
        "totalPrice": amount(it.total_price),
        "totalRefunded": amount(it.total_refunded),
        "createdAt": time(it.created_at),
        "updatedAt": time(it.updated_at),
        "lines": [_line(line) for line in view.lines],
    }


def _line(line: ShopLine) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "uuid": str(line.uuid),
        "variantId": None if line.variant_id is None else str(line.variant_id),
        "sku": line.sku,
        "quantity": line.quantity,
        "shipped": line.shipped,
        "refunded": line.refunded,
        "total": amount(line.total),
        "tax": amount(line.tax),
        "customInfoId": None if line.customization_id is None else str(line.customization_id),
        "properties": [{"name": each["name"], "value": each["value"]} for each in line.properties],
    }


def webhook(it: Webhook) -> dict[str, Any]:
    """Without its secret: that is the receiver's."""
    return {
        "id": str(it.id),
        "uuid": str(it.uuid),
        "dialect": it.dialect,
        "address": it.address,
        "topics": it.topics,
        "failingSince": time(it.failing_since),
        "disabledAt": time(it.disabled_at),
        "notice": it.notice,
        "createdAt": time(it.created_at),
    }


def delivery(it: Delivery) -> dict[str, Any]:
    return {
        "id": str(it.id),
        "webhookId": str(it.webhook_id),
        "objectId": str(it.object_id),
        "topic": it.topic,
        "status": "delivered" if it.delivered_at else "given_up" if it.gave_up_at else "waiting",
        "attempts": it.attempts,
        "nextAttemptAt": time(it.next_attempt_at),
        "deliveredAt": time(it.delivered_at),
        "gaveUpAt": time(it.gave_up_at),
        "lastStatus": it.last_status,
        "lastError": it.last_error,
        "createdAt": time(it.created_at),
    }


def logged(it: Delivery, attempts: list[Attempt]) -> dict[str, Any]:
    """A delivery with what was sent, and every try of it."""
    return delivery(it) | {
        "headers": it.headers,
        "body": it.body.decode("utf-8", "replace"),
        "tries": [
            {
                "attemptedAt": time(each.attempted_at),
                "durationMs": each.duration_ms,
                "status": each.status,
                "response": each.response.decode("utf-8", "replace"),
                "error": each.error,
            }
            for each in attempts
        ],
    }


def amount(value: Decimal) -> str:
    """`"16.99"`: at least two digits after the point, no more than the amount has."""
    whole, _, digits = format(value.normalize(), "f").partition(".")
    return f"{whole}.{digits.ljust(2, '0')}"


def time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")
