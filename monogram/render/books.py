"""The font book as data: families, their files, and which of them a document's font is. No file is opened here."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from types import MappingProxyType

from msgspec import Struct

from .errors import RenderError

Number = int | float
# of every axis a variable font has, by tag, sorted: where on it an instance stands; empty for any other font
Coordinates = tuple[tuple[str, float], ...]
_NOWHERE: Mapping[str, float] = MappingProxyType({})


class FaceEntry(Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True, kw_only=True, frozen=True):
    """One file of a family. `file` is its path in the package; on disk it keeps its last part.

    axes: of a variable font, by tag, the least, the default and the greatest value. One with the axis `wght` serves every
    weight on it, and `weight` is that of its default.
    """

    weight: int
    italic: bool = False
    file: str
    sha256: str
    bytes: int
    axes: dict[str, tuple[Number, Number, Number]] = {}

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2]

    @property
    def style(self) -> str:
        """`400`, `700 italic`, `200-900`."""
        weights = f"{self.axes['wght'][0]}-{self.axes['wght'][2]}" if "wght" in self.axes else str(self.weight)
        return f"{weights} italic" if self.italic else weights

    def nearest(self, weight: float) -> float:
        """The weight it has that comes nearest."""
        least, _, greatest = self.axes.get("wght", (self.weight, self.weight, self.weight))
        return min(max(weight, least), greatest)

    def coordinates(self, weight: float, axes: Mapping[str, float] = _NOWHERE) -> Coordinates:
        """Where an instance stands on each axis: as asked, on `wght` else at the weight, on others at the default."""
        asked = {"wght": self.nearest(weight), **axes}
        return tuple((tag, float(asked.get(tag, reach[1]))) for tag, reach in sorted(self.axes.items()))


class Licence(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, frozen=True):
    """SPDX name, and the hash of the text that lies beside the font files; `file` is its path in the package."""

    name: str
    sha256: str
    file: str = "LICENSE_FONT"


class FamilyEntry(Struct, rename="camel", forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A family: the package and version it comes from, the scripts it serves (ISO 15924), its faces."""

    family: str
    package: str
    version: str
    scripts: tuple[str, ...]
    licence: Licence
    faces: tuple[FaceEntry, ...]


class Fallbacks(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Families that stand in for glyphs a chosen face lacks. `han` is by writing tradition: SC, TC, JP, KR."""

    scripts: tuple[str, ...]
    symbols: tuple[str, ...]
    han: dict[str, str]
    emoji: str


class Book(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """`book.json`."""

    fallbacks: Fallbacks
    families: tuple[FamilyEntry, ...]

    def choose(self, family: str, weight: float = 400, italic: bool = False,
               axes: Mapping[str, float] = _NOWHERE) -> tuple[FaceEntry, Coordinates]:
        """The file that is exactly this face, and where its instance stands. A `wght` among the axes is the weight.

        Raises RenderError `font_missing`, `axis_missing`, `axis_out_of_range`.
        """
        found = next((each for each in self.families if each.family == family), None)
        if found is None:
            raise RenderError("font_missing", f"The font book has no family {family!r}.{self._similar(family)}", part=family)
        slanted = [entry for entry in found.faces if entry.italic == bool(italic)]
        for entry in slanted:
            if ("wght" in axes and "wght" in entry.axes) or entry.nearest(weight) == weight:
                _check(f"{family} italic" if italic else family, entry, axes)
                return entry, entry.coordinates(weight, axes)
        wanted = f"{family} {weight}{' italic' if italic else ''}"
        has = ", ".join(entry.style for entry in found.faces)
        raise RenderError("font_missing", f"The font book has no {wanted}. Of {family} it has {has}.", part=wanted)

    def _similar(self, family: str) -> str:
        from difflib import get_close_matches

        by_key = {each.family.casefold(): each.family for each in self.families}
        close = get_close_matches(family.casefold(), by_key, n=1)
        return f" Did you mean {by_key[close[0]]!r}?" if close else ""


def _check(label: str, entry: FaceEntry, axes: Mapping[str, float]) -> None:
    """Refuses an axis that the font lacks, and a value beyond one: HarfBuzz would pass over the one and cut the other."""
    for tag, value in sorted(axes.items()):
        if tag not in entry.axes:
            has = ", ".join(f"{name} {told(reach[0])} to {told(reach[2])}" for name, reach in sorted(entry.axes.items()))
            raise RenderError("axis_missing", f"{label} has no axis {tag!r}. It has: {has or 'none'}.", part=tag)
        least, _, greatest = entry.axes[tag]
        if not least <= value <= greatest:
            raise RenderError("axis_out_of_range", f"The axis {tag!r} of {label} goes from {told(least)} to {told(greatest)}. "
                              "Choose a value within.", part=tag)


def told(value: float) -> str:
    """A place on an axis for people, to a hundredth."""
    near = floor(value * 100 + 0.5) / 100
    return str(int(near)) if near == int(near) else str(near)
