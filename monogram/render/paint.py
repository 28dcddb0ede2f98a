"""Paints a scene with Skia on RGBA_F16 raster surfaces in sRGB: the settings under which the browser paints the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from math import ceil, floor

import numpy as np
import skia

from . import beginnings, limits, regions, surfaces
from .errors import RenderError
from .inks import color, sampling
from .lettering import skia_font
from .matrices import lengths
from .outlines import cast_inside, paint_path
from .patches import paint_patch
from .paths import matrix as skia_matrix
from .pictures import SRGB, Kept, Pictures, Ready
from .scene import AnyNode, Blur, Box, GlyphsNode, GroupNode, ImageNode, PatchNode, PathNode, Rgba, Scene, SurfaceNode, shows

_BLENDS = {
    "normal": skia.BlendMode.kSrcOver, "multiply": skia.BlendMode.kMultiply, "screen": skia.BlendMode.kScreen,
    "overlay": skia.BlendMode.kOverlay, "darken": skia.BlendMode.kDarken, "lighten": skia.BlendMode.kLighten,
    "color-dodge": skia.BlendMode.kColorDodge, "color-burn": skia.BlendMode.kColorBurn,
    "hard-light": skia.BlendMode.kHardLight, "soft-light": skia.BlendMode.kSoftLight,
    "difference": skia.BlendMode.kDifference, "exclusion": skia.BlendMode.kExclusion, "hue": skia.BlendMode.kHue,
    "saturation": skia.BlendMode.kSaturation, "color": skia.BlendMode.kColor, "luminosity": skia.BlendMode.kLuminosity,
}
# Rows read back at once: a few megabytes, and the encoder's block.
STRIP = 256


def strips(scene: Scene, kept: Kept | None = None, images: dict[object, Ready] | None = None) -> Iterator[np.ndarray]:
    """The painted canvas from top to bottom as uint8 arrays (rows, width, 4), sRGB, not premultiplied.

    Each array is overwritten by the next but one. One surface holds `limits.strip_rows`; where that is not all, the next strips
    are painted on it one after the other, each with the nodes that reach into it. kept: see `pictures.Kept`;
    images: pictures that are ready, used up.
    """
    rows = limits.strip_rows(scene.width, scene.height)
    pictures = Pictures(scene, keep=rows < scene.height, kept=kept, images=images)
    buffers = cycle([np.empty((min(STRIP, scene.height), scene.width, 4), np.uint8) for _ in range(2)])
    for top in range(0, scene.height, rows):
        surface, held = _surface(scene.width, min(rows, scene.height - top))
        canvas = surface.getCanvas()
        if scene.background[3] > 0:  # new memory is clear already
            canvas.clear(color(scene.background))
        canvas.translate(0, -top)
        if kept is not None and rows == scene.height:
            beginnings.paint_on(surface, scene.nodes, lambda node, canvas=canvas: _paint(canvas, node, pictures), kept,
                                ("canvas", scene.width, scene.height, scene.background))
        else:
            hidden = regions.hidden(scene.nodes, (scene.width, surface.height()), top)
            for node, behind in zip(scene.nodes, hidden, strict=True):
                if rows == scene.height or (node.bounds[1] < top + rows and node.bounds[3] > top):
                    _paint(canvas, node, pictures, hidden=behind)
        pictures.let_go(top + rows)
        for row in range(0, surface.height(), STRIP):
            yield _read(surface, next(buffers)[:min(STRIP, surface.height() - row)], row)
        del surface, canvas, held


def pixels(scene: Scene) -> np.ndarray:
    """The whole painted canvas: uint8 (height, width, 4), sRGB, not premultiplied."""
    return np.concatenate([strip.copy() for strip in strips(scene)])


def sample(nodes: Sequence[AnyNode], box: Box, size: tuple[int, int], pictures: Pictures, background: Rgba) -> np.ndarray:
    """Nodes within a box of canvas pixels, brought to width x height: uint8 (height, width, 4), not premultiplied.

    For judging a picture: what is shrunk here is not shrunk as carefully as a print is.
    """
    surface, held = _surface(*size)
    canvas = surface.getCanvas()
    canvas.clear(color(background))
    canvas.scale(size[0] / (box[2] - box[0]), size[1] / (box[3] - box[1]))
    canvas.translate(-box[0], -box[1])
    for node in nodes:
        _paint(canvas, node, pictures)
    found = _read(surface, np.empty((size[1], size[0], 4), np.uint8), 0)
    del surface, canvas, held
    return found


def _surface(width: int, height: int) -> tuple[skia.Surface, np.ndarray]:
    """A clear surface, and the memory it paints on, which it does not hold. numpy asks for large pages: a third of the time."""
    info = skia.ImageInfo.Make(width, height, skia.kRGBA_F16_ColorType, skia.kPremul_AlphaType, SRGB)
    try:
        held = np.zeros((height, width * info.bytesPerPixel()), np.uint8)
    except MemoryError:
        raise RenderError("canvas_too_large", f"There is not enough memory to paint {width} x {height} pixels.",
                          part="canvas") from None
    return skia.Surface.MakeRasterDirect(info, held, held.shape[1]), held


def _read(surface: skia.Surface, rows: np.ndarray, top: int) -> np.ndarray:
    height, width = rows.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kUnpremul_AlphaType, SRGB)
    if not surface.readPixels(info, rows, width * 4, 0, top):
        raise RenderError("render_failed", "The painted canvas could not be read back.", part="canvas")
    return rows


def _paint(canvas: skia.Canvas, node: AnyNode, pictures: Pictures, opacity: float = 1.0, blend: str = "normal",
           hidden: skia.Region | None = None) -> None:
    """hidden: where on the canvas it does not matter what is painted."""
    match node:
        case PathNode():
            _paint_path(canvas, node, pictures, opacity, blend)
        case ImageNode():
            _paint_image(canvas, node, pictures, opacity, blend, hidden)
        case PatchNode():
            paint_patch(canvas, node, pictures, opacity, _BLENDS[blend])
        case GlyphsNode():
            _paint_glyphs(canvas, node)
        case GroupNode():
            _paint_group(canvas, node, pictures, hidden)
        case SurfaceNode():
            _paint_surface(canvas, node, pictures)


def _paint_group(canvas: skia.Canvas, group: GroupNode, pictures: Pictures, hidden: skia.Region | None) -> None:
    """Clip, layer, children, stencil; closing the layer applies opacity and blend mode."""
    saved = canvas.save()
    for clip in group.clips:
        placed = skia.Path()
        clip.transform(skia_matrix(group.matrix), placed)
        canvas.clipPath(placed, skia.ClipOp.kIntersect, True)
    if not group.isolated:
        for child in group.children:
            _paint(canvas, child, pictures, hidden=hidden)
    elif group.stencil is None and len(group.children) == 1 and _once(group.children[0]):
        # touches each pixel once: opacity and blend mode act on it as they would on its own layer
        _paint(canvas, group.children[0], pictures, group.opacity, group.blend, hidden)
    else:
        paint = skia.Paint(Alphaf=group.opacity, BlendMode=_BLENDS[group.blend])
        canvas.saveLayer(_rect(_outward(group.bounds)), paint)
        for child in group.children:
            _paint(canvas, child, pictures)
        if group.stencil:
            _apply_stencil(canvas, group, pictures)
    canvas.restoreToCount(saved)


def _paint_surface(canvas: skia.Canvas, node: SurfaceNode, pictures: Pictures) -> None:
    surface = surfaces.blank(node)
    beginnings.paint_on(surface, node.children, lambda child: _paint(surface.getCanvas(), child, pictures), pictures.kept,
                        ("surface", node.width, node.height, node.layer))
    surfaces.lay(canvas, node, surface.makeImageSnapshot(), pictures)


def _apply_stencil(canvas: skia.Canvas, group: GroupNode, pictures: Pictures) -> None:
    stencil = group.stencil
    picture = pictures.stencil(stencil.source, stencil.channel, group.layer)
    image = picture.image
    canvas.save()
    canvas.concat(skia_matrix(stencil.matrix))
    along_x, along_y = lengths(stencil.matrix)
    scales = (along_x * stencil.box[0] / image.width(), along_y * stencil.box[1] / image.height())
    paint = skia.Paint(AntiAlias=True, BlendMode=skia.BlendMode.kDstIn)
    canvas.drawImageRect(image, skia.Rect.MakeIWH(image.width(), image.height()), skia.Rect.MakeWH(*stencil.box),
                         sampling(scales), paint, skia.Canvas.kFast_SrcRectConstraint)
    canvas.restore()


def _once(node: AnyNode) -> bool:
    """Whether one call paints the node and no call of it lies over another."""
    if isinstance(node, PathNode):
        return not node.shadows and not node.pieces and shows(node.fill) + sum(line.color[3] > 0 for line in node.strokes) == 1
    return isinstance(node, (ImageNode, PatchNode))


def _paint_path(canvas: skia.Canvas, node: PathNode, pictures: Pictures, opacity: float, blend: str) -> None:
    saved = canvas.save()
    canvas.concat(skia_matrix(node.matrix))
    paint_path(canvas, node, pictures, opacity, _BLENDS[blend])
    canvas.restoreToCount(saved)


def _paint_image(canvas: skia.Canvas, node: ImageNode, pictures: Pictures, opacity: float, blend: str,
                 hidden: skia.Region | None) -> None:
    picture = pictures.image(node.source, node.layer)
    saved = canvas.save()
    canvas.concat(skia_matrix(node.matrix))
    shown = regions.shown(canvas, node.region, picture.inked if blend == "normal" else None, hidden)
    if shown is not None:
        canvas.clipRegion(shown)
    region = _rect(node.region)
    paint = skia.Paint(AntiAlias=True, Alphaf=opacity, BlendMode=_BLENDS[blend])
    canvas.drawImageRect(picture.image, region, region, sampling(lengths(node.matrix)), paint,
                         skia.Canvas.kFast_SrcRectConstraint)
    canvas.restoreToCount(saved)


def _paint_glyphs(canvas: skia.Canvas, node: GlyphsNode) -> None:
    builder = skia.TextBlobBuilder()
    font = skia_font(node.face.typeface, node.size)
    builder.allocRunPos(font, list(node.glyphs), [skia.Point(*point) for point in node.points])
    blob = builder.make()
    saved = canvas.save()
    canvas.concat(skia_matrix(node.matrix))
    for shadow in reversed(node.shadows):
        if not shadow.inner:
            canvas.saveLayer(None, skia.Paint(ImageFilter=_cast(shadow)))
            canvas.drawTextBlob(blob, 0, 0, skia.Paint(AntiAlias=True))
            canvas.restore()
    inner = [shadow for shadow in reversed(node.shadows) if shadow.inner]
    if inner:
        canvas.saveLayer(None)
    canvas.drawTextBlob(blob, 0, 0, skia.Paint(AntiAlias=True))
    for shadow in inner:
        cast_inside(canvas, shadow, lambda shadow=shadow: _take_out(canvas, blob, shadow))
    canvas.restoreToCount(saved)


def _cast(shadow: Blur) -> skia.ImageFilter:
    """The shadow of colour glyphs. Their colours are in the font: only an image filter sees them as one shape."""
    return skia.ImageFilters.DropShadowOnly(shadow.dx, shadow.dy, shadow.sigma, shadow.sigma, color(shadow.color).toColor())


def _take_out(canvas: skia.Canvas, blob: skia.TextBlob, shadow: Blur) -> None:
    blur = {"ImageFilter": skia.ImageFilters.Blur(shadow.sigma, shadow.sigma)} if shadow.sigma else {}
    canvas.saveLayer(None, skia.Paint(BlendMode=skia.BlendMode.kDstOut, **blur))
    canvas.drawTextBlob(blob, 0, 0, skia.Paint(AntiAlias=True))
    canvas.restore()


def _outward(box: Box) -> Box:
    return (floor(box[0]), floor(box[1]), ceil(box[2]), ceil(box[3]))


def _rect(box: Box) -> skia.Rect:
    return skia.Rect.MakeLTRB(*box)
