"""Which shop a host name speaks of: `{store}.<anything>`, but for the host that this server itself is known by."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def label_of(host: str, public_url: str) -> str | None:
    """The first label of a `Host` header, or None for a bare host: an address, one label, the public host itself.
    Whether there is such a shop is for the caller to ask."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return None
    label, _, rest = name.partition(".")
    if not rest or name == urlsplit(public_url).hostname or _is_address(name):
        return None
    return label


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
