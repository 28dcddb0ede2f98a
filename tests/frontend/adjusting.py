"""Random pictures under random adjustments, on the server and in the browser's language, compared to the last byte.

`python -m tests.frontend.adjusting [COUNT] [SEED]` tells how many agree.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from monogram.render import adjust
from monogram.render.document import Adjustment
from monogram.render.errors import RenderError
from monogram.render.salience import salience

from . import workspace


@dataclass
class Case:
    """pixels, texture: uint8 (height, width, 4). grid: width, height and box, or none."""

    pixels: np.ndarray
    adjust: list[dict]
    grid: tuple[int, int, tuple[float, float, float, float]] | None
    texture: np.ndarray


@dataclass
class Comparison:
    """different: the numbers of cases that are. kinds: adjustments that were done. errors: cases refused, by both alike."""

    count: int
    different: list[int] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    errors: int = 0
    bytes: int = 0


def cases(count: int, seed: int) -> list[Case]:
    """The same for the same seed."""
    choose = random.Random(seed)
    return [_case(choose) for _ in range(count)]


def _case(choose: random.Random) -> Case:
    pixels = _picture(choose, choose.choice([1, 2, 9, 40, 70, choose.randint(3, 90)]),
                      choose.choice([1, 5, 64, choose.randint(3, 120)]))
    if choose.random() < 0.3:
        return Case(_subject(choose), [*_steps(choose, _TONES, 1), {"do": "remove-background", **_some(choose, {
            "tolerance": lambda: choose.choice([0, 0.1, 0.5, choose.random()]),
            "feather": lambda: choose.choice([0, 0.4, 3, 20.5]), "method": lambda: "border"})}], None, pixels)
    height, width = pixels.shape[:2]
    grid = None
    if choose.random() < 0.5:
        left, top = choose.choice([0, choose.uniform(-1, width / 2)]), choose.choice([0, -1, choose.uniform(-1, height / 2)])
        box = (left, top, choose.choice([width, left + choose.uniform(0.5, width)]),
               choose.choice([height, top + choose.uniform(0.5, height)]))
        grid = (choose.randint(1, 100), choose.randint(1, 90), box)
    steps = _steps(choose, _TONES, 4) + _steps(choose, _DRAWN, 2) + _steps(choose, _TONES, 1)
    return Case(pixels, steps, grid, _picture(choose, choose.randint(1, 30), choose.randint(1, 30)))


def _picture(choose: random.Random, height: int, width: int) -> np.ndarray:
    """Ramps, noise and flat blocks; opaque, translucent or clear in parts."""
    noise = np.random.default_rng(choose.randrange(1 << 32))
    y, x = np.mgrid[:height, :width]
    slopes = noise.integers(-9, 10, (2, 4))
    pixels = (x[..., None] * slopes[0] + y[..., None] * slopes[1] + noise.integers(0, 256, 4)) % 256
    pixels = pixels + noise.integers(0, choose.choice([1, 8, 256]), pixels.shape)
    pixels[: height // 3, : width // 2] = noise.integers(0, 256, 4)
    alpha = choose.choice(["opaque", "opaque", "any", "blocks"])
    if alpha == "opaque":
        pixels[..., 3] = 255
    elif alpha == "blocks":
        pixels[..., 3] = np.array([0, 127, 128, 255])[(x // 5 + y // 3) % 4]
    return (pixels % 256).astype(np.uint8)


def _subject(choose: random.Random) -> np.ndarray:
    """Something round on a ground with a gradient and grain, up to more pixels than the small copy has cells."""
    noise = np.random.default_rng(choose.randrange(1 << 32))
    height, width = choose.choice([(40, 60), (90, 50), (31, 300), (520, 300), (17, 9)])
    y, x = np.mgrid[:height, :width]
    pixels = noise.integers(100, 230, 4) + (y * choose.randint(-30, 30) // height)[..., None]
    pixels += noise.integers(-4, 5, (height, width, 4))
    far = (2 * x - width) ** 2 * height ** 2 + (2 * y - height) ** 2 * width ** 2
    inside = far < (width * height) ** 2 // choose.randint(2, 6)
    pixels[inside] = noise.integers(0, 256, 4) + noise.integers(-9, 10, (int(inside.sum()), 4))
    pixels[..., 3] = np.where((x + y) % 7 < 2, 140, 255) if choose.random() < 0.3 else 255
    return np.clip(pixels, 0, 255).astype(np.uint8)


def _color(choose: random.Random) -> str:
    return "#" + "".join(f"{choose.randrange(256):02x}" for _ in range(choose.choice([3, 4])))


def _some(choose: random.Random, made: dict) -> dict:
    """Each field as often there as left to its default."""
    return {name: make() for name, make in made.items() if choose.random() < 0.6}


def _steps(choose: random.Random, kinds: list, most: int) -> list[dict]:
    return [choose.choice(kinds)(choose) for _ in range(choose.randint(0, most))]


def _amount(choose: random.Random, least: float) -> float:
    return choose.choice([least, 1, 0.001953125, choose.uniform(least, 1), choose.uniform(least, 1)])


_TONES = [
    *(lambda choose, name=name: {"do": name, **_some(choose, {"amount": lambda: _amount(choose, 0)})}
      for name in ("grey", "sepia")),
    *(lambda choose, name=name: {"do": name, "amount": _amount(choose, -1)}
      for name in ("brightness", "contrast", "saturation")),
    lambda choose: {"do": "tint", "color": _color(choose), **_some(choose, {"amount": lambda: _amount(choose, 0)})},
    lambda choose: {"do": "duotone", "dark": _color(choose), "light": _color(choose)},
    lambda choose: {"do": "invert"},
    lambda choose: {"do": "look", "name": choose.choice(["warm", "cool", "fade", "noir", "vivid", "vintage"])},
]
_DRAWN = [
    lambda choose: {"do": "threshold", "dither": choose.choice(["none", "ordered", "floyd", "floyd"]), **_some(choose, {
        "level": lambda: _amount(choose, 0), "dark": lambda: _color(choose), "light": lambda: _color(choose)})},
    lambda choose: {"do": "mosaic", "across": choose.randint(2, 60), **_some(choose, {
        "colors": lambda: choose.randint(2, 64), "texture": lambda: choose.choice([None, "t"])})},
    lambda choose: {"do": "line-art", **_some(choose, {
        "detail": lambda: _amount(choose, 0), "width": lambda: choose.choice([0.5, 1.3, choose.uniform(0.5, 20)]),
        "color": lambda: _color(choose)})},
]


def here(case: Case) -> tuple[dict, np.ndarray | None]:
    """What the server makes of a case: what is told of it, and pixels unless it is refused."""
    told, pixels = {"counts": salience(case.pixels).ravel().tolist()}, case.pixels.copy()
    try:
        if case.grid:
            width, height, box = case.grid
            pixels = adjust.resample(pixels, box, width, height)
        steps = adjust.expanded(tuple(msgspec.convert(step, Adjustment) for step in case.adjust))
        pixels = adjust.apply(pixels, steps, {"t": lambda: case.texture})
    except RenderError as error:
        return {**told, "error": {"code": error.code, "part": error.part, "message": error.message}}, None
    return {**told, "size": [pixels.shape[1], pixels.shape[0]]}, pixels


def there(given: list[Case], folder: Path) -> list[tuple[dict, bytes | None]]:
    """What the front end's code makes of the cases."""
    for number, case in enumerate(given):
        (folder / f"{number}.rgba").write_bytes(case.pixels.tobytes())
        (folder / f"{number}.texture").write_bytes(case.texture.tobytes())
    (folder / "cases.json").write_text(json.dumps([{
        "width": case.pixels.shape[1], "height": case.pixels.shape[0], "adjust": case.adjust,
        "grid": case.grid and {"width": case.grid[0], "height": case.grid[1], "box": case.grid[2]},
        "texture": {"width": case.texture.shape[1], "height": case.texture.shape[0]}} for case in given]), "utf-8")
    result = workspace.node("packages/adjust/test/answers.ts", str(folder))
    if result.returncode:
        raise RuntimeError(result.stdout[-3000:] + result.stderr)
    return [(told, None if "error" in told else (folder / f"{number}.out").read_bytes())
            for number, told in enumerate(json.loads(result.stdout))]


def compare(count: int = 60, seed: int = 1) -> Comparison:
    given, result = cases(count, seed), Comparison(count)
    with tempfile.TemporaryDirectory() as folder:
        theirs = there(given, Path(folder))
    for number, (case, (told, data)) in enumerate(zip(given, theirs, strict=True)):
        mine, pixels = here(case)
        if mine != told or (pixels is not None and pixels.tobytes() != data):
            result.different.append(number)
        result.errors += pixels is None
        result.bytes += len(data or b"")
        result.kinds |= {step["do"] for step in case.adjust} if pixels is not None else set()
    return result


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    print(compare(*numbers))
