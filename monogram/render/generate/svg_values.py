"""What attributes of SVG files say: numbers, lengths, colours, transforms."""

from __future__ import annotations

import re
from math import isfinite, radians, tan

from ..matrices import IDENTITY, Matrix, multiply, rotate, scale, translate
from ..scene import Rgba
from .svg_elements import Element, invalid, refused

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBERS = re.compile(rf"\s*,?\s*({_NUMBER})")
_LENGTH = re.compile(rf"({_NUMBER})(px|pt|pc|mm|cm|in)?")
_CALL = re.compile(r"\s*,?\s*([a-zA-Z]+)\s*\(([^()]*)\)")
_UNITS = {None: 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
# A coordinate beyond this has no exact place among float32 numbers of drawing.
_FARTHEST = 1e7


def numbers(text: str) -> list[float]:
    """All numbers of a list. Raises `svg_invalid`."""
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        part = _NUMBERS.match(text, at)
        if part is None:
            raise invalid(f"{text[at:at + 20]!r} is no number")
        found.append(_near(float(part.group(1))))
        at = part.end()
    return found


def _near(value: float) -> float:
    if not isfinite(value) or abs(value) > _FARTHEST:
        raise invalid(f"the number {value:g} is too large to draw")
    return value


def length(text: str) -> float:
    """A length in user units. Percentages and sizes of fonts are refused."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        raise refused(f"the length {text.strip()[:20]!r}", "Write it as a number.")
    return _near(float(found.group(1)) * _UNITS[found.group(2)])


def of(element: Element, name: str, default: float = 0.0) -> float:
    return length(element.attributes[name]) if name in element.attributes else default


def share(text: str, default: float = 1.0) -> float:
    """An opacity or offset, 0 to 1; percentages too."""
    if not text:
        return default
    part = 0.01 if text.endswith("%") else 1.0
    found = numbers(text.removesuffix("%"))
    if len(found) != 1:
        raise invalid(f"{text[:20]!r} is no fraction")
    return min(1.0, max(0.0, found[0] * part))


def color(text: str, current: str = "black") -> Rgba:
    """A CSS colour: #rgb to #rrggbbaa, rgb(), a name, transparent, currentColor. Raises `svg_refused`."""
    text = text.strip().lower()
    if text == "currentcolor":
        return color(current) if current.strip().lower() != "currentcolor" else (0.0, 0.0, 0.0, 1.0)
    if text == "transparent":
        return (0.0, 0.0, 0.0, 0.0)
    digits = text[1:] if text.startswith("#") else _NAMES.get(text, "")
    if re.fullmatch(r"[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8}", digits):
        if len(digits) < 6:
            digits = "".join(digit * 2 for digit in digits)
        parts = [int(digits[i:i + 2], 16) / 255 for i in range(0, len(digits), 2)]
        return (*parts[:3], parts[3] if len(parts) == 4 else 1.0)
    call = re.fullmatch(r"rgba?\(([^()]*)\)", text)
    if call is None:
        raise refused(f"the colour {text[:40]!r}", "Write it as #rrggbb.")
    parts = [part for part in re.split(r"[\s,/]+", call.group(1).strip()) if part]
    if len(parts) not in (3, 4):
        raise invalid(f"{text[:40]!r} is no colour")
    return (*(share(part) if part.endswith("%") else share(str(numbers(part)[0] / 255)) for part in parts[:3]),
            share(parts[3]) if len(parts) == 4 else 1.0)


def transform(text: str) -> Matrix:
    """SVG 1.1, 7.6: a list of transforms, the first one outermost."""
    whole, at = IDENTITY, 0
    text = text.strip()
    while at < len(text):
        found = _CALL.match(text, at)
        if found is None:
            raise invalid(f"{text[at:at + 30]!r} is no transform")
        whole, at = multiply(whole, _transform(found.group(1), numbers(found.group(2)))), found.end()
    if not all(map(isfinite, whole)):
        raise invalid("a transform is too large to draw")
    return whole


def _transform(name: str, n: list[float]) -> Matrix:
    match name, n:
        case "matrix", [a, b, c, d, e, f]:
            return (a, b, c, d, e, f)
        case "translate", [x, *y] if len(y) < 2:
            return translate(x, y[0] if y else 0.0)
        case "scale", [x, *y] if len(y) < 2:
            return scale(x, y[0] if y else x)
        case "rotate", [angle]:
            return rotate(angle)
        case "rotate", [angle, x, y]:
            return rotate(angle, x, y)
        case "skewX", [angle]:
            return (1.0, 0.0, tan(radians(angle)), 1.0, 0.0, 0.0)
        case "skewY", [angle]:
            return (1.0, tan(radians(angle)), 0.0, 1.0, 0.0, 0.0)
    raise invalid(f"{name[:20]} with {len(n)} numbers is no transform")


def reference(text: str) -> str | None:
    """The id in url(#id), or None for another value. Anything out of the file is refused."""
    found = re.fullmatch(r"""url\(\s*['"]?([^'")]*)['"]?\s*\)""", text.strip())
    if found is None:
        if "url" in text.lower():
            raise refused(f"the value {text.strip()[:40]!r}")
        return None
    return local(found.group(1))


def local(link: str) -> str:
    """The id in #id. Anything out of the file is refused."""
    if not link.startswith("#") or len(link) < 2:
        raise refused(f"the reference {link[:40]!r}", "Files, addresses and data are not read from an SVG file.")
    return link[1:]


# CSS Color 4, 6.1
_NAMES = dict(pair.split(":") for pair in """
    aliceblue:f0f8ff antiquewhite:faebd7 aqua:00ffff aquamarine:7fffd4 azure:f0ffff beige:f5f5dc bisque:ffe4c4 black:000000
    blanchedalmond:ffebcd blue:0000ff blueviolet:8a2be2 brown:a52a2a burlywood:deb887 cadetblue:5f9ea0 chartreuse:7fff00
    chocolate:d2691e coral:ff7f50 cornflowerblue:6495ed cornsilk:fff8dc crimson:dc143c cyan:00ffff darkblue:00008b
    darkcyan:008b8b darkgoldenrod:b8860b darkgray:a9a9a9 darkgreen:006400 darkgrey:a9a9a9 darkkhaki:bdb76b
    darkmagenta:8b008b darkolivegreen:556b2f darkorange:ff8c00 darkorchid:9932cc darkred:8b0000 darksalmon:e9967a
    darkseagreen:8fbc8f darkslateblue:483d8b darkslategray:2f4f4f darkslategrey:2f4f4f darkturquoise:00ced1
    darkviolet:9400d3 deeppink:ff1493 deepskyblue:00bfff dimgray:696969 dimgrey:696969 dodgerblue:1e90ff firebrick:b22222
    floralwhite:fffaf0 forestgreen:228b22 fuchsia:ff00ff gainsboro:dcdcdc ghostwhite:f8f8ff gold:ffd700 goldenrod:daa520
    gray:808080 green:008000 greenyellow:adff2f grey:808080 honeydew:f0fff0 hotpink:ff69b4 indianred:cd5c5c indigo:4b0082
    ivory:fffff0 khaki:f0e68c lavender:e6e6fa lavenderblush:fff0f5 lawngreen:7cfc00 lemonchiffon:fffacd lightblue:add8e6
    lightcoral:f08080 lightcyan:e0ffff lightgoldenrodyellow:fafad2 lightgray:d3d3d3 lightgreen:90ee90 lightgrey:d3d3d3
    lightpink:ffb6c1 lightsalmon:ffa07a lightseagreen:20b2aa lightskyblue:87cefa lightslategray:778899 lightslategrey:778899
    lightsteelblue:b0c4de lightyellow:ffffe0 lime:00ff00 limegreen:32cd32 linen:faf0e6 magenta:ff00ff maroon:800000
    mediumaquamarine:66cdaa mediumblue:0000cd mediumorchid:ba55d3 mediumpurple:9370db mediumseagreen:3cb371
    mediumslateblue:7b68ee mediumspringgreen:00fa9a mediumturquoise:48d1cc mediumvioletred:c71585 midnightblue:191970
    mintcream:f5fffa mistyrose:ffe4e1 moccasin:ffe4b5 navajowhite:ffdead navy:000080 oldlace:fdf5e6 olive:808000
    olivedrab:6b8e23 orange:ffa500 orangered:ff4500 orchid:da70d6 palegoldenrod:eee8aa palegreen:98fb98 paleturquoise:afeeee
    palevioletred:db7093 papayawhip:ffefd5 peachpuff:ffdab9 peru:cd853f pink:ffc0cb plum:dda0dd powderblue:b0e0e6
    purple:800080 rebeccapurple:663399 red:ff0000 rosybrown:bc8f8f royalblue:4169e1 saddlebrown:8b4513 salmon:fa8072
    sandybrown:f4a460 seagreen:2e8b57 seashell:fff5ee sienna:a0522d silver:c0c0c0 skyblue:87ceeb slateblue:6a5acd
    slategray:708090 slategrey:708090 snow:fffafa springgreen:00ff7f steelblue:4682b4 tan:d2b48c teal:008080 thistle:d8bfd8
    tomato:ff6347 turquoise:40e0d0 violet:ee82ee wheat:f5deb3 white:ffffff whitesmoke:f5f5f5 yellow:ffff00
    yellowgreen:9acd32
""".split())
