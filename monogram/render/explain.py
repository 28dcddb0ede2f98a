"""What each layer of a document resolved to, for people: where it lies, what it is set in, and why it is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from . import bindings, draw
from .document import Document, GroupLayer, Layer, Side, TextLayer, Values, page
from .errors import RenderError
from .matrices import IDENTITY, Box, Matrix, bounds, multiply, rotate, translate
from .reports import CodeReport, FontReport, ImageReport, Report, TextReport
from .resolve import Assets


class Explained(Struct, rename="camel", frozen=True, kw_only=True):
    """One layer. box: the upright box around it, left, top, right, bottom, in canvas pixels; mm: the same in millimetres.

    art: the surface layer whose flat picture the box is measured in. hidden: why it is not drawn, None if it is.
    scripts: the faces its letters are drawn with, by script (ISO 15924 names as Unicode writes them).
    """

    layer: str
    type: str
    depth: int
    box: Box
    mm: Box
    art: str | None
    hidden: str | None
    texts: tuple[TextReport, ...]
    scripts: dict[str, tuple[str, ...]]
    images: tuple[ImageReport, ...]
    codes: tuple[CodeReport, ...]


class Explanation(Struct, rename="camel", frozen=True, kw_only=True):
    """A page. error: the code and words of what keeps it from being drawn, or None; then texts and images are unknown."""

    page: str
    width: int
    height: int
    dpi: float
    error: str | None
    layers: tuple[Explained, ...]


def explain(document: Document, values: Values, assets: Assets, *, side: Side = "print", page_id: str | None = None,
            book=None) -> Explanation:
    """Resolves one page and tells of every layer of it, shown or not. Raises RenderError for values that do not fit."""
    only = page(document, page_id)
    changes, _ = bindings.apply(only, values)
    report, error = None, None
    try:
        report = draw.open(only, values, assets, side=side, book=book).report
    except RenderError as caught:
        error = f"{caught.code}: {caught.message}" + (f" (layer {caught.layer})" if caught.layer else "")
    layers = tuple(_explained(found, only, values, report) for found in _placed(only.layers, changes, side))
    return Explanation(page=only.page_id, width=only.canvas.width, height=only.canvas.height, dpi=only.canvas.dpi, error=error,
                       layers=layers)


class _Placed(Struct):
    layer: Layer
    depth: int
    box: Box
    art: str | None
    hidden: str | None


def _placed(layers: list[Layer], changes: dict[str, dict[str, Any]], side: Side, matrix: Matrix = IDENTITY, depth: int = 0,
            art: str | None = None, hidden: str | None = None) -> Iterator[_Placed]:
    for original in layers:
        known = {name: value for name, value in changes.get(original.id, {}).items() if name in original.__struct_fields__}
        layer = msgspec.structs.replace(original, **known)
        why = hidden or _why_hidden(layer, original, side)
        own = multiply(matrix, multiply(translate(layer.x, layer.y), rotate(layer.rotation, layer.width / 2, layer.height / 2)))
        yield _Placed(layer, depth, bounds(own, (0, 0, layer.width, layer.height)), art, why)
        inside = hidden or (why and f"it lies in {layer.id!r}, which is hidden")
        if isinstance(layer, GroupLayer):
            yield from _placed(layer.layers, changes, side, own, depth + 1, art, inside)
        elif isinstance(getattr(layer, "layers", None), list):  # art of its own, bent afterwards
            yield from _placed(layer.layers, changes, side, IDENTITY, depth + 1, layer.id, inside)


def _why_hidden(layer: Layer, original: Layer, side: Side) -> str | None:
    if not layer.visible:
        return "visible is false" if not original.visible else "an answer hides it"
    if layer.output not in ("all", side):
        return f"its output is {layer.output}, this is the {side}"
    if layer.opacity == 0:
        return "its opacity is 0"
    if isinstance(layer, TextLayer) and not layer.text and not getattr(layer, "runs", ()):
        return "it has no text"
    return None


def _explained(found: _Placed, document: Document, values: Values, report: Report | None) -> Explained:
    layer = found.layer
    per_mm = 25.4 / document.canvas.dpi
    texts = tuple(text for text in report.texts if text.layer == layer.id) if report else ()
    box = tuple(round(edge, 2) for edge in found.box)
    return Explained(
        layer=layer.id, type=layer.__struct_config__.tag, depth=found.depth, box=box,
        mm=tuple(round(edge * per_mm, 2) for edge in found.box), art=found.art, hidden=found.hidden, texts=texts,
        scripts=_scripts(_words(layer), texts[0].faces, report.fonts) if texts else {},
        images=tuple(image for image in report.images if image.layer == layer.id) if report else (),
        codes=tuple(code for code in report.codes if code.layer == layer.id) if report else ())


def _words(layer: Layer) -> str:
    """The text that the layer shows, its runs joined."""
    runs = getattr(layer, "runs", ())
    return getattr(layer, "text", "") or "".join(run.text for run in runs)


def _scripts(text: str, labels: tuple[str, ...], fonts: tuple[FontReport, ...]) -> dict[str, tuple[str, ...]]:
    """Script -> the faces that draw letters of it: for each letter the first of the layer's faces that has it."""
    from .fonts import FontBook
    from .text.tables import SCRIPT

    book = FontBook.load()
    drawn = [book.face(font.family, font.weight, font.italic, font.axes) for font in fonts]
    faces = [face for label in labels for face in drawn if face.label == label]
    found: dict[str, dict[str, None]] = {}
    for character, script in zip(text, SCRIPT.names_of(text), strict=True):
        face = next((face for face in faces if face.covers(ord(character))), None)
        if face is not None and not character.isspace():
            found.setdefault(script, {})[face.label] = None
    return {script: tuple(names) for script, names in sorted(found.items())}


