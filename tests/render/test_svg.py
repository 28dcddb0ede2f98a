"""SVG of paths: another program's drawing of it is held against ours; what SVG cannot say is refused with the layer named."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from monogram.render import draw, export
from monogram.render.document import parse
from monogram.render.errors import RenderError

ROOT = Path(__file__).parents[2]
BOX = {"x": 20, "y": 20, "width": 160, "height": 120}
RASTER = "import sys, pyvips; pyvips.Image.svgload_buffer(sys.stdin.buffer.read(), dpi=72).pngsave(sys.argv[1])"


def shape(**more):
    return {"id": "a", "type": "shape", "shape": {"kind": "ellipse"}, **BOX, **more}


STAR = {"kind": "path", "d": "M 50 0 L 80 95 L 0 35 L 100 35 L 20 95 Z", "viewBox": [0, 0, 100, 100], "rule": "evenodd"}
TEXT = {"id": "a", "type": "text", "text": "Zoë سلام", "font": {"family": "Noto Sans", "weight": 700}, "size": 44, **BOX}
STOPS = [{"at": 0, "color": "#ff0000"}, {"at": 1, "color": "#0000ff"}]
LAYERS = {
    "ellipse": shape(fill="#33669980"),
    "turned": shape(shape={"kind": "rectangle", "radius": 20}, fill="#336699", rotation=30),
    "stroked": shape(fill="#ffcc00", stroke=[{"color": "#0000ff", "width": 6}, {"color": "#ff0000", "width": 16}]),
    "dashed": shape(stroke={"color": "#000000", "width": 5, "dash": [12, 7], "cap": "round", "behind": False}),
    "even-odd": shape(shape=STAR, fill="#990033"),
    "text": {**TEXT, "fill": "#113355", "stroke": {"color": "#ffcc00", "width": 4}},
    "shadow": {**TEXT, "shadow": {"color": "#00000080", "dx": 5, "dy": 4}},
    "linear": shape(fill={"kind": "linear", "start": {"x": 0, "y": 0}, "end": {"x": 1, "y": 0}, "stops": STOPS}),
    "opacity": {"id": "g", "type": "group", **BOX, "opacity": 0.5,
                "layers": [shape(x=0, y=0, fill="#ff0000"), {**shape(x=40, y=0, fill="#00ff00"), "id": "b"}]},
    "masked": {**shape(shape={"kind": "rectangle"}, fill="#008866"), "mask": {"by": "shape", "shape": STAR}},
    "clipped": {"id": "g", "type": "group", **BOX, "rotation": 20, "clip": True, "layers": [shape(x=60, y=40, fill="#ff0000")]},
}


def document(*layers, **more):
    return parse({"canvas": {"width": 200, "height": 160, "dpi": 100}, "layers": list(layers), **more})


def svg(*layers, **how) -> str:
    return draw.render(document(*layers), {}, {}, format="svg", **how).data.decode()


def rastered(text: str, folder: Path) -> np.ndarray:
    # our own decoding forbids libvips its SVG reader, by a variable that children would inherit
    env = {name: value for name, value in os.environ.items() if name != "VIPS_BLOCK_UNTRUSTED"}
    command = [sys.executable, "-c", RASTER, str(folder / "out.png")]
    subprocess.run(command, input=text.encode(), check=True, cwd=ROOT, env=env)
    image = Image.open(folder / "out.png").convert("RGBA")
    return np.asarray(image.resize((200, 160), Image.Resampling.BOX)).astype(float)


def over_white(pixels: np.ndarray) -> np.ndarray:
    alpha = pixels[:, :, 3:] / 255
    return pixels[:, :, :3] * alpha + 255 * (1 - alpha)


@pytest.mark.parametrize("name", LAYERS)
def test_another_program_draws_the_same(name, tmp_path):
    ours = np.asarray(Image.open(io.BytesIO(draw.render(document(LAYERS[name]), {}, {}).data))).astype(float)
    text = svg(LAYERS[name]).replace('width="2in" height="1.6in"', 'width="200px" height="160px"')
    assert 'width="200px"' in text, text[:300]
    difference = abs(over_white(rastered(text, tmp_path)) - over_white(ours)).max(axis=2)
    assert over_white(ours).std() > 8, "it shows something"
    assert (difference > 48).mean() < 0.008 and difference.mean() < 1.2, (difference.mean(), (difference > 48).mean())


def test_it_is_paths_in_the_size_of_the_canvas():
    root = ElementTree.fromstring(svg(LAYERS["text"], shape(id="b", fill="#ff0000")))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("2in", "1.6in", "0 0 200 160")
    kinds = {re.sub(r"\{.*\}", "", element.tag) for element in root.iter()}
    assert kinds == {"svg", "g", "path"}, "no text, no font, no style sheet"
    assert [group.get("data-layer") for group in root] == ["a", "b"]
    assert svg(LAYERS["text"]) == svg(LAYERS["text"])


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.arange(40 * 30 * 3, dtype=np.uint32).reshape(30, 40, 3).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


PHOTO = {"id": "photo", "type": "image", "asset": "p", **BOX, "crop": {"x": 0.25, "y": 0, "width": 0.5, "height": 1}}


def test_pictures_are_taken_in_only_if_asked(tmp_path):
    made = document(PHOTO, assets={"p": {}})
    with pytest.raises(RenderError, match="embedded") as caught:
        draw.render(made, {}, {"p": photo()}, format="svg")
    assert (caught.value.code, caught.value.layer) == ("svg_unsupported", "photo")
    drawing = draw.open(made, {}, {"p": photo()}, encoding=export.encoding("svg", embed_images=True))
    text = b"".join(drawing.pieces()).decode()
    assert text.count("data:image/png;base64,") == 1
    text = text.replace('width="2in" height="1.6in"', 'width="200px" height="160px"')
    ours = np.asarray(Image.open(io.BytesIO(draw.render(made, {}, {"p": photo()}).data))).astype(float)
    assert abs(over_white(rastered(text, tmp_path)) - over_white(ours)).mean() < 6


@pytest.mark.parametrize("layer", [
    PHOTO | {"adjust": [{"do": "grey"}, {"do": "tint", "color": "#ff8800"}]}, PHOTO | {"adjust": [{"do": "threshold"}]},
    PHOTO | {"adjust": [{"do": "mosaic", "across": 8}], "rotation": 30},
    PHOTO | {"crop": {}, "slice": {"top": 8, "right": 8, "bottom": 8, "left": 8}, "rotation": 15, "opacity": 0.6},
    {"id": "photo", "type": "surface", **BOX, "layers": [shape(fill="#0000ff")], "artWidth": 200, "artHeight": 160,
     "surface": {"kind": "quad", "corners": [{"x": 0, "y": 0}, {"x": 1, "y": 0.2}, {"x": 1, "y": 0.8},
                                                     {"x": 0, "y": 1}]}},
])
def test_what_is_made_of_pictures_is_embedded_as_it_is_painted(layer, tmp_path):
    made = document(layer, assets={"p": {}})
    with pytest.raises(RenderError, match="embedded"):
        draw.render(made, {}, {"p": photo()}, format="svg")
    drawing = draw.open(made, {}, {"p": photo()}, encoding=export.encoding("svg", embed_images=True))
    text = b"".join(drawing.pieces()).decode()
    text = text.replace('width="2in" height="1.6in"', 'width="200px" height="160px"')
    ours = np.asarray(Image.open(io.BytesIO(draw.render(made, {}, {"p": photo()}).data))).astype(float)
    assert ours[:, :, 3].any() and abs(over_white(rastered(text, tmp_path)) - over_white(ours)).mean() < 6


@pytest.mark.parametrize("layer, told", [
    (shape(fill="#ff0000", shadow={"color": "#000000", "blur": 3}), "a blurred shadow"),
    ({**TEXT, "text": "😀"}, "colours of their own"),
    ({**shape(fill="#ff0000"), "mask": {"by": "image", "asset": "p"}}, "masked by a picture"),
    (shape(fill={"kind": "linear", "start": {"x": 0, "y": 0}, "end": {"x": 1, "y": 0},
                 "stops": [{"at": 0, "color": "#ff0000"}, {"at": 1, "color": "#ff000000"}]}), "from clear to opaque"),
])
def test_what_svg_cannot_say_is_refused_by_name(layer, told):
    with pytest.raises(RenderError, match=told) as caught:
        draw.render(document(layer, assets={"p": {}}), {}, {"p": photo()}, format="svg")
    assert (caught.value.code, caught.value.layer) == ("svg_unsupported", "a")


def test_names_of_layers_cannot_break_out():
    text = svg({**shape(fill="#ff0000"), "id": '"/><script>x</script>'})
    assert "<script" not in text and ElementTree.fromstring(text)[0].get("data-layer") == '"/><script>x</script>'
    assert json.dumps(text)
