"""The font book: exact faces, fallback by coverage in 27 languages, refusals by name, and its fetch at set-up."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import time
import unicodedata
from pathlib import Path

import msgspec
import numpy as np
import pytest
import uharfbuzz

from monogram import fontbook
from monogram.render.errors import RenderError
from monogram.render.fonts import FOLDER, Book, FontBook

SAMPLES = {
    "en": "Zoë’s “fiancée” – £5 & $4",
    "de": "Größe für Übermut, ẞ „süß“",
    "fr": "Œuvre, ça va où? « naïf » 20 €",
    "pt-br": "Coração, ação, você, à",
    "es": "¡Ñandú! ¿Qué pingüino?",
    "ja": "山田さくら、ありがとうございます。『カメラ』ー々〆",
    "it": "Perché è così? Più già",
    "nl": "Één coöperatie, ijs Ĳ",
    "zh-tw": "臺灣龜體繁體字，你好嗎？「愛」",
    "zh-cn": "简体龟爱你，张伟：“生日快乐！”",
    "he": "שָׁלוֹם עֲלֵיכֶם „ספר” ׳״",
    "ru": "Съешь ещё этих мягких, ёлка №1",
    "ar": "السَّلَامُ عَلَيْكُمْ، مُحَمَّد؟ ٠١٢٣",
    "th": "สวัสดีครับ น้ำใจที่ยิ่งใหญ่ ๑๒๓ ฿",
    "id": "Selamat ulang tahun, Budi!",
    "tr": "İstanbul ışığı çağ şöyle ğ ₺",
    "vi": "Nguyễn Thị Hương yêu Đặng Trường ₫",
    "sv": "Åsa, räksmörgås, Öland",
    "pl": "Zażółć gęślą jaźń Łódź",
    "pt-pt": "Não, pões, «ótimo»",
    "ko": "안녕하세요 김민준 뷁 「사랑」 ㅋㅋ",
    "el": "Γειά σου Ελλάδα, καλημέρα; ΐΰ",
    "cs": "Příliš žluťoučký kůň úpěl ďábelské",
    "ro": "Ștefan țară, înapoi, mâță",
    "sk": "Ľúbiť ŕba vĺča ôsmy",
    "hu": "Árvíztűrő tükörfúrógép",
    "bg": "Щъркел, ѝ, юли, чай",
}
EMOJI = [
    "😀", "🇩🇪", "🇹🇼", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨‍👩‍👧‍👦", "👍🏽",
    "1️⃣", "#️⃣", "❤️", "🏳️‍🌈", "👩🏿‍🚀", "🎂",
]
HAN = {
    "zh-cn": "SC", "zh": "SC", "zh-Hans-TW": "SC", "zh-tw": "TC", "zh_TW": "TC", "zh-Hant-CN": "TC",
    "zh-HK": "TC", "yue": "TC", "ja": "JP", "ja-JP": "JP", "ko": "KR", "": "SC", "de": "SC",
}
SCRIPTS = {
    "Latn": "Hamburgefonstiv 0123456789 àéîöüñç",
    "Cyrl": "Съешь же ещё Иванна",
    "Grek": "Ελλάδα ώς",
    "Deva": "नमस्ते",
    "Arab": "محمد العربية",
    "Hebr": "שלום עברית",
    "Thai": "สวัสดี",
    "Laoo": "ສະບາຍດີ",
    "Khmr": "សួស្តី",
    "Hans": "简体爱国",
    "Hant": "繁體愛國龜",
    "Kana": "さくらカメラ",
    "Jpan": "山田さくらカメラ辻々",
    "Kore": "안녕김민준",
    "Zsym": "◌−",
    "Zsye": "😀🎂",
}
INVISIBLE = {0x200C, 0x200D, 0xFE0E, 0xFE0F}


@pytest.fixture(scope="module")
def book() -> FontBook:
    return FontBook.load()


@pytest.fixture
def copied(tmp_path) -> Path:
    """A book's folder of its own, with the files of one family only."""
    shutil.copy(FOLDER / "book.json", tmp_path)
    (tmp_path / "files").mkdir()
    shutil.copy(FOLDER / "files" / "Pacifico_400Regular.ttf", tmp_path / "files")
    return tmp_path


def clusters(text: str) -> list[str]:
    """Base letters with their marks: enough of Unicode's cluster rules for the samples."""
    found: list[str] = []
    for character in text:
        if found and (unicodedata.category(character) in ("Mn", "Mc") or ord(character) in INVISIBLE):
            found[-1] += character
        else:
            found.append(character)
    return found


