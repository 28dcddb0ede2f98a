"""Orders as a selling platform sends them: taken in once, found by line, told with their print files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from .. import events
from ..composites import Task, Template, templates
from ..db import Db
from ..errors import Conflict, NotFound
from ..features import PRODUCTION
from ..files import File
from ..paging import Page


@dataclass(frozen=True)
class IncomingLine:
    sku: str
    customization_id: int | None  # None: the shopper has not answered yet
    platform_item_id: str
    platform_product_id: str
    platform_product_title: str
    platform_variant_title: str
    platform_variant_id: str
    platform_product_image: str = ""
    quantity: int = 1
    price: Decimal | None = None


@dataclass(frozen=True)
class IncomingOrder:
    platform_order_id: str
    platform_order_no: str
    platform_created_at: datetime  # with its zone
    currency: str  # three capital letters
    lines: tuple[IncomingLine, ...]
    platform_type: int = 0


@dataclass(frozen=True)
class Order:
    store_id: int
    id: int
    platform_order_id: str
    platform_order_no: str
    platform_created_at: datetime
    quantity: int  # of all lines


@dataclass(frozen=True)
class Received:
    """`created` is False when the platform sent the same order again."""

    order: Order
    created: bool


@dataclass(frozen=True)
class Line:
    id: int
    order_id: int
    sku: str
    customization_id: int | None
    feature_id: int | None
    feature_version_id: int | None  # pinned by the customization
    platform_item_id: str
    platform_product_id: str
    platform_product_title: str
    platform_variant_title: str
    platform_variant_id: str
    platform_product_image: str
    quantity: int


@dataclass(frozen=True)
class FoundLine:
    line: Line
    order: Order


@dataclass(frozen=True)
class LineComposite:
    """A production template of a line's customization and its newest task, if one was ever asked for."""

    template: Template
    task: Task | None


@dataclass(frozen=True)
class OrderInfo:
    order: Order
    lines: list[tuple[Line, list[LineComposite]]]


_ORDER = "o.store_id, o.id, o.platform_order_id, o.platform_order_no, o.platform_created_at, o.quantity"
_LINE = """l.id, l.order_id, l.sku, l.customization_id, l.feature_id, l.feature_version_id, l.platform_item_id,
l.platform_product_id, l.platform_product_title, l.platform_variant_title, l.platform_variant_id, l.platform_product_image,
l.quantity"""
_ORDER_COLUMNS = 6
# Of what an index is kept: orders that were placed, and not deleted.
_MADE = "o.placed_at is not null and o.deleted_at is null"

# The order and its lines in one statement: without the order's row (a repeated order) there are no lines either.
_RECEIVE = f"""
with o as (
    insert into orders as o (store_id, platform_type, platform_order_id, platform_order_no, platform_created_at, currency,
                             content_hash, quantity, line_count, sub_total, total_price, placed_at, paid_at)
    select $1, $2, $3, $4, $5, $6, $7, $8, cardinality($9::text[]), t.total, t.total, $5, $5
    from (select coalesce(sum(round(price * quantity, 4)), 0) as total
          from unnest($17::int[], $18::numeric[]) each (quantity, price)) t
    on conflict (store_id, platform_order_id) do nothing returning {_ORDER}
), lines as (
    insert into order_lines (store_id, order_id, position, sku, customization_id, feature_id, feature_version_id,
        platform_item_id, platform_product_id, platform_product_title, platform_variant_title, platform_variant_id,
        platform_product_image, quantity, price, total)
    select o.store_id, o.id, l.position, l.sku, l.customization_id, coalesce(c.feature_id, k.feature_id), c.feature_version_id,
        l.item_id, l.product_id, l.product_title, l.variant_title, l.variant_id, l.image, l.quantity, l.price,
        coalesce(round(l.price * l.quantity, 4), 0)
    from o, unnest($9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                   $17::int[], $18::numeric[]) with ordinality
         as l (sku, customization_id, item_id, product_id, product_title, variant_title, variant_id, image, quantity, price,
               position)
    left join customizations c on c.store_id = $1 and c.id = l.customization_id
    left join skus k on k.store_id = $1 and k.sku = l.sku
)
select * from o
"""


async def receive(db: Db, store_id: int, incoming: IncomingOrder) -> Received:
    """Takes in an order of a platform once: the same order with the same content gives the first one, without a second
    effect. It counts as paid, and nothing of it as shipped. Raises Conflict for other
    content, NotFound for a customization that is not of this store."""
    await check_customizations(db, store_id, {line.customization_id for line in incoming.lines})
    columns = zip(*(_line_values(line) for line in incoming.lines), strict=True)
    row = await db.fetchrow(
        _RECEIVE, store_id, incoming.platform_type, incoming.platform_order_id, incoming.platform_order_no,
        incoming.platform_created_at, incoming.currency, content_hash(incoming), sum(line.quantity for line in incoming.lines),
        *(list(column) for column in columns),
    )
    if row is not None:
        await events.record(db, store_id, "order.created", "order", row["id"])
        return Received(Order(*row), True)
    # someone was first; a statement of its own sees what that transaction committed
    first = await db.fetchrow(
        f"select {_ORDER}, o.content_hash from orders o where o.store_id = $1 and o.platform_order_id = $2",
        store_id, incoming.platform_order_id,
    )
    if first["content_hash"] != content_hash(incoming):
        raise Conflict("order", f"platformOrderId {incoming.platform_order_id!r} was already placed with other content")
    return Received(Order(*tuple(first)[:_ORDER_COLUMNS]), False)


