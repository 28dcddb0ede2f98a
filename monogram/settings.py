"""The settings a user may make, read from the environment, each with a safe default."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path


class CannotStart(Exception):
    """A command cannot do its work here; the message says why and what to do. The command line prints just that."""


@dataclass(frozen=True)
class Settings:
    """What `docs/settings.md` documents; see there for meanings and defaults."""

    home: Path
    host: str
    port: int
    public_url: str  # no slash at the end
    storage: str  # file:///folder or s3://bucket/prefix
    database_url: str | None  # None: the embedded PostgreSQL under `home`
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")  # whose X-Forwarded-For is believed
    receiver_networks: tuple[IPv4Network | IPv6Network, ...] = ()  # what webhooks may reach though it is not public


def read(environ: os._Environ | dict[str, str] = os.environ) -> Settings:
    """Settings from environment variables. Raises CannotStart naming the variable that is wrong."""
    home = Path(environ.get("MONOGRAM_HOME") or ".monogram").absolute()
    port_text = environ.get("PORT") or "8000"
    if not port_text.isascii() or not port_text.isdigit() or not 0 < int(port_text) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {port_text!r}")
    storage = environ.get("MONOGRAM_STORAGE") or f"file://{home}/files"
    if not storage.startswith(("file://", "s3://")):
        raise CannotStart(f"MONOGRAM_STORAGE must start with file:// or s3://, not {storage!r}")
    public_url = (environ.get("MONOGRAM_PUBLIC_URL") or f"http://127.0.0.1:{port_text}").rstrip("/")
    if not public_url.startswith(("http://", "https://")):
        raise CannotStart(f"MONOGRAM_PUBLIC_URL must start with http:// or https://, not {public_url!r}")
    proxies = tuple(filter(None, map(str.strip, (environ.get("MONOGRAM_PROXIES") or "127.0.0.1,::1").split(","))))
    for proxy in proxies:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            raise CannotStart(f"MONOGRAM_PROXIES must list addresses or networks such as 10.0.0.0/8, not {proxy!r}") from None
    return Settings(
        home=home,
        host=environ.get("HOST") or "127.0.0.1",
        port=int(port_text),
        public_url=public_url,
        storage=storage,
        database_url=environ.get("DATABASE_URL") or None,
        proxies=proxies,
        receiver_networks=_networks(environ.get("MONOGRAM_RECEIVER_NETWORKS") or ""),
    )


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise CannotStart(f"MONOGRAM_RECEIVER_NETWORKS must list networks such as 10.1.0.0/16: {error}") from None
