"""The font book: every face a document may name, by exact family, weight and slant, and the fallback for what it lacks.

Faces are opened when first used and checked against the book's hashes; nothing here asks the system for a font.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
import uharfbuzz
from msgspec import Struct

from .errors import RenderError
from .text import kerning, tables
from .text.compositions import composed, decomposed

if TYPE_CHECKING:
    import skia

FOLDER = Path(__file__).parent.parent / "fonts"


class FaceEntry(Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True, kw_only=True, frozen=True):
    """One file of a family. `file` is its path in the package; on disk it keeps its last part."""

    weight: int
    italic: bool = False
    file: str
    sha256: str
    bytes: int

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2]

    @property
    def style(self) -> str:
        return f"{self.weight} italic" if self.italic else str(self.weight)


class Licence(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """SPDX name, and the hash of the text that lies beside the font files."""

    name: str
    sha256: str


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


class Face:
    """One font file. Opening it is put off until something of it is asked for.

    Everything that reads the file may raise RenderError `font_missing` (not on disk) or `font_changed`.
    """

    def __init__(self, family: str, weight: int, italic: bool, path: Path, sha256: str):
        self.family, self.weight, self.italic, self.path, self.sha256 = family, weight, italic, path, sha256
        self._held: BinaryIO | None = None

    def __repr__(self) -> str:
        return f"<Face {self.label}>"

    def hold(self) -> None:
        """Opens the file now, unread; what `FontBook.hold` does for each."""
        with suppress(OSError):
            self._held = open(self.path, "rb", buffering=0)

    @property
    def label(self) -> str:
        """Family, weight and slant in words: `Lora 700 italic`."""
        return f"{self.family} {self.weight}{' italic' if self.italic else ''}"

    @cached_property
    def data(self) -> bytes:
        """The whole file, its hash checked."""
        try:
            data = self._held.read() if self._held else self.path.read_bytes()
        except FileNotFoundError:
            raise RenderError("font_missing", f"The font file {self.path.name} of {self.label} is not on disk. "
                              "Run `make setup` to fetch it.", part=self.label) from None
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise RenderError("font_changed", f"The font file {self.path.name} of {self.label} is not the one the font "
                              "book lists. Run `make setup` to fetch it again.", part=self.label)
        return data

    @cached_property
    def hb_face(self) -> uharfbuzz.Face:
        return uharfbuzz.Face(uharfbuzz.Blob(self._shown))

    @cached_property
    def _shown(self) -> bytes:
        """The bytes HarfBuzz reads: see `kerning`."""
        return kerning.hidden(self.data)

    @cached_property
    def kerning(self) -> dict[int, int]:
        """What shaping adds between pairs of glyphs, where HarfBuzz does not kern: see `text.kerning`."""
        whole = uharfbuzz.Face(uharfbuzz.Blob(self.data))
        return kerning.pairs(*(whole.reference_table(tag).data for tag in ("kern", "GPOS")))

    @cached_property
    def features(self) -> frozenset[str]:
        """Tags of the OpenType features the font has."""
        tables = (self.hb_face.reference_table(tag).data for tag in ("GSUB", "GPOS"))
        return frozenset(tag.decode("latin-1") for table in tables for tag in kerning.feature_tags(table))

    @cached_property
    def hb_font(self) -> uharfbuzz.Font:
        """For shaping; its scale is `upem`, so that positions are font units. Shared: do not alter it."""
        return uharfbuzz.Font(self.hb_face)

    @cached_property
    def typeface(self) -> skia.Typeface:
        """The same bytes as Skia sees them, opened without the system's font configuration."""
        import skia

        # a copy: Skia's glyph cache may outlive this object
        typeface = skia.FontMgr.New_Custom_Empty().makeFromData(skia.Data.MakeWithCopy(self.data))
        if typeface is None:
            raise RenderError("font_changed", f"The font file of {self.label} cannot be read.", part=self.label)
        return typeface

    @cached_property
    def upem(self) -> int:
        return self.hb_face.upem

    @cached_property
    def _extents(self) -> uharfbuzz.FontExtents:
        return self.hb_font.get_font_extents("ltr")

    @property
    def ascent(self) -> int:
        """Font units above the baseline, as HarfBuzz reads them on both sides: OS/2 typographic metrics where the
        font asks for those (USE_TYPO_METRICS), else hhea. In every face of the book that equals hhea."""
        return self._extents.ascender

    @property
    def descent(self) -> int:
        """Font units below the baseline, as a positive number; see `ascent`."""
        return -self._extents.descender

    @property
    def line_gap(self) -> int:
        """Font units between lines; see `ascent`."""
        return self._extents.line_gap

    @cached_property
    def is_color(self) -> bool:
        """Whether its glyphs bring their own colours, and so cannot be drawn as plain outlines."""
        face = self.hb_face
        return any((face.has_color_paint, face.has_color_layers, face.has_color_png, face.has_color_svg))

    @cached_property
    def codepoints(self) -> uharfbuzz.Set:
        """Of its character map. Do not alter it."""
        return self.hb_face.unicodes

    def covers(self, codepoint: int) -> bool:
        """Whether the face draws this code point, directly or by a stand-in that shaping makes itself."""
        return codepoint in self.codepoints or STAND_INS.get(codepoint, codepoint) in self.codepoints

    def covers_cluster(self, cluster: str) -> bool:
        """Whether it draws every visible code point of a grapheme cluster, as written or canonically (de)composed."""
        if all(map(self.covers, _visible(cluster))):
            return True
        forms = {composed(cluster), decomposed(cluster)} - {cluster}
        return any(all(map(self.covers, _visible(form))) for form in forms)


