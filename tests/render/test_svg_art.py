"""SVG art: what is drawn is what the file says; what would run, fetch, or never end is refused at once, by name."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from monogram.render import limits
from monogram.render.document import parse
from monogram.render.draw import render
from monogram.render.errors import RenderError

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 40">'


def draw(art: str | bytes, whole=False, **layer) -> np.ndarray:
    data = art if isinstance(art, bytes) else (art if whole else f"{HEAD}{art}</svg>").encode()
    document = parse({"canvas": {"width": 40, "height": 40}, "assets": {"art": {}}, "layers": [
        {"id": "svg", "type": "svg", "asset": "art", "width": 40, "height": 40, **layer}]})
    return np.asarray(Image.open(io.BytesIO(render(document, {}, {"art": data}).data)))


def refused(art: str | bytes, whole=False) -> tuple:
    started = time.process_time()
    with pytest.raises(RenderError) as caught:
        draw(art, whole)
    assert caught.value.layer == "svg" and time.process_time() - started < 2
    return caught.value.code, caught.value.part


def at(pixels: np.ndarray, x: int, y: int) -> list[int]:
    return pixels[y, x].tolist()


RED, CLEAR = [255, 0, 0, 255], [0, 0, 0, 0]


@pytest.mark.parametrize("art", [
    '<rect x="10" y="10" width="20" height="20" fill="red"/>', '<path d="M10 10h20v20h-20z" style="fill:#f00"/>',
    '<g fill="rgb(100%,0,0)"><polygon points="10,10 30,10 30,30 10,30"/></g>',
    '<g transform="translate(10 10) scale(2)"><path d="M0 0H10V10H0z" fill="#ff0000ff"/></g>',
    '<defs><rect id="a" width="20" height="20"/></defs><use href="#a" x="10" y="10" fill="red"/>',
    '<line x1="10" y1="20" x2="30" y2="20" stroke="red" stroke-width="20"/>',
    '<clipPath id="c"><rect x="10" y="10" width="20" height="20"/></clipPath><g clip-path="url(#c)">'
    '<rect width="40" height="40" fill="red"/></g>',
    '<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="red"/></linearGradient>'
    '<rect x="10" y="10" width="20" height="20" fill="url(#g)"/>',
    '<g color="red"><rect x="10" y="10" width="20" height="20" fill="currentColor"/></g>',
])
def test_one_square_said_in_many_ways(art):
    pixels = draw(art)
    expected = np.zeros((40, 40, 4), np.uint8)
    expected[10:30, 10:30] = RED
    assert (pixels == expected).all()


def test_a_strokes_gradient_spans_the_shape_without_its_stroke():
    two = ('<linearGradient id="g"><stop offset=".5" stop-color="red"/><stop offset=".5" stop-color="blue"/></linearGradient>')
    pixels = draw(two + '<rect x="10" y="10" width="10" height="20" fill="none" stroke="url(#g)" stroke-width="8"/>')
    assert at(pixels, 13, 8) == at(pixels, 8, 20) == RED and at(pixels, 17, 8) == at(pixels, 22, 20) == [0, 0, 255, 255]
    assert at(pixels, 15, 20) == CLEAR  # its middle is not filled
    flat = draw(two + '<path d="M5 20H35" stroke="url(#g)" stroke-width="8"/>')
    assert not flat.any()  # SVG: a box without height has no fractions


@pytest.mark.parametrize(("limit", "pointed"), [("", False), ("4", False), ("6", True), ("1", False)])
def test_a_mitre_reaches_as_far_as_its_limit(limit, pointed):
    """A corner of 22.6 degrees: its mitre is 5.1 stroke widths long and ends 10.2 pixels above the corner."""
    said = f' stroke-miterlimit="{limit}"' if limit else ""
    pixels = draw(f'<path d="M16 40L20 20L24 40" fill="none" stroke="red" stroke-width="4"{said}/>')
    top = np.nonzero(pixels[:, :, 3].any(axis=1))[0].min()
    assert 9 <= top <= 10 if pointed else top >= 19


def test_a_focus_beside_the_centre_is_where_the_colours_start():
    ramp = '<stop stop-color="red"/><stop offset="1" stop-color="blue"/>'
    pixels = draw(f'<radialGradient id="g" fx=".25" fr=".1">{ramp}</radialGradient>'
                  '<rect width="40" height="40" fill="url(#g)"/>')
    assert at(pixels, 10, 20) == RED and pixels[20, 20, 0] < 200 and at(pixels, 39, 20)[2] > 240


def test_art_is_fitted_whole_and_cut_at_its_view_box():
    wide = '<svg width="80" height="40"><rect x="-50" y="-50" width="300" height="300" fill="red"/></svg>'
    pixels = draw(wide, whole=True)
    assert at(pixels, 20, 20) == at(pixels, 1, 11) == RED and at(pixels, 20, 8) == at(pixels, 20, 31) == CLEAR


def test_gradients_stand_where_they_are_said_to():
    ramp = '<stop offset="0" stop-color="#000"/><stop offset="1" stop-color="#fff"/>'
    box = draw(f'<linearGradient id="g">{ramp}</linearGradient><rect width="40" height="40" fill="url(#g)"/>')
    user = draw(f'<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="0" x2="1" gradientTransform="scale(40)">{ramp}'
                '</linearGradient><rect width="40" height="40" fill="url(#g)"/>')
    down = draw(f'<linearGradient id="a">{ramp}</linearGradient>'
                '<linearGradient id="g" href="#a" gradientTransform="rotate(90)"/>'
                '<rect width="40" height="40" fill="url(#g)"/>')
    assert [at(box, x, 5)[0] for x in (0, 10, 20, 39)] == pytest.approx([3, 67, 131, 252], abs=2)
    assert np.abs(box.astype(int) - user).max() <= 1 and np.abs(box.transpose(1, 0, 2).astype(int) - down).max() <= 1
    oval = draw(f'<radialGradient id="g">{ramp}</radialGradient><rect y="10" width="40" height="20" fill="url(#g)"/>')
    assert at(oval, 20, 20)[0] < 20 and at(oval, 36, 20)[0] == pytest.approx(at(oval, 20, 28)[0], abs=10)


def test_a_gradient_leaves_the_stroke_where_it_is():
    ramp = '<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="red"/></linearGradient>'
    rectangle = '<rect x="10" y="10" width="20" height="20" stroke="blue" stroke-width="4" fill="{}"/>'
    assert (draw(ramp + rectangle.format("url(#g)")) == draw(rectangle.format("red"))).all()


def test_stops_of_several_opacities_mix_colour_and_opacity_each_by_itself():
    stops = '<stop stop-color="#f00" stop-opacity="0"/><stop offset="1" stop-color="#00f"/>'
    pixels = draw(f'<linearGradient id="g">{stops}</linearGradient><rect width="40" height="40" fill="url(#g)"/>')
    assert at(pixels, 20, 20) == pytest.approx([124, 0, 131, 131], abs=3)  # premultiplied it would be blue


def test_recolouring_keeps_opacities():
    art = '<rect width="20" height="40" fill="blue" fill-opacity=".5"/><path d="M30 0v40" stroke="#0f0" stroke-width="10"/>'
    pixels = draw(art, fill="#ff0000")
    assert at(pixels, 5, 5) == [255, 0, 0, 128] and at(pixels, 30, 20) == RED and at(pixels, 22, 5) == CLEAR


def test_opacity_is_of_the_whole_group():
    over = '<g opacity=".5"><rect width="40" height="40" fill="blue"/><rect width="40" height="40" fill="red"/></g>'
    assert at(draw(over), 20, 20) == [255, 0, 0, 128]


def test_what_draws_nothing_is_passed_over():
    silent = '<title>T</title><desc/><metadata><x:y xmlns:x="urn:x"><script/></x:y></metadata>'
    silent += '<e:view xmlns:e="urn:e" e:on="1"/>'
    more = '<g display="none"><rect width="9" height="9"/></g><rect visibility="hidden" width="9" height="9"/><circle/><path/>'
    assert not draw(silent + more).any()


@pytest.mark.parametrize("art, part", [
    ("<script>alert(1)</script>", "the element script"), ('<rect onclick="x()" width="9" height="9"/>', "a script (onclick)"),
    ("<foreignObject/>", "the element foreignObject"), ('<animate attributeName="x"/>', "the element animate"),
    ("<set/>", "the element set"), ('<image href="file:///etc/passwd"/>', "the element image"),
    ("<style>*{fill:red}</style>", "the element style"), ("<text>Anna</text>", "the element text"),
    ('<filter id="f"/>', "the element filter"), ("<mask/>", "the element mask"), ("<pattern/>", "the element pattern"),
    ("<switch/>", "the element switch"), ("<svg/>", "an svg element within another"), ("<a/>", "the element a"),
    ('<html xmlns="http://www.w3.org/1999/xhtml"/>', "the element html of http://www.w3.org/1999/xhtml"),
    ('<use href="other.svg#a"/>', "the reference 'other.svg#a'"),
    ('<use xlink:href="http://a/b#c"/>', "the reference 'http://a/b#c'"),
    ('<use href="data:image/svg+xml,x"/>', "the reference 'data:image/svg+xml,x'"),
    ('<rect width="9" height="9" fill="url(http://a/b#c)"/>', "the reference 'http://a/b#c'"),
    ('<g filter="url(#f)"/>', "the property filter: url(#f)"),
    ('<g style="mix-blend-mode:multiply"/>', "the property mix-blend-mode: multiply"),
    ('<g behavior="x"/>', "the property or attribute behavior"), ('<rect href="#a"/>', "a reference (href) on rect"),
    ('<rect width="50%" height="9"/>', "the length '50%'"),
    ('<rect width="9" height="9" fill="hsl(1,2%,3%)"/>', "the colour 'hsl(1,2%,3%)'"),
    ('<path d="M0 0h9" stroke="red" stroke-dasharray="2" stroke-dashoffset="1"/>', "dashes with an offset"),
    ('<radialGradient id="g" fx="0"><stop/><stop/></radialGradient><rect width="9" height="9" fill="url(#g)"/>',
     "a radial gradient whose focus lies on its rim or beyond"),
    ('<radialGradient id="g" fr=".5"><stop/><stop/></radialGradient><rect width="9" height="9" fill="url(#g)"/>',
     "a radial gradient whose focus lies on its rim or beyond"),
    ('<clipPath id="g"/><path d="M0 0h9" stroke="url(#g)"/>', "a fill by clipPath"),
])
def test_what_is_not_on_the_list_is_refused(art, part):
    assert refused(art) == ("svg_refused", part)


@pytest.mark.parametrize("data, part", [
    ('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>',
     "a document type (DOCTYPE)"),
    ('<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>', "a document type (DOCTYPE)"),
    ('<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>', "a document type (DOCTYPE)"),
    ('<?xml-stylesheet href="a.css"?><svg/>', "a processing instruction (xml-stylesheet)"),
])
def test_files_that_declare_things(data, part):
    assert refused(data, whole=True) == ("svg_refused", part)


@pytest.mark.parametrize("data", [
    b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"<svg", b"<html/>", b"<svg/>", b'<svg viewBox="0 0 0 9"/>',
    b'<svg viewBox="0 0 9"/>',
    b'<?xml version="1.0" encoding="klingon"?><svg/>', b"\xff\xfe\x00\xd8", b'<svg viewBox="0 0 9 9">&x;</svg>',
    b'<svg viewBox="0 0 9 9"><use href="#none"/></svg>',
    b'<svg viewBox="0 0 9 9"><g transform="fly(9)"/></svg>', b'<svg viewBox="0 0 9 9"><rect width="1e99" height="9"/></svg>',
    b'<svg viewBox="0 0 9 9"><g style="fill"/></svg>', b'<svg viewBox="0 0 9 9"><polygon points="1 2 3"/></svg>',
])
def test_files_that_are_no_art(data):
    assert refused(data)[0] == "svg_invalid"


def test_paths_that_cannot_be_read():
    assert refused('<path d="M0 0 X"/>') == ("path_invalid", "d")


def uses(levels: int, each: int) -> str:
    groups = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * each + "</g>" for n in range(1, levels))
    return f'<defs><g id="g0"><rect width="1" height="1"/></g>{groups}</defs><use href="#g{levels - 1}"/>'


@pytest.mark.parametrize("art", [
    uses(8, 10), uses(10, 2), '<g id="a"><use href="#a"/></g>', '<use id="a" href="#b"/><use id="b" href="#a"/>',
    "<g>" * (limits.SVG_DEPTH + 1) + "</g>" * (limits.SVG_DEPTH + 1), "<g/>" * (limits.SVG_NODES + 1),
    '<g opacity=".5">' * 40 + '<rect width="9" height="9"/>' + "</g>" * 40, " " * (limits.SVG_BYTES + 1),
    '<defs><path id="p" d="M0 0' + "h1v1" * 5000 + '"/></defs>' + '<use href="#p"/>' * 60,
    '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/><rect width="9" height="9" fill="url(#a)"/>',
    '<linearGradient id="a">' + "<stop/>" * 300 + '</linearGradient><rect width="9" height="9" fill="url(#a)"/>',
])
def test_bombs_end_at_once(art):
    assert refused(art)[0] == "svg_too_large"


def test_a_huge_view_is_only_a_scale():
    started = time.process_time()
    art = '<svg width="60000" height="60000"><rect width="60000" height="60000" fill="red"/></svg>'
    assert at(draw(art, whole=True), 20, 20) == RED and time.process_time() - started < 1


def test_image_layers_still_refuse_svg():
    document = parse({"canvas": {"width": 9, "height": 9}, "assets": {"a": {}}, "layers": [
        {"id": "photo", "type": "image", "asset": "a", "width": 9, "height": 9}]})
    with pytest.raises(RenderError) as caught:
        render(document, {}, {"a": b"<svg/>"})
    assert caught.value.code == "image_format"


def test_svg_assets_are_listed_hashed_and_checked():
    listed = {"canvas": {"width": 9, "height": 9}, "assets": {"a": {"sha256": "0" * 64}}, "layers": [
        {"id": "svg", "type": "svg", "asset": "a", "width": 9, "height": 9}]}
    for assets, code in (({"a": b"<svg/>"}, "image_changed"), ({}, "image_missing")):
        with pytest.raises(RenderError) as caught:
            render(parse(listed), {}, assets)
        assert (caught.value.code, caught.value.layer) == (code, "svg")
    listed["assets"] = {}
    with pytest.raises(RenderError) as caught:
        parse(listed)
    assert caught.value.code == "document_invalid"
