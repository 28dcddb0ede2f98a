"""What callers send, as typed input: every bad field told at once, by its name on the wire."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote_to_bytes

from fastapi import Depends
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from starlette.requests import Request

from monogram.core.errors import Invalid
from monogram.core.paging import Page
from monogram.edge import JsonBody

# `…12:00:00 08:00`: a plus that an unescaped query turned into a space
LOST_PLUS = re.compile(r"^(\S+[T ]\d\d:?\d\d\S*) (\d\d:?\d\d)$")


class Input(BaseModel):
    """A body or query in camelCase. Unknown keys are ignored: clients send misspelt extras."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


Model = TypeVar("Model", bound=Input)


def read(model: type[Model], data: Any) -> Model:
    """`data` as `model`. Raises Invalid with a path such as `lineItems[0].sku` for each bad field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Invalid(dict(_fault(each) for each in error.errors(include_url=False, include_input=False))) from None


def _fault(error: Any) -> tuple[str, str]:
    path = ""
    for part in error["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    if error["type"] == "missing":
        return path, "is required"
    if error["type"] in ("model_type", "model_attributes_type"):
        return path, "must be an object"
    words = str(error["ctx"]["error"]) if error["type"] == "value_error" else error["msg"]
    return path, words.replace("Input should ", "must ").replace("valid integer", "whole number")


def query_of(request: Request) -> dict[str, str]:
    """The query's parameters; of one given twice the last counts. Raises Invalid for bad UTF-8 and NUL."""
    try:
        text = unquote_to_bytes(request.scope["query_string"]).decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid({"": "the query is not valid UTF-8"}) from None
    if "\x00" in text:
        raise Invalid({"": "the query contains NUL"})
    return dict(request.query_params)


def from_query(model: type[Model]) -> Any:
    """The query as `model`: `Annotated[Search, from_query(Search)]`."""
    # async though it awaits nothing: FastAPI would call it in a thread, which costs more than reading does

    async def read_query(request: Request) -> Input:
        return read(model, query_of(request))

    return Depends(read_query)


def from_body(model: type[Model]) -> Any:
    """The JSON body as `model`, whatever its content type says."""

    async def read_body(body: JsonBody) -> Input:
        return read(model, body)

    return Depends(read_body)


def time(text: object) -> datetime:
    """ISO 8601 text as an instant in UTC; without an offset it is UTC already. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("must be a time in ISO 8601, as text")
    try:
        found = datetime.fromisoformat(LOST_PLUS.sub(r"\1+\2", text.strip()))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be a time in ISO 8601, such as 2024-10-26T09:51:53Z") from None
    if not 1900 <= found.year < 3000:
        raise ValueError("must be a time between the years 1900 and 2999")
    return found


def whole(number: object) -> object:
    """JSON's 3.0 is 3; true and "3" are no numbers."""
    if isinstance(number, float) and number.is_integer():
        return int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("must be a whole number")
    return number


def absent_if_empty(text: object) -> object:
    return None if text == "" else text


Time = Annotated[datetime, BeforeValidator(time)]
Whole = Annotated[int, BeforeValidator(whole)]


def page(number: str | None, size: str | None, *, usual: int, most: int) -> Page:
    """The page that a list is asked for. What is no number counts as absent; a size over `most` raises Invalid."""
    wanted = _count(size) or usual
    if wanted > most:
        raise Invalid({"pageSize": f"must be at most {most}"})
    return Page(_count(number) or 1, wanted)


def _count(text: str | None) -> int:
    text = (text or "").strip()
    # 18 digits are past the end of any list, and past what the database counts
    return int(text[:18]) if text.isascii() and text.isdigit() else 0
