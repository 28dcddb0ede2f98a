"""The mug's picture by Pillow: the art flat, then bent around the mug column by column, between base and shade."""

from __future__ import annotations

import json
from io import BytesIO
from math import asin, cos, pi

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bench import mockups, shirts

_COLUMNS = 32
_RAQM = ImageFont.Layout.RAQM
# left, top, width, height in pixels of the art, as in the demo's document
_CARD, _PHOTO = (434, 54, 632, 712, 28), (460, 80, 580, 660, 14)
_HEART = [(750, 944), (705, 890), (712, 866), (735, 862), (750, 878), (765, 862), (788, 866), (795, 890)]
_TEXTS = ((mockups.NAMES[0], "Pacifico_400Regular.ttf", 145, (225, 772, 455, 250)),
          (mockups.NAMES[1], "Amiri_700Bold.ttf", 200, (820, 772, 455, 250)),
          (mockups.MESSAGE, "Caveat_700Bold.ttf", 100, (1560, 240, 900, 520)),
          (mockups.DAY, "Montserrat_400Regular.ttf", 52, (1560, 790, 900, 110)))


def render() -> bytes:
    """The finished PNG at level 1."""
    document = json.loads(mockups.PREVIEW.read_text(encoding="utf-8"))
    wall = next(layer for layer in document["layers"] if layer["type"] == "surface")
    with Image.open(BytesIO(mockups.asset("base"))) as base:
        picture = base.convert("RGBA")
    picture.alpha_composite(*_around(_art(wall["artWidth"], wall["artHeight"]), wall))
    with Image.open(BytesIO(mockups.asset("shade"))) as shade:
        picture.alpha_composite(shade.convert("RGBA"))
    out = BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _art(width: int, height: int) -> Image.Image:
    art = Image.new("RGBA", (width, height), mockups.GROUND)
    card = _rounded(Image.new("RGB", _CARD[2:4], "white"), _CARD[4])
    _lay(art, _shadow(card.getchannel("A")), _CARD, 8)
    _lay(art, card.rotate(2, Image.Resampling.BILINEAR, expand=True), _CARD)
    with Image.open(BytesIO(mockups.asset(mockups.PHOTO.name))) as opened:
        across, down = opened.size
        x, y, wide, high = (mockups.CROP[side] for side in ("x", "y", "width", "height"))
        box = (x * across, y * down, (x + wide) * across, (y + high) * down)
        photo = opened.resize(_PHOTO[2:4], Image.Resampling.BILINEAR, box=box)
    _lay(art, _rounded(photo, _PHOTO[4]).rotate(2, Image.Resampling.BILINEAR, expand=True), _PHOTO)
    draw = ImageDraw.Draw(art)
    for text, file, size, (x, y, wide, high) in _TEXTS:
        font = ImageFont.truetype(shirts.FONTS / file, size, layout_engine=_RAQM)
        draw.text((x + wide / 2, y + high / 2), text, mockups.INK, font, anchor="mm", align="center")
    draw.polygon(_HEART, mockups.HEART)
    return art


def _rounded(picture: Image.Image, radius: int) -> Image.Image:
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, picture.width - 1, picture.height - 1), radius, fill=255)
    picture.putalpha(mask)
    return picture


def _shadow(alpha: Image.Image, blur: int = 16) -> Image.Image:
    room = Image.new("L", (alpha.width + 6 * blur, alpha.height + 6 * blur))
    room.paste(alpha, (3 * blur, 3 * blur))
    cast = Image.new("RGBA", room.size, "black")
    cast.putalpha(room.rotate(2, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(blur)).point(lambda v: v // 4))
    return cast


def _lay(art: Image.Image, patch: Image.Image, box: tuple[int, ...], down: int = 0) -> None:
    x, y, width, height = box[:4]
    art.alpha_composite(patch, (x + (width - patch.width) // 2, y + (height - patch.height) // 2 + down))


def _around(art: Image.Image, wall: dict) -> tuple[Image.Image, tuple[int, int]]:
    """The art as a cylinder shows it, and where it lies: each column of the picture has a quadrilateral of the art."""
    shape, (width, height) = wall["surface"], (wall["width"], wall["height"])
    deep = round(height * (1 + shape["curveBottom"]))
    left, right = shape["from"] * art.width, shape["to"] * art.width

    def edge(x: float) -> tuple[float, float, float]:
        """Of a column's edge: the art's x, and its y at the picture's top and bottom."""
        angle = asin(2 * x / width - 1)
        top, bottom = shape["curve"] * height * cos(angle), height * (1 + shape["curveBottom"] * cos(angle))
        scale = art.height / (bottom - top)
        return left + (angle / pi + 0.5) * (right - left), -top * scale, (deep - top) * scale

    mesh = []
    for column in range(_COLUMNS):
        start, end = round(width * column / _COLUMNS), round(width * (column + 1) / _COLUMNS)
        (one, one_top, one_bottom), (two, two_top, two_bottom) = edge(start), edge(end)
        mesh.append(((start, 0, end, deep), (one, one_top, one, one_bottom, two, two_bottom, two, two_top)))
    bent = art.transform((width, deep), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    return bent, (wall["x"], wall["y"])
