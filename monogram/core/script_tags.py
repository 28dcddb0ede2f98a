"""Script tags: scripts that apps put on a shop's pages. Kept as they were sent; pages load only the vetted address in them."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser

from . import receivers
from .db import Db
from .errors import Conflict, Invalid, NotFound
from .paging import Page

MOST = 100  # of one app in one store: each is a request of every shopper
LONGEST = 4_000

_COLUMNS = "store_id, id, uuid, client_id, src, address, display_scope, event_type, created_at, updated_at"
# What a script element may say besides its address. None of it reaches a page: we write our own element.
_HARMLESS = {"src", "type", "async", "defer", "charset", "language", "crossorigin", "integrity", "id", "referrerpolicy"}


@dataclass(frozen=True)
class ScriptTag:
    store_id: int
    id: int
    uuid: uuid.UUID
    client_id: int | None  # the app that set it; None: the merchant
    src: str  # as it was sent
    address: str  # https, what a page may load
    display_scope: str
    event_type: str
    created_at: datetime
    updated_at: datetime


class _Element(HTMLParser):
    """Reads text that should be one script element with nothing in it and nothing around it."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.sources: list[str] = []
        self.strange = False
        self._open = False
        self.feed(text)
        self.close()
        self.strange = self.strange or self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        fits = tag == "script" and set(names) <= _HARMLESS and len(set(names)) == len(names)
        self.strange = self.strange or not fits or bool(self.sources)
        self.sources += [value or "" for name, value in attrs if name == "src"]
        self._open = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._open = False

    def handle_endtag(self, tag: str) -> None:
        self.strange = self.strange or tag != "script" or not self._open
        self._open = False

    def handle_data(self, data: str) -> None:
        self.strange = self.strange or bool(data.strip())

    def _never(self, *_: str) -> None:
        self.strange = True

    handle_comment = handle_decl = handle_pi = unknown_decl = _never


def address_in(src: str) -> str:
    """The one https address that `src` names: an address, or one script element. Raises ValueError with the reason."""
    text = src.strip()
    if len(text) > LONGEST:
        raise ValueError(f"is too long (maximum is {LONGEST})")
    if text.startswith("<"):
        element = _Element(text)
        if element.strange or len(element.sources) != 1:
            raise ValueError("must be one script element with a src and nothing else")
        text = element.sources[0].strip()
    if text.startswith("//"):
        text = f"https:{text}"
    try:
        url = receivers.parse(text)
    except ValueError:
        url = None
    if url is None or any(c in "<>\"'`" for c in text):
        raise ValueError("must be the address of a script")
    if url.scheme != "https":
        raise ValueError("must begin with https://")
    return str(url)


def _checked(src: str, display_scope: str, event_type: str) -> str:
    faults = {}
    address = ""
    if not src.strip():
        faults["src"] = "can't be blank"
    else:
        try:
            address = address_in(src)
        except ValueError as error:
            faults["src"] = f"is invalid; {error}"
    if not re.fullmatch(r"[\w.,/-]{1,255}", display_scope, re.ASCII):
        faults["display_scope"] = "is invalid"
    if not 1 <= len(event_type) <= 255:
        faults["event_type"] = "is invalid"
    if faults:
        raise Invalid(faults)
    return address


async def add(
    db: Db, store_id: int, client_id: int | None, src: str, display_scope: str = "all", event_type: str = "app"
) -> ScriptTag:
    """Raises Invalid naming `src`, `display_scope`, `event_type`; Conflict when the app has too many."""
    address = _checked(src, display_scope, event_type)
    if await count(db, store_id, client_id) >= MOST:
        raise Conflict("script tag", f"an app may have {MOST} script tags in a store; delete one first")
    row = await db.fetchrow(
        f"""insert into script_tags (store_id, client_id, src, address, display_scope, event_type)
            values ($1, $2, $3, $4, $5, $6) returning {_COLUMNS}""",
        store_id, client_id, src, address, display_scope, event_type,
    )
    return ScriptTag(*row)


async def get(db: Db, store_id: int, client_id: int | None, key: uuid.UUID | None) -> ScriptTag:
    """An app's own tag; NotFound for any other."""
    row = await db.fetchrow(
        f"select {_COLUMNS} from script_tags where store_id = $1 and uuid = $3 and client_id is not distinct from $2",
        store_id, client_id, key,
    )
    if row is None:
        raise NotFound("script tag", key)
    return ScriptTag(*row)


async def find(db: Db, store_id: int, client_id: int | None, page: Page) -> list[ScriptTag]:
    """An app's own tags, oldest first."""
    rows = await db.fetch(
        f"""select {_COLUMNS} from script_tags where store_id = $1 and client_id is not distinct from $2
            order by id limit $3 offset $4""", store_id, client_id, page.limit, page.offset,
    )
    return [ScriptTag(*row) for row in rows]


async def count(db: Db, store_id: int, client_id: int | None) -> int:
    return await db.fetchval(
        "select count(*) from script_tags where store_id = $1 and client_id is not distinct from $2", store_id, client_id
    )


async def on_page(db: Db, store_id: int, scope: str) -> list[str]:
    """The addresses that a storefront's page of that scope loads, each once, in the order they were added."""
    rows = await db.fetch(
        """select address from script_tags where store_id = $1 and string_to_array(display_scope, ',') && array['all', $2]
           group by address order by min(id)""", store_id, scope,
    )
    return [row["address"] for row in rows]


async def change(
    db: Db, store_id: int, client_id: int | None, key: uuid.UUID | None, *, src: str,
    display_scope: str | None = None, event_type: str | None = None,
) -> ScriptTag:
    """Raises NotFound, Invalid as `add`. None leaves as it is."""
    known = await get(db, store_id, client_id, key)
    scope = known.display_scope if display_scope is None else display_scope
    event = known.event_type if event_type is None else event_type
    row = await db.fetchrow(
        f"""update script_tags set src = $3, address = $4, display_scope = $5, event_type = $6, updated_at = clock_timestamp()
            where store_id = $1 and id = $2 returning {_COLUMNS}""",
        store_id, known.id, src, _checked(src, scope, event), scope, event,
    )
    if row is None:
        raise NotFound("script tag", key)
    return ScriptTag(*row)


async def remove(db: Db, store_id: int, client_id: int | None, key: uuid.UUID | None) -> None:
    """Raises NotFound."""
    known = await get(db, store_id, client_id, key)
    await db.execute("delete from script_tags where store_id = $1 and id = $2", store_id, known.id)


async def remove_of(db: Db, store_id: int, client_id: int) -> None:
    """An app was uninstalled: its scripts leave every page."""
    await db.execute("delete from script_tags where store_id = $1 and client_id = $2", store_id, client_id)
