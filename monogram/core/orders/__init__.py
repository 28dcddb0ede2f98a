"""Orders: placed in the shop itself or taken in from a platform; their states, money and history."""

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

__all__ = [
    "FoundLine", "IncomingLine", "IncomingOrder", "Line", "LineComposite", "Order", "OrderInfo", "Received", "content_hash",
    "find", "info", "receive",
]  # fmt: skip
