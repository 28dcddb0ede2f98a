"""Where text may be cut: grapheme clusters (UAX 29) and line-break opportunities (UAX 14), Unicode 15.0.

Line breaking is the default algorithm with strict kinsoku (CJ as NS) and the regular-expression form of numbers
(UAX 14, 8.2, example 7). Scripts without spaces (class SA: Thai, Lao, Khmer, Myanmar) add breaks from a dictionary, and
Korean is kept in words (`opportunities`).
"""

from __future__ import annotations

from . import tables

_CONTROL = frozenset(("Control", "CR", "LF"))
_HANGUL_NEXT = {
    "L": frozenset(("L", "V", "LV", "LVT")), "LV": frozenset(("V", "T")), "V": frozenset(("V", "T")),
    "LVT": frozenset(("T",)), "T": frozenset(("T",)),
}
_NONE: frozenset[str] = frozenset()


def graphemes(text: str) -> list[int]:
    """The start of each extended grapheme cluster, and the text's length: `[0, 1, 3]`; `[0]` for no text."""
    if text.isascii() and "\r\n" not in text:
        return list(range(len(text) + 1))
    names = tables.GRAPHEME.names_of(text)
    starts = [0]
    pictograph = False  # the cluster so far is a pictograph and its extenders
    indicators = 0  # regional indicators at the end of the cluster
    for i in range(1, len(names)):
        before, after = names[i - 1], names[i]
        if before == "Pictographic":
            pictograph = True
        elif before not in ("Extend", "ZWJ"):
            pictograph = False
        indicators = indicators + 1 if before == "Regional_Indicator" else 0
        if _splits(before, after, pictograph, indicators):
            starts.append(i)
    if text:
        starts.append(len(text))
    return starts


def _splits(before: str, after: str, pictograph: bool, indicators: int) -> bool:
    if before == "CR" and after == "LF":
        return False
    if before in _CONTROL or after in _CONTROL:
        return True
    if after in ("Extend", "ZWJ", "SpacingMark") or before == "Prepend":
        return False
    if after in _HANGUL_NEXT.get(before, _NONE):
        return False
    if pictograph and before == "ZWJ" and after == "Pictographic":
        return False
    return not (after == "Regional_Indicator" and indicators % 2 == 1)


_HARD = frozenset(("BK", "LF", "NL"))
_BREAKING = frozenset(("BK", "CR", "LF", "NL"))
_LETTERS = frozenset(("AL", "HL"))
_NAMES = frozenset(("AL", "HL", "NU"))
_IDEOGRAPHIC = frozenset(("ID", "XP", "EB", "EM"))
_HANGUL = frozenset(("JL", "JV", "JT", "H2", "H3"))
_OPEN = frozenset(("OP", "OPW"))
_CLOSE = frozenset(("CL", "CP", "CPW"))
_AFFIX = frozenset(("PR", "PO"))
_NOT_BEFORE = _CLOSE | {"EX", "IS", "SY"}  # LB13
_JAMO = {
    "JL": frozenset(("JL", "JV", "H2", "H3")), "JV": frozenset(("JV", "JT")), "H2": frozenset(("JV", "JT")),
    "JT": frozenset(("JT",)), "H3": frozenset(("JT",)),
}


def line_breaks(text: str, hangul_words: bool = False) -> list[int]:
    """Places where a line may end by the rules alone, each the index of the next line's first character, and the
    text's end. Hard breaks are among them; dictionary breaks are not.

    hangul_words: Hangul breaks at spaces only, as letters do (the tailoring for Korean of UAX 14, 8.2).
    """
    names = tables.LINE.names_of(text)
    if not names:
        return []
    if hangul_words:
        names = ["AL" if name in _HANGUL else name for name in names]
    out = []
    state = _State(names[0])
    for i in range(1, len(names)):
        if names[i] in _OPEN and state.base in _AFFIX:
            state.amount = _before_number(names, i)
        if state.breaks(names[i], names[i - 1]):
            out.append(i)
        state.take(names[i], names[i - 1])
    out.append(len(text))
    return out


def _before_number(names: list[str], i: int) -> bool:
    """Whether a digit follows the character and its marks."""
    i += 1
    while i < len(names) and names[i] in ("CM", "ZWJ"):
        i += 1
    return i < len(names) and names[i] == "NU"


