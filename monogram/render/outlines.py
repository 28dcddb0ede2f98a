"""Paints outlines: shadows, strokes, fills and inner shadows of a path, and the shadows of colour glyphs."""

from __future__ import annotations

from collections.abc import Callable

import skia
from msgspec.structs import replace

from .inks import color, fill_paint
from .matrices import lengths
from .pictures import Pictures
from .scene import Blur, Line, PathNode, Rgba, shows

JOINS = {"round": skia.Paint.kRound_Join, "miter": skia.Paint.kMiter_Join, "bevel": skia.Paint.kBevel_Join}
CAPS = {"butt": skia.Paint.kButt_Cap, "round": skia.Paint.kRound_Cap, "square": skia.Paint.kSquare_Cap}

# Skia's mask filter takes a larger sigma (canvas pixels) for this one, without a word; its image filter goes to 532.
_MASK_SIGMA = 128

_BLACK = (0.0, 0.0, 0.0, 1.0)


def paint_path(canvas: skia.Canvas, node: PathNode, pictures: Pictures, opacity: float, mode: skia.BlendMode) -> None:
    """The node in its own coordinates. opacity and mode are for nodes that one call paints."""
    for shadow in reversed(node.shadows):
        if not shadow.inner:
            _paint_shadow(canvas, node, shadow)
    for line in reversed(node.strokes):
        if line.behind:
            canvas.drawPath(node.path, stroke_paint(line, line.color, opacity, BlendMode=mode))
    if shows(node.fill):
        _paint_fill(canvas, node, pictures, opacity, mode)
    for line in reversed(node.strokes):
        if not line.behind:
            canvas.drawPath(node.path, stroke_paint(line, line.color, opacity, BlendMode=mode))


def stroke_paint(line: Line, rgba: Rgba, opacity: float = 1.0, **more) -> skia.Paint:
    effect = {"PathEffect": skia.DashPathEffect.Make(list(line.dash), 0)} if line.dash else {}
    return skia.Paint(**{
        "AntiAlias": True, "Color4f": color(rgba, opacity), "Style": skia.Paint.kStroke_Style, "StrokeWidth": line.width,
        "StrokeJoin": JOINS[line.join], "StrokeCap": CAPS[line.cap], **effect, **more})


def _paint_fill(canvas: skia.Canvas, node: PathNode, pictures: Pictures, opacity: float, mode: skia.BlendMode) -> None:
    inner = [shadow for shadow in reversed(node.shadows) if shadow.inner]
    if inner:
        canvas.saveLayer(node.path.computeTightBounds().makeOutset(1, 1))
    for path, fill in node.pieces or ((node.path, node.fill),):
        paint, held = fill_paint(replace(node, fill=fill), pictures, opacity, mode)
        canvas.drawPath(path, paint)
        del held
    for shadow in inner:
        _paint_inner(canvas, node, shadow)
    if inner:
        canvas.restore()


def _paint_inner(canvas: skia.Canvas, node: PathNode, shadow: Blur) -> None:
    if not _is_soft(node, shadow):
        return cast_inside(canvas, shadow, lambda: canvas.drawPath(node.path, skia.Paint(
            AntiAlias=True, Color4f=color(_BLACK), BlendMode=skia.BlendMode.kDstOut, **_mask_blur(shadow.sigma))))

    def blurred() -> None:
        blur = skia.ImageFilters.Blur(shadow.sigma, shadow.sigma)
        canvas.saveLayer(None, skia.Paint(ImageFilter=blur, BlendMode=skia.BlendMode.kDstOut))
        canvas.drawPath(node.path, skia.Paint(AntiAlias=True, Color4f=color(_BLACK)))
        canvas.restore()
    cast_inside(canvas, shadow, blurred)


def cast_inside(canvas: skia.Canvas, shadow: Blur, take_out: Callable[[], None]) -> None:
    """Lays the shadow's colour on what the layer under way holds already, after `take_out` has taken the blurred
    silhouette out of it. No clip is needed: the rim keeps exactly the coverage it was painted with."""
    canvas.saveLayer(None, skia.Paint(BlendMode=skia.BlendMode.kSrcATop))
    canvas.drawColor(color(shadow.color))
    canvas.translate(shadow.dx, shadow.dy)
    take_out()
    canvas.restore()


def _is_soft(node: PathNode, shadow: Blur) -> bool:
    return shadow.sigma * max(lengths(node.matrix)) > _MASK_SIGMA


def _mask_blur(sigma: float) -> dict[str, skia.MaskFilter]:
    return {"MaskFilter": skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, sigma)} if sigma else {}


def _paint_shadow(canvas: skia.Canvas, node: PathNode, shadow: Blur) -> None:
    """The silhouette of fill and strokes, blurred by a mask filter where one call can paint it: that filter paints the same
    in the browser, image filters differ by 1 of 255 here and there. A shadow with neither takes the fill's."""
    line = _widest(node.strokes)
    both = bool(node.strokes) and shows(node.fill)
    plain = not node.strokes or (line is not None and not (both and (not node.oriented or line.dash)))
    canvas.save()
    canvas.translate(shadow.dx, shadow.dy)
    if _is_soft(node, shadow) or not plain:
        _paint_soft_shadow(canvas, node, shadow)
    elif line is None:
        canvas.drawPath(node.path, skia.Paint(AntiAlias=True, Color4f=color(shadow.color), **_mask_blur(shadow.sigma)))
    else:
        style = skia.Paint.kStrokeAndFill_Style if both else skia.Paint.kStroke_Style
        canvas.drawPath(node.path, stroke_paint(line, shadow.color, Style=style, **_mask_blur(shadow.sigma)))
    canvas.restore()


def _widest(strokes: tuple[Line, ...]) -> Line | None:
    """The stroke that covers all others, if one does."""
    for line in strokes:
        alike = all((other.join, other.cap) == (line.join, line.cap) and other.width <= line.width for other in strokes)
        if len(strokes) == 1 or (alike and not line.dash):
            return line
    return None


def _paint_soft_shadow(canvas: skia.Canvas, node: PathNode, shadow: Blur) -> None:
    """Fill and strokes drawn as one picture, then blurred."""
    opaque = (*shadow.color[:3], 1.0)
    blur = {"ImageFilter": skia.ImageFilters.Blur(shadow.sigma, shadow.sigma)} if shadow.sigma else {}
    reach = 2 * max((line.width for line in node.strokes), default=0) + 1  # a mitre reaches four half widths
    area = node.path.computeTightBounds().makeOutset(reach, reach)
    canvas.saveLayer(area, skia.Paint(Alphaf=shadow.color[3], **blur))
    if shows(node.fill) or not node.strokes:
        canvas.drawPath(node.path, skia.Paint(AntiAlias=True, Color4f=color(opaque)))
    for line in node.strokes:
        canvas.drawPath(node.path, stroke_paint(line, opaque))
    canvas.restore()
