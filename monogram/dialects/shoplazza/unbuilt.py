"""Operations that stand in the table and are not built yet: they say so, to whoever may call them."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from .auth import Caller


async def answer(caller: Caller) -> Response:
    raise HTTPException(501, "this operation is not built yet")
