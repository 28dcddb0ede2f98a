"""What of a picture need not be painted: where it is clear, and where a later one hides it. No pixel changes by that."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
import skia

from .matrices import Box
from .paths import matrix as skia_matrix
from .scene import AnyNode, GroupNode, ImageNode, Source

# Clear parts are looked for in blocks of so many pixels.
BLOCK = 64
# How far a sampled pixel may reach beyond itself, in the picture's pixels: Mitchell's cubic reads two on each side.
_REACH = 2
# Edges are painted softly: so many canvas pixels inside them a picture surely covers all.
_EDGE = 2

Boxes = tuple[tuple[int, int, int, int], ...]  # left, top, right, bottom in the picture's pixels


def inked(pixels: np.ndarray) -> Boxes | None:
    """Boxes that hold all that is not clear of premultiplied pixels (uint8, (height, width, 4)); None if that is nearly all."""
    height, width = pixels.shape[:2]
    numbers, boxes, area = pixels.view(np.uint32)[:, :, 0], [], 0
    for top in range(0, height, BLOCK):
        rows = numbers[top:top + BLOCK]
        columns = np.pad(np.bitwise_or.reduce(rows, axis=0), (0, -width % BLOCK))
        block = columns.reshape(-1, BLOCK).any(axis=1)
        turns = np.flatnonzero(np.diff(block, prepend=False, append=False)).tolist()
        for first, end in zip(turns[::2], turns[1::2], strict=True):
            boxes.append((first * BLOCK, top, min(end * BLOCK, width), top + len(rows)))
            area += (boxes[-1][2] - boxes[-1][0]) * len(rows)
    return tuple(boxes) if area < 0.9 * width * height else None


def shown(canvas: skia.Canvas, part: Box, boxes: Boxes | None, behind: skia.Region | None) -> skia.Region | None:
    """Where that part of a picture must be painted on a canvas set up for it, if not everywhere. boxes: what is inked of it;
    behind: what of the canvas later pictures hide."""
    if boxes is None and behind is None:
        return None
    matrix = canvas.getTotalMatrix()
    inked = None if boxes is None else _placed(boxes, matrix)
    if (inked is None and behind is None) or _has_soft_sides(part, matrix):
        return None
    bounds = canvas.getDeviceClipBounds()
    found = skia.Region(bounds)
    if inked is not None:
        found.op(inked, skia.Region.kIntersect_Op)
    if behind is not None:
        found.op(behind, skia.Region.kDifference_Op)
    # soft edges are cut off at the bounds of what is painted before they are painted: these bounds must stay as they are
    left, top, right, bottom = bounds
    for line in ((left, top, right, top + 1), (left, bottom - 1, right, bottom), (left, top, left + 1, bottom),
                 (right - 1, top, right, bottom)):
        found.op(skia.IRect.MakeLTRB(*line), skia.Region.kUnion_Op)
    return found


def _has_soft_sides(part: Box, matrix: skia.Matrix) -> bool:
    """Whether it is drawn as an upright box between pixels, whose sides Skia paints in another way where a region cuts them."""
    across, along = matrix.getScaleX() or matrix.getScaleY(), matrix.getSkewX() or matrix.getSkewY()
    sides = matrix.mapRect(skia.Rect.MakeLTRB(*part))
    return not (across and along) and any(side % 1 for side in sides)


def _placed(boxes: Boxes, matrix: skia.Matrix) -> skia.Region | None:
    """The canvas pixels that these boxes of a picture may touch, drawn at its size or larger; None for a turned picture."""
    if not matrix.isScaleTranslate() or min(matrix.getScaleX(), matrix.getScaleY()) < 1:
        return None
    a, d, e, f = matrix.getScaleX(), matrix.getScaleY(), matrix.getTranslateX(), matrix.getTranslateY()
    region = skia.Region()
    region.setRects([skia.IRect.MakeLTRB(
        floor(a * (left - _REACH) + e) - 1, floor(d * (top - _REACH) + f) - 1,
        ceil(a * (right + _REACH) + e) + 1, ceil(d * (bottom + _REACH) + f) + 1) for left, top, right, bottom in boxes])
    return region


def hidden(nodes: tuple[AnyNode, ...], size: tuple[int, int], top: int) -> list[skia.Region | None]:
    """For each node what later ones hide of it, on a surface of that width and height whose first row is canvas row `top`."""
    found: list[skia.Region | None] = []
    whole, behind = skia.Region(skia.IRect.MakeWH(*size)), None
    for number in range(len(nodes) - 1, -1, -1):
        found.append(behind)
        inner = _covered(nodes[number], whole, top) if number else None
        if inner is not None:
            behind = inner if behind is None else _together(behind, inner, skia.Region.kUnion_Op)
    return found[::-1]


def _covered(node: AnyNode, whole: skia.Region, top: int) -> skia.Region | None:
    """Where a JPEG, in itself or cut to convex shapes, paints over all that is below."""
    image, clips = node, ()
    if isinstance(node, GroupNode) and (len(node.children), node.opacity, node.blend, node.stencil) == (1, 1, "normal", None):
        image, clips = node.children[0], node.clips
    if not isinstance(image, ImageNode) or not isinstance(image.source, Source) or image.source.info.format != "jpeg":
        return None
    edges = skia.Path()
    left, top_, right, bottom = image.region
    width, height = image.source.info.size
    edges.addRect(skia.Rect.MakeLTRB(max(0, left), max(0, top_), min(width, right), min(height, bottom)))
    found = _inside(edges, image, whole, top)
    for clip in clips:
        if not clip.isConvex():
            return None
        found = _together(found, _inside(clip, node, whole, top), skia.Region.kIntersect_Op)
    return found


def _inside(path: skia.Path, node: AnyNode, whole: skia.Region, top: int) -> skia.Region:
    """The pixels at least _EDGE inside a convex path of the node's own coordinates, along both axes."""
    on_canvas, found = skia.Path(), skia.Region(whole)
    path.transform(skia_matrix(node.matrix), on_canvas)
    for x, y in ((_EDGE, 0), (-_EDGE, 0), (0, _EDGE), (0, -_EDGE)):
        moved, region = skia.Path(), skia.Region()
        on_canvas.offset(x, y - top, moved)
        region.setPath(moved, whole)
        found.op(region, skia.Region.kIntersect_Op)
    return found


def _together(one: skia.Region, other: skia.Region, how: skia.Region.Op) -> skia.Region:
    both = skia.Region(one)
    both.op(other, how)
    return both
