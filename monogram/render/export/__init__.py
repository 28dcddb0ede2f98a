"""Pixels as files, in pieces: PNG, JPEG, WebP and TIFF, tagged with their profile and dpi, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from ..errors import RenderError
from ..icc import ProfileName, from_srgb, profile
from .pngs import png

if TYPE_CHECKING:
    import numpy as np

__all__ = ["MEDIA_TYPES", "PROFILES", "Encoding", "check_format", "check_size", "encoding", "notes", "pieces", "png"]

MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff", "svg": "image/svg+xml"}
PROFILES = ("srgb", "display-p3", "adobe-rgb")
_SAME = {"jpeg": "jpg", "tif": "tiff"}
# named so that a refusal can say that they will come
_LATER = ("pdf",)
QUALITY = 92
# A side, by the formats themselves: 14 bits in WebP, 16 in JPEG.
_LONGEST = {"webp": 16_383, "jpg": 65_500}
# libwebp holds the whole picture and its own copy of it.
_MOST_PIXELS = {"webp": 64_000_000}


class Encoding(Struct, frozen=True, kw_only=True):
    """How pixels are written. quality: 1 to 100 for jpg and lossy webp, None for what is exact (webp is then lossless).
    embed_images: SVG takes pictures in as PNG; without it a picture is refused.

    JPEG and TIFF always carry their ICC profile; PNG (which says sRGB by a mark of its own) and WebP only if it is another.
    """

    format: Literal["png", "jpg", "webp", "tiff", "svg"] = "png"
    profile: ProfileName = "srgb"
    quality: int | None = None
    embed_images: bool = False


def check_format(format: str) -> str:
    """The format's name in lower case, `jpg` for `jpeg`. Raises RenderError `format_unsupported`."""
    name = format.lower().removeprefix(".")
    name = _SAME.get(name, name)
    if name in MEDIA_TYPES:
        return name
    told = "pdf is not built yet" if name in _LATER else f"{name!r} is not a format it knows"
    raise RenderError("format_unsupported", f"This engine writes png, jpg, webp, tiff and svg; {told}.", part=name)


def encoding(format: str, profile: str = "srgb", quality: int | None = None, embed_images: bool = False) -> Encoding:
    """Checked settings. Raises RenderError `format_unsupported` or `output_invalid`."""
    format = check_format(format)
    if profile not in PROFILES:
        raise RenderError("output_invalid", f"The output profile {profile!r} is none of {', '.join(PROFILES)}.", part="profile")
    if format == "svg" and profile != "srgb":
        raise RenderError("output_invalid", "Colours in SVG are sRGB; take the profile srgb.", part="profile")
    if quality is not None and (format not in ("jpg", "webp") or not 1 <= quality <= 100):
        raise RenderError("output_invalid", "quality is a number from 1 to 100, for jpg and webp only.", part="quality")
    if embed_images and format != "svg":
        raise RenderError("output_invalid", "Pictures are embedded in svg only.", part="embedImages")
    quality = QUALITY if quality is None and format == "jpg" else quality
    return Encoding(format=format, profile=profile, quality=quality, embed_images=embed_images)


def check_size(how: Encoding, width: int, height: int) -> None:
    """Refuses what the format cannot hold. Raises RenderError `output_too_large`."""
    longest, most = _LONGEST.get(how.format), _MOST_PIXELS.get(how.format)
    if (longest and max(width, height) > longest) or (most and width * height > most):
        raise RenderError("output_too_large", f"{how.format} cannot hold {width} x {height} pixels here; take tiff or png.",
                          part=how.format)


def notes(how: Encoding, *, opaque: bool) -> tuple[str, ...]:
    """What the format cannot keep, in words for the report. opaque: the canvas has a background that covers."""
    if how.format == "jpg" and not opaque:
        return ("JPEG has no transparency: what is clear became white.",)
    if how.format == "webp":
        return ("WebP has no field for dpi: the printer must be told the size.",)
    return ()


def pieces(strips: Iterable[np.ndarray], width: int, height: int, dpi: float, how: Encoding) -> Iterator[bytes]:
    """The file in pieces. strips: uint8 (rows, width, 4) sRGB, top to bottom; each stays as it is until the
    next but one is asked for."""
    writer = _writer(how)
    tag = None if how.profile == "srgb" and how.format != "tiff" else profile(how.profile)
    convert = from_srgb(how.profile)
    yield from writer(map(convert, strips), width, height, dpi, tag, how)


def _writer(how: Encoding) -> Callable[..., Iterator[bytes]]:
    if how.format == "jpg":
        from .jpegs import jpeg

        return lambda strips, w, h, dpi, tag, how: jpeg(strips, w, h, dpi, profile(how.profile), how.quality)
    if how.format == "webp":
        from .webps import webp

        return lambda strips, w, h, dpi, tag, how: webp(strips, w, h, tag, how.quality)
    if how.format == "tiff":
        from .tiffs import tiff

        return lambda strips, w, h, dpi, tag, how: tiff(strips, w, h, dpi, tag)
    return lambda strips, w, h, dpi, tag, how: png(strips, w, h, dpi, tag)
