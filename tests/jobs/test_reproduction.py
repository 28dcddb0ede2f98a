"""`monogram reproduce`: from a lineage file, and from what an installation keeps."""

import json
from pathlib import Path

from PIL import Image

from monogram.cli import main
from monogram.jobs import reproduction


def lineage_of(folder: Path) -> Path:
    Image.new("RGB", (30, 20), "#884422").save(folder / "art.png")
    box = {"width": 60, "height": 40}
    document = {
        "canvas": {"width": 60, "height": 40, "dpi": 72}, "assets": {"art": {"file": "art.png"}},
        "layers": [{"id": "art", "type": "image", "asset": "art", **box},
                   {"id": "name", "type": "text", "text": "Sample", "font": {"family": "Lora"}, "size": 20, **box}],
        "bindings": [{"component": "name", "layer": "name", "property": "text"}],
    }
    (folder / "d.json").write_text(json.dumps(document), "utf-8")
    (folder / "v.json").write_text('{"name": null}', "utf-8")
    assert main(["render", str(folder / "d.json"), "--values", str(folder / "v.json"), "-o", str(folder / "out.jpg"),
                 "--quality", "70", "--profile", "display-p3", "--lineage"]) == 0
    return folder / "out.jpg.lineage.json"


def test_from_a_lineage_file(tmp_path, capsys):
    lineage = lineage_of(tmp_path)
    (tmp_path / "d.json").unlink()
    (tmp_path / "art.png").rename(tmp_path / "renamed")
    capsys.readouterr()
    assert main(["reproduce", str(lineage), "-o", str(tmp_path / "again.jpg")]) == 0
    assert capsys.readouterr().out.startswith("identical: ")
    assert (tmp_path / "again.jpg").read_bytes() == (tmp_path / "out.jpg").read_bytes()


def test_what_differs_is_told(tmp_path, capsys):
    lineage = lineage_of(tmp_path)
    raw = json.loads(lineage.read_text("utf-8"))
    raw["engine"] = raw["engine"].replace("monogram-render", "monogram-render 0 of")
    raw["values"] = {"name": "Zoe"}
    lineage.write_text(json.dumps(raw), "utf-8")
    capsys.readouterr()
    assert main(["reproduce", str(lineage)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("different: the file was ") and "engine: monogram-render 0 of" in told


def test_what_is_no_lineage_or_lacks_a_picture(tmp_path, capsys):
    lineage = lineage_of(tmp_path)
    (tmp_path / "art.png").unlink()
    assert main(["reproduce", str(lineage)]) == 1 and "image_missing" in capsys.readouterr().err
    lineage.write_text("{}", "utf-8")
    assert main(["reproduce", str(lineage)]) == 1 and "lineage_invalid" in capsys.readouterr().err


async def test_from_database_and_storage(bench):
    bench.start_worker()
    shop = await bench.open_shop()
    done = await bench.ended(shop, await bench.ask(shop, await bench.confirm(shop, "Zoë")))
    made = bench.folder / done.file.sha256[:2] / done.file.sha256
    data, lineage, report = await reproduction.again(bench.settings.database_url, bench.settings.storage, done.file.sha256)
    assert data == made.read_bytes() and lineage["report"] == report
