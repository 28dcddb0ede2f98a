"""The one entry: a document, its values and its assets become a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from . import export, paint
from .document import Document, Side, Values
from .document import page as one_page
from .reports import Report
from .resolve import Assets, resolve
from .scene import Scene

if TYPE_CHECKING:
    from .fonts import FontBook
    from .pictures import Kept

# Raised with every change that alters a pixel of an unchanged document, or a byte of its file. 2: PNG packed in parts.
VERSION = 2


Progress = Callable[[int, int], None]


class Rendered(Struct, frozen=True, kw_only=True):
    """A finished file. width and height in pixels; data is the same for the same input and `engine()`."""

    data: bytes
    width: int
    height: int
    dpi: float
    media_type: str
    report: Report


class Drawing(Struct, frozen=True, kw_only=True):
    """A document resolved and ready to be painted into a file. width and height in pixels.

    seen: pictures that preflight has decoded, for the painting.
    """

    scene: Scene
    report: Report
    encoding: export.Encoding
    seen: dict = msgspec.field(default_factory=dict)

    @property
    def media_type(self) -> str:
        return export.MEDIA_TYPES[self.encoding.format]

    def pieces(self, progress: Progress | None = None, kept: Kept | None = None) -> Iterator[bytes]:
        """The file from its start to its end, painted as it is asked for. progress: called with rows done and rows in all.
        kept: pictures of drawings before, for a process that draws again and again.
        """
        scene = self.scene
        if self.encoding.format == "svg":
            from .export.svgs import svg

            yield svg(scene, embed_images=self.encoding.embed_images)
            return
        strips = paint.strips(scene, kept, self.seen)
        yield from export.pieces(_told(strips, scene.height, progress) if progress else strips, scene.width, scene.height,
                                 scene.dpi, self.encoding)


def _told(strips: Iterator, height: int, progress: Progress) -> Iterator:
    done = 0
    for strip in strips:
        yield strip
        done += len(strip)
        progress(done, height)


def open(document: Document, values: Values, assets: Assets, *, side: Side = "print", page: str | None = None,
         encoding: export.Encoding | None = None, scale: float = 1.0, book: FontBook | None = None) -> Drawing:
    """What `render` draws, before it is drawn: for files that are better written piece by piece."""
    document = one_page(document, page)
    encoding = encoding or export.Encoding()
    scene, report = resolve(document, values, assets, side=side, scale=scale, book=book)
    export.check_size(encoding, scene.width, scene.height)
    report = msgspec.structs.replace(report, notes=export.notes(encoding, opaque=scene.background[3] == 1))
    return Drawing(scene=scene, report=report, encoding=encoding)


def render(document: Document, values: Values, assets: Assets, *, side: Side = "print", page: str | None = None,
           format: str = "png", profile: str = "srgb", quality: int | None = None, scale: float = 1.0,
           book: FontBook | None = None, kept: Kept | None = None) -> Rendered:
    """Draws one page of a document, or raises RenderError; nothing is drawn silently wrong.

    assets: bytes by name (mapping, or function raising KeyError). page: its id; by default the first. scale: a smaller
    picture for previews, above 0 and at most 1. format, profile, quality: see `export.encoding`. book: the fonts; without
    one the package's own. kept: see `Drawing.pieces`.
    Uses memory of about 8 bytes a canvas pixel (see `limits.strip_rows`) and 4 a source pixel.
    """
    drawing = open(document, values, assets, side=side, page=page, encoding=export.encoding(format, profile, quality),
                   scale=scale, book=book)
    scene = drawing.scene
    return Rendered(data=b"".join(drawing.pieces(kept=kept)), width=scene.width, height=scene.height, dpi=scene.dpi,
                    media_type=drawing.media_type, report=drawing.report)


@cache
def engine() -> str:
    """The engine and all that decides pixels and bytes with it; part of every recipe."""
    from importlib.metadata import version  # costs the command line as much as a decoded photo

    parts = ("skia-python", "uharfbuzz", "icu4py", "imagecodecs", "pyvips-binary", "isal", "zxing-cpp")
    return " ".join([f"monogram-render {VERSION}", *(f"{part} {version(part)}" for part in parts)])
