"""Where a webhook may go: the form of an address, and which addresses of the network are public.

Python's `is_global` is not enough: it says yes to IPv4 hidden in IPv6 (NAT64, 6to4, compatible, ISATAP) and to multicast.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

Ip = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

LONGEST = 2048
PORTS = frozenset({443, 8443})  # of public receivers, which must speak TLS

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?", re.ASCII)

_PRIVATE_4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",  # the last: what a cloud tells its machines
)))  # fmt: skip
_PUBLIC_6 = IPv6Network("2000::/3")
# special purposes with Teredo; documentation; 6to4; documentation
_PRIVATE_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")  # the interface id of IPv4 tunnelled inside a site


def parse(text: str) -> URL:
    """An address to send to: http or https, a host, no user, nothing that two readers could read in two ways.
    Raises ValueError with the reason."""
    if not text or len(text) > LONGEST:
        raise ValueError(f"an address has 1 to {LONGEST} characters")
    if any(ord(c) <= 0x20 or c in "\\\x7f" for c in text):
        raise ValueError("it has spaces, control characters or backslashes")
    try:
        url = URL(text)
    except ValueError as error:
        raise ValueError(f"it is no URL: {error}") from None
    if url.scheme not in ("http", "https"):
        raise ValueError("it must begin with https://")
    if url.user is not None or url.password is not None:
        raise ValueError("it must not hold a user or password")
    if not url.raw_host or not url.port:
        raise ValueError("it has no host, or port 0")
    _check_host(url.raw_host)
    return url.with_fragment(None)


def _check_host(host: str) -> None:
    if literal(host) is not None:
        return
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise ValueError("its host is no name and no address")
    # what resolvers take for an IPv4 address in another way of writing: 2130706433, 0x7f.1, 127.1
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rstrip(".").rsplit(".", 1)[-1]):
        raise ValueError("its host is an address in an unusual way of writing")


def literal(host: str) -> Ip | None:
    """A host that is an address itself, in its one usual way of writing (IPv6 without zone)."""
    try:
        return None if "%" in host else ip_address(host)
    except ValueError:
        return None


def inner(address: Ip) -> Ip:
    """IPv4 written as IPv6 (::ffff:0:0/96) is judged, and reached, as the IPv4 it is."""
    return getattr(address, "ipv4_mapped", None) or address


def is_public(address: Ip) -> bool:
    """Whether this is an address of the open internet."""
    address = inner(address)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _PRIVATE_4)
    if address.packed[8:12] in _ISATAP:
        return False
    return address in _PUBLIC_6 and not any(address in network for network in _PRIVATE_6)


def is_listed(address: Ip, networks: Networks) -> bool:
    """Whether the operator allowed this address by name."""
    address = inner(address)
    return any(address.version == network.version and address in network for network in networks)


def is_plain(url: URL) -> bool:
    """Whether this asks for what only listed networks may have: no TLS, or an unusual port."""
    return url.scheme == "http" or url.port not in PORTS


def check(text: str, networks: Networks = ()) -> None:
    """Refuses at once what could never be sent to. Raises ValueError with the reason. A name may still resolve to an address
    that is refused when it is called."""
    url = parse(text)
    address = literal(url.raw_host)
    if address is not None and is_listed(address, networks):
        return
    if address is not None and not is_public(address):
        raise ValueError("its host is not public")
    if is_plain(url) and (address is not None or not networks):
        raise ValueError(f"it must be https, at port {' or '.join(map(str, sorted(PORTS)))}")
