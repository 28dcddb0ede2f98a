"""Random texts, laid out plainly and set as text layers, on the server and in the browser's language, compared to the last
bit.

`python -m tests.frontend.crosscheck [COUNT] [SEED]` tells how many agree and the largest difference.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass

import msgspec

from monogram.render import typesetting
from monogram.render.document import TextLayer
from monogram.render.errors import RenderError
from monogram.render.fonts import FontBook
from monogram.render.text import TextLayout, breaks, cases, layout, normalise
from monogram.render.text.placed import PlacedText

from . import workspace

LATIN = [*"abcdefghilmnoprstuvwxyzAVTWLY.,;:!?()[]«»\"'-/%&$0123456789éßŁğ", "ffi", "e\u0301", "x\u0323", "ợ", " ", " "]
SCRIPTS = [
    LATIN,
    [*"жяЩіαΩήκ ", "й", "\u03b1\u0301"],
    [*"אבגדשלם \"()123", "בּ", "שָׁ", " "],
    [*"ابحمرلةىكس،؟٣٤ ", "بُ", "لا", "لله", " "],
    [*"日本語東京、。「」ーゃアィカ漢字々 ", "か\u3099", "が"],
    [*"한국어글자 뷁ㅋ", "\u1112\u1161\u11ab", " "],
    ["ก", "ที่", "ภาษา", "ไทย", "เป็น", "น้ำ", "สวัสดี", " "],
    ["ພາສາ", "ລາວ", "ສະບາຍດີ", " "],
    ["ជា", "ភាសា", "កំណើត", " "],
    ["न", "म", "स्ते", "क्षि", "र्क", "ज्ञ", "ो", " "],
    ["👍🏽", "👨‍👩‍👧", "🇩🇪", "1️⃣", "❤️", "❤", "☺", "🎉", "★", "→"],
    ["\n", "\r\n", "\t", "\u200b", "\u00ad", "\u2060", "\u00a0", "\u2009", "\u2011", "\u3000", "\u2028"],
    ["\u200e", "\u200f", "\u2067", "\u2068", "\u2069", "\u202a", "\u202e", "\u202c", "\u061c"],
]
RARE = ["\x07", "𓀀", "\U000f0000", "\ufdd0", "⟁"]  # refused by one rule or another
FAMILIES = [("Noto Sans", 400, False), ("Noto Sans", 700, True), ("Lora", 400, True), ("Pacifico", 400, False),
            ("Amiri", 700, False), ("Noto Sans JP", 400, False), ("Bebas Neue", 400, False), ("Great Vibes", 400, False),
            ("Permanent Marker", 400, False), ("Satisfy", 400, False), ("Source Serif 4", 650, True),
            ("IBM Plex Sans", 333, False)]
AXES = {"Source Serif 4": ("opsz", 8, 60), "IBM Plex Sans": ("wdth", 85, 100)}  # now and then beyond
FEATURES = ["kern", "liga", "frac", "smcp", "onum", "palt", "vert", "salt"]
LANGUAGES = ["", "", "en", "de", "tr", "ro", "ar", "he", "th", "ja", "zh-TW", "zh-cn", "ko", "hi", "sr-Cyrl", "x é"]


def givens(count: int, seed: int) -> list[dict]:
    """Arguments of `layout`, and text layers, as plain data; the same for the same seed."""
    choose = random.Random(seed)
    return [_layer(choose) if choose.random() < 0.6 else _case(choose) for _ in range(count)]


def _layer(choose: random.Random) -> dict:
    """{"layer": a text layer as documents write it, "dictionary_breaks": those of the text as it is set}."""
    plain, more = _case(choose), {}
    names = {"min_size": "minSize", "max_size": "maxSize", "vertical_align": "verticalAlign", "line_height": "lineHeight",
             "letter_spacing": "letterSpacing"}
    for name in ("size", "width", "height", "wrap", "fit", "align", "direction", "lang", *names):
        more[names.get(name, name)] = plain[name]
    more |= {"overflow": choose.choice(["show", "show", "clip", "refuse", "extend"]), "font": _font(choose),
             "case": choose.choice(["none", "none", "upper", "lower", "title"]), "maxLines": choose.choice([None, None, 1, 3]),
             "maxCharacters": choose.choice([None, None, None, 30])}
    if choose.random() < 0.5:
        more["line"] = _line(choose)
    elif choose.random() < 0.5:
        more["writing"] = "vertical"
    if choose.random() < 0.5:
        more |= {"text": plain["text"]}
        texts = [plain["text"]]
    else:
        texts = [_text(choose)[:30] for _ in range(choose.randint(1, 4))]
        more["runs"] = [{"text": text, "font": choose.choice([None, _font(choose)]),
                         "size": choose.choice([None, 0.5, choose.uniform(0.3, 2)])} for text in texts]
    try:
        text = cases.cased("".join(map(normalise, texts)), more["case"], more["lang"])
        known = breaks.dictionary_breaks(text)
    except RenderError:
        known = []
    return {"layer": {"id": "t", "type": "text", **more}, "dictionary_breaks": known}


def _font(choose: random.Random) -> dict:
    family, weight, italic = choose.choice(FAMILIES)
    face = FontBook.load().face(family, weight, italic)
    found = [tag for tag in FEATURES if tag in face.features or choose.random() < 0.02]
    tags = choose.sample(found, choose.randint(0, min(2, len(found))))
    return {"family": family, "weight": weight, "italic": italic, "axes": _axes(choose, family),
            "features": {tag: choose.choice([0, 1]) for tag in tags}}


def _axes(choose: random.Random, family: str) -> dict[str, float]:
    if family not in AXES:
        return {"wght": 400} if choose.random() < 0.02 else {}
    tag, least, greatest = AXES[family]
    return choose.choice([{}, {tag: choose.randint(least, greatest)}, {tag: choose.uniform(least, greatest + 0.5)},
                          {tag: least, "wght": choose.uniform(200, 700)}])


def _line(choose: random.Random) -> dict:
    kind = choose.choice(["arc", "circle", "path"])
    if kind == "arc":
        return {"kind": kind, "bend": choose.choice([0, choose.uniform(-1, 1)])}
    if kind == "circle":
        return {"kind": kind, "start": choose.uniform(-360, 360), "inside": choose.random() < 0.5}
    return {"kind": kind, "d": f"M0 0{''.join(_segment(choose) for _ in range(choose.randint(1, 4)))}",
            "viewBox": [choose.uniform(-50, 50), 3, choose.uniform(20, 300), 120.5]}


def _segment(choose: random.Random) -> str:
    counts = {"L": 2, "h": 1, "V": 1, "C": 6, "s": 4, "q": 4, "T": 2, "a": 7, "A": 7, "Z": 0, "m": 2}
    command = choose.choice([*counts])
    numbers = [round(choose.uniform(-200, 200), 2) for _ in range(counts[command])]
    if command in "aA":
        numbers[3:5] = [choose.randint(0, 1), choose.randint(0, 1)]
    return f"{command}{' '.join(map(str, numbers))}"


def _case(choose: random.Random) -> dict:
    family, weight, italic = choose.choice(FAMILIES)
    case = {
        "text": _text(choose), "family": family, "weight": weight, "italic": italic, "axes": _axes(choose, family),
        "size": choose.choice([choose.uniform(4, 90), choose.randint(8, 60)]),
        "width": choose.uniform(20, 700), "height": choose.uniform(20, 500), "wrap": choose.random() < 0.85,
        "fit": choose.choice(["none", "shrink", "grow", "both"]), "min_size": choose.choice([1, 4, 9.3]),
        "max_size": choose.choice([120, 55.5]), "overflow": choose.choice(["show", "show", "clip", "refuse"]),
        "align": choose.choice(["start", "center", "end", "left", "right", "justify", "justify"]),
        "vertical_align": choose.choice(["top", "middle", "bottom"]),
        "line_height": choose.choice([1.2, 1.0, choose.uniform(0.6, 2)]),
        "letter_spacing": choose.choice([0.0, 0.0, 0.25, -0.1, choose.uniform(-0.2, 0.6)]),
        "direction": choose.choice(["auto", "auto", "ltr", "rtl"]), "lang": choose.choice(LANGUAGES),
    }
    try:
        case["dictionary_breaks"] = breaks.dictionary_breaks(normalise(case["text"]))
    except RenderError:  # the layout will tell of it
        case["dictionary_breaks"] = []
    return case


def _text(choose: random.Random) -> str:
    """Words of one to three scripts, now and then anything at all."""
    pools = choose.sample(SCRIPTS, choose.randint(1, 3))
    if choose.random() < 0.2:
        pools = SCRIPTS
    length = choose.choice([0, 1, 3, 12, 40, 40, 90])
    out = []
    while len(out) < length:
        pool = choose.choice(pools)
        out += [choose.choice(pool) for _ in range(choose.randint(1, 9))]
        if choose.random() < 0.5:
            out.append(" ")
    if choose.random() < 0.03:
        out.insert(choose.randint(0, len(out)), choose.choice(RARE))
    return "".join(out[:length])


def here(case: dict, book: FontBook) -> dict:
    """What the server makes of a case, as plain data."""
    try:
        if "layer" in case:
            layer = msgspec.convert(case["layer"], TextLayer)
            return {"output": _set(typesetting.set_text(layer, typesetting.words(layer, book).spans, book))}
        return {"output": _told(layout(**case, book=book))}
    except RenderError as error:
        return {"error": {"code": error.code, "part": error.part, "message": error.message}}


def _set(result: PlacedText) -> dict:
    return {
        "text": result.text, "size": result.size, "lines": result.lines, "box": list(result.box), "outcome": result.outcome,
        "runs": [{"face": run.face.label, "size": run.size, "glyphs": list(run.glyphs), "xs": list(run.xs), "ys": list(run.ys),
                  "turns": run.turns and [list(turn) for turn in run.turns], "clusters": list(run.clusters),
                  "level": run.level} for run in result.runs],
    }


def _told(result: TextLayout) -> dict:
    return {
        "size": result.size, "width": result.width, "height": result.height, "overflowed": result.overflowed,
        "clip": result.clip,
        "lines": [{"baseline": line.baseline, "left": line.left, "width": line.width, "start": line.start,
                   "end": line.end, "runs": list(line.runs), "baseLevel": line.base_level} for line in result.lines],
        "runs": [{"face": run.face.label, "size": run.size, "level": run.level, "glyphs": list(run.glyphs),
                  "xs": list(run.xs), "ys": list(run.ys), "clusters": list(run.clusters)} for run in result.runs],
    }


def there(given: list[dict]) -> list[dict]:
    """What the front end's code makes of the cases."""
    result = workspace.node("packages/text/test/answers.ts", given=json.dumps(given))
    if result.returncode:
        raise RuntimeError(result.stdout[-3000:] + result.stderr)
    return json.loads(result.stdout)


