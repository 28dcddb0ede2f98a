"""Text of several looks: with one plain look it is the golden layout; golden vectors of its own lie in vectors/rich."""

import json
from pathlib import Path

import pytest

from monogram.render.errors import RenderError
from monogram.render.fonts import FontBook
from monogram.render.text import rich
from tests.render.test_text_layout import VECTORS, told


@pytest.fixture(scope="module")
def book():
    return FontBook.load()


def plain(given: dict, book):
    given = dict(given)
    face = book.face(given.pop("family"), given.pop("weight", 400), given.pop("italic", False))
    return rich.layout([rich.Span(given.pop("text"), rich.Look(face))], **given, book=book)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_one_plain_look_is_the_plain_layout(path, book):
    vector = json.loads(Path(path).read_text("utf-8"))
    try:
        got = {"output": told(plain(vector["input"], book))}
    except RenderError as error:
        got = {"error": {"code": error.code, "part": error.part}}
    assert got == {name: value for name, value in vector.items() if name != "input"}
