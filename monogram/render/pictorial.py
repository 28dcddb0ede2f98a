"""Findings that only the picture shows: words that do not stand out, colours that a press cannot reach."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from . import gamuts, paint, preflight
from .document import Least, Most
from .draw import Drawing
from .matrices import Box, intersection
from .pictures import Pictures
from .reports import TextReport
from .scene import AnyNode, GroupNode, PathNode, SurfaceNode, walk

# Longer side of what is looked at, at most and at least; and the height that letters have in it at most. The browser looks
# by the same numbers: schema/make_preflight_rules.py writes them there.
SIDE = 320
LEAST_SIDE = 64
EM = 48
# Letters are the pixels of more than this part of the strongest ink; this part of them must lie on something to be judged.
INKED = 0.6
GROUNDED = 0.2
# The share of letters' pixels that stand out less than what counts as read: plain ones, and those with a stroke or shadow.
WORSE, BETTER = 0.25, 0.75
GAMUT_SIDE = 256
# The share of the picture that changes its colours less than what is told.
GAMUT_SHARE = 0.95


def of_contrast(drawing: Drawing, rule: Least) -> list[preflight.Finding]:
    """Words against what lies under them. A text counts as read by its worse quarter of pixels; one with a stroke or shadow
    by its better quarter, since a rim alone makes letters readable."""
    found = []
    pictures = Pictures(drawing.scene, keep=True, images=drawing.seen)
    for text in drawing.report.texts:
        contrast = _contrast(drawing, text, pictures)
        if contrast is not None and (severity := preflight.below(rule, contrast)):
            wanted = max(filter(None, (rule.refuse, rule.warn)))
            found.append(preflight.Finding("contrast_low", text.layer, severity,
                                           {"contrast": round(contrast, 2), "wanted": f"{wanted:g}"}))
    return found


def _contrast(drawing: Drawing, text: TextReport, pictures: Pictures) -> float | None:
    scene = drawing.scene
    box = intersection(text.bounds, (0, 0, scene.width, scene.height))
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return None
    before, own = _until(scene.nodes, text.layer)
    after, _ = _until(scene.nodes, text.layer, including=True)
    if not own:
        return None
    size = _size(box, text.size)
    ink = paint.sample(own, box, size, pictures, (0, 0, 0, 0))[:, :, 3]
    ground = paint.sample(_near(before, box), box, size, pictures, scene.background)
    whole = paint.sample(_near(after, box), box, size, pictures, scene.background)
    letters = ink > INKED * max(1, int(ink.max()))
    judged = letters & (ground[:, :, 3] > 127)
    if judged.sum() < GROUNDED * max(1, letters.sum()):
        return None
    one, two = _luminance(whole[judged]) + 0.05, _luminance(ground[judged]) + 0.05
    rimmed = any(isinstance(node, PathNode) and (node.strokes or node.shadows) for node in walk(tuple(own)))
    return _at(np.maximum(one, two) / np.minimum(one, two), BETTER if rimmed else WORSE)


def _size(box: Box, em: float) -> tuple[int, int]:
    width, height = box[2] - box[0], box[3] - box[1]
    scale = min(1.0, SIDE / max(width, height), max(EM / em, LEAST_SIDE / max(width, height)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _until(nodes: Sequence[AnyNode], layer: str, *, including: bool = False) -> tuple[list[AnyNode], list[AnyNode]]:
    """What is painted before a layer (or up to it), groups and surfaces opened halfway; and the layer's own nodes, bent as
    their surface bends them."""
    below: list[AnyNode] = []
    for at, node in enumerate(nodes):
        if node.layer == layer:
            own = [other for other in nodes[at:] if other.layer == layer]
            return below + (own if including else []), own
        if isinstance(node, (GroupNode, SurfaceNode)):
            inside, own = _until(node.children, layer, including=including)
            if own:
                if isinstance(node, SurfaceNode):
                    own = [msgspec.structs.replace(node, children=tuple(own))]
                return below + ([msgspec.structs.replace(node, children=tuple(inside))] if inside else []), own
        below.append(node)
    return below, []


def _near(nodes: list[AnyNode], box: Box) -> list[AnyNode]:
    return [node for node in nodes if node.bounds[0] < box[2] and node.bounds[2] > box[0] and node.bounds[1] < box[3]
            and node.bounds[3] > box[1]]


def _at(values: np.ndarray, share: float) -> float:
    """The value that a share of all values do not exceed."""
    return float(np.sort(values)[round(share * (len(values) - 1))])


def _luminance(pixels: np.ndarray) -> np.ndarray:
    """Relative luminance of WCAG 2 from uint8 (n, 4)."""
    value = pixels[:, :3] / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return light @ np.array([0.2126, 0.7152, 0.0722])


def of_gamut(drawing: Drawing, profile: str, rule: Most) -> list[preflight.Finding]:
    """How far the picture's colours move in an output profile and back."""
    scene = drawing.scene
    scale = min(1.0, GAMUT_SIDE / max(scene.width, scene.height))
    size = max(1, round(scene.width * scale)), max(1, round(scene.height * scale))
    pictures = Pictures(scene, keep=True, images=drawing.seen)
    whole = paint.sample(scene.nodes, (0, 0, scene.width, scene.height), size, pictures, scene.background)
    inked = whole[whole[:, :, 3] > 127][:, :3]
    if not len(inked):
        return []
    change = _at(gamuts.changes(inked, profile), GAMUT_SHARE)
    severity = "refuse" if rule.refuse is not None and change > rule.refuse else \
        "warn" if rule.warn is not None and change > rule.warn else None
    return [preflight.Finding("color_out_of_gamut", None, severity, {"profile": profile, "change": round(change, 1)})] \
        if severity else []
