"""Canonical decomposition and composition (UAX 15, NFD and NFC, Unicode 15.0), from tables of our own: the same in every
Python and in the browser."""

from __future__ import annotations

from . import tables

# Hangul syllables are composed by formula (Unicode 3.12)
_S, _L, _V, _T = 0xAC00, 0x1100, 0x1161, 0x11A7
_LS, _VS, _TS = 19, 21, 28
_CLASSES = tuple(map(int, tables.COMBINING.names))


def decomposed(text: str) -> str:
    """The text in Normalization Form D."""
    return "".join(map(chr, _decomposed(text)))


def composed(text: str) -> str:
    """The text in Normalization Form C."""
    points = _decomposed(text)
    out: list[int] = []
    starter, blocked = -1, 0  # place of the last starter; class of what stands between it and the next character
    for cp in points:
        kind = _class(cp)
        pair = _pair(out[starter], cp) if starter >= 0 and (blocked < kind or len(out) == starter + 1) else None
        if pair is not None:
            out[starter] = pair
            continue
        if kind == 0:
            starter, blocked = len(out), 0
        else:
            blocked = kind
        out.append(cp)
    return "".join(map(chr, out))


def _class(cp: int) -> int:
    return _CLASSES[tables.COMBINING[cp]]


def _decomposed(text: str) -> list[int]:
    points: list[int] = []
    for char in text:
        _decompose(ord(char), points)
    start = 0
    while start < len(points):  # marks between starters are put in the order of their classes
        end = start + 1
        while end < len(points) and _class(points[end]):
            end += 1
        first = start if _class(points[start]) else start + 1
        points[first:end] = sorted(points[first:end], key=_class)
        start = end
    return points


def _decompose(cp: int, out: list[int]) -> None:
    if _S <= cp < _S + _LS * _VS * _TS:
        number = cp - _S
        out += (_L + number // (_VS * _TS), _V + number % (_VS * _TS) // _TS)
        if number % _TS:
            out.append(_T + number % _TS)
        return
    first, second = tables.DECOMPOSITIONS.get(cp, (0, 0))
    if not first:
        out.append(cp)
        return
    _decompose(first, out)
    if second:
        out.append(second)  # of no mapping is the second part mapped again


def _pair(first: int, second: int) -> int | None:
    """What two characters compose to, if they do."""
    if _L <= first < _L + _LS and _V <= second < _V + _VS:
        return _S + ((first - _L) * _VS + second - _V) * _TS
    if _S <= first < _S + _LS * _VS * _TS and (first - _S) % _TS == 0 and _T < second < _T + _TS:
        return first + second - _T
    return tables.COMPOSITIONS.get((first, second))
