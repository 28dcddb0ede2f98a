"""The fonts that print, in the parts a browser needs of them, and what else it knows by tables of the server's."""

from __future__ import annotations

import gzip
import re
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monogram.core.errors import NotFound
from monogram.edge import JsonBody, state_of
from monogram.inputs import Input, read
from monogram.live import Packed

from .envelope import ok

MOST_BLOCKS = 300  # in one part; a longer address is more than servers on the way take
# Code points in hexadecimal as `monogram.render.subsets.block` names them: rising, so that a content has one address.
_BLOCKS = re.compile(r"(0|[1-9a-f][0-9a-f]{1,5})(\.[1-9a-f][0-9a-f]{1,5})*")


class Texts(Input):
    texts: Annotated[list[Annotated[str, Field(max_length=5_000)]], Field(min_length=1, max_length=40)]


async def book(request: Request, digest: str) -> Response:
    return immutable(request, await state_of(request).live.book(digest))


async def part(request: Request, sha256: str, blocks: str) -> Response:
    """`blocks`: `0.400.4e00`."""
    return immutable(request, await state_of(request).live.font(sha256, _numbers(blocks)))


def _numbers(blocks: str) -> tuple[int, ...]:
    if not _BLOCKS.fullmatch(blocks):
        raise NotFound("part of a font", blocks)
    numbers = tuple(int(number, 16) for number in blocks.split("."))
    if len(numbers) > MOST_BLOCKS or list(numbers) != sorted(set(numbers)) or not all(map(_is_character, numbers)):
        raise NotFound("part of a font", blocks)
    return numbers


def _is_character(point: int) -> bool:
    return point < 0xD800 or 0xE000 <= point < 0x110000


async def gamut(request: Request, profile: str) -> Response:
    return cached(request, await state_of(request).live.gamut(profile), 86_400)


async def breaks(request: Request, body: JsonBody) -> Response:
    """Takes {"texts"}; the body, since what a shopper types does not belong in logs."""
    return ok({"breaks": await state_of(request).live.breaks(read(Texts, body).texts)})


def immutable(request: Request, file: Packed) -> Response:
    """A file that never changes at its address."""
    return cached(request, file, 31_536_000, ", immutable")


def cached(request: Request, file: Packed, seconds: int, more: str = "") -> Response:
    """A file as gzip to whoever reads that; 304 to whoever has it."""
    headers = {
        "Cache-Control": f"public, max-age={seconds}{more}", "ETag": f'"{file.sha256}"', "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if file.sha256 in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if "gzip" in request.headers.get("accept-encoding", "").lower():
        return Response(file.data, 200, headers | {"Content-Encoding": "gzip"}, file.media_type)
    return Response(gzip.decompress(file.data), 200, headers, file.media_type)
