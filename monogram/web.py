"""The whole server: every API mounted on one ASGI application, with files and health beside them."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import asynccontextmanager

from granian.utils.proxies import wrap_asgi_with_proxy_headers
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from monogram import settings as settings_module
from monogram import webhook_dialects
from monogram.api import app as api
from monogram.core import db, files
from monogram.core.errors import NotFound
from monogram.dialects.customeow import app as customeow
from monogram.dialects.shoplazza import app as shoplazza
from monogram.dialects.shoplazza import oauth as shoplazza_oauth
from monogram.edge import RequestId
from monogram.live import Live
from monogram.settings import Settings
from monogram.state import State

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> Starlette:
    """The ASGI application of one serving process. Its pool and storage open when it starts."""
    state = State(settings)
    webhook_dialects.register(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette):
        state.pool = await db.connect(database_url(settings))
        state.storage = files.open_storage(settings.storage)
        state.live = Live(state.storage)
        try:
            yield
        finally:
            await state.live.close()
            await asyncio.wait_for(state.pool.close(), timeout=20)

    async def livez(_: Request) -> Response:
        """Alive: touches nothing, so that a blink of the database restarts no one."""
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        return await _readiness(state)

    async def file(request: Request) -> Response:
        return await _file(state, request.path_params["token"])

    async def nothing(request: Request, _: Exception) -> Response:
        return JSONResponse({"error": {"code": "not_found", "message": f"There is nothing at {request.url.path}."}}, 404)

    app = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/livez", livez),
            Route("/readyz", readyz),
            Route("/files/{token}/{name}", file, methods=["GET"]),
            Mount("/v1", customeow.create(state)),
            Mount("/openapi", shoplazza.create(state)),
            Mount("/admin/oauth", shoplazza_oauth.create(state)),
            Mount("/api", api.create(state)),
        ],
        exception_handlers={404: nothing},
    )
    app.add_middleware(RequestId)
    return app


def database_url(settings: Settings) -> str:
    """The database that this process was told, by its parent or by the user."""
    if settings.database_url is None:
        raise RuntimeError("DATABASE_URL is not set: start the server with `monogram serve`, which brings a database")
    return settings.database_url


async def _readiness(state: State) -> Response:
    """Ready: the database answers and its disk and ours take writes."""
    checks: dict[str, str] = {}
    try:
        async with asyncio.timeout(5):
            await state.pool.fetchval("select count(*) from alembic_version")
        checks["database"] = "ok"
    except Exception as error:
        log.warning("not ready: database: %r", error)
        checks["database"] = "not reachable"
    try:
        async with asyncio.timeout(5):
            await state.storage.put(b"ready")
        checks["storage"] = "ok"
    except Exception as error:
        log.warning("not ready: storage: %r", error)
        checks["storage"] = "not writable"
    ready = all(text == "ok" for text in checks.values())
    return JSONResponse({"status": "ok" if ready else "not ready", "checks": checks}, 200 if ready else 503)


async def _file(state: State, token: str) -> Response:
    """A stored file, for whoever holds its address. It never changes, so it may be cached for ever."""
    try:
        async with state.pool.acquire() as connection:
            found = await files.by_token(connection, token)
        data = await state.storage.read(found.sha256)
    except NotFound:
        return JSONResponse({"error": {"code": "not_found", "message": "There is no such file."}}, 404)
    return Response(
        data,
        media_type=found.media_type,
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "ETag": f'"{found.sha256}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def from_environment() -> ASGIApp:
    """What granian is told to serve. Callers are who the proxies in front say they are."""
    logging.basicConfig(level=os.environ.get("MONOGRAM_LOG", "INFO"), format="%(levelname)s %(name)s: %(message)s")
    settings = settings_module.read()
    return wrap_asgi_with_proxy_headers(create_app(settings), list(settings.proxies))