@dataclass
class Comparison:
    """different: (case, here, there) that differ in anything. largest: of all numbers where the rest agrees."""

    count: int
    errors: int
    glyphs: int
    different: list[tuple[dict, dict, dict]]
    largest: float


def compare(count: int = 300, seed: int = 1) -> Comparison:
    given, book = givens(count, seed), FontBook.load()
    mine, theirs = [here(case, book) for case in given], there(given)
    pairs = list(zip(given, mine, theirs, strict=True))
    return Comparison(
        count=count, errors=sum("error" in one for one in mine),
        glyphs=sum(len(run["glyphs"]) for one in mine if "output" in one for run in one["output"]["runs"]),
        different=[(case, one, other) for case, one, other in pairs if one != other],
        largest=max((_difference(one, other) for _, one, other in pairs), default=0.0))


def _difference(one: object, other: object) -> float:
    """The largest difference of numbers in two values of one shape; infinite if anything else differs."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return max((_difference(one[name], other[name]) for name in one), default=0.0)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return max((_difference(a, b) for a, b in zip(one, other, strict=True)), default=0.0)
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other)
    return 0.0 if one == other else float("inf")


def main() -> int:
    result = compare(*map(int, sys.argv[1:3]))
    print(f"{result.count} layouts, {result.errors} of them refused, {result.glyphs} glyphs: "
          f"{len(result.different)} differ, by {result.largest:g} at most")
    for case, one, other in result.different[:3]:
        print(json.dumps(case, ensure_ascii=False), json.dumps(one), json.dumps(other), sep="\n  ")
    return 1 if result.different else 0


if __name__ == "__main__":
    sys.exit(main())
