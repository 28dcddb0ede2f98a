"""Postal addresses, as orders and customers carry them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Address:
    """Empty text where nothing was said. `latitude` and `longitude` in degrees."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    area: str = ""
    city: str = ""
    city_code: str = ""
    zip: str = ""
    province: str = ""
    province_code: str = ""
    country: str = ""
    country_code: str = ""
    phone: str = ""
    phone_area_code: str = ""
    email: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


FIELDS = frozenset(field.name for field in dataclasses.fields(Address))


def stored(address: Address | None) -> dict[str, Any] | None:
    """What a row keeps: only the fields that say something."""
    if address is None:
        return None
    return {name: value for name in FIELDS if (value := getattr(address, name)) not in ("", None)}


def read(row: dict[str, Any] | None) -> Address | None:
    return None if row is None else Address(**row)


def changed(address: Address | None, changes: dict[str, Any]) -> Address:
    """The address with only the given fields changed."""
    return dataclasses.replace(address or Address(), **changes)
