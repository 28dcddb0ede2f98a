"""Texts as they are set: limits and what is told of them, curves against geometry, and golden vectors.

tests/render/vectors/set/*.json hold a text layer and the glyphs it becomes: places in 1/64 pixels, turns in 1/4096. The
browser is held against the same files. MONOGRAM_REMAKE=1 writes the outputs anew, and a vector for every text of the cases
in folders `text-*` that has none.
"""

import json
import os
from math import hypot, pi
from pathlib import Path

import msgspec
import pytest

from monogram.render import typesetting
from monogram.render.document import TextLayer, parse
from monogram.render.draw import render
from monogram.render.errors import RenderError
from monogram.render.fonts import FontBook
from monogram.render.text import curves

HERE = Path(__file__).parent
FOLDER = HERE / "vectors/set"
REMAKE = os.environ.get("MONOGRAM_REMAKE") == "1"
ARC = {"kind": "arc", "bend": 0.5}


def _cases() -> dict[str, dict]:
    """The text layers of the cases, by the name of their vector."""
    found = {}
    for path in sorted((HERE / "cases").glob("text-*/*.json")):
        layer = json.loads(path.read_text("utf-8"))["document"]["layers"][0]
        found[f"{path.parent.name.removeprefix('text-')}-{path.stem}"] = layer
    return found


VECTORS = sorted({path.stem for path in FOLDER.glob("*.json")} | (set(_cases()) if REMAKE else set()))


@pytest.fixture(scope="module")
def book():
    return FontBook.load()


def told(layer: dict, book) -> dict:
    """What becomes of a text layer, as plain data."""
    given = msgspec.convert(layer, TextLayer)
    made = typesetting.set_text(given, typesetting.words(given, book).spans, book)

    def rounded(values, by):
        return [round(value * by) for value in values]

    return {"text": made.text, "size": round(made.size * 64), "lines": made.lines, "outcome": made.outcome,
            "box": rounded(made.box, 64), "runs": [
                {"face": run.face.label, "size": round(run.size * 64), "level": run.level, "glyphs": list(run.glyphs),
                 "clusters": list(run.clusters), "xs": rounded(run.xs, 64), "ys": rounded(run.ys, 64),
                 "turns": run.turns and [rounded(turn, 4096) for turn in run.turns]} for run in made.runs]}


@pytest.mark.parametrize("name", VECTORS)
def test_texts_are_set_exactly_as_the_golden_ones(name, book):
    path = FOLDER / f"{name}.json"
    if REMAKE:
        layer = json.loads(path.read_text("utf-8"))["layer"] if path.exists() else _cases()[name]
        output = told(layer, book)
        runs = ",\n".join(json.dumps(run, ensure_ascii=False) for run in output.pop("runs"))
        head = json.dumps(output, ensure_ascii=False)[1:-1]
        path.write_text(f'{{"layer": {json.dumps(layer, ensure_ascii=False)},\n"output": {{{head}, "runs": [\n{runs}]}}}}\n',
                        "utf-8")
    vector = json.loads(path.read_text("utf-8"))
    assert told(vector["layer"], book) == vector["output"]


def text(**more) -> dict:
    return {"id": "t", "type": "text", "text": "one two three four", "font": {"family": "Noto Sans"}, "size": 20, "width": 100,
            "height": 60} | more


def drawn(layer: dict, bindings=(), values=None):
    document = {"canvas": {"width": 120, "height": 120}, "layers": [layer], "bindings": list(bindings)}
    return render(parse(document), values or {}, {})


def refused(layer: dict) -> tuple[str, str | None, str | None]:
    with pytest.raises(RenderError) as caught:
        drawn(layer)
    return caught.value.code, caught.value.layer, caught.value.part


@pytest.mark.parametrize("more, outcome, overflowed, box", [
    ({}, "fits", False, (0, 0, 100, 60)),
    ({"maxLines": 1, "overflow": "clip"}, "clipped", True, (0, 0, 100, 60)),
    ({"maxLines": 1, "overflow": "show"}, "shown", True, (0, 0, 100, 60)),
    ({"height": 30, "overflow": "extend"}, "extended", False, (0, 0, 100, 48)),
    ({"height": 30, "overflow": "extend", "verticalAlign": "bottom"}, "extended", False, (0, -18, 100, 30)),
    ({"height": 30, "overflow": "extend", "verticalAlign": "middle"}, "extended", False, (0, -9, 100, 39)),
    ({"overflow": "extend"}, "fits", False, (0, 0, 100, 60)),
    ({"text": "一二三四五六", "writing": "vertical", "width": 30, "overflow": "extend"}, "extended", False, (-18, 0, 30, 60)),
    ({"text": "far too long for its line", "line": ARC, "overflow": "clip"}, "clipped", True, (0, 0, 100, 60)),
])
def test_the_report_tells_what_became_of_a_text(more, outcome, overflowed, box):
    (report,) = drawn(text(**more)).report.texts
    assert (report.outcome, report.overflowed, report.box) == (outcome, overflowed, box)


