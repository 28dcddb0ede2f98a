"""The definition of a feature: the form a shopper fills in, as steps of components. JSON names are camelCase.

A component's `key` is what answers, conditions and a template's bindings call it by; its `id` is printed on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from monogram.core.errors import Invalid

VERSION = 1
MOST_COMPONENTS = 200

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,60}\Z")]
Key = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,59}\Z")]
Text = Annotated[str, Meta(max_length=2_000)]
Labels = dict[str, Text]  # language code (en_US) -> text; English must be there, the other 26 may
OptionValue = Annotated[str, Meta(min_length=1, max_length=120)]
Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Count = Annotated[int, Meta(ge=0, le=10_000)]
PhotoType = Literal["image/png", "image/jpeg", "image/webp"]


class _Part(Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True, kw_only=True, frozen=True):
    pass


class Equals(_Part, tag_field="op", tag="equals", kw_only=True):
    """True when the component's answer is exactly this."""

    component: Key
    value: str | bool | int | float


class In(_Part, tag_field="op", tag="in", kw_only=True):
    """True when the component's answer is one of these."""

    component: Key
    values: Annotated[list[str | bool | int | float], Meta(min_length=1, max_length=500)]


class Answered(_Part, tag_field="op", tag="answered", kw_only=True):
    """True when the component is shown and has any answer; for a checkbox, when it is ticked."""

    component: Key


class Not(_Part, tag_field="op", tag="not", kw_only=True):
    condition: Condition


class All(_Part, tag_field="op", tag="all", kw_only=True):
    conditions: Annotated[list[Condition], Meta(min_length=1, max_length=50)]


class Any_(_Part, tag_field="op", tag="any", kw_only=True):
    conditions: Annotated[list[Condition], Meta(min_length=1, max_length=50)]


Condition = Equals | In | Answered | Not | All | Any_


class Option(_Part, kw_only=True):
    value: OptionValue
    label: Labels


class ColorOption(_Part, kw_only=True):
    value: OptionValue
    label: Labels
    color: Color


class ImageOption(_Part, kw_only=True):
    """`image` is the SHA-256 of a file of the store."""

    value: OptionValue
    label: Labels
    image: Sha256


class _Component(_Part, kw_only=True):
    id: Id
    key: Key
    label: Labels
    help: Labels = {}
    required: bool = False
    show_when: Condition | None = None  # may name earlier components only; hidden components have no answer


Characters = Literal["any", "letters", "digits", "letters_digits"]


class TextComponent(_Component, tag_field="kind", tag="text", kw_only=True):
    """One line. Lengths count what a reader sees as characters (grapheme clusters).

    characters: which are allowed; `also` lists further ones, such as " -'&"
    """

    wire: ClassVar[str] = "text"
    min_length: Count = 0
    max_length: Annotated[int, Meta(ge=1, le=500)] = 100
    characters: Characters = "any"
    also: Annotated[str, Meta(max_length=100)] = ""
    default: Annotated[str, Meta(max_length=2_000)] | None = None


class LongTextComponent(_Component, tag_field="kind", tag="long_text", kw_only=True):
    """Several lines; otherwise as `text`."""

    wire: ClassVar[str] = "textarea"
    min_length: Count = 0
    max_length: Annotated[int, Meta(ge=1, le=5_000)] = 500
    max_lines: Annotated[int, Meta(ge=1, le=100)] = 20
    characters: Characters = "any"
    also: Annotated[str, Meta(max_length=100)] = ""
    default: Annotated[str, Meta(max_length=20_000)] | None = None


class DropdownComponent(_Component, tag_field="kind", tag="dropdown", kw_only=True):
    wire: ClassVar[str] = "dropdown"
    options: Annotated[list[Option], Meta(min_length=1, max_length=500)]
    default: OptionValue | None = None


class ColorSwatchComponent(_Component, tag_field="kind", tag="color_swatch", kw_only=True):
    """A binding to `fill` needs no map: it takes each option's colour."""

    wire: ClassVar[str] = "color_swatch"
    options: Annotated[list[ColorOption], Meta(min_length=1, max_length=500)]
    default: OptionValue | None = None


class ImageSwatchComponent(_Component, tag_field="kind", tag="image_swatch", kw_only=True):
    """A binding to `image` needs no map: it takes each option's image."""

    wire: ClassVar[str] = "image_swatch"
    options: Annotated[list[ImageOption], Meta(min_length=1, max_length=500)]
    default: OptionValue | None = None


class CheckboxComponent(_Component, tag_field="kind", tag="checkbox", kw_only=True):
    """Yes or no; not answered means no. Required means it must be ticked."""

    wire: ClassVar[str] = "checkbox"
    default: bool = False


class Aspect(_Part, kw_only=True):
    width: Annotated[float, Meta(gt=0, le=100_000)]
    height: Annotated[float, Meta(gt=0, le=100_000)]


