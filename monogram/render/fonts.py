"""The font book: every face a document may name, by exact family, weight and slant, and the fallback for what it lacks.

Faces are opened when first used and checked against the book's hashes; nothing here asks the system for a font.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
import uharfbuzz

from .books import Book, Coordinates, FaceEntry, FamilyEntry, Number, told
from .errors import RenderError
from .text import kerning, tables
from .text.compositions import composed, decomposed

if TYPE_CHECKING:
    import skia

FOLDER = Path(__file__).parent.parent / "fonts"


class FontFile:
    """A file of the font book. Opening it is put off until something of it is asked for.

    Everything that reads the file may raise RenderError `font_missing` (not on disk) or `font_changed`.
    """

    def __init__(self, label: str, path: Path, sha256: str):
        self.label, self.path, self.sha256 = label, path, sha256
        self._held: BinaryIO | None = None

    def hold(self) -> None:
        """Opens the file now, unread; what `FontBook.hold` does for each."""
        with suppress(OSError):
            self._held = open(self.path, "rb", buffering=0)

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
    def is_color(self) -> bool:
        """Whether its glyphs bring their own colours, and so cannot be drawn as plain outlines."""
        face = self.hb_face
        return any((face.has_color_paint, face.has_color_layers, face.has_color_png, face.has_color_svg))

    @cached_property
    def codepoints(self) -> uharfbuzz.Set:
        """Of its character map. Do not alter it."""
        return self.hb_face.unicodes


class Face:
    """A font file, of a variable font at one place on its axes. Everything that reads the file raises what FontFile does."""

    def __init__(self, family: str, entry: FaceEntry, file: FontFile, coordinates: Coordinates):
        self.family, self.entry, self.file, self.coordinates = family, entry, file, coordinates
        weight = dict(coordinates).get("wght", entry.weight)
        self.weight: Number = int(weight) if weight == int(weight) else weight
        self.italic = entry.italic
        self.sha256 = file.sha256
        self.identity = (file.sha256, coordinates)  # faces alike draw alike

    def __repr__(self) -> str:
        return f"<Face {self.label}>"

    @property
    def label(self) -> str:
        """Family, weight, slant, and axes that are not at their default: `Lora 700 italic`, `Source Serif 4 650 opsz 60`."""
        moved = [f" {tag} {told(value)}" for tag, value in self.coordinates
                 if tag != "wght" and value != self.entry.axes[tag][1]]
        return f"{self.family} {told(self.weight)}{' italic' if self.italic else ''}{''.join(moved)}"

    @property
    def path(self) -> Path:
        return self.file.path

    @property
    def data(self) -> bytes:
        return self.file.data

    @property
    def hb_face(self) -> uharfbuzz.Face:
        return self.file.hb_face

    @property
    def kerning(self) -> dict[int, int]:
        return self.file.kerning

    @property
    def features(self) -> frozenset[str]:
        return self.file.features

    @property
    def is_color(self) -> bool:
        return self.file.is_color

    @property
    def codepoints(self) -> uharfbuzz.Set:
        return self.file.codepoints

    @cached_property
    def hb_font(self) -> uharfbuzz.Font:
        """For shaping, metrics and outlines; its scale is `upem`, so that positions are font units. Shared: do not alter it."""
        font = uharfbuzz.Font(self.hb_face)
        if self.coordinates:
            font.set_variations(dict(self.coordinates))
        return font

    @cached_property
    def typeface(self) -> skia.Typeface:
        """The same bytes as Skia sees them, opened without the system's font configuration; of a variable font the default,
        so that only colour glyphs, which no font of the book varies, are drawn by it."""
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
        self._faces = {family.family: [self._default(family.family, entry) for entry in family.faces]
                       for family in book.families}
        # text repeats itself: instances, chains and stand-ins are remembered, failures are not
        self._instance = lru_cache(512)(lambda face, coordinates: Face(face.family, face.entry, face.file, coordinates))
        self._chain = lru_cache(256)(self._make_chain)
        self._stand_in = lru_cache(8192)(self._find_stand_in)

    def _default(self, family: str, entry: FaceEntry) -> Face:
        file = FontFile(f"{family} {entry.style}", self.folder / "files" / entry.name, entry.sha256)
        return Face(family, entry, file, entry.coordinates(entry.weight))

    def _at(self, face: Face, coordinates: Coordinates) -> Face:
        """The face at another place on its axes."""
        return face if face.coordinates == coordinates else self._instance(face, coordinates)

    @staticmethod
    def load(folder: Path | str | None = None) -> FontBook:
        """The book of a folder, one per folder and process. Without one: the package's own."""
        return _load(Path(folder or FOLDER).resolve())

    def hold(self) -> None:
        """Opens every font file that is on disk, for a process that soon may open none. A held file is read once."""
        for faces in self._faces.values():
            for face in faces:
                face.file.hold()

    def families(self) -> tuple[FamilyEntry, ...]:
        """What the book lists, in its order: names, scripts, licences, and the weights and slants there are."""
        return self.book.families

    def face(self, family: str, weight: Number = 400, italic: bool = False, axes: Mapping[str, float] | None = None) -> Face:
        """Exactly this face, opened; what a document's Font says. Raises what `Book.choose` does, and `font_changed`."""
        entry, coordinates = self.book.choose(family, weight, italic, axes or {})
        face = next(face for face in self._faces[family] if face.entry is entry)
        face.data  # noqa: B018  a file that is absent or altered is told here, not in the middle of a layout
        return self._at(face, coordinates)

    @property
    def emoji(self) -> Face:
        """The face for what is to be shown as emoji, unopened."""
        return self._faces[self.book.fallbacks.emoji][0]

    def fallbacks(self, lang: str = "", weight: Number = 400, italic: bool = False) -> tuple[Face, ...]:
        """The faces to try, in order, for what a chosen face lacks: unopened, nearest in weight, emoji last.

        `lang` (BCP 47) says which Han forms come first; in a Han language these also come before the symbols.
        """
        return self._chain(_han(lang), weight, italic)

    def _make_chain(self, han: str | None, weight: Number, italic: bool) -> tuple[Face, ...]:
        lists = self.book.fallbacks
        first = han or "SC"
        forms = [lists.han[first], *(name for form, name in lists.han.items() if form != first)]
        rest = [*forms, *lists.symbols] if han else [*lists.symbols, *forms]
        return tuple(self._nearest(name, weight, italic) for name in (*lists.scripts, *rest, lists.emoji))

    def _nearest(self, family: str, weight: Number, italic: bool) -> Face:
        def distance(face: Face) -> tuple[bool, Number, Number]:
            near = face.entry.nearest(weight)
            return face.italic != italic, abs(near - weight), near

        face = min(self._faces[family], key=distance)
        return self._at(face, face.entry.coordinates(weight))

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

    def _find_stand_in(self, cluster: str, han: str | None, weight: Number, italic: bool) -> Face:
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
