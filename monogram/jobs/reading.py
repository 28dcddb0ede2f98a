"""What a renderer reads, and what it says when it cannot."""

from __future__ import annotations

import logging
from typing import Any

from monogram.core.errors import NotFound
from monogram.core.files import FileDamaged, Storage
from monogram.render.errors import RenderError

from .renderer import Damaged, ReadFile

log = logging.getLogger(__name__)


def photos(values: dict[str, Any]) -> dict[str, str]:
    """A shopper's photos by the names that values call them: their SHA-256."""
    entries = [entry for value in values.values() if isinstance(value, list) for entry in value]
    return {value["asset"]: value["asset"] for of in (values, *entries) for value in of.values() if isinstance(value, dict)}


def reader(storage: Storage, hashes: dict[str, str]) -> ReadFile:
    async def read(name: str) -> bytes | None:
        try:
            return await storage.read(hashes[name]) if name in hashes else None
        except NotFound:
            return None
        except FileDamaged:
            log.exception("the stored file of %r is damaged", name)
            raise Damaged(name) from None

    return read


def reason(error: RenderError) -> str:
    """A RenderError in one line that names the part, for `failedReason`."""
    places = (("layer", error.layer), ("part", error.part))
    where = "".join(f" ({name} {text})" for name, text in places if text and text not in error.message)
    return f"{error.code}: {error.message}{where}"
