"""`monogram render` as a user runs it: a real process, real files, exit statuses and words."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


def monogram(*arguments, cwd: Path) -> subprocess.CompletedProcess:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from monogram.cli import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", program, "render", *map(str, arguments)], cwd=cwd, text=True,
                          capture_output=True, timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.new("RGB", (80, 60), "#ff0000").save(tmp_path / "red.png")
    Image.new("RGB", (80, 60), "#0000ff").save(tmp_path / "blue.png")
    document = {
        "canvas": {"width": 60, "height": 40, "dpi": 150},
        "assets": {"sample": {"file": "red.png"}},
        "layers": [
            {"id": "photo", "type": "image", "asset": "sample", "x": 0, "y": 0, "width": 60, "height": 40},
            {"id": "name", "type": "text", "text": "Sample", "font": {"family": "Noto Sans"}, "size": 16, "x": 0, "y": 0,
             "width": 60, "height": 40, "fill": "#ffffff"},
        ],
        "bindings": [{"component": "photo", "layer": "photo", "property": "image"},
                     {"component": "name", "layer": "name", "property": "text"}],
    }
    (tmp_path / "design.json").write_text(json.dumps(document), "utf-8")
    return tmp_path


def corner(path: Path) -> tuple[int, ...]:
    return tuple(np.asarray(Image.open(path))[-1, -1])


def test_one_file(folder):
    done = monogram("design.json", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "design.png: 60 x 40 pixels, 150 dpi\n")
    assert corner(folder / "design.png") == (255, 0, 0, 255)


def test_values_bring_a_photo_that_lies_beside_them(folder):
    answers = folder / "answers"
    answers.mkdir()
    (folder / "blue.png").rename(answers / "mine.png")
    (answers / "values.json").write_text(json.dumps({"photo": {"asset": "mine.png", "rotation": 90}, "name": "Zoë"}), "utf-8")
    done = monogram("design.json", "--values", "answers/values.json", "-o", "answers/out.png", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert corner(answers / "out.png") == (0, 0, 255, 255)


def test_side(folder):
    document = json.loads((folder / "design.json").read_text("utf-8"))
    document["layers"][0]["output"] = "preview"
    (folder / "design.json").write_text(json.dumps(document), "utf-8")
    assert monogram("design.json", "-o", "a.png", "--side", "print", cwd=folder).returncode == 0
    assert monogram("design.json", "-o", "b.png", "--side", "preview", cwd=folder).returncode == 0
    assert corner(folder / "a.png") == (0, 0, 0, 0) and corner(folder / "b.png") == (255, 0, 0, 255)


def test_a_sheet_makes_a_file_a_row_and_tells_of_bad_rows(folder):
    (folder / "people.csv").write_text(
        "name,photo,file\nAnna,red.png,\nBo,missing.png,\nCyd,blue.png,third\nDee,blue.png,../escape\nEve,blue.png,third\n",
        "utf-8")
    done = monogram("design.json", "--values", "people.csv", "-o", "out.png", cwd=folder)
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["row 1: out-0001.png", "row 3: third.png", "2 of 5 rows drawn"]
    errors = done.stderr.splitlines()
    assert errors[0] == "error: row 2: image_missing: The image 'missing.png' is missing: there is no file 'missing.png'. " \
        "(layer photo)"
    assert errors[1].startswith("error: row 4: file_outside:") and errors[2].startswith("error: row 5: file_taken:")
    assert sorted(path.name for path in folder.glob("*.png")) == ["blue.png", "out-0001.png", "red.png", "third.png"]
    assert corner(folder / "third.png") == (0, 0, 255, 255) and not (folder.parent / "escape.png").exists()


def test_each_row_of_a_sheet_is_checked_and_its_findings_told(folder):
    document = json.loads((folder / "design.json").read_text("utf-8"))
    document["layers"] = [document["layers"][1] | {"fit": "shrink", "wrap": False}]
    document["bindings"] = document["bindings"][1:]
    document["preflight"] = {"rules": {"textPoints": {"refuse": 2, "warn": 4}}}
    (folder / "design.json").write_text(json.dumps(document), "utf-8")
    (folder / "people.csv").write_text(f"name\nA\nAnnabella\n{'long ' * 20}\n", "utf-8")
    done = monogram("design.json", "--values", "people.csv", "-o", "out.png", cwd=folder)
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["row 1: out-0001.png", "row 2: out-0002.png", "2 of 3 rows drawn"]
    told = [line.split(": ")[:3] for line in done.stderr.splitlines()]
    assert ["mend", "row 2", "text_shrunk"] in told and ["error", "row 3", "text_small"] in told
    assert not any("row 1" in line for line in told)
    assert not (folder / "out-0003.png").exists()


def test_a_sheet_from_a_spreadsheet_with_a_mark_and_quotes(folder):
    (folder / "people.csv").write_bytes('\ufeff"name","photo"\r\n"A ""B""",red.png\r\n'.encode())
    assert monogram("design.json", "--values", "people.csv", "-o", "out.png", cwd=folder).returncode == 0


