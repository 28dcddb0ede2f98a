"""Products as one API prints them, kept beside them: a list reads bytes and makes only those that a change made stale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from asyncpg import Record

from ..db import Db
from ..errors import NotFound
from ..paging import Page
from . import reading
from .rows import Product


@dataclass(frozen=True)
class Printer:
    """How a dialect prints a product. `form` changes whenever `write` would write something else of the same product."""

    dialect: str
    form: str
    write: Callable[[Product], bytes]


# Looked up one by one, whatever the planner believes of the table: joined, it would be read whole while nobody has analysed it.
_KEPT = """
select f.id, (select k.body from product_prints k
              where k.store_id = $1 and k.product_id = f.id and k.dialect = ${} and k.form = ${}
                and k.version = (select p.version from products p where p.store_id = $1 and p.id = f.id)) as body
from ({}) f
"""
_JOINED = "select string_agg(f.body, ',') as bodies, array_agg(f.id) filter (where f.body is null) as stale from ({}) f"


async def find(db: Db, store_id: int, search: reading.Search, page: Page, printer: Printer) -> bytes:
    """A page of the products found, printed, joined by commas, in the order of `reading.find`. Needs no transaction."""
    sql, parameters = await reading.paged(db, store_id, search, page)
    kept = _KEPT.format(len(parameters) + 1, len(parameters) + 2, sql)
    parameters += [printer.dialect, printer.form]
    # one long value costs less than fifty rows
    bodies, stale = await db.fetchrow(_JOINED.format(kept), *parameters)
    if stale is not None:
        bodies = b",".join(await _filled(db, store_id, await db.fetch(kept, *parameters), printer))
    return bodies or b""


async def one(db: Db, store_id: int, product_id: int, printer: Printer) -> bytes:
    """One product, printed. Raises NotFound."""
    kept = _KEPT.format(3, 4, "select id from products where store_id = $1 and id = $2")
    rows = await db.fetch(kept, store_id, product_id, printer.dialect, printer.form)
    found = await _filled(db, store_id, rows, printer)
    if not found:
        raise NotFound("product", product_id)
    return found[0]


async def _filled(db: Db, store_id: int, rows: list[Record], printer: Printer) -> list[bytes]:
    """The rows' bodies, those that are missing printed and kept."""
    made: dict[int, bytes] = {}
    if stale := [row["id"] for row in rows if row["body"] is None]:
        printed = [(product, printer.write(product)) for product in await reading.load(db, store_id, stale)]
        await _keep(db, store_id, printer, printed)
        made = {product.id: body for product, body in printed}
    bodies = [made.get(row["id"]) if row["body"] is None else row["body"] for row in rows]
    return [body for body in bodies if body is not None]  # a product may be gone since the page was read


async def _keep(db: Db, store_id: int, printer: Printer, printed: list[tuple[Product, bytes]]) -> None:
    """Keeps prints beside their products. A product that somebody is changing or deleting just now is passed over: readers
    wait for nobody."""
    await db.execute(
        """insert into product_prints as k (store_id, product_id, dialect, form, version, body)
           select $1, n.id, $2, $3, n.version, n.body
           from unnest($4::bigint[], $5::bigint[], $6::bytea[]) n(id, version, body)
           join products p on p.store_id = $1 and p.id = n.id and p.version = n.version
           order by n.id for key share of p skip locked
           on conflict (store_id, product_id, dialect) do update set
               form = excluded.form, version = excluded.version, body = excluded.body
           where k.version < excluded.version or k.form <> excluded.form""",
        store_id, printer.dialect, printer.form, [each.id for each, _ in printed], [each.version for each, _ in printed],
        [body for _, body in printed],
    )
