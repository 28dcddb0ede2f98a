"""Reads a sample as a document prints it: JSON with the faults of a word processor, mended by stated rules.

1. A string is between any of “ ” ″ and ", unless a backslash stands before; ‘ and ’ inside it are '.
2. A comma after the last member is dropped, a missing one between two members is added.
3. A key may stand without quotes.
4. Of a key that stands twice in one object the last counts.
5. A lone … between members stands for members left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

QUOTES = "“”″\""
TOKEN = re.compile(
    rf"(?P<string>[{QUOTES}](?:\\.|[^{QUOTES}\\])*[{QUOTES}])|(?P<mark>[{{}}\[\]:,])|(?P<left_out>…)"
    r"|(?P<word>[A-Za-z_][\w]*)|(?P<number>-?\d+(?:\.\d+)?)|(?P<space>\s+)"
)
WORDS = {"true": True, "false": False, "null": None}
Path = tuple[str | int, ...]


class NotPrinted(ValueError):
    """The text is no sample that these rules can read."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int


def read(lines: list[str], first: int = 1) -> tuple[Any, dict[Path, int]]:
    """The value of the sample in these lines and the line of each member's key; `first`: number of the first line."""
    tokens = list(_tokens(lines, first))
    where: dict[Path, int] = {}
    value, rest = _value(tokens, 0, (), where)
    if rest != len(tokens):
        raise NotPrinted(f"line {tokens[rest].line}: {tokens[rest].text!r} after the end")
    return value, where


def _tokens(lines: list[str], first: int) -> Iterator[Token]:
    for number, line in enumerate(lines, first):
        at = 0
        while at < len(line):
            match = TOKEN.match(line, at)
            if not match:
                raise NotPrinted(f"line {number}: {line[at:at + 20]!r}")
            if match.lastgroup != "space":
                yield Token(match.lastgroup or "", match.group(), number)
            at = match.end()


def _value(tokens: list[Token], at: int, path: Path, where: dict[Path, int]) -> tuple[Any, int]:
    if at >= len(tokens):
        raise NotPrinted("the sample breaks off")
    token = tokens[at]
    if token.text == "{":
        return _object(tokens, at + 1, path, where)
    if token.text == "[":
        return _array(tokens, at + 1, path, where)
    if token.kind == "string":
        return _string(token.text), at + 1
    if token.kind == "number":
        return json.loads(token.text), at + 1
    if token.text in WORDS:
        return WORDS[token.text], at + 1
    raise NotPrinted(f"line {token.line}: {token.text!r} is no value")


def _object(tokens: list[Token], at: int, path: Path, where: dict[Path, int]) -> tuple[dict, int]:
    found: dict[str, Any] = {}
    while at < len(tokens) and tokens[at].text != "}":
        if tokens[at].text == "," or tokens[at].kind == "left_out":
            at += 1
            continue
        token = tokens[at]
        if token.kind not in ("string", "word") or at + 1 >= len(tokens) or tokens[at + 1].text != ":":
            raise NotPrinted(f"line {token.line}: {token.text!r} is no key")
        key = _string(token.text) if token.kind == "string" else token.text
        where[(*path, key)] = token.line
        found[key], at = _value(tokens, at + 2, (*path, key), where)
    if at >= len(tokens):
        raise NotPrinted("the sample breaks off")
    return found, at + 1


def _array(tokens: list[Token], at: int, path: Path, where: dict[Path, int]) -> tuple[list, int]:
    found: list[Any] = []
    while at < len(tokens) and tokens[at].text != "]":
        if tokens[at].text == ",":
            at += 1
            continue
        value, at = _value(tokens, at, (*path, len(found)), where)
        found.append(value)
    if at >= len(tokens):
        raise NotPrinted("the sample breaks off")
    return found, at + 1


def _string(text: str) -> str:
    inner = re.sub(rf"\\([{QUOTES}])", r"\1", text[1:-1])
    return inner.translate({ord("‘"): "'", ord("’"): "'", **{ord(quote): '"' for quote in QUOTES}})
