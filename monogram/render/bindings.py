"""Values into layers: which properties a document's bindings change, once translated and checked."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from . import limits
from .document import Binding, Document, Entry, ImageValue, Value, Values
from .document.adjustments import BOUND, Adjustment
from .document.generated import Latitude, Longitude, Month, Time
from .errors import RenderError

_COLOR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OF_A_KIND: dict[str, tuple[Any, str]] = {
    "month": (Month, "a month such as 2026-12"), "time": (Time, "a time such as 2026-01-01T22:00:00+01:00"),
    "latitude": (Latitude, "a latitude from -90 to 90"), "longitude": (Longitude, "a longitude from -180 to 180"),
}
_ADJUST = "adjust."  # before a property that fills adjustments, among a layer's changes
_NEWLINE = re.compile("\r\n|[\n\r\u0085\u2028\u2029]")


def apply(document: Document, values: Values) -> tuple[dict[str, dict[str, Any]], dict[str, ImageValue]]:
    """Changed fields by layer id, and how the shopper placed the photo by layer id. A later binding wins.

    Raises RenderError `value_unmapped` for a value its binding's map lacks, `value_invalid` for one of a wrong kind.
    """
    changes: dict[str, dict[str, Any]] = {}
    placements: dict[str, ImageValue] = {}
    emptied = set()
    for binding in document.bindings:
        values_of = _column(binding, values) if binding.property == "items" else values
        if binding.component not in values_of:  # not asked: the layer keeps its sample
            continue
        value = values_of[binding.component]
        if value is None:
            _empty(binding, changes, emptied)
            continue
        if binding.map is not None:
            value = _translate(binding, value)
        changed = changes.setdefault(binding.layer, {})
        if binding.property == "text":
            changed["text"] = _text(binding, value)
        elif binding.property == "fill":
            changed["fill"] = _color(binding, value)
        elif binding.property == "items":
            changed["items"] = _items(binding, value)
        elif binding.property in _OF_A_KIND:
            changed[binding.property] = _of_a_kind(binding, value)
        elif binding.property in BOUND:
            changed[_ADJUST + binding.property] = _adjusting(binding, value)
        elif binding.property == "visible":
            changed["visible"] = _visible(binding, value)
        else:
            placement = _image(binding, value)
            changed["asset"], placements[binding.layer] = placement.asset, placement
            emptied.discard(binding.layer)
    for layer in emptied:
        changes.setdefault(layer, {})["visible"] = False
    return changes, placements


def of_entry(document: Document, component: str, entry: Entry) -> tuple[dict[str, dict[str, Any]], dict[str, ImageValue]]:
    """The same for one entry of a list. What the entry lacks is answered with nothing: a sample would be another's name."""
    start = component + "."
    keys = {binding.component for binding in document.bindings if binding.component.startswith(start)}
    return apply(document, {key: entry.get(key.removeprefix(start)) for key in keys})


def entries(component: str, value: Value, most: int) -> list[Entry]:
    """A repeat's list. Raises RenderError `value_invalid`, `repeat_too_many`."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise RenderError("value_invalid", f"The value of {component!r} is no list of entries.", part=component)
    if len(value) > most:
        raise RenderError("repeat_too_many", f"The list {component!r} has {len(value)} entries; at most {most} are drawn.",
                          part=component)
    return value


def _column(binding: Binding, values: Values) -> Values:
    """The values, and under the binding's own name (`people.name`) that key of every entry of the list `people`."""
    base, _, key = binding.component.rpartition(".")
    listed = values.get(base)
    if binding.component in values or not isinstance(listed, list):
        return values
    return {**values, binding.component: [entry.get(key) if isinstance(entry, dict) else entry for entry in listed]}


def _items(binding: Binding, value: Value) -> tuple[str, ...]:
    """Lines of a text, or the texts of a list. Blank ones are left out: they are slips of the Enter key."""
    if isinstance(value, list):
        lines = ["" if part is None else _text(binding, part) for part in value]
        if any(map(_NEWLINE.search, lines)):
            raise _invalid(binding, "a list with a text of several lines")
    else:
        lines = _NEWLINE.split(_text(binding, value))
    items = tuple(line.strip() for line in lines if line.strip())
    if len(items) > limits.ITEMS or any(len(item) > limits.ITEM_LENGTH for item in items):
        raise _invalid(binding, f"more than {limits.ITEMS} items, or one of more than {limits.ITEM_LENGTH} characters")
    return items


