"""Adjusting images: golden pixels, slow and plain readings of the same rules, refusals, memory."""

import io
import json
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from monogram.render import adjust, limits
from monogram.render.adjust import dithers, grids, tones
from monogram.render.document import Adjustment, Threshold, parse
from monogram.render.draw import render
from monogram.render.errors import RenderError
from monogram.render.salience import best

sys.path.insert(0, str(Path(__file__).parent / "vectors" / "adjust"))
import make

GOLDEN = json.loads((Path(make.__file__).parent / "pixels.json").read_text("utf-8"))


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def draw(source: np.ndarray, *, canvas=(48, 40), background="#ffffff", textures=None, **layer):
    document = parse({
        "canvas": {"width": canvas[0], "height": canvas[1], "background": background}, "assets": {"a": {}, "t": {}},
        "layers": [{"id": "image", "type": "image", "asset": "a", "width": 48, "height": 40, **layer}]})
    return render(document, {}, {"a": png(source), "t": textures or png(source)})


def pixels(rendered) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rendered.data)))


def refused(**layer) -> RenderError:
    with pytest.raises(RenderError) as caught:
        draw(make.SOURCES["opaque"], **layer)
    return caught.value


# -- golden pixels and plain readings ----------------------------------------------------------------------------------------

def test_every_adjustment_gives_its_golden_pixels():
    made = json.loads(make.text())
    wrong = [case["adjust"] for case, want in zip(made["adjustments"], GOLDEN["adjustments"], strict=True) if case != want]
    assert not wrong and made == GOLDEN
    done = {step["do"] for case in GOLDEN["adjustments"] for step in case["adjust"]}
    assert done == {kind.__struct_config__.tag for kind in Adjustment.__args__}


@pytest.mark.parametrize("shape, band", [((40, 33), 16), ((5, 7), 1024), ((1, 9), 16), ((30, 2), 16), ((3, 1), 8)])
@pytest.mark.parametrize("level", [0, 0.3, 0.5, 1])
def test_error_diffusion_by_slants_is_that_by_rows(shape, band, level, monkeypatch):
    monkeypatch.setattr(dithers, "_BAND", band)
    source = np.random.default_rng(1).integers(0, 256, (*shape, 4), np.uint8)
    out = source.copy()
    dithers.threshold(out, Threshold(level=level, dither="floyd", dark="#ff0000", light="#0000ff80"))
    light, errors = tones.on_white(source).astype(int), np.zeros((shape[0] + 1, shape[1] + 2), int)
    for y, x in np.ndindex(shape):
        if source[y, x, 3] < 128:
            assert out[y, x].tolist() == [0, 0, 0, 0]
            continue
        value = 16 * light[y, x] + errors[y, x + 1]
        dark = 16 * value < 255 * tones.scaled(level)
        assert out[y, x].tolist() == ([255, 0, 0, 255] if dark else [0, 0, 255, 128])
        error = value - (0 if dark else 4080)
        right, left, down = (7 * error) >> 4, (3 * error) >> 4, (5 * error) >> 4
        errors[y, x + 2] += right
        errors[y + 1, x:x + 3] += [left, down, error - right - left - down]


@pytest.mark.parametrize("box, width, height", [
    ((0, 0, 24, 18), 5, 4), ((1.3, 0.2, 20.7, 16.8), 7, 9), ((-1, -1, 25, 19), 30, 20), ((2, 2, 3, 3), 6, 6),
    ((3, 2, 9, 7), 6, 5), ((-1, 0, 24, 18), 25, 18), ((0, -1, 24, 20), 24, 21)])
