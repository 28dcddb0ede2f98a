"""Random documents of generated layers and surfaces, for both languages to resolve.

`python -m tests.frontend.generated [COUNT] [SEED]` tells how many agree.
"""

from __future__ import annotations

import random
import sys

from tests.render.test_cases import ASSETS

from .resolving import Subject, compare

TEXTS = ["Anna", "Zoë & Noël", "日本語", "سلام Anna", "שלום", "สวัสดีครับ", "A longer name than others", " ", "👍🏽", "x\ue123"]
LETTERS = ["A", "EM", "A K B", "אב", "Q&Q", "👍", "W", "ffi", "é", "ab cd", "", "日本", " \t", "IiI", "ج د"]
COLORS = ["#000000", "#ffffff", "#c8102e", "#10204080", "#888888", "#f5f0e0"]
FAMILIES = ["Noto Sans", "Lora", "Pacifico", "Playfair Display", "Great Vibes", "Amiri"]
LANGUAGES = ["en-US", "de", "ar-EG", "he", "zh-Hant-HK", "zh-HK", "zh-mo", "zh", "pt_BR", "pt-PT", "th", "en-gb",
             "xx", "fr-CA", "hi"]
TIMES = ["2026-01-01T22:00:00+01:00", "1999-12-31 23:59Z", "1600-01-01T00:30+00:00", "1600-01-01T00:30+01:00",
         "2026-02-29T01:00Z", "2399-12-31T23:30:00-00:45", "2024-02-29T12:34:56.789012-03:30", "tomorrow", "2026-01-01T22:00",
         "2026-01-01T24:00Z", "1752-09-03T12:00Z", "2026-13-01T00:00Z", "0000-01-01T00:00Z", "2026-06-15T12:00:60Z"]

_MAP = min(path.name for path in ASSETS.glob("*.png"))


def givens(count: int = 200, seed: int = 1) -> list[Subject]:
    """The same for the same seed."""
    choose = random.Random(seed)
    return [_subject(choose, f"random/{number}") for number in range(count)]


def _subject(choose: random.Random, name: str) -> Subject:
    kind = choose.choice([_code, _code, _monogram, _monogram, _table, _calendar, _star_map, _surface, _surface])
    layer = kind(choose)
    if choose.random() < 0.3:
        layer = {**_box(choose), "id": "group", "type": "group", "layers": [layer]}
    document = {"canvas": {"width": 300, "height": 200, "dpi": choose.choice([72, 150, 300])}, "layers": [layer],
                "assets": {_MAP: {"file": _MAP}}}
    return Subject(name, document, {}, choose.choice(["print", "preview"]), "front", ASSETS)


def _box(choose: random.Random) -> dict:
    box = {"x": choose.uniform(-20, 80), "y": choose.randint(-20, 60), "width": choose.uniform(30, 260),
           "height": choose.choice([choose.uniform(30, 190), 100]),
           "rotation": choose.choice([0, 0, 90, 270, choose.uniform(-180, 360)])}
    if choose.random() < 0.2:
        box["opacity"] = choose.uniform(0, 1)
    if choose.random() < 0.1:
        box["mask"] = {"by": "shape", "shape": {"kind": "ellipse"}}
    return box


def _font(choose: random.Random) -> dict:
    return {"family": choose.choice(FAMILIES), "weight": choose.choice([400, 400, 400, 700])}


def _code(choose: random.Random) -> dict:
    symbology = choose.choice(["qr", "qr", "datamatrix", "code128", "code39", "ean13", "ean8", "upca"])
    text = _code_text(choose, symbology)
    size = {"width": choose.uniform(90, 290), "height": choose.uniform(60, 190)}
    layer = {"id": "code", "type": "code", **_box(choose), **size, "symbology": symbology, "text": text,
             "level": choose.choice("LMQH"), "quiet": choose.choice([None, None, 0, 3]), "digits": choose.random() < 0.5}
    if choose.random() < 0.2:
        layer |= {"dark": choose.choice(COLORS), "light": choose.choice([None, *COLORS])}
    return layer


def _code_text(choose: random.Random, symbology: str) -> str:
    length = {"ean13": 12, "ean8": 7, "upca": 11}.get(symbology)
    if length is not None:
        digits = "".join(choose.choice("0123456789") for _ in range(length))
        total = sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(reversed(digits)))
        return digits + (str(-total % 10) if choose.random() < 0.9 else choose.choice("0X"))
    if symbology in ("code128", "code39"):
        pool = "ABCXYZ 0123456789-.$/+%" + choose.choice(["", "", "", "abc~{", "é", "'"])
        return "".join(choose.choice(pool) for _ in range(choose.randint(0, 12)))
    pools = ["abc XYZ", "0123456789", "$%*+-./:", "äöüß€", "日本語漢字", "👍🎉", "\x00\x01\n\x1d", "سلام"]
    pool = "".join(choose.sample(pools, 2))
    return "".join(choose.choice(pool) for _ in range(choose.choice([1, 5, 20, 60])))


