"""QR codes, Data Matrix and barcodes: encoded by zxing-cpp, drawn as one path on whole pixels, checked for scanners."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import skia

from ..document import CodeLayer, Font, RectangleShape
from ..errors import RenderError
from ..matrices import Matrix, multiply, scale
from ..paths import outline
from ..reports import CodeReport
from ..scene import AnyNode
from .drawing import painted, reported_once, words

if TYPE_CHECKING:
    from ..resolve.layers import Resolving

# A scanner's or printer's dots must tell modules apart: one pixel a module leaves no room for a blurred edge.
LEAST_PIXELS = 2
# Three dots of a 300-dpi printer (0.254 mm); phones read it at arm's length. EAN and UPC may shrink to 80 % of their
# nominal 0.330 mm (GS1 General Specifications, 5.2).
LEAST_MM = 0.25
LEAST_RETAIL_MM = 0.264
# Reflectance of light less that of dark: grade C of ISO/IEC 15416, which shops and carriers ask for at least.
LEAST_CONTRAST = 0.40

# Quiet zones in modules, left and right: ISO/IEC 18004 (4 all round), 16022 (1 all round), 15417, 16388, 15420.
_QUIET = {"qr": (4, 4), "datamatrix": (1, 1), "code128": (10, 10), "code39": (10, 10), "ean13": (11, 7), "ean8": (7, 7),
          "upca": (9, 9)}
_FORMATS = {"qr": "QRCode", "datamatrix": "DataMatrix", "code128": "Code128", "code39": "Code39", "ean13": "EAN13",
            "ean8": "EAN8", "upca": "UPCA"}
_MATRICES = ("qr", "datamatrix")
_RETAIL = {"ean13": 13, "ean8": 8, "upca": 12}
_CODE39 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -.$/+%")

# Digits under the bars, in modules: the strip they stand in, how far guard bars reach into it, and their size.
_STRIP, _GUARD, _DIGIT_SIZE, _DIGIT_WIDTH = 10, 5, 9, 7
_FONT = Font(family="Noto Sans")


class _Place(NamedTuple):
    """Where the symbol lies: its top left and module in the layer's pixels, and the rows of modules it is tall."""

    x: float
    y: float
    module: int
    tall: int  # pixels of one row of modules of a barcode, or of the whole matrix


def nodes(resolving: Resolving, layer: CodeLayer, matrix: Matrix) -> list[AnyNode]:
    """The light ground, the dark modules, the digits. Raises `code_content`, `code_too_small`, `code_contrast`."""
    if not layer.text:
        return []
    modules = encoded(layer)
    check_contrast(layer)
    place = _place(resolving, layer, modules, matrix)
    _tell(resolving, layer, place.module)
    ground = outline(RectangleShape(), layer.width, layer.height)
    drawn = painted(resolving, layer, matrix, ground, layer.light)
    drawn += painted(resolving, layer, matrix, _bars(layer, modules, place), layer.dark)
    if layer.digits and layer.symbology not in _MATRICES:
        first = len(resolving.texts)
        for text, left, wide in _digits(layer, modules.shape[1]):
            box = (place.x + left * place.module, place.y + place.tall, wide * place.module, _STRIP * place.module)
            drawn += words(resolving, layer, matrix, text, box, _FONT, _DIGIT_SIZE * place.module, layer.dark, align="center",
                           vertical_align="bottom", line_height=1, fit="shrink", overflow="show", wrap=False,
                           direction="ltr")
        reported_once(resolving, layer, first)
    return drawn


def encoded(layer: CodeLayer) -> np.ndarray:
    """The modules as booleans (rows, columns), dark ones true, without quiet zone; a barcode has one row.

    Raises RenderError `code_content`.
    """
    _check_content(layer)
    import zxingcpp  # loaded for documents with codes only

    options = {"qr": {"ec_level": layer.level}, "datamatrix": {"force_square": True}}.get(layer.symbology, {})
    try:
        code = zxingcpp.create_barcode(layer.text, getattr(zxingcpp.BarcodeFormat, _FORMATS[layer.symbology]), **options)
    except ValueError as error:
        raise _refused(layer, str(error).split("(retval")[0].strip().rstrip(".")) from None
    picture = np.array(code.to_image(scale=1, add_hrt=False, add_quiet_zones=False))
    return picture[: None if layer.symbology in _MATRICES else 1] < 128


