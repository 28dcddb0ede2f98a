"""A product's options, at most three, and their values: colour, size. A variant has one value of each."""

from __future__ import annotations

from ..db import Db
from ..errors import Invalid
from .rows import Option, OptionFields, Product, VariantFields

MOST = 3
LONGEST_VALUE = 200  # three of them fit a key of the index of variants
COLUMNS = ("option1", "option2", "option3")


def wanted(product: Product, sent: list[OptionFields] | None, variants: list[VariantFields] | None) -> list[OptionFields]:
    """The options as they are to be. Where only variants are sent, a new value of theirs joins its option's values: there
    is no other way to say it. Raises Invalid."""
    if sent is not None:
        _check(sent)
        return sent
    options = [OptionFields(name=option.name, values=list(option.values)) for option in product.options]
    for fields in variants or []:
        for option, column in zip(options, COLUMNS, strict=False):
            if (value := fields.get(column)) and len(value) <= LONGEST_VALUE and value not in option["values"]:
                option["values"].append(value)
    return options


def _check(sent: list[OptionFields]) -> None:
    faults: dict[str, str] = {}
    if len(sent) > MOST:
        faults["options"] = f"is too long (maximum is {MOST})"
    names = [option["name"] for option in sent]
    for place, option in enumerate(sent):
        if not option["name"]:
            faults[f"options[{place}].name"] = "can't be blank"
        elif option["name"] in names[:place]:
            faults[f"options[{place}].name"] = "has already been taken"
        if not option["values"] or not all(option["values"]):
            faults[f"options[{place}].values"] = "can't be blank"
        elif any(len(value) > LONGEST_VALUE for value in option["values"]):
            faults[f"options[{place}].values"] = f"is too long (maximum is {LONGEST_VALUE})"
    if faults:
        raise Invalid(faults)


async def write(db: Db, product: Product, options: list[OptionFields]) -> None:
    """Makes the product's options these. One keeps its id by its name, else by its place."""
    if [(each.name, each.values) for each in product.options] == [(each["name"], each["values"]) for each in options]:
        return
    ids = _ids(product.options, [each["name"] for each in options])
    names = [each["name"] for each in options]
    await db.execute("delete from product_options where store_id = $1 and product_id = $2 and id <> all($3)",
                     product.store_id, product.id, [each for each in ids if each is not None])
    await db.execute(
        """update product_options o set name = w.name, position = w.position, updated_at = now()
           from unnest($3::bigint[], $4::text[]) with ordinality w(id, name, position)
           where o.store_id = $1 and o.product_id = $2 and o.id = w.id and (o.name, o.position) <> (w.name, w.position)""",
        product.store_id, product.id, ids, names,
    )
    await db.execute(
        """insert into product_options (store_id, product_id, name, position)
           select $1, $2, w.name, w.position from unnest($3::bigint[], $4::text[]) with ordinality w(id, name, position)
           where w.id is null""",
        product.store_id, product.id, ids, names,
    )
    await _write_values(db, product, options)


def _ids(before: list[Option], names: list[str]) -> list[int | None]:
    by_name = {option.name: option.id for option in before}
    left = {option.position: option.id for option in before if option.name not in names}
    return [by_name.get(name) or left.get(place) for place, name in enumerate(names, 1)]


async def _write_values(db: Db, product: Product, options: list[OptionFields]) -> None:
    pairs = [(place, value) for place, each in enumerate(options, 1) for value in dict.fromkeys(each["values"])]
    given = (product.store_id, product.id, [place for place, _ in pairs], [value for _, value in pairs])
    named = """with w as (select o.id as option_id, u.value, u.n as position
                          from unnest($3::int[], $4::text[]) with ordinality u(option, value, n)
                          join product_options o on o.store_id = $1 and o.product_id = $2 and o.position = u.option)"""
    await db.execute(
        f"""{named} delete from product_option_values v using product_options o
            where o.store_id = $1 and o.product_id = $2 and v.store_id = $1 and v.option_id = o.id
              and not exists (select from w where w.option_id = v.option_id and w.value = v.value)""", *given,
    )
    await db.execute(
        f"""{named} insert into product_option_values as v (store_id, option_id, value, position)
            select $1, w.option_id, w.value, w.position from w
            on conflict (store_id, option_id, value) do update set position = excluded.position, updated_at = now()
            where v.position <> excluded.position""", *given,
    )
