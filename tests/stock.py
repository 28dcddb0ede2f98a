"""Products with stock for tests that are about something else."""

from __future__ import annotations

import uuid
from typing import Any

from monogram.core.db import Db


async def put_product(db: Db, store_id: int, *, available: int = 100, price: str = "19.99", hides_when_sold_out: bool = False,
                      **variant: Any) -> int:
    """A published product with one tracked variant, whose id comes back."""
    name = f"Cup {uuid.uuid4().hex[:8]}"
    product = await db.fetchval(
        """insert into products (store_id, title, handle, hides_when_sold_out, published_at)
           values ($1, $2, $2, $3, now()) returning id""", store_id, name, hides_when_sold_out,
    )
    row = {"title": "Default", "position": 1, "price": price, "tracked": True, "available": available, "sku": name} | variant
    return await db.fetchval(
        f"""insert into variants (store_id, product_id, {", ".join(row)})
            select $1, $2, {", ".join(f"r.{column}" for column in row)} from jsonb_populate_record(null::variants, $3) r
            returning id""", store_id, product, row,
    )


async def stock_of(db: Db, store_id: int, variant_id: int) -> tuple[int, int, int]:
    """Available, locked, sold; and the ledger says the same."""
    row = await db.fetchrow(
        "select available, locked, sold from variants where store_id = $1 and id = $2", store_id, variant_id
    )
    ledger = await db.fetchrow(
        """select sum(locked)::int as locked, sum(sold)::int as sold from stock_movements
           where store_id = $1 and variant_id = $2""",
        store_id, variant_id,
    )
    assert (ledger["locked"] or 0, ledger["sold"] or 0) == (row["locked"], row["sold"])
    return tuple(row)