async def check_customizations(db: Db, store_id: int, customization_ids: set[int | None]) -> None:
    """Raises NotFound for one that is not of this store; None is a line that nobody personalized yet."""
    if wanted := customization_ids - {None}:
        rows = await db.fetch("select id from customizations where store_id = $1 and id = any($2)", store_id, list(wanted))
        if missing := wanted - {row["id"] for row in rows}:
            raise NotFound("customization", min(missing))


def _line_values(line: IncomingLine) -> tuple:
    return (
        line.sku, line.customization_id, line.platform_item_id, line.platform_product_id, line.platform_product_title,
        line.platform_variant_title, line.platform_variant_id, line.platform_product_image, line.quantity, line.price,
    )


def content_hash(incoming: IncomingOrder) -> bytes:
    """SHA-256 of everything the platform sent. Equal instants and equal amounts are equal however they were written.
    A field that a later version adds may enter only where it differs from its default, or old orders would clash."""
    head = (
        incoming.platform_type, incoming.platform_order_id, incoming.platform_order_no,
        incoming.platform_created_at.astimezone(UTC).isoformat(), incoming.currency,
    )
    lines = [(*_line_values(line)[:-1], _amount_text(line.price)) for line in incoming.lines]
    return hashlib.sha256(msgspec.json.encode([head, lines])).digest()


def _amount_text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount.normalize(), "f")


async def find(db: Db, store_ids: list[int], *, start: datetime | None = None, end: datetime | None = None,
               page: Page = Page()) -> tuple[int, list[FoundLine]]:
    """Order lines of these stores, newest order first, and how many there are in all. `start` and `end` are inclusive.
    An order of the shop itself is there when it is placed: who makes the goods must not begin before it is paid."""
    count = await db.fetchval(
        f"""select coalesce(sum(line_count), 0)::bigint from orders o where store_id = any($1) and {_MADE}
           and platform_created_at >= coalesce($2::timestamptz, '-infinity')
           and platform_created_at <= coalesce($3::timestamptz, 'infinity')""",
        store_ids, start, end,
    )
    # The index alone tells where each order's lines begin in the list; only a page's own orders and lines are read.
    # No order is without lines, so a page lies within as many orders as it ends after lines.
    rows = await db.fetch(
        f"""with heads as (
                select x.*, sum(x.line_count) over (order by x.platform_created_at desc, x.id desc
                                                    rows unbounded preceding) - x.line_count as before
                from unnest($1::bigint[]) s(id), lateral (
                    select o.store_id, o.id, o.platform_created_at, o.line_count from orders o
                    where o.store_id = s.id and {_MADE} and o.platform_created_at >= coalesce($2::timestamptz, '-infinity')
                      and o.platform_created_at <= coalesce($3::timestamptz, 'infinity')
                    order by o.platform_created_at desc, o.id desc limit $4::bigint + $5::bigint
                ) x
            )
            select {_ORDER}, {_LINE} from heads h
            join orders o on o.store_id = h.store_id and o.id = h.id
            join order_lines l on l.store_id = h.store_id and l.order_id = h.id
            where h.before < $5 + $4 and h.before + h.line_count > $5 and h.before + l.position > $5
              and h.before + l.position <= $5 + $4
            order by h.before, l.position""",
        store_ids, start, end, page.limit, page.offset,
    )
    return count, [FoundLine(_line(row), Order(*tuple(row)[:_ORDER_COLUMNS])) for row in rows]


def _line(row) -> Line:
    return Line(*tuple(row)[_ORDER_COLUMNS:])


async def info(db: Db, merchant_id: int, store_id: int | None, platform_order_id: str) -> OrderInfo:
    """An order with its lines in their order, and for each the print files it can have. NotFound for another merchant's,
    and for one that `find` does not list."""
    rows = await db.fetch(
        f"""select {_ORDER}, {_LINE} from stores s
            join orders o on o.store_id = s.id and o.platform_order_id = $3 and {_MADE}
            join order_lines l on l.store_id = o.store_id and l.order_id = o.id
            where s.id = $2 and s.merchant_id = $1 order by l.position""",
        merchant_id, store_id, platform_order_id,
    )
    if not rows:
        raise NotFound("order", platform_order_id)
    order, lines = Order(*tuple(rows[0])[:_ORDER_COLUMNS]), [_line(row) for row in rows]
    made = await _composites(db, store_id, sorted({line.customization_id for line in lines} - {None}))
    return OrderInfo(order, [(line, made.get(line.customization_id, [])) for line in lines])


async def _composites(db: Db, store_id: int, customization_ids: list[int]) -> dict[int, list[LineComposite]]:
    if not customization_ids:
        return {}
    rows = await db.fetch(
        """select distinct on (t.customization_id, t.template_version_id)
                  t.id, t.customization_id, t.template_version_id, v.title, t.status, t.failed_reason,
                  f.store_id, f.id as file_id, f.token, f.sha256, f.media_type, f.size, f.width, f.height
           from composite_tasks t
           join template_versions v on v.store_id = t.store_id and v.id = t.template_version_id
           left join production_files p on p.store_id = t.store_id and p.recipe = t.recipe
           left join files f on f.store_id = p.store_id and f.id = p.file_id
           where t.store_id = $1 and t.customization_id = any($2) and v.usage = 1
           order by t.customization_id, t.template_version_id, t.id desc""",
        store_id, customization_ids,
    )
    newest = {}
    for row in rows:
        file = File(*tuple(row)[6:]) if row["file_id"] is not None else None
        newest[row["customization_id"], row["template_version_id"]] = Task(*tuple(row)[:6], file)
    return {
        key: [LineComposite(t, newest.get((key, t.id))) for t in each if t.usage == PRODUCTION]
        for key, each in (await templates(db, store_id, customization_ids)).items()
    }
