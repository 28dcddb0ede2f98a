"""Orders and their parcels as this API prints them (lines 217 to 375)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from monogram.core.addresses import Address
from monogram.core.customers import Customer
from monogram.core.orders import OrderView, ShopLine, ShopOrder
from monogram.core.orders.fulfillments import Fulfillment

from .plain import number, text, time

# The core's states of a payment in the four words of line 119. What was given back in full counts as cancelled, so that
# no client ships it; what was given back in part is paid.
FINANCIAL = {
    "waiting": "waiting",
    "paid": "paid",
    "failed": "failed",
    "cancelled": "cancelled",
    "partially_refunded": "paid",
    "refunded": "cancelled",
}


def order(view: OrderView) -> dict[str, Any]:
    it = view.order
    return {
        "id": str(it.uuid),
        "created_at": time(it.created_at),
        "updated_at": time(it.updated_at),
        "note": it.note,
        "number": it.number,
        "total_price": text(it.total_price),
        "sub_total": text(it.sub_total),
        "currency": it.currency,
        "financial_status": FINANCIAL[it.financial_status],
        "status": it.status,
        "canceled_at": time(it.cancelled_at),
        "cancel_reason": it.cancel_reason,
        "payment_method": it.payment_method,
        "fulfillment_status": it.fulfillment_status,
        "customer_deleted_at": time(it.customer_deleted_at),
        "deleted_at": time(it.deleted_at),
        "placed_at": time(it.placed_at),
        "tags": ", ".join(it.tags),
        "discount_code": it.discount_code,
        "buyer_accepts_marketing": it.buyer_accepts_marketing,
        "code_discount_total": text(it.code_discount_total),
        "line_item_discount_total": text(it.line_discount_total),
        "customer_note": it.customer_note,
        "total_discount": text(it.total_discount),
        "total_tax": text(it.total_tax),
        "total_shipping": text(it.total_shipping),
        "line_items": [_line(line, it.currency) for line in view.lines],
        "shipping_line": {"name": it.shipping_line},
        "billing_address": _billing_address(it.billing_address or Address()),
        "shipping_address": _shipping_address(it.shipping_address or Address()),
        "fulfillments": [fulfillment(parcel, it, view.lines) for parcel in view.fulfillments],
        "customer": _customer(view.customer, it),
    }


def _line(line: ShopLine, currency: str) -> dict[str, Any]:
    """What names none of our products, since it came from another platform, has empty ids."""
    return {
        "id": str(line.uuid),
        "product_id": str(line.product_uuid or ""),
        "product_title": line.product_title,
        "variant_id": str(line.variant_uuid or ""),
        "variant_title": line.variant_title,
        "quantity": line.quantity,
        "note": line.note,
        "image": line.image,
        "price": number(line.price or Decimal(0)),
        "compare_at_price": number(line.compare_at_price),
        "total": f"{text(line.total)} {currency}",
        "fulfillment_status": line.fulfillment_status,
        "sku": line.sku,
        "weight": number(line.weight),
        "weight_unit": line.weight_unit,
        "vendor": line.vendor,
        "product_handle": line.product_handle,
        "product_url": line.product_url,
        "properties": [{"name": each["name"], "value": each["value"]} for each in line.properties],
    }


def fulfillment(parcel: Fulfillment, it: ShopOrder, lines: list[ShopLine]) -> dict[str, Any]:
    """A parcel, with the lines in it as many as it holds (lines 314 to 358)."""
    inside = [line for line in lines if line.id in parcel.lines]
    return {
        "id": str(parcel.uuid),
        "order_id": str(it.uuid),
        "status": parcel.status,
        "created_at": time(parcel.created_at),
        "updated_at": time(parcel.updated_at),
        "tracking_company": parcel.tracking_company or None,
        "tracking_number": parcel.tracking_number,
        "tracking_company_code": parcel.tracking_company_code,
        "line_items": [
            {**_line(line, it.currency), "quantity": parcel.lines[line.id], "fulfillment_status": parcel.status}
            for line in inside
        ],
    }


def _billing_address(it: Address) -> dict[str, Any]:
    """A billing address has no phone (lines 273 to 291)."""
    return {
        "first_name": it.first_name,
        "last_name": it.last_name,
        "address1": it.address1,
        "address2": it.address2,
        "city": it.city,
        "zip": it.zip,
        "province": it.province,
        "country": it.country,
        "company": it.company or None,
        "latitude": it.latitude,
        "longitude": it.longitude,
        "name": it.name,
        "country_code": it.country_code,
        "province_code": it.province_code,
        "email": it.email,
        "area": it.area,
        "phone_area_code": it.phone_area_code,
    }


def _shipping_address(it: Address) -> dict[str, Any]:
    return {
        "first_name": it.first_name,
        "last_name": it.last_name,
        "address1": it.address1,
        "address2": it.address2,
        "phone": it.phone,
        "city": it.city,
        "zip": it.zip,
        "province": it.province,
        "country": it.country,
        "company": it.company or None,
        "latitude": it.latitude,
        "longitude": it.longitude,
        "name": it.name,
        "country_code": it.country_code,
        "province_code": it.province_code,
        "phone_area_code": it.phone_area_code,
        "area": it.area,
        "email": it.email,
    }


def _customer(customer: Customer | None, it: ShopOrder) -> dict[str, Any]:
    """Always an object; for an order nobody was known by, what the order itself tells."""
    if customer is None:
        return {
            "email": it.email,
            "created_at": None,
            "updated_at": None,
            "first_name": it.shipping_address.first_name if it.shipping_address else "",
            "last_name": it.shipping_address.last_name if it.shipping_address else "",
            "orders_count": 0,
            "total_spent": "0.00",
            "phone": it.phone,
        }
    return {
        "email": customer.email,
        "created_at": time(customer.created_at),
        "updated_at": time(customer.updated_at),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "orders_count": customer.orders_count,
        "total_spent": text(customer.total_spent),
        "phone": customer.phone,
    }
