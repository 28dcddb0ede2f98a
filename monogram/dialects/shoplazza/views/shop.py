"""The shop as this API prints it (lines 2788 to 2815)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monogram.core.stores import StoreDetails

from .plain import time


def shop(store: StoreDetails, domain: str) -> dict[str, Any]:
    return {
        "id": store.id,
        "name": store.name,
        "email": store.email,
        "domain": store.domain or domain,
        "address1": store.address1,
        "zip": store.zip,
        "city": store.city,
        "phone": store.phone,
        "primary_locale": store.locale,
        "address2": store.address2,
        "created_at": time(store.created_at),
        "updated_at": time(store.updated_at),
        "country_code": store.country_code,
        "currency": store.currency,
        "customer_email": store.customer_email,
        "timezone": _zone(store.time_zone, store.updated_at),
        "shop_owner": store.owner,
        "account": store.account,
        "province_code": store.province_code,
        "icon": {"src": store.icon, "path": store.icon.rpartition("/")[2]},
    }


def _zone(name: str, moment: datetime) -> str:
    """`(GMT-05:00) America/New_York` (line 2805)."""
    offset = moment.astimezone(ZoneInfo(name)).strftime("%z")
    return f"(GMT{offset[:3]}:{offset[3:5]}) {name}"