@pytest.mark.parametrize("more", [
    {"maxLines": 1}, {"maxLines": 1, "overflow": "extend", "height": 10}, {"wrap": False, "overflow": "extend"},
    {"line": ARC}, {"line": ARC, "overflow": "extend"}, {"text": "high", "line": ARC, "height": 30},
    {"writing": "vertical", "text": "一二三四五六", "width": 20}, {"writing": "vertical", "text": "一二三四", "maxLines": 1},
])
def test_what_does_not_fit_is_refused(more):
    assert refused(text(**more)) == ("text_overflow", "t", "text")


def test_characters_are_counted_as_people_count_them():
    assert drawn(text(text="👨‍👩‍👧e\u0301", maxCharacters=2)).report.texts[0].lines == 1
    assert refused(text(text="👨‍👩‍👧e\u0301!", maxCharacters=2)) == ("text_too_long", "t", "maxCharacters")
    assert drawn(text(text="ß", case="upper", maxCharacters=1)).report.texts[0].lines == 1  # counted as given


def test_features_that_a_face_lacks_are_refused():
    lacking = {"family": "Noto Sans", "features": {"swsh": 1}}
    assert refused(text(font=lacking)) == ("feature_missing", "t", "swsh")
    assert refused(text(text="", runs=[{"text": "a", "font": lacking}])) == ("feature_missing", "t", "swsh")
    assert drawn(text(font={"family": "Noto Sans", "features": {"swsh": 0}})).report.texts[0].lines == 2


@pytest.mark.parametrize("d", ["M0 0", "M5 5L5 5", "M0 0Z", "no path", "M0 0L1e200 0", "M0 0C1e200 0 -1e200 0 0 9",
                               "M0 0A1e300 1e300 0 0 1 5 5", "M0 0A1e-100 1e-100 0 0 1 1e-200 0"])
def test_a_line_without_length_is_refused(d):
    assert refused(text(line={"kind": "path", "d": d, "viewBox": [0, 0, 10, 10]})) == ("path_invalid", "t", "d")


@pytest.mark.parametrize("more, part", [({"runs": [{"text": "a"}]}, "runs"), ({"line": ARC, "writing": "vertical"}, "line")])
def test_what_does_not_go_together_is_no_document(more, part):
    assert refused(text(**more)) == ("document_invalid", "t", part)


def test_a_bound_text_takes_the_place_of_all_runs():
    sample = text(text="", runs=[{"text": "sample", "fill": "#ff0000"}])
    bind = [{"component": "name", "layer": "t", "property": "text"}]
    assert drawn(sample, bind, {"name": "Anna"}).data == drawn(text(text="Anna")).data
    assert drawn(sample, bind, {"name": None}).data == drawn(text(text="")).data
    assert drawn(sample, bind).data == drawn(sample).data


def test_curves_are_as_long_as_geometry_says():
    circle = curves.ellipse(200, 200, 0, False)
    assert circle.length == pytest.approx(200 * pi, rel=2e-4)
    assert curves.arc(200, 1, 0).length == pytest.approx(100 * pi, rel=2e-4)
    assert curves.arc(200, 0, 7).at(50) == ((50, 7), (1, 0))
    quarter = curves.free("M0 0A100 100 0 0 1 100 100", (0, 0, 100, 100), 100, 100)
    assert quarter.length == pytest.approx(50 * pi, rel=2e-4)
    line = curves.free("M0 0C0 0 30 40 30 40", (0, 0, 30, 40), 30, 40)
    assert line.length == pytest.approx(50) and line.at(-5)[0] == pytest.approx((-3, -4))


def test_points_of_a_circle_lie_on_it_and_its_directions_stand_square():
    for inside in (False, True):
        circle = curves.ellipse(100, 100, 30, inside)
        for k in range(60):
            (x, y), (dx, dy) = circle.at(circle.length * k / 60 - 20)
            out = ((x - 50) / 50, (y - 50) / 50)
            assert hypot(*out) == pytest.approx(1, abs=1e-3)
            assert (out[0] * dx + out[1] * dy, hypot(dx, dy)) == pytest.approx((0, 1), abs=2e-3)
            assert (out[0] * dy - out[1] * dx > 0) != inside  # clockwise, or letters inside


def test_marks_turn_with_their_letter(book):
    layer = msgspec.convert(text(text="e\u0323\u0301", line=ARC, align="end"), TextLayer)
    (run,) = typesetting.set_text(layer, typesetting.words(layer, book).spans, book).runs
    assert len(set(run.turns)) == 1 and run.turns[0][1] > 0.2


def test_a_run_of_another_colour_breaks_no_joins(book):
    def glyphs(**more):
        layer = msgspec.convert(text(font={"family": "Noto Sans Arabic"}) | more, TextLayer)
        return [run.glyphs for run in typesetting.set_text(layer, typesetting.words(layer, book).spans, book).runs]

    assert glyphs(text="", runs=[{"text": "مر", "fill": "#ff0000"}, {"text": "حبا"}]) == glyphs(text="مرحبا")
