"""Writes monogram/render/text/unicode.json from the Unicode Character Database.

Usage: python schema/make_unicode_tables.py [FOLDER]; FOLDER is an unpacked UCD 15.0 (Debian's `unicode-data` puts one
at /usr/share/unicode). Each table is a list of runs over all code points: lengths, and an index into `values`.
"""

import json
import re
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "monogram/render/text/unicode.json"
CODE_POINTS = 0x110000

NOTICE = (
    "Derived from the Unicode Character Database. Copyright 1991-2022 Unicode, Inc. All rights reserved. "
    "Distributed under the Terms of Use in https://www.unicode.org/copyright.html and the Unicode License "
    "(Unicode-DFS-2016): permission is hereby granted, free of charge, to any person obtaining a copy of the Unicode "
    "data files and any associated documentation (the \"Data Files\") to deal in the Data Files without restriction, "
    "including without limitation the rights to use, copy, modify, merge, publish, distribute, and/or sell copies of "
    "the Data Files, and to permit persons to whom the Data Files are furnished to do so, provided that this "
    "copyright and permission notice appear with all copies of the Data Files, or in associated Documentation. "
    "THE DATA FILES ARE PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT "
    "LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF THIRD "
    "PARTY RIGHTS. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN THIS NOTICE BE LIABLE FOR ANY CLAIM, "
    "OR ANY SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES, OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR "
    "PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION "
    "WITH THE USE OR PERFORMANCE OF THE DATA FILES. Except as contained in this notice, the name of a copyright "
    "holder shall not be used in advertising or otherwise to promote the sale, use or other dealings in these Data "
    "Files without prior written authorization of the copyright holder."
)

_ROW = re.compile(r"^(?:# @missing: )?([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*([^;#]+?)\s*(?:#.*)?$")


def rows(path: Path):
    """(first, last, value) of a UCD file, the `@missing` defaults before everything else."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for missing in (True, False):
        for line in lines:
            match = _ROW.match(line)
            if match and line.startswith("#") == missing:
                first = int(match[1], 16)
                yield first, int(match[2] or match[1], 16), match[3]


def column(path: Path, default: str, wanted=None) -> list[str]:
    """A property's value for every code point; with `wanted`, of that binary property: "Y" or the default."""
    out = [default] * CODE_POINTS
    for first, last, value in rows(path):
        if wanted is not None:
            if value != wanted:
                continue
            value = "Y"
        out[first:last + 1] = [value] * (last + 1 - first)
    return out


def aliases(path: Path, prop: str) -> dict[str, str]:
    """Long value names of a property to its short ones."""
    out = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = [part.strip() for part in line.split("#")[0].split(";")]
        if parts[0] == prop:
            out[parts[2]] = parts[1]
    return out


def line_breaks(root: Path, category: list[str], pictographic: list[str]) -> list[str]:
    """Line break classes after LB1, and with what the rules ask besides the class folded in:

    OPW and CPW are East Asian wide brackets (LB30); XP is an unassigned pictograph (LB30b), otherwise of class ID;
    SA keeps its name and is AL to the rules (a dictionary adds the breaks), its marks are CM; CJ is NS.
    """
    width = column(root / "EastAsianWidth.txt", "N")
    names = aliases(root / "PropertyValueAliases.txt", "lb")
    out = [names.get(value, value) for value in column(root / "extracted/DerivedLineBreak.txt", "XX")]
    first = {"AI": "AL", "SG": "AL", "XX": "AL", "CJ": "NS"}
    for cp, value in enumerate(out):
        if value in first:
            out[cp] = first[value]
        elif value == "SA" and category[cp] in ("Mn", "Mc"):
            out[cp] = "CM"
        elif value in ("OP", "CP") and width[cp] in ("F", "W", "H"):
            out[cp] = value + "W"
        elif value == "ID" and pictographic[cp] == "Y" and category[cp] == "Cn":
            out[cp] = "XP"
    return out


def runs(values: list[str]) -> dict:
    names = sorted(set(values), key=lambda name: (name != values[0], name))
    index = {name: number for number, name in enumerate(names)}
    lengths, which, last = [], [], None
    for value in values:
        if value == last:
            lengths[-1] += 1
        else:
            lengths.append(1)
            which.append(index[value])
            last = value
    return {"values": names, "lengths": lengths, "runs": which}


def brackets(root: Path) -> list[list[int]]:
    """[code point, 1 opening or -1 closing, pair]; a pair is its closing bracket, canonical equivalents in one."""
    same = {0x232A: 0x3009, 0x2329: 0x3008}
    out = []
    for line in (root / "BidiBrackets.txt").read_text(encoding="utf-8").splitlines():
        parts = [part.strip() for part in line.split("#")[0].split(";")]
        if len(parts) == 3:
            cp, other = int(parts[0], 16), int(parts[1], 16)
            closing = other if parts[2] == "o" else cp
            out.append([cp, 1 if parts[2] == "o" else -1, same.get(closing, closing)])
    return out


