"""Word boundaries (UAX 29, Unicode 15.0), by the default rules: for case, where a word begins."""

from __future__ import annotations

from . import tables

_LINES = frozenset(("Newline", "CR", "LF"))
_PASSED = frozenset(("Extend", "Format", "ZWJ"))  # by WB4
_LETTERS = frozenset(("ALetter", "Hebrew_Letter"))
_MIDDLE = frozenset(("MidLetter", "MidNumLet", "Single_Quote"))
_MIDDLE_OF_NUMBERS = frozenset(("MidNum", "MidNumLet", "Single_Quote"))
_JOINED = frozenset((*_LETTERS, "Numeric", "Katakana", "ExtendNumLet"))


def boundaries(text: str) -> list[int]:
    """The start of each word and of what lies between words, and the text's length; `[]` for no text."""
    names = tables.WORD.names_of(text)
    kept = [i for i, name in enumerate(names) if i == 0 or name not in _PASSED or names[i - 1] in _LINES]
    rank = {i: k for k, i in enumerate(kept)}
    found = [0] if text else []
    flags = 0  # regional indicators before the place, joined so far
    for i in range(1, len(text)):
        if names[i] in _LINES or names[i - 1] in _LINES:  # WB3 to WB3b
            cut = not (names[i - 1] == "CR" and names[i] == "LF")
        elif i not in rank:  # WB4
            cut = False
        elif names[i - 1] == "ZWJ" and _pictograph(text[i]):  # WB3c
            cut = False
        elif names[i - 1] == names[i] == "WSegSpace":  # WB3d
            cut = False
        else:
            k = rank[i]
            at = [names[kept[j]] if 0 <= j < len(kept) else "" for j in range(k - 2, k + 2)]
            flags = flags + 1 if at[1] == "Regional_Indicator" else 0
            cut = _cuts(*at) and not (at[2] == "Regional_Indicator" and flags % 2 == 1)
        if cut:
            found.append(i)
    return [*found, len(text)] if text else []


def _pictograph(char: str) -> bool:
    return tables.GRAPHEME.names_of(char) == ["Pictographic"]


def _cuts(earlier: str, before: str, after: str, later: str) -> bool:
    """WB5 to WB13b, of the two classes on each side of a place."""
    if before in _LETTERS and (after in _LETTERS or after == "Numeric"):  # WB5, WB9
        return False
    if before in _LETTERS and after in _MIDDLE and later in _LETTERS:  # WB6
        return False
    if earlier in _LETTERS and before in _MIDDLE and after in _LETTERS:  # WB7
        return False
    if before == "Hebrew_Letter" and (after == "Single_Quote" or (after == "Double_Quote" and later == "Hebrew_Letter")):
        return False  # WB7a, WB7b
    if earlier == "Hebrew_Letter" and before == "Double_Quote" and after == "Hebrew_Letter":  # WB7c
        return False
    if before == "Numeric" and (after == "Numeric" or after in _LETTERS):  # WB8, WB10
        return False
    if earlier == after == "Numeric" and before in _MIDDLE_OF_NUMBERS:  # WB11
        return False
    if before == later == "Numeric" and after in _MIDDLE_OF_NUMBERS:  # WB12
        return False
    if before == after == "Katakana" or (before in _JOINED and after == "ExtendNumLet"):  # WB13, WB13a
        return False
    return not (before == "ExtendNumLet" and after in _JOINED)  # WB13b
