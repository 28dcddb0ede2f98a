"""The shop under kills: buyers who place, pay, ship and cancel over HTTP while stock is scarce, and a receiver of webhooks.

What is unknown is asked again until it is known; then what was acknowledged is held against the database and against what
the receiver got.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from monogram import settings, webhook_dialects
from monogram.core import clients, db, webhooks
from monogram.dialects.shoplazza.webhooks import TOPICS
from monogram.postgres import Postgres
from tests import shops
from tests.stock import put_product

BUYERS = 6
LOOPBACK = "127.0.0.0/8"
SCARCE, PLENTY = 5, 1_000_000  # pieces there are of a variant
PAIRS = 4  # of a scarce variant and one of which there is plenty
WEIGHTS = (1, 5) * PAIRS  # how often they are bought
Rows = Callable[..., list[tuple]]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A sender that is killed leaves half a call."""


class Receiver:
    """Takes webhooks in this process, which nobody kills: (object, number of the delivery, topic) in the order they came."""

    def __init__(self):
        self.received: list[tuple[str, int, str]] = []
        receiver = self

        class Taking(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                number = int(self.headers["webhook-id"].removeprefix("msg_"))
                receiver.received.append((body["order"]["id"], number, self.headers["X-Shoplazza-Topic"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = _Server(("127.0.0.1", 0), Taking)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass(frozen=True)
class Store:
    id: int
    key: str
    token: str
    variants: tuple[int, ...]  # a scarce one, one of which there is plenty, and so on


def prepare(home: Path, address: str) -> Store:
    """A store in that home: half of its goods scarce, all of its order topics told to the address."""
    webhook_dialects.register(settings.read({}))
    with Postgres(home) as postgres:
        return asyncio.run(_fill(postgres.dsn, address))


async def _fill(dsn: str, address: str) -> Store:
    async with await db.connect(dsn) as pool, pool.acquire() as connection, connection.transaction():
        shop = await shops.open_shop(connection, name="Goods", preview=False)
        variants = [await put_product(connection, shop.store_id, available=count) for count in (SCARCE, PLENTY) * PAIRS]
        scopes = ["read_order", "write_order"]
        token = await clients.add_private(connection, shop.store_id, "ERP", scopes, calls_per_second=10_000)
        await webhooks.subscribe(
            connection, shop.store_id, dialect="shoplazza", address=address, networks=[ip_network(LOOPBACK)],
            topics=[name for topic, names in TOPICS.items() for name in names if topic.startswith("order.")],
        )
        return Store(shop.store_id, shop.key, token.secret, tuple(variants))


@dataclass
class Sale:
    """An acknowledged order and what was acknowledged of it."""

    reference: str
    id: str
    uuid: str
    lines: list[str]  # UUIDs
    quantity: int
    told: list[str] = field(default_factory=lambda: ["orders/create"])  # the topics that must have arrived


@dataclass
class Book:
    """What the buyers were told."""

    sales: list[Sale] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # references that were never unknown
    replies: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Buyer(threading.Thread):
    """Takes one order after the other as far as chance wants: placed, cancelled, or paid and shipped."""

    numbers = itertools.count(1)

    def __init__(self, port: int, store: Store, book: Book, seed: str, stop: threading.Event):
        super().__init__(daemon=True)
        self.port, self.store, self.book, self.stop_event = port, store, book, stop
        self.random = random.Random(seed)
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        try:
            while not self.stop_event.is_set():
                self._buy()
        except Exception as error:
            self.book.faults.append(f"a buyer broke: {error!r}")
            raise

    def _buy(self) -> None:
        reference = f"cart-{next(self.numbers)}"
        wanted = self.random.choices(self.store.variants, WEIGHTS, k=3)
        lines = [{"variantId": str(variant), "quantity": self.random.randint(1, 3)} for variant in wanted]
        checkout = {"reference": reference, "lines": lines, "email": f"{self.random.randint(1, 50)}@example.com"}
        status, order, unknown = self._until_known(f"/api/stores/{self.store.id}/orders", checkout)
        if status == 409 and not unknown:
            self.book.refused.add(reference)
        if status not in (200, 201):
            return self._expect(status == 409, f"checkout {reference} answered {status} {order}")
        sale = Sale(reference, order["id"], order["uuid"], [line["uuid"] for line in order["lines"]],
                    sum(line["quantity"] for line in lines))  # fmt: skip
        self.book.sales.append(sale)
        draw = self.random.random()
        if draw < 0.2:
            self._act(sale, f"/openapi/orders/{sale.uuid}/cancel", {}, "orders/cancelled")
        elif draw < 0.9:
            self._act(sale, f"/api/stores/{self.store.id}/orders/{sale.id}/payment", {"status": "paid"}, "orders/paid")
            parcel = {"line_item_ids": sale.lines, "tracking_number": f"1Z{sale.id}"}
            self._act(sale, f"/openapi/orders/{sale.uuid}/fulfillments", parcel, "orders/fulfilled")

    def _act(self, sale: Sale, path: str, body: Any, topic: str) -> None:
        """What is refused after an unknown answer was done by that one."""
        status, answer, unknown = self._until_known(path, body)
        done = status == 200 or (unknown and status == 422)
        self._expect(done, f"{path} answered {status} {answer}")
        if done:
            sale.told.append(topic)

    def _expect(self, right: bool, fault: str) -> None:
        if not right:
            self.book.faults.append(fault)

    def _until_known(self, path: str, body: Any) -> tuple[int, Any, bool]:
        """Status, answer, and whether an earlier sending had no answer."""
        unknown = False
        while True:
            status, answer = self._send(path, body)
            if status is not None:
                return status, answer, unknown
            unknown = True
            time.sleep(0.1)

    def _send(self, path: str, body: Any) -> tuple[int | None, Any]:
        """None when nobody knows what became of it."""
        headers = {"X-Api-Key": self.store.key, "Access-Token": self.store.token, "Content-Type": "application/json"}
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            self.connection.request("POST", path, json.dumps(body), headers)
            reply = self.connection.getresponse()
            status, answer = reply.status, json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.book.replies["none"] += 1
            if self.connection:
                self.connection.close()
            self.connection = None
            return None, None
        self.book.replies[status] += 1
        return (None if status == 503 else status), answer


# The count


def count(rows: Rows, store: Store, book: Book, received: list[tuple[str, int, str]]) -> list[str]:
    """Everything that is not as it was promised, a sentence each."""
    return [*book.faults, *_orders(rows, store, book), *_stock(rows, store), *_webhooks(rows, store, book, received)]


def _orders(rows: Rows, store: Store, book: Book) -> Iterator[str]:
    kept = {
        reference: (str(order_id), pieces, lines, status, payment, way)
        for reference, order_id, pieces, lines, status, payment, way in rows(
            "select o.platform_order_id, o.id, sum(l.quantity), count(*), o.status, o.financial_status, o.fulfillment_status"
            " from orders o join order_lines l on l.store_id = o.store_id and l.order_id = o.id"
            " where o.store_id = %s group by o.store_id, o.id", store.id,
        )
    }  # fmt: skip
    states = {"orders/create": ("opened", "waiting", "initialled"), "orders/cancelled": ("cancelled", "cancelled", "cancelled"),
              "orders/paid": ("placed", "paid", "waiting"), "orders/fulfilled": ("placed", "paid", "shipped")}  # fmt: skip
    for sale in book.sales:
        wanted = (sale.id, sale.quantity, 3, *states[sale.told[-1]])
        if kept.get(sale.reference) != wanted:
            yield f"{sale.reference} was acknowledged as {wanted}, and is there as {kept.get(sale.reference)}"
    for reference in book.refused & kept.keys():
        yield f"{reference} was refused and is there"


def _stock(rows: Rows, store: Store) -> Iterator[str]:
    """The goods, their ledger and the orders' lines say the same, and nothing was sold that was not there."""
    found = rows(
        "select v.id, v.available, v.locked, v.sold, coalesce(sum(m.available), 0), coalesce(sum(m.locked), 0),"
        " coalesce(sum(m.sold), 0), (select coalesce(sum(l.quantity), 0) from order_lines l"
        "  join orders o on o.store_id = l.store_id and o.id = l.order_id"
        "  where l.store_id = v.store_id and l.variant_id = v.id and o.status <> 'cancelled')"
        " from variants v left join stock_movements m on m.store_id = v.store_id and m.variant_id = v.id"
        " where v.store_id = %s group by v.store_id, v.id", store.id,
    )  # fmt: skip
    began = dict(zip(store.variants, (SCARCE, PLENTY) * PAIRS, strict=True))
    for variant, available, locked, sold, moved, promised, left, ordered in found:
        exact = (available, locked, sold) == (began[variant] + moved, promised, left)
        if not exact or locked + sold != ordered or available + locked + sold != began[variant] or available < 0:
            yield f"variant {variant}: {available} {locked} {sold}, ledger {moved} {promised} {left}, ordered {ordered}"


def _webhooks(rows: Rows, store: Store, book: Book, received: list[tuple[str, int, str]]) -> Iterator[str]:
    """Each delivery arrived, those about one order one after the other (again, perhaps, but never an older one later)."""
    for delivery, error in rows(
        "select id, last_error from deliveries where store_id = %s and delivered_at is null", store.id
    ):  # fmt: skip
        yield f"delivery {delivery} never ended well: {error}"
    arrived = {number for _, number, _ in received}
    for (delivery,) in rows("select id from deliveries where store_id = %s", store.id):
        if delivery not in arrived:
            yield f"delivery {delivery} did not arrive"
    by_order: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for order, number, topic in received:
        by_order[order].append((number, topic))
    for order, each in by_order.items():
        if [number for number, _ in each] != sorted(number for number, _ in each):
            yield f"order {order} was told of out of order: {each}"
    for sale in book.sales:
        topics = list(dict(by_order.get(sale.uuid, [])).values())
        if topics != sale.told:
            yield f"{sale.reference} did {sale.told}, and was told of as {topics}"
