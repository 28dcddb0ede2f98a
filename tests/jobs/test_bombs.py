"""Small files and documents made to take a machine down, through the real renderer: each ends in a named failure or a
correct drawing, in bounded time and memory, and the next honest job is drawn as ever."""

from __future__ import annotations

import io
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from monogram import sandbox
from monogram.jobs.renderer import Drawing, Renderer, RendererStopped
from monogram.render.errors import RenderError
from tests.shops import document

CPU, WALL, MEMORY = 20.0, 80.0, 1.5 * 2**30  # of one job


# Files


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def zeros(count: int) -> bytes:
    """So many zero bytes in zlib's format, made of one block repeated."""
    block = 1 << 20
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    one = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    first, again = head + one, packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    whole, rest = divmod(count, block)
    tail = zlib.compressobj(9, zlib.DEFLATED, -15)
    end = tail.compress(bytes(rest)) + tail.flush()
    return (first + again * (whole - 1) if whole else head) + end + struct.pack(">I", (count % 65521) << 16 | 1)


def png(width: int, height: int, bits: int = 8, color: int = 0, *extra: bytes) -> bytes:
    """Black: grey or, with color 2 or 6, RGB or RGBA (clear)."""
    row = 1 + (width * bits * {0: 1, 2: 3, 6: 4}[color] + 7) // 8
    body = b"".join([chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)), *extra,
                     chunk(b"IDAT", zeros(row * height)), chunk(b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + body


def tiny_webp(side: int) -> bytes:
    """34 bytes that are a lossless picture of one colour."""
    bits = (side - 1) | (side - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes.fromhex("07d0 ffe7 2a".replace(" ", ""))[:4] + b"\0"
    body += bytes(34 - 20 - len(body))
    return b"RIFF" + struct.pack("<I", 26) + b"WEBPVP8L" + struct.pack("<I", len(body)) + body


def saved(format: str, size: tuple[int, int] = (64, 64), **how: Any) -> bytes:
    rows, columns = np.indices(size[::-1])
    pixels = np.stack([rows * 4 % 256, columns * 4 % 256, (rows + columns) * 2 % 256], axis=2).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format, **how)
    return out.getvalue()


def jpeg_of_scans(count: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """A grey progressive JPEG whose last pass comes again and again."""
    out = io.BytesIO()
    Image.new("L", size, 90).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + b"\xff\xd9"


def tiff(entries: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """A TIFF of one directory: (tag, type, count, value) each; `following` is where the next directory is said to be."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + packed + struct.pack("<I", following) + bytes(64)


GREY = [(256, 4, 1, 64), (257, 4, 1, 64), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
ONE_STRIP = [(273, 4, 1, 8), (278, 4, 1, 64), (279, 4, 1, 64)]
MANY_STRIPS = [(273, 4, 0x7FFFFFFF, 8), (278, 4, 1, 1), (279, 4, 0x7FFFFFFF, 8)]

REFUSED_FILES = {
    "webp of 34 bytes, 268 megapixels": (lambda: tiny_webp(16383), {"image_too_large"}),
    "png of 900 megapixels": (lambda: png(30_000, 30_000), {"image_too_large"}),
    "png of 900 megapixels of 1 bit": (lambda: png(30_000, 30_000, bits=1), {"image_too_large"}),
    "png of 169 megapixels": (lambda: png(13_000, 13_000, 8, 2), {"image_too_large"}),
    "png 2 billion wide": (lambda: png(0x7FFFFFFF, 1, bits=1), {"image_too_large"}),
    "png 20 million high": (lambda: png(1, 20_000_000), {"image_too_large"}),
    "profile of 1 GB": (lambda: png(64, 64, 8, 2, chunk(b"iCCP", b"x\0\0" + zeros(10**9))), {"image_corrupt"}),
    "jpeg of 5000 passes": (lambda: jpeg_of_scans(5_000), {"image_corrupt"}),
    "tiff of 2 billion strips": (lambda: tiff(GREY + MANY_STRIPS), {"image_corrupt", "image_truncated"}),
    "tiff of 2 billion directory entries": (lambda: b"II*\0" + struct.pack("<IH", 8, 0xFFFF) + bytes(64),
                                            {"image_corrupt", "image_truncated"}),
    "tiff of 4 gigapixels": (lambda: tiff([(256, 4, 1, 65_000), (257, 4, 1, 65_000), *GREY[2:], *ONE_STRIP]),
                             {"image_too_large"}),
    "text in place of a picture": (lambda: b"\0" * 30_000_000, {"image_format"}),
    "more bytes than are read": (lambda: png(8, 8) + bytes(30_000_000), {"image_too_large"}),
    "svg that reads files": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
                             {"image_format"}),
}
# A loop of directories is a file with pages without end, or with one that is read once: both are fine.
DRAWN_FILES = {
    "text of 1 GB": lambda: png(64, 64, 8, 2, chunk(b"zTXt", b"x\0\0" + zeros(10**9))),
    "49 megapixels in 50 KB": lambda: png(7_000, 7_000, 8, 6),
    "49 megapixels of 16 bits": lambda: png(7_000, 7_000, 16, 6),
    "12000 x 1": lambda: png(12_000, 1),
    "jpeg of 100 passes over 48 megapixels": lambda: jpeg_of_scans(80, (8_000, 6_000)),
}


# Documents


def side_of(size: int, *layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": 1, "canvas": {"width": size, "height": size, "dpi": 300}, "layers": list(layers)} | more


def nested(depth: int, inner: dict[str, Any], **group: Any) -> dict[str, Any]:
    for level in range(depth):
        box = {"x": 0, "y": 0, "width": 100, "height": 100}
        inner = {"id": f"group {level}", "type": "group", "layers": [inner]} | box | group
    return inner


def shape(shape: dict[str, Any], **more: Any) -> dict[str, Any]:
    box = {"x": 0, "y": 0, "width": 8000, "height": 8000}
    return {"id": "shape", "type": "shape", "fill": "#ff0000", "shape": shape} | box | more


def path(data: str, **more: Any) -> dict[str, Any]:
    return shape({"kind": "path", "d": data[:200_000], "viewBox": [0, 0, 4000, 4000]}, **more)


def text(words: str, **more: Any) -> dict[str, Any]:
    return document(4000, 4000)["layers"][0] | {"text": words} | more


RECT = shape({"kind": "rectangle"})
ZIGZAG = "M0 0" + "".join(f"L{n * 37 % 4000} {n * 91 % 4000}" for n in range(18_000))
BLUR = {"color": "#000000", "dx": 5, "dy": 5, "blur": 500}
# and how each ends: a code, or None for a drawing
DOCUMENTS = {
    "20,000 combining marks": (side_of(4000, text("e" + "\u0301" * 19_999)), None),
    "20,000 characters shrunk to fit": (side_of(4000, text("word " * 4_000, fit="shrink", minSize=2)), None),
    "20,000 characters that do not fit": (side_of(4000, text("word " * 4_000, size=3999)), "text_overflow"),
    "20,000 changes of direction": (side_of(4000, text("\u202e\u2066a\u05d0" * 5_000)), None),
    "1,000 nested groups": (side_of(100, nested(1_000, RECT)), "document_invalid"),
    "200 nested groups": (side_of(100, nested(200, RECT)), "groups_too_deep"),
    "31 nested groups, each a picture": (side_of(1000, nested(31, RECT, opacity=0.9, width=1000, height=1000)), None),
    "path of 200,000 characters": (side_of(4000, path(ZIGZAG)), None),
    "path of thousands of arcs": (side_of(4000, path("M0 0" + "a9 9 0 11 9 9" * 15_000)), None),
    "path of a number without end": (side_of(4000, path("M0 0L" + "9" * 199_000 + " 1")), "path_invalid"),
    "stroked zigzag": (side_of(4000, path(ZIGZAG[:60_000], stroke={"color": "#000000", "width": 400})), None),
    "a million dashes": (side_of(8000, RECT | {"stroke": {"color": "#000000", "width": 1, "dash": [0.01, 0.01]}}),
                         "dash_too_fine"),
    "blur 500 on a large canvas": (side_of(8000, shape({"kind": "rectangle"}, shadow=BLUR)), None),
    "canvas of 1.6 gigapixels": (side_of(40_000, RECT), "canvas_too_large"),
    "100,000 layers": (side_of(100, *[RECT | {"id": str(n)} for n in range(100_000)]), "too_many_layers"),
}  # fmt: skip


@pytest.fixture(scope="module")
async def renderer():
    made = Renderer()
    yield made
    await made.close()


def reading(data: bytes):
    async def read(name: str) -> bytes:
        return data

    return read


PICTURE = {"id": "picture", "type": "image", "asset": "bomb", "x": 0, "y": 0, "width": 400, "height": 400}


async def draw(renderer: Renderer, asked: dict[str, Any], data: bytes = b"") -> Drawing | RenderError:
    """What became of a job, within its bounds."""
    await honest(renderer)
    pid, cpu, wall = renderer.pid, sandbox.cpu_used(renderer.pid), time.monotonic()
    try:
        outcome = await renderer.draw(asked, {}, "print", reading(data))
    except RenderError as error:
        outcome = error
    assert renderer.pid == pid
    assert sandbox.cpu_used(pid) - cpu <= CPU and time.monotonic() - wall <= WALL
    assert peak(pid) <= MEMORY
    await honest(renderer)
    return outcome


def peak(pid: int) -> int:
    """The most bytes of memory a process ever had in use."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


async def honest(renderer: Renderer) -> None:
    """A small order is drawn as ever."""
    drawing = await renderer.draw(document(), {"name": "Ada"}, "print", reading(b""))
    pixels = np.asarray(Image.open(io.BytesIO(drawing.data)))
    assert pixels.shape == (80, 240, 4) and 100 < (pixels[:, :, 3] > 0).sum() < 5_000


def pictured() -> dict[str, Any]:
    return side_of(400, PICTURE, assets={"bomb": {"file": "bomb"}})


@pytest.mark.parametrize("name", REFUSED_FILES)
async def test_a_hostile_file_is_refused_by_name(renderer, name):
    make, codes = REFUSED_FILES[name]
    outcome = await draw(renderer, pictured(), make())
    assert isinstance(outcome, RenderError), "it was drawn"
    assert outcome.code in codes and outcome.layer == "picture" and outcome.part == "bomb", outcome


@pytest.mark.parametrize("name", DRAWN_FILES)
async def test_a_large_file_within_the_limits_is_drawn(renderer, name):
    outcome = await draw(renderer, pictured(), DRAWN_FILES[name]())
    assert isinstance(outcome, Drawing), outcome


async def test_a_loop_of_directories_ends(renderer):
    outcome = await draw(renderer, pictured(), tiff(GREY + ONE_STRIP, following=8))
    assert isinstance(outcome, Drawing) or outcome.code in ("image_format", "image_corrupt", "image_truncated"), outcome


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF"])
async def test_a_file_cut_anywhere_is_refused(renderer, format):
    whole = saved(format)
    assert isinstance(await draw(renderer, pictured(), whole), Drawing)
    for end in {*range(0, 40, 3), *range(40, len(whole) - 12, max(1, len(whole) // 12))}:
        try:
            await renderer.draw(pictured(), {}, "print", reading(whole[:end]))
            pytest.fail(f"{format} cut at {end} of {len(whole)} was drawn")
        except RenderError as error:
            assert error.code in ("image_truncated", "image_corrupt", "image_format"), (end, error)
    await honest(renderer)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_hostile_document(renderer, name):
    asked, code = DOCUMENTS[name]
    outcome = await draw(renderer, asked)
    assert getattr(outcome, "code", None) == code, outcome


# What no rule foresees: taken from outside, by the worker


GREEDY = side_of(8000, *[shape({"kind": "rectangle"}, shadow=BLUR) | {"id": str(n)} for n in range(200)])
LARGE = RECT
for level in range(20):
    LARGE = {"id": f"group {level}", "type": "group", "x": 0, "y": 0, "width": 8000, "height": 8000, "opacity": 0.9,
             "layers": [RECT | {"id": f"beside {level}"}, LARGE]}
LARGE = side_of(8000, LARGE)


@pytest.mark.parametrize(("asked", "limits", "told"), [
    (GREEDY, {"cpu_seconds": 2.0}, "2 seconds of processor time"),
    (GREEDY, {"seconds": 2.0}, "longer than 2 seconds"),
    (LARGE, {"memory": 700 << 20}, "700 MB of memory"),
])
async def test_a_drawing_that_takes_too_much_is_ended(asked, limits, told):
    bounded = Renderer(**limits)
    try:
        await honest(bounded)
        began = time.monotonic()
        with pytest.raises(RendererStopped, match=told):
            await bounded.draw(asked, {}, "print", reading(b""))
        assert time.monotonic() - began < 15 and bounded.pid is None
        await honest(bounded)
    finally:
        await bounded.close()


async def test_the_largest_canvas_drawn_whole_with_groups_in_groups(renderer):
    """64 megapixels, a translucent group around each other's: the memory of a surface each, if all were kept."""
    layers: list[dict[str, Any]] = [PICTURE | {"width": 8000, "height": 8000}]
    for depth in range(4):
        ring = {"type": "shape", "id": f"ring {depth}", "x": depth * 10, "y": 0, "width": 7900, "height": 7900,
                "shape": {"kind": "ellipse"}, "fill": "#ff000080"}
        layers = [{"type": "group", "id": f"group {depth}", "width": 8000, "height": 8000, "opacity": 0.8,
                   "layers": [*layers, ring]}]
    drawn = await draw(renderer, document(8000, 8000, layers=layers, bindings=[], assets={"bomb": {}}), png(3000, 3000, 8, 2))
    assert isinstance(drawn, Drawing) and (drawn.width, drawn.height) == (8000, 8000)