class _State:
    """What the rules ask about the text before a place: its last classes, marks and spaces folded away."""

    __slots__ = ("amount", "base", "hebrew_hyphen", "indicators", "number", "solid", "spaces")

    def __init__(self, first: str):
        self.base = self.solid = "sot"  # last class with marks folded in (LB9, LB10); the same, looking past spaces
        self.spaces = False
        self.number = ""  # "NU" inside NU (NU|SY|IS)*, "CL" after its closing bracket
        self.amount = False  # the next character is a bracket and a digit follows it
        self.indicators = 0
        self.hebrew_hyphen = False  # after HL (HY|BA)
        self.take(first, "sot")

    def _marks(self, name: str, raw: str) -> bool:
        return name in ("CM", "ZWJ") and raw not in ("sot", "BK", "CR", "LF", "NL", "SP", "ZW")

    def take(self, name: str, raw: str) -> None:
        """Moves past a character of class `name` whose predecessor had class `raw`."""
        if self._marks(name, raw):
            return
        if name in ("CM", "ZWJ", "SA"):
            name = "AL"
        if name == "SP":
            self.spaces, self.base, self.number, self.hebrew_hyphen, self.indicators = True, "SP", "", False, 0
            return
        self.hebrew_hyphen = self.base == "HL" and name in ("HY", "BA")
        if name == "NU":
            self.number = "NU"
        elif self.number == "NU" and name in ("SY", "IS"):
            self.number = "NU"
        else:
            self.number = "CL" if self.number == "NU" and name in _CLOSE else ""
        self.indicators = self.indicators + 1 if name == "RI" else 0
        self.base = self.solid = name
        self.spaces = False

    def breaks(self, after: str, raw: str) -> bool:
        """Whether a line may (or must) end between a character of class `raw` and one of class `after`."""
        if raw == "CR":
            return after != "LF"
        if raw in _HARD:
            return True
        if after in _BREAKING or after in ("SP", "ZW"):
            return False
        if self.solid == "ZW":
            return True
        if raw == "ZWJ" or self._marks(after, raw):
            return False
        if after in ("CM", "ZWJ", "SA"):
            after = "AL"
        return not self._glued(after) and not self._kept(after)

    def _glued(self, after: str) -> bool:
        """LB11 to LB17: what holds even across spaces, or beats the space."""
        base, solid = self.base, self.solid
        if after == "WJ" or base == "WJ" or base == "GL":
            return True
        if after == "GL" and base not in ("SP", "BA", "HY"):
            return True
        if after == "EX" or (after in _NOT_BEFORE and base != "NU"):
            return True
        if solid in _OPEN or (solid == "QU" and after in _OPEN):
            return True
        return (solid in _CLOSE and after == "NS") or (solid == "B2" and after == "B2")

    def _kept(self, after: str) -> bool:
        """LB18 to LB31."""
        base = self.base
        if base == "SP":
            return False
        if after == "QU" or base == "QU":
            return True
        if after == "CB" or base == "CB":
            return False
        if after in ("BA", "HY", "NS") or base == "BB" or self.hebrew_hyphen or (base == "SY" and after == "HL"):
            return True
        if after == "IN":
            return True
        return self._words(after) or self._numbers(after) or self._scripts(after)

    def _words(self, after: str) -> bool:
        """LB23, LB23a, LB24, LB28, LB29."""
        base = self.base
        if base in _LETTERS:
            return after in _LETTERS or after == "NU" or after in _AFFIX
        if base == "NU":
            return after in _LETTERS
        if base in _AFFIX:
            return after in _LETTERS or (base == "PR" and after in _IDEOGRAPHIC)
        return (after == "PO" and base in _IDEOGRAPHIC) or (base == "IS" and after in _LETTERS)

    def _numbers(self, after: str) -> bool:
        """LB25 in the form of example 7."""
        base = self.base
        if base in _AFFIX:
            return after == "NU" or (after in _OPEN and self.amount)
        if after == "NU" and (base in _OPEN or base == "HY"):
            return True
        if self.number == "NU":
            return after in ("NU", "SY", "IS") or after in _CLOSE or after in _AFFIX
        return self.number == "CL" and after in _AFFIX

    def _scripts(self, after: str) -> bool:
        """LB26, LB27, LB30, LB30a, LB30b."""
        base = self.base
        if after in _JAMO.get(base, _NONE):
            return True
        if (base in _HANGUL and after == "PO") or (base == "PR" and after in _HANGUL):
            return True
        if (base in _NAMES and after == "OP") or (base == "CP" and after in _NAMES):
            return True
        if base == "RI" and after == "RI":
            return self.indicators % 2 == 1
        return after == "EM" and base in ("EB", "XP")


_DICTIONARIES = {"Thai": "th", "Laoo": "lo", "Khmr": "km", "Mymr": "my"}


def dictionary_breaks(text: str) -> list[int]:
    """Places between words of Thai, Lao, Khmer and Myanmar text, found by ICU's dictionaries, in rising order.

    These are the only breaks that do not come from tables: a client without ICU asks for this list.
    """
    line, script = tables.LINE.names_of(text), tables.SCRIPT.names_of(text)
    out: list[int] = []
    start = 0
    while start < len(text):
        if line[start] != "SA":
            start += 1
            continue
        end = start
        while end < len(text) and line[end] in ("SA", "CM"):
            end += 1
        language = next((_DICTIONARIES[name] for name in script[start:end] if name in _DICTIONARIES), None)
        if language:
            out += _words_of(text[start:end], language, start)
        start = end
    return out


def _words_of(text: str, language: str, offset: int) -> list[int]:
    from icu4py.breakers import LineBreaker  # loads 30 MB of data: only for text that asks for it

    out = []
    for segment in LineBreaker(text, language):
        offset += len(segment)
        out.append(offset)
    return out[:-1]


def opportunities(text: str, dictionary: list[int] | None = None) -> list[int]:
    """All places where a line may end: Korean between words, dictionary breaks among them, no cluster split.

    dictionary: what `dictionary_breaks` says of the text, if that is known already.
    """
    if dictionary is None:
        dictionary = dictionary_breaks(text)
    return sorted({*line_breaks(text, hangul_words=True), *dictionary} & set(graphemes(text)))