def table(told: Explanation) -> str:
    """An explanation as lines of text."""
    mm = 25.4 / told.dpi
    lines = [f"page {told.page}: {told.width} x {told.height} pixels, {told.dpi:g} dpi, "
             f"{told.width * mm:.1f} x {told.height * mm:.1f} mm"]
    if told.error:
        lines.append(f"cannot be drawn: {told.error}")
    width = max((len(layer.layer) + 2 * layer.depth for layer in told.layers), default=0)
    for layer in told.layers:
        name = "  " * layer.depth + layer.layer
        lines.append(f"{name:<{width}}  {layer.type:<8} {_box(layer)}" + (f"  hidden: {layer.hidden}" if layer.hidden else ""))
        lines += [" " * (width + 2) + each for each in _details(layer, told.dpi)]
    return "\n".join(lines)


def _box(layer: Explained) -> str:
    left, top, right, bottom = layer.box
    mm = layer.mm
    where = f" ({mm[0]:.1f}, {mm[1]:.1f}; {mm[2] - mm[0]:.1f} x {mm[3] - mm[1]:.1f} mm)"
    where = f" in the art of {layer.art}" if layer.art else where
    return f"at {left:g}, {top:g}; {right - left:g} x {bottom - top:g}{where}"


def _details(layer: Explained, dpi: float) -> Iterator[str]:
    for text in layer.texts:
        fitted = "" if text.size == text.asked else f" (asked {text.asked:g})"
        over = ", does not fit its box" if text.overflowed else ""
        plural = "line" if text.lines == 1 else "lines"
        yield f"size {text.size:g}{fitted}, {text.size / dpi * 72:.1f} points, {text.lines} {plural}{over}"
        for script, faces in layer.scripts.items():
            yield f"{script}: {', '.join(faces)}"
    for image in layer.images:
        yield f"{image.asset}: {image.width} x {image.height} pixels, {image.dpi:g} dpi where it is placed"
    for code in layer.codes:
        yield str(msgspec.to_builtins(code))
