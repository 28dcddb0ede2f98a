"""Whether what a component answers is what a repeat, or an adjustment of a picture, asks for."""

from __future__ import annotations

from typing import Any

import msgspec

from monogram.render.document import Binding, Document, RepeatLayer, every_layer, walk
from monogram.render.document.adjustments import BOUND

from .definition import ColorSwatchComponent, Component, ListComponent, NumberComponent, OptionKinds

NO_LOOK = "none"


def repeating(layer: RepeatLayer, component: Component | None) -> str | None:
    """What keeps a layer from being repeated for each entry that a component answers with; None if nothing does."""
    if not isinstance(component, ListComponent):
        return f"repeats over {layer.component!r}, which is no list of the form"
    if component.max_entries > layer.most:
        return f"is repeated up to {layer.most} times, but {layer.component!r} takes {component.max_entries} entries"
    return None


def entry_of_no_repeat(document: Document, binding: Binding) -> str | None:
    """What is wrong with a binding of an entry's key to a layer that is not drawn for each entry; a column takes them all."""
    base, dot, _ = binding.component.rpartition(".")
    if not dot or binding.property == "items":
        return None
    inside = any(inner.id == binding.layer for layer in every_layer(document)
                 if isinstance(layer, RepeatLayer) and layer.component == base for inner in walk(layer.layers))
    return None if inside else f"{binding.component!r} is a key of an entry: its layer must lie in a repeat over {base!r}"


def adjusting(property: str, component: Component) -> str | None:
    """What keeps an answer, taken without a map, from filling that property; None if nothing does."""
    told = BOUND[property].told
    if property == "tint":
        return None if isinstance(component, ColorSwatchComponent) else f"takes {told}: a colour swatch, or a map to colours"
    if property == "look":
        known = isinstance(component, OptionKinds) and all(fits(property, option.value) for option in component.options)
        return None if known else f"takes {told}: options of these names, or a map to them"
    if not isinstance(component, NumberComponent):
        return f"takes {told}: a number, or a map to numbers"
    whole = property in ("tiles", "palette")
    if whole and not (component.step and component.step % 1 == 0 and (component.min or 0) % 1 == 0):
        return f"takes {told}: the number must go in whole steps"
    if component.min is None or component.max is None or not (fits(property, component.min) and fits(property, component.max)):
        return f"takes {told}: the number needs min and max within that"
    return None


def fits(property: str, value: Any) -> bool:
    """Whether a value, as an answer or as text of a map, fills that property."""
    if property == "look" and value == NO_LOOK:
        return True
    try:
        msgspec.convert(value, BOUND[property].kind, strict=False)
    except msgspec.ValidationError:
        return False
    return not isinstance(value, bool)


def colors_of(component: Component, property: str) -> dict[str, str] | None:
    """The map of a colour swatch that a colour is taken from without one."""
    if property in ("fill", "tint") and isinstance(component, ColorSwatchComponent):
        return {option.value: option.color for option in component.options}
    return None
