"""What Shoplazza's clients send: bodies flat or wrapped, lists joined by commas, times in the shop's zone; and what is
wrong with it in the document's words (lines 2312 to 2318, 2382 to 2391)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from starlette.requests import Request

from monogram import strict_json
from monogram.core.errors import Invalid
from monogram.core.paging import Page, Span
from monogram.edge import read_body
from monogram.inputs import LOST_PLUS

MOST_ROWS, USUAL_ROWS = 250, 50


def as_text(value: object) -> object:
    """Clients of several languages send numbers where the table says string (`sku`, `zip`)."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    return value


Text = Annotated[str, StringConstraints(max_length=255), BeforeValidator(as_text)]


class Input(BaseModel):
    """A body in snake_case. Unknown keys are ignored: clients send misspelt extras."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Model = TypeVar("Model", bound=Input)


def read(model: type[Model], data: Any) -> Model:
    """`data` as `model`. Raises Invalid with every bad field, `variants[0].price`, in the document's words."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults: dict[str, str] = {}
        for each in error.errors(include_url=False, include_input=False):
            faults.setdefault(_path(each["loc"]), _words(each))
        raise Invalid(faults) from None


def _path(location: tuple[str | int, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path or "body"


def _words(fault: Any) -> str:
    match fault["type"]:
        case "missing":
            return "can't be blank"
        case "value_error":
            return str(fault["ctx"]["error"])
        case "string_too_long" | "too_long":
            return f"is too long (maximum is {fault['ctx']['max_length']})"
        case "string_too_short" | "too_short":
            return "can't be blank"
        case "literal_error":
            return "is not included in the list"
        case "greater_than_equal":
            return f"must be greater than or equal to {fault['ctx']['ge']}"
        case "less_than_equal":
            return f"must be less than or equal to {fault['ctx']['le']}"
        case _:
            return "is invalid"


async def any_body(request: Request) -> dict[str, Any]:
    """The body as an object: JSON or a form; none, `[]` and `{}` are an empty one. Raises Invalid."""
    data = await read_body(request)
    if not data.strip():
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        if not data.lstrip().startswith((b"{", b"[")):
            return _form(data)
    found = strict_json.loads(data)
    if found == []:
        return {}
    if not isinstance(found, dict):
        raise Invalid({"": "the body must be an object"})
    return found


def _form(data: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(data.decode(), keep_blank_values=True, errors="strict", max_num_fields=1_000)
    except ValueError:
        raise Invalid({"": "the form cannot be read"}) from None
    if any("\0" in text for pair in pairs for text in pair):
        raise Invalid({"": "the form contains NUL"})
    return dict(pairs)


def unwrapped(body: dict[str, Any], wrapper: str) -> dict[str, Any]:
    """`{"order": {...}}` and `{...}` say the same (ruled)."""
    inner = body.get(wrapper)
    return inner if isinstance(inner, dict) else body


def from_body(model: type[Model], wrapper: str) -> Any:
    """The body as `model`, flat or wrapped: `Annotated[NewTag, from_body(NewTag, "script_tag")]`."""

    async def read_input(request: Request) -> Input:
        return read(model, unwrapped(await any_body(request), wrapper))

    return Depends(read_input)


def page(query: dict[str, str]) -> Page:
    """`limit` and `page`. Raises Invalid as lines 2312 to 2318 print it."""
    faults: dict[str, str] = {}
    limit = _whole(query, "limit", USUAL_ROWS, MOST_ROWS, faults)
    number = _whole(query, "page", 1, None, faults)
    if faults:
        raise Invalid(faults)
    return Page(number, limit)


def _whole(query: dict[str, str], name: str, usual: int, most: int | None, faults: dict[str, str]) -> int:
    text = query.get(name, "").strip()
    if not text:
        return usual
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text, re.ASCII):
        faults[name] = "is not a number"
    elif int(text) < 1:
        faults[name] = "must be greater than or equal to 1"
    elif most is not None and int(text) > most:
        faults[name] = f"must be less than or equal to {most}"
    else:
        return int(text)
    return usual


def time(text: str, zone: str) -> datetime:
    """A time in UTC; without an offset it is the shop's (ruled). Raises ValueError."""
    try:
        found = datetime.fromisoformat(LOST_PLUS.sub(r"\1+\2", text.strip().strip('"')))
        found = found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(zone))
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is invalid") from None
    if not 1900 <= found.year < 3000:
        raise ValueError("is invalid")
    return found


def span(query: dict[str, str], name: str, zone: str) -> Span:
    """`created_at_min` and `created_at_max` for the name `created_at`. Raises Invalid naming the bad one."""
    ends: list[datetime | None] = []
    for key in (f"{name}_min", f"{name}_max"):
        try:
            ends.append(time(query[key], zone) if query.get(key, "").strip() else None)
        except ValueError as error:
            raise Invalid({key: str(error)}) from None
    return ends[0], ends[1]


def uuid(text: object) -> UUID | None:
    """An id as this API prints it; what is no UUID names nothing."""
    try:
        return UUID(text) if isinstance(text, str) and len(text) == 36 else None
    except ValueError:
        return None


def uuids(text: str | None) -> list[UUID] | None:
    """A list of ids joined by commas, spaces allowed; None when nothing is said. What is no id is left out."""
    if text is None or not text.strip():
        return None
    return [found for each in text.split(",") if (found := uuid(each.strip().strip('"'))) is not None]


def one_of(
    query: dict[str, str], name: str, known: frozenset[str], slips: Mapping[str, str] = MappingProxyType({})
) -> list[str] | None:
    """One or more of the known words, joined by commas; None when nothing is said. `slips`: misspellings to read as
    words. Raises Invalid for another word."""
    words = [slips.get(word.strip(), word.strip()) for word in query.get(name, "").split(",") if word.strip()]
    if not set(words) <= known:
        raise Invalid({name: "is not included in the list"})
    return words or None
