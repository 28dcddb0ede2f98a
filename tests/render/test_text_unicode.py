"""Bidirectional text, breaks and canonical forms against samples of Unicode's own conformance files (all of them: see
schema/make_unicode_vectors.py), and the dictionary breaks of scripts without spaces."""

import json
import sys
import unicodedata
from pathlib import Path

import pytest

from monogram.render.text import bidi, breaks, cases, compositions, tables
from monogram.render.text import words as word_breaks

SAMPLE = Path(__file__).parent / "vectors/unicode.json"


def text_of(case: dict, part: str = "text") -> str:
    return "".join(chr(int(point, 16)) for point in case[part].split())


def levels_fail(case: dict, base: int, levels: list[int]) -> bool:
    """"x" stands for what rule X9 removes."""
    wanted = case["levels"].split()
    kept = [i for i, level in enumerate(wanted) if level != "x"]
    order = [kept[k] for k in bidi.reorder([levels[i] for i in kept])]
    return any(levels[i] != int(wanted[i]) for i in kept) or order != case["order"] or base != case.get("base", base)


def bidi_character_fails(case: dict) -> bool:
    text = text_of(case)
    return levels_fail(case, bidi.base_level(text, case["direction"]), bidi.levels(text, case["direction"]))


def bidi_class_fails(case: dict) -> bool:
    classes = case["classes"].split()
    # a character for each class, so that the test goes in by the front door
    text = "".join(EXAMPLES[name] for name in classes)
    return levels_fail(case, 0, bidi.levels(text, case["direction"]))


EXAMPLES = {
    "L": "a", "R": "\u05d0", "AL": "\u0627", "EN": "1", "AN": "\u0661", "ES": "+", "ET": "$", "CS": ",", "NSM": "\u0301",
    "BN": "\u200b", "B": "\u2029", "S": "\t", "WS": " ", "ON": "!", "LRE": "\u202a", "RLE": "\u202b", "LRO": "\u202d",
    "RLO": "\u202e", "PDF": "\u202c", "LRI": "\u2066", "RLI": "\u2067", "FSI": "\u2068", "PDI": "\u2069",
}


def break_fails(function: str):
    return lambda case: getattr(breaks, function)(text_of(case)) != case["breaks"]


def words_fail(case: dict) -> bool:
    return word_breaks.boundaries(text_of(case)) != case["breaks"]


def forms_fail(case: dict) -> bool:
    text = text_of(case)
    return (compositions.composed(text) != text_of(case, "composed")
            or compositions.decomposed(text) != text_of(case, "decomposed"))


FAILS = {"graphemes": break_fails("graphemes"), "line_breaks": break_fails("line_breaks"), "words": words_fail,
         "bidi_characters": bidi_character_fails, "bidi_classes": bidi_class_fails, "forms": forms_fail}


@pytest.mark.parametrize("part", FAILS)
def test_conforms_to_unicode(part):
    cases = json.loads(SAMPLE.read_text(encoding="utf-8"))[part]
    assert len(cases) > 100
    assert [case for case in cases if FAILS[part](case)] == []


def test_cases_are_exactly_the_golden_ones():
    vectors = json.loads((SAMPLE.parent / "cases.json").read_text(encoding="utf-8"))
    assert len(vectors) > 30
    for given in vectors:
        assert cases.cased(given["text"], given["case"], given["lang"]) == given["output"], given


def test_cases_of_single_characters_are_those_of_python():
    """Python's tables may be of another version: characters it does not know, and none else, may differ."""
    known = [chr(cp) for cp in range(sys.maxunicode + 1) if unicodedata.category(chr(cp)) not in ("Cn", "Cs")]
    for case in ("upper", "lower", "title"):
        assert [char for char in known if cases.cased(char, case) != getattr(char, case)()] == []


def test_parts_keep_count_of_characters():
    assert cases.parts("Weiß", "upper") == ["W", "E", "I", "SS"]
    assert cases.parts("weiß", "none") == ["w", "e", "i", "ß"]


def test_tables_are_of_the_version_the_rules_are_written_for():
    assert tables.VERSION == "15.0.0"
    assert {name: tables.BIDI.names[tables.BIDI[ord(char)]] for name, char in EXAMPLES.items()} == {
        name: name for name in EXAMPLES}


@pytest.mark.parametrize("words", [
    ["ภาษา", "ไทย", "เป็น", "ภาษา"],
    ["ພາສາ", "ລາວ"],
    ["ជា", "ភាសា", "កំណើត"],
    ["မြန်မာဘာသာ", "စကား", "သည်"],
])
def test_scripts_without_spaces_break_between_words(words):
    text = "".join(words)
    places = [len("".join(words[:count])) for count in range(1, len(words))]
    assert breaks.dictionary_breaks("ab " + text) == [place + 3 for place in places]
    assert breaks.line_breaks(text) == [len(text)]
    assert breaks.opportunities(text) == [*places, len(text)]


def test_no_line_break_inside_a_grapheme_cluster():
    for text in ("👨‍👩‍👧", "🇩🇪", "e\u0301\u0323", "ที่", "👍🏽", "각"):
        assert breaks.graphemes(text) == [0, len(text)]
        assert breaks.opportunities(text) == [len(text)]


def test_a_paragraphs_direction_is_that_of_its_first_strong_character_outside_isolates():
    assert bidi.base_level("\u2068\u2067a\u2069\u2069 \u05d0") == 1
    assert bidi.base_level("\u2067\u05d0\u2069 a") == 0
    assert bidi.base_level("\u2067\u05d0") == 0  # never closed
