"""A product's variants: what is bought. Each has its own combination of the options' values, price and stock."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .. import inventory
from ..db import Db
from ..errors import Invalid
from .options import COLUMNS
from .rows import OptionFields, Product, Variant, VariantFields

MOST = 10_000
DEFAULT_TITLE = "Default"  # of the only variant of a product without options
MOST_STOCK = 1_000_000_000
PENCE = Decimal("0.0001")  # what the columns of amounts and weights hold

# Columns a request may set, with what a new variant has when nothing is said.
_NEW: dict[str, Any] = {
    "option1": "", "option2": "", "option3": "", "custom_options": [], "compare_at_price": None, "purchase_price": None,
    "sku": "", "barcode": "", "note": "", "weight": Decimal(0), "weight_unit": "kg", "image_id": None,
}  # fmt: skip
_COLUMNS = (*_NEW, "price", "tracked", "oversells", "title", "position")


@dataclass
class Wanted:
    """A variant as it is to be. `before`: as it is, None when it is new; `available`: None when it stays."""

    before: Variant | None
    columns: dict[str, Any]
    image: str | None  # the address of its image when one is sent
    available: int | None


def recognized(product: Product, sent: list[VariantFields]) -> list[VariantFields]:
    """One without a key but with the options of a variant the product has is that variant."""
    named = {fields["key"] for fields in sent if "key" in fields}
    free = {variant.options: variant.id for variant in product.variants if not {variant.id, variant.uuid} & named}
    found = []
    for fields in sent:
        options = tuple(fields.get(column, "") if product.options else "" for column in COLUMNS)
        known = None if "key" in fields else free.pop(options, None)
        found.append(fields if known is None else {**fields, "key": known})
    return found


def wanted(
    product: Product, sent: list[VariantFields], options: list[OptionFields], flags: dict[str, bool]
) -> list[Wanted]:
    """The variants as they are to be, whole and in their order. `flags`: tracked and oversells where they are said of the
    whole product. Raises Invalid with everything that is wrong."""
    faults: dict[str, str] = {}
    if not sent:
        faults["variants"] = "can't be blank"
    if len(sent) > MOST:
        raise Invalid({"variants": f"is too long (maximum is {MOST})"})
    known = {key: variant for variant in product.variants for key in (variant.id, variant.uuid)}
    usual = {"tracked": product.tracked, "oversells": product.policy == "continue"}
    found: list[tuple[int, Wanted]] = []
    taken: set[tuple[str, ...]] = set()
    used: set[int] = set()
    for place, fields in enumerate(sent):
        path = f"variants[{place}]"
        before = known.get(fields["key"]) if "key" in fields else None
        if "key" in fields and (before is None or before.id in used):
            faults[f"{path}.key"] = "is invalid"
            continue
        if before is not None:
            used.add(before.id)
        each = _one(before, fields, options, usual, flags)
        faults |= {f"{path}.{name}": text for name, text in _faults(each, options).items()}
        combination = tuple(each.columns[column] for column in COLUMNS)
        if combination in taken:
            faults.setdefault(f"{path}.option1" if options else path, "has already been taken")
        taken.add(combination)
        found.append((fields.get("position") or place + 1, each))
    if faults:
        raise Invalid(faults)
    ordered = [each for _, each in sorted(found, key=lambda pair: pair[0])]
    for position, each in enumerate(ordered, 1):
        each.columns["position"] = position
    return ordered


def _one(
    before: Variant | None, fields: VariantFields, options: list[OptionFields], usual: dict[str, bool], flags: dict[str, bool]
) -> Wanted:
    columns = {name: getattr(before, name) for name in _COLUMNS} if before else {**_NEW, **usual, "price": None}
    columns |= {name: value for name, value in fields.items() if name in columns}
    columns |= flags
    for column in COLUMNS[len(options):]:
        # an option that went takes its values along; the only variant of its product has none, whatever is sent
        if column not in fields or not options:
            columns[column] = ""
    for name in ("price", "compare_at_price", "purchase_price", "weight"):
        if columns[name] is not None:
            columns[name] = columns[name].quantize(PENCE, ROUND_HALF_UP)
    values = [columns[column] for column in COLUMNS if columns[column]]
    columns["title"] = " / ".join(values) or DEFAULT_TITLE
    return Wanted(before, columns, fields.get("image"), fields.get("available"))


def _faults(each: Wanted, options: list[OptionFields]) -> dict[str, str]:
    faults: dict[str, str] = {}
    for place, column in enumerate(COLUMNS):
        value = each.columns[column]
        if place >= len(options):
            if value:
                faults[column] = "is invalid"
        elif not value:
            faults[column] = "can't be blank"
        elif value not in options[place]["values"]:
            faults[column] = "is not included in the list"
    if each.columns["price"] is None:
        faults["price"] = "can't be blank"
    count = each.available if each.available is not None else each.before.available if each.before else 0
    if abs(count) > MOST_STOCK:
        faults["available"] = f"must be less than or equal to {MOST_STOCK}"
    elif count < 0 and each.columns["tracked"] and not each.columns["oversells"]:
        faults["available"] = "must be greater than or equal to 0"
    return faults


async def write(db: Db, product: Product, variants: list[Wanted]) -> None:
    """Makes the product's variants these, their stock through the ledger. Orders keep what they sold of a variant that goes;
    its ledger stays."""
    gone = {variant.id for variant in product.variants} - {each.before.id for each in variants if each.before}
    if gone:
        await db.execute("delete from variants where store_id = $1 and id = any($2)", product.store_id, list(gone))
    changed = [each for each in variants if each.before and _differs(each)]
    # stock may be below nothing until it is set: what forbids that comes last
    await _update(db, product, [_row(each, loosened=True) for each in changed])
    new = await _insert(db, product, [each for each in variants if each.before is None])
    stock = {each.before.id: each.available for each in variants
             if each.before and each.available not in (None, each.before.available)}  # fmt: skip
    stock |= {new[each.columns["position"]]: each.available for each in variants if each.before is None and each.available}
    if stock:
        await inventory.adjust(db, product.store_id, stock)
    await _update(db, product, [_row(each) for each in changed if _row(each) != _row(each, loosened=True)])


def _differs(each: Wanted) -> bool:
    return any(getattr(each.before, name) != value for name, value in each.columns.items())


def _row(each: Wanted, loosened: bool = False) -> dict[str, Any]:
    row = {"id": each.before.id if each.before else None, **each.columns}
    if loosened and each.before:
        row["oversells"] = each.before.oversells or each.columns["oversells"]
        row["tracked"] = each.before.tracked and each.columns["tracked"]
    return row


_NAMES = ", ".join(_COLUMNS)
_RECORDS = """jsonb_to_recordset($3) as w(id bigint, option1 text, option2 text, option3 text, custom_options text[],
compare_at_price numeric, purchase_price numeric, sku text, barcode text, note text, weight numeric, weight_unit text,
image_id bigint, price numeric, tracked boolean, oversells boolean, title text, position int)"""


async def _update(db: Db, product: Product, rows: list[dict[str, Any]]) -> None:
    if rows:
        await db.execute(
            f"""update variants v set ({_NAMES}, updated_at) = ({", ".join(f"w.{name}" for name in _COLUMNS)}, now())
                from {_RECORDS} where v.store_id = $1 and v.product_id = $2 and v.id = w.id""",
            product.store_id, product.id, rows,
        )


async def _insert(db: Db, product: Product, variants: list[Wanted]) -> dict[int, int]:
    """Ids of the new ones by their position."""
    if not variants:
        return {}
    rows = await db.fetch(
        f"""insert into variants (store_id, product_id, {_NAMES})
            select $1, $2, {", ".join(f"w.{name}" for name in _COLUMNS)} from {_RECORDS} order by w.position
            returning id, position""",
        product.store_id, product.id, [_row(each) for each in variants],
    )
    return {row["position"]: row["id"] for row in rows}
