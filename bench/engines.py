"""A warm process of one engine: reads the name of a task, does it, answers with a line of JSON; until its input ends.

`python -m bench.engines ours|pillow FOLDER`. Tasks: job (the whole job from files to PNG bytes), decode, copy, encode.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from bench import shirts


class Ours:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _read(self, name: str) -> bytes:
        return (self.folder / self.document().assets[name].file).read_bytes()

    def document(self):
        from monogram.render.document import parse

        return parse((self.folder / shirts.DOCUMENT).read_bytes())

    def job(self) -> bytes:
        from monogram.render.draw import render

        return render(self.document(), {}, self._read).data

    def decode(self) -> None:
        from monogram.render.images import decode

        for name in ("photo", "badge"):
            decode(self._read(name), name)

    @cached_property
    def _pixels(self):
        from monogram.render import paint
        from monogram.render.resolve import resolve

        return paint.pixels(resolve(self.document(), {}, self._read)[0])

    def copy(self) -> None:
        self._pixels.copy()

    def encode(self) -> bytes:
        from monogram.render import export, paint

        height, width = self._pixels.shape[:2]
        strips = (self._pixels[top:top + paint.STRIP] for top in range(0, height, paint.STRIP))
        return b"".join(export.png(strips, width, height, shirts.DPI))

    def prepare(self) -> None:
        self._pixels  # noqa: B018  drawn once, outside what is measured


class Pillow:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def job(self) -> bytes:
        from bench import pillow_shirts

        return pillow_shirts.render(self.folder)

    def decode(self) -> None:
        from bench import pillow_shirts

        pillow_shirts.decode(self.folder)

    @cached_property
    def _canvas(self):
        from bench import pillow_shirts

        return pillow_shirts.draw(self.folder)

    def copy(self) -> None:
        self._canvas.copy()

    def encode(self) -> bytes:
        from bench import pillow_shirts

        return pillow_shirts.encode(self._canvas)

    def prepare(self) -> None:
        self._canvas  # noqa: B018  drawn once, outside what is measured


def measure(task: Callable[[], bytes | None]) -> dict:
    """CPU seconds of all threads of this process, wall seconds, and what came out."""
    wall, cpu = time.perf_counter(), time.process_time()
    out = task() or b""
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": cpu, "wall": wall, "bytes": len(out), "sha256": hashlib.sha256(out).hexdigest()}


def difference(one: Path, other: Path) -> float:
    """How far two PNG files of one size lie apart: the mean over channels and pixels, of 255, on a white ground."""
    from PIL import Image, ImageChops, ImageStat

    pictures = []
    for path in (one, other):
        with Image.open(path) as opened:
            ground = Image.new("RGBA", opened.size, "white")
            ground.alpha_composite(opened)
            pictures.append(ground.convert("RGB"))
    return sum(ImageStat.Stat(ImageChops.difference(*pictures)).mean) / 3


def main() -> None:
    if sys.argv[1] == "difference":
        print(difference(Path(sys.argv[2]), Path(sys.argv[3])))
        return
    engine = {"ours": Ours, "pillow": Pillow}[sys.argv[1]](Path(sys.argv[2]))
    for line in sys.stdin:
        if line.strip() in ("copy", "encode"):
            engine.prepare()
        print(json.dumps(measure(getattr(engine, line.strip()))), flush=True)


if __name__ == "__main__":
    main()
