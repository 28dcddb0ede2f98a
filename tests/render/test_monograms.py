"""Monograms: what they are made of fills the box, and what cannot be one is refused."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from monogram.render.document import parse
from monogram.render.draw import render
from monogram.render.errors import RenderError


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


def test_crossing_letters_are_cut_out():
    assert (inked(drawn("OO", style="interlocked")()) > 128).sum() > 0
    overlapped = inked(drawn("HH", style="interlocked")()) > 128
    joined = inked(drawn("HH", style="interlocked", stroke={"color": "#000000", "width": 6})()) > 128
    assert joined.sum() > overlapped.sum()


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
