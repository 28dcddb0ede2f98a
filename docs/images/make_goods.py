"""The pictures of the demo shop's goods: every example of the gallery, the key ring, and the three personalized products
with other answers, each on a ground of its own with light and shadow, drawn by Monogram itself.

`python docs/images/make_goods.py [NAME ...]` writes them into `monogram/demo/pictures/`, and ten of them as
`goods.jpg` beside this file.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import Any

from make import HERE, KEYRING, box, rectangle
from make_gallery import EXAMPLES, beside, drawn
from PIL import Image

from monogram.demo.shop import FOLDER
from monogram.render.document import parse, parse_values
from monogram.render.draw import render

OUT = FOLDER.parent / "pictures"
SIDE, MARGIN, MOST = 900, 84, 60_000
GROUNDS = {"warm": ["#f6f2ec", "#e4dcd0"], "cool": ["#eff2f4", "#d6dde2"], "green": ["#eef2ec", "#d5ded2"]}

# Photographs of a product in a place of their own fill the whole picture; others lie or hang on a ground.
WHOLE = ("family-mugs", "towel-monogram", "noren")
ROUND = ("coaster",)
COOL = ("brick-portrait", "engraved-slate", "star-map", "class-shirt", "wifi-card", "name-tags")
GREEN = ("arabic-plate", "wedding-sign", "hebrew-blessing", "spring-couplets")

# The personalized products with other people's answers.
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "photo-clock": ("photo-clock", {}),
    "photo-clock-lake": ("photo-clock", {
        "photo": {"file": "photos/lake.jpg", "crop": {"x": 0.2, "y": 0, "width": 0.667, "height": 1}}, "name": "The Harpers",
        "since": "Lake Sherburne, 2024", "hours": "none", "ink": "white"}),
    "mug": ("mug", {}),
    "mug-garden": ("mug", {
        "photo": {"file": "photos/dandelions.jpg", "crop": {"x": 0.1, "y": 0.1, "width": 0.6, "height": 0.9}},
        "first_name": "Léa", "second_name": "小雨", "message": "For slow mornings\nin the garden.", "day": "2027-05-09",
        "ground": "mint", "ink": "pine"}),
    "tshirt": ("tshirt", {}),
    "tshirt-grey": ("tshirt", {"family": "FAMILIE VOGEL", "motto": "Immer bergauf", "shirt": "grey"}),
}  # fmt: skip


def personalized(name: str, changes: dict[str, Any]) -> Image.Image:
    """The preview of a product of the demo with the sample's answers, some of them changed."""
    feature, document, answers = (json.loads((FOLDER / f"{name}.{part}.json").read_bytes())
                                  for part in ("feature", "preview", "answers"))  # fmt: skip
    components = {each["key"]: each for step in feature["steps"] for each in step["components"]}
    for binding in document["bindings"]:
        if binding["property"] == "fill":  # as publishing does
            binding["map"] = {option["value"]: option["color"] for option in components[binding["component"]]["options"]}
    values = answers | changes
    values["photo"] = {"asset" if key == "file" else key: value for key, value in values["photo"].items()}
    files = {asset: listed["file"] for asset, listed in document["assets"].items()}
    made = render(parse(document), parse_values(values), lambda asset: (FOLDER / files.get(asset, asset)).read_bytes(),
                  side="preview")
    return Image.open(io.BytesIO(made.data)).convert("RGBA")


def keyrings() -> Image.Image:
    """Six names in six scripts, as they lie on a table."""
    document = parse((KEYRING / "keyring.json").read_bytes())
    rows = list(csv.DictReader(io.StringIO((KEYRING / "names.csv").read_text("utf-8"), newline="")))
    sheet = Image.new("RGBA", (756 * 2 + 60, 402 * 3 + 120))
    for number, row in enumerate(rows):
        row.pop("file")
        made = Image.open(io.BytesIO(render(document, parse_values(row), {}, side="preview").data)).convert("RGBA")
        sheet.paste(made, (number % 2 * 816, number // 2 * 462), made)
    return sheet


def shown(name: str, picture: Image.Image) -> bytes:
    """The picture on its ground, as PNG."""
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    kind = "cool" if name in COOL else "green" if name in GREEN else "warm"
    stops = [{"at": at, "color": color} for at, color in enumerate(GROUNDS[kind])]
    ground = {"kind": "linear", "stops": stops}
    layers = [rectangle("ground", 0, 0, SIDE, SIDE, fill=ground)]
    room = SIDE - 2 * MARGIN
    scale = min(room / picture.width, room / picture.height)
    width, height = picture.width * scale, picture.height * scale
    place = ((SIDE - width) / 2, (SIDE - height) / 2, width, height)
    shadows = [{"color": "#00000030", "dx": 0, "dy": 4, "blur": 4}, {"color": "#00000038", "dx": 0, "dy": 22, "blur": 26}]
    shape = {"kind": "ellipse"} if name in ROUND else {"kind": "rectangle", "radius": 8}
    if name != "keyring":
        layers.append(box("shadow", *place, type="shape", shape=shape, fill="#ffffff", shadow=shadows))
    mask = {} if name == "keyring" else {"mask": {"by": "shape", "shape": shape}}
    layers.append(box("picture", *place, type="image", asset="picture", **mask))
    document = {"canvas": {"width": SIDE, "height": SIDE, "dpi": 96}, "layers": layers,
                "assets": {"picture": {"file": "picture"}}}  # fmt: skip
    return render(parse(document), {}, {"picture": stream.getvalue()}).data


def covering(picture: Image.Image) -> Image.Image:
    """The middle of the picture as a square."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def picture_of(name: str) -> Image.Image:
    if name in OTHERS:
        return covering(personalized(*OTHERS[name]))
    if name == "keyring":
        return Image.open(io.BytesIO(shown(name, keyrings())))
    pages = drawn(name)
    whole = beside(pages[::-1] if name == "spring-couplets" else pages)
    return covering(whole) if name in WHOLE else Image.open(io.BytesIO(shown(name, whole.convert("RGBA"))))


def write(name: str) -> None:
    picture = picture_of(name).convert("RGB")
    for quality in (88, 82, 76, 70, 60):
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=quality, optimize=True, progressive=True)
        if stream.tell() < MOST:
            break
    (OUT / f"{name}.jpg").write_bytes(stream.getvalue())
    print(f"{name}.jpg: {stream.tell() // 1000} kB")


def sheet() -> None:
    """Ten of them in two rows, for the first page."""
    names = ("photo-clock", "mug-garden", "tshirt-grey", "star-map", "coaster",
             "spring-couplets", "noren", "engraved-slate", "keyring", "arabic-plate")  # fmt: skip
    side, gap = 312, 10
    whole = Image.new("RGB", (5 * side + 4 * gap, 2 * side + gap), "#ffffff")
    for number, name in enumerate(names):
        small = Image.open(OUT / f"{name}.jpg").resize((side, side), Image.Resampling.LANCZOS)
        whole.paste(small, (number % 5 * (side + gap), number // 5 * (side + gap)))
    whole.save(HERE / "goods.jpg", quality=86, optimize=True, progressive=True)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for name in sys.argv[1:] or [*OTHERS, "keyring", *sorted(path.parent.name for path in EXAMPLES.glob("*/document.json"))]:
        write(name)
    sheet()