def _check_content(layer: CodeLayer) -> None:
    text = layer.text
    if layer.symbology in _RETAIL:
        length = _RETAIL[layer.symbology]
        if len(text) != length or not (text.isascii() and text.isdigit()):
            raise _refused(layer, f"it needs {length} digits, the last one the check digit")
        if check_digit(text[:-1]) != text[-1]:
            raise _refused(layer, f"the check digit of {text[:-1]} is {check_digit(text[:-1])}, not {text[-1]}")
    elif layer.symbology == "code39" and not _CODE39.issuperset(text):
        raise _refused(layer, "it holds capital letters, digits, spaces and - . $ / + %")
    elif layer.symbology == "code128" and not (text.isascii() and text.isprintable()):
        raise _refused(layer, "it holds ASCII letters, digits and signs")


def check_digit(digits: str) -> str:
    """GS1's check digit: weights 3, 1, 3, ... from the right, up to the next ten."""
    total = sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _refused(layer: CodeLayer, why: str) -> RenderError:
    return RenderError("code_content", f"The text {layer.text[:40]!r} cannot be a code of the kind {layer.symbology}: {why}.",
                       part="text")


def contrast(dark: str, light: str, *, laser: bool) -> float:
    """Reflectance of light less that of dark, 0 to 1: by luminance, and for lasers, which are red, by red as well.

    What is translucent counts as it would do harm: dark over the light, the light over black.
    """
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    def over(color: str, below: list[float]) -> list[float]:
        alpha = int(color[7:9] or "ff", 16) / 255
        return [int(color[1 + 2 * i:3 + 2 * i], 16) / 255 * alpha + below[i] * (1 - alpha) for i in range(3)]

    ground = over(light, [0.0, 0.0, 0.0])
    ground, ink = ([linear(part) for part in color] for color in (ground, over(dark, ground)))
    luminance = sum(share * (a - b) for share, a, b in zip((0.2126, 0.7152, 0.0722), ground, ink, strict=True))
    return min(luminance, ground[0] - ink[0]) if laser else luminance


def check_contrast(layer: CodeLayer) -> None:
    """Raises RenderError `code_contrast`. Without a light colour of its own the code cannot be judged."""
    if layer.light is None:
        return
    laser = layer.symbology not in _MATRICES
    found = contrast(layer.dark, layer.light, laser=laser)
    if found < LEAST_CONTRAST:
        raise RenderError(
            "code_contrast", f"The code's colours {layer.dark} on {layer.light} differ by {max(found, 0):.0%} in reflectance"
            f"{', seen by a red laser' if laser else ''}; scanners need {LEAST_CONTRAST:.0%}, dark on light.", part="dark")


def _quiet(layer: CodeLayer) -> tuple[int, int]:
    return _QUIET[layer.symbology] if layer.quiet is None else (layer.quiet, layer.quiet)


def _place(resolving: Resolving, layer: CodeLayer, modules: np.ndarray, matrix: Matrix) -> _Place:
    rows, columns = modules.shape
    left, right = _quiet(layer)
    wide, two_sided = left + columns + right, layer.symbology in _MATRICES
    high = left + rows + right if two_sided else (_STRIP if layer.digits else 0) + 1
    module = int(min(layer.width / wide, layer.height / high))
    _check_size(resolving, layer, module, wide)
    tall = rows * module if two_sided else int(layer.height) - (_STRIP * module if layer.digits else 0)
    x = (layer.width - wide * module) / 2 + left * module
    y = (layer.height - high * module) / 2 + left * module if two_sided else (layer.height - int(layer.height)) / 2
    return _Place(*_on_pixels(resolving.scale, matrix, x, y), module, tall)


