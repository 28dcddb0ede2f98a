"""The 27 languages and who stands in for whom."""

import pytest

from monogram.core import languages


def test_there_are_27_and_every_code_is_found():
    assert len(languages.LANGUAGES) == len({language.code for language in languages.LANGUAGES}) == 27
    assert len({language.page for language in languages.LANGUAGES}) == 27
    for language in languages.LANGUAGES:
        assert (
            languages.find(language.code) is languages.find(language.page) is languages.find(language.tag.upper()) is language
        )


def test_right_to_left_are_hebrew_and_arabic():
    assert {language.code for language in languages.LANGUAGES if language.direction == "rtl"} == {"he_IL", "ar_AR"}


@pytest.mark.parametrize("code", [None, "", "xx", "en_GB", "zh", "🙂"])
def test_others_are_unknown(code):
    assert languages.find(code) is None


def test_the_chain_is_own_sister_english_any():
    assert languages.fallbacks("pt_PT")[:3] == ("pt_PT", "pt_BR", "en_US")
    assert languages.fallbacks("zh_TW")[:3] == ("zh_TW", "zh_CN", "en_US")
    assert languages.fallbacks("de_DE")[:2] == ("de_DE", "en_US")
    assert set(languages.fallbacks("en_US")) == set(languages.CODES)
    labels = {"en_US": "Name", "zh_CN": "姓名", "de_DE": ""}
    assert languages.choose(labels, "zh_TW") == "姓名"
    assert languages.choose(labels, "de_DE") == "Name"  # an empty label is none
    assert languages.choose({"ko_KR": "이름"}, "fr_FR") == "이름"
    assert languages.choose({}, "fr_FR") == ""
