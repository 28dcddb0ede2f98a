"""Preflight, the report it reads, and the recipe that names a file."""

import hashlib
import io
import json
import os
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from monogram.render import draw, stems
from monogram.render.document import parse, parse_values
from monogram.render.draw import engine, render
from monogram.render.paths import parse as parse_path
from monogram.render.preflight import check, examine, refusal
from monogram.render.preflight_words import WORDS
from monogram.render.recipes import identity, recipe

VECTORS = Path(__file__).parent / "vectors" / "preflight.json"
ASSETS = Path(__file__).parent / "cases" / "assets"
NAMES = [one["name"] for one in json.loads(VECTORS.read_text("utf-8"))]


def found_in(vector: dict) -> list[dict]:
    """What preflight tells of a golden vector's document, as JSON data."""
    made = parse(vector["document"])
    assets = {path.name: path.read_bytes() for path in ASSETS.iterdir()}
    found = examine(made, parse_values(vector.get("values", {})), assets)
    return [finding.told() | {"figures": finding.figures} for finding in found]


@pytest.mark.parametrize("name", NAMES)
def test_golden_findings(name):
    """The browser is held to the same file (tests/frontend/test_preflighting.py). MONOGRAM_REMAKE=1 writes it anew."""
    vectors = json.loads(VECTORS.read_text("utf-8"))
    (vector,) = (one for one in vectors if one["name"] == name)
    if os.environ.get("MONOGRAM_REMAKE") == "1":
        vector["findings"] = found_in(vector)
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in vectors)
        VECTORS.write_text(f"[\n{lines}\n]\n", "utf-8")
    assert found_in(vector) == vector["findings"]


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


def findings(photo=(1500, 1000), rules=None, **text):
    """(code, severity) of the photo and the name; its contrast aside."""
    raw = msgspec.to_builtins(document(**text)) | {"preflight": {"rules": {"textContrast": {}} | (rules or {})}}
    made = parse(raw)
    return [(f.code, f.severity) for f in check(made, draw.open(made, {}, {"photo": png(*photo)}))]


@pytest.mark.parametrize("width, dpi, severity", [(300, 300, None), (150, 150, None), (147, 147, "warn"),
                                                  (102, 102, "warn"), (99, 99, "refuse"), (1500, 1500, None)])