def decompositions(root: Path) -> tuple[list[list[int]], list[str]]:
    """[code point, first, second or 0, 1 if the pair composes] of each canonical mapping, Hangul left to its formula;
    and every code point's combining class."""
    excluded = column(root / "DerivedNormalizationProps.txt", "N", "Full_Composition_Exclusion")
    out, classes = [], ["0"] * CODE_POINTS
    for line in (root / "UnicodeData.txt").read_text(encoding="utf-8").splitlines():
        fields = line.split(";")
        cp, mapping = int(fields[0], 16), fields[5]
        classes[cp] = fields[3]  # ranges, of which only the ends are listed, have class 0
        if mapping and not mapping.startswith("<"):
            first, second = [*(int(part, 16) for part in mapping.split()), 0][:2]
            out.append([cp, first, second, int(excluded[cp] == "N")])
    return out, classes


def casing(root: Path) -> list[str]:
    """What the rules of cases ask of a character: C cased, I ignored between letters, B both, N neither."""
    cased = column(root / "DerivedCoreProperties.txt", "N", "Cased")
    ignored = column(root / "DerivedCoreProperties.txt", "N", "Case_Ignorable")
    names = {("N", "N"): "N", ("Y", "N"): "C", ("N", "Y"): "I", ("Y", "Y"): "B"}
    return [names[pair] for pair in zip(cased, ignored, strict=True)]


def cases(root: Path) -> list[list]:
    """[code point, upper, lower, title] as texts, "" where a case is the character itself. Full mappings: those of
    SpecialCasing.txt that have no condition stand before UnicodeData.txt's; those that have one are rules in `cases.py`."""
    found: dict[int, list[str]] = {}
    for line in (root / "UnicodeData.txt").read_text(encoding="utf-8").splitlines():
        fields = line.split(";")
        upper, lower, title = (chr(int(field, 16)) if field else "" for field in fields[12:15])
        found[int(fields[0], 16)] = [upper, lower, title or upper]
    for line in (root / "SpecialCasing.txt").read_text(encoding="utf-8").splitlines():
        fields = [field.strip() for field in line.split("#")[0].split(";")]
        if len(fields) == 5:  # with a condition there are six
            lower, title, upper = ("".join(chr(int(cp, 16)) for cp in field.split()) for field in fields[1:4])
            found[int(fields[0], 16)] = [upper, lower, title]
    changed = ([cp, *("" if text == chr(cp) else text for text in texts)] for cp, texts in sorted(found.items()))
    return [row for row in changed if any(row[1:])]


def main(root: Path) -> None:
    version = re.search(r"Version (\d+\.\d+\.\d+)", (root / "ReadMe.txt").read_text(encoding="utf-8"))[1]
    names = root / "PropertyValueAliases.txt"
    category = column(root / "extracted/DerivedGeneralCategory.txt", "Cn")
    pictographic = column(root / "emoji/emoji-data.txt", "N", "Extended_Pictographic")
    grapheme = column(root / "auxiliary/GraphemeBreakProperty.txt", "Other")
    # no pictograph has a grapheme class of its own, so one table carries both
    grapheme = ["Pictographic" if p == "Y" else g for p, g in zip(pictographic, grapheme, strict=True)]
    bidi_names, script_names = aliases(names, "bc"), aliases(names, "sc")
    bidi = [bidi_names.get(value, value) for value in column(root / "extracted/DerivedBidiClass.txt", "L")]
    script = [script_names.get(value, value) for value in column(root / "Scripts.txt", "Unknown")]
    mappings, combining = decompositions(root)
    tables = {
        "bidi": runs(bidi),
        "line": runs(line_breaks(root, category, pictographic)),
        "grapheme": runs(grapheme),
        "script": runs(script),
        "emoji": runs(column(root / "emoji/emoji-data.txt", "N", "Emoji_Presentation")),
        "ignorable": runs(column(root / "DerivedCoreProperties.txt", "N", "Default_Ignorable_Code_Point")),
        "combining": runs(combining),
        "word": runs(column(root / "auxiliary/WordBreakProperty.txt", "Other")),
        "casing": runs(casing(root)),
        "vertical": runs(column(root / "VerticalOrientation.txt", "R")),
    }
    data = {"unicode": version, "notice": NOTICE, "brackets": brackets(root), "decompositions": mappings,
            "cases": cases(root), "tables": tables}
    TARGET.write_text(json.dumps(data, separators=(",", ":")).replace('},"', '},\n"') + "\n", encoding="utf-8")
    print(f"{TARGET}: Unicode {version}, {TARGET.stat().st_size} bytes,",
          {name: len(table["runs"]) for name, table in tables.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"))