class FontBook:
    """All faces of one folder (`book.json`, and the fonts in `files/`)."""

    def __init__(self, folder: Path, book: Book):
        self.folder, self.book = folder, book
        self._faces: dict[str, list[Face]] = {
            family.family: [Face(family.family, face.weight, face.italic, folder / "files" / face.name, face.sha256)
                            for face in family.faces]
            for family in book.families
        }
        # text repeats itself: chains and stand-ins are remembered, failures are not
        self._chain = lru_cache(256)(self._make_chain)
        self._stand_in = lru_cache(8192)(self._find_stand_in)

    @staticmethod
    def load(folder: Path | str | None = None) -> FontBook:
        """The book of a folder, one per folder and process. Without one: the package's own."""
        return _load(Path(folder or FOLDER).resolve())

    def hold(self) -> None:
        """Opens every font file that is on disk, for a process that soon may open none. A held file is read once."""
        for faces in self._faces.values():
            for face in faces:
                face.hold()

    def families(self) -> tuple[FamilyEntry, ...]:
        """What the book lists, in its order: names, scripts, licences, and the weights and slants there are."""
        return self.book.families

    def face(self, family: str, weight: int = 400, italic: bool = False) -> Face:
        """Exactly this face, opened. Raises RenderError `font_missing` or `font_changed`."""
        faces = self._faces.get(family)
        if faces is None:
            message = f"The font book has no family {family!r}.{self._similar(family)}"
            raise RenderError("font_missing", message, part=family)
        for face in faces:
            if (face.weight, face.italic) == (weight, bool(italic)):
                face.data  # noqa: B018  a file that is absent or altered is told here, not in the middle of a layout
                return face
        wanted = f"{family} {weight}{' italic' if italic else ''}"
        has = ", ".join(face.label.removeprefix(family + " ") for face in faces)
        raise RenderError("font_missing", f"The font book has no {wanted}. Of {family} it has {has}.", part=wanted)

    def _similar(self, family: str) -> str:
        from difflib import get_close_matches

        by_key = {name.casefold(): name for name in self._faces}
        close = get_close_matches(family.casefold(), by_key, n=1)
        return f" Did you mean {by_key[close[0]]!r}?" if close else ""

    @property
    def emoji(self) -> Face:
        """The face for what is to be shown as emoji, unopened."""
        return self._faces[self.book.fallbacks.emoji][0]

    def fallbacks(self, lang: str = "", weight: int = 400, italic: bool = False) -> tuple[Face, ...]:
        """The faces to try, in order, for what a chosen face lacks: unopened, nearest in weight, emoji last.

        `lang` (BCP 47) says which Han forms come first; in a Han language these also come before the symbols.
        """
        return self._chain(_han(lang), weight, italic)

    def _make_chain(self, han: str | None, weight: int, italic: bool) -> tuple[Face, ...]:
        lists = self.book.fallbacks
        first = han or "SC"
        forms = [lists.han[first], *(name for form, name in lists.han.items() if form != first)]
        rest = [*forms, *lists.symbols] if han else [*lists.symbols, *forms]
        return tuple(self._nearest(name, weight, italic) for name in (*lists.scripts, *rest, lists.emoji))

    def _nearest(self, family: str, weight: int, italic: bool) -> Face:
        def distance(face: Face) -> tuple[bool, int, int]:
            return face.italic != italic, abs(face.weight - weight), face.weight

        return min(self._faces[family], key=distance)

    def for_cluster(self, cluster: str, face: Face, lang: str = "", emoji_presentation: bool = False) -> Face:
        """The first face that draws the whole grapheme cluster: the chosen one, else a fallback.

        With `emoji_presentation` the emoji face is asked before the chosen one.
        Raises RenderError `glyph_missing`, its part the cluster and its code points.
        """
        if not tuple(_visible(cluster)):
            return face
        if emoji_presentation and self.emoji.covers_cluster(cluster):
            return self.emoji
        if face.covers_cluster(cluster):
            return face
        return self._stand_in(cluster, _han(lang), face.weight, face.italic)

    def _find_stand_in(self, cluster: str, han: str | None, weight: int, italic: bool) -> Face:
        for face in self._chain(han, weight, italic):
            if face.covers_cluster(cluster):
                return face
        points = " ".join(f"U+{ord(character):04X}" for character in cluster)
        shown = f"{cluster} {points}" if all(map(_printable, cluster)) else points
        raise RenderError("glyph_missing", f"No font of the font book has the character {shown}. "
                          "Take it out of the text.", part=shown)


