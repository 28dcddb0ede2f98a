"""A warm process of one engine: reads the name of a task, does it, answers with a line of JSON; until its input ends.

`python -m bench.engines ours|pillow FOLDER`. Tasks: job (the whole job from files to PNG bytes), decode, copy, encode, mockup;
of ours also again (the mockup with another name), preview (the same, not encoded) and layout-SCRIPT.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from functools import cached_property
from itertools import count
from pathlib import Path

from bench import mockups, shirts

# About 200 glyphs each, in a family that has them; wrapped into a box and shrunk until they fit.
LAYOUTS = {
    "layout-latin": ("Montserrat", "A made-to-order shirt begins with a name, a photo and a line of text. It ends as a file "
                     "that a printer can trust: the same letters, in the same places, on every machine. "
                     "Nothing is left to chance here."),
    "layout-arabic": ("Amiri", "يبدأ القميص المصنوع حسب الطلب باسم وصورة وسطر من النص، وينتهي بملف تثق به المطبعة: "
                      "الحروف نفسها في الأماكن نفسها على كل جهاز. لا شيء هنا متروك للصدفة، ولا حرف ضائع بين الشاشة والقماش، "
                      "مهما طال الاسم أو قصر."),
    "layout-thai": ("Noto Sans Thai", "เสื้อที่ทำตามสั่งเริ่มจากชื่อหนึ่งชื่อ ภาพหนึ่งภาพ และข้อความหนึ่งบรรทัด "
                    "แล้วจบลงเป็นไฟล์ที่โรงพิมพ์เชื่อถือได้ ตัวอักษรเดียวกัน "
                    "ในตำแหน่งเดียวกัน บนทุกเครื่อง ไม่มีสิ่งใดถูกปล่อยไว้ให้เป็นเรื่องบังเอิญเลย"),
}


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

    def mockup(self, name: str = mockups.NAMES[0], kept=None) -> bytes:
        from monogram.render.document import parse, parse_values
        from monogram.render.draw import render

        document = parse(mockups.PREVIEW.read_bytes())
        return render(document, parse_values(mockups.values(name)), mockups.asset, side="preview", kept=kept).data

    def again(self) -> bytes:
        """As a shopper types: the same pictures, each time another name."""
        return self.mockup(f"Mocha {next(self._numbers)}", self._kept)

    @cached_property
    def _kept(self):
        from monogram.render.pictures import Kept

        return Kept()

    def preview(self) -> None:
        """The same without its encoding."""
        from monogram.render import paint
        from monogram.render.document import parse, parse_values
        from monogram.render.resolve import resolve

        document, values = parse(mockups.PREVIEW.read_bytes()), parse_values(mockups.values(f"Mocha {next(self._numbers)}"))
        for _ in paint.strips(resolve(document, values, mockups.asset, side="preview")[0], self._kept):
            pass

    def layout(self, script: str) -> None:
        """Each run's text is another, so that nothing kept from the last one helps."""
        from monogram.render.text import layout

        family, text = LAYOUTS[script]
        layout(f"{text} {next(self._numbers)}", family=family, size=60, min_size=20, fit="shrink", width=1600, height=400,
               book=self._book)

    @cached_property
    def _numbers(self):
        return count()

    @cached_property
    def _book(self):
        from monogram.render.fonts import FontBook

        return FontBook.load()

    def prepare(self, task: str) -> None:
        if task in ("copy", "encode"):
            self._pixels  # noqa: B018  drawn once, outside what is measured


class Pillow:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def job(self) -> bytes:
        from bench.peers import pillow

        return pillow.render(self.folder)

    def decode(self) -> None:
        from bench.peers import pillow

        pillow.decode(self.folder)

    @cached_property
    def _canvas(self):
        from bench.peers import pillow

        return pillow.draw(self.folder)

    def copy(self) -> None:
        self._canvas.copy()

    def encode(self) -> bytes:
        from bench.peers import pillow

        return pillow.encode(self._canvas)

    def mockup(self) -> bytes:
        from bench.peers import pillow_mockups

        return pillow_mockups.render()

    def prepare(self, task: str) -> None:
        if task in ("copy", "encode"):
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
    for task in map(str.strip, sys.stdin):
        engine.prepare(task)
        done = (lambda task=task: engine.layout(task)) if task in LAYOUTS else getattr(engine, task)
        print(json.dumps(measure(done)), flush=True)


if __name__ == "__main__":
    main()
