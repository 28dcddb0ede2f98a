"""A production file made again from what the database and the storage keep."""

from __future__ import annotations

from typing import Any

from monogram.core import composites, customizations, features, files
from monogram.core import db as core_db
from monogram.render import document as documents
from monogram.render.errors import RenderError

from .reading import photos, reader
from .renderer import Renderer


async def again(url: str, storage_url: str, sha256: str) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """The bytes drawn now, the file's lineage, and the report of the new drawing.

    Raises RenderError: `lineage_missing` for a file that this installation did not make, and all that drawing raises.
    """
    pool = await core_db.connect(url, largest=1)
    renderer = Renderer()
    try:
        async with pool.acquire() as connection:
            made = await composites.made(connection, sha256)
        if made is None:
            raise RenderError("lineage_missing", f"This installation has made no file with the SHA-256 {sha256}.", part=sha256)
        document = documents.parse(made.document)
        values = customizations.values(made.answers, features.parse(made.definition))
        hashes = {name: asset.sha256 for name, asset in document.assets.items() if asset.sha256} | photos(values)
        side = made.lineage["side"]
        drawing = await renderer.draw(made.document, values, side, reader(files.open_storage(storage_url), hashes))
        return drawing.data, made.lineage, drawing.report
    finally:
        await renderer.close()
        await pool.close()