@cache
def _load(folder: Path) -> FontBook:
    path = folder / "book.json"
    try:
        return FontBook(folder, msgspec.json.decode(path.read_bytes(), type=Book))
    except FileNotFoundError:
        raise RenderError("font_missing", f"There is no font book in {folder}.", part="book.json") from None
    except msgspec.DecodeError as error:
        raise RenderError("font_changed", f"The font book {path} cannot be read: {error}.", part="book.json") from None


def _han(lang: str) -> str | None:
    """Whose Han forms a BCP 47 tag asks for, or None if the language is not written with them."""
    primary, *subtags = lang.lower().replace("_", "-").split("-")
    if primary in ("ja", "ko"):
        return {"ja": "JP", "ko": "KR"}[primary]
    if primary not in ("zh", "cmn", "yue", "hak", "nan", "wuu", "lzh"):
        return None
    for subtag in subtags:  # script comes before region, and decides
        if subtag in ("hant", "tw", "hk", "mo"):
            return "TC"
        if subtag in ("hans", "cn", "sg", "my"):
            return "SC"
    return "TC" if primary in ("yue", "hak", "nan") else "SC"


# what HarfBuzz itself draws for a space or hyphen the font lacks: a space of the right width, a plain hyphen
STAND_INS = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), 0x20) | {0x2011: 0x2010}
_VISIBLE = tables.IGNORABLE.code("N")
_CONTROL = frozenset(("Control", "CR", "LF"))


def _visible(cluster: str) -> Iterator[int]:
    return (codepoint for codepoint in map(ord, cluster) if tables.IGNORABLE[codepoint] == _VISIBLE)


def _printable(character: str) -> bool:
    """Whether a message can show the character: it is assigned, and neither a control nor a separator of lines."""
    return tables.SCRIPT.names_of(character) != ["Zzzz"] and tables.GRAPHEME.names_of(character)[0] not in _CONTROL