def test_resolution_where_it_is_placed(width, dpi, severity):
    photo = (width, width * 2 // 3)
    assert report(photo).images[0].dpi == pytest.approx(dpi, abs=1.1)
    expected = [("image_low_resolution", severity)] if severity else []
    assert findings(photo, {"imageDpi": {"refuse": 100, "warn": 150}}) == expected
    assert findings(photo) == [(code, "warn") for code, _ in expected], "nothing refuses unless the document says so"


def test_a_crop_lowers_resolution():
    shown = msgspec.structs.replace(document(), bindings=[])
    raw = msgspec.to_builtins(shown)
    raw["layers"][0]["crop"] = {"x": 0.5, "y": 0.5, "width": 0.25, "height": 0.25}
    made = render(parse(raw), {}, {"photo": png(600, 400)}).report
    assert made.images[0].dpi == pytest.approx(150, abs=1)


def test_text_outside_the_safe_area_and_the_print_area():
    assert findings(x=20) == [("text_outside_safe", "warn")]
    assert findings(x=30) == []
    assert findings(x=320, width=250, align="right") == []
    assert findings(x=340, width=250, align="right") == [("text_outside_safe", "warn")]
    assert findings(x=365, width=250, align="right") == [("text_outside_print", "warn")]
    assert findings(x=365, width=250, align="right", rules={"printArea": "refuse"}) == [("text_outside_print", "refuse")]
    assert findings(x=20, rules={"safeArea": "off"}) == []


def test_small_cut_and_shrunk_text():
    many = "A dedication that is a good deal longer " * 6
    assert findings(text=many, fit="shrink", size=90, height=60) == [("text_small", "warn"), ("text_shrunk", "mend")]
    assert findings(text=many, fit="shrink", size=90, height=60, rules={"textPoints": {"refuse": 5}, "textShrunk": "off"}) == [
        ("text_small", "refuse")]
    wide = {"text": "Anna Anna Anna", "wrap": False, "overflow": "clip", "size": 120, "width": 300}
    assert ("text_overflow", "warn") in findings(**wide)
    assert ("text_overflow", "refuse") in findings(**wide, rules={"textCut": "refuse"})


BOX = {"x": 20, "y": 20, "width": 560, "height": 160}
NAME = {"id": "name", "type": "text", "text": "Anna", "font": {"family": "Noto Sans", "weight": 700}, "size": 110, **BOX}


def drawn(*layers, values=None, assets=None, **preflight):
    made = parse({"canvas": {"width": 600, "height": 200}, "layers": list(layers), "preflight": preflight,
                  "assets": {name: {} for name in assets or {}},
                  "bindings": [{"component": "name", "layer": "name", "property": "text"}] if values else []})
    return {finding.code: finding for finding in examine(made, values or {}, assets or {})}


def ground(color, **more):
    return {"id": "ground", "type": "shape", "shape": {"kind": "rectangle"}, "width": 600, "height": 200, "fill": color, **more}


@pytest.mark.parametrize("below, fill, low", [
    ("#ffffff", "#000000", False), ("#ffffff", "#f0f0f0", True), ("#ffffff", "#c9c9c9", False), ("#101010", "#000000", True),
    ("#00000000", "#000000", False), ("#00000000", "#ffffff", False),  # on nothing: the garment is not known
])
def test_contrast_to_what_lies_below(below, fill, low):
    assert ("contrast_low" in drawn(ground(below), {**NAME, "fill": fill})) == low


def test_contrast_is_looked_at_in_the_picture():
    buffer = io.BytesIO()
    photo = Image.new("RGB", (600, 200), "#fafafa")
    photo.paste("#202020", (0, 0, 150, 200))
    photo.save(buffer, "PNG")
    image = {"id": "photo", "type": "image", "asset": "p", "width": 600, "height": 200}
    assets = {"p": buffer.getvalue()}
    white = {**NAME, "fill": "#ffffff"}
    found = drawn(image, white, assets=assets)["contrast_low"]
    assert found.layer == "name" and found.figures["contrast"] < 1.1
    assert "contrast_low" not in drawn(image, {**white, "x": -5, "width": 140, "size": 40}, assets=assets), "on its dark part"
    assert "contrast_low" not in drawn(image, {**white, "stroke": {"color": "#000000", "width": 6}}, assets=assets)
    veiled = {"id": "g", "type": "group", "width": 600, "height": 200, "layers": [ground("#000000c0"), white]}
    assert "contrast_low" not in drawn(image, veiled, assets=assets), "what lies below within its group counts"
    assert "contrast_low" in drawn(image, white, {**ground("#ffffff"), "id": "over", "x": 0}, assets=assets)


def test_lines_for_engraving():
    ring = ground(None, stroke={"color": "#000000", "width": 2, "behind": False})  # 0.17 mm at 300 dpi
    assert drawn(ring) == {}
    found = drawn(ring, process="engraving")["line_thin"]
    assert (found.severity, found.layer, found.figures["mm"]) == ("warn", "ground", 0.17)
    assert drawn(ring, rules={"lineMm": {"refuse": 0.18}})["line_thin"].severity == "refuse"
    assert drawn(ring, process="engraving", rules={"lineMm": {"warn": 0.16}}) == {}


def beyond(*layers, bound=(), values=None, **rules):
    """(code, layer, severity) of art, on a canvas with 10 pixels of bleed and 10 of safety."""
    edges = dict.fromkeys(("top", "right", "bottom", "left"), 10)
    photo = "photo.jpg"
    made = parse({"canvas": {"width": 300, "height": 200, "dpi": 150, "bleed": edges, "safe": edges}, "assets": {photo: {}},
                  "layers": list(layers), "bindings": [{"component": one, "layer": one, "property": "image"} for one in bound],
                  "preflight": {"rules": {"imageDpi": {}, **rules}}})
    return [(one.code, one.layer, one.severity) for one in
            examine(made, values or {}, {photo: (ASSETS / photo).read_bytes()})]


def art(id="art", **box):
    return {"id": id, "type": "image", "asset": "photo.jpg", "x": 50, "y": 50, "width": 100, "height": 80, **box}


@pytest.mark.parametrize("box, code", [
    ({}, None), ({"x": 19}, None), ({"x": 15}, "safe"), ({"x": 11}, "safe"), ({"x": 9}, "safe"), ({"x": 5}, "print"),
    ({"x": 0}, None), ({"x": -30}, None), ({"y": 105}, "safe"), ({"y": 115}, "print"), ({"y": 120}, None),
    ({"x": 5, "y": -10}, "print"), ({"x": 0, "y": 15}, "safe"),
])
def test_art_beyond_an_area_unless_it_bleeds(box, code):
    expected = [(f"art_outside_{code}", "art", "warn")] if code else []
    assert beyond(art(**box)) == expected
    assert beyond(art(**box), bound=["art"]) == expected, "an upright photo bleeds, whoever brings it"
    assert beyond(art(**box), safeArea="off", printArea="off") == []


def test_art_of_the_shopper_that_is_cut_is_told():
    told = [("art_outside_print", "art", "warn")]
    for cut in ({"x": -40, "rotation": 20}, {"x": -40, "mask": {"by": "shape", "shape": {"kind": "ellipse"}}}):
        assert beyond(art(**cut)) == [], "the merchant's own goes over the edge as it was laid"
        assert beyond(art(**cut), bound=["art"]) == told
    ground = {"x": -60, "y": -80, "width": 420, "height": 360, "rotation": 10}
    assert beyond(art(**ground), bound=["art"]) == []
    assert beyond(art(**{**ground, "y": -20}), bound=["art"]) == told, "a corner of the canvas stays bare"


def test_frames_may_lie_outside_the_safe_area():
    wide = {"x": 15, "width": 270}
    assert beyond(art(**wide)) == [] and beyond(art(y=14, height=172)) == []
    assert beyond(art(**wide), bound=["art"]) == [("art_outside_safe", "art", "warn")]
    assert beyond(art(x=5, width=290)) == [("art_outside_print", "art", "warn")]
    assert beyond(art(x=15, y=15)) == [("art_outside_safe", "art", "warn")], "two sides of one corner are no frame"


def test_codes_are_whole():
    code = {"id": "code", "type": "code", "symbology": "qr", "text": "https://example.com", "width": 90, "height": 90, "y": 50}
    assert beyond({**code, "x": 50}) == []
    assert beyond({**code, "x": 0}, printArea="refuse") == [("art_outside_print", "code", "refuse")]
    assert beyond({**code, "x": 195}) == [("art_outside_safe", "code", "warn")]


def test_shadows_and_what_is_cut_away_are_no_art():
    shape = {"id": "shape", "type": "shape", "shape": {"kind": "ellipse"}, "x": 22, "y": 60, "width": 50, "height": 50,
             "fill": "#000000"}
    assert beyond({**shape, "shadow": {"color": "#000000", "dx": -10, "dy": 0, "blur": 4}}) == []
    assert beyond({**shape, "stroke": {"color": "#000000", "width": 10}}) == [("art_outside_safe", "shape", "warn")]
    group = {"id": "g", "type": "group", "x": 30, "y": 30, "width": 100, "height": 100, "layers": [{**shape, "x": -16}]}
    assert beyond(group) == [("art_outside_safe", "shape", "warn")]
    assert beyond({**group, "clip": True}) == []


@pytest.mark.parametrize("d, width", [
    ("M0 0H10V80H0Z", 10), ("M0 0H80V80H0ZM12 12V68H68V12Z", 12), ("M0 0H10V80H0ZM5 0H17V80H5Z", 17),
    ("M0 0L100 40L97 49L-3 9Z", 9.4), ("M0 0H60V60H30V4H0Z", 4), ("M0 0L30 0L15 60Z", None),
])
def test_the_thinnest_stem(d, width):
    found = stems.thinnest(parse_path(d), (1, 0, 0, 1, 7, 3), 100)
    assert found is None if width is None else found == pytest.approx(width, rel=0.02)
    turned = stems.thinnest(parse_path(d), (0, 2, -2, 0, 0, 0), 200)
    assert turned is None if width is None else turned == pytest.approx(2 * width, rel=0.02)


def test_stems_for_engraving():
    def found(text, **more):
        return drawn(ground("#ffffff"), {**NAME, "text": text, "size": 30, "font": {"family": "Noto Sans"}, **more},
                     process="engraving").get("stem_thin")

    # the stem of the font's l is 88 of 1000 units
    assert found("l", size=30).figures["mm"] == round(0.088 * 30 / 300 * 25.4, 2)
    assert found("l", size=34) is None and found("l", size=33) is not None
    assert found("e").figures["mm"] < found("l").figures["mm"], "a bar thinner than a stem"
    assert found("l", stroke={"color": "#000000", "width": 3}) is None, "a stroke widens letters"
    assert found("l", fill="#00000000", stroke={"color": "#000000", "width": 3}) is None
    assert "stem_thin" not in drawn({**NAME, "size": 8})


def test_contrast_on_bent_surfaces():
    label = {"id": "mug", "type": "surface", "width": 600, "height": 200, "artWidth": 600, "artHeight": 200,
             "surface": {"kind": "cylinder", "curve": 0.1}}
    for fill, low in (("#f4f4f4", True), ("#202020", False)):
        assert ("contrast_low" in drawn(ground("#ffffff"), {**label, "layers": [{**NAME, "fill": fill}]})) == low
        own = {**label, "layers": [ground("#202020", id="art"), {**NAME, "fill": fill}]}
        assert ("contrast_low" in drawn(ground("#ffffff"), own)) != low, "the art's own ground counts"


def test_a_mosaic_needs_a_pixel_for_each_tile():
    photo = {"id": "p", "type": "image", "asset": "p", "width": 600, "height": 200}

    def found(across, width=30):
        return drawn({**photo, "adjust": [{"do": "mosaic", "across": across}]}, assets={"p": png(width, 10)}).get(
            "image_low_resolution")

    assert drawn(photo, assets={"p": png(30, 10)})["image_low_resolution"].figures["dpi"] == 15
    assert found(20) is None and found(30) is None
    assert found(40).figures == {"asset": "p", "dpi": 15, "wanted": "20"}
    assert found(400).figures["wanted"] == "150", "never more than the rule asks for"


def test_colours_out_of_gamut():
    assert "color_out_of_gamut" in drawn(ground("#00ff00"), gamutProfile="cmyk")
    assert "color_out_of_gamut" not in drawn(ground("#8a7a6a"), gamutProfile="cmyk")
    assert "color_out_of_gamut" not in drawn(ground("#00ff00"))
    found = drawn(ground("#00ff00"), gamutProfile="cmyk", rules={"gamut": {"refuse": 5}})
    assert found["color_out_of_gamut"].severity == "refuse"


def test_what_cannot_be_drawn_is_a_finding_while_editing():
    (found,) = drawn({**NAME, "text": "x"}, values={"name": "a\ue123"}).values()
    assert (found.code, found.severity, found.layer) == ("glyph_missing", "refuse", "name")
    assert "U+E123" in found.words("shopper", "en") and "无法印刷" in found.words("shopper", "zh_TW")
    (found,) = drawn(NAME, {"id": "p", "type": "image", "asset": "p", "width": 9, "height": 9}, assets={"p": b""}).values()
    assert found.severity == "refuse" and found.words("shopper", "de") == WORDS[found.code]["shopper"]["en"]


def test_a_finding_that_refuses_stands_for_a_failure():
    rules = {"textContrast": {"refuse": 2, "warn": 4}}
    error = refusal(list(drawn(ground("#ffffff"), {**NAME, "fill": "#fefefe"}, rules=rules).values()))
    assert (error.code, error.layer, error.part) == ("contrast_low", "name", "preflight") and "asks for 4" in error.message
    assert refusal([]) is None


def test_every_finding_has_words_in_both_languages_for_both():
    figures = {name: 1 for name in ("asset", "dpi", "wanted", "points", "percent", "mm", "contrast", "profile", "change",
                                    "part", "message", "layer")}
    for code, table in WORDS.items():
        for audience in ("shopper", "merchant"):
            assert set(table[audience]) == {"en", "zh"}, code
            assert all(text.format(**figures) for text in table[audience].values())
            assert not table[audience]["zh"].isascii() or "{" in table[audience]["zh"]
        assert "{layer}" not in table["shopper"]["en"] + table["shopper"]["zh"], "shoppers know no layers"


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
