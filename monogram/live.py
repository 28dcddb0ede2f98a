"""What a serving process asks of the drawing engine while somebody edits: closed renderers of its own, bounds, a memory."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from monogram.core import font_books
from monogram.core.customizations import Accepted
from monogram.core.errors import Conflict, Invalid, NotFound, TooMany
from monogram.core.files import Storage
from monogram.jobs.reading import photos, reader, reason
from monogram.jobs.renderer import Renderer, RendererStopped
from monogram.render.document import Preflight
from monogram.render.errors import RenderError

# What waits for one renderer; more are told to come again.
MOST_WAITING = 40
# Bytes of font parts that are kept, packed; the commonest are a few hundred kilobytes.
MOST_KEPT = 64_000_000
MOST_PICTURES = 20_000  # of which the facts are kept, some 200 bytes each

_FONT_TYPES = {b"\0\1\0\0": "font/ttf", b"OTTO": "font/otf"}
_PROFILES = frozenset(get_args(next(each.type for each in fields(Preflight) if each.name == "gamut_profile"))) - {"none"}
T = TypeVar("T")


class PictureFacts(Struct, frozen=True):
    """Size as shown, in pixels. exact: a decoder that follows the format gives the very pixels that are printed."""

    width: int
    height: int
    exact: bool


class ArtFacts(Struct, frozen=True):
    """Width and height of a view, in its own units."""

    width: float
    height: float


@dataclass(frozen=True)
class Packed:
    """A file as gzip, and the SHA-256 (hex) of what is in it."""

    data: bytes
    media_type: str
    sha256: str


class Line:
    """Callers before one renderer, one after the other."""

    def __init__(self, renderer: Renderer):
        self.renderer = renderer
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._newest: dict[str, int] = {}
        self._count = 0

    async def ask(self, work: Callable[[Renderer], Awaitable[T]], editing: str = "") -> T:
        """What the work returns, in turn. editing: of callers with the same one only the newest is answered.

        Raises TooMany when the line is full, Conflict when a newer question came, Invalid for what cannot be drawn.
        """
        if self._waiting >= MOST_WAITING:
            raise TooMany(MOST_WAITING, 1.0)
        self._waiting += 1
        self._count += 1
        mine = self._count
        if editing:
            self._newest[editing] = mine
        try:
            async with self._turn:
                if editing and self._newest[editing] != mine:
                    raise Conflict("question", "a newer one has taken its place")
                return await _drawn(work(self.renderer))
        finally:
            self._waiting -= 1
            if self._newest.get(editing) == mine:
                del self._newest[editing]


async def _drawn(work: Awaitable[T]) -> T:
    try:
        return await work
    except RenderError as error:
        raise Invalid({f"layers.{error.layer}" if error.layer else "drawing": reason(error)}) from None
    except RendererStopped as error:
        raise Invalid({"drawing": f"renderer_stopped: This cannot be drawn: {error}."}) from None


class Live:
    """Two renderers, so that nobody's photo keeps another's letters waiting; each is started when it is first asked."""

    def __init__(self, storage: Storage):
        self._storage = storage
        self._type = Line(Renderer(seconds=30, cpu_seconds=10, memory=1 << 30, jobs=5000, largest=64 << 20))
        self._pictures = Line(Renderer(seconds=60, cpu_seconds=20, memory=3 << 29, jobs=500, largest=256 << 20))
        self._parts: OrderedDict[tuple[str, tuple[int, ...]], Packed] = OrderedDict()
        self._facts: OrderedDict[str, PictureFacts] = OrderedDict()
        self._book: tuple[str, Packed] | None = None
        self._gamuts: dict[str, Packed] = {}

    async def close(self) -> None:
        for line in (self._type, self._pictures):
            await line.renderer.close()

    async def book(self, digest: str) -> Packed:
        """The font book as JSON, with what each of its faces covers (`monogram.render.live.coverage`). NotFound for another."""
        pin = font_books.current()
        if digest != pin.digest:
            raise NotFound("font book", digest)
        if self._book is None or self._book[0] != digest:
            self._book = digest, await self._type.ask(lambda renderer: self._make_book(renderer, pin.faces))
        return self._book[1]

    async def _make_book(self, renderer: Renderer, faces: dict[str, Any]) -> Packed:
        if self._book is not None:
            return self._book[1]
        coverage = await renderer.ask("coverage", {}, dict[str, list[int]])
        await renderer.close()  # it has read every font there is
        return await _packed(msgspec.json.encode(faces | {"coverage": coverage}), "application/json")

    async def font(self, sha256: str, blocks: tuple[int, ...]) -> Packed:
        """The blocks of a font of the book, as a font file with its own glyph ids. NotFound for a font that is not there."""
        if not any(sha256 == face["sha256"] for family in font_books.current().faces["families"] for face in family["faces"]):
            raise NotFound("font", sha256)
        key = sha256, blocks
        if key not in self._parts:
            data = await self._type.ask(lambda renderer: renderer.ask("font", {"sha256": sha256, "blocks": blocks}, bytes))
            if data[:4] not in _FONT_TYPES:
                raise NotFound("font", sha256)
            self._parts[key] = await _packed(data, _FONT_TYPES[data[:4]])
        self._parts.move_to_end(key)
        while sum(len(part.data) for part in self._parts.values()) > MOST_KEPT and len(self._parts) > 1:
            self._parts.popitem(last=False)
        return self._parts[key]

    async def gamut(self, profile: str) -> Packed:
        """How far colours move in an output profile (`monogram.render.gamuts.packed`). NotFound for no document's."""
        if profile not in _PROFILES:
            raise NotFound("profile", profile)
        if profile not in self._gamuts:
            data = await self._type.ask(lambda renderer: renderer.ask("gamut", {"profile": profile}, bytes))
            self._gamuts[profile] = await _packed(data, "application/octet-stream")
        return self._gamuts[profile]

    async def breaks(self, texts: list[str]) -> list[list[int]]:
        """Where lines of each normalised text may break by the dictionary: places, in code points."""
        return await self._type.ask(lambda renderer: renderer.ask("dictionary", {"texts": texts}, list[list[int]]))

    async def picture(self, sha256: str) -> PictureFacts:
        """Of a stored picture. Invalid where it is none that can be printed."""
        if sha256 not in self._facts:
            self._facts[sha256] = await self._of_picture("picture", sha256, PictureFacts)
        self._facts.move_to_end(sha256)
        while len(self._facts) > MOST_PICTURES:
            self._facts.popitem(last=False)
        return self._facts[sha256]

    async def art(self, sha256: str) -> ArtFacts:
        """Of a stored SVG file. Invalid where any part of it is not drawn, with its name."""
        return await self._of_picture("art", sha256, ArtFacts)

    async def salience(self, sha256: str) -> list[list[int]]:
        return await self._of_picture("salience", sha256, list[list[int]])

    async def pixels(self, sha256: str) -> bytes:
        """A stored picture as it is printed: an upright PNG in sRGB."""
        return await self._of_picture("pixels", sha256, bytes)

    async def _of_picture(self, question: str, sha256: str, kind: Any) -> Any:
        read = reader(self._storage, {sha256: sha256})
        return await self._pictures.ask(lambda renderer: renderer.ask(question, {"sha256": sha256}, kind, read))

    async def nodes(self, accepted: Accepted, document: dict[str, Any], layers: list[str], side: str) -> dict[str, list[dict]]:
        """Nodes of layers of one of the templates with the answers: see `monogram.render.scene_json`."""
        about = {"document": document, "values": accepted.values, "side": side, "layers": layers}
        read = self._reader([document], accepted)
        return await self._pictures.ask(lambda renderer: renderer.ask("nodes", about, dict[str, list[dict]], read))

    async def findings(self, accepted: Accepted, editing: str = "") -> list[dict[str, Any]]:
        """What preflight finds in the prints of these answers, as `monogram.render.reports.Told`; see `Line.ask`."""
        documents = accepted.documents()
        read = self._reader(documents, accepted)
        return await self._pictures.ask(lambda renderer: renderer.check(documents, accepted.values, read), editing)

    def _reader(self, documents: list[dict[str, Any]], accepted: Accepted):
        """Reads what the templates list and the answers bring, by SHA-256, and nothing else."""
        listed = {asset["sha256"] for document in documents for asset in document.get("assets", {}).values()}
        return reader(self._storage, {sha256: sha256 for sha256 in listed} | photos(accepted.values))


async def _packed(data: bytes, media_type: str) -> Packed:
    packed = await asyncio.to_thread(gzip.compress, data, 6, mtime=0)
    return Packed(packed, media_type, hashlib.sha256(data).hexdigest())
