"""Values as this API prints them: times with an offset, amounts as text or number, a choice of keys."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec


def time(moment: datetime | None) -> str | None:
    """RFC 3339 in whole seconds with an offset, or null."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def text(amount: Decimal | None) -> str | None:
    """`"16.99"`: at least two digits after the point, no more than the amount has."""
    if amount is None:
        return None
    plain = format(amount.normalize(), "f")
    whole, _, digits = plain.partition(".")
    return f"{whole}.{digits.ljust(2, '0')}"


def number(amount: Decimal | None) -> msgspec.Raw | None:
    """`12.34` as a JSON number with exactly the digits it has, or null."""
    return None if amount is None else msgspec.Raw(format(amount.normalize(), "f").encode())


def only(shown: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """The keys that `fields` names, joined by commas; unknown names are passed over, and saying nothing gives all."""
    if not (fields or "").strip():
        return shown
    wanted = {name.strip().strip('"') for name in fields.split(",")}
    return {name: value for name, value in shown.items() if name in wanted}
