"""The only HTTP client: public addresses only, resolved once and called where they were looked at, short time-outs, capped
answers, verified TLS. Redirects are never followed; proxies of the environment are not used."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from monogram.core import receivers
from monogram.core.receivers import Ip, Networks

TOTAL, CONNECT, LOOKUP = 15.0, 3.0, 3.0  # seconds
CAP = 64 * 1024  # bytes of an answer
AGENT = "Monogram"

Resolve = Callable[[str], Awaitable[list[str]]]


class Refused(OSError):
    """We do not call this address. The text says why."""


class Unanswered(Exception):
    """No answer came: no such host, no connection, bad TLS, too slow, or not HTTP. The text says which."""


@dataclass(frozen=True)
class Answer:
    """`body` is at most the cap asked for; `cut` tells that there was more."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes
    cut: bool


class Outbound:
    """Open one for a process and close it at the end. `networks` may be called though not public, over plain HTTP and at
    any port too. `resolve` and `tls` stand for the outside network in tests."""

    def __init__(self, networks: Networks = (), *, resolve: Resolve | None = None, tls: ssl.SSLContext | None = None):
        self._networks = tuple(networks)
        names = _Names(resolve or _Lookups())
        context = tls or ssl.create_default_context()
        self._open = _session(context, _Gate(names, "not public", self._is_open))
        self._plain = _session(context, _Gate(names, "only called by https at a usual port", self._is_listed))

    def _is_listed(self, address: Ip) -> bool:
        return receivers.is_listed(address, self._networks)

    def _is_open(self, address: Ip) -> bool:
        return receivers.is_public(address) or self._is_listed(address)

    async def __aenter__(self) -> Outbound:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._open.close()
        await self._plain.close()

    async def send(
        self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, *, cap: int = CAP
    ) -> Answer:
        """One request and how its answer begins. Raises Refused, Unanswered; any HTTP status is an answer."""
        try:
            url = receivers.parse(address)
        except ValueError as error:
            raise Refused(f"refused: {error}") from None
        session = self._plain if receivers.is_plain(url) else self._open
        try:
            async with session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
                return await _read(response, cap)
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, Refused):
                raise error.os_error from None
            raise Unanswered(_told(error, url)) from None
        except TimeoutError:
            raise Unanswered(f"no answer within {TOTAL:.0f} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unanswered(_told(error, url)) from None


async def _read(response: aiohttp.ClientResponse, cap: int) -> Answer:
    """At most `cap` bytes as they come off the wire, not unpacked; a connection with more on it is given up."""
    parts, size = [], 0
    while size <= cap and (part := await response.content.read(cap + 1 - size)):
        parts.append(part)
        size += len(part)
    if size > cap:
        response.close()
    return Answer(response.status, response.headers, b"".join(parts)[:cap], size > cap)


def _told(error: Exception, url: URL) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the host {url.raw_host} was not found"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"the certificate of {url.raw_host} is not valid: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection: {error.os_error.strerror or error.os_error}"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return f"no connection within {CONNECT:.0f} seconds"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the connection was closed before an answer"
    return f"{type(error).__name__}: {error}"[:500]


def _session(context: ssl.SSLContext, gate: _Gate) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=gate, use_dns_cache=False, socket_factory=gate.open_socket, ssl=context, limit=0, keepalive_timeout=30
    )
    return aiohttp.ClientSession(
        connector=connector, timeout=aiohttp.ClientTimeout(total=TOTAL, sock_connect=CONNECT), headers={"User-Agent": AGENT},
        cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False,
    )  # fmt: skip


class _Gate(AbstractResolver):
    """Refuses a host when any of its addresses is not allowed, and hands on the very addresses that were looked at."""

    def __init__(self, names: _Names, otherwise: str, allowed: Callable[[Ip], bool]):
        self._names, self._otherwise, self._allowed = names, otherwise, allowed

    def _judge(self, host: str, address: Ip | None) -> None:
        if address is None or not self._allowed(address):
            raise Refused(f"refused: {host} is {self._otherwise}")

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list:
        try:
            texts = await self._names.of(host)
        except TimeoutError:
            raise OSError(None, f"the name servers of {host} do not answer") from None
        found = [address and receivers.inner(address) for address in map(receivers.literal, texts)]
        if not found:
            raise OSError(None, f"{host} has no address")
        for address in found:
            self._judge(host, address)
        return [
            {"hostname": host, "host": str(ip), "port": port, "proto": 0, "flags": socket.AI_NUMERICHOST,
             "family": socket.AF_INET if ip.version == 4 else socket.AF_INET6}
            for ip in found
        ]  # fmt: skip

    def open_socket(self, info: tuple) -> socket.socket:
        """Makes each socket, for the very address it will be connected to: nothing gets past, whoever resolved what."""
        family, kind, protocol, _, where = info
        self._judge(str(where[0]), receivers.literal(str(where[0])))
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        pass


class _Names:
    """Asks once for a host at a time: a name server that hangs holds one thread for each host, not one for each call."""

    def __init__(self, resolve: Resolve):
        self._resolve = resolve
        self._asked: dict[str, asyncio.Task[list[str]]] = {}

    async def of(self, host: str) -> list[str]:
        if host not in self._asked:
            task = self._asked[host] = asyncio.ensure_future(self._resolve(host))
            task.add_done_callback(lambda done: (self._asked.pop(host, None), done.cancelled() or done.exception()))
        return await asyncio.wait_for(asyncio.shield(self._asked[host]), LOOKUP)


class _Lookups:
    """The system's resolver, in threads of its own."""

    def __init__(self):
        self._threads = ThreadPoolExecutor(64, "lookup")

    async def __call__(self, host: str) -> list[str]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        )
        return list(dict.fromkeys(info[4][0] for info in found))
