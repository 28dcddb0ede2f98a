"""All that is wrong or doubtful in a design document, at once: for the people who make it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Literal

import msgspec
from msgspec import Struct

from . import preflight
from .document import Document, Layer, TextLayer, check, fonts_of, page, page_ids, upgrade, walk
from .errors import RenderError
from .explain import Explained, explain
from .resolve import Assets

# More faults than this are one mistake repeated.
_MOST = 100
_HAN = frozenset(("Hani", "Hira", "Kana", "Hang", "Bopo"))


class Problem(Struct, frozen=True, kw_only=True):
    """error: the document is refused; warning: it is drawn, perhaps not as meant. path: JSON path; advice: what to do."""

    severity: Literal["error", "warning"]
    code: str
    path: str
    layer: str | None
    message: str
    advice: str = ""


def lint(raw: Any, assets: Assets | None = None) -> list[Problem]:
    """Problems of a decoded JSON document, errors first. assets: bytes by name, to look at the drawing too."""
    try:
        raw = upgrade(deepcopy(raw))
    except RenderError as error:
        return [Problem(severity="error", code=error.code, path="$", layer=None, message=error.message)]
    found, document = _typed(raw)
    if document is not None:
        found += [*_checked(document), *_of_fonts_named(document)]
    if found or document is None:
        return found
    paths = {layer.id: path for path, layer in _located(document)}
    warnings = [*_of_bindings(document), *_of_assets(document), *_of_layers(document, paths)]
    if assets is not None:
        warnings += _of_drawing(document, assets, paths)
    return warnings


def _typed(raw: Any) -> tuple[list[Problem], Document | None]:
    """Faults of form: each is noted, what is at fault is taken out, and the rest is read again."""
    found: list[Problem] = []
    for _ in range(_MOST):
        try:
            document = msgspec.convert(raw, Document)
        except (msgspec.ValidationError, RecursionError) as error:
            message, _, path = str(error).partition(" - at `")
            path = path.rstrip("`") or "$"
            unknown = re.search(r"unknown field `(.+)`", message)
            where = f"{path}.{unknown[1]}" if unknown else path
            found.append(Problem(severity="error", code="document_invalid", path=where, layer=_layer_at(raw, path),
                                 message=f"{message}.", advice=_advice(message)))
            if not _taken_out(raw, where if unknown else path, "missing required" in message):
                return found, None
        else:
            return found, None if found else document
    return found, None


def _advice(message: str) -> str:
    if "unknown field" in message:
        return "Correct its spelling or take it out."
    if "missing required" in message:
        return "Add the field."
    return "See the field's type and range in docs/design-document.md."


def _steps(path: str) -> list[str | int]:
    return [int(index) if index else name for name, index in re.findall(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]", path)
            if index != "..."] if "[...]" not in path else _steps(path.partition("[...]")[0])


def _layer_at(raw: Any, path: str) -> str | None:
    """The id of the innermost layer on the way."""
    layer = None
    for step in _steps(path):
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            return layer
        if isinstance(raw, dict) and isinstance(raw.get("id"), str):
            layer = raw["id"]
    return layer


def _taken_out(raw: Any, path: str, whole: bool) -> bool:
    """Deletes what is at a path, or, where it is needed, the nearest member of a list around it. False: nothing is left."""
    steps = _steps(path)
    if whole or (steps and isinstance(steps[-1], str) and steps[-1] in ("canvas", "layers", "id", "type", "width", "height")):
        while steps and not isinstance(steps[-1], int):
            steps.pop()
    if not steps:
        return False
    try:
        for step in steps[:-1]:
            raw = raw[step]
        del raw[steps[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _checked(document: Document) -> list[Problem]:
    """Faults of sense, in the same way: the layer or binding at fault is taken out and the rest is checked again."""
    found: list[Problem] = []
    for _ in range(_MOST):
        try:
            check(document)
        except RenderError as error:
            found.append(Problem(severity="error", code=error.code, path="$", layer=error.layer, message=error.message))
            smaller = _without(document, error)
            if smaller is None:
                break
            document = smaller
        else:
            break
    return found


def _of_fonts_named(document: Document) -> Iterator[Problem]:
    """Families, weights, slants and axes that the font book lacks."""
    from .fonts import FontBook

    book = FontBook.load().book
    for path, layer in _located(document):
        for font in fonts_of(layer):
            try:
                book.choose(font.family, font.weight, font.italic, font.axes)
            except RenderError as error:
                yield Problem(severity="error", code=error.code, path=path, layer=layer.id, message=error.message,
                              advice="`monogram fonts` lists what there is.")


def _without(document: Document, error: RenderError) -> Document | None:
    bindings = [binding for binding in document.bindings if binding.component != error.part and binding.layer != error.layer]
    if error.layer is None and len(bindings) == len(document.bindings):
        return None
    return msgspec.structs.replace(
        document, bindings=bindings, layers=_left(document.layers, error.layer),
        pages=tuple(msgspec.structs.replace(each, layers=_left(each.layers, error.layer)) for each in document.pages))


def _left(layers: list[Layer], gone: str | None) -> list[Layer]:
    return [msgspec.structs.replace(layer, layers=_left(layer.layers, gone)) if isinstance(getattr(layer, "layers", None), list)
            else layer for layer in layers if layer.id != gone]


def _located(document: Document) -> Iterator[tuple[str, Layer]]:
    yield from _below("$.layers", document.layers)
    for number, each in enumerate(document.pages):
        yield from _below(f"$.pages[{number}].layers", each.layers)


def _below(path: str, layers: list[Layer]) -> Iterator[tuple[str, Layer]]:
    for number, layer in enumerate(layers):
        yield f"{path}[{number}]", layer
        if isinstance(getattr(layer, "layers", None), list):
            yield from _below(f"{path}[{number}].layers", layer.layers)


def _warning(code: str, path: str, layer: str | None, message: str, advice: str) -> Problem:
    return Problem(severity="warning", code=code, path=path, layer=layer, message=message, advice=advice)


def _of_bindings(document: Document) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, binding in enumerate(document.bindings):
        if (binding.layer, binding.property) in seen:
            yield _warning("binding_twice", f"$.bindings[{number}]", binding.layer,
                           f"A second binding puts {binding.component!r} into {binding.property} of {binding.layer!r}.",
                           "The later one wins; take one out unless they are alternatives.")
        seen.add((binding.layer, binding.property))


def _of_assets(document: Document) -> Iterator[Problem]:
    """Assets that nothing names: layers, fills, masks, textures, or a binding's map."""
    used = {text for part in (document.layers, document.pages, document.bindings)
            for text in _texts(msgspec.to_builtins(part))}
    for name in document.assets:
        if name not in used:
            yield _warning("asset_unused", f"$.assets.{name}", None, f"Nothing uses the asset {name!r}.", "Take it out.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        yield from _texts(each)


def _of_layers(document: Document, paths: dict[str, str]) -> Iterator[Problem]:
    bound = {binding.layer for binding in document.bindings if binding.property == "text"}
    layers = [layer for each in page_ids(document) for layer in walk(page(document, each).layers)]
    for layer in layers:
        if not isinstance(layer, TextLayer):
            continue
        if layer.id in bound and layer.fit not in ("shrink", "both") and layer.overflow == "refuse":
            yield _warning("text_cannot_shrink", paths[layer.id], layer.id,
                           f"An answer goes into {layer.id!r}, which can neither shrink nor be cut: a long one is refused.",
                           "Give it fit shrink and a minSize, or limit the length in the form.")
        if not layer.lang and _HAN & set(_scripts(layer.text)):
            yield _warning("lang_missing", paths[layer.id], layer.id,
                           f"{layer.id!r} has Han characters and no lang: their forms differ between languages.",
                           "Set lang to zh-Hans, zh-Hant, ja or ko.")


def _scripts(text: str) -> list[str]:
    from .text.tables import SCRIPT

    return SCRIPT.names_of(text)


def _of_drawing(document: Document, assets: Assets, paths: dict[str, str]) -> list[Problem]:
    """What the sample drawing of every page shows."""
    found = []
    for each in page_ids(document):
        told = explain(document, {}, assets, page_id=each)
        if told.error:
            found.append(_warning("sample_cannot_be_drawn", "$", None, told.error,
                                  "Without values the document is its sample."))
            continue
        for layer in told.layers:
            found += _of_place(layer, told.width, told.height, paths)
            found += _of_fonts(layer, document, paths)
        for finding in preflight.examine(document, {}, assets, page_id=each):
            found.append(_warning(finding.code, paths.get(finding.layer or "", "$"), finding.layer,
                                  finding.words("merchant", "en"), "The rule is the document's own, under preflight."))
    return found


def _of_place(layer: Explained, width: int, height: int, paths: dict[str, str]) -> Iterator[Problem]:
    left, top, right, bottom = layer.box
    if layer.art is None and layer.hidden is None and (right <= 0 or bottom <= 0 or left >= width or top >= height):
        yield _warning("layer_outside", paths[layer.layer], layer.layer, f"{layer.layer!r} lies outside the canvas.",
                       "Move it, or take it out.")


def _of_fonts(layer: Explained, document: Document, paths: dict[str, str]) -> Iterator[Problem]:
    """Scripts that the chosen family lacks: its sample is drawn with stand-ins."""
    chosen = next((each for page_id in page_ids(document) for each in walk(page(document, page_id).layers)
                   if each.id == layer.layer and isinstance(each, TextLayer)), None)
    if chosen is None:
        return
    for script, faces in layer.scripts.items():
        if script not in ("Zyyy", "Zinh") and not any(face.startswith(chosen.font.family) for face in faces):
            yield _warning("font_without_script", paths[layer.layer], layer.layer,
                           f"{chosen.font.family} has no {script}: {', '.join(faces)} stands in.",
                           "Choose a family of that script if it should look alike.")


def table(problems: list[Problem]) -> str:
    """Problems as lines of text."""
    return "\n".join(
        f"{problem.severity}: {problem.code}: {problem.path}" + (f" (layer {problem.layer})" if problem.layer else "")
        + f": {problem.message}" + (f" {problem.advice}" if problem.advice else "") for problem in problems)
