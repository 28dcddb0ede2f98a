"""Chapter: comments (lines 2738 to 2780). One, and many of which the bad ones are told."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import BeforeValidator, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from monogram.core import clients, comments
from monogram.core.comments import Comment
from monogram.core.errors import Invalid
from monogram.edge import Tx

from .auth import Caller
from .envelope import ok
from .inputs import Input, any_body, as_text, read, time, unwrapped, uuid

MOST = 1_000  # in one batch
MOST_PICTURES = 20
LONGEST = 10_000
# What a refused comment of a batch is told back with (lines 2774 to 2777).
KEYS = ("product_id", "username", "content", "star", "image", "like", "created_at")


def _number(value: object) -> object:
    """true is no number; empty text counts as absent."""
    if isinstance(value, bool):
        raise ValueError("is invalid")
    return None if value == "" else value


def _pictures(value: object) -> object:
    """Line 2747: addresses joined by semicolons."""
    if not isinstance(value, str | None):
        raise ValueError("is invalid")
    found = [each.strip() for each in (value or "").split(";") if each.strip()]
    if any(not each.startswith(("http://", "https://", "//")) or len(each) > 2_000 for each in found):
        raise ValueError("is invalid")
    if len(found) > MOST_PICTURES:
        raise ValueError(f"has more than {MOST_PICTURES} addresses")
    return tuple(found)


def _line(longest: int) -> Any:
    return Annotated[
        str, StringConstraints(min_length=1, max_length=longest, strip_whitespace=True), BeforeValidator(as_text)
    ]


class CommentInput(Input):
    product_id: _line(255)
    username: _line(255)
    content: _line(LONGEST)
    star: Annotated[int, Field(ge=1, le=5), BeforeValidator(_number)]
    image: Annotated[tuple[str, ...], BeforeValidator(_pictures)] = ()
    like: Annotated[Annotated[int, Field(ge=0, le=1_000_000_000)] | None, BeforeValidator(_number)] = None
    created_at: _line(255)


def _comment(sent: dict[str, Any], caller: clients.Caller) -> Comment:
    """Raises Invalid."""
    new = read(CommentInput, sent)
    try:
        moment = time(new.created_at, caller.time_zone)
    except ValueError as error:
        raise Invalid({"created_at": str(error)}) from None
    return Comment(uuid(new.product_id), new.username, new.content, new.star, moment, new.image, new.like or 0)


async def create(caller: Caller, body: Annotated[dict[str, Any], Depends(any_body)], db: Tx) -> Response:
    """POST /comments, lines 2739 to 2755."""
    made = await comments.add(db, caller.store_id, _comment(unwrapped(body, "comment"), caller))
    return ok({"comment": {"id": made}})


async def _batch(request: Request) -> list[Any]:
    sent = (await any_body(request)).get("comments")
    if not isinstance(sent, list) or not sent:
        raise Invalid({"comments": "can't be blank"})
    if len(sent) > MOST:
        raise Invalid({"comments": f"is too long (maximum is {MOST})"})
    return sent


async def batch(caller: Caller, sent: Annotated[list[Any], Depends(_batch)], db: Tx) -> Response:
    """POST /comments/batch, lines 2756 to 2780. The good ones are taken whatever the others are."""
    faults: dict[int, str] = {}
    good: dict[int, Comment] = {}
    for number, each in enumerate(sent):
        try:
            good[number] = _comment(each, caller)
        except Invalid as error:
            faults[number] = ", ".join(f"{name} {text}" for name, text in error.fields.items())
    made = await comments.add_all(db, caller.store_id, list(good.values()))
    faults |= {number: "product_id record not found" for number, id in zip(good, made, strict=True) if id is None}
    return ok({
        "success_count": len(sent) - len(faults),
        "error_count": len(faults),
        "error_info": [_told(sent[number], faults[number]) for number in sorted(faults)],
    })  # fmt: skip


def _told(sent: Any, message: str) -> dict[str, Any]:
    given = sent if isinstance(sent, dict) else {}
    return {key: given.get(key) for key in KEYS} | {"error_message": message}