@pytest.mark.parametrize("source", ["opaque", "translucent"])
def test_a_grid_is_the_average_of_areas(box, width, height, source):
    pixels = make.SOURCES[source].astype(int)
    out = grids.resample(make.SOURCES[source], box, width, height)
    across, down = grids.spans(box[0], box[2], width, 24), grids.spans(box[1], box[3], height, 18)
    for j, i in np.ndindex(height, width):
        weights = np.outer([max(0, min(down[j][1], 256 * y + 256) - max(down[j][0], 256 * y)) for y in range(18)],
                           [max(0, min(across[i][1], 256 * x + 256) - max(across[i][0], 256 * x)) for x in range(24)])
        all_of_it, alpha = int(weights.sum()), int((weights * pixels[:, :, 3]).sum())
        colors = [int((weights * pixels[:, :, 3] * pixels[:, :, band]).sum()) for band in range(3)]
        want = [(2 * color + alpha) // (2 * alpha) if alpha else 0 for color in colors]
        assert out[j, i].tolist() == [*want, (2 * alpha + all_of_it) // (2 * all_of_it)]


def test_what_changes_nothing_changes_nothing():
    steps = [{"do": "grey", "amount": 0}, {"do": "sepia", "amount": 0}, {"do": "brightness", "amount": 0},
             {"do": "contrast", "amount": 0}, {"do": "saturation", "amount": 0}, {"do": "tint", "color": "#ffffff"},
             {"do": "tint", "color": "#123456", "amount": 0}]
    for step in steps:
        source = make.SOURCES["translucent"]
        assert (adjust.apply(source.copy(), (msgspec.convert(step, Adjustment),)) == source).all(), step


# -- as they are drawn -------------------------------------------------------------------------------------------------------

def test_every_dot_of_an_upright_engraving_is_a_whole_pixel():
    places = ({}, {"x": 0.4, "y": 1.7, "width": 41.3}, {"rotation": 90}, {"flipX": True}, {"fit": "tile", "tileScale": 0.9})
    for place in places:
        drawn = pixels(draw(make.SOURCES["opaque"], background="#ff00ff",
                            adjust=[{"do": "threshold", "dither": "floyd", "light": "#00ff00"}], **place))
        found = {tuple(color) for color in drawn.reshape(-1, 4).tolist()}
        assert (0, 0, 0, 255) in found and found <= {(0, 0, 0, 255), (0, 255, 0, 255), (255, 0, 255, 255)}


def test_a_mosaic_has_no_more_colors_than_asked():
    drawn = pixels(draw(make.SOURCES["opaque"], adjust=[{"do": "mosaic", "across": 12, "colors": 5}]))
    assert 3 <= len({tuple(color) for color in drawn.reshape(-1, 4).tolist()}) <= 5


def test_a_background_goes_and_its_subject_and_hole_stay():
    drawn = pixels(draw(make.SOURCES["subject"], background=None, adjust=[{"do": "remove-background", "feather": 0}]))
    assert drawn[2, 2, 3] == drawn[37, 45, 3] == 0 and drawn[20, 13].tolist() == [180, 40, 50, 255] and drawn[20, 24, 3] == 255


def test_dpi_is_told_of_the_source_as_it_is_placed():
    source = make.SOURCES["opaque"]  # 24 x 18
    plain = {"width": 48, "height": 36, "fit": "stretch"}
    engraved = draw(source, **plain, adjust=[{"do": "threshold"}]).report.images[0].dpi
    assert engraved == draw(source, **plain).report.images[0].dpi == 150
    assert draw(source, width=24, height=36, focus="auto").report.images[0].dpi == 150
    assert draw(source, fit="tile", tileScale=2).report.images[0].dpi == 150
    assert draw(source, slice={"top": 2, "right": 2, "bottom": 2, "left": 2, "scale": 3}).report.images[0].dpi == 100


def test_the_best_window_holds_what_counts():
    counts = np.zeros(100, np.int64)
    counts[70:80] = 5
    assert best(counts, 0.2) * 80 == 65  # centred on it
    assert best(counts, 1) == best(counts * 0, 0.5) == 0.5
    assert best(counts[::-1].copy(), 0.2) * 80 == 15


# -- refusals ----------------------------------------------------------------------------------------------------------------

def test_what_cannot_be_adjusted_is_refused_by_name():
    error = refused(adjust=[{"do": "remove-background", "method": "oracle"}])
    assert (error.code, error.layer, error.part) == ("method_unknown", "image", "oracle") and "border" in error.message
    with pytest.raises(RenderError) as caught:
        draw(np.full((20, 30, 4), 255, np.uint8), adjust=[{"do": "remove-background"}])
    assert (caught.value.code, caught.value.layer) == ("background_unclear", "image")
    error = refused(adjust=[{"do": "threshold"}], width=limits.ADJUSTED_PIXELS / 1000, height=1100)
    assert (error.code, error.layer) == ("adjust_too_large", "image")
    error = refused(slice={"top": 9, "right": 0, "bottom": 9, "left": 0})
    assert (error.code, error.layer, error.part) == ("slice_too_large", "image", "slice")


@pytest.mark.parametrize("layer, part", [
    ({"focus": "auto", "fit": "fit"}, "focus"), ({"focus": {"x": 0, "y": 0}, "fit": "tile"}, "focus"),
    ({"slice": {"top": 1, "right": 1, "bottom": 1, "left": 1}, "fit": "tile"}, "slice"),
    ({"slice": {"top": 1, "right": 1, "bottom": 1, "left": 1}, "adjust": [{"do": "line-art"}]}, "adjust"),
    ({"adjust": [{"do": "mosaic", "across": 9, "texture": "none"}]}, "none"),
    ({"adjust": [{"do": "sharpen"}]}, None), ({"adjust": [{"do": "grey", "amount": 2}]}, None),
    ({"adjust": [{"do": "grey"}] * 17}, None), ({"tileScale": 0}, None), ({"focus": "face"}, None),
])
def test_documents_that_ask_for_what_there_is_not(layer, part):
    error = refused(**layer)
    assert (error.code, error.part) == ("document_invalid", part)


def test_a_texture_that_is_missing_is_told():
    document = parse({"canvas": {"width": 9, "height": 9}, "assets": {"a": {}, "t": {}}, "layers": [
        {"id": "image", "type": "image", "asset": "a", "width": 9, "height": 9,
         "adjust": [{"do": "mosaic", "across": 3, "texture": "t"}]}]})
    with pytest.raises(RenderError) as caught:
        render(document, {}, {"a": png(make.SOURCES["opaque"])})
    assert (caught.value.code, caught.value.layer, caught.value.part) == ("image_missing", "image", "t")


# -- memory ------------------------------------------------------------------------------------------------------------------

PEAK = """
import io, sys
import numpy as np
from PIL import Image
from monogram.render.document import parse
from monogram.render.draw import render
import json
buffer = io.BytesIO()
ramp = np.add.outer((np.arange(7000) // 40).astype(np.uint8), (np.arange(7000) // 60).astype(np.uint8))
Image.fromarray(ramp).save(buffer, "JPEG", quality=70)
del ramp
document = parse({"canvas": {"width": 500, "height": 500}, "assets": {"a": {}}, "layers": [
    {"id": "image", "type": "image", "asset": "a", "width": 500, "height": 500, "adjust": json.loads(sys.argv[1])}]})
render(document, {}, {"a": buffer.getvalue()})
"""


ALONE = """
import json, sys
import msgspec
import numpy as np
from monogram.render import adjust
from monogram.render.document import Adjustment
pixels = np.full((7000, 7000, 4), 255, np.uint8)
pixels[:, :, 0] = np.add.outer((np.arange(7000) // 40).astype(np.uint8), (np.arange(7000) // 60).astype(np.uint8))
adjust.apply(pixels, tuple(msgspec.convert(step, Adjustment) for step in json.loads(sys.argv[1])))
"""


# In bytes. The kernel's rusage of a child begins with what its parent had when it forked; VmHWM begins with the program.
TOLD = """
import pathlib, re, resource
status = pathlib.Path("/proc/self/status")
if status.exists():
    print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) * 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("script, steps", [
    (PEAK, [{"do": "sepia"}, {"do": "contrast", "amount": 0.2}, {"do": "threshold", "dither": "floyd"}]),
    (ALONE, [{"do": "remove-background", "tolerance": 0.1}, {"do": "grey"}]),
])
def test_a_picture_of_49_megapixels_stays_within_450_mb(script, steps):
    told = subprocess.run([sys.executable, "-c", script + TOLD, json.dumps(steps)], capture_output=True, text=True, check=True)
    peak = int(told.stdout)
    assert peak < 450 * 1_000_000, f"{peak / 1e6:.0f} MB"
