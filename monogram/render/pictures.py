"""Decoded sources while a scene is painted: decoded at first use, let go after the last."""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import NamedTuple

import numpy as np
import skia

from . import adjust, regions
from .errors import RenderError
from .images import decode
from .matrices import lengths, multiply
from .scene import Altered, GroupNode, ImageNode, PatchNode, PathNode, Scene, Source, Texture, walk

SRGB = skia.ColorSpace.MakeSRGB()
# Below it mipmaps are made ahead. A picture turned at its own size is shorter than it by a rounding error; should Skia want
# mipmaps there, it makes the same ones itself.
_OWN_SIZE = 1 - 1e-6
# Bytes of a picture that are copied at most for mipmaps made ahead, as Skia does. For a larger one it makes the same ones,
# without a copy, each time that it is drawn.
_COPIED = 128_000_000


class Ready(NamedTuple):
    """A picture ready to paint. pixels: what the image reads from, which Skia does not hold: keep it until the image is drawn.
    inked: boxes that hold all that is not clear, or None."""

    image: skia.Image
    pixels: np.ndarray
    inked: regions.Boxes | None = None


class Kept:
    """What outlives a drawing, for a process that draws alike ones again: pictures ready to paint, what drawings began with.
    most: bytes held; what was not used for longest goes first.
    """

    def __init__(self, most: int = 128_000_000):
        self.most, self._held = most, 0
        self._entries: OrderedDict[object, tuple[object, int]] = OrderedDict()

    def find(self, key: object):
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return self._entries[key][0]

    def keep(self, key: object, value: object, size: int) -> None:
        """size: bytes of its pixels; what else it holds, a photo's file above all, is put at a sixteenth of them."""
        self._held -= self._entries.pop(key, (None, 0))[1]
        size += size // 16
        if size > self.most:
            return
        self._entries[key] = (value, size)
        self._held += size
        while self._held > self.most:
            self._held -= self._entries.popitem(last=False)[1][1]


