"""Upper, lower and title case (Unicode 15.0, 3.13): full mappings, from tables of our own.

By language (BCP 47): Turkish and Azeri keep the dotted and the dotless i apart; Greek capitals lose their accents; a Dutch
title has IJ. A sigma that ends a word is final in every language. Other languages have Unicode's default, German too: SS.
"""

from __future__ import annotations

import itertools

from . import tables, words
from .compositions import composed, decomposed

_UPPER, _LOWER, _TITLE = 0, 1, 2
_ACCENTS = frozenset("\u0300\u0301\u0342")
_BREATHINGS = frozenset("\u0313\u0314")
_VOWELS = frozenset("ΑΕΗΙΟΥΩ")
_DIAERESIS, _IOTA_BELOW = "\u0308", "\u0345"


def cased(text: str, case: str, lang: str = "") -> str:
    """The text in `upper`, `lower` or `title` case, or as it is with `none`. Title: the first cased letter of each word
    is a capital, the others are small; words as UAX 29 cuts them."""
    return "".join(parts(text, case, lang))


def parts(text: str, case: str, lang: str = "") -> list[str]:
    """What each character of the text becomes: "", itself, or more than one. For texts whose parts have their own looks."""
    language = lang.replace("_", "-").split("-")[0].lower()
    if case == "none":
        return list(text)
    if case == "upper":
        return _greek_capitals(text) if language == "el" else [_upper(char, language) for char in text]
    out = [_lower(text, i, language) for i in range(len(text))]
    if case == "title":
        _capitals(text, out, language)
    return out


def _mapped(char: str, case: int) -> str:
    return tables.CASES.get(ord(char), ("", "", ""))[case] or char


def _upper(char: str, language: str, case: int = _UPPER) -> str:
    return "İ" if char == "i" and language in ("tr", "az") else _mapped(char, case)


def _lower(text: str, i: int, language: str) -> str:
    char = text[i]
    if char == "Σ":
        return "ς" if _is_final(text, i) else "σ"
    if language in ("tr", "az"):
        if char == "İ":
            return "i"
        if char == "I":  # with a dot above, I is the dotted letter in two characters
            return "i" if _dotted(text, i) else "ı"
        if char == "\u0307" and _after_capital_i(text, i):
            return ""
    return _mapped(char, _LOWER)


def _dotted(text: str, i: int) -> bool:
    """Whether a dot above belongs to the letter: no starter and no other mark above stands between."""
    for char in text[i + 1:]:
        if char == "\u0307":
            return True
        if _combining(char) in ("0", "230"):
            return False
    return False


def _after_capital_i(text: str, i: int) -> bool:
    for char in reversed(text[:i]):
        if char == "I":
            return True
        if _combining(char) in ("0", "230"):
            return False
    return False


def _combining(char: str) -> str:
    return tables.COMBINING.names_of(char)[0]


def _is_final(text: str, i: int) -> bool:
    """Final_Sigma: a cased letter before it and none after, case-ignorable characters passed over."""
    return _meets_cased(text, range(i - 1, -1, -1)) and not _meets_cased(text, range(i + 1, len(text)))


def _meets_cased(text: str, places: range) -> bool:
    for place in places:
        kind = tables.CASING.names[tables.CASING[ord(text[place])]]
        if kind in ("N", "C"):
            return kind == "C"
    return False


def _capitals(text: str, out: list[str], language: str) -> None:
    """Puts the first cased letter of each word into title case."""
    places = words.boundaries(text)
    for start, end in itertools.pairwise(places):
        first = next((i for i in range(start, end) if tables.CASING.names[tables.CASING[ord(text[i])]] in ("C", "B")), None)
        if first is None:
            continue
        out[first] = _upper(text[first], language, _TITLE)
        if language == "nl" and text[first] in "iI" and text[first + 1:first + 2] in ("j", "J"):
            out[first + 1] = "J"


def _greek_capitals(text: str) -> list[str]:
    """Capitals without accents and breathings, iota written beside; an iota or upsilon that an accent kept apart from the
    vowel before it takes a diaeresis: μάιος is ΜΑΪΟΣ."""
    out: list[str] = []
    accented = False  # the letter before was a vowel that lost an accent
    for i, char in enumerate(text):
        form = decomposed(char)
        if char in _ACCENTS or char in _BREATHINGS:  # written as a mark of its own
            out.append("")
            accented = accented or (char in _ACCENTS and _base_is_vowel(out))
            continue
        marks = [mark for mark in form[1:] if mark not in _ACCENTS and mark not in _BREATHINGS]
        if tables.SCRIPT.names_of(form[0]) != ["Grek"]:
            out.append(_mapped(char, _UPPER))
            accented = False
            continue
        bare = _mapped(form[0], _UPPER)
        lost = any(mark in _ACCENTS for mark in form[1:])
        if accented and bare in ("Ι", "Υ") and not lost and _DIAERESIS not in marks \
                and text[i + 1:i + 2] not in (_DIAERESIS, *_ACCENTS):
            marks.append(_DIAERESIS)
        beside = "Ι" if _IOTA_BELOW in marks else ""
        out.append(composed(bare + "".join(mark for mark in marks if mark != _IOTA_BELOW)) + beside)
        accented = lost and bare in _VOWELS
    return out


def _base_is_vowel(out: list[str]) -> bool:
    before = next((part for part in reversed(out) if part), "")
    return before[:1] in _VOWELS

