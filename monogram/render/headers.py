"""What an image file says about itself, read from its first bytes without decoding a pixel."""

from __future__ import annotations

import re
import struct

from msgspec import Struct

from . import limits
from .errors import RenderError


class ImageInfo(Struct, kw_only=True, frozen=True):
    """Facts from a header.

    width, height: pixels as stored, before `orientation` (EXIF, 1 to 8) is applied
    bands: colour channels and alpha as stored (a palette counts as 1); bits: per band
    icc: the embedded colour profile or None; progressive: a JPEG in several passes
    """

    format: str
    width: int
    height: int
    orientation: int = 1
    bands: int = 3
    bits: int = 8
    icc: bytes | None = None
    frames: int = 1
    progressive: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as shown, after orientation."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


# Known by their first bytes so that the refusal can name them.
_REFUSED = (
    (re.compile(rb"GIF8[79]a"), "GIF"), (re.compile(rb"BM"), "BMP"), (re.compile(rb"8BPS"), "PSD"),
    (re.compile(rb"%PDF|%!PS"), "PDF or PostScript"),
    (re.compile(rb"\x00\x00\x00.ftyp(heic|heix|hevc|mif1|msf1)", re.S), "HEIC"),
    (re.compile(rb"\x00\x00\x00.ftypavi[fs]", re.S), "AVIF"), (re.compile(rb"\x00\x00\x00\x0cJXL |\xff\x0a"), "JPEG XL"),
    (re.compile(rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51"), "JPEG 2000"), (re.compile(rb"\x00\x00\x01\x00"), "ICO"),
    (re.compile(rb"\s*(<\?xml|<!--|<!DOCTYPE|<svg)|\xef\xbb\xbf\s*<"), "SVG or XML"),
    (re.compile(rb"\x1f\x8b|PK\x03\x04"), "compressed archive"),
)


def probe(data: bytes, name: str = "image") -> ImageInfo:
    """The header of a PNG, JPEG, WebP or TIFF file.

    Raises RenderError: `image_format` for anything else and for animations, `image_too_large`, `image_truncated` or
    `image_corrupt` when the header itself is incomplete or makes no sense.
    """
    if len(data) > limits.SOURCE_BYTES:
        raise RenderError("image_too_large", f"The image {name!r} has {len(data) / 1e6:.1f} MB; at most "
                          f"{limits.SOURCE_BYTES // 1_000_000} MB are read.", part=name)
    read = _reader(data, name)
    try:
        info = read(data, name)
    except (struct.error, IndexError):
        raise RenderError("image_truncated", f"The image {name!r} ends within its header.", part=name) from None
    if info.width < 1 or info.height < 1:
        raise RenderError("image_corrupt", f"The image {name!r} says it has {info.width} x {info.height} pixels.", part=name)
    limits.check_source(name, info.width, info.height)
    if info.frames > limits.SOURCE_FRAMES:
        raise RenderError("image_format", f"The image {name!r} is an animation or has {info.frames} pages; one picture is "
                          "needed.", part=name)
    return info


def _reader(data: bytes, name: str):
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return _tiff
    kind = next((kind for pattern, kind in _REFUSED if pattern.match(data)), None)
    told = f"a {kind} file" if kind else "not an image we know" if data else "empty"
    raise RenderError("image_format", f"The image {name!r} is {told}; PNG, JPEG, WebP and TIFF are read.", part=name)


_PNG_BANDS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def _png(data: bytes, name: str) -> ImageInfo:
    length, kind = struct.unpack_from(">I4s", data, 8)
    width, height, bits, color = struct.unpack_from(">IIBB", data, 16)
    if kind != b"IHDR" or length != 13 or color not in _PNG_BANDS:
        raise RenderError("image_corrupt", f"The image {name!r} does not start with a PNG header.", part=name)
    icc, orientation, frames, at = None, 1, 1, 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length] if kind in (b"iCCP", b"eXIf", b"acTL") else b""
        if kind == b"iCCP":
            icc = _png_profile(body, name)
        elif kind == b"eXIf":
            orientation = _exif_orientation(body)
        elif kind == b"acTL":
            frames = struct.unpack_from(">I", body)[0]
        elif kind in (b"IDAT", b"IEND"):
            break
        at += 12 + length
    return ImageInfo(format="png", width=width, height=height, orientation=orientation, bands=_PNG_BANDS[color], bits=bits,
                     icc=icc, frames=frames)


def _png_profile(body: bytes, name: str) -> bytes | None:
    import zlib

    unpacker = zlib.decompressobj()
    try:  # profiles are kilobytes; one that unpacks to more than 16 MB is a bomb
        profile = unpacker.decompress(body[body.index(b"\0") + 2:], 16_000_000)
    except (zlib.error, ValueError):
        raise RenderError("image_corrupt", f"The image {name!r} has a broken colour profile.", part=name) from None
    if unpacker.unconsumed_tail:
        raise RenderError("image_corrupt", f"The image {name!r} has a colour profile of more than 16 MB.", part=name)
    return profile


# A marker: not a stuffed zero, a restart marker or fill bytes.
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_SIZES = {0xC0: False, 0xC1: False, 0xC2: True}  # baseline, extended, progressive Huffman


def _jpeg(data: bytes, name: str) -> ImageInfo:
    """Walks every marker up to the end of the image: a file cut anywhere has no end marker."""
    facts, profile, scans, at = {}, {}, 0, 2
    while True:
        found = _MARKER.search(data, at)
        if found is None:
            raise RenderError("image_truncated", f"The image {name!r} is cut off: its end is missing.", part=name)
        marker, at = found.group(1)[0], found.end()
        if marker == 0xD9:
            break
        if marker in (0x01, 0xD8):
            continue
        length = struct.unpack_from(">H", data, at)[0]
        body = data[at + 2:at + length] if marker != 0xDA else b""
        if marker == 0xDA:
            scans += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            facts |= _jpeg_size(marker, body, name)
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            facts.setdefault("orientation", _exif_orientation(body[6:]))
        elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
            profile[body[12]] = body[14:]
        at += length
    if "width" not in facts or not scans or scans > limits.JPEG_SCANS:
        raise RenderError("image_corrupt", f"The image {name!r} is a JPEG with {scans} passes over "
                          f"{facts.get('width', 0)} x {facts.get('height', 0)} pixels.", part=name)
    return ImageInfo(format="jpeg", icc=b"".join(profile[n] for n in sorted(profile)) or None, **facts)


def _jpeg_size(marker: int, body: bytes, name: str) -> dict:
    bits, height, width, bands = struct.unpack_from(">BHHB", body)
    if marker not in _SIZES or bits != 8:
        raise RenderError("image_format", f"The image {name!r} is a {bits}-bit, lossless or arithmetic JPEG; those "
                          "are not read.", part=name)
    return {"width": width, "height": height, "bands": bands, "bits": bits, "progressive": _SIZES[marker]}


def _webp(data: bytes, name: str) -> ImageInfo:
    facts = {"format": "webp", "bands": 3}
    size = struct.unpack_from("<I", data, 4)[0] + 8
    if size > len(data):
        raise RenderError("image_truncated", f"The image {name!r} is cut off: {len(data)} of {size} bytes are there.",
                          part=name)
    at, frames = 12, 0
    while at + 8 <= size:
        kind, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8:at + 8 + length]
        if kind == b"VP8X":
            facts |= {"width": 1 + int.from_bytes(body[4:7], "little"), "height": 1 + int.from_bytes(body[7:10], "little"),
                      "bands": 4 if body[0] & 0x10 else 3}
        elif kind == b"VP8 ":
            width, height = struct.unpack_from("<HH", body, 6)
            facts = {"width": width & 0x3FFF, "height": height & 0x3FFF} | facts
            frames += 1
        elif kind == b"VP8L":
            packed = struct.unpack_from("<I", body, 1)[0]
            facts = {"width": 1 + (packed & 0x3FFF), "height": 1 + (packed >> 14 & 0x3FFF)} | facts
            facts["bands"] = 4 if packed >> 28 & 1 else facts["bands"]
            frames += 1
        elif kind == b"ANMF":
            frames += 1
        elif kind == b"ICCP":
            facts["icc"] = body
        elif kind == b"EXIF":
            facts["orientation"] = _exif_orientation(body.removeprefix(b"Exif\0\0"))
        at += 8 + length + (length & 1)
    if "width" not in facts:
        raise RenderError("image_corrupt", f"The image {name!r} is a WebP file without a picture.", part=name)
    return ImageInfo(frames=frames, **facts)


def _tiff(data: bytes, name: str) -> ImageInfo:
    from .images import vips_image  # the only header left to libvips: TIFF tags may lie anywhere in the file

    image = vips_image(data, name)
    pages = image.get("n-pages") if image.get_typeof("n-pages") else 1
    orientation = image.get("orientation") if image.get_typeof("orientation") else 1
    bits = {"uchar": 8, "ushort": 16}.get(image.format, 32)
    icc = image.get("icc-profile-data") if image.get_typeof("icc-profile-data") else None
    return ImageInfo(format="tiff", width=image.width, height=image.height, orientation=orientation, bands=image.bands,
                     bits=bits, icc=icc, frames=pages)


def _exif_orientation(exif: bytes) -> int:
    """The orientation of the first directory of a TIFF-shaped EXIF block; 1 where there is none or it is broken."""
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
