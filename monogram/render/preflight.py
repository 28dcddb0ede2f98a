"""What a printer would complain about, found before anything is printed: one set of rules for editing, confirming, printing."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

from . import areas, draw, stems
from .document import Document, Least, Preflight, Rules, Side, Values, page
from .draw import Drawing
from .errors import RenderError
from .matrices import Box, intersection, lengths
from .preflight_words import WORDS
from .reports import Report
from .resolve import Assets
from .scene import PathNode, shows, walk

Severity = Literal["refuse", "warn", "mend"]
Audience = Literal["shopper", "merchant"]

# What a laser's spot can do, where the document has no rule of its own. It goes to the browser too, with the numbers of
# areas, stems and pictorial: schema/make_preflight_rules.py.
ENGRAVED_MM = Least(warn=0.25)


class Finding(Struct, frozen=True):
    """code: stable name. severity: `refuse` stops a print, `warn` should be looked at, `mend` was put right.

    layer: its id, None for the whole picture. figures: what the words need.
    """

    code: str
    layer: str | None
    severity: Severity
    figures: dict[str, str | float] = {}

    def words(self, audience: Audience, lang: str) -> str:
        """One or two sentences for the shopper or the merchant: Chinese for `zh...`, else English."""
        table = WORDS.get(self.code, WORDS["whole" if self.layer is None else "other"])[audience]
        figures = {name: f"{value:g}" if isinstance(value, float) else value for name, value in self.figures.items()}
        return table["zh" if lang.lower().startswith("zh") else "en"].format(**({"layer": self.layer} | figures))

    def told(self) -> dict[str, Any]:
        """As JSON data (`reports.Told`), with all its words."""
        words = {audience: {lang: self.words(audience, lang) for lang in ("en", "zh")} for audience in ("shopper", "merchant")}
        return {"code": self.code, "layer": self.layer, "severity": self.severity, **words}


def examine(document: Document, values: Values, assets: Assets, *, side: Side = "print", page_id: str | None = None,
            book=None) -> list[Finding]:
    """Every finding of a page, without drawing the file. What cannot be drawn at all is one finding that refuses."""
    try:
        only = page(document, page_id)
        return check(only, draw.open(only, values, assets, side=side, book=book))
    except RenderError as error:
        return [of_error(error)]


def of_error(error: RenderError) -> Finding:
    return Finding(error.code, error.layer, "refuse", {"part": error.part or "", "message": error.message})


def refusal(findings: list[Finding]) -> RenderError | None:
    """The failure that the first finding to refuse stands for."""
    worst = next((finding for finding in findings if finding.severity == "refuse"), None)
    return worst and RenderError(worst.code, worst.words("merchant", "en"), layer=worst.layer, part="preflight")


def check(document: Document, drawing: Drawing) -> list[Finding]:
    """The findings of one page (see `document.page`) and its drawing: of images and texts from the report in the order of the
    layers, then of art beyond an area, of lines, stems and codes, then those seen in the picture. Raises what decoding does."""
    from . import pictorial  # pixels are looked at here only
    from .pictures import trim

    preflight = document.preflight
    found = _of_images(drawing.report, preflight) + _of_texts(document, drawing, preflight)
    found += _of_areas(document, drawing, preflight.rules) + _of_lines(drawing, preflight) + _of_stems(drawing, preflight)
    found += _of_codes(drawing.report)
    found += pictorial.of_contrast(drawing, preflight.rules.text_contrast)
    if preflight.gamut_profile != "none":
        found += pictorial.of_gamut(drawing, preflight.gamut_profile, preflight.rules.gamut)
    trim(drawing.seen)
    return found


def below(least: Least, value: float) -> Severity | None:
    """What the rule says of a value."""
    if least.refuse is not None and value < least.refuse:
        return "refuse"
    return "warn" if least.warn is not None and value < least.warn else None


def _of_images(report: Report, preflight: Preflight) -> list[Finding]:
    found = []
    for image in report.images:
        rule = preflight.rules.image_dpi
        if image.tiles is not None:  # a pixel for each tile will do
            rule = Least(**{name: value and min(value, image.tiles) for name, value in asdict(rule).items()})
        if severity := below(rule, image.dpi):
            wanted = max(filter(None, (rule.refuse, rule.warn)))
            found.append(Finding("image_low_resolution", image.layer, severity,
                                 {"asset": image.asset, "dpi": round(image.dpi), "wanted": f"{wanted:g}"}))
    return found


def _of_texts(document: Document, drawing: Drawing, preflight: Preflight) -> list[Finding]:
    rules, report, found = preflight.rules, drawing.report, []
    trim = _trim(document, drawing)
    for text in report.texts:
        points = round(text.size / document.canvas.dpi * 72, 1)
        if severity := below(rules.text_points, points):
            wanted = max(filter(None, (rules.text_points.refuse, rules.text_points.warn)))
            found.append(Finding("text_small", text.layer, severity, {"points": points, "wanted": f"{wanted:g}"}))
        if text.overflowed and rules.text_cut != "off":
            found.append(Finding("text_overflow", text.layer, rules.text_cut))
        elif text.size < text.asked and rules.text_shrunk != "off":
            percent = round(text.size / text.asked * 100)
            found.append(Finding("text_shrunk", text.layer, "mend", {"points": points, "percent": percent}))
        if rules.print_area != "off" and areas.leaves(text.bounds, trim):
            found.append(Finding("text_outside_print", text.layer, rules.print_area))
        elif rules.safe_area != "off" and areas.leaves(text.bounds, report.safe):
            found.append(Finding("text_outside_safe", text.layer, rules.safe_area))
    return found


# Properties whose answers fill a layer with something of the shopper's; the others keep its form.
_UNFILLED = ("visible", "fill")


def _of_areas(document: Document, drawing: Drawing, rules: Rules) -> list[Finding]:
    """Art beyond the trim or the safe area that is not meant as bleed: see `areas.left`. Answers fill repeats as well."""
    scene, found = drawing.scene, []
    trim, safe, canvas = _trim(document, drawing), drawing.report.safe, (0.0, 0.0, float(scene.width), float(scene.height))
    texts, codes = ({one.layer for one in told} for told in (drawing.report.texts, drawing.report.codes))
    bound = {binding.layer for binding in document.bindings if binding.property not in _UNFILLED}
    for layer, pieces in areas.pieces(scene, texts, intersection(trim, safe)).items():
        how = {"held": layer in bound or "#" in layer, "whole": layer in codes}
        if areas.left(pieces, trim, canvas, **how):
            if rules.print_area != "off":
                found.append(Finding("art_outside_print", layer, rules.print_area))
        elif rules.safe_area != "off" and areas.left(pieces, safe, canvas, **how) and (
                any(how.values()) or not areas.frames(pieces, safe)):
            found.append(Finding("art_outside_safe", layer, rules.safe_area))
    return found


def _line_rule(preflight: Preflight) -> Least:
    return preflight.rules.line_mm or (ENGRAVED_MM if preflight.process == "engraving" else Least())


def _of_lines(drawing: Drawing, preflight: Preflight) -> list[Finding]:
    thinnest: dict[str, float] = {}
    for node in walk(drawing.scene.nodes):
        if isinstance(node, PathNode):
            for line in node.strokes:
                mm = line.width * min(lengths(node.matrix)) / drawing.scene.dpi * 25.4
                thinnest[node.layer] = min(mm, thinnest.get(node.layer, mm))
    return _thin("line_thin", thinnest, _line_rule(preflight))


def _of_stems(drawing: Drawing, preflight: Preflight) -> list[Finding]:
    """Letters by their thinnest stem, with the strokes that widen it. Measured only where the rule says something."""
    rule, thinnest = _line_rule(preflight), {}
    if rule.refuse is None and rule.warn is None:
        return []
    sizes = {text.layer: text.size for text in drawing.report.texts}
    for node in areas.drawn(drawing.scene.nodes):
        if isinstance(node, PathNode) and node.layer in sizes and shows(node.fill):
            across, down = lengths(node.matrix)
            width = stems.thinnest(node.path, node.matrix, sizes[node.layer] * max(across, down))
            if width is not None:
                width += max((line.width for line in node.strokes if line.color[3] > 0), default=0) * min(across, down)
                mm = width / drawing.scene.dpi * 25.4
                thinnest[node.layer] = min(mm, thinnest.get(node.layer, mm))
    return _thin("stem_thin", thinnest, rule)


def _thin(code: str, thinnest: dict[str, float], rule: Least) -> list[Finding]:
    found = []
    for layer, mm in thinnest.items():
        if severity := below(rule, mm):
            wanted = max(filter(None, (rule.refuse, rule.warn)))
            found.append(Finding(code, layer, severity, {"mm": round(mm, 2), "wanted": f"{wanted:g}"}))
    return found


def _of_codes(report: Report) -> list[Finding]:
    """Codes whose contrast nobody can vouch for."""
    return [Finding("code_without_ground", code.layer, "warn") for code in report.codes if not code.grounded]


def _trim(document: Document, drawing: Drawing) -> Box:
    canvas, scale = document.canvas, drawing.report.dpi / document.canvas.dpi
    bleed = canvas.bleed
    edges = (bleed.left, bleed.top, canvas.width - bleed.right, canvas.height - bleed.bottom)
    return tuple(edge * scale for edge in edges)
