"""Random design documents with something for preflight to find, over the pictures of the cases."""

from __future__ import annotations

import random

from tests.render.test_cases import ASSETS

from .resolving import Subject

TEXTS = ["Anna", "สวัสดี Anna", "Zoë & Noël, 2026", "a\ue123", "A longer dedication for somebody", "日本語", "",
         "سلام", "👍🏽 yes"]
COLORS = ["#000000", "#ffffff", "#f0f0f0", "#101010", "#00ff00", "#8a7a6a", "#c9c9c980", "#ff8800"]


def givens(count: int, seed: int) -> list[Subject]:
    """Random documents with something to find; the same for the same seed."""
    choose = random.Random(seed)
    return [Subject(f"random/{number}", *_document(choose), "print", "front", ASSETS) for number in range(count)]


def _document(choose: random.Random) -> tuple[dict, dict]:
    edge = choose.choice([0, 5, 12])
    sides = ("left", "top", "right", "bottom")
    document = {
        "canvas": {"width": 300, "height": 200, "dpi": choose.choice([72, 150, 300]), "bleed": dict.fromkeys(sides, edge),
                   "safe": dict.fromkeys(sides, edge), "background": choose.choice([None, *COLORS])},
        "assets": {name: {"file": name} for name in _photos()},
        "layers": [_ground(choose), *(_layer(choose, number) for number in range(choose.randint(1, 4)))],
        "preflight": _preflight(choose),
    }
    texts = [layer["id"] for layer in document["layers"] if layer["type"] == "text"]
    document["bindings"] = [{"component": "words", "layer": key, "property": "text"} for key in texts[:1]]
    return document, {"words": choose.choice(TEXTS)} if texts and choose.random() < 0.7 else {}


def _photos() -> list[str]:
    return sorted(path.name for path in ASSETS.iterdir() if path.suffix in (".png", ".jpg"))[:6]


def _ground(choose: random.Random) -> dict:
    fill = choose.choice([choose.choice(COLORS), {"kind": "linear", "stops": [
        {"at": 0, "color": choose.choice(COLORS)}, {"at": 1, "color": choose.choice(COLORS)}]}])
    return {"id": "ground", "type": "shape", "shape": {"kind": "rectangle"}, "width": choose.choice([150, 300]), "height": 200,
            "fill": fill}


def _layer(choose: random.Random, number: int) -> dict:
    box = {"id": f"l{number}", "x": choose.uniform(-40, 200), "y": choose.uniform(-30, 120), "width": choose.uniform(40, 200),
           "height": choose.uniform(20, 120), "rotation": choose.choice([0, 0, 90, choose.uniform(-30, 30)]),
           "opacity": choose.choice([1, 1, 0.4])}
    kind = choose.choice(["text", "text", "text", "image", "shape", "group"])
    if kind == "text":
        return box | {"type": "text", **_text(choose)}
    if kind == "image":
        return box | {"type": "image", "asset": choose.choice(_photos()),
                      "fit": choose.choice(["fill", "fit", "stretch", "tile"])}
    if kind == "shape":
        return box | {"type": "shape", "shape": {"kind": "ellipse"}, "fill": choose.choice([None, *COLORS]),
                      "stroke": {"color": choose.choice(COLORS), "width": choose.uniform(0.2, 4)}}
    inner = {"id": f"l{number}-inner", "type": "text", "width": box["width"], "height": box["height"], **_text(choose)}
    return box | {"type": "group", "layers": [_ground(choose) | {"id": f"l{number}-ground"}, inner]}


def _text(choose: random.Random) -> dict:
    text = {"font": {"family": choose.choice(["Noto Sans", "Lora", "Pacifico"])}, "size": choose.uniform(4, 60),
            "fit": choose.choice(["none", "shrink", "grow"]), "overflow": choose.choice(["clip", "show", "extend", "refuse"]),
            "wrap": choose.random() < 0.7, "fill": choose.choice(COLORS), "minSize": choose.choice([2, 8])}
    if choose.random() < 0.3:
        text["stroke"] = {"color": choose.choice(COLORS), "width": choose.uniform(0.2, 3)}
    if choose.random() < 0.2:
        text["shadow"] = {"color": choose.choice(COLORS), "dx": 1, "dy": 2, "blur": 1.5}
    if choose.random() < 0.3:
        return text | {"runs": [{"text": choose.choice(TEXTS[:3])}, {"text": " two", "fill": choose.choice(COLORS)}]}
    if choose.random() < 0.2:
        text["line"] = {"kind": "arc", "bend": choose.uniform(-0.8, 0.8)}
    return text | {"text": choose.choice(TEXTS)}


def _preflight(choose: random.Random) -> dict:
    def least(*values: float) -> dict:
        return {choose.choice(["refuse", "warn"]): choose.choice(values)}

    rules = {"imageDpi": least(72, 150, 300.5), "textPoints": least(5, 8.25), "textContrast": least(1.5, 3, 7),
             "lineMm": choose.choice([None, least(0.1, 0.25)]), "textCut": choose.choice(["refuse", "warn", "off"]),
             "textShrunk": choose.choice(["mend", "off"]), "safeArea": choose.choice(["refuse", "warn", "off"]),
             "printArea": choose.choice(["refuse", "warn", "off"]), "gamut": least(2, 10)}
    return {"process": choose.choice(["print", "engraving"]), "gamutProfile": choose.choice(["none", "cmyk"]),
            "rules": {key: rule for key, rule in rules.items() if choose.random() < 0.7}}
