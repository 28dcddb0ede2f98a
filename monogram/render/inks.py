"""What colours pixels: colours, gradients and textures as Skia paints, and how pictures are sampled."""

from __future__ import annotations

import skia

from .matrices import lengths, multiply
from .paths import matrix as skia_matrix
from .pictures import Pictures
from .scene import Fill, Linear, PathNode, Radial, Rgba, Texture

# Shrinking reads averaged levels, or detail between the samples would be lost. Beyond twice its size a picture shows the
# facets of linear sampling, so there it takes the smooth cubic, at more than twice the time.
SHRINK = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
LINEAR = skia.SamplingOptions(skia.FilterMode.kLinear)
CUBIC = skia.SamplingOptions(skia.CubicResampler.Mitchell())
CUBIC_FROM = 2.0

_PREMULTIPLIED = int(skia.GradientShader.kInterpolateColorsInPremul_Flag)


def color(rgba: Rgba, opacity: float = 1.0) -> skia.Color4f:
    return skia.Color4f(rgba[0], rgba[1], rgba[2], rgba[3] * opacity)


def sampling(scales: tuple[float, float]) -> skia.SamplingOptions:
    """By how long a source pixel becomes along its two axes."""
    if min(scales) < 1:
        return SHRINK
    return CUBIC if max(scales) > CUBIC_FROM else LINEAR


def fill_paint(node: PathNode, pictures: Pictures, opacity: float, mode: skia.BlendMode) -> tuple[skia.Paint, object]:
    """The paint of a node's fill, and what must be kept until it has been used.

    Shaders are given to the constructor: Paint.setShader would encode a picture as PNG and decode it again.
    """
    if isinstance(node.fill, tuple):
        return skia.Paint(AntiAlias=True, Color4f=color(node.fill, opacity), BlendMode=mode), None
    shader, held = _shader(node.fill, node, pictures)
    return skia.Paint(AntiAlias=True, Shader=shader, Alphaf=opacity, BlendMode=mode), held


def _shader(fill: Fill, node: PathNode, pictures: Pictures) -> tuple[skia.Shader, object]:
    match fill:
        case Linear():
            return skia.GradientShader.MakeLinear(
                [skia.Point(*fill.start), skia.Point(*fill.end)], [_argb(rgba) for rgba in fill.colors], list(fill.places),
                skia.TileMode.kClamp, _PREMULTIPLIED), None
        case Radial(focus=(x, y, inner)):
            return skia.GradientShader.MakeTwoPointConical(
                skia.Point(x, y), inner, skia.Point(*fill.center), fill.radius, [_argb(rgba) for rgba in fill.colors],
                list(fill.places), skia.TileMode.kClamp, _PREMULTIPLIED), None
        case Radial():
            return skia.GradientShader.MakeRadial(
                skia.Point(*fill.center), fill.radius, [_argb(rgba) for rgba in fill.colors], list(fill.places),
                skia.TileMode.kClamp, _PREMULTIPLIED), None
        case Texture():
            picture = pictures.image(fill.source, node.layer)
            tile = skia.TileMode.kRepeat if fill.repeats else skia.TileMode.kClamp
            how = sampling(lengths(multiply(node.matrix, fill.matrix)))
            return picture.image.makeShader(tile, tile, how, skia_matrix(fill.matrix)), picture
    raise TypeError(fill)


def _argb(rgba: Rgba) -> int:
    red, green, blue, alpha = (round(part * 255) for part in rgba)
    return alpha << 24 | red << 16 | green << 8 | blue
