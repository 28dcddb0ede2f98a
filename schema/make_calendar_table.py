"""Writes monogram/render/generate/calendar.json from Unicode's CLDR: make_calendar_table.py CLDR-DATES-FULL CLDR-CORE

The two folders are the unpacked npm packages `cldr-dates-full` and `cldr-core`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from monogram.core.languages import LANGUAGES

TARGET = Path(__file__).parents[1] / "monogram" / "render" / "generate" / "calendar.json"
NOTICE = ("Names of months and days, and the first day of the week by region, from Unicode CLDR 48.2, © 1991-2025 "
          "Unicode, Inc., Unicode License v3 (docs/credits.md). Days begin with Sunday; `{y}` is the year.")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# Codes of ours that are not CLDR's, and where a language without a region of its own is mostly read.
_CLDR = {"zh_CN": "zh-Hans", "zh_TW": "zh-Hant", "pt_BR": "pt", "pt_PT": "pt-PT"}
_REGIONS = {"ar_AR": "EG", "vi_VI": "VN", "sv_SV": "SE"}


def names(folder: Path, locale: str) -> dict:
    calendar = json.loads((folder / "main" / locale / "ca-gregorian.json").read_text("utf-8"))
    calendar = calendar["main"][locale]["dates"]["calendars"]["gregorian"]
    pattern = calendar["dateTimeFormats"]["availableFormats"]["yMMMM"]
    days = calendar["days"]["stand-alone"]["short"]
    return {"months": [title(pattern, calendar["months"], month) for month in range(1, 13)],
            "days": [days[day] for day in _DAYS]}


def title(pattern: str, months: dict, month: int) -> str:
    """The month and `{y}` in the order and with the words of the language."""
    def part(found: re.Match) -> str:
        quoted, letters = found.groups()
        if quoted is not None:
            return quoted or "'"
        kind = {"M": "format", "L": "stand-alone"}.get(letters[0])
        if kind is None:
            return "{y}" if letters[0] == "y" else letters
        return str(month) if len(letters) == 1 else months[kind]["wide"][str(month)]

    return re.sub(r"'([^']*)'|([MLy]+)", part, pattern)


def table(dates: Path, core: Path) -> dict:
    weeks = json.loads((core / "supplemental" / "weekData.json").read_text("utf-8"))["supplemental"]["weekData"]["firstDay"]
    first = {region: _DAYS.index(day) for region, day in weeks.items() if re.fullmatch("[A-Z]{2}", region) and day in _DAYS}
    languages = {}
    for language in LANGUAGES:
        locale = _CLDR.get(language.code, language.code.partition("_")[0])
        region = _REGIONS.get(language.code, language.code.partition("_")[2])
        languages[language.tag] = {"rtl": language.direction == "rtl", "first": first.get(region, 1), **names(dates, locale)}
    return {"notice": NOTICE, "first": {region: day for region, day in sorted(first.items()) if day != 1},
            "languages": languages}


if __name__ == "__main__":
    data = table(Path(sys.argv[1]), Path(sys.argv[2]))
    TARGET.write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", "utf-8")
