"""Codes: a reader made by others reads what was drawn, at every size and turn; what would not scan is refused."""

import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from monogram.render import preflight
from monogram.render.document import parse, parse_values
from monogram.render.draw import render
from monogram.render.errors import RenderError
from monogram.render.generate import codes

SAMPLES = {"qr": "https://example.com/Ünï/日本?a=1", "datamatrix": "LOT-2026-0042 é", "code128": "Ab-42 (x)",
           "code39": "A-7 $.", "ean13": "4006381333931", "ean8": "96385074", "upca": "036000291452"}


def draw(side=400, dpi=150, values=None, scale=1.0, **code):
    layer = {"id": "code", "type": "code", "x": 30, "y": 30, "width": side, "height": side, **code}
    canvas = {"width": side + 60, "height": side + 60, "dpi": dpi, "background": "#ffffff"}
    document = parse({"canvas": canvas, "layers": [layer],
                      "bindings": [{"component": "link", "layer": "code", "property": "text"}]})
    return render(document, parse_values(values or {}), {}, scale=scale)


def pixels(rendered) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rendered.data)).convert("L"))


def read(rendered) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(pixels(rendered))]


def refused(**more) -> tuple:
    with pytest.raises(RenderError) as caught:
        draw(**more)
    return caught.value.code, caught.value.layer, caught.value.part


def expected(symbology: str) -> str:
    return SAMPLES[symbology] if symbology != "upca" else "0" + SAMPLES["upca"]  # read as the EAN-13 it is


@pytest.mark.parametrize("symbology", SAMPLES)
@pytest.mark.parametrize("rotation", [0, 7, 90, 183, 270])
@pytest.mark.parametrize("side", [320, 513])
def test_what_is_drawn_is_read(symbology, rotation, side):
    made = draw(side, symbology=symbology, text=SAMPLES[symbology], rotation=rotation)
    assert read(made) == [expected(symbology)]


@pytest.mark.parametrize("symbology", ["code128", "code39", "ean13", "ean8", "upca"])
def test_digits_do_not_hinder_reading(symbology):
    plain, made = draw(symbology=symbology, text=SAMPLES[symbology]), draw(symbology=symbology, text=SAMPLES[symbology],
                                                                           digits=True)
    assert read(made) == [expected(symbology)] and made.data != plain.data
    assert [text.layer for text in made.report.texts] == ["code"]


@pytest.mark.parametrize("level", "LMQH")
def test_a_damaged_qr_code_is_read_as_its_level_allows(level):
    made = pixels(draw(text="https://example.com/p/4213", level=level, quiet=4)).copy()
    spot = {"L": 26, "M": 40, "Q": 58, "H": 72}[level]
    made[230 - spot // 2:230 + spot // 2, 230 - spot // 2:230 + spot // 2] = 255
    assert [code.text for code in zxingcpp.read_barcodes(made)] == ["https://example.com/p/4213"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_edges_of_modules_lie_on_pixels(rotation):
    made = draw(401, text="Anna", rotation=rotation, x=30.25, y=29.6, light=None)
    assert set(np.unique(pixels(made))) == {0, 255}
    assert made.report.codes[0].module == 401 // 29


def test_a_preview_is_the_print_made_small():
    made = draw(600, text="Anna", scale=0.5)
    assert read(made) == ["Anna"] and made.report.codes == draw(600, text="Anna").report.codes


def test_values_bring_the_text():
    assert read(draw(text="sample", values={"link": "https://example.com/anna"})) == ["https://example.com/anna"]
    assert read(draw(text="sample", values={"link": None})) == read(draw(text="")) == []


@pytest.mark.parametrize("symbology, text", [
    ("ean13", "4006381333932"), ("ean13", "400638133393"), ("ean13", "400638133393A"), ("ean8", "96385075"),
    ("upca", "036000291453"), ("ean13", "４００６３８１３３３９３１"),
    ("code39", "lower"), ("code128", "Ünï"), ("code128", "a\tb"),
    ("code128", "x" * 300), ("qr", "x" * 3000), ("datamatrix", "x" * 3000),
])
def test_what_a_code_cannot_hold(symbology, text):
    assert refused(symbology=symbology, text=text) == ("code_content", "code", "text")


@pytest.mark.parametrize("rotation", [17, 45, 231])
def test_qr_codes_are_read_at_any_angle(rotation):  # the reader scans barcodes along rows and columns only
    assert read(draw(text=SAMPLES["qr"], rotation=rotation)) == [SAMPLES["qr"]]


def test_check_digits():
    assert [codes.check_digit(text[:-1]) for text in ("4006381333931", "96385074", "036000291452", "0000000000000")] == \
        ["1", "4", "2", "0"]


def test_modules_too_small_to_scan():
    assert refused(side=57, dpi=150, text="Anna") == ("code_too_small", "code", "width")  # 29 modules: under 2 pixels
    draw(side=58, dpi=150, text="Anna")
    assert refused(side=86, dpi=300, text="Anna") == ("code_too_small", "code", "width")  # 2 pixels are 0.17 mm
    draw(side=87, dpi=300, text="Anna")  # 3 are 0.254
    ean = {"symbology": "ean13", "text": SAMPLES["ean13"]}
    assert refused(side=3 * 113, dpi=300, **ean)[0] == "code_too_small"  # 0.254 is not 80 % of the nominal size
    draw(side=4 * 113, dpi=300, **ean)


@pytest.mark.parametrize("dark, light, kind", [
    ("#ffffff", "#000000", "qr"), ("#777777", "#aaaaaa", "qr"), ("#00000033", "#ffffff", "qr"), ("#000000", "#ffffff40", "qr"),
    ("#ff0000", "#ffffff", "code128"), ("#e00000", "#ffe0e0", "ean8"),
])
def test_colours_that_would_not_scan(dark, light, kind):
    assert refused(text=SAMPLES[kind], symbology=kind, dark=dark, light=light) == ("code_contrast", "code", "dark")


def test_colours_that_scan():
    for dark, light, kind in (("#0000ff", "#ffffff", "code128"), ("#c00000", "#ffffff", "qr"), ("#123a5f", "#ffe8c8", "ean8")):
        made = draw(text=SAMPLES[kind], symbology=kind, dark=dark, light=light)
        assert read(made) == [SAMPLES[kind]]


def test_a_code_without_ground_is_told():
    def found(**more) -> list[tuple]:
        layer = {"id": "code", "type": "code", "text": "Anna", "x": 10, "y": 10, "width": 200, "height": 200, **more}
        document = parse({"canvas": {"width": 220, "height": 220, "background": "#ffffff"}, "layers": [layer]})
        return [(finding.code, finding.layer, finding.severity) for finding in preflight.examine(document, {}, {})]

    assert found(light=None) == [("code_without_ground", "code", "warn")] and found() == []
