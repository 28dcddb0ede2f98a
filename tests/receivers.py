"""A real receiver of webhooks on loopback, as obliging as a test wants it, and a small dialect to be heard in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

from aiohttp import web

from monogram.core import events, webhooks
from monogram.core.db import Db
from monogram.core.events import Call, Event, Form, Message

LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Receiver:
    """Answers by the first part of the path; `answers` may be changed at any time. Unknown paths answer 200."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(default_factory=dict)
    at_once: int = 0
    most_at_once: int = 0

    async def take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.received.append(Received(request.path, dict(request.headers), body, time.monotonic()))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            answer = self.answers.get(request.path.split("/")[1])
            return await answer(request) if answer else web.Response(text="thanks")
        finally:
            self.at_once -= 1

    def of(self, path: str) -> list[Received]:
        return [each for each in self.received if each.path == path]

    async def until(self, count: int, path: str, seconds: float = 20) -> list[Received]:
        deadline = time.monotonic() + seconds
        while len(self.of(path)) < count:
            assert time.monotonic() < deadline, f"{len(self.of(path))} of {count} arrived at {path} in {seconds} s"
            await asyncio.sleep(0.01)
        return self.of(path)


def status(code: int, **headers: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=code, text=f"this is {code}", headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def _load(db: Db, event: Event) -> int:
    """What the database says in the event's own transaction."""
    return await db.fetchval("select count(*) from stores where id <= $1", event.store_id)


def _write(stores: int, call: Call) -> Message:
    event = call.event
    body = f'{{"object":{event.object_id},"sequence":{event.sequence},"topic":"{event.topic}","name":"Zoë"}}'
    return Message(body.encode(), {"X-Plain-Topic": call.topic, "X-Plain-Stores": str(stores)})


def _sign(secret: str, body: bytes) -> dict[str, str]:
    return {"X-Plain-Sign": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def speak() -> None:
    """Puts the test's own dialect `plain` into the core's table."""
    topics = {"order.created": ("order_create",), "order.updated": ("order_update",), "order.deleted": ("order_delete",)}
    events.FORMS["plain"] = Form(topics, _load, _write, _sign)


async def subscribe(db: Db, store_id: int, address: str, *topics: str, **more) -> webhooks.Webhook:
    topics = topics or ("order_create", "order_update")
    return await webhooks.subscribe(db, store_id, dialect="plain", address=address, topics=topics, networks=LOOPBACK, **more)


def standard_signature(received: Received, key: bytes) -> str:
    """What a receiver computes by Standard Webhooks, from what arrived."""
    signed = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.".encode() + received.body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
