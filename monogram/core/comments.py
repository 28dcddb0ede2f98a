"""Comments: what buyers are said to have written of a product. Plain text, whatever it looks like."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .db import Db
from .errors import NotFound


@dataclass(frozen=True)
class Comment:
    """`product` is its UUID, `commented_at` what the client says; `images` are addresses that are never fetched."""

    product: uuid.UUID | None
    username: str
    content: str
    star: int  # 1 to 5
    commented_at: datetime
    images: Sequence[str] = ()
    likes: int = 0


async def add(db: Db, store_id: int, comment: Comment) -> int:
    """The new comment's id. Raises NotFound for a product that is not the store's."""
    (made,) = await add_all(db, store_id, [comment])
    if made is None:
        raise NotFound("product", comment.product)
    return made


async def add_all(db: Db, store_id: int, comments: Sequence[Comment]) -> list[int | None]:
    """The id of each new comment, None where its product is not the store's."""
    wanted = {comment.product for comment in comments if comment.product is not None}
    rows = await db.fetch(
        "select uuid, id from products where store_id = $1 and uuid = any($2) for key share", store_id, list(wanted)
    )
    products = {row["uuid"]: row["id"] for row in rows}
    made: list[int | None] = []
    for comment in comments:
        product_id = products.get(comment.product)
        made.append(None if product_id is None else await _insert(db, store_id, product_id, comment))
    return made


async def _insert(db: Db, store_id: int, product_id: int, comment: Comment) -> int:
    return await db.fetchval(
        """insert into comments (store_id, product_id, username, content, star, images, likes, commented_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning id""",
        store_id, product_id, comment.username, comment.content, comment.star, list(comment.images), comment.likes,
        comment.commented_at,
    )
