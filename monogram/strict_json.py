"""JSON as strangers send it: read strictly, refused with a reason, never with a crash."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from monogram.core.errors import Invalid

DEEPEST = 64
_LARGEST = 2**63
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def loads(data: bytes | str) -> Any:
    """Decoded JSON. Raises Invalid({"": reason}) for anything but clean JSON: bad UTF-8, NUL, lone surrogates, NaN,
    numbers that fit neither a double nor 64 bits, a key twice in one object, nesting deeper than 64."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError:
        raise _refused("the body is not valid UTF-8") from None
    if not text.strip():
        raise _refused("the body is empty; send JSON")
    _check_depth(text)
    try:
        value = json.loads(text, parse_constant=_constant, parse_float=_float, parse_int=_int, object_pairs_hook=_object)
    except (json.JSONDecodeError, RecursionError):
        raise _refused("the body is not valid JSON") from None
    if "\\u" in text or "\x00" in text:  # a raw surrogate cannot survive UTF-8: only an escape brings one
        _check_text(value)
    return value


def _refused(reason: str) -> Invalid:
    return Invalid({"": reason})


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    for match in _BRACKETS.finditer(text):
        token = match.group()
        if token in "[{":
            depth += 1
            if depth > DEEPEST:
                raise _refused(f"the body is nested deeper than {DEEPEST}")
        elif token in "]}":
            depth -= 1


def _constant(name: str) -> Any:
    raise _refused(f"{name} is not JSON")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _refused("a number is too large")
    return number


def _int(text: str) -> int:
    if len(text) > 20 or not -_LARGEST <= (number := int(text)) < _LARGEST:
        raise _refused("a number is too large")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise _refused(f"the key {twice[:40]!r} stands twice in one object")
    return result


def _check_text(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise _refused("a text contains NUL")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise _refused("a text contains half of a surrogate pair") from None
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)
