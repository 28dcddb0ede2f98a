"""A load client for HTTP/1.1, as small as it can be, so that the server gets the machine: `python -m bench.loads`.

Reads one JSON line (see `Load`), opens its connections and warms them, says `ready`, waits for a line, calls for
`seconds`, and answers with one JSON line: calls, wall seconds, sorted latencies in milliseconds, its own CPU seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
WARM = 0.5  # seconds


@dataclass
class Load:
    """`kind`: list, create or empty. Calls take the keys in turn, beginning with `first`; `run` makes order ids unique."""

    host: str
    port: int
    kind: str
    connections: int
    seconds: float
    keys: int
    run: int
    store_id: str = ""
    pages: int = 1
    page_size: int = 50
    lines: int = 3
    numbers: itertools.count = field(default_factory=itertools.count)

    def request(self) -> bytes:
        """The next call, ready to send."""
        number = next(self.numbers)
        head = f"host: {self.host}:{self.port}\r\nx-api-key: {secret((self.run * 7919 + number) % self.keys)}\r\n"
        if self.kind == "empty":
            return f"GET /livez HTTP/1.1\r\n{head}\r\n".encode()
        if self.kind == "list":
            page = random.randint(1, self.pages)
            return f"GET /v1/order?page={page}&pageSize={self.page_size} HTTP/1.1\r\n{head}\r\n".encode()
        body = json.dumps(order(self.store_id, f"{self.run}-{number}", self.lines))
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        return f"POST /v1/order HTTP/1.1\r\n{head}\r\n{body}".encode()


def secret(number: int) -> str:
    """The API key of this number; the bench inserts them itself (see shops.add_keys)."""
    return f"mk_bench_{number}"


def order(store_id: str, name: str, lines: int) -> dict:
    """A new order as a platform sends it. Nobody has answered for its lines yet (`customInfoId` is "0")."""
    return {
        "storeId": store_id, "platformOrderId": f"P-{name}", "platformOrderNo": f"#{name}",
        "platformCreatedAt": "2026-05-04T10:20:30Z", "currencyCode": "USD",
        "lineItems": [{
            "sku": f"SHIRT-{line}", "customInfoId": "0", "platformItemId": f"{name}-{line}", "platformProductId": f"77{line}",
            "platformProductTitle": "Personalized T-shirt, organic cotton", "platformVariantTitle": "Navy / L",
            "platformVariantId": f"88{line}", "platformProductImage": "https://cdn.example.com/shirt-navy.jpg", "quantity": 2,
            "price": "24.90",
        } for line in range(lines)],
    }  # fmt: skip


async def main() -> None:
    load = Load(**json.loads(sys.stdin.readline()))
    streams = await asyncio.gather(*(asyncio.open_connection(load.host, load.port) for _ in range(load.connections)))
    await _until(time.perf_counter() + WARM, load, streams, [])
    print("ready", flush=True)
    sys.stdin.readline()
    latencies: list[float] = []
    started, cpu = time.perf_counter(), time.process_time()
    await _until(started + load.seconds, load, streams, latencies)
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps({"calls": len(latencies), "wall": wall, "cpu": cpu, "latencies": sorted(latencies)}), flush=True)
    for _, writer in streams:
        writer.close()


async def _until(end: float, load: Load, streams: list, latencies: list[float]) -> None:
    await asyncio.gather(*(_calls(*stream, load.request, end, latencies) for stream in streams))


async def _calls(reader, writer, request: Callable[[], bytes], end: float, latencies: list[float]) -> None:
    while (started := time.perf_counter()) < end:
        sent = request()
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(_LENGTH.search(head)[1]))
        if head[9:10] != b"2":
            raise SystemExit(f"{sent[:200]!r} was answered {head[:15]!r} {body[:300]!r}")
        latencies.append((time.perf_counter() - started) * 1000)


if __name__ == "__main__":
    uvloop.run(main())
