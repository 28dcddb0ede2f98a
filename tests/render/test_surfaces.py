"""Surfaces: art bent onto a product picture. What is refused, what must stay as it is, and what is told of what lies inside."""

import io

import numpy as np
import pytest
from PIL import Image
from test_refusals import SHAPE, TEXT, draw, png, refused, where

from monogram.render.document import parse, parse_values
from monogram.render.resolve import resolve

FLAT = [{"x": 0, "y": 0}, {"x": 1, "y": 0}, {"x": 1, "y": 1}, {"x": 0, "y": 1}]
QUAD = {"kind": "quad", "corners": FLAT}
MESH = {"kind": "mesh", "columns": 1, "rows": 1, "points": [FLAT[0], FLAT[1], FLAT[3], FLAT[2]]}
BOX = {"x": 7, "y": 5, "width": 36, "height": 30}
INSIDE = [SHAPE, TEXT | {"fill": "#ffffff"}]


def surface(bend, layers=INSIDE, **more):
    return {"id": "wall", "type": "surface", "artWidth": 36, "artHeight": 30, "surface": bend, "layers": layers, **BOX, **more}


def pixels(rendered) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rendered.data))).astype(int)


@pytest.mark.parametrize("bend", [QUAD, MESH])
def test_a_surface_that_bends_nothing_is_a_group_cut_at_its_box(bend):
    group = pixels(draw({"id": "wall", "type": "group", "clip": True, "layers": INSIDE, **BOX}))
    assert np.abs(pixels(draw(surface(bend))) - group).max() <= 1 < group.max()


def test_a_bent_edge_is_anti_aliased_and_whole():
    """Along a slanted rim coverage between nothing and all occurs, and no pixel inside shows the ground."""
    plain = [{"id": "a", "type": "shape", "shape": {"kind": "rectangle"}, "fill": "#ff0000", "width": 36, "height": 30}]
    slanted = [*MESH["points"][:3], {"x": 1, "y": 0.7}]
    for bend in (MESH | {"points": slanted}, {"kind": "quad", "corners": [FLAT[0], FLAT[1], slanted[3], FLAT[3]]}):
        alpha = pixels(draw(surface(bend, plain)))[:, :, 3]
        assert (alpha[5:26, 7:43] == 255).all() and len(np.unique(alpha)) > 4


def test_art_is_cut_at_its_own_edges():
    wide = SHAPE | {"x": -100, "y": -100, "width": 300, "height": 300, "shape": {"kind": "rectangle"}}
    alpha = pixels(draw(surface(QUAD, [wide])))[:, :, 3]
    assert (alpha[5:35, 7:43] == 255).all() and alpha.sum() == 255 * 30 * 36


@pytest.mark.parametrize("bend, part", [
    (MESH | {"points": MESH["points"] * 2}, "surface"), ({"kind": "cylinder", "from": 0.7, "to": 0.7}, "surface"),
    ({"kind": "cylinder", "from": 1.2, "to": 1.9}, "surface"),
])
def test_surfaces_that_make_no_sense(bend, part):
    assert where(refused(surface(bend))) == ("document_invalid", "wall", part)


def test_surfaces_do_not_nest():
    inner = surface(QUAD) | {"id": "inner"}
    assert where(refused(surface(QUAD, [inner]))) == ("document_invalid", "wall", "layers")
    group = {"id": "group", "type": "group", "layers": [inner], **BOX}
    assert refused(surface(QUAD, [group])).layer == "wall"


@pytest.mark.parametrize("corners", [
    [FLAT[0], FLAT[2], FLAT[1], FLAT[3]], [FLAT[0], FLAT[1], {"x": 0.2, "y": 0.2}, FLAT[3]], [FLAT[0]] * 4,
    [FLAT[0], {"x": 0.5, "y": 0}, FLAT[1], FLAT[2]],
])
def test_a_quad_must_be_convex(corners):
    assert where(refused(surface({"kind": "quad", "corners": corners}))) == ("surface_invalid", "wall", "surface")


def test_a_displacement_map_must_be_there():
    assert refused(surface(QUAD, displacement="unlisted")).code == "document_invalid"
    assert where(refused(surface(QUAD, displacement="a", strength=3), assets={})) == ("image_missing", "wall", "a")
    broken = where(refused(surface(QUAD, displacement="a", strength=3), assets={"a": png()[:60]}))
    assert broken[0] in ("image_corrupt", "image_truncated") and broken[1] == "wall"


def test_grey_moves_nothing_and_red_moves_right():
    still = draw(surface(QUAD, displacement="a", strength=5), assets={"a": png(color=(128, 128, 128))})
    assert np.abs(pixels(still) - pixels(draw(surface(QUAD)))).max() <= 1
    moved = draw(surface(QUAD, displacement="a", strength=5), assets={"a": png(color=(255, 128, 128))})
    assert np.abs(pixels(moved) - pixels(draw(surface(QUAD, x=12)))).max() <= 1


def test_what_lies_inside_is_reported_as_it_is_seen():
    photo = {"id": "photo", "type": "image", "asset": "a", "x": 0, "y": 0, "width": 80, "height": 60}
    layers = [photo, TEXT | {"x": 200, "y": 160, "width": 150, "height": 100, "size": 50}]
    bent = surface(QUAD, layers, x=10, y=0, width=40, height=30, artWidth=400, artHeight=300)
    document = parse({"canvas": {"width": 50, "height": 40, "dpi": 300}, "assets": {"a": {}}, "layers": [bent]})
    _, report = resolve(document, parse_values({}), {"a": png((8, 6))})
    assert report.images[0].dpi == pytest.approx(300, rel=0.02)  # 8 pixels of the photo over 8 of the canvas
    left, top, right, bottom = report.texts[0].bounds
    assert 30 <= left < right <= 50 and 16 <= top < bottom <= 30


def test_half_a_preview_draws_half_the_art():
    document = parse({"canvas": {"width": 50, "height": 40}, "layers": [surface(QUAD, artWidth=360, artHeight=300)]})
    whole, _ = resolve(document, {}, {})
    half, _ = resolve(document, {}, {}, scale=0.5)
    assert [scene.nodes[0].width for scene in (whole, half)] == [45, 23]
