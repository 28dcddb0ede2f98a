"""Products and what is in them as this API prints them (lines 1311 to 1389, 1755 to 1782, 1875 to 1889, 1968 to 1981)."""

from __future__ import annotations

from typing import Any

from monogram.core.metafields import Metafield
from monogram.core.products import Image, Option, Product, Variant

from .plain import number, text, time


def product(it: Product) -> dict[str, Any]:
    own = str(it.uuid)
    return {
        "id": own,
        "title": it.title,
        "brief": it.brief,
        "description": it.description,
        "vendor": it.vendor,
        "vendor_url": it.vendor_url,
        "has_only_default_variant": it.only_default_variant,
        "requires_shipping": it.requires_shipping,
        "taxable": it.taxable,
        "inventory_tracking": it.tracked,
        "inventory_policy": it.policy,
        "inventory_quantity": it.available,
        "published": it.published_at is not None,
        "published_at": time(it.published_at),
        "created_at": time(it.created_at),
        "updated_at": time(it.updated_at),
        "note": it.note,
        "meta_title": it.meta_title,
        "meta_description": it.meta_description,
        "meta_keyword": it.meta_keyword,
        "handle": it.handle,
        "need_variant_image": it.needs_variant_image,
        "image": _picture(it.images[0] if it.images else None),
        "images": [image(each, own) for each in it.images],
        "options": [_option(each, own) for each in it.options],
        "variants": [_product_variant(each, own, it.image_of(each)) for each in it.variants],
    }


def _picture(it: Image | None) -> dict[str, Any]:
    """One that is not there has an empty address."""
    if it is None:
        return {"src": "", "width": None, "height": None, "alt": ""}
    return {"src": it.src, "width": it.width, "height": it.height, "alt": it.alt}


def image(it: Image, product_id: str) -> dict[str, Any]:
    return {
        "id": str(it.uuid),
        "product_id": product_id,
        "position": it.position,
        "src": it.src,
        "width": it.width,
        "height": it.height,
        "alt": it.alt,
        "created_at": time(it.created_at),
        "updated_at": time(it.updated_at),
    }


def _option(it: Option, product_id: str) -> dict[str, Any]:
    return {
        "id": str(it.uuid),
        "product_id": product_id,
        "name": it.name,
        "position": it.position,
        "values": it.values,
    }


def _product_variant(it: Variant, product_id: str, picture: Image | None) -> dict[str, Any]:
    """A variant inside its product: prices are numbers, an option that is not there is "" (lines 1372, 1382)."""
    return {
        "id": str(it.uuid),
        "product_id": product_id,
        "position": it.position,
        "title": it.title,
        "image": _picture(picture),
        "price": number(it.price),
        "compare_at_price": number(it.compare_at_price),
        "weight": number(it.weight),
        "weight_unit": it.weight_unit,
        "inventory_quantity": it.available,
        "sku": it.sku,
        "barcode": it.barcode,
        "note": it.note,
        "option1": it.option1,
        "option2": it.option2,
        "option3": it.option3,
        "created_at": time(it.created_at),
        "updated_at": time(it.updated_at),
    }


def variant(it: Variant, of: Product) -> dict[str, Any]:
    """A variant by itself: prices are text, an option that is not there is null (lines 1761, 1767)."""
    return {
        "id": str(it.uuid),
        "product_id": str(of.uuid),
        "title": it.title,
        "price": text(it.price),
        "sku": it.sku,
        "position": it.position,
        "inventory_policy": of.policy,
        "compare_at_price": text(it.compare_at_price),
        "option1": it.option1 or None,
        "option2": it.option2 or None,
        "option3": it.option3 or None,
        "created_at": time(it.created_at),
        "updated_at": time(it.updated_at),
        "barcode": it.barcode,
        "note": it.note,
        "weight": number(it.weight),
        "weight_unit": it.weight_unit,
        "inventory_quantity": it.available,
        "image": _picture(of.image_of(it)),
    }


def metafield(it: Metafield, product_id: str) -> dict[str, Any]:
    return {
        "id": str(it.uuid),
        "product_id": product_id,
        "key": it.name,
        "value": it.value,
        "value_type": it.value_type,
        "namespace": it.namespace,
        "description": it.description,
        "created_at": time(it.created_at),
        "updated_at": time(it.updated_at),
    }
