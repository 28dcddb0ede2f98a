"""Whether a shopper's answers fit a form: which components are shown, and what each of their answers must be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from icu4py.breakers import CharacterBreaker
from msgspec import Meta, Struct

from .definition import (
    All,
    Answered,
    Any_,
    CheckboxComponent,
    Component,
    Condition,
    DateComponent,
    Definition,
    Equals,
    In,
    ListComponent,
    LongTextComponent,
    Not,
    NumberComponent,
    OptionKinds,
    PhotoComponent,
    TextKinds,
)

# Text, number, yes or no, a day as ISO text, a photo as `PhotoAnswer` in plain data, or the entries of a list, by their keys.
Answer = str | int | float | bool | dict[str, Any] | list[dict[str, Any]]
# The longest emoji sequences take 11 code points; more marks than this on one character is an attack, not a name.
_MOST_CODE_POINTS = 16
_ROUNDING = 1e-6  # of a fraction that went through a browser's arithmetic


class Refused(ValueError):
    """An answer that does not fit, in words for the shopper: what is wrong and what to do."""


class CropAnswer(Struct, frozen=True, kw_only=True):
    """The part kept, in fractions of width and height after orientation and rotation."""

    x: Annotated[float, Meta(ge=0, le=1)]
    y: Annotated[float, Meta(ge=0, le=1)]
    width: Annotated[float, Meta(gt=0, le=1)]
    height: Annotated[float, Meta(gt=0, le=1)]


class PhotoAnswer(Struct, rename="camel", frozen=True, kw_only=True, omit_defaults=True):
    """An uploaded file, by the token of its address, and how the shopper placed it. Rotation is clockwise, before the crop."""

    file: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
    crop: CropAnswer | None = None
    rotation: int = 0
    flip_x: bool = False
    flip_y: bool = False


def accept_all(definition: Definition, raw: dict[str, Any]) -> tuple[dict[str, Answer], dict[str, str]]:
    """The answers that count, by key, and what is wrong with the others, by `answers.<key>`, in a list by
    `answers.<key>[<number from 0>].<key>`.

    Components are visited in order. What a hidden component was answered is dropped, unknown keys are ignored, a key
    that is absent gets the default, null or an empty text is no answer. An entry of a list counts whatever it answers.
    """
    faults: dict[str, str] = {}
    return _accepted(definition.components(), raw, "answers.", faults), faults


def _accepted(components: Iterable[Component], raw: dict[str, Any], path: str, faults: dict[str, str]) -> dict[str, Answer]:
    accepted: dict[str, Answer] = {}
    for component in components:
        if component.show_when is not None and not holds(component.show_when, accepted):
            continue
        try:
            answer = accept(component, raw[component.key] if component.key in raw else default_of(component))
            if isinstance(component, ListComponent) and answer is not None:
                answer = [_accepted(component.components, entry, f"{path}{component.key}[{number}].", faults)
                          for number, entry in enumerate(answer)]
            if component.required and (answer is None or answer is False):  # 0 is an answer
                raise Refused(_needed(component))
        except Refused as error:
            faults[f"{path}{component.key}"] = str(error)
            continue
        if answer is not None:
            accepted[component.key] = answer
    return accepted


def holds(condition: Condition, answers: dict[str, Answer]) -> bool:
    """Whether a condition is true of the answers so far. A component without an answer equals nothing."""
    match condition:
        case Equals():
            return _same(answers.get(condition.component), condition.value)
        case In():
            return any(_same(answers.get(condition.component), value) for value in condition.values)
        case Answered():
            answer = answers.get(condition.component)
            return answer is not None and answer is not False
        case Not():
            return not holds(condition.condition, answers)
        case All():
            return all(holds(inner, answers) for inner in condition.conditions)
        case Any_():
            return any(holds(inner, answers) for inner in condition.conditions)


def _same(answer: Answer | None, value: str | bool | int | float) -> bool:
    return isinstance(answer, bool) == isinstance(value, bool) and answer == value  # Python's True == 1 is not ours


def default_of(component: Component) -> Any:
    """What counts when nothing was said, in the form answers come in."""
    default = getattr(component, "default", None)
    return default.isoformat() if isinstance(default, date) else default


def accept(component: Component, raw: Any) -> Answer | None:
    """One answer, cleaned; None for no answer. Of a list only the number of entries is judged. Raises Refused."""
    if isinstance(component, CheckboxComponent):
        if raw is not None and not isinstance(raw, bool):
            raise Refused("Answer yes or no.")
        return bool(raw)
    if raw is None or raw == "":
        return None
    if isinstance(component, TextKinds):
        return _text(component, raw)
    if isinstance(component, OptionKinds):
        if not isinstance(raw, str) or all(option.value != raw for option in component.options):
            raise Refused("Choose one of the options offered.")
        return raw
    if isinstance(component, NumberComponent):
        return _number(component, raw)
    if isinstance(component, DateComponent):
        return _date(component, raw)
    if isinstance(component, ListComponent):
        return _entries(component, raw)
    return _photo(raw)


def _needed(component: Component) -> str:
    if isinstance(component, TextKinds):
        return "Fill this in."
    if isinstance(component, OptionKinds):
        return "Choose one of the options."
    words = {CheckboxComponent: "Tick this to go on.", PhotoComponent: "Add a photo.", NumberComponent: "Enter a number.",
             DateComponent: "Pick a date.", ListComponent: "Add at least one."}
    return words[type(component)]


def _entries(component: ListComponent, raw: Any) -> list[dict[str, Any]] | None:
    if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
        raise Refused("Fill in the list again: it did not arrive.")
    if len(raw) > component.max_entries:
        raise Refused(f"Up to {component.max_entries}. Now {len(raw)}.")
    if 0 < len(raw) < component.min_entries:
        raise Refused(f"At least {component.min_entries}. Now {len(raw)}.")
    return raw or None


def _text(component: TextKinds, raw: Any) -> str | None:
    if not isinstance(raw, str):
        raise Refused("Enter text.")
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", raw).strip()
    lines = text.count("\n") + 1
    if isinstance(component, LongTextComponent):
        if lines > component.max_lines:
            raise Refused(f"Up to {component.max_lines} lines. Now {lines}.")
    elif lines > 1:
        raise Refused("Keep this to one line.")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in text):
        raise Refused("This contains a character that cannot be printed. Type it again.")
    count = count_characters(text)
    if len(text) > _MOST_CODE_POINTS * max(count, 1):
        raise Refused("This has too many accents on one character. Type it again.")
    if count > component.max_length:
        raise Refused(f"Up to {component.max_length} characters. Now {count}.")
    if 0 < count < component.min_length:
        raise Refused(f"At least {component.min_length} characters. Now {count}.")
    strange = "".join(dict.fromkeys(c for c in text if c != "\n" and not _allowed(c, component)))
    if strange:
        raise Refused(f"{_ALLOWED_WORDS[component.characters]} Please remove: {strange[:20]}")
    return text or None


_ALLOWED_WORDS = {"letters": "Only letters are possible here.", "digits": "Only digits are possible here.",
                  "letters_digits": "Only letters and digits are possible here."}


def _allowed(character: str, component: TextKinds) -> bool:
    if component.characters == "any" or character in component.also:
        return True
    kind = unicodedata.category(character)
    # marks and the two joiners are parts of letters in Arabic, Hebrew, Thai and Persian
    letter = kind[0] in "LM" or character in "\u200c\u200d"
    return ("letters" in component.characters and letter) or ("digits" in component.characters and kind == "Nd")


def count_characters(text: str) -> int:
    """What a reader counts: grapheme clusters, so that an accented letter or an emoji family is one."""
    return len(text) if text.isascii() else sum(1 for _ in CharacterBreaker(text, "en"))


def _number(component: NumberComponent, raw: Any) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not -1e15 <= raw <= 1e15:
        raise Refused("Enter a number.")
    if component.min is not None and raw < component.min:
        raise Refused(f"At least {component.min:.15g}.")
    if component.max is not None and raw > component.max:
        raise Refused(f"At most {component.max:.15g}.")
    # decimal, so that 0.3 is a step of 0.1
    if component.step is not None and (Decimal(repr(raw)) - Decimal(repr(component.min or 0))) % Decimal(repr(component.step)):
        raise Refused(f"Goes in steps of {component.step:.15g}.")
    return int(raw) if raw == int(raw) else raw


def _date(component: DateComponent, raw: Any) -> str:
    try:
        if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
            raise ValueError
        day = date.fromisoformat(raw)
    except ValueError:
        raise Refused("Pick a date.") from None
    if component.earliest is not None and day < component.earliest:
        raise Refused(f"Not before {component.earliest}.")
    if component.latest is not None and day > component.latest:
        raise Refused(f"Not after {component.latest}.")
    return raw


def _photo(raw: Any) -> dict[str, Any]:
    try:
        photo = msgspec.convert(raw, PhotoAnswer)
    except msgspec.ValidationError:
        raise Refused("Add the photo again: how it was placed did not arrive.") from None
    crop = photo.crop
    if photo.rotation not in (0, 90, 180, 270):
        raise Refused("Turn the photo by quarters only.")
    if crop is not None and (crop.x + crop.width > 1 + _ROUNDING or crop.y + crop.height > 1 + _ROUNDING):
        raise Refused("Crop within the photo.")
    return msgspec.to_builtins(photo)


def check_photo(component: PhotoComponent, answer: dict[str, Any], media_type: str, width: int, height: int) -> None:
    """Whether a photo of that type and size (pixels, after orientation) does as it was placed. Raises Refused."""
    if media_type not in component.accept:
        known = " or ".join(kind.removeprefix("image/").upper() for kind in component.accept)
        raise Refused(f"Use a {known} photo.")
    crop = answer.get("crop") or {"width": 1, "height": 1}
    across, down = (height, width) if answer.get("rotation", 0) in (90, 270) else (width, height)
    kept_width, kept_height = crop["width"] * across, crop["height"] * down
    # half a pixel, for fractions that went through a browser's arithmetic
    if kept_width + 0.5 < component.min_width or kept_height + 0.5 < component.min_height:
        raise Refused(f"Too small to print well: {kept_width:.0f} × {kept_height:.0f} pixels, at least "
                      f"{component.min_width} × {component.min_height} are needed. Use a larger photo or crop less.")
    if component.aspect is not None and answer.get("crop"):
        wanted = kept_height * component.aspect.width / component.aspect.height
        if abs(kept_width - wanted) > max(2, 0.01 * wanted):
            raise Refused("Crop the photo again: its shape is not the shape of the print area.")
