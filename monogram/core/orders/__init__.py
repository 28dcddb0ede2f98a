"""Orders: placed in the shop itself or taken in from a platform; their states, money and history."""

from .placing import CUSTOM_INFO_PROPERTY, Checkout, CheckoutLine, Discount, PlacedOrder, place
from .received import (
    FoundLine,
    IncomingLine,
    IncomingOrder,
    Line,
    LineComposite,
    Order,
    OrderInfo,
    Received,
    content_hash,
    find,
    info,
    receive,
)
from .shown import OrderView, Search, ShopLine, ShopOrder, count, id_of, search, show
from .states import cancel, delete, fail_payment, pay, refund, update

__all__ = [
    "CUSTOM_INFO_PROPERTY", "Checkout", "CheckoutLine", "Discount", "FoundLine", "IncomingLine", "IncomingOrder", "Line",
    "LineComposite", "Order", "OrderInfo", "OrderView", "PlacedOrder", "Received", "Search", "ShopLine", "ShopOrder", "cancel",
    "content_hash", "count", "delete", "fail_payment", "find", "id_of", "info", "pay", "place", "receive", "refund", "search",
    "show", "update",
]  # fmt: skip
