"""Output files: what other programs read back, profiles held against a colour engine, the same bytes again."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from monogram.render import draw, export, icc, limits, paint
from monogram.render.document import parse
from monogram.render.errors import RenderError

ROOT = Path(__file__).parents[2]
CANVAS = {"width": 90, "height": 700, "dpi": 240}
LAYERS = [
    {"id": "sun", "type": "shape", "shape": {"kind": "ellipse"}, "x": 5, "y": 5, "width": 70, "height": 600, "rotation": 3,
     "fill": "#ff4010c0"},
    {"id": "leaf", "type": "shape", "shape": {"kind": "rectangle"}, "x": 20, "y": 300, "width": 60, "height": 390,
     "fill": "#10c040"},
]


def document(**canvas):
    return parse({"canvas": {**CANVAS, **canvas}, "layers": LAYERS})


def opened(format: str, canvas=None, **how) -> Image.Image:
    made = draw.render(document(**(canvas or {})), {}, {}, format=format, **how)
    image = Image.open(io.BytesIO(made.data))
    image.load()
    assert image.size == (90, 700) and made.media_type == export.MEDIA_TYPES[export.check_format(format)]
    return image


PNG = np.asarray(opened("png"))


def over_white(pixels: np.ndarray) -> np.ndarray:
    pixels = pixels.astype(int)
    return (pixels[:, :, :3] * pixels[:, :, 3:] + 255 * (255 - pixels[:, :, 3:]) + 127) // 255


def test_tiff_is_exact():
    image = opened("tiff")
    assert image.mode == "RGBA" and (np.asarray(image) == PNG).all()
    assert image.info["dpi"] == pytest.approx((240, 240), abs=0.01) and image.info["icc_profile"] == icc.profile("srgb")
    assert image.tag_v2[338] == (2,), "alpha is not multiplied in"


def test_webp_is_exact_unless_a_quality_is_asked():
    assert (np.asarray(opened("webp")) == PNG).all()
    lossy = np.asarray(opened("webp", quality=80)).astype(int)
    assert 0 < abs(lossy - PNG)[PNG[:, :, 3] == 255].mean() < 6


def test_jpeg_lies_on_white_or_on_the_background_and_says_so():
    image = opened("jpg")
    assert image.mode == "RGB" and image.info["icc_profile"] == icc.profile("srgb")
    assert image.info["dpi"] == (240, 240) and image.layers == 3 and image.layer[1][1:3] == (1, 1)
    assert abs(np.asarray(image).astype(int) - over_white(PNG)).mean() < 1.5
    assert abs(np.asarray(image)[0, 0].astype(int) - 255).max() <= 2
    assert draw.render(document(), {}, {}, format="jpg").report.notes
    made = draw.render(document(background="#336699"), {}, {}, format="jpeg")
    assert not made.report.notes
    assert abs(np.asarray(Image.open(io.BytesIO(made.data)))[0, 0].astype(int) - (0x33, 0x66, 0x99)).max() <= 3


def test_jpeg_quality_decides_size():
    sizes = [len(draw.render(document(), {}, {}, format="jpg", quality=quality).data) for quality in (30, 92, 100)]
    assert sizes == sorted(set(sizes))


def test_the_joined_bands_of_a_jpeg_are_those_of_one_encoding():
    """Restart markers change bytes, not pixels."""
    import imagecodecs

    flat = over_white(PNG).astype(np.uint8)
    whole = imagecodecs.jpeg8_decode(imagecodecs.jpeg8_encode(flat, 92, subsampling="444"))
    assert (np.asarray(opened("jpg")) == whole).all()


@pytest.mark.parametrize("name", export.PROFILES)
def test_profiles_are_read_by_a_colour_engine(name):
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc.profile(name)))
    assert ImageCms.getProfileDescription(profile).strip()
    assert profile.profile.xcolor_space == "RGB " and profile.profile.version == pytest.approx(2.4)
    ramp = np.stack(np.meshgrid(*[np.arange(0, 256, 17)] * 3), axis=-1).reshape(64, 64, 3).astype(np.uint8)
    ours = icc.from_srgb(name)(ramp.copy()).astype(int)
    engine = ImageCms.profileToProfile(Image.fromarray(ramp), ImageCms.createProfile("sRGB"), profile, renderingIntent=1)
    assert abs(ours - np.asarray(engine)).max() <= 2, abs(ours - np.asarray(engine)).max()
    assert (ours[(ramp == 255).all(axis=-1)] == 255).all()


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "tiff"])
@pytest.mark.parametrize("name", ["display-p3", "adobe-rgb"])
def test_a_file_in_another_profile_shows_the_same_colours(format, name):
    image = opened(format, {"background": "#ffffff"}, profile=name)
    assert image.info["icc_profile"] == icc.profile(name)
    back = ImageCms.profileToProfile(image.convert("RGB"), ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"])),
                                     ImageCms.createProfile("sRGB"), renderingIntent=1)
    difference = abs(np.asarray(back).astype(int) - over_white(PNG))
    assert difference.mean() < (3 if format == "jpg" else 0.5)
    assert (np.asarray(image)[500, 50, :3] != PNG[500, 50, :3]).any(), "the numbers are those of the profile"


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "tiff"])
def test_the_same_bytes_again(format):
    program = ("import hashlib, json, sys; from monogram.render import draw; from monogram.render.document import parse; "
               "print(hashlib.sha256(draw.render(parse(json.load(sys.stdin)), {}, {}, format=sys.argv[1]).data).hexdigest())")
    import json

    text = json.dumps({"canvas": CANVAS, "layers": LAYERS})
    runs = {subprocess.run([sys.executable, "-c", program, format], input=text, text=True, capture_output=True, check=True,
                           cwd=ROOT).stdout for _ in range(2)}
    assert len(runs) == 1


@pytest.mark.parametrize("how, code", [
    ({"format": "png", "quality": 90}, "output_invalid"), ({"format": "jpg", "quality": 0}, "output_invalid"),
    ({"format": "png", "profile": "cmyk"}, "output_invalid"), ({"format": "svg", "profile": "adobe-rgb"}, "output_invalid"),
])
def test_settings_that_do_not_go_together(how, code):
    with pytest.raises(RenderError) as caught:
        draw.render(document(), {}, {}, **how)
    assert caught.value.code == code


@pytest.mark.parametrize("format", ["webp", "jpg"])
def test_what_a_format_cannot_hold_is_refused_before_it_is_painted(format, monkeypatch):
    monkeypatch.setattr(export, "_LONGEST", {format: 699})
    monkeypatch.setattr(paint, "strips", None)
    with pytest.raises(RenderError) as caught:
        draw.render(document(), {}, {}, format=format)
    assert (caught.value.code, caught.value.part) == ("output_too_large", format)


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "tiff"])
def test_strips_and_progress(format, monkeypatch):
    monkeypatch.setattr(limits, "SURFACE_PIXELS", 1000)
    monkeypatch.setattr(limits, "STRIP_ROWS", 256)
    told = []
    drawing = draw.open(document(), {}, {}, encoding=export.encoding(format))
    image = Image.open(io.BytesIO(b"".join(drawing.pieces(lambda done, whole: told.append((done, whole))))))
    pixels = np.asarray(image).astype(int)
    assert told == [(256, 700), (512, 700), (700, 700)]
    wanted = over_white(PNG) if format == "jpg" else PNG
    assert (abs(pixels - wanted).max(axis=2) > 8).mean() < 0.02


def test_the_rule_of_strips():
    assert limits.strip_rows(8_000, 8_000) == 8_000
    assert limits.strip_rows(8_000, 8_001) == limits.STRIP_ROWS == 1_024
    assert limits.STRIP_ROWS % paint.STRIP == 0 and paint.STRIP % 64 == 0, "JPEG bands and TIFF strips count on it"
