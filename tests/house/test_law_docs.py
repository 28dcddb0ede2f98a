"""The documents are true: what the code has is in them, what they print works, and where they point there is something."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from monogram import cli
from monogram.render import document as documents

ROOT = Path(__file__).parents[2]
DESIGN = "docs/design-document.md"
READMES = ("README.md", "README.zh-CN.md")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
OF_THE_SYSTEM = {"PATH"}
LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def committed() -> set[str]:
    """Paths of the files git knows; in a tree without git, of every Markdown file and picture that is there."""
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [file.relative_to(ROOT).as_posix() for folder in ("docs", "contract", "examples", ".") for file in
                  (ROOT.glob("*") if folder == "." else (ROOT / folder).rglob("*"))]
    return {name for name in listed if name and (ROOT / name).is_file()}


def pages() -> list[str]:
    return sorted(name for name in committed() if name.endswith(".md"))


def words_in_code(text: str) -> set[str]:
    """Every word that stands in `code`, outside fenced blocks."""
    spans = re.findall(r"`([^`]+)`", FENCE.sub("", text))
    return {word for span in spans for word in re.findall(r"[A-Za-z_][\w-]*", span)}


def first_column(text: str, heading: str) -> list[str]:
    """The `code` in the first column of the tables under a heading."""
    part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [word for row in re.findall(r"^\| (`[^|]+) \|", part, re.MULTILINE) for word in re.findall(r"`([^`]+)`", row)]


def blocks(path: str, language: str) -> list[str]:
    return [body for name, body in FENCE.findall(read(path)) if name == language]


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Calls of functions of these names anywhere in the package."""
    for file in sorted((ROOT / "monogram").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
                yield file, node


def constants(name: str) -> set[str]:
    """The first argument of every call of `name`, where it is written out."""
    return {node.args[0].value for _, node in calls(name) if node.args and isinstance(node.args[0], ast.Constant)}


def settings_read() -> set[str]:
    """Environment variables that the package asks for by name."""
    found = set()
    for _, node in calls("get", "getenv"):
        asked = ast.unparse(node.func)
        if asked.endswith("environ.get") or asked.endswith("getenv"):
            found.add(node.args[0].value)
    return found - OF_THE_SYSTEM


# The design document


def test_every_field_of_the_design_document_is_explained():
    schema = json.loads(read("schema/design-document.json"))
    fields = {name for part in schema["$defs"].values() for name in part.get("properties", {})}
    assert len(fields) > 50
    assert fields - words_in_code(read(DESIGN)) == set()


def test_every_choice_of_the_design_document_is_explained():
    schema = json.loads(read("schema/design-document.json"))
    choices = {value for part in schema["$defs"].values() for each in part.get("properties", {}).values()
               for value in each.get("enum", ()) if isinstance(value, str)}
    assert len(choices) > 40
    assert choices - words_in_code(read(DESIGN)) == set()


def test_the_error_table_has_every_code_and_no_other():
    raised = constants("RenderError")
    assert len(raised) > 20
    assert set(first_column(read(DESIGN), "Errors")) == raised


def test_preflight_findings_are_explained():
    assert len(constants("Finding")) > 3
    assert constants("Finding") - words_in_code(read(DESIGN)) == set()


# Settings and commands


def test_the_settings_table_has_every_variable_and_no_other():
    asked = settings_read()
    assert {"PORT", "DATABASE_URL"} <= asked
    assert set(first_column("\n## Settings\n" + read("docs/settings.md"), "Settings")) == asked


def test_every_command_and_option_is_explained():
    (commands,) = [action.choices for action in cli._parser()._actions if isinstance(action.choices, dict)]
    told = read("docs/settings.md") + read(DESIGN)
    assert len(commands) > 4
    for name, parser in commands.items():
        assert f"`monogram {name}" in told, name
        for action in parser._actions:
            for option in action.option_strings:
                assert option in ("-h", "--help") or option in told, f"{name} {option}"


# What is printed works


@pytest.mark.parametrize(
    ("path", "line"),
    [(path, line) for path in (*READMES, DESIGN) for block in blocks(path, "sh") for line in block.splitlines()
     if line.startswith(".venv/bin/monogram render")],
)
def test_a_printed_render_command_draws(path, line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    arguments = [word.replace("/tmp/keyrings", str(tmp_path)) for word in shlex.split(line)[1:]]
    assert any(str(tmp_path) in word for word in arguments)
    assert cli.main(arguments) == 0, capsys.readouterr().err
    made = list(tmp_path.glob("*.png"))
    assert len(made) == (6 if "--values" in arguments else 1)
    for file in made:
        with Image.open(file) as picture:
            assert picture.size == (756, 402) and round(picture.info["dpi"][0]) == 300


@pytest.mark.parametrize(
    ("path", "block"), [(path, block) for path in pages() for block in blocks(path, "json")], ids=lambda value: str(value)[:40]
)
def test_printed_json_is_json_and_a_printed_document_is_valid(path, block):
    data = json.loads(block)
    if isinstance(data, dict) and {"canvas", "layers"} <= set(data):
        documents.parse(block)


def test_examples_are_valid_documents():
    found = [name for name in committed() if name.startswith("examples/") and name.endswith(".json")
             and not name.endswith("/values.json")]
    assert found
    for name in found:
        documents.parse(read(name))


# Links


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: str, text: str, known: set[str]) -> list[str]:
    """The links of a page that lead nowhere."""
    found = []
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        place = (ROOT / path).parent.joinpath(file).resolve() if file else ROOT / path
        name = place.relative_to(ROOT).as_posix() if place.is_relative_to(ROOT) else ""
        folder = place.is_dir() and any(each.startswith(f"{name}/") for each in known)
        if name not in known and not folder:
            found.append(f"{path}: {target}")
        elif anchor and anchor not in anchors(place.read_text("utf-8")):
            found.append(f"{path}: {target} has no such heading")
    return found


def test_every_link_between_pages_leads_somewhere():
    known = committed()
    assert len(pages()) > 20
    assert [link for path in pages() for link in broken_links(path, read(path), known)] == []


def test_a_broken_link_is_seen():
    known = committed() | {"README.md"}
    assert broken_links("README.md", "[a](docs/nothing.md) [b](STYLE.md#nothing) [c](https://example.com/x)", known) == [
        "README.md: docs/nothing.md", "README.md: STYLE.md#nothing has no such heading",
    ]


# Pages that go together


def test_the_two_readmes_say_the_same():
    english, chinese = map(read, READMES)
    assert set(LINK.findall(english)) - set(READMES) == set(LINK.findall(chinese)) - set(READMES)
    parts = re.compile(r"^#+ |^- |^\| ", re.MULTILINE)  # headings, points, rows
    assert parts.findall(english) == parts.findall(chinese)
    commands = [[line for block in blocks(path, "sh") for line in block.splitlines() if line[:1] != "#"] for path in READMES]
    assert commands[0] == commands[1]


def test_decisions_are_listed_dated_and_whole():
    listed = read("docs/decisions/README.md")
    found = sorted(name for name in committed() if re.fullmatch(r"docs/decisions/\d{4}-[a-z0-9-]+\.md", name))
    assert len(found) > 10
    for number, name in enumerate(found, 1):
        text = read(name)
        assert Path(name).name.startswith(f"{number:04d}-") and text.startswith(f"# {number:04d}: ")
        assert f"({Path(name).name})" in listed, name
        assert re.search(r"^Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE), name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Measurements", "Consequences"], name
