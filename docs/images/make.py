"""The pictures of the documentation, drawn by Monogram itself: each is a design document.

`python docs/images/make.py $MONOGRAM_HOME/demo` after a run of the demo writes them beside this file.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from monogram.render.document import parse, parse_values
from monogram.render.draw import render

HERE = Path(__file__).parent
KEYRING = HERE.parents[1] / "examples" / "keyring"
INK, QUIET, PAPER, ACCENT = "#22252a", "#6b7078", "#f4f3f0", "#b4552d"
PRODUCTS = (
    ("photo-clock", "Photo clock", "3675 × 3675 px"),
    ("mug", "Mug wrap", "2700 × 1125 px"),
    ("tshirt", "T-shirt", "4500 × 5400 px"),
)
# What a family is shown with when it is not a Latin face.
SAMPLES = {
    "Noto Sans Arabic": "شمس وقمر", "Noto Sans Hebrew": "שמש וירח", "Noto Sans Thai": "ตะวันและจันทร์",
    "Noto Sans Lao": "ຕາເວັນ ແລະ ເດືອນ", "Noto Sans Khmer": "ព្រះអាទិត្យ", "Noto Sans Devanagari": "सूरज और चाँद",
    "Noto Sans SC": "太阳与月亮", "Noto Sans TC": "太陽與月亮", "Noto Sans JP": "太陽と月", "Noto Sans KR": "해와 달",
    "Noto Sans Symbols": "♈︎ ♌︎ ♓︎ ☽", "Noto Sans Symbols 2": "✿ ✈︎ ★ ♥︎", "Noto Color Emoji": "🐶🌙☀️🎂",
    "Amiri": "شمس وقمر", "Frank Ruhl Libre": "שמש וירח", "Ma Shan Zheng": "太阳与月亮", "Nanum Pen Script": "해와 달",
}  # fmt: skip


def box(id: str, x: float, y: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    return {"id": id, "x": x, "y": y, "width": width, "height": height, **more}


def words(id: str, x: float, y: float, width: float, height: float, text: str, size: float, *, family: str = "Noto Sans",
          weight: int = 400, fill: str = INK, **more: Any) -> dict[str, Any]:
    font = {"family": family, "weight": weight}
    return box(id, x, y, width, height, type="text", text=text, size=size, font=font, fill=fill, verticalAlign="middle", **more)


def rectangle(id: str, x: float, y: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    return box(id, x, y, width, height, type="shape", shape={"kind": "rectangle", "radius": more.pop("radius", 0)}, **more)


def draw(name: str, width: int, height: int, layers: list[dict[str, Any]], assets: dict[str, bytes] | None = None) -> None:
    """Draws layers on paper; a `.jpg` is for photographs."""
    canvas = {"width": width, "height": height, "dpi": 144, "background": PAPER}
    listed = {asset: {"file": asset} for asset in assets or {}}
    made = render(parse({"canvas": canvas, "layers": layers, "assets": listed}), {}, assets or {})
    picture = Image.open(io.BytesIO(made.data)).convert("RGB")
    if name.endswith(".jpg"):
        picture.save(HERE / name, quality=86, optimize=True, progressive=True)
    else:
        picture.quantize(256, dither=Image.Dither.NONE).save(HERE / name, optimize=True)
    print(f"{name}: {width} x {height}, {(HERE / name).stat().st_size // 1000} kB")


def hero(demo: Path) -> None:
    """Three products as the shopper saw them, above the files the printer gets."""
    side, gap, left, top = 480, 40, 40, 74
    layers, assets = [], {}
    for column, (name, title, size) in enumerate(PRODUCTS):
        x = left + column * (side + gap)
        for part in ("-preview", ""):
            assets[f"{name}{part}.png"] = (demo / f"{name}{part}.png").read_bytes()
        layers.append(box(f"{name} preview", x, top, side, side, type="image", asset=f"{name}-preview.png",
                          mask={"by": "shape", "shape": {"kind": "rectangle", "radius": 20}}))
        layers.append(rectangle(f"{name} ground", x, 638, side, 400, fill="#59616c", radius=20))
        layers.append(box(f"{name} file", x + 24, 662, side - 48, 352, type="image", asset=f"{name}.png", fit="fit"))
        layers.append(words(f"{name} size", x, 1050, side, 40, f"{title}, {size} at 300 dpi", 22, fill=QUIET, align="center"))
    layers.append(words("shopper", left, 14, 1000, 50, "What the shopper confirms", 26, weight=700))
    layers.append(words("printer", left, 574, 1000, 50, "What the printer gets", 26, weight=700))
    draw("products.jpg", 1600, 1110, layers, assets)


def fonts() -> None:
    """Every family of the font book, its name in Noto Sans and a line in itself."""
    book = json.loads((HERE.parents[1] / "monogram/fonts/book.json").read_text())
    families = [family["family"] for family in book["families"]]
    rows, row = -(-len(families) // 3), 88
    layers = []
    for number, family in enumerate(families):
        x, y = 40 + number // rows * 520, 24 + number % rows * row
        layers.append(words(f"{family} name", x, y, 480, 22, family, 15, fill=QUIET))
        layers.append(words(f"{family} sample", x, y + 22, 480, 54, SAMPLES.get(family, "Emma & Jonas 2026"), 34, family=family,
                            fit="shrink", wrap=False, align="left"))
    draw("fonts.png", 1600, rows * row + 48, layers)


def canvas() -> None:
    """Canvas, bleed, trim and safe area of the key ring."""
    scale, x, y = 1.3, 90, 90
    document = json.loads((KEYRING / "keyring.json").read_text())["canvas"]
    width, height, bleed, safe = document["width"] * scale, document["height"] * scale, 24 * scale, 24 * scale
    trim = (x + bleed, y + bleed, width - 2 * bleed, height - 2 * bleed)
    inner = (trim[0] + safe, trim[1] + safe, trim[2] - 2 * safe, trim[3] - 2 * safe)
    line = {"join": "miter", "width": 3}
    layers = [
        rectangle("bleed", x, y, width, height, fill="#d9b8a6"),
        rectangle("trim", *trim, fill="#ffffff", stroke=line | {"color": ACCENT}),
        rectangle("safe", *inner, fill="#e6efe8", stroke=line | {"color": "#3d7a52", "dash": [12, 9]}),
        words("canvas label", x, y - 46, width, 40,
              f"canvas {document['width']} × {document['height']} px, 64 × 34 mm at 300 dpi", 24, weight=700),
        words("trim label", x, y + height + 10, width, 36, "trim: where the printer cuts (canvas less bleed), 60 × 30 mm", 24,
              fill=ACCENT),
        words("safe label", *inner, "safe: keep words in here", 30, fill="#2d5c3e", align="center"),
        words("bleed label", x + 8, y, width, bleed, "bleed: colour runs out to here", 20, fill="#7a3a1e"),
    ]
    draw("canvas.png", round(width + 2 * x), round(height + 2 * y), layers)


def keyrings() -> None:
    """The example of design-document.md: its six rows, print side."""
    document = parse((KEYRING / "keyring.json").read_bytes())
    rows = list(csv.DictReader(io.StringIO((KEYRING / "names.csv").read_text("utf-8"), newline="")))
    assets, layers, scale = {}, [], 0.62
    width, height = 756 * scale, 402 * scale
    for number, row in enumerate(rows):
        name = row.pop("file")
        assets[name] = render(document, parse_values(row), {}).data
        x, y = 40 + number % 3 * (width + 36), 40 + number // 3 * (height + 36)
        layers.append(box(name, x, y, width, height, type="image", asset=name))
    draw("keyrings.jpg", round(80 + 3 * width + 72), round(80 + 2 * height + 36), layers, assets)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python docs/images/make.py $MONOGRAM_HOME/demo")
    hero(Path(sys.argv[1]))
    fonts()
    canvas()
    keyrings()
