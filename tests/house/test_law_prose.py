"""What may not stand in a committed file: traces of the machine it was written on, registry hosts, vague names, vast modules.

Every forbidden word is put together from parts, so that this file keeps the law it states.
"""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 500
SOURCES = {".py", ".ts", ".tsx", ".js", ".jsx", ".mjs"}
LONG_BY_NATURE = {"tests", "migrations", "contract", "generated"}
GENERATED = "@" + "generated"
VAGUE = ("service", "manager", "repository", "helper", "utils")
NOT_COMMITTED = {".git", ".venv", ".monogram", "node_modules", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}

MACHINE = [re.escape(word) for word in (
    "/" + "work/", "/" + "root/", "bash" + "_jobs", "str_replace" + "_based", "find" + "_string", "find" + "_repos",
    "." + "library/",
)]  # fmt: skip
AUTHORS = ["anthro" + "pic", r"\bcla" + r"ude\b", "chat" + "gpt", "co-authored" + "-by:", "generated with " + r"\["]
REGISTRIES = [re.escape(host) for host in (
    "registry." + "npmjs", "registry." + "yarnpkg", "npmjs" + ".org", "npmjs" + ".com", "pypi" + ".org", "python" + "hosted",
)]  # fmt: skip
LOCKED = ["registry" + r"\.", "npm" + "js", "pypi" + r"\.", r'"resolved":\s*"https?:', "--index" + "-url"]


def committed() -> list[Path]:
    """The files git knows; in a tree without git, every file that is not made by building or running."""
    # the tree may belong to another user, as in a container
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
        files = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        files = [file for file in ROOT.rglob("*") if not NOT_COMMITTED & set(file.relative_to(ROOT).parts)]
    return [file for file in files if file.is_file()]


def texts() -> list[tuple[str, str]]:
    """(path below the root, text) of every committed text file."""
    found = []
    for file in committed():
        data = file.read_bytes()
        if b"\0" not in data[:8192]:
            found.append((file.relative_to(ROOT).as_posix(), data.decode("utf-8", "replace")))
    return found


def forbidden(path: str, text: str) -> list[str]:
    """What a file says that no committed file may say, with its line."""
    words = MACHINE + AUTHORS + REGISTRIES + (LOCKED if is_lock(path) else [])
    pattern = re.compile("|".join(words), re.IGNORECASE)
    return [f"{path}:{number}: {hit[0]}" for number, line in enumerate(text.splitlines(), 1) if (hit := pattern.search(line))]


def is_lock(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name.endswith((".lock", "-lock.json", "-lock.yaml", "npm-shrinkwrap.json"))


def too_long(path: str, text: str) -> bool:
    """Whether a module has outgrown its file. Tests, migrations, contracts and generated files may be long."""
    *folders, name = path.split("/")
    if Path(name).suffix not in SOURCES or LONG_BY_NATURE & set(folders):
        return False
    return len(text.splitlines()) > LONGEST and not any(GENERATED in line for line in text.splitlines()[:5])


def vaguely_named(path: str) -> bool:
    file = Path(path)
    return file.suffix in SOURCES and any(word in part.lower() for part in (*file.parts[:-1], file.stem) for word in VAGUE)


def vague_classes(text: str) -> list[str]:
    suffixes = tuple(word.capitalize() for word in (*VAGUE, "handler", "base"))
    return [n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef) and n.name.endswith(suffixes)]


def undocumented(text: str) -> bool:
    return not (ast.get_docstring(ast.parse(text)) or "").strip()


TEXTS = texts()
OURS = [(path, text) for path, text in TEXTS if path.startswith("monogram/") and path.endswith(".py")]


def test_there_is_something_to_read():
    assert len(OURS) > 20 and any(is_lock(path) for path, _ in TEXTS)


def test_no_file_names_the_machine_its_author_or_a_registry():
    found = [line for path, text in TEXTS for line in forbidden(path, text)]
    assert not found, "\n".join(found)


def test_no_module_is_over_500_lines():
    found = [path for path, text in TEXTS if too_long(path, text)]
    assert not found, "split by noun or verb: " + ", ".join(found)


def test_no_name_is_vague():
    found = [path for path, _ in TEXTS if vaguely_named(path)]
    found += [f"{path}: class {name}" for path, text in OURS for name in vague_classes(text)]
    assert not found, "name it after what it is: " + ", ".join(found)


def test_every_module_says_what_it_is():
    found = [path for path, text in OURS if undocumented(text)]
    assert not found, "no docstring: " + ", ".join(found)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docs/setup.md", "clone it into /" + "work/main"),
        ("Makefile", "HOME=/" + "root/monogram"),
        ("README.md", "made with Cla" + "ude"),
        ("docs/fonts.md", "from https://registry." + "npmjs" + ".org/x"),
        ("requirements.lock", "--index" + "-url https://pypi" + ".example/simple"),
        ("frontend/package-lock.json", '"resolved": "' + 'https://mirror.example/react.tgz"'),
        ("frontend/package-lock.json", "https://registry" + ".example/react.tgz"),
    ],
)
def test_a_forbidden_word_is_seen(path, text):
    assert forbidden(path, "first line\n" + text) and forbidden(path, text)[0].startswith(f"{path}:1: ")


def test_a_harmless_file_passes():
    assert forbidden("requirements.lock", "aiohttp==3.14.5 \\\n    --hash=sha256:0133") == []
    assert forbidden("docs/set-up.md", "Libraries come from PyPI; the worker works in teamwork, registry of fonts.") == []


def test_the_other_laws_can_fail():
    long = "x = 1\n" * (LONGEST + 1)
    assert too_long("monogram/core/orders.py", long) and too_long("frontend/apps/admin/page.tsx", long)
    assert not too_long("tests/core/test_orders.py", long) and not too_long("monogram/a.py", f'"""{GENERATED}"""\n' + long)
    assert vaguely_named("monogram/core/order_" + "service.py") and vaguely_named("monogram/" + "utils/text.py")
    assert not vaguely_named("monogram/core/orders.py")
    assert vague_classes("class Order" + "Manager: pass") and not vague_classes("class Manager" + "s: pass")
    assert undocumented("import os") and undocumented('""" """') and not undocumented('"""Orders."""')
