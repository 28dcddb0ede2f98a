"""What is left out because it is clear or hidden: pixels are those of painting everything, bit for bit."""

from io import BytesIO
from random import Random

import numpy as np
import pytest
from PIL import Image

from monogram.render import limits, paint, regions
from monogram.render.document import parse
from monogram.render.resolve import resolve


def _jpeg() -> bytes:
    out = BytesIO()
    noise = np.random.default_rng(3).integers(0, 256, (300, 400, 3), np.uint8)
    Image.fromarray(noise).save(out, "JPEG", quality=90)
    return out.getvalue()


def _clip_art() -> bytes:
    """Half clear: a speck alone in its block, one column at the very edge, a soft disc."""
    pixels = np.random.default_rng(4).integers(0, 256, (330, 410, 4), np.uint8)
    y, x = np.mgrid[:330, :410]
    pixels[:, :, 3] = np.clip(110 - np.hypot(x - 150, y - 160), 0, 255).astype(np.uint8)
    pixels[300, 350], pixels[:, 409] = (255, 0, 0, 9), (0, 255, 0, 255)
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


ASSETS = {"photo": _jpeg(), "art": _clip_art()}


def _document(seed: int) -> dict:
    choose = Random(seed)

    def image(number: int) -> dict:
        asset = choose.choice(("photo", "art"))
        scale = choose.choice((0.4, 1, 1, 1.5, 2.7))
        width, height = (400, 300) if asset == "photo" else (410, 330)
        layer = {"type": "image", "id": f"i{number}", "asset": asset, "fit": choose.choice(("stretch", "fill", "fit")),
                 "x": choose.choice((0, 17, choose.uniform(-100, 500))),
                 "y": choose.choice((0, 40.5, choose.uniform(-100, 400))),
                 "width": width * scale, "height": height * scale, "rotation": choose.choice((0, 0, 6, 90, -33)),
                 "opacity": choose.choice((1, 1, 1, 0.6)), "blend": choose.choice(("normal", "normal", "normal", "multiply"))}
        if choose.random() < 0.5:
            shape = choose.choice(({"kind": "rectangle", "radius": 40}, {"kind": "ellipse"}, {
                "kind": "path", "viewBox": [0, 0, 10, 10], "d": "M0 0 L10 0 L5 5 L10 10 L0 10 L5 5 Z"}))
            layer["mask"] = {"by": "shape", "shape": shape}
        return layer

    layers = [image(number) for number in range(5)]
    layers.insert(2, {"type": "shape", "id": "s", "x": 90, "y": 60, "width": 300, "height": 200, "rotation": 11, "opacity": 0.8,
                      "shape": {"kind": "ellipse"}, "fill": "#2060a0", "stroke": {"color": "#ffcc00", "width": 9}})
    layers.insert(4, {"type": "group", "id": "g", "x": 20, "y": 30, "width": 700, "height": 500,
                      "rotation": choose.choice((0, 0, 4)), "opacity": choose.choice((1, 0.7)), "layers": [image(8), image(9)]})
    background = choose.choice(("#ffffff", "#80402060", None))
    canvas = {"width": 800, "height": 600, "dpi": 96, **({"background": background} if background else {})}
    return {"version": 1, "canvas": canvas, "layers": layers,
            "assets": {"photo": {"file": "photo.jpg"}, "art": {"file": "art.png"}}}


@pytest.mark.parametrize("strip", [None, 64])
@pytest.mark.parametrize("seed", range(25))
def test_pixels_are_those_of_painting_everything(seed, strip, monkeypatch):
    if strip:
        monkeypatch.setattr(limits, "SURFACE_PIXELS", 100)
        monkeypatch.setattr(limits, "STRIP_ROWS", strip)
    scene = resolve(parse(_document(seed)), {}, ASSETS)[0]
    less = paint.pixels(scene)
    monkeypatch.setattr(regions, "shown", lambda canvas, part, inked, behind: None)
    assert np.array_equal(paint.pixels(scene), less)


def test_something_is_left_out():
    """Or the test above compares nothing."""
    art = np.asarray(Image.open(BytesIO(ASSETS["art"])))
    inked = regions.inked(art * (art[:, :, 3:] > 0))
    assert inked and (320, 256, 410, 320) in inked and (384, 0, 410, 64) in inked
    hidden = []
    for seed in range(25):
        found = regions.hidden(resolve(parse(_document(seed)), {}, ASSETS)[0].nodes, (800, 600), 0)
        assert found[-1] is None
        hidden += [region for region in found if region is not None and region.getBounds().width() > 200]
    assert len(hidden) > 20