class Pictures:
    """Skia images of a scene's sources, premultiplied so that sampling does not bleed the colour of clear pixels.

    keep: the scene is painted more than once (in strips), so that only `let_go` lets go.
    kept: where pictures of drawings before are found, and these are left. images: those of this scene that are ready.
    """

    def __init__(self, scene: Scene, *, keep: bool, kept: Kept | None = None, images: dict[object, Ready] | None = None):
        self._left, self._small = Counter(), set()
        self._last: dict[object, float] = {}  # the lowest canvas row that each may reach
        for lowest, node in ((top.bounds[3], node) for top in scene.nodes for node in walk((top,))):
            if isinstance(node, (ImageNode, PatchNode)):
                self._left[node.source] += 1
                self._last[node.source] = max(lowest, self._last.get(node.source, 0))
                if min(lengths(node.matrix) if isinstance(node, ImageNode) else node.scales) < _OWN_SIZE:
                    self._small.add(node.source)
            elif isinstance(node, PathNode) and isinstance(node.fill, Texture):
                self._left[node.fill.source] += 1
                self._last[node.fill.source] = max(lowest, self._last.get(node.fill.source, 0))
                if min(lengths(multiply(node.matrix, node.fill.matrix))) < _OWN_SIZE:
                    self._small.add(node.fill.source)
            elif isinstance(node, GroupNode) and node.stencil:
                key = (node.stencil.source, node.stencil.channel)
                self._left[key] += 1
                self._last[key] = max(lowest, self._last.get(key, 0))
                self._small.add(key)
        self._keep, self.kept = keep, kept
        self._images: dict[object, Ready] = {} if images is None else images
        self._straight: dict[Source, np.ndarray] = {}

    def image(self, source: Source | Altered, layer: str) -> Ready:
        return self._use(source, layer, lambda: _premultiplied(*made(source)), source in self._small)

    def straight(self, source: Source, layer: str) -> np.ndarray:
        """The source's pixels as they are, uint8 (height, width, 4), not premultiplied."""
        if source not in self._straight:
            try:
                self._straight[source] = _decoded(source)[0]
            except RenderError as error:
                raise error.at(layer) from None
        return self._straight[source]

    def stencil(self, source: Source, channel: str, layer: str) -> Ready:
        """White, as opaque as the mask lets through."""
        return self._use((source, channel), layer, lambda: _letting_through(_decoded(source)[0], channel), True)

    def let_go(self, row: float) -> None:
        """Lets go of what nothing below that canvas row shows."""
        for key in [key for key in self._images if self._last.get(key, float("inf")) <= row]:
            del self._images[key]

    def _use(self, key, layer: str, make, shrinks: bool) -> Ready:
        if key not in self._images:
            self._images[key] = self._kept_or_made(key, layer, make, shrinks)
        self._left[key] -= 1
        found = self._images[key]
        if not self._left[key] and not self._keep:
            del self._images[key]
        return found

    def _kept_or_made(self, key, layer: str, make, shrinks: bool) -> Ready:
        lasting = None if self.kept is None else _lasting(key, shrinks)
        found = self.kept.find(lasting) if lasting else None
        if found is not None:
            return found
        try:
            picture = make()
        except RenderError as error:
            raise error.at(layer) from None
        if shrinks and picture.pixels.nbytes <= _COPIED:
            picture = picture._replace(image=picture.image.withDefaultMipmaps())
        if lasting:
            self.kept.keep(lasting, picture, picture.pixels.nbytes * 4 // 3)  # with mipmaps
        return picture


def trim(images: dict[object, Ready], most: int = 128_000_000) -> None:
    """Lets go of pictures beyond so many bytes of pixels: a canvas has to find room beside the others."""
    held = 0
    for key, picture in list(images.items()):
        held += picture.pixels.nbytes
        if held > most:
            del images[key]


def _lasting(key, shrinks: bool) -> tuple | None:
    """What makes a file's picture the same in another drawing; None for what is made for one drawing."""
    match key:
        case Source():
            return key.data, "", shrinks
        case (Source() as source, channel):
            return source.data, channel, shrinks
    return None


def _decoded(source: Source) -> tuple[np.ndarray, bool]:
    picture = decode(source.data, source.name, source.info)
    return picture.pixels, picture.has_alpha


def made(source: Source | Altered) -> tuple[np.ndarray, bool]:
    """Pixels of a source, or of what is made of it, and whether any may be translucent."""
    if isinstance(source, Source):
        return _decoded(source)
    pixels = adjust.apply(_decoded(source.source)[0], source.adjust)
    if source.window is not None:
        left, top, right, bottom = source.window
        pixels = pixels[top:bottom, left:right].copy()
    if source.grid is not None:
        pixels = adjust.resample(pixels, source.grid.box, source.grid.width, source.grid.height)
        textures = {name: (lambda texture=texture: _decoded(texture)[0]) for name, texture in source.textures}
        pixels = adjust.apply(pixels, source.drawn, textures)
    return pixels, bool(pixels[:, :, 3].min() < 255)


def _premultiplied(pixels: np.ndarray, has_alpha: bool) -> Ready:
    height, width = pixels.shape[:2]
    if has_alpha:
        whole = _info(width, height, skia.kPremul_AlphaType)
        skia.Pixmap(_info(width, height, skia.kUnpremul_AlphaType), pixels, width * 4).readPixels(whole, pixels, width * 4)
    else:
        whole = _info(width, height, skia.kOpaque_AlphaType)
    return Ready(skia.Image.MakeRasterData(whole, pixels, width * 4), pixels, regions.inked(pixels) if has_alpha else None)


def _letting_through(pixels: np.ndarray, channel: str) -> Ready:
    through = pixels[:, :, 3]
    if channel == "luminance":  # of Rec. 709, on the encoded values, times alpha; in integers, the same on every machine
        red, green, blue, alpha = (pixels[:, :, band].astype(np.uint32) for band in range(4))
        luminance = (2126 * red + 7152 * green + 722 * blue + 5000) // 10000
        through = ((luminance * alpha + 127) // 255).astype(np.uint8)
    mask = np.repeat(through[:, :, None], 4, axis=2)  # premultiplied white
    height, width = through.shape
    return Ready(skia.Image.MakeRasterData(_info(width, height, skia.kPremul_AlphaType), mask, width * 4), mask)


def _info(width: int, height: int, alpha: skia.AlphaType) -> skia.ImageInfo:
    return skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, alpha, SRGB)