class PhotoComponent(_Component, tag_field="kind", tag="photo", kw_only=True):
    """An uploaded picture and its crop.

    aspect:  the shape a crop must have (width to height), None for any
    min_width, min_height: pixels the crop must keep at least
    """

    wire: ClassVar[str] = "photo_upload"
    aspect: Aspect | None = None
    min_width: Annotated[int, Meta(ge=0, le=40_000)] = 0
    min_height: Annotated[int, Meta(ge=0, le=40_000)] = 0
    accept: Annotated[tuple[PhotoType, ...], Meta(min_length=1, max_length=3)] = ("image/png", "image/jpeg", "image/webp")


class NumberComponent(_Component, tag_field="kind", tag="number", kw_only=True):
    """`step` counts from `min`, or from 0 without one."""

    wire: ClassVar[str] = "number"
    min: Annotated[float, Meta(ge=-1e15, le=1e15)] | None = None
    max: Annotated[float, Meta(ge=-1e15, le=1e15)] | None = None
    step: Annotated[float, Meta(gt=0, le=1e15)] | None = 1
    default: Annotated[float, Meta(ge=-1e15, le=1e15)] | None = None


class DateComponent(_Component, tag_field="kind", tag="date", kw_only=True):
    """A calendar day, answered as ISO text (2026-12-24)."""

    wire: ClassVar[str] = "date"
    earliest: date | None = None
    latest: date | None = None
    default: date | None = None


EntryComponent = (
    TextComponent | LongTextComponent | DropdownComponent | ColorSwatchComponent | ImageSwatchComponent
    | CheckboxComponent | PhotoComponent | NumberComponent | DateComponent
)


class ListComponent(_Component, tag_field="kind", tag="list", kw_only=True):
    """A list of people, pets or names: each entry answers the same components. A repeat draws a group for each entry.

    components: their keys are unique in the list, their ids in the form; `showWhen` of one names earlier ones of its list
    min_entries, max_entries: how many there may be, once there is any; required means at least one
    """

    wire: ClassVar[str] = "list"
    components: Annotated[list[EntryComponent], Meta(min_length=1, max_length=20)]
    min_entries: Annotated[int, Meta(ge=0, le=100)] = 0
    max_entries: Annotated[int, Meta(ge=1, le=100)] = 20


TextKinds = TextComponent | LongTextComponent
OptionKinds = DropdownComponent | ColorSwatchComponent | ImageSwatchComponent
Component = EntryComponent | ListComponent


class Step(_Part, kw_only=True):
    """A page of the form. A form of one step needs no title."""

    id: Id
    title: Labels = {}
    components: Annotated[list[Component], Meta(min_length=1, max_length=MOST_COMPONENTS)]


class Definition(_Part, kw_only=True):
    version: Literal[1] = VERSION
    steps: Annotated[list[Step], Meta(min_length=1, max_length=50)]

    def components(self) -> Iterator[Component]:
        """The components in the order shoppers meet them; those of a list are within it."""
        for step in self.steps:
            yield from step.components

    def named(self) -> dict[str, Component]:
        """Every component by what a template's bindings call it: of the list `people`, `people.name`."""
        found: dict[str, Component] = {}
        for component in self.components():
            found[component.key] = component
            if isinstance(component, ListComponent):
                found |= {f"{component.key}.{inner.key}": inner for inner in component.components}
        return found


def dump(part: Definition | Condition) -> dict[str, Any]:
    """A definition, or a condition of it, as plain JSON data; `parse(dump(d)) == d`."""
    return msgspec.to_builtins(part)


def parse(raw: Any) -> Definition:
    """JSON data as a definition. Raises Invalid with one path for each bad component, all at once.

    Only the shape is checked here; `checks.check` says whether it can be published.
    """
    try:
        return msgspec.convert(raw, Definition)
    except msgspec.ValidationError as error:
        raise Invalid(_faults(raw) or dict([_told("", error)])) from None


def _faults(raw: Any) -> dict[str, str]:
    """Every component that does not convert: msgspec itself stops at the first."""
    faults: dict[str, str] = {}
    steps = raw.get("steps") if isinstance(raw, dict) else None
    for i, step in enumerate(steps if isinstance(steps, list) else ()):
        components = step.get("components") if isinstance(step, dict) else None
        for j, component in enumerate(components if isinstance(components, list) else ()):
            try:
                msgspec.convert(component, Component)
            except msgspec.ValidationError as error:
                faults.update([_told(f"steps[{i}].components[{j}]", error)])
    return faults


def _told(path: str, error: msgspec.ValidationError) -> tuple[str, str]:
    """msgspec's "Expected `str`, got `int` - at `$.label`" as a path under `path`, and words."""
    words, _, inner = str(error).partition(" - at `")
    inner = inner.rstrip("`").removeprefix("key in ").removeprefix("$").lstrip(".")
    return ".".join(part for part in (path, inner) if part).replace(".[", "["), words.replace("`", "")
