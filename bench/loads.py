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
from dataclasses import asdict, dataclass, field
from typing import Any

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
WARM = 0.5  # seconds


@dataclass
class Load:
    """`kind`: a name of KINDS; `given`: what its calls are made of. `run` makes what must be unique so."""

    port: int
    kind: str
    connections: int
    seconds: float
    run: int
    given: dict[str, Any] = field(default_factory=dict)

    def told(self) -> str:
        """This load as the line that the client reads."""
        return json.dumps(asdict(self)) + "\n"

    def requests(self) -> Callable[[], bytes]:
        """Makes the next call, ready to send."""
        make, numbers = KINDS[self.kind], itertools.count()
        return lambda: make(self, next(numbers))

    def call(self, method: str, path: str, headers: str = "", body: Any = None) -> bytes:
        """One request as bytes; `headers`: whole lines; `body`: what becomes its JSON."""
        head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n{headers}"
        if body is None:
            return f"{head}\r\n".encode()
        data = json.dumps(body).encode()
        return f"{head}content-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n".encode() + data


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


def _empty(load: Load, number: int) -> bytes:
    return load.call("GET", "/livez")


def _key(load: Load, number: int) -> str:
    """Calls take the keys in turn, each run beginning elsewhere."""
    return f"x-api-key: {secret((load.run * 7919 + number) % load.given['keys'])}\r\n"


def _order_list(load: Load, number: int) -> bytes:
    page = random.randint(1, load.given["pages"])
    return load.call("GET", f"/v1/order?page={page}&pageSize={load.given['page_size']}", _key(load, number))


def _order_create(load: Load, number: int) -> bytes:
    body = order(load.given["store_id"], f"{load.run}-{number}", load.given["lines"])
    return load.call("POST", "/v1/order", _key(load, number), body)


def _products(load: Load, number: int) -> bytes:
    page = random.randint(load.given["first"], load.given["last"])
    return load.call("GET", f"/openapi/products?page={page}&limit={load.given['page_size']}",
                     f"access-token: {load.given['token']}\r\n")


ADDRESS = {"firstName": "Ada", "lastName": "Byron", "address1": "12 St James's Square", "city": "London", "zip": "SW1Y 4LB",
           "country": "United Kingdom", "countryCode": "GB"}


def _checkout(load: Load, number: int) -> bytes:
    name = f"{load.run}-{number}"
    body = {
        "reference": f"bench-{name}", "email": f"shopper-{name}@example.com", "shippingAddress": ADDRESS,
        "paymentMethod": "cod", "shipping": "5.00", "shippingLine": "Standard", "taxRate": "0.2",
        "lines": [{"variantId": variant, "quantity": 1} for variant in random.sample(load.given["variants"], 3)],
    }  # fmt: skip
    return load.call("POST", f"/api/stores/{load.given['store_id']}/orders", f"x-api-key: {load.given['key']}\r\n", body)


def _vendure_list(load: Load, number: int) -> bytes:
    skip = 50 * random.randrange(load.given["products"] // 50)
    return load.call("POST", "/shop-api", body={"query": load.given["query"], "variables": {"skip": skip}})


def _vendure_checkout(load: Load, number: int) -> bytes:
    variants = random.sample(range(1, 2 * load.given["products"] + 1), 3)
    variables = {
        "lines": [{"productVariantId": str(variant), "quantity": 1} for variant in variants], "method": ["1"],
        "customer": {"emailAddress": f"shopper-{load.run}-{number}@example.com", "firstName": "Ada", "lastName": "Byron"},
        "address": {"fullName": "Ada Byron", "streetLine1": "12 St James's Square", "city": "London", "postalCode": "SW1Y 4LB",
                    "countryCode": "GB"},
    }  # fmt: skip
    return load.call("POST", "/shop-api", body={"query": load.given["query"], "variables": variables})


KINDS: dict[str, Callable[[Load, int], bytes]] = {
    "empty": _empty, "order_list": _order_list, "order_create": _order_create, "products": _products, "checkout": _checkout,
    "vendure_list": _vendure_list, "vendure_checkout": _vendure_checkout,
}  # fmt: skip
# What every answer holds: GraphQL says 200 to everything.
MARKS = {"products": b'"variants"', "checkout": b'"lines"', "vendure_list": b'"variants"',
         "vendure_checkout": b'"state":"PaymentSettled"'}


async def main() -> None:
    load = Load(**json.loads(sys.stdin.readline()))
    streams = [await asyncio.open_connection("127.0.0.1", load.port, limit=1 << 20) for _ in range(load.connections)]
    make = load.requests()
    await _until(time.perf_counter() + WARM, load, make, streams, [])
    print("ready", flush=True)
    sys.stdin.readline()
    latencies: list[float] = []
    started, cpu = time.perf_counter(), time.process_time()
    await _until(started + load.seconds, load, make, streams, latencies)
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps({"calls": len(latencies), "wall": wall, "cpu": cpu, "latencies": sorted(latencies)}), flush=True)
    for _, writer in streams:
        writer.close()


async def _until(end: float, load: Load, make: Callable[[], bytes], streams: list, latencies: list[float]) -> None:
    await asyncio.gather(*(_calls(*stream, make, MARKS.get(load.kind, b""), end, latencies) for stream in streams))


async def _calls(reader, writer, make: Callable[[], bytes], mark: bytes, end: float, latencies: list[float]) -> None:
    while (started := time.perf_counter()) < end:
        sent = make()
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(_LENGTH.search(head)[1]))
        if head[9:10] != b"2" or mark not in body:
            raise SystemExit(f"{sent[:200]!r} was answered {head[:15]!r} {body[:300]!r}")
        latencies.append((time.perf_counter() - started) * 1000)


if __name__ == "__main__":
    uvloop.run(main())
