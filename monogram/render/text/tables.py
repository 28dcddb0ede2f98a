"""Unicode properties from `unicode.json`: per code point one byte, an index into the property's value names."""

from __future__ import annotations

import json
from pathlib import Path


class Table:
    """One property. `table[code_point]` is a small number, `names[number]` its value, `code(name)` the reverse."""

    __slots__ = ("_bytes", "_codes", "names")

    def __init__(self, names: list[str], lengths: list[int], runs: list[int]):
        self.names = tuple(names)
        self._codes = {name: number for number, name in enumerate(names)}
        single = [bytes((number,)) for number in range(len(names))]
        self._bytes = b"".join([single[value] * length for value, length in zip(runs, lengths, strict=True)])

    def __getitem__(self, code_point: int) -> int:
        return self._bytes[code_point]

    def code(self, name: str) -> int:
        return self._codes[name]

    def names_of(self, text: str) -> list[str]:
        """The property of each character, by name."""
        values, names = self._bytes, self.names
        return [names[values[ord(char)]] for char in text]


_data = json.loads((Path(__file__).parent / "unicode.json").read_bytes())
_tables = {name: Table(table["values"], table["lengths"], table["runs"]) for name, table in _data["tables"].items()}

VERSION: str = _data["unicode"]
# code point to (1 opening or -1 closing, the pair's number)
BRACKETS: dict[int, tuple[int, int]] = {cp: (side, pair) for cp, side, pair in _data["brackets"]}
# code point to its canonical mapping, second 0 if there is none; and pairs to what they compose to
DECOMPOSITIONS: dict[int, tuple[int, int]] = {cp: (first, second) for cp, first, second, _ in _data["decompositions"]}
COMPOSITIONS: dict[tuple[int, int], int] = {(first, second): cp for cp, first, second, composes
                                            in _data["decompositions"] if composes}
# code point to its upper, lower and title case, "" where that is the character itself
CASES: dict[int, tuple[str, str, str]] = {cp: (upper, lower, title) for cp, upper, lower, title in _data["cases"]}
BIDI = _tables["bidi"]
LINE = _tables["line"]
GRAPHEME = _tables["grapheme"]
SCRIPT = _tables["script"]  # ISO 15924 codes; Zyyy common, Zinh inherited
EMOJI = _tables["emoji"]  # Y: shown as emoji unless a variation selector says otherwise
IGNORABLE = _tables["ignorable"]  # Y: default ignorable, nothing is drawn for it
COMBINING = _tables["combining"]  # Canonical_Combining_Class, its number as text
WORD = _tables["word"]
CASING = _tables["casing"]  # C cased, I case-ignorable, B both, N neither
VERTICAL = _tables["vertical"]  # UAX 50: U upright, R turned, Tu and Tr transformed, else upright or turned
del _data, _tables
