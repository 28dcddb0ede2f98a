"""Monograms: letters bent into a disc, laid over each other, or side by side, by the bounds of their own outlines."""

from __future__ import annotations

import itertools
from math import sqrt
from typing import TYPE_CHECKING

import skia

from .. import glyphs
from ..document import MonogramLayer, ShapeLayer
from ..errors import RenderError
from ..matrices import Box, Matrix
from ..paths import Drawn
from ..paths import matrix as matrix_of
from ..reports import FontReport
from ..scene import AnyNode
from ..typesetting import look
from . import weaves
from .weaves import Letter, Point, path_of

if TYPE_CHECKING:
    from ..resolve.layers import Resolving

_SIDE = 0.7  # height of the outer ones of three letters, of the middle one's
_GAP = 0.05  # between letters, of the height
_OVERLAPS = (0.4, 0.3, 0.2, 0.1)  # of the narrower of two interlocked letters: the first at which both can be told
_KEPT = 0.7  # of a letter's area that must be seen of it to be told
_WOVEN = 1024.0  # height at which they are woven, whatever the box: path operations depend on the unit
_BENT_GAP = 0.03  # between the letters of a disc, of its width
_RIM = 0.95  # how far out the disc's letters are bent; at 1 their edges would end in points
_PARTS = 16  # straight steps of a bent segment


def nodes(resolving: Resolving, layer: MonogramLayer, matrix: Matrix) -> list[AnyNode]:
    """The sign as one shape. Raises `monogram_letters`, and what finding fonts and glyphs may."""
    words = layer.text.split()
    if not words:
        return []
    letters = _letters(resolving, layer, "".join(words))
    if layer.style == "circle":
        path = _joined(_bent(letters, layer.width, layer.height))
    elif layer.style == "stacked":
        row = _row(letters, _GAP)
        path = _joined([_moved(letter, *_fitted(row, layer.width, layer.height)) for letter in row])
    else:
        path = _interlocked(letters, layer.width, layer.height)
    shape = ShapeLayer(id=layer.id, width=layer.width, height=layer.height, shape=Drawn(path), fill=layer.fill,
                       stroke=layer.stroke, shadow=layer.shadow)
    return resolving.layer(shape, matrix, 1)


def _letters(resolving: Resolving, layer: MonogramLayer, text: str) -> list[Letter]:
    """The outline of each grapheme cluster, from left to right, at one pixel per em, y downwards."""
    from ..text import bidi, breaks, normalise, rich
    from .drawing import fonts

    text = normalise(text)
    starts = breaks.graphemes(text)
    if len(starts) > 4:
        raise RenderError("monogram_letters", f"A monogram has one to three letters, not {len(starts) - 1}.", part="text")
    book, found = fonts(resolving), []
    chosen = look(layer.font, 1.0, book)
    for start, end in itertools.pairwise(starts):
        made = rich.layout([rich.Span(text[start:end], chosen)], size=1.0, width=1e4, height=1e4, book=book, wrap=False,
                           overflow="show", align="left", lang=layer.lang)
        letter: Letter = []
        for run in made.runs:
            face = run.face
            resolving.fonts[face.identity] = FontReport(family=face.family, weight=face.weight, italic=face.italic,
                                                        sha256=face.sha256, axes=dict(face.coordinates))
            if not face.is_color:
                letter += _outline(run)
        if not letter:
            raise RenderError("monogram_letters", f"{text[start:end]!r} has no outline to make a monogram of.", part="text")
        found.append(letter)
    return found[::-1] if bidi.base_level(text) else found


def _outline(run) -> Letter:
    by, out = run.size / run.face.upem, []
    for glyph, x, y in zip(run.glyphs, run.xs, run.ys, strict=True):
        for kind, *numbers in glyphs.outline(run.face, glyph):
            out.append((kind, tuple((x + a * by, y - b * by) for a, b in zip(numbers[::2], numbers[1::2], strict=True))))
    return out


def _joined(letters: list[Letter]) -> skia.Path:
    return path_of([verb for letter in letters for verb in letter])


def _bounds(letter: Letter) -> Box:
    box = path_of(letter).computeTightBounds()
    return box.left(), box.top(), box.right(), box.bottom()


def _moved(letter: Letter, scale: float, x: float, y: float) -> Letter:
    return [(kind, tuple((a * scale + x, b * scale + y) for a, b in points)) for kind, points in letter]


def _interlocked(letters: list[Letter], width: float, height: float) -> skia.Path:
    for overlap in _OVERLAPS:
        row = [_moved(letter, _WOVEN, 0, 0) for letter in _row(letters, overlap=overlap)]
        path, kept = weaves.weave(row, _WOVEN)
        if kept >= _KEPT:
            break
    scale, x, y = _fitted(row, width, height)
    path.transform(matrix_of((scale, 0, 0, scale, x, y)))
    return path


def _row(letters: list[Letter], gap: float = 0.0, overlap: float = 0.0) -> list[Letter]:
    """Letters of height 1 (the outer ones of three are smaller) about one middle line, with gaps, or overlapping."""
    out, right, before = [], 0.0, 0.0
    for number, letter in enumerate(letters):
        left, top, end, bottom = _bounds(letter)
        scale = (_SIDE if len(letters) == 3 and number != 1 else 1.0) / (bottom - top)
        wide = (end - left) * scale
        if number:
            right += gap - overlap * min(wide, before)
        out.append(_moved(letter, scale, right - left * scale, -(top + bottom) / 2 * scale))
        right, before = right + wide, wide
    return out


def _fitted(letters: list[Letter], width: float, height: float) -> tuple[float, float, float]:
    """Scale and shifts that make them as large as the box lets them be, in its middle."""
    left, top, right, bottom = _bounds([verb for letter in letters for verb in letter])
    scale = min(width / (right - left), height / (bottom - top))
    return scale, (width - (left + right) * scale) / 2, (height - (top + bottom) * scale) / 2


def _bent(letters: list[Letter], width: float, height: float) -> list[Letter]:
    """Each letter fills an upright slice of the ellipse: its top and bottom follow the rim. The slices together, less what
    lies beyond the rim's last part, are as wide as the box."""
    count, out = len(letters), []
    wide = (2 - _BENT_GAP * 2 * (count - 1)) / count
    for number, letter in enumerate(letters):
        left, top, right, bottom = _bounds(letter)
        start = -1 + number * (wide + _BENT_GAP * 2)

        def bend(point: Point, start=start, left=left, top=top, right=right, bottom=bottom) -> Point:
            across = start + (point[0] - left) / (right - left) * wide
            rim = across * _RIM
            half = sqrt(1 - rim * rim)  # a power may round otherwise
            down = (2 * (point[1] - top) / (bottom - top) - 1) * half
            return (1 + across) * width / 2, (1 + down) * height / 2
        out.append(_warped(letter, bend))
    return out


def _warped(letter: Letter, bend) -> Letter:
    """The outline through a bend, its segments in straight steps."""
    out: Letter = []
    pen = start = (0.0, 0.0)
    for kind, points in letter:
        if kind == "M":
            pen = start = points[0]
            out.append(("M", (bend(pen),)))
            continue
        controls = [pen, *points] if kind != "Z" else [pen, start]
        if controls[0] != controls[-1] or len(controls) > 2:
            out += [("L", (bend(_at(controls, k / _PARTS)),)) for k in range(1, _PARTS + 1)]
        pen = controls[-1]
        if kind == "Z":
            out.append(("Z", ()))
    return out


def _at(points: list[Point], t: float) -> Point:
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in itertools.pairwise(points)]
    return points[0]
