"""Documents as folders and as zips: what is read, and what no zip can do."""

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from monogram import bundles
from monogram.cli import main
from monogram.render.errors import RenderError

DOCUMENT = {
    "canvas": {"width": 8, "height": 8}, "assets": {"sample": {"file": "art/red.png"}},
    "layers": [{"id": "photo", "type": "image", "asset": "sample", "width": 8, "height": 8}],
    "bindings": [{"component": "photo", "layer": "photo", "property": "image"}],
}


def square(color: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(buffer, "PNG")
    return buffer.getvalue()


FILES = {"document.json": json.dumps(DOCUMENT).encode(), "art/red.png": square("#ff0000"), "blue.png": square("#0000ff")}


def packed(files: dict, **how) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, **how)
    return buffer.getvalue()


@pytest.fixture
def place(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        target = tmp_path / "card" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (tmp_path / "card.zip").write_bytes(packed(FILES))
    (tmp_path / "wrapped.zip").write_bytes(packed({f"card/{name}": content for name, content in FILES.items()}))
    (tmp_path / "values.json").write_text(json.dumps({"photo": "blue.png"}), "utf-8")
    return tmp_path


@pytest.mark.parametrize("document", ["card", "card.zip", "wrapped.zip", "card/document.json"])
def test_a_folder_and_a_zip_of_it_draw_the_same(place, document):
    assert main(["render", document, "-o", "out.png"]) == 0
    assert Image.open("out.png").getpixel((3, 3)) == (255, 0, 0, 255)
    assert main(["render", document, "--values", "values.json", "-o", "out.png"]) == 0, "values may name files of the bundle"
    assert Image.open("out.png").getpixel((3, 3)) == (0, 0, 255, 255)


@pytest.mark.parametrize("file", ["../red.png", "/etc/hostname", "art/../../red.png"])
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_no_asset_is_read_from_outside(place, capsys, file, kind):
    (place / "red.png").write_bytes(square("#00ff00"))
    text = json.dumps({**DOCUMENT, "assets": {"sample": {"file": file}}}).encode()
    (place / "card/document.json").write_bytes(text)
    (place / "card.zip").write_bytes(packed({**FILES, "document.json": text}))
    assert main(["render", "card" if kind == "folder" else "card.zip"]) == 1
    assert "asset_outside" in capsys.readouterr().err and not list(place.glob("card.png"))


def link(target: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("link.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize("files, told", [
    ({**FILES, "../evil.png": b""}, "not a plain path"), ({**FILES, "/etc/x.png": b""}, "not a plain path"),
    ({**FILES, "a\\b.png": b""}, "not a plain path"), ({**FILES, "a//b.png": b""}, "not a plain path"),
    ({**FILES, link("/etc/passwd"): b"/etc/passwd"}, "is a link"), ({"art/red.png": b""}, "holds no document.json"),
    ({**FILES, **{f"{n}.txt": b"" for n in range(1_000)}}, "more than 1000 entries"),
    ({**FILES, "big.png": bytes(30_000_001)}, "larger than 30 MB"),
])
def test_zips_that_are_refused(files, told):
    with pytest.raises(RenderError, match=told) as caught:
        bundles.unpack(packed(files), "card.zip")
    assert caught.value.code == "zip_invalid"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    data = packed({**FILES, **{f"{n}.png": bytes(29_000_000) for n in range(18)}})
    assert len(data) < 1_000_000
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    with pytest.raises(RenderError, match="larger than 500 MB"):
        bundles.unpack(data, "card.zip")


def test_a_directory_that_lies_about_sizes_unpacks_no_more():
    data = bytearray(packed({"document.json": bytes(1_000_000)}))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at:at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(RenderError, match="is refused"):
        bundles.unpack(bytes(data), "card.zip")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"nonsense" * 100, packed(FILES)[:-30], packed(FILES)[:60] + bytes(300)])
def test_what_is_no_zip(data):
    with pytest.raises(RenderError) as caught:
        bundles.unpack(data, "card.zip")
    assert caught.value.code == "zip_invalid"


def test_pages_make_files(place):
    front, back = ({"id": key, "type": "shape", "shape": {"kind": "rectangle"}, "width": 8, "height": 8, "fill": color}
                   for key, color in (("a", "#ff0000"), ("b", "#00ff00")))
    (place / "both.json").write_text(json.dumps({
        "canvas": {"width": 8, "height": 8}, "layers": [front],
        "pages": [{"id": "back", "canvas": {"width": 9, "height": 8}, "layers": [back]}],
        "bindings": [{"component": "color", "layer": "b", "property": "fill"}]}), "utf-8")
    assert main(["render", "both.json", "-o", "out.png"]) == 0
    assert [Image.open(f"out-{name}.png").size for name in ("front", "back")] == [(8, 8), (9, 8)]
    assert main(["render", "both.json", "--page", "back", "-o", "one.webp"]) == 0
    assert Image.open("one-back.webp").size == (9, 8)
    (place / "colors.csv").write_text("color\n#0000ff\n", "utf-8")
    assert main(["render", "both.json", "--values", "colors.csv", "-o", "row.png"]) == 0
    assert Image.open("row-0001-back.png").getpixel((2, 2)) == (0, 0, 255, 255) and (place / "row-0001-front.png").exists()
    assert main(["render", "both.json", "--page", "side"]) == 1


def test_a_sheet_in_another_format(place):
    (place / "photos.csv").write_text("photo,file\nblue.png,one\nart/red.png,two.jpg\n", "utf-8")
    assert main(["render", "card", "--values", "photos.csv", "-o", "out.jpg", "--quality", "80"]) == 0
    assert [Image.open(name).format for name in ("one.jpg", "two.jpg")] == ["JPEG", "JPEG"]