def _check_size(resolving: Resolving, layer: CodeLayer, module: int, wide: int) -> None:
    """Judged at the size of the print: a preview may be small."""
    least = LEAST_RETAIL_MM if layer.symbology in _RETAIL else LEAST_MM
    millimetres = module / resolving.document.canvas.dpi * 25.4
    if module < LEAST_PIXELS or millimetres < least:
        raise RenderError(
            "code_too_small", f"The code has {wide} modules across, quiet zone included, which leaves each {module} pixels or "
            f"{millimetres:.2f} mm; {LEAST_PIXELS} pixels and {least:g} mm are needed. Enlarge the box or shorten the text.",
            part="width")


def _on_pixels(shrunk: float, matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """The point, moved by less than a pixel so that it lies on a pixel's corner of the full-size canvas.

    Only where the layer stands upright or is turned by quarters; elsewhere edges are soft anyway.
    """
    a, b, c, d, e, f = multiply(scale(1 / shrunk, 1 / shrunk), matrix)
    if not (abs(b) < 1e-9 and abs(c) < 1e-9) and not (abs(a) < 1e-9 and abs(d) < 1e-9):
        return x, y
    across, down = round(a * x + c * y + e) - e, round(b * x + d * y + f) - f
    area = a * d - b * c
    return (d * across - c * down) / area, (a * down - b * across) / area


def _bars(layer: CodeLayer, modules: np.ndarray, place: _Place) -> skia.Path:
    """Dark modules side by side in a row are one rectangle, so that no seam can show between them."""
    path, rows = skia.Path(), modules.shape[0]
    step = place.module if layer.symbology in _MATRICES else place.tall
    for row in range(rows):
        top = place.y + row * step
        for left, right in _runs(modules[row]):
            guard = _GUARD * place.module if _is_guard(layer, left, modules.shape[1]) else 0
            path.addRect(skia.Rect.MakeLTRB(place.x + left * place.module, top, place.x + right * place.module,
                                            top + step + guard))
    return path


def _runs(row: np.ndarray):
    at = 0
    for dark, same in groupby(row.tolist()):
        end = at + len(list(same))
        if dark:
            yield at, end
        at = end


def _is_guard(layer: CodeLayer, left: int, columns: int) -> bool:
    """Whether a bar reaches down between the digits: the guards, and UPC-A's outer digits."""
    if not layer.digits or layer.symbology not in _RETAIL:
        return False
    outer = 10 if layer.symbology == "upca" else 3
    return left < outer or left >= columns - outer or abs(left - columns // 2) <= 2


def _digits(layer: CodeLayer, columns: int):
    """(text, left, width) of the words under the bars, in modules from the first bar."""
    text = layer.text
    if layer.symbology == "ean8":
        return [(digit, (3 if i < 4 else 8) + i * _DIGIT_WIDTH, _DIGIT_WIDTH) for i, digit in enumerate(text)]
    if layer.symbology == "ean13":
        inner = [(digit, (3 if i < 6 else 8) + i * _DIGIT_WIDTH, _DIGIT_WIDTH) for i, digit in enumerate(text[1:])]
        return [(text[0], -9, _DIGIT_WIDTH), *inner]
    if layer.symbology == "upca":
        inner = [(digit, (10 if i < 5 else 15) + i * _DIGIT_WIDTH, _DIGIT_WIDTH) for i, digit in enumerate(text[1:-1])]
        return [(text[0], -9, _DIGIT_WIDTH), *inner, (text[-1], columns + 2, _DIGIT_WIDTH)]
    return [(text, 0, columns)]


def _tell(resolving: Resolving, layer: CodeLayer, module: int) -> None:
    resolving.codes.append(CodeReport(
        layer=layer.id, symbology=layer.symbology, module=module,
        millimetres=round(module / resolving.document.canvas.dpi * 25.4, 3), grounded=layer.light is not None))
