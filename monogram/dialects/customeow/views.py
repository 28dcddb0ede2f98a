"""What CustoMeow's documents print, key by key. This list is the compatibility promise; line numbers are the document's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from monogram.core import composites, features, files, orders
from monogram.core.customizations import CustomizationView, StoredValue
from monogram.core.files import File
from monogram.core.skus import Sku

# A path on this server -> its absolute address
Url = Callable[[str], str]


def id_text(number: int | None) -> str:
    """Ids are decimal text; "0" stands for none (lines 304, 305)."""
    return str(number or 0)


def time(moment: datetime) -> str:
    """UTC, whole seconds: 2024-10-26T09:51:53Z (line 234)."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def placed_order(order: orders.Order, templates: dict[int, list[composites.Template]]) -> dict[str, Any]:
    """Lines 158 to 175."""
    return {
        "id": id_text(order.id),
        "compositeInfos": [
            {
                "customInfoId": id_text(customization_id),
                "template": [
                    {"title": template.title, "compositeId": id_text(template.id)}
                    for template in each
                    if template.usage == features.PRODUCTION
                ],
            }
            for customization_id, each in templates.items()
        ],
    }


def order_row(line: orders.Line, order: orders.Order) -> dict[str, Any]:
    """Lines 216 to 316."""
    return {
        "id": id_text(line.id),
        "orderId": id_text(order.id),
        "platformOrderNo": order.platform_order_no,
        "platformOrderId": order.platform_order_id,
        "platformCreatedAt": time(order.platform_created_at),
        "sku": line.sku,
        "customId": id_text(line.feature_id),
        "customInfoId": id_text(line.customization_id),
        "customVersion": id_text(line.feature_version_id),
        "platformItemId": line.platform_item_id,
        "platformProductId": line.platform_product_id,
        "platformProductTitle": line.platform_product_title,
        "platformVariantTitle": line.platform_variant_title,
        "platformVariantId": line.platform_variant_id,
        "platformProductImage": line.platform_product_image,
        "quantity": line.quantity,
        "storeId": id_text(order.store_id),
    }


def order_details(info: orders.OrderInfo, url: Url) -> dict[str, Any]:
    """Lines 344 to 494."""
    return {
        "id": id_text(info.order.id),
        "quantity": info.order.quantity,
        "platformOrderId": info.order.platform_order_id,
        "platformOrderNo": info.order.platform_order_no,
        "platformCreatedAt": time(info.order.platform_created_at),
        "lineItems": [_order_line(line, info.order, made, url) for line, made in info.lines],
    }


def _order_line(line: orders.Line, order: orders.Order, made: list[orders.LineComposite], url: Url) -> dict[str, Any]:
    return {
        "id": id_text(line.id),
        "orderId": id_text(order.id),
        "platformOrderNo": order.platform_order_no,
        "platformOrderId": order.platform_order_id,
        "sku": line.sku,
        "platformProductId": line.platform_product_id,
        "customId": id_text(line.feature_id),
        "customInfoId": id_text(line.customization_id),
        "customVersion": id_text(line.feature_version_id),
        "platformItemId": line.platform_item_id,
        "platformProductTitle": line.platform_product_title,
        "platformVariantTitle": line.platform_variant_title,
        "platformVariantId": line.platform_variant_id,
        "platformProductImage": line.platform_product_image,
        "quantity": line.quantity,
        "productionTemplate": [_production_template(each, url) for each in made],
    }


def _production_template(made: orders.LineComposite, url: Url) -> dict[str, Any]:
    """Lines 428 to 449. `id` is the newest task's, "0" with status 0 when none was asked for."""
    task = made.task
    return {
        "id": id_text(task.id if task else None),
        "compositeId": id_text(made.template.id),
        "status": task.status if task else 0,
        "failedReason": task.failed_reason if task else "",
        "resources": _resources(task, url) if task else [],
    }


def task(task: composites.Task, url: Url) -> dict[str, Any]:
    """Lines 858 to 901."""
    return {
        "id": id_text(task.id),
        "customInfoId": id_text(task.customization_id),
        "compositeId": id_text(task.template_version_id),
        "status": task.status,
        "failedReason": task.failed_reason,
        "resources": _resources(task, url),
    }


def _resources(task: composites.Task, url: Url) -> list[str]:
    return [url(files.path(task.file, task.title))] if task.file else []


def custom_templates(customization_id: int, templates: list[composites.Template]) -> dict[str, Any]:
    """Lines 762 to 801. `template` is a list (line 770)."""
    return {
        "customInfoId": id_text(customization_id),
        "template": [
            {
                "id": id_text(template.template_id),
                "title": template.title,
                "compositeId": id_text(template.id),
                "templateUsage": template.usage,
            }
            for template in templates
        ],
    }


def sku(sku: Sku) -> dict[str, Any]:
    """Lines 538 to 607. A SKU without a feature has custom id "0" and an empty title."""
    return {
        "id": id_text(sku.id),
        "sku": sku.sku,
        "integratedStatus": sku.integrated_status,
        "createdAt": time(sku.created_at),
        "updatedAt": time(sku.updated_at),
        "custom": {"id": id_text(sku.feature_id), "title": sku.feature_title or ""},
        "store": {"id": id_text(sku.store_id), "name": sku.store_name},
    }


def custom_info(view: CustomizationView, url: Url) -> dict[str, Any]:
    """Lines 661 to 741."""
    return {
        "id": id_text(view.customization.id),
        "customInfo": {
            "preview": {
                "effects": [_address(file, url) for file in view.effects],
                "images": [_address(file, url) for file in view.images],
                "texts": view.texts,
            },
            "stores": [_stored(value, url) for value in view.stores],
        },
    }


def _stored(stored: StoredValue, url: Url) -> dict[str, Any]:
    """Lines 683 to 712. A value is always text: a photo's is its address (line 709)."""
    return {
        "id": stored.id,
        "key": stored.key,
        "label": stored.label,
        "moduleType": stored.module_type,
        "propertyName": stored.property_name,
        "type": stored.type,
        "value": _address(stored.value, url) if isinstance(stored.value, File) else stored.value,
    }


def _address(file: File, url: Url) -> str:
    return url(files.path(file))
