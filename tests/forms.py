"""Forms and design documents for tests: small ones that can be published, to be bent by each test."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy

from monogram.core import features, files, merchants, skus, stores
from monogram.core.features import Template


def component(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "id": f"c-{key}", "key": key, "label": {"en_US": key.capitalize()}, **more}


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "label": {"en_US": value.capitalize()}, **more}


def form(*components: dict[str, Any]) -> dict[str, Any]:
    return {"steps": [{"id": "step", "components": list(components)}]}


def document(*layers: dict[str, Any], bindings: tuple = (), assets: dict | None = None, **canvas: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "canvas": {"width": 400, "height": 300, **canvas},
        "assets": assets or {},
        "layers": list(layers),
        "bindings": list(bindings),
    }


def text_layer(id: str = "name") -> dict[str, Any]:
    return {"type": "text", "id": id, "x": 10, "y": 10, "width": 300, "height": 60, "size": 40, "font": {"family": "Noto Sans"}}


def image_layer(id: str = "photo", **more: Any) -> dict[str, Any]:
    return {"type": "image", "id": id, "width": 200, "height": 200, **more}


def shape_layer(id: str = "ground") -> dict[str, Any]:
    return {"type": "shape", "id": id, "width": 400, "height": 300, "shape": {"kind": "rectangle"}, "fill": "#ffffff"}


def binding(component: str, layer: str, property: str, **more: Any) -> dict[str, Any]:
    return {"component": component, "layer": layer, "property": property, **more}


def picture(width: int = 60, height: int = 40, kind: str = "png", shade: int = 120) -> bytes:
    """A real picture file."""
    pixels = numpy.full((height, width, 3), shade, numpy.uint8)
    pixels[: height // 2] = 255 - shade
    encode = {"png": imagecodecs.png_encode, "jpeg": imagecodecs.jpeg_encode, "webp": imagecodecs.webp_encode}[kind]
    return bytes(encode(pixels))


NAME = component("text", "name", required=True, maxLength=12)
NAME_DOCUMENT = document(text_layer(), bindings=(binding("name", "name", "text"),))


async def new_store(db, slug: str = "forms") -> stores.Store:
    merchant = await merchants.create(db, "Anna")
    return await stores.create(db, merchant.id, slug, "Anna's shop")


async def add_picture(db, storage, store_id: int, **about: Any) -> files.File:
    width, height, kind = about.get("width", 60), about.get("height", 40), about.get("kind", "png")
    return await files.add(db, storage, store_id, picture(**about), f"image/{kind}", width=width, height=height)


async def sell(db, store_id: int, definition: dict[str, Any], templates: list[Template] | None = None, sku: str = "MUG-1"):
    """A SKU sold with a published feature of that form. Returns the published version."""
    feature = await features.create(db, store_id, "Mug with a name")
    drafted = await features.draft(db, store_id, feature.id, definition, templates or [])
    published = await features.publish(db, store_id, drafted.id)
    await skus.add(db, store_id, sku)
    await skus.bind(db, store_id, sku, feature.id)
    return published
