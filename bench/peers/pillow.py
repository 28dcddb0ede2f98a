"""The T-shirt job by Pillow, as well as Pillow allows: small patches, in-place compositing, PNG at compress_level 1.

Run as `python -m bench.pillow_shirts FOLDER OUT.png` it is the peer's whole process.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bench import shirts


def render(folder: Path) -> bytes:
    """The finished PNG; the folder holds the job's two images."""
    return encode(draw(folder))


def draw(folder: Path) -> Image.Image:
    canvas = Image.new("RGBA", (shirts.WIDTH, shirts.HEIGHT))
    x, y, width, height = shirts.BADGE_BOX
    with Image.open(folder / shirts.BADGE.name) as badge:  # Pillow premultiplies RGBA for resize by itself
        canvas.alpha_composite(badge.resize((width, height), Image.Resampling.BILINEAR), (x, y))
    _photo(canvas, folder / shirts.PHOTO.name)
    for lettering in shirts.LETTERINGS:
        _text(canvas, lettering)
    return canvas


def encode(canvas: Image.Image) -> bytes:
    out = BytesIO()
    canvas.save(out, "PNG", compress_level=1, dpi=(shirts.DPI, shirts.DPI))
    return out.getvalue()


def decode(folder: Path) -> None:
    """The floor: both images decoded, nothing drawn."""
    for image in (shirts.PHOTO, shirts.BADGE):
        with Image.open(folder / image.name) as opened:
            opened.load()


def _photo(canvas: Image.Image, path: Path) -> None:
    """Colours and mask are turned apart: cheaper than turning RGBA, which Pillow premultiplies and back."""
    x, y, width, height = shirts.PHOTO_BOX
    with Image.open(path) as opened:
        photo = opened.rotate(-shirts.PHOTO_TURN, Image.Resampling.BILINEAR, expand=True)
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 1), shirts.PHOTO_RADIUS, fill=255)
    photo.putalpha(mask.rotate(-shirts.PHOTO_TURN, Image.Resampling.BILINEAR, expand=True))
    canvas.alpha_composite(photo, (x - (photo.width - width) // 2, y - (photo.height - height) // 2))


def _text(canvas: Image.Image, lettering: shirts.Lettering) -> None:
    font = ImageFont.truetype(shirts.FONTS / lettering.file, lettering.size, layout_engine=ImageFont.Layout.RAQM)
    radius = lettering.stroke / 2
    left, top, right, bottom = font.getbbox(lettering.text, stroke_width=radius, anchor="mm")
    margin = 3 * lettering.blur
    size = (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin)
    at = (margin - left, margin - top)
    outer, inner = Image.new("L", size), Image.new("L", size)
    ImageDraw.Draw(outer).text(at, lettering.text, 255, font, anchor="mm", stroke_width=radius)
    ImageDraw.Draw(inner).text(at, lettering.text, 255, font, anchor="mm")
    shadow = outer.filter(ImageFilter.GaussianBlur(lettering.blur)).point([v * shirts.SHADOW_ALPHA // 255 for v in range(256)])
    x, y, width, height = lettering.box
    corner = (round(x + width / 2 + left) - margin, round(y + height / 2 + top) - margin)
    dx, dy = shirts.SHADOW_OFFSET
    for mask, color, (right_by, down_by) in (
        (shadow, shirts.SHADOW_RGB, (dx, dy)), (outer, shirts.STROKE_COLOR, (0, 0)), (inner, lettering.fill, (0, 0)),
    ):  # fmt: skip
        patch = Image.new("RGBA", size, color)
        patch.putalpha(mask)
        canvas.alpha_composite(patch, (corner[0] + right_by, corner[1] + down_by))


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(render(Path(sys.argv[1])))
