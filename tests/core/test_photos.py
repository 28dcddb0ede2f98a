"""Headers of uploads: real files of three kinds, turned, cut, bent and oversized."""

import struct
import zlib

import pytest

from monogram.core import photos
from monogram.core.errors import Invalid
from monogram.render import limits
from tests.forms import picture


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        photos.read_header(data)
    assert list(refusal.value.fields) == ["photo"]
    return refusal.value.fields["photo"]


def exif(orientation: int, order: str = ">") -> bytes:
    mark = b"MM" if order == ">" else b"II"
    return mark + struct.pack(order + "HIH", 42, 8, 1) + struct.pack(order + "HHIHHI", 0x0112, 3, 1, orientation, 0, 0)


def turned_jpeg(orientation: int, order: str = ">") -> bytes:
    body = b"Exif\0\0" + exif(orientation, order)
    plain = picture(kind="jpeg")
    return plain[:2] + b"\xff\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *between: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(between) + chunk(b"IDAT", b"")


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def extended(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    return b"VP8X", bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_real_files_are_read(kind):
    assert photos.read_header(picture(60, 40, kind)) == photos.PhotoHeader(f"image/{kind}", 60, 40)


@pytest.mark.parametrize(("orientation", "order"), [(1, ">"), (4, "<"), (5, ">"), (6, "<"), (8, ">"), (0, ">"), (9, "<")])
def test_width_and_height_are_as_shown(orientation, order):
    size = (40, 60) if 5 <= orientation <= 8 else (60, 40)
    for data in (
        turned_jpeg(orientation, order),
        png(60, 40, chunk(b"eXIf", exif(orientation, order))),
        webp(extended(60, 40), (b"EXIF", exif(orientation, order))),
    ):
        header = photos.read_header(data)
        assert (header.width, header.height) == size


def test_lossless_and_extended_webp_are_read():
    assert photos.read_header(webp((b"VP8L", b"\x2f" + struct.pack("<I", 59 | 39 << 14)))).width == 60
    header = photos.read_header(webp(extended(12_000, 4_000), (b"VP8 ", bytes(10))))
    assert (header.width, header.height) == (12_000, 4_000)


@pytest.mark.parametrize(
    "data", [b"GIF89a" + bytes(20), b"%PDF-1.7", b"<svg/>", b"BM" + bytes(50), b"RIFF\0\0\0\0WAVE", b"\0" * 100]
)
def test_other_kinds_are_refused_by_what_to_use(data):
    assert refused(data) == "Use a PNG, JPEG or WebP photo."


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_header_cut_anywhere_is_refused(kind):
    whole = picture(kind=kind)
    for length in range(0, 24):
        refused(whole[:length])


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_no_bent_byte_brings_anything_but_a_refusal(kind):
    whole = picture(kind=kind)
    for at in range(min(len(whole), 400)):
        for bent in (0, 0xFF, whole[at] ^ 0x55):
            try:
                photos.read_header(whole[:at] + bytes([bent]) + whole[at + 1 :])
            except Invalid:
                pass


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (png(0, 40), "damaged"),
        (png(12_001, 10), "12000 pixels a side"),
        (png(10_000, 5_001), "50 megapixels"),
        (png(1, 1, chunk(b"acTL", bytes(8))), "moves"),
        (webp(extended(10, 10, flags=2)), "moves"),
        (webp((b"ICCP", b"xx")), "damaged"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xc3\0\x11" + bytes(20), "kind of JPEG"),
        (b"\xff\xd8\xff\xe0\0\0" + bytes(20), "damaged"),
        (png(1, 1, *[chunk(b"tEXt", b"")] * 6_000), "damaged"),
        (webp(extended(10, 10), *[(b"XXXX", b"")] * 6_000), "damaged"),
        (b"\xff\xd8" + b"\xff\xfe\0\x02" * 6_000, "damaged"),
        (bytes(30_000_001), "up to 30 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_cannot_be_printed_is_refused_in_words(data, words):
    assert words in refused(data)


def test_the_limits_are_the_renderers():
    assert (photos.LARGEST_FILE, photos.LARGEST_AREA, photos.LONGEST_SIDE) == (
        limits.SOURCE_BYTES,
        limits.SOURCE_PIXELS,
        limits.SOURCE_SIDE,
    )
