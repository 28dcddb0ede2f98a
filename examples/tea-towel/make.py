"""Draws the cloth of this example: `linen.jpg`, lit from the upper left, and `folds.png`, how far its folds move a print.

`python examples/tea-towel/make.py` writes both beside this file.
"""

from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1200, 1500
# where a fold begins, which way it runs (degrees), how wide it is in pixels, how high
FOLDS = [(150, 0, 80, 60, 34), (470, 0, 97, 75, 40), (905, 0, 82, 66, 38), (1130, 0, 101, 52, 26), (0, 560, 14, 80, 16),
         (0, 1180, -11, 90, 20)]


def heights() -> np.ndarray:
    """How far the cloth stands out at each pixel: soft ridges that bend a little, and a slow roll."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    found = 10 * np.sin(x / 310 + 0.6) * np.cos(y / 420)
    for left, top, angle, wide, high in FOLDS:
        along, across = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        run = (x - left) * along + (y - top) * across
        off = (y - top) * along - (x - left) * across + 26 * np.sin(run / 230) + 9 * np.sin(run / 71 + left)
        found += high * np.exp(-((off / wide) ** 2)) * (0.65 + 0.35 * np.sin(run / 340 + top / 90))
    return found


def weave() -> np.ndarray:
    """The threads of linen, around 0: a plain weave with threads of uneven thickness."""
    random = np.random.default_rng(7)
    warp, weft = random.normal(size=WIDTH), random.normal(size=HEIGHT)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    over = ((x // 3 + y // 3) % 2) * 2 - 1
    return 0.012 * over + 0.014 * warp[None, :] + 0.014 * weft[:, None] + 0.012 * random.normal(size=(HEIGHT, WIDTH))


def main() -> None:
    up = heights()
    down, right = np.gradient(up)
    light = 1 - 0.42 * np.tanh(0.9 * (0.85 * right + 0.5 * down)) + 0.05 * np.tanh(up / 30) + weave()
    cloth = np.array([243, 237, 225])[None, None, :] * (0.97 * light)[..., None]
    Image.fromarray(np.clip(cloth, 0, 255).astype(np.uint8)).save(HERE / "linen.jpg", quality=74, optimize=True)
    moves = np.stack([128 + 127 * np.tanh(0.9 * slope) for slope in (right, down)] + [np.full(up.shape, 128.0)], 2)
    folds = Image.fromarray(np.clip(np.round(moves), 1, 255).astype(np.uint8))
    folds.resize((WIDTH // 4, HEIGHT // 4), Image.Resampling.BOX).save(HERE / "folds.png", optimize=True)


if __name__ == "__main__":
    main()