def shaped(face, text: str) -> list[int]:
    """Glyph ids, without those that take no room and show nothing (joiners, variation selectors)."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(face.hb_font, buffer)
    space = face.hb_font.get_nominal_glyph(0x20)
    return [info.codepoint for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
            if position.x_advance or info.codepoint != space]


@pytest.mark.parametrize("lang", SAMPLES)
@pytest.mark.parametrize("family", ["Noto Sans", "Bebas Neue"])
def test_every_language_is_drawn_by_some_face(book, lang, family):
    chosen = book.face(family)
    for cluster in clusters(SAMPLES[lang]):
        face = book.for_cluster(cluster, chosen, lang)
        assert 0 not in shaped(face, cluster), (cluster, face)


@pytest.mark.parametrize("lang, form", HAN.items())
def test_han_forms_follow_the_language(book, lang, form):
    assert book.for_cluster("骨", book.face("Lora"), lang).family == f"Noto Sans {form}"


def test_symbols_come_from_symbol_faces_unless_the_language_is_han(book):
    assert book.for_cluster("★", book.face("Lora"), "en").family == "Noto Sans Symbols 2"
    assert book.for_cluster("★", book.face("Lora"), "ja").family == "Noto Sans JP"


def test_a_fallback_keeps_to_the_nearest_weight_and_slant(book):
    assert book.for_cluster("ש", book.face("Lora", 700)).label == "Noto Sans Hebrew 700"
    assert book.for_cluster("λ", book.face("Lora", 700, True)).label == "Noto Sans 700 italic"
    assert [face.weight for face in book.fallbacks("ja", 600)[:3]] == [700, 700, 700]


@pytest.mark.parametrize("cluster", EMOJI)
def test_an_emoji_sequence_is_one_glyph_of_the_emoji_face(book, cluster):
    face = book.for_cluster(cluster, book.face("Pacifico"), "en", emoji_presentation=True)
    assert face is book.emoji and face.is_color
    glyphs = shaped(face, cluster)
    assert len(glyphs) == 1 and glyphs != [0]


def test_emoji_is_drawn_in_colour(book):
    import skia

    face = book.emoji
    surface = skia.Surface(100, 100)
    canvas = surface.getCanvas()
    canvas.clear(skia.ColorWHITE)
    builder = skia.TextBlobBuilder()
    builder.allocRunPosH(skia.Font(face.typeface, 64), shaped(face, "🎂"), [10.0], 80)
    canvas.drawTextBlob(builder.make(), 0, 0, skia.Paint(AntiAlias=True))
    colours = {tuple(pixel) for pixel in surface.makeImageSnapshot().toarray().reshape(-1, 4)[:, :3].tolist()}
    assert sum(max(colour) - min(colour) > 60 for colour in colours) > 20


def test_a_text_presentation_keeps_to_the_chosen_face(book):
    chosen = book.face("Noto Sans JP")
    assert book.for_cluster("♥", chosen) is chosen
    assert book.for_cluster("7", chosen) is chosen


@pytest.mark.parametrize("family, letter", [("Satisfy", "é"), ("Satisfy", "Å"), ("Nanum Pen Script", "한")])
def test_a_decomposed_letter_stays_in_a_face_that_has_it_composed_only(book, family, letter):
    face = book.face(family)
    cluster = unicodedata.normalize("NFD", letter)
    assert not all(face.covers(ord(character)) for character in cluster)
    assert book.for_cluster(cluster, face) is face and 0 not in shaped(face, cluster)


def test_a_composed_letter_stays_in_a_face_that_has_its_parts_only(book):
    face = book.face("Lora")
    assert not face.covers(ord("ǒ"))
    assert book.for_cluster("ǒ", face) is face and 0 not in shaped(face, "ǒ")


@pytest.mark.parametrize("character", ["\u00a0", "\u2009", "\u202f", "\u2011", "\u200d", "\ufe0f"])
def test_spaces_hyphens_and_invisible_characters_stay_in_the_chosen_face(book, character):
    face = book.face("Lobster")  # has U+2010 and none of these
    assert book.for_cluster(character, face) is face
    assert 0 not in shaped(face, character)


@pytest.mark.parametrize("cluster, part", [("\U000f0000", "U+F0000"), ("𓀀", "𓀀 U+13000"), ("\x07", "U+0007")])
def test_a_character_no_face_has_is_refused_by_name(book, cluster, part):
    with pytest.raises(RenderError) as refused:
        book.for_cluster(cluster, book.face("Lora"))
    assert (refused.value.code, refused.value.part) == ("glyph_missing", part)
    assert part in refused.value.message


@pytest.mark.parametrize("asked, part, says", [
    (("Lora", 500, False), "Lora 500", "400, 700, 400 italic, 700 italic"),
    (("Noto Sans SC", 400, True), "Noto Sans SC 400 italic", "has 400, 700."),
    (("lora", 400, False), "lora", "Did you mean 'Lora'?"),
    (("Wingdings", 400, False), "Wingdings", "no family 'Wingdings'"),
])
def test_a_face_the_book_lacks_is_refused_by_name(book, asked, part, says):
    with pytest.raises(RenderError) as refused:
        book.face(*asked)
    assert (refused.value.code, refused.value.part) == ("font_missing", part)
    assert says in refused.value.message


def test_every_face_opens_has_metrics_and_serves_its_scripts(book):
    for family in book.families():
        for entry in family.faces:
            face = book.face(family.family, entry.weight, entry.italic)
            assert len(face.data) == entry.bytes
            assert face.upem in (1000, 1024, 2048)
            assert 0.7 < face.ascent / face.upem < 1.6 and 0.1 < face.descent / face.upem < 0.8, face
            assert face.is_color == (family.family == "Noto Color Emoji")
            missing = {c for script in family.scripts for c in SCRIPTS[script] if c != " " and not face.covers(ord(c))}
            assert not missing, (face, missing)


def test_metrics_are_hhea_in_every_face(book):
    for family in book.families():
        face = book.face(family.family, family.faces[0].weight)
        hhea = np.frombuffer(face.hb_face.reference_table("hhea").data[4:10], ">i2")
        assert (face.ascent, -face.descent, face.line_gap) == tuple(hhea), face


def test_skia_and_harfbuzz_see_the_same_glyphs(book):
    for family in ("Pacifico", "Noto Sans SC", "Amiri", "Noto Color Emoji"):
        face = book.face(family)
        assert face.typeface.countGlyphs() == face.hb_face.glyph_count
        points = [point for point in map(ord, "aZ漢م😀") if face.covers(point)]
        assert [face.typeface.unicharToGlyph(point) for point in points] == \
            [face.hb_font.get_nominal_glyph(point) for point in points]


def test_an_absent_file_is_named(copied):
    with pytest.raises(RenderError) as refused:
        FontBook.load(copied).face("Lora", 700)
    assert (refused.value.code, refused.value.part) == ("font_missing", "Lora 700")
    assert "make setup" in refused.value.message


def test_an_altered_file_is_refused(copied):
    path = copied / "files" / "Pacifico_400Regular.ttf"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(RenderError) as refused:
        FontBook.load(copied).face("Pacifico")
    assert (refused.value.code, refused.value.part) == ("font_changed", "Pacifico 400")


def test_the_book_is_shared_and_opens_nothing_before_it_is_asked(copied):
    book = FontBook.load(copied)
    assert book is FontBook.load(str(copied)) and book is not FontBook.load()
    assert len(book.fallbacks("ja")) == 14  # of which no file is there
    assert book.face("Pacifico") is book.face("Pacifico", 400, False)


def test_import_brings_neither_skia_nor_fonttools():
    code = "import sys, monogram.render.fonts as f; f.FontBook.load(); print({'skia', 'fontTools'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


# ---- the fetch at set-up

@pytest.fixture
def small(copied) -> tuple[Path, fontbook.FamilyEntry]:
    """A folder whose book lists Pacifico alone, with no file fetched yet; and that family."""
    book = msgspec.json.decode((copied / "book.json").read_bytes(), type=Book)
    family = next(family for family in book.families if family.family == "Pacifico")
    fontbook.write(Book(fallbacks=book.fallbacks, families=(family,)), copied / "book.json")
    shutil.rmtree(copied / "files")
    return copied, family


def tarball(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def genuine() -> dict[str, bytes]:
    files = FOLDER / "files"
    return {"400Regular/Pacifico_400Regular.ttf": (files / "Pacifico_400Regular.ttf").read_bytes(),
            "LICENSE_FONT": (files / "pacifico.LICENSE_FONT").read_bytes(), "index.js": b"module.exports = 1"}


@pytest.fixture
def packages(monkeypatch):
    """Stands in for the network: hands out the tarball made of `contents`, and remembers what was asked for."""
    class Packages:
        def __init__(self):
            self.contents, self.packed = genuine(), []

        def pack(self, package, version, temporary):
            self.packed.append(f"{package}@{version}")
            return tarball(temporary, self.contents)

    packages = Packages()
    monkeypatch.setattr(fontbook, "pack", packages.pack)
    return packages


def test_a_fetch_puts_faces_and_licence_once(small, packages, capsys):
    folder, family = small
    assert fontbook.fetch(folder=folder) == 1
    visible = {path.name for path in (folder / "files").iterdir() if not path.name.startswith(".")}
    assert visible == {"Pacifico_400Regular.ttf", "pacifico.LICENSE_FONT"}
    assert not list((folder / "files").glob(".fetch-*"))
    assert f"Pacifico {family.version}" in capsys.readouterr().err
    assert FontBook.load(folder).face("Pacifico").covers(ord("a"))
    (folder / "files" / ".lock").unlink()
    assert fontbook.fetch(folder=folder) == 0
    assert not (folder / "files" / ".lock").exists()  # nothing is written when nothing is missing
    assert packages.packed == [f"{family.package}@{family.version}"]


def test_a_fetch_mends_what_is_missing_or_altered_and_clears_what_was_left(small, packages):
    folder, _ = small
    fontbook.fetch(False, folder)
    (folder / "files" / ".fetch-killed").mkdir()
    for spoil in (Path.unlink, lambda path: path.write_bytes(b"x"), lambda path: os.truncate(path, 1000)):
        spoil(folder / "files" / "Pacifico_400Regular.ttf")
        assert fontbook.fetch(False, folder) == 1
        assert fontbook.fetch(False, folder) == 0
    assert not (folder / "files" / ".fetch-killed").exists()


@pytest.mark.parametrize("member", ["400Regular/Pacifico_400Regular.ttf", "LICENSE_FONT"])
def test_a_tampered_package_is_refused_whole(small, packages, member):
    folder, _ = small
    packages.contents = genuine() | {member: genuine()[member] + b"\0"}
    with pytest.raises(fontbook.FetchError, match=f"{member} of .*pacifico"):
        fontbook.fetch(False, folder)
    assert not [path for path in (folder / "files").iterdir() if path.name != ".lock"]


def test_a_broken_or_incomplete_package_is_refused(small, tmp_path):
    folder, family = small
    whole = tarball(tmp_path, genuine()).read_bytes()
    broken = tmp_path / "broken.tgz"
    broken.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(fontbook.FetchError, match="arrived broken"):
        fontbook.unpack(broken, family, folder)
    lacking = tarball(tmp_path, {"LICENSE_FONT": genuine()["LICENSE_FONT"]})
    with pytest.raises(fontbook.FetchError, match="has no 400Regular"):
        fontbook.unpack(lacking, family, folder)


def test_locking_writes_the_hashes_and_keeps_the_rest(small, packages):
    folder, _ = small
    before = (folder / "book.json").read_text()
    packages.contents = genuine() | {"400Regular/Pacifico_400Regular.ttf": b"another font"}
    fontbook.lock(folder)
    entry = msgspec.json.decode((folder / "book.json").read_bytes(), type=Book).families[0].faces[0]
    assert (entry.sha256, entry.bytes) == (hashlib.sha256(b"another font").hexdigest(), 12)
    packages.contents = genuine()
    fontbook.lock(folder)
    assert (folder / "book.json").read_text() == before


def test_npm_runs_without_a_node_on_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    version = subprocess.check_output([*fontbook.npm(), "--version"], env=fontbook.npm_environment(), text=True)
    assert int(version.split(".")[0]) >= 9


def test_a_refusing_network_is_told_in_npms_words(tmp_path, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setattr(fontbook, "_RETRY", ("--fetch-retries=0",))
    with pytest.raises(fontbook.FetchError, match=r"a-font-that-is-not 1\.0\.0: ECONNREFUSED .*(?s:.*)run this again"):
        fontbook.pack("a-font-that-is-not", "1.0.0", tmp_path)


def test_the_package_is_complete_and_a_second_fetch_is_quick():
    started = time.perf_counter()
    assert fontbook.fetch(progress=False) == 0
    assert time.perf_counter() - started < 2
