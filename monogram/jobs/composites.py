"""The job `render_composite`: a composite task becomes a stored file, or fails with the part named."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import msgspec
from procrastinate import JobContext

from monogram.core import composites, customizations, features, files
from monogram.core.composites import Work
from monogram.core.db import Db
from monogram.core.errors import NotFound
from monogram.core.files import FileDamaged, Storage
from monogram.render.draw import engine
from monogram.render.errors import RenderError

from .renderer import Damaged, Drawing, Renderer, RendererStopped

log = logging.getLogger(__name__)


@dataclass
class Means:
    """What the worker gives its jobs."""

    pool: asyncpg.Pool
    storage: Storage
    renderer: Renderer

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection


class LostHold(Exception):
    """Another worker holds the task now: what this one made is thrown away."""


async def render(context: JobContext, *, store_id: int, task_id: int) -> None:
    """Anything raised here but for LostHold has the job tried again."""
    means: Means = context.additional_context["means"]
    async with means.transaction() as db:
        work = await composites.start(db, store_id, task_id)
    if work is None:
        return
    try:
        await _make(means, work)
    except RenderError as error:
        async with means.transaction() as db:
            await composites.fail(db, store_id, task_id, work.fence, reason(error))
    except RendererStopped as error:
        log.warning("composite task %s: the renderer stopped: %s", task_id, error)
        async with means.transaction() as db:
            ended = await composites.crash(db, store_id, task_id, work.fence, str(error))
        if not ended:
            raise
    except LostHold:
        log.info("composite task %s went to another worker", task_id)


async def _make(means: Means, work: Work) -> None:
    values = customizations.values(work.answers, features.parse(work.definition))
    recipe, made_of = recipe_of(work, values)
    async with means.transaction() as db:
        if await composites.reuse(db, work.store_id, work.task_id, work.fence, recipe):
            return
    side = "print" if work.usage == features.PRODUCTION else "preview"
    drawing = await means.renderer.draw(work.document, values, side, _reader(means.storage, work))
    check_fonts(drawing, work.faces)
    sha256 = await means.storage.put(drawing.data)
    async with means.transaction() as db:
        file = await files.know(
            db, work.store_id, sha256, drawing.media_type, len(drawing.data), width=drawing.width, height=drawing.height
        )
        lineage = made_of | {"report": drawing.report}
        if not await composites.succeed(db, work.store_id, work.task_id, work.fence, recipe, file.id, lineage):
            raise LostHold


def recipe_of(work: Work, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The SHA-256 of everything that decides the bytes, and that everything, for the lineage. Files are in it by their
    hashes: the document's assets and the photos among the values name them."""
    fonts = hashlib.sha256(msgspec.json.encode(work.faces, order="sorted")).hexdigest()
    side = "print" if work.usage == features.PRODUCTION else "preview"
    made_of = {"engine": engine(), "side": side, "format": "png", "fonts": fonts, "document": work.document, "values": values}
    recipe = hashlib.sha256(msgspec.json.encode(made_of, order="sorted")).hexdigest()
    # the document is kept with its template and the answers with their customization: here stand only their ids
    lineage = {name: made_of[name] for name in ("engine", "side", "format", "fonts")} | {
        "customizationId": work.customization_id,
        "featureVersionId": work.feature_version_id,
        "templateVersionId": work.template_version_id,
    }
    return recipe, lineage


def _reader(storage: Storage, work: Work) -> Any:
    """Files by the names of the document's assets; a photo's name is its SHA-256."""
    assets = {name: asset.get("sha256") for name, asset in work.document.get("assets", {}).items()}

    async def read(name: str) -> bytes | None:
        try:
            return await storage.read(assets.get(name) or name)
        except NotFound:
            return None
        except FileDamaged:
            log.exception("composite task %s: the stored file of %r is damaged", work.task_id, name)
            raise Damaged(name) from None

    return read


def check_fonts(drawing: Drawing, faces: dict[str, Any]) -> None:
    """Raises RenderError `font_changed` unless every face drawn with is the one the shopper saw."""
    pinned = {
        (family["family"], face["weight"], face.get("italic", False)): face["sha256"]
        for family in faces["families"]
        for face in family["faces"]
    }
    for font in drawing.report["fonts"]:
        label = f"{font['family']} {font['weight']}{' italic' if font['italic'] else ''}"
        if pinned.get((font["family"], font["weight"], font["italic"])) != font["sha256"]:
            message = f"The font {label} is not the one these answers were confirmed with; bring that font book back."
            raise RenderError("font_changed", message, part=label)


def reason(error: RenderError) -> str:
    """A RenderError in one line that names the part, for `failedReason`."""
    places = (("layer", error.layer), ("part", error.part))
    where = "".join(f" ({name} {text})" for name, text in places if text and text not in error.message)
    return f"{error.code}: {error.message}{where}"