def _empty(binding: Binding, changes: dict[str, dict[str, Any]], emptied: set[str]) -> None:
    """Null, "answered with nothing", never prints a sample: no text, no image. Colour and visibility have no nothing."""
    if binding.property == "text":
        changes.setdefault(binding.layer, {})["text"] = ""
    elif binding.property == "items":
        changes.setdefault(binding.layer, {})["items"] = ()
    elif binding.property == "image" or binding.property in _OF_A_KIND:
        emptied.add(binding.layer)
    elif binding.property in BOUND and BOUND[binding.property].optional:
        changes.setdefault(binding.layer, {})[_ADJUST + binding.property] = None


def _translate(binding: Binding, value: Value) -> str:
    key = _plain(binding, value)
    if key not in binding.map:
        raise RenderError("value_unmapped", f"The binding of {binding.component!r} to layer {binding.layer!r} has no entry "
                          f"for the value {key[:80]!r}.", layer=binding.layer, part=binding.component)
    return binding.map[key]


def _plain(binding: Binding, value: Value) -> str:
    """A value as the text it is compared by: true and false, numbers without a needless fraction."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return f"{value:.15g}"
    raise _invalid(binding, "a photo or a list where text, a number or yes or no is needed")


def _text(binding: Binding, value: Value) -> str:
    if isinstance(value, bool):
        raise _invalid(binding, "yes or no where text is needed")
    text = _plain(binding, value)
    if len(text) > limits.TEXT_LENGTH:
        raise _invalid(binding, f"a text of {len(text)} characters; at most {limits.TEXT_LENGTH} are drawn")
    return text


def _color(binding: Binding, value: Value) -> str:
    if not isinstance(value, str) or not _COLOR.fullmatch(value):
        raise _invalid(binding, f"{str(value)[:40]!r} where a colour as #rrggbb or #rrggbbaa is needed")
    return value


def _visible(binding: Binding, value: Value) -> bool:
    if binding.equals is not None:
        return _plain(binding, value) in binding.equals
    plain = _plain(binding, value)
    if (isinstance(value, (int, float)) and not isinstance(value, bool)) or plain not in ("true", "false"):
        raise _invalid(binding, f"{plain[:40]!r} where true or false is needed")
    return plain == "true"


def adjusted(adjustments: tuple[Adjustment, ...], changes: dict[str, Any]) -> tuple[Adjustment, ...]:
    """The adjustments of a layer with the bound values among its `changes`, which are taken out of these."""
    for name in [name for name in changes if name.startswith(_ADJUST)]:
        value, bound = changes.pop(name), BOUND[name.removeprefix(_ADJUST)]
        adjustments = tuple(
            msgspec.structs.replace(each, **{bound.field: value}) if isinstance(each, bound.adjustment) else each
            for each in adjustments if value is not None or not isinstance(each, bound.adjustment))
    return adjustments


def _adjusting(binding: Binding, value: Value) -> str | float | None:
    """What an adjustment asks for; None leaves it out."""
    bound = BOUND[binding.property]
    plain = _plain(binding, value).strip()
    if binding.property == "look" and plain == "none":
        return None
    return _converted(binding, plain, bound.kind, bound.told)


def _of_a_kind(binding: Binding, value: Value) -> str | float:
    """What a calendar or star map asks for. A date names its month."""
    kind, told = _OF_A_KIND[binding.property]
    plain = _plain(binding, value).strip()
    if binding.property == "month" and _DATE.fullmatch(plain):
        plain = plain[:7]
    return _converted(binding, plain, kind, told)


def _converted(binding: Binding, plain: str, kind: Any, told: str) -> Any:
    """Numbers may come as text, as a CSV has them."""
    try:
        return msgspec.convert(plain, kind, strict=False)
    except msgspec.ValidationError:
        raise _invalid(binding, f"{plain[:40]!r} where {told} is needed") from None


def _image(binding: Binding, value: Value) -> ImageValue:
    match value:
        case ImageValue():
            return value
        case str() if 0 < len(value) <= 500:
            return ImageValue(asset=value)
    raise _invalid(binding, f"{str(value)[:40]!r} where an image's name is needed")


def _invalid(binding: Binding, told: str) -> RenderError:
    return RenderError("value_invalid", f"The value of {binding.component!r} for {binding.property} of layer "
                       f"{binding.layer!r} is {told}.", layer=binding.layer, part=binding.component)
