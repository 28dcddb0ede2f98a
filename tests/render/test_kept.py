"""Pictures kept from drawing to drawing: the same bytes as without, and no more of them than allowed."""

from io import BytesIO

import pytest
from PIL import Image

from monogram.render import pictures
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
