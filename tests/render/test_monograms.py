"""Monograms: what they are made of fills the box, and what cannot be one is refused."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from monogram.render.document import parse
from monogram.render.draw import render
from monogram.render.errors import RenderError
from monogram.render.generate import weaves


def drawn(text: str, **more):
    layer = {"id": "m", "type": "monogram", "text": text, "font": {"family": "Noto Sans"}, "x": 10, "y": 10, "width": 80,
             "height": 80} | more
    document = {"canvas": {"width": 100, "height": 100}, "layers": [layer],
                "bindings": [{"component": "initials", "layer": "m", "property": "text"}]}
    return lambda **values: render(parse(document), values, {})


def inked(result) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(result.data)))[:, :, 3]


@pytest.mark.parametrize("style", ["circle", "interlocked", "stacked"])
@pytest.mark.parametrize("text", ["HNE", "HE", "H", "\u05d0\u05d1", "福"])
def test_letters_reach_the_box_and_not_beyond(style, text):
    alpha = inked(drawn(text, style=style)())
    rows, columns = np.nonzero(alpha > 128)
    across, down = (columns.min(), columns.max()), (rows.min(), rows.max())
    assert min(*across, *down) >= 10 and max(*across, *down) <= 89
    assert max(across[1] - across[0], down[1] - down[0]) >= 78  # a point of a letter may be thinner than a pixel


def test_right_to_left_letters_begin_at_the_right():
    def gap(text: str) -> float:
        columns = np.nonzero(inked(drawn(text, style="stacked")()).any(axis=0))[0]
        return next(here for here, after in itertools.pairwise(columns) if after > here + 1)

    assert gap("\u05e9\u05d5") < 45 < 55 < gap("\u05d5\u05e9")  # shin is wide, vav narrow


def framed(x: float, y: float) -> list:
    """A square ring of 1000 with bars of 200, as the outline of a letter."""
    def square(points) -> list:
        return [("M", (points[0],)), *(("L", (point,)) for point in points[1:]), ("Z", ())]

    def corners(a: float, b: float) -> list:
        return [(x + a, y + a), (x + b, y + a), (x + b, y + b), (x + a, y + b)]
    return square(corners(0, 1000)) + square(corners(200, 800)[::-1])


def test_letters_pass_over_and_under_in_turns():
    path, kept = weaves.weave([framed(0, 0), framed(500, 300)], 1000)
    upper = [path.contains(*point) for point in ((900, 400), (790, 400), (900, 290), (900, 250))]
    lower = [path.contains(*point) for point in ((600, 900), (490, 900), (600, 790), (600, 750))]
    assert upper == lower == [True, True, False, True]  # the right one over, cut beside it; then the left one
    assert kept == pytest.approx(1 - 200 * 240 / 640_000, abs=0.001)


def test_what_a_crossing_leaves_too_thin_is_dropped_and_holes_stay():
    """Of a ring whose bar lies under another's but for 10, the rest would be a thread."""
    path, _ = weaves.weave([framed(0, 0), framed(790, 0)], 1000)
    assert not path.contains(783, 500) and not path.contains(995, 500)  # 10 at either side, gap and thread
    assert path.contains(900, 500) and not path.contains(500, 500) and not path.contains(1300, 500)


@pytest.mark.parametrize("text", ["AK", "EM", "HH", "JF"])
@pytest.mark.parametrize("family", ["Playfair Display", "Bebas Neue", "Amatic SC"])
def test_letters_that_would_hide_each_other_overlap_less(text, family):
    """Each is seen for the most part: the sign has most of the ink of its letters side by side, at one height."""
    def ink(style: str) -> float:
        alpha = inked(drawn(text, style=style, font={"family": family}, x=0, y=0, width=100, height=100)())
        rows = np.nonzero((alpha > 128).any(axis=1))[0]
        return alpha.sum() / (rows.max() - rows.min()) ** 2

    assert ink("interlocked") > 0.75 * ink("stacked")


def test_white_space_is_passed_over_and_nothing_draws_nothing():
    assert drawn("A B")().data == drawn("AB")().data
    assert not inked(drawn(" ")()).any() and not inked(drawn("AB")(initials=None)).any()
    assert drawn("AB")(initials="XY").data == drawn("XY")().data


@pytest.mark.parametrize("text", ["ABCD", "A🎉", "\u00ad"])
def test_what_is_no_letter_is_refused(text):
    with pytest.raises(RenderError) as caught:
        drawn(text)()
    assert (caught.value.code, caught.value.layer, caught.value.part) == ("monogram_letters", "m", "text")


def test_its_fonts_are_reported():
    assert [font.family for font in drawn("A")().report.fonts] == ["Noto Sans"]
