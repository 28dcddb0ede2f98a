"""Kerning of fonts that have it in the old `kern` table only. The browser's HarfBuzz is built without it, so both sides
read and apply it themselves, and the server's HarfBuzz is not shown the table."""

from __future__ import annotations

from struct import iter_unpack, unpack_from

_HORIZONTAL_VALUES = 0x0001  # coverage: format 0, horizontal, no minimum, not across the stream


def pairs(kern: bytes, gpos: bytes) -> dict[int, int]:
    """Font units to add between glyphs `left << 16 | right`; none if the font's GPOS table kerns."""
    out: dict[int, int] = {}
    if len(kern) < 4 or unpack_from(">H", kern)[0] != 0 or b"kern" in feature_tags(gpos):
        return out
    at = 4
    for _ in range(unpack_from(">H", kern, 2)[0]):
        if at + 14 > len(kern):
            break
        _, length, coverage, count = unpack_from(">HHHH", kern, at)
        if coverage & 0xFF07 == _HORIZONTAL_VALUES:
            rows = kern[at + 14:at + 14 + 6 * count]
            for left, right, value in iter_unpack(">HHh", rows[:len(rows) // 6 * 6]):
                key = left << 16 | right
                out[key] = out.get(key, 0) + value
        if length < 14 + 6 * count:  # a table too long for its length field is the last
            break
        at += length
    return out


def hidden(font: bytes) -> bytes:
    """The font with its `kern` table under a name that nothing reads, and that keeps the directory in order."""
    for at in range(12, 12 + 16 * unpack_from(">H", font, 4)[0], 16):
        if font[at:at + 4] == b"kern":
            return font[:at] + b"kero" + font[at + 4:]
    return font


def feature_tags(table: bytes) -> set[bytes]:
    """Tags of the features of a GSUB or GPOS table, for whatever script."""
    if len(table) < 10:
        return set()
    start = unpack_from(">H", table, 6)[0]
    count = unpack_from(">H", table, start)[0] if start + 2 <= len(table) else 0
    return {table[start + 2 + 6 * k:start + 6 + 6 * k] for k in range(count)}


def apply(known: dict[int, int], glyphs: list[int], clusters: list[int], advances: list[int], unsafe: set[int]) -> None:
    """Kerns a left-to-right run, in font units, and adds the clusters before which cutting now changes something."""
    last = -1
    for k in range(len(glyphs)):
        if not advances[k]:  # marks and invisible characters do not part letters
            continue
        if last >= 0 and (value := known.get(glyphs[last] << 16 | glyphs[k])):
            advances[last] += value
            unsafe.add(clusters[k])
        last = k