def _monogram(choose: random.Random) -> dict:
    layer = {"id": "sign", "type": "monogram", **_box(choose), "text": choose.choice(LETTERS), "font": _font(choose),
             "style": choose.choice(["circle", "interlocked", "interlocked", "stacked"]),
             "lang": choose.choice(["", "tr", "ja"])}
    if choose.random() < 0.5:
        layer["text"] = "".join(choose.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ&abgy") for _ in range(choose.randint(1, 3)))
    if choose.random() < 0.3:
        layer["fill"] = {"kind": "radial", "center": {"x": 0.3, "y": 0.4}, "radius": 0.7,
                         "stops": [{"at": 0, "color": choose.choice(COLORS)}, {"at": 1, "color": choose.choice(COLORS)}]}
    if choose.random() < 0.3:
        layer["stroke"] = {"color": choose.choice(COLORS), "width": choose.uniform(0.5, 4), "join": "miter"}
    return layer


def _table(choose: random.Random) -> dict:
    items = choose.choices(TEXTS[:choose.choice([6, 8, 10])], k=choose.randint(0, 9))
    return {"id": "names", "type": "table", **_box(choose), "items": items, "columns": choose.randint(1, 3),
            "gap": choose.choice([0, 4.5, 120]), "font": _font(choose), "size": choose.uniform(6, 40),
            "minSize": choose.choice([1, 5, 9.015625]), "lineHeight": choose.choice([1, 1.2, 1.7]),
            "align": choose.choice(["start", "center", "end", "left", "right"]),
            "direction": choose.choice(["auto", "auto", "ltr", "rtl"])}


def _calendar(choose: random.Random) -> dict:
    return {"id": "month", "type": "calendar", **_box(choose), "font": _font(choose), "lang": choose.choice(LANGUAGES),
            "month": f"{choose.choice([1900, 1999, 2000, 2024, 2026, 2100])}-{choose.randint(1, 12):02}",
            "marked": choose.sample(range(1, 32), choose.randint(0, 3)), "title": choose.random() < 0.7,
            "firstDay": choose.choice([None, None, "monday", "sunday", "saturday"])}


def _star_map(choose: random.Random) -> dict:
    year = choose.randint(1600, 2399)
    month, day, hour = choose.randint(1, 12), choose.randint(1, 28), choose.randint(0, 23)
    time = f"{year}-{month:02}-{day:02}T{hour:02}:{choose.randint(0, 59):02}Z"
    return {"id": "sky", "type": "star-map", **_box(choose), "time": choose.choice([time, time, choose.choice(TIMES)]),
            "latitude": choose.choice([choose.uniform(-90, 90), 90, 0]), "longitude": choose.uniform(-180, 180),
            "magnitude": choose.uniform(1, 5), "lines": choose.random() < 0.7, "grid": choose.random() < 0.5,
            "sky": choose.choice([None, *COLORS]), "stars": choose.choice(COLORS)}


def _surface(choose: random.Random) -> dict:
    inner = choose.choice([_monogram, _calendar, _code, _ellipse])
    layer = {"id": "cup", "type": "surface", **_box(choose), "artWidth": choose.uniform(40, 900),
             "artHeight": choose.uniform(40, 600), "layers": [inner(choose)],
             "surface": choose.choice([_quad, _mesh, _cylinder])(choose)}
    if choose.random() < 0.3:
        layer |= {"displacement": _MAP, "strength": choose.uniform(0, 30)}
    return layer


def _ellipse(choose: random.Random) -> dict:
    return {"id": "spot", "type": "shape", **_box(choose), "shape": {"kind": "ellipse"}, "fill": choose.choice(COLORS)}


def _quad(choose: random.Random) -> dict:
    return {"kind": "quad", "corners": [{"x": x + choose.uniform(-0.4, 0.4), "y": y + choose.uniform(-0.4, 0.4)}
                                        for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]}


def _mesh(choose: random.Random) -> dict:
    columns, rows = choose.randint(1, 4), choose.randint(1, 4)
    return {"kind": "mesh", "columns": columns, "rows": rows, "points": [
        {"x": i / columns + choose.uniform(-0.1, 0.1), "y": j / rows + choose.uniform(-0.1, 0.1)}
        for j in range(rows + 1) for i in range(columns + 1)]}


def _cylinder(choose: random.Random) -> dict:
    start = choose.uniform(-0.3, 0.6)
    return {"kind": "cylinder", "from": start, "to": start + choose.uniform(0.4, 0.8), "curve": choose.uniform(-0.5, 0.5),
            "curveBottom": choose.choice([None, choose.uniform(-0.5, 0.5)])}


def main() -> int:
    results = compare(givens(*map(int, sys.argv[1:3])))
    different = [result for result in results if result.largest]
    for result in different:
        print(f"{result.name}: {result.different}")
    largest = max((result.largest for result in different), default=0)
    print(f"{len(results)} documents: {len(different)} differ, by {largest:g} at most")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
