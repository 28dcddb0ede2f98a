"""Writes the golden pixels of this folder: what every port of `monogram/render/adjust` must give, byte for byte."""

import base64
import hashlib
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def picture(height: int, width: int, translucent: bool) -> np.ndarray:
    """Colours in all directions, edges and a disc, by integers alone."""
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([x * 255 // (width - 1), y * 255 // (height - 1), (x * 7 + y * 13) % 256, np.full_like(x, 255)], axis=2)
    disc = (2 * x - width) ** 2 * height ** 2 + (2 * y - height) ** 2 * width ** 2 < (width * height) ** 2 // 3
    pixels[disc] = (pixels[disc] * [1, 2, 3, 4] // 4 + [160, 20, 10, 0]) % 256
    if translucent:
        pixels[:, :, 3] = (x * 5 + y * 11) % 256
    return pixels.astype(np.uint8)


def subject(height: int, width: int) -> np.ndarray:
    """A red disc with a hole on a light ground that darkens downwards."""
    y, x = np.mgrid[:height, :width]
    ground = 235 - y * 20 // height
    pixels = np.stack([ground, ground, ground + 5, np.full_like(x, 255)], axis=2)
    far = (2 * x + 1 - width) ** 2 + (2 * y + 1 - height) ** 2
    size = min(width, height) ** 2
    pixels[(far < size * 4 // 9) & (far > size // 25)] = (180, 40, 50, 255)
    return pixels.astype(np.uint8)


SOURCES = {"opaque": picture(18, 24, False), "translucent": picture(18, 24, True), "subject": subject(40, 48)}
COLORS = [
    [{"do": "grey"}], [{"do": "grey", "amount": 0.3}], [{"do": "sepia"}], [{"do": "sepia", "amount": 0.6}],
    [{"do": "brightness", "amount": 0.25}], [{"do": "brightness", "amount": -0.25}], [{"do": "contrast", "amount": 0.5}],
    [{"do": "contrast", "amount": -0.5}], [{"do": "saturation", "amount": 0.8}], [{"do": "saturation", "amount": -0.4}],
    [{"do": "tint", "color": "#3080ff"}], [{"do": "tint", "color": "#ff8030", "amount": 0.4}],
    [{"do": "duotone", "dark": "#102040", "light": "#ffe0a080"}], [{"do": "invert"}],
    *([{"do": "look", "name": name}] for name in ("warm", "cool", "fade", "noir", "vivid", "vintage")),
]
DRAWN = [
    [{"do": "threshold"}], [{"do": "threshold", "level": 0.3, "dither": "ordered"}],
    [{"do": "threshold", "dither": "floyd", "dark": "#402010", "light": "#fff0d0"}],
    [{"do": "contrast", "amount": 0.2}, {"do": "threshold", "level": 0.7, "dither": "floyd"}],
    [{"do": "mosaic", "across": 6, "colors": 4}], [{"do": "mosaic", "across": 5, "colors": 8, "texture": "opaque"}],
    [{"do": "line-art", "detail": 1, "width": 1}], [{"do": "line-art", "detail": 0.6, "width": 2.5, "color": "#c0206090"}],
]
CUT = [[{"do": "remove-background", "feather": feather}] for feather in (0, 1.5)]
CASES = [(source, steps) for source in ("opaque", "translucent") for steps in COLORS + DRAWN]
CASES += [("subject", each) for each in CUT]
GRIDS = [("opaque", (0, 0, 24, 18), 9, 7), ("translucent", (0, 0, 24, 18), 9, 7), ("opaque", (1.3, 0.2, 20.7, 16.8), 11, 13),
         ("translucent", (-0.5, -0.4, 24.5, 18.2), 40, 33), ("opaque", (3, 2, 8, 6), 5, 4)]


def made(source: str, steps: list[dict]) -> np.ndarray:
    import msgspec

    from monogram.render import adjust
    from monogram.render.document import Adjustment

    asked = adjust.expanded(tuple(msgspec.convert(step, Adjustment) for step in steps))
    return adjust.apply(SOURCES[source].copy(), asked, {"opaque": lambda: SOURCES["opaque"]})


def vectors() -> dict:
    from monogram.render.adjust import resample
    from monogram.render.salience import best, salience

    counts = salience(SOURCES["subject"])
    return {
        "sources": {name: {"width": pixels.shape[1], "height": pixels.shape[0], "rgba": _text(pixels)}
                    for name, pixels in SOURCES.items()},
        "adjustments": [{"source": source, "adjust": steps, "rgba": _text(out := made(source, steps)), "sha256": _hash(out)}
                        for source, steps in CASES],
        "grids": [{"source": source, "box": box, "width": width, "height": height,
                   "rgba": _text(resample(SOURCES[source], box, width, height))} for source, box, width, height in GRIDS],
        "salience": {"source": "subject", "columns": counts.shape[1], "rows": counts.shape[0],
                     "counts": " ".join(map(str, counts.ravel().tolist())),
                     "best": [{"kept": kept, "start": best(counts[:, :60].sum(axis=0), kept)} for kept in (0.2, 0.5, 0.8, 1)]},
    }


def _text(pixels: np.ndarray) -> str:
    return base64.b64encode(pixels.tobytes()).decode()


def _hash(pixels: np.ndarray) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()


def text() -> str:
    return json.dumps(vectors(), indent=1) + "\n"


if __name__ == "__main__":
    (HERE / "pixels.json").write_text(text(), "utf-8")
