"""The mockup as data: the demo's mug at 1600 x 1600 with a shopper's answers, for both engines."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

PRODUCTS = Path(__file__).parent.parent / "monogram" / "demo" / "products"
PREVIEW = PRODUCTS / "mug.preview.json"
PHOTO, BASE, SHADE = (PRODUCTS / name for name in ("photos/spaniels.jpg", "art/mug-base.jpg", "art/mug-shade.png"))
CROP = {"x": 0.19, "y": 0.214, "width": 0.6, "height": 0.4546}
GROUND, INK, HEART = "#f6efe4", "#7a3b2e", "#d8572a"
NAMES = ("Mocha", "ميلو")
MESSAGE, DAY = "Two noses, one window,\nand you coming home.", "2026-12-24"


def values(name: str = NAMES[0]) -> dict:
    """The answers, by component, as `parse_values` takes them."""
    return {
        "photo": {"asset": PHOTO.name, "crop": CROP}, "first_name": name, "second_name": NAMES[1], "heart": True,
        "message": MESSAGE, "day": DAY, "ground": GROUND, "ink": INK,
    }  # fmt: skip


@cache
def asset(name: str) -> bytes:
    """A picture's file by its name in the document, or the shopper's photo."""
    listed = json.loads(PREVIEW.read_text(encoding="utf-8"))["assets"]
    return (PHOTO if name == PHOTO.name else PRODUCTS / listed[name]["file"]).read_bytes()
