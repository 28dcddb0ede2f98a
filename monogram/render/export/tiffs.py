"""TIFF in pieces: RGBA, deflate with horizontal differences, a strip of the file for each strip painted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import pack

import numpy as np
from isal import isal_zlib

from .pngs import leave_vectors

_LEVEL = 2
_ROWS = 256  # of a strip of the file; the last may have fewer
_SHORT, _LONG, _RATIONAL, _UNDEFINED = 3, 4, 5, 7


def tiff(strips: Iterable[np.ndarray], width: int, height: int, dpi: float, profile: bytes) -> Iterator[bytes]:
    """A little-endian TIFF 6.0 whose directory comes first, so that it can be written in one pass: strips are therefore
    packed before the first piece is given out.

    strips: uint8 (rows, width, 4), not premultiplied; rows a multiple of 256 but for the last.
    """
    packed = [_packed(strip[top:top + _ROWS]) for strip in strips for top in range(0, len(strip), _ROWS)]
    sizes = [len(data) for data in packed]
    per_inch = (round(dpi * 1000), 1000)
    fields = [
        (256, _LONG, [width]), (257, _LONG, [height]), (258, _SHORT, [8] * 4), (259, _SHORT, [8]), (262, _SHORT, [2]),
        (273, _LONG, sizes), (277, _SHORT, [4]), (278, _LONG, [_ROWS]), (279, _LONG, sizes), (282, _RATIONAL, [per_inch]),
        (283, _RATIONAL, [per_inch]), (284, _SHORT, [1]), (296, _SHORT, [2]), (317, _SHORT, [2]),
        (338, _SHORT, [2]),  # alpha that is not multiplied in
        (34675, _UNDEFINED, profile),
    ]
    start = len(_directory(fields))
    start += start % 2
    offsets = [start + sum(sizes[:index]) for index in range(len(sizes))]
    fields[5] = (273, _LONG, offsets)
    head = _directory(fields)
    yield head + bytes(start - len(head))
    yield from packed


def _directory(fields: list) -> bytes:
    """Header, the one directory, and the values that do not fit into it."""
    entries, values = b"", b""
    after = 8 + 2 + 12 * len(fields) + 4
    for tag, kind, content in fields:
        data = _value(kind, content)
        if len(data) > 4:
            values += bytes(len(values) % 2)
            entries += pack("<HHII", tag, kind, len(content), after + len(values))
            values += data
        else:
            entries += pack("<HHI", tag, kind, len(content)) + data.ljust(4, b"\0")
    return b"II*\0" + pack("<IH", 8, len(fields)) + entries + bytes(4) + values


def _value(kind: int, content) -> bytes:
    if kind == _UNDEFINED:
        return content
    if kind == _RATIONAL:
        return b"".join(pack("<II", *pair) for pair in content)
    return pack(f"<{len(content)}{'H' if kind == _SHORT else 'I'}", *content)


def _packed(rows: np.ndarray) -> bytes:
    differences = rows.copy()
    differences[:, 1:] -= rows[:, :-1]
    packed = isal_zlib.compress(differences.reshape(-1), _LEVEL)
    leave_vectors()
    return packed
