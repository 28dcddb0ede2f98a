"""What a photo's header says, read strictly and without decoding: the web process never touches a pixel.

Only what decides whether an upload is accepted is read here; the renderer's own reader, in the worker, checks the rest.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from . import files
from .db import Db
from .errors import Invalid
from .files import File

LARGEST_FILE = 30_000_000
LARGEST_AREA = 50_000_000
LONGEST_SIDE = 12_000
_MOST_PARTS = 5_000  # chunks or segments: a file of empty ones would keep the process busy for seconds

_FILL = re.compile(rb"\xff+")
_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive: what printers' tools and ours decode
_JPEG_REFUSED = frozenset({0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})


@dataclass(frozen=True)
class PhotoHeader:
    """Width and height in pixels as shown, after EXIF orientation."""

    media_type: str
    width: int
    height: int


def read_header(data: bytes) -> PhotoHeader:
    """The header of a PNG, JPEG or WebP photo within the limits. Raises Invalid at `photo`, in words for the shopper."""
    if len(data) > LARGEST_FILE:
        raise _refused(f"The photo has {len(data) / 1e6:.1f} MB; up to {LARGEST_FILE // 1_000_000} MB are possible. "
                       "Use a smaller one.")
    try:
        media_type, width, height, orientation = _read(data)
    except (struct.error, IndexError):
        raise _refused("The photo is incomplete. Add it again.") from None
    if width < 1 or height < 1:
        raise _damaged()
    if width * height > LARGEST_AREA or max(width, height) > LONGEST_SIDE:
        raise _refused(f"The photo has {width} × {height} pixels; up to {LARGEST_AREA // 1_000_000} megapixels and "
                       f"{LONGEST_SIDE} pixels a side are possible. Make it smaller.")
    return PhotoHeader(media_type, *((height, width) if orientation >= 5 else (width, height)))


async def know(db: Db, store_id: int, sha256: str, size: int, header: PhotoHeader) -> File:
    """Makes a photo, whose bytes are stored already, known to a store; the same photo again is the same file."""
    return await files.know(db, store_id, sha256, header.media_type, size, width=header.width, height=header.height)


def _refused(text: str) -> Invalid:
    return Invalid({"photo": text})


def _damaged() -> Invalid:
    return _refused("The photo is damaged. Use another one.")


def _read(data: bytes) -> tuple[str, int, int, int]:
    """Media type, stored width and height, EXIF orientation (1 to 8)."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", *_png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", *_jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp", *_webp(data)
    raise _refused("Use a PNG, JPEG or WebP photo." if data else "The photo is empty. Add it again.")


def _png(data: bytes) -> tuple[int, int, int]:
    length, kind, width, height = struct.unpack_from(">I4sII", data, 8)
    if length != 13 or kind != b"IHDR":
        raise _damaged()
    orientation, at = None, 8
    for _ in range(_MOST_PARTS):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"eXIf" and orientation is None:
            orientation = _orientation(data[at + 8:at + 8 + length])
        elif kind == b"acTL":
            raise _refused("The photo moves. Use a still one.")
        elif kind == b"IDAT":
            return width, height, orientation or 1
        at += 12 + length
    raise _damaged()


def _jpeg(data: bytes) -> tuple[int, int, int]:
    size, orientation, at = None, None, 2
    for _ in range(_MOST_PARTS):
        if data[at] != 0xFF:
            raise _damaged()
        at = _FILL.match(data, at).end()  # any number of fill bytes may stand before a marker
        marker, at = data[at], at + 1
        if marker in _JPEG_REFUSED:
            raise _refused("This kind of JPEG cannot be printed. Save it again as an ordinary JPEG or PNG.")
        if marker == 0xDA and size is not None:
            return *size, orientation or 1
        if marker in (0x00, 0xD8, 0xD9, 0xDA):
            raise _damaged()
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        length = struct.unpack_from(">H", data, at)[0]
        body = data[at + 2:at + length]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", body, 1)
            size = width, height
        elif marker == 0xE1 and body.startswith(b"Exif\0\0") and orientation is None:
            orientation = _orientation(body[6:])
        at += length
    raise _damaged()


def _webp(data: bytes) -> tuple[int, int, int]:
    end = struct.unpack_from("<I", data, 4)[0] + 8
    if end > len(data):
        raise _refused("The photo is incomplete. Add it again.")
    size, orientation, at, parts = None, None, 12, 0
    while at + 8 <= end and (parts := parts + 1) <= _MOST_PARTS:
        kind, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8:at + 8 + length]
        if kind == b"VP8X" and body[0] & 2:
            raise _refused("The photo moves. Use a still one.")
        if kind == b"VP8X":
            size = 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        elif kind == b"VP8 ":
            width, height = struct.unpack_from("<HH", body, 6)
            size = size or (width & 0x3FFF, height & 0x3FFF)
        elif kind == b"VP8L":
            packed = struct.unpack_from("<I", body, 1)[0]
            size = size or (1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF))
        elif kind == b"EXIF" and orientation is None:
            orientation = _orientation(body.removeprefix(b"Exif\0\0"))
        at += 8 + length + (length & 1)
    if size is None or parts > _MOST_PARTS:
        raise _damaged()
    return *size, orientation or 1


def _orientation(exif: bytes) -> int:
    """The orientation of the first directory of an EXIF block; 1 where there is none or it makes no sense."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        start = struct.unpack_from(order + "I", exif, 4)[0]
        for entry in range(struct.unpack_from(order + "H", exif, start)[0]):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, start + 2 + 12 * entry)
            if tag == 0x0112 and kind == 3:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
