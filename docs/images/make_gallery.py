"""The pictures of `docs/gallery.md`: every example with its values, as a shopper sees it.

`python docs/images/make_gallery.py [NAME ...]` writes them into `gallery/` beside this file.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from PIL import Image

from monogram import bundles
from monogram.render.document import page_ids, parse, parse_values
from monogram.render.draw import render
from monogram.render_command import assets_of

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
WIDTH, HEIGHT, GAP, MOST = 720, 900, 24, 120_000


def drawn(name: str) -> list[Image.Image]:
    """The preview of each page of an example."""
    bundle = bundles.open_bundle(EXAMPLES / name)
    document = parse(bundle.document)
    values = parse_values(json.loads((EXAMPLES / name / "values.json").read_bytes()))
    assets = assets_of(document, bundle, None)
    return [Image.open(io.BytesIO(render(document, values, assets, side="preview", page=page).data)).convert("RGBA")
            for page in page_ids(document)]


def beside(pages: list[Image.Image]) -> Image.Image:
    """Pages from left to right on white, as large as the gallery shows them."""
    whole = Image.new("RGB", (sum(page.width for page in pages) + GAP * (len(pages) - 1), pages[0].height), "#ffffff")
    x = 0
    for page in pages:
        whole.paste(page, (x, 0), page)
        x += page.width + GAP
    whole.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return whole


def write(name: str) -> None:
    """As JPEG, in the best quality that is small enough for a page of them."""
    pages = drawn(name)
    picture = beside(pages[::-1] if name == "spring-couplets" else pages)  # the upper line hangs on the right
    for quality in (90, 86, 82, 76, 70, 60):
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=0)
        if stream.tell() < MOST:
            break
    (HERE / "gallery" / f"{name}.jpg").write_bytes(stream.getvalue())
    print(f"{name}.jpg: {picture.width} x {picture.height}, {stream.tell() // 1000} kB")


if __name__ == "__main__":
    (HERE / "gallery").mkdir(exist_ok=True)
    for name in sys.argv[1:] or sorted(path.parent.name for path in EXAMPLES.glob("*/document.json")):
        write(name)
