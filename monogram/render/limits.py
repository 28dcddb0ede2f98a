"""The sizes the renderer accepts, and why. A document or file beyond one of them is refused by name, never cut."""

from .errors import RenderError

MEGAPIXEL = 1_000_000

# A source image. 50 megapixels is past every phone and most cameras, and 200 MB as RGBA: one decoded picture and one
# large canvas still fit in a worker of 1.5 GiB. A 34-byte WebP can announce 16,383 x 16,383, hence "before decoding".
SOURCE_PIXELS = 50 * MEGAPIXEL
SOURCE_SIDE = 12_000
SOURCE_BYTES = 30 * 1_000_000
SOURCE_FRAMES = 1
# A progressive JPEG repeats whole passes over the picture; encoders write about ten, an attacker thousands.
JPEG_SCANS = 100

# The output: 400 megapixels is 20,000 x 20,000, or 1.7 m x 1.7 m at 300 dpi.
OUTPUT_PIXELS = 400 * MEGAPIXEL
# Up to here a canvas is painted whole, on one RGBA_F16 surface (8 bytes a pixel). A larger one is painted in strips of
# STRIP_ROWS rows from the top, whatever its width. Edges that cross a seam differ by a little from a whole painting, so
# the browser painter follows this very rule: see `strip_rows`.
SURFACE_PIXELS = 64 * MEGAPIXEL
STRIP_ROWS = 1_024

# An image whose adjusting is done on output pixels, at its placed size: as many as one surface holds.
ADJUSTED_PIXELS = 64 * MEGAPIXEL

# Groups within groups. Every level may hold a surface of its own.
GROUP_DEPTH = 32
LAYERS = 1_000
# The flat picture of a surface layer; it is drawn smaller than the document says rather than refused.
ART_PIXELS = 16 * MEGAPIXEL
# Dashes and gaps of one stroke.
DASHES = 20_000
# Characters of an SVG path string, and of one text after its binding; both are also the schema's.
PATH_LENGTH = 200_000
TEXT_LENGTH = 20_000
# An SVG file as art (reliability of renderers: files of 100 bytes to 2 KB have kept them busy for ever): bytes, elements and
# path segments drawn, each use counted, how deep elements and uses lie, stops of a gradient.
SVG_BYTES = 4_000_000
SVG_NODES = 50_000
SVG_VERBS = 500_000
SVG_DEPTH = 64
SVG_USES = 8
SVG_STOPS = 256
# Lines of a table and the length of one; both are also the schema's.
ITEMS = 2_000
ITEM_LENGTH = 500


def check_source(name: str, width: int, height: int) -> None:
    """Refuses a source image by the size in its header. Raises `image_too_large`."""
    if width * height > SOURCE_PIXELS or max(width, height) > SOURCE_SIDE:
        raise RenderError(
            "image_too_large",
            f"The image {name!r} has {width} x {height} pixels; at most {SOURCE_PIXELS // MEGAPIXEL} megapixels "
            f"and {SOURCE_SIDE} pixels a side are read. Make it smaller.", part=name)


def strip_rows(width: int, height: int) -> int:
    """The rows painted on one surface: all of them up to SURFACE_PIXELS, else STRIP_ROWS; the last strip has what is left."""
    return height if width * height <= SURFACE_PIXELS else STRIP_ROWS


def check_output(width: int, height: int) -> None:
    """Refuses a canvas beyond OUTPUT_PIXELS. Raises `canvas_too_large`."""
    if width * height > OUTPUT_PIXELS:
        raise RenderError(
            "canvas_too_large",
            f"The canvas has {width} x {height} pixels; at most {OUTPUT_PIXELS // MEGAPIXEL} megapixels are drawn.",
            part="canvas")
