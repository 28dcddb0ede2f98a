"""A webhook as this API prints it (lines 2292 to 2311)."""

from __future__ import annotations

from typing import Any

from monogram.core.webhooks import Webhook

from .plain import time


def webhook(of: Webhook) -> dict[str, Any]:
    return {
        "id": str(of.uuid),
        "address": of.address,
        "topic": ",".join(of.topics),
        "created_at": time(of.created_at),
        "updated_at": time(of.updated_at),
        "format": of.format,
    }
