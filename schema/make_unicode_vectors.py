"""Checks text layout against the whole Unicode conformance files, and writes a sample for the tests.

Usage: python schema/make_unicode_vectors.py [FOLDER]; FOLDER is an unpacked UCD 15.0 (see make_unicode_tables.py).
Fails if any case fails. The sample goes to tests/render/vectors/unicode.json.
"""

import bz2
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.render.test_text_unicode import bidi_character_fails, bidi_class_fails, break_fails, forms_fail, words_fail  # noqa: E402

TARGET = ROOT / "tests/render/vectors/unicode.json"
NOTICE = "Sampled from the conformance files of the Unicode Character Database 15.0.0; see the notice in unicode.json."


def lines(path: Path):
    packed = path.with_name(path.name + ".bz2")  # as some systems keep the large ones
    data = path.read_bytes() if path.exists() else bz2.decompress(packed.read_bytes())
    for line in data.decode().splitlines():
        line = line.split("#")[0].strip()
        if line:
            yield line


def break_cases(path: Path) -> list[dict]:
    """{"text": code points in hex, "breaks": places}"""
    out = []
    for line in lines(path):
        points, breaks = [], []
        for token in line.split():
            if token == "÷":
                breaks.append(len(points))
            elif token != "×":
                points.append(token)
        out.append({"text": " ".join(points), "breaks": breaks})
    return out


def bidi_characters(path: Path) -> list[dict]:
    out = []
    for line in lines(path):
        text, direction, base, levels, order = line.split(";")
        out.append({"text": text, "direction": ("ltr", "rtl", "auto")[int(direction)], "base": int(base),
                    "levels": levels, "order": [int(place) for place in order.split()]})
    return out


def bidi_classes(path: Path) -> list[dict]:
    """One case per base direction that the line's bits name."""
    out, levels, order = [], "", []
    for line in lines(path):
        head, _, rest = line.partition(":")
        if head == "@Levels":
            levels = rest.strip()
        elif head == "@Reorder":
            order = [int(place) for place in rest.split()]
        elif not line.startswith("@"):
            classes, bits = line.split(";")
            for bit, direction in ((1, "auto"), (2, "ltr"), (4, "rtl")):
                if int(bits) & bit:
                    out.append({"classes": classes, "direction": direction, "levels": levels, "order": order})
    return out


def forms(path: Path) -> list[dict]:
    """{"text", "composed", "decomposed"}: code points in hex. Each line holds two texts: as written, and with
    compatibility characters taken apart."""
    out = []
    for line in lines(path):
        if not line.startswith("@"):
            texts = line.split(";")
            out += [{"text": text, "composed": texts[1], "decomposed": texts[2]} for text in texts[:3]]
            out += [{"text": text, "composed": texts[3], "decomposed": texts[4]} for text in texts[3:5]]
    return out


def main(root: Path) -> None:
    parts = {
        "graphemes": (break_cases(root / "auxiliary/GraphemeBreakTest.txt"), break_fails("graphemes"), 5),
        "line_breaks": (break_cases(root / "auxiliary/LineBreakTest.txt"), break_fails("line_breaks"), 23),
        "words": (break_cases(root / "auxiliary/WordBreakTest.txt"), words_fail, 7),
        "bidi_characters": (bidi_characters(root / "BidiCharacterTest.txt"), bidi_character_fails, 401),
        "bidi_classes": (bidi_classes(root / "BidiTest.txt"), bidi_class_fails, 2503),
        "forms": (forms(root / "NormalizationTest.txt"), forms_fail, 307),
    }
    sample, failed = {"notice": NOTICE}, 0
    for name, (cases, fails, step) in parts.items():
        bad = [case for case in cases if fails(case)]
        failed += len(bad)
        print(f"{name}: {len(cases)} cases, {len(bad)} fail", *bad[:3], sep="\n  ")
        # the files end with cases from practice, which say most
        sample[name] = cases[:-40:step] + cases[-40:]
    if failed:
        sys.exit(1)
    rows = ",\n".join(
        json.dumps(name) + ":" + (json.dumps(value) if isinstance(value, str) else
                                  "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in value) + "\n]")
        for name, value in sample.items())
    TARGET.write_text("{" + rows + "}\n", encoding="utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"))