def test_an_empty_cell_is_no_sample_text(folder):
    (folder / "people.csv").write_text("name,photo\n,red.png\n", "utf-8")
    assert monogram("design.json", "--values", "people.csv", "-o", "out.png", cwd=folder).returncode == 0
    assert (np.asarray(Image.open(folder / "out-0001.png")) == (255, 0, 0, 255)).all()


@pytest.mark.parametrize("sheet, told", [
    ("nmae\nAnna\n", "error: values_invalid: The column 'nmae' is no component of this document."),
    ("name\n", "error: values_invalid: people.csv has 0 rows"), ("", "error: values_invalid"),
    ("name,photo\nAnna\n", "error: row 1: values_invalid: The row has not as many cells as the header."),
])
def test_sheets_that_are_wrong(folder, sheet, told):
    (folder / "people.csv").write_text(sheet, "utf-8")
    done = monogram("design.json", "--values", "people.csv", "-o", "out.png", cwd=folder)
    assert done.returncode == 1 and done.stderr.startswith(told), done.stderr
    assert not list(folder.glob("out*"))


@pytest.mark.parametrize("file", ["../secret.png", "/etc/hostname", "link.png"])
def test_assets_outside_the_folder_are_refused(folder, file):
    (folder.parent / "secret.png").write_bytes((folder / "red.png").read_bytes())
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    document = json.loads((folder / "design.json").read_text("utf-8"))
    document["assets"]["sample"]["file"] = file
    (folder / "design.json").write_text(json.dumps(document), "utf-8")
    done = monogram("design.json", cwd=folder)
    assert done.returncode == 1 and done.stderr.startswith("error: asset_outside:") and "(layer photo)" in done.stderr
    (folder / "values.json").write_text(json.dumps({"photo": file}), "utf-8")
    assert "asset_outside" in monogram("design.json", "--values", "values.json", cwd=folder).stderr


@pytest.mark.parametrize("arguments, told", [
    (["nothing.json"], "error: file_unreadable: nothing.json"),
    (["red.png"], "error: document_invalid:"),
    (["design.json", "-o", "out.pdf"], "error: format_unsupported:"),
    (["design.json", "-o", "out"], "error: format_unsupported:"),
    (["design.json", "-o", "nowhere/out.png"], "error: file_unwritable:"),
    (["design.json", "--values", "design.json"], "error: values_invalid:"),
    (["design.json", "--values", "red.png"], "error: values_invalid:"),
])
def test_failures_are_named(folder, arguments, told):
    done = monogram(*arguments, cwd=folder)
    assert done.returncode == 1 and done.stderr.startswith(told) and "Traceback" not in done.stderr, done.stderr
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("arguments", [[], ["design.json", "--side", "back"], ["design.json", "--colour"]])
def test_usage_errors(folder, arguments):
    done = monogram(*arguments, cwd=folder)
    assert done.returncode == 2 and "usage:" in done.stderr


def test_preflight_is_told(folder):
    Image.new("RGB", (8, 6), "#ff0000").save(folder / "red.png")
    done = monogram("design.json", cwd=folder)
    assert done.returncode == 0 and done.stderr.startswith("warn: image_low_resolution: ") and "20 dpi" in done.stderr
    document = json.loads((folder / "design.json").read_text("utf-8"))
    document["preflight"] = {"rules": {"imageDpi": {"refuse": 72}}}
    (folder / "design.json").write_text(json.dumps(document), "utf-8")
    (folder / "design.png").unlink()
    done = monogram("design.json", cwd=folder)
    assert done.returncode == 1 and done.stderr.startswith("error: image_low_resolution: ") and "(layer photo)" in done.stderr
    assert not (folder / "design.png").exists()
    assert monogram("design.json", "--side", "preview", cwd=folder).returncode == 0, "a preview is not a print"


def test_a_drawing_without_text_loads_no_fonts(folder):
    program = "import sys, monogram.render.draw, monogram.render_command; print(sorted(set(sys.modules) & set(sys.argv[1:])))"
    heavy = ["uharfbuzz", "icu4py", "fontTools", "rich", "asyncpg", "pyvips", "PIL", "monogram.render.fonts"]
    done = subprocess.run([sys.executable, "-c", program, *heavy], cwd=ROOT, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "[]"
