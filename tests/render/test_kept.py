"""What is kept from drawing to drawing: the same bytes as without, and no more of it than allowed."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from monogram.render import draw, paint, pictures
from monogram.render.document import parse
from monogram.render.draw import render
from monogram.render.pictures import Kept

DOCUMENT = parse({
    "version": 1, "canvas": {"width": 60, "height": 40, "dpi": 96},
    "assets": {"photo": {"file": "photo.png"}, "base": {"file": "base.png"}},
    "layers": [
        {"type": "image", "id": "base", "x": 0, "y": 0, "width": 60, "height": 40, "fit": "stretch", "asset": "base"},
        {"type": "image", "id": "photo", "x": 5, "y": 5, "width": 20, "height": 30, "fit": "stretch", "asset": "photo",
         "mask": {"by": "image", "asset": "base", "channel": "luminance"}},
    ],
})  # fmt: skip


def picture(color: str, size: tuple[int, int] = (64, 64)) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, "PNG") if color == "grey" else Image.new(
        "RGBA", size, color).save(out, "PNG")
    return out.getvalue()


ASSETS = {"photo": picture("#ff000080"), "base": picture("grey")}


@pytest.fixture
def decoded(monkeypatch):
    """The names of what is decoded."""
    names, decode = [], pictures.decode
    monkeypatch.setattr(pictures, "decode", lambda data, name, info: names.append(name) or decode(data, name, info))
    return names


def test_the_same_bytes_and_nothing_decoded_twice(decoded):
    kept = Kept()
    without = render(DOCUMENT, {}, ASSETS).data
    decoded.clear()
    assert [render(DOCUMENT, {}, ASSETS, kept=kept).data for _ in range(3)] == [without] * 3
    assert sorted(decoded) == ["base", "base", "photo"]  # the base once as a picture, once as a mask


def test_another_file_under_the_same_name_is_another_picture(decoded):
    kept, other = Kept(), {**ASSETS, "photo": picture("#0000ff80")}
    render(DOCUMENT, {}, ASSETS, kept=kept)
    assert render(DOCUMENT, {}, other, kept=kept).data == render(DOCUMENT, {}, other).data


def test_the_oldest_goes_first_and_what_is_too_large_is_not_kept(decoded):
    room = Kept(most=2 * 24_000)  # 64 x 64 pixels are 16 KB, 22.8 KB with mipmaps: two of the three
    for _ in range(2):
        render(DOCUMENT, {}, ASSETS, kept=room)
    assert len(decoded) > 3
    decoded.clear()
    for _ in range(2):
        render(DOCUMENT, {}, ASSETS, kept=Kept(most=1000))
    assert len(decoded) == 6


def mockup(name: str, ground: str = "#e0d0b0", background: str = "#ffffff", asset: str = "photo", after: str = "x") -> dict:
    """A base, a surface that ends with a name, and another text over it."""
    def text(id: str, words: str) -> dict:
        return {"type": "text", "id": id, "x": 5, "y": 10, "width": 90, "height": 40, "text": words, "size": 24,
                "font": {"family": "Noto Sans"}, "fill": "#203040", "shadow": {"color": "#00000080", "dx": 2, "blur": 2}}

    wall = {"type": "surface", "id": "wall", "x": 10, "y": 12, "width": 100, "height": 60, "artWidth": 200, "artHeight": 120,
            "surface": {"kind": "cylinder", "curve": 0.1},
            "layers": [{"type": "shape", "id": "ground", "x": 0, "y": 0, "width": 190, "height": 120, "fill": ground,
                        "shape": {"kind": "ellipse"}},
                       {"type": "image", "id": "picture", "x": 20, "y": 20, "width": 40, "height": 40, "asset": asset},
                       text("name", name)]}
    base = {"type": "image", "id": "base", "x": 0, "y": 0, "width": 120, "height": 80, "fit": "stretch", "asset": "base"}
    return {"version": 1, "canvas": {"width": 120, "height": 80, "dpi": 96, "background": background},
            "assets": {"photo": {"file": "photo.png"}, "base": {"file": "base.png"}},
            "layers": [base, wall, text("after", after)]}


TYPED = [{"name": "A"}, {"name": "An"}, {"name": "Ann"}, {"name": "Ann", "after": "y"}, {"name": "Ann", "after": "z"},
         {"name": "Ann", "after": "z"}, {"name": "Bo"}, {"name": "Bo", "ground": "#80c0a0"},
         {"name": "Boa", "ground": "#80c0a0"},
         {"name": "Boa", "background": "#c0ffee"}, {"name": "Boat", "background": "#c0ffee"}, {"name": "Boat", "asset": "base"},
         {"name": "B", "asset": "base"}, {"name": ""}, {"name": "A"}]


def test_a_drawing_goes_on_from_what_it_begins_with_alike():
    kept = Kept()
    for values in TYPED:
        document = parse(mockup(**values))
        assert render(document, {}, ASSETS, kept=kept).data == render(document, {}, ASSETS).data, values


def test_what_drawings_begin_with_is_painted_once(monkeypatch):
    painted, paint_one = [], paint._paint
    monkeypatch.setattr(paint, "_paint", lambda canvas, node, *rest, **more: (
        painted.append(node.layer), paint_one(canvas, node, *rest, **more)))
    kept = Kept()
    for name in ("A", "An"):
        render(parse(mockup(name)), {}, ASSETS, kept=kept)
    painted.clear()
    render(parse(mockup("Ann")), {}, ASSETS, kept=kept)
    assert painted == ["wall", "name", "after"]


def test_large_pictures_are_not_copied_for_mipmaps_and_look_the_same(monkeypatch):
    """Skia then makes the mipmaps while it draws: the same pixels, and a copy of the picture less in memory."""
    buffer = BytesIO()
    noise = np.random.default_rng(3).integers(0, 256, (700, 500, 4), np.uint8)
    Image.fromarray(noise).save(buffer, "PNG")
    made = parse({"canvas": {"width": 120, "height": 160}, "assets": {"p": {}},
                  "layers": [{"id": "p", "type": "image", "asset": "p", "x": 3, "y": 2, "width": 91, "height": 127}]})
    whole = paint.pixels(draw.open(made, {}, {"p": buffer.getvalue()}).scene)
    assert whole[:, :, 3].any()
    monkeypatch.setattr(pictures, "_COPIED", 0)
    assert np.array_equal(paint.pixels(draw.open(made, {}, {"p": buffer.getvalue()}).scene), whole)
