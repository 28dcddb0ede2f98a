"""Preflight, the report it reads, and the recipe that names a file."""

import hashlib
import io

import msgspec
import pytest
from PIL import Image

from monogram.render.document import parse, parse_values
from monogram.render.draw import engine, render
from monogram.render.preflight import check
from monogram.render.recipes import identity, recipe


def png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#336699").save(buffer, "PNG")
    return buffer.getvalue()


def document(**text):
    return parse({
        "canvas": {"width": 600, "height": 400, "dpi": 300, "bleed": {"top": 10, "right": 10, "bottom": 10, "left": 10},
                   "safe": {"top": 20, "right": 20, "bottom": 20, "left": 20}},
        "assets": {"photo": {}},
        "layers": [
            {"id": "photo", "type": "image", "asset": "photo", "x": 0, "y": 0, "width": 300, "height": 200, "rotation": 30},
            {"id": "name", "type": "text", "text": "Anna", "font": {"family": "Noto Sans", "weight": 700}, "size": 60, "x": 100,
             "y": 100, "width": 400, "height": 200, **text},
        ],
        "bindings": [{"component": "name", "layer": "name", "property": "text"}],
    })


def report(photo=(1500, 1000), **text):
    return render(document(**text), {}, {"photo": png(*photo)}).report


@pytest.mark.parametrize("width, dpi, severity", [(300, 300, None), (150, 150, None), (147, 147, "warning"),
                                                  (102, 102, "warning"), (99, 99, "severe"), (1500, 1500, None)])
def test_resolution_where_it_is_placed(width, dpi, severity):
    made = report((width, width * 2 // 3))
    assert made.images[0].dpi == pytest.approx(dpi, abs=1.1)
    assert [(f.code, f.layer, f.severity) for f in check(made)] == (
        [("image_low_resolution", "photo", severity)] if severity else [])


def test_a_crop_lowers_resolution():
    shown = msgspec.structs.replace(document(), bindings=[])
    raw = msgspec.to_builtins(shown)
    raw["layers"][0]["crop"] = {"x": 0.5, "y": 0.5, "width": 0.25, "height": 0.25}
    made = render(parse(raw), {}, {"photo": png(600, 400)}).report
    assert made.images[0].dpi == pytest.approx(150, abs=1)


def test_text_outside_the_safe_area():
    assert [f.code for f in check(report(x=20))] == ["text_outside_safe"]
    assert [f.code for f in check(report(x=30))] == []
    assert [f.code for f in check(report(x=320, width=250, align="right"))] == []
    assert [f.code for f in check(report(x=340, width=250, align="right"))] == ["text_outside_safe"]


def test_small_and_overflowing_text():
    made = report(text="A dedication that is a good deal longer " * 6, fit="shrink", size=90, height=60)
    assert made.texts[0].size < made.texts[0].asked
    assert [f.code for f in check(made)] == ["text_small"]
    made = report(text="Anna Anna Anna", wrap=False, overflow="clip", size=120, width=300)
    assert ("text_overflow", "severe") in [(f.code, f.severity) for f in check(made)]


def test_the_report_names_fonts_and_files():
    made = report()
    assert [(font.family, font.weight, len(font.sha256)) for font in made.fonts] == [("Noto Sans", 700, 64)]
    assert {a.name: a.sha256 for a in made.assets} == {"photo": hashlib.sha256(png(1500, 1000)).hexdigest()}
    assert msgspec.json.decode(msgspec.json.encode(made), type=type(made)) == made


def test_recipes():
    photo = hashlib.sha256(b"photo").hexdigest()
    made_of = recipe(document(), parse_values({"name": "Zoë", "unread": 3}), {"photo": photo}, ["b" * 64, "a" * 64, "a" * 64])
    same = recipe(document(), parse_values({"name": "Zoë"}), {"photo": photo}, ["a" * 64, "b" * 64])
    assert identity(made_of) == identity(same) and len(identity(same)) == 64
    assert made_of["engine"] == engine() and "skia-python" in engine() and made_of["values"] == {"name": "Zoë"}
    others = [
        recipe(document(size=61), {"name": "Zoë"}, {"photo": photo}, same["fonts"]),
        recipe(document(), {"name": "Zoe"}, {"photo": photo}, same["fonts"]),
        recipe(document(), {"name": "Zoë"}, {"photo": "0" * 64}, same["fonts"]),
        recipe(document(), {"name": "Zoë"}, {"photo": photo}, ["a" * 64]),
        recipe(document(), {"name": "Zoë"}, {"photo": photo}, same["fonts"], side="preview"),
        recipe(document(), {"name": "Zoë"}, {"photo": photo}, same["fonts"], scale=0.5),
    ]
    assert len({identity(other) for other in [same, *others]}) == 7
