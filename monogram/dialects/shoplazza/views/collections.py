"""Collections and collects as this API prints them (lines 2077 to 2097, 2219 to 2229)."""

from __future__ import annotations

from typing import Any

from monogram.core.collections import Collect, Collection

from .plain import time


def collection(it: Collection) -> dict[str, Any]:
    picture = it.image or {}
    return {
        "id": str(it.uuid),
        "title": it.title,
        "handle": it.handle,
        "description": it.description,
        "meta_title": it.meta_title,
        "meta_description": it.meta_description,
        "meta_keyword": it.meta_keyword,
        "image": {
            "src": picture.get("src", ""),
            "width": picture.get("width"),
            "height": picture.get("height"),
            "alt": picture.get("alt", ""),
        },
        "sort_order": it.sort_order,
        "created_at": time(it.created_at),
        "updated_at": time(it.updated_at),
    }


def collect(it: Collect) -> dict[str, Any]:
    return {
        "id": str(it.uuid),
        "collection_id": str(it.collection_uuid),
        "product_id": str(it.product_uuid),
        "position": it.position,
        "created_at": time(it.created_at),
        "updated_at": time(it.updated_at),
    }
