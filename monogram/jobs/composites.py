"""The job `render_composite`: a composite task becomes a stored file, or fails with the part named."""

from __future__ import annotations

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
from monogram.core.files import Storage
from monogram.render import document as documents
from monogram.render import recipes
from monogram.render.books import Book
from monogram.render.errors import RenderError

from .reading import photos, reader, reason
from .renderer import Renderer, RendererStopped

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
    document = documents.parse(work.document)
    values = customizations.values(work.answers, features.parse(work.definition))
    side = "print" if work.usage == features.PRODUCTION else "preview"
    hashes = {name: asset.sha256 for name, asset in document.assets.items() if asset.sha256} | photos(values)
    made_of = recipes.recipe(document, documents.parse_values(values), hashes, pinned(work.faces), side)
    recipe = recipes.identity(made_of)
    found = await _checked(means, work, values) if work.checks else []
    async with means.transaction() as db:
        await composites.note(db, work.store_id, work.task_id, work.fence, found)
        if await composites.reuse(db, work.store_id, work.task_id, work.fence, recipe):
            return
    drawing = await means.renderer.draw(work.document, values, side, reader(means.storage, hashes))
    check_fonts(drawing.report["fonts"], work.faces)
    sha256 = await means.storage.put(drawing.data)
    async with means.transaction() as db:
        file = await files.know(
            db, work.store_id, sha256, drawing.media_type, len(drawing.data), width=drawing.width, height=drawing.height
        )
        lineage = _lineage(work, made_of, drawing.report) | ({"findings": drawing.findings} if drawing.findings else {})
        await composites.note(db, work.store_id, work.task_id, work.fence, drawing.findings)
        if not await composites.succeed(db, work.store_id, work.task_id, work.fence, recipe, file.id, lineage):
            raise LostHold


async def _checked(means: Means, work: Work, values: dict[str, Any]) -> list[dict[str, Any]]:
    """What preflight finds in the prints that these answers will make."""
    hashes = photos(values)
    for raw in work.checks:
        hashes |= {asset.sha256: asset.sha256 for asset in documents.parse(raw).assets.values() if asset.sha256}
    return await means.renderer.check(list(work.checks), values, reader(means.storage, hashes))


def _lineage(work: Work, made_of: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """What the file was made of, for people: the document and the answers by the ids they are kept under."""
    return {name: made_of[name] for name in ("engine", "side", "page", "format", "profile", "quality", "scale", "assets")} | {
        "customizationId": work.customization_id,
        "featureVersionId": work.feature_version_id,
        "templateVersionId": work.template_version_id,
        "report": report,
    }


def pinned(faces: dict[str, Any]) -> list[str]:
    """The SHA-256 of each file of a kept font book."""
    return [face["sha256"] for family in faces["families"] for face in family["faces"]]


def check_fonts(used: list[dict[str, Any]], faces: dict[str, Any]) -> None:
    """Raises RenderError `font_changed` unless every face drawn with is the one the shopper saw."""
    book = msgspec.convert(faces, Book)
    for font in used:
        try:
            entry, _ = book.choose(font["family"], font["weight"], font["italic"], font.get("axes", {}))
        except RenderError:
            entry = None
        if entry is None or entry.sha256 != font["sha256"]:
            label = f"{font['family']} {font['weight']}{' italic' if font['italic'] else ''}"
            message = f"The font {label} is not the one these answers were confirmed with; bring that font book back."
            raise RenderError("font_changed", message, part=label)
