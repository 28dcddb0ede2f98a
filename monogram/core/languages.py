"""The 27 languages of labels and customizer pages: their codes, names and directions, and which stands in for which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Language:
    """`code` is how the API and all data name it (en_US), `page` how an address of the customizer does (en)."""

    code: str
    page: str
    english: str
    own: str
    direction: Literal["ltr", "rtl"] = "ltr"

    @property
    def tag(self) -> str:
        """The BCP 47 tag for browsers and text layout."""
        return self.code.replace("_", "-")


LANGUAGES = (
    Language("en_US", "en", "English (United States)", "English"),
    Language("de_DE", "de", "German", "Deutsch"),
    Language("fr_FR", "fr", "French", "Français"),
    Language("pt_BR", "pt-br", "Portuguese (Brazil)", "Português (Brasil)"),
    Language("es_ES", "es", "Spanish", "Español"),
    Language("ja_JP", "ja", "Japanese", "日本語"),
    Language("it_IT", "it", "Italian", "Italiano"),
    Language("nl_NL", "nl", "Dutch", "Nederlands"),
    Language("zh_TW", "zh-tw", "Chinese (Traditional)", "繁體中文"),
    Language("zh_CN", "zh-cn", "Chinese (Simplified)", "简体中文"),
    Language("he_IL", "he", "Hebrew (Israel)", "עברית", "rtl"),
    Language("ru_RU", "ru", "Russian", "Русский"),
    Language("ar_AR", "ar", "Arabic", "العربية", "rtl"),
    Language("th_TH", "th", "Thai", "ไทย"),
    Language("id_ID", "id", "Indonesian", "Bahasa Indonesia"),
    Language("tr_TR", "tr", "Turkish", "Türkçe"),
    Language("vi_VI", "vi", "Vietnamese", "Tiếng Việt"),
    Language("sv_SV", "sv", "Swedish", "Svenska"),
    Language("pl_PL", "pl", "Polish", "Polski"),
    Language("pt_PT", "pt-pt", "Portuguese (Portugal)", "Português (Portugal)"),
    Language("ko_KR", "ko", "Korean", "한국어"),
    Language("el_GR", "el-gr", "Greek", "Ελληνικά"),
    Language("cs_CZ", "cs-cz", "Czech", "Čeština"),
    Language("ro_RO", "ro", "Romanian", "Română"),
    Language("sk_SK", "sk", "Slovak", "Slovenčina"),
    Language("hu_HU", "hu", "Hungarian", "Magyar"),
    Language("bg_BG", "bg", "Bulgarian", "Български"),
)
DEFAULT = "en_US"
CODES = tuple(language.code for language in LANGUAGES)

_BY_ANY_CODE = {code.lower(): language for language in LANGUAGES for code in (language.code, language.tag, language.page)}
_SISTERS = {"pt_BR": "pt_PT", "pt_PT": "pt_BR", "zh_TW": "zh_CN", "zh_CN": "zh_TW"}


def find(code: str | None) -> Language | None:
    """The language of an API code (`pt_BR`), page code (`pt-br`) or tag (`pt-BR`), whatever its case; None if unknown."""
    return _BY_ANY_CODE.get((code or "").lower())


def fallbacks(code: str) -> tuple[str, ...]:
    """Where to look for a label, in order: the language, its other region, English, then any in the table's order."""
    first = [code, _SISTERS.get(code), DEFAULT]
    return tuple(dict.fromkeys(found for found in (*first, *CODES) if found))


def choose(labels: dict[str, str], code: str) -> str:
    """The label to show to a reader of that language; empty when there is none at all."""
    return next((labels[found] for found in fallbacks(code) if labels.get(found)), "")
