"""The PNG writer: what other programs read back, and the same bytes from every process."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from monogram.render import export, limits, paint
from monogram.render.document import parse
from monogram.render.draw import render
from monogram.render.errors import RenderError
from monogram.render.export import pngs
from monogram.render.resolve import resolve

PIXELS = (np.random.default_rng(5).random((700, 90, 4)) * 255).astype(np.uint8)
PIXELS[300:420] = 0


def strips(pixels: np.ndarray):
    return (pixels[top:top + paint.STRIP] for top in range(0, len(pixels), paint.STRIP))


def test_read_back_exactly():
    data = b"".join(export.png(strips(PIXELS), 90, 700, 300))
    image = Image.open(io.BytesIO(data))
    image.load()
    assert (np.asarray(image) == PIXELS).all() and image.mode == "RGBA"
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01) and image.info["srgb"] == 0


@pytest.mark.parametrize("rows", [64, 256, 700])
def test_the_bytes_do_not_depend_on_who_packs_them(rows, monkeypatch):
    """In the caller's thread or in another, whatever rows come at once; and zlib agrees with the sum over all parts."""
    in_one_thread = b"".join(export.png(strips(PIXELS), 90, 700, 300))
    monkeypatch.setattr(pngs, "_SMALL", 0)
    parts = (PIXELS[top:top + rows] for top in range(0, 700, rows))
    data = b"".join(export.png(parts, 90, 700, 300))
    assert [zlib.decompress(idat(data)), Image.open(io.BytesIO(data)).tobytes()] == [
        zlib.decompress(idat(in_one_thread)), PIXELS.tobytes()]
    assert idat(data) == idat(in_one_thread)


def idat(data: bytes) -> bytes:
    found, at = [], 8
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        found += [data[at + 8:at + 8 + length]] if data[at + 4:at + 8] == b"IDAT" else []
        at += 12 + length
    return b"".join(found)


@pytest.mark.parametrize("dpi", [18, 72, 150, 600, 4800])
def test_dpi(dpi):
    data = b"".join(export.png(strips(PIXELS), 90, 700, dpi))
    assert Image.open(io.BytesIO(data)).info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)


def test_only_what_is_needed_is_in_the_file():
    data, kinds, at = b"".join(export.png(strips(PIXELS), 90, 700, 300)), [], 8
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        kinds.append(data[at + 4:at + 8])
        body = data[at + 4:at + 8 + length]
        assert int.from_bytes(data[at + 8 + length:at + 12 + length], "big") == zlib.crc32(body)
        at += 12 + length
    assert kinds[:3] == [b"IHDR", b"sRGB", b"pHYs"] and kinds[-1] == b"IEND" and set(kinds[3:-1]) == {b"IDAT"}


DOCUMENT = {
    "canvas": {"width": 500, "height": 400, "dpi": 300},
    "layers": [
        {"id": "a", "type": "shape", "shape": {"kind": "ellipse"}, "x": 20, "y": 20, "width": 300, "height": 300, "rotation": 9,
         "fill": "#3f51b5c0", "stroke": {"color": "#ff9800", "width": 9}, "shadow": {"color": "#000000", "dx": 4, "blur": 7}},
        {"id": "b", "type": "text", "text": "Zoë ✨ سلام", "font": {"family": "Noto Sans", "weight": 700}, "size": 80, "x": 30,
         "y": 100, "width": 460, "height": 200, "opacity": 0.9, "blend": "multiply", "fill": "#00695c"},
    ],
}

PROGRAM = """import hashlib, json, sys
from monogram.render.document import parse
from monogram.render.draw import render
print(hashlib.sha256(render(parse(json.load(sys.stdin)), {}, {}).data).hexdigest())"""


def test_same_bytes_in_every_process():
    here = hashlib.sha256(render(parse(DOCUMENT), {}, {}).data).hexdigest()
    for seed, locale in (("1", "C"), ("2", "C.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": f"Etc/GMT+{seed}"}
        there = subprocess.run([sys.executable, "-c", PROGRAM], input=json.dumps(DOCUMENT), text=True, capture_output=True,
                               check=True, env=environment, cwd=Path(__file__).parents[2])
        assert there.stdout.strip() == here


def test_a_canvas_painted_in_strips_is_the_same_but_for_edges_across_seams(monkeypatch):
    scene, _ = resolve(parse(DOCUMENT), {}, {})
    whole = premultiplied(paint.pixels(scene))
    monkeypatch.setattr(limits, "SURFACE_PIXELS", 500 * 256)
    monkeypatch.setattr(limits, "STRIP_ROWS", 256)
    difference = abs(whole - premultiplied(paint.pixels(scene))).max(axis=2)
    assert difference[:100].max() <= 1, "what no seam crosses is the same"
    assert 0 < (difference > 1).mean() < 0.005 and difference.max() < 96


def premultiplied(pixels: np.ndarray) -> np.ndarray:
    return np.concatenate([pixels[:, :, :3] * (pixels[:, :, 3:] / 255), pixels[:, :, 3:]], axis=2)


def test_scaled_previews():
    rendered = render(parse(DOCUMENT), {}, {}, scale=0.25)
    assert (rendered.width, rendered.height, rendered.dpi) == (125, 100, 75)
    small = np.asarray(Image.open(io.BytesIO(rendered.data))).astype(int)
    large = Image.open(io.BytesIO(render(parse(DOCUMENT), {}, {}).data)).resize((125, 100), Image.Resampling.BOX)
    assert abs(small - np.asarray(large))[:, :, 3].mean() < 4


@pytest.mark.parametrize("format, told", [("pdf", "pdf is not built yet"), (".pdf", "not built yet"),
                                          ("gif", "'gif' is not a format"), ("", "is not a format")])
def test_other_formats_are_refused_by_name(format, told):
    with pytest.raises(RenderError, match=told) as caught:
        render(parse(DOCUMENT), {}, {}, format=format)
    assert caught.value.code == "format_unsupported"
