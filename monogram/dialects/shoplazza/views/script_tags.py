"""A script tag as this API prints it (lines 2669 to 2677)."""

from __future__ import annotations

from typing import Any

from monogram.core.script_tags import ScriptTag

from .plain import time


def script_tag(of: ScriptTag) -> dict[str, Any]:
    return {
        "id": str(of.uuid),
        "display_scope": of.display_scope,
        "src": of.src,
        "event_type": of.event_type,
        "created_at": time(of.created_at),
        "updated_at": time(of.updated_at),
    }
