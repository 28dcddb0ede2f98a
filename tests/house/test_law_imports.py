"""Who may import whom inside `monogram`. Core names a job by string, so nothing there ever needs to import one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "monogram"
EVERYTHING = {""}
EDGE = {"core", "strict_json", "settings", "edge", "inputs", "state"}

# Module, or whole package -> what of ours it may import, itself always included. The longest name that fits rules.
LAW = {
    "render": set(),
    "core": {"settings", "strict_json", "render.books", "render.document", "render.errors"},
    "dialects": EDGE,  # never another dialect: the folder below `dialects` is what "itself" means
    "api": EDGE | {"live"},
    "jobs": {"core", "render", "dialects", "outbound", "settings", "children", "sandbox", "webhook_dialects"},
    "settings": set(),
    "children": set(),
    "seccomp": set(),
    "sandbox": {"seccomp"},
    "homes": {"settings"},
    "postgres": {"children", "homes", "settings"},
    "processes": {"children", "homes", "postgres", "settings"},
    "strict_json": {"core.errors"},
    "outbound": {"core.receivers"},
    "webhook_dialects": {"core.events", "dialects", "settings"},
    "live": {"core", "jobs", "render.document", "render.errors"},
    "state": {"core", "live", "settings"},
    "edge": {"core", "state", "strict_json"},
    "inputs": {"core", "edge", "strict_json"},
    "fontbook": {"render"},
    "bundles": {"render"},
    "progress": set(),
    "render_command": {"bundles", "progress", "render", "settings", "strict_json"},
    "fonts_command": {"render", "render_command"},
    "lint_command": {"bundles", "render", "render_command"},
    "reproduce_command": {"bundles", "jobs", "render", "render_command", "serving", "settings"},
    "serving": EVERYTHING,
    "doctor": EVERYTHING,
    "web": EVERYTHING,
    "cli": EVERYTHING,
    "demo": EVERYTHING,
    "apps_command": {"core", "dialects", "serving", "settings"},
    "seeding": {"core", "demo", "progress", "serving", "settings"},
    "__main__": EVERYTHING,
}


def modules() -> dict[str, Path]:
    """Dotted name below the package ("" is the package itself) -> file."""
    found = {}
    for file in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = file.relative_to(ROOT / PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def names() -> set[str]:
    """Every module and every package, also a package without a file of its own."""
    return {name.rsplit(".", depth)[0] for name in modules() if name for depth in range(name.count(".") + 1)}


def imported(source: str, name: str, is_package: bool, known: set[str]) -> Iterator[tuple[int, str]]:
    """Line and dotted name (below the package) of everything of ours that a module imports, by statement or by string."""
    home = [PACKAGE, *filter(None, name.split("."))]
    for node in ast.walk(ast.parse(source)):
        targets: list[str] = []
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = home[: len(home) - node.level + is_package] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            targets = [_deepest(f"{base}.{alias.name}", base, known) for alias in node.names]
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__", "find_spec", "run_module"):
            targets = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        for target in targets:
            if target.split(".")[0] == PACKAGE:
                yield node.lineno, target.removeprefix(PACKAGE).lstrip(".")


def breaches(name: str, source: str, is_package: bool, known: set[str]) -> list[str]:
    """What a module imports against the law."""
    ruled = rule(name)
    if ruled is None:
        return [f"{name}: no law for this module; give it a row in LAW"]
    itself, allowed = ruled
    found = []
    for line, target in imported(source, name, is_package, known):
        if target and EVERYTHING != allowed and not any(_within(target, part) for part in {itself, *allowed}):
            found.append(f"{PACKAGE}.{name}:{line} imports {PACKAGE}.{target}")
    return found


def rule(name: str) -> tuple[str, set[str]] | None:
    """(the part of the house that counts as "itself", what else it may import), or None when no law names the module."""
    for law in sorted(LAW, key=len, reverse=True):
        if _within(name, law):
            return (".".join(name.split(".")[:2]) if law == "dialects" else law), LAW[law]
    return None


def _within(name: str, part: str) -> bool:
    return name == part or name.startswith(part + ".")


def _deepest(target: str, base: str, known: set[str]) -> str:
    return target if target.removeprefix(PACKAGE).lstrip(".") in known else base


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_every_module_imports_only_what_its_law_allows():
    known = names()
    assert len(known) > 20
    found = [
        breach
        for name, file in modules().items() if name
        for breach in breaches(name, file.read_text(encoding="utf-8"), file.name == "__init__.py", known)
    ]
    assert not found, "\n".join(found)


def test_the_package_itself_imports_nothing():
    source = (ROOT / PACKAGE / "__init__.py").read_text(encoding="utf-8")
    assert list(imported(source, "", True, names())) == []


KNOWN = {
    "api", "core", "core.errors", "core.orders", "dialects", "dialects.customeow", "dialects.shoplazza",
    "dialects.shoplazza.views", "jobs", "jobs.rendering", "render", "render.document", "render.paint", "settings", "web",
}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("render.paint", "from monogram import settings"),
        ("render.paint", "from monogram.core.errors import NotFound"),
        ("render.paint", "from ..core import errors"),
        ("render.paint", "def late():\n    import monogram.settings"),
        ("core.orders", "from monogram.jobs.rendering import render_composite"),
        ("core.orders", "from monogram import jobs"),
        ("core.orders", "import importlib\nimportlib.import_module('monogram.jobs.rendering')"),
        ("core.orders", "from monogram.render import paint"),
        ("core.orders", "from ..render.paint import paint"),
        ("core.orders", "from monogram import web"),
        ("dialects.customeow.views", "from ..shoplazza import views"),
        ("dialects.customeow.views", "from monogram.dialects.shoplazza.views import order"),
        ("dialects.customeow.views", "from monogram.render.paint import paint"),
        ("api.products", "from monogram.dialects import customeow"),
        ("jobs.rendering", "from monogram.web import app"),
        ("settings", "from . import core"),
        ("novelties", "import json"),
    ],
)
def test_a_breach_is_seen(name, source):
    assert len(breaches(name, source, False, KNOWN)) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("render.paint", "from .document import Layer\nfrom . import document\nimport skia"),
        ("core.orders", "from .errors import NotFound\nfrom monogram.render.document import Layer"),
        ("core.orders", "from monogram import settings\nfrom monogram import __version__"),
        ("dialects.customeow.views", "from . import app\nfrom monogram.core import orders"),
        ("jobs.rendering", "from monogram.render.paint import paint\nfrom monogram.dialects.shoplazza import views"),
        ("web", "from monogram import api, core, jobs"),
    ],
)
def test_what_the_law_allows_passes(name, source):
    assert breaches(name, source, False, KNOWN) == []


# Strangers' pictures are decoded and drawn in one place: a process that has closed itself (`monogram.sandbox`).
DECODERS = {"skia", "pyvips", "imagecodecs", "PIL", "cv2", "zxingcpp"}
DRAWERS = {f"render.{name}" for name in ("draw", "paint", "images", "pictures")}
MAY_DECODE = ("render", "demo.products.art")
MAY_DRAW = ("render", "jobs.rendering", "jobs.preparation", "render_command", "reproduce_command")


def test_only_the_closed_process_and_the_command_line_decode_and_draw():
    known = names()
    seen, found = set(), []
    for name, file in modules().items():
        source = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for target in [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]:
                    if target and not getattr(node, "level", 0) and target.split(".")[0] in DECODERS:
                        seen.add(target.split(".")[0])
                        found += [] if any(_within(name, part) for part in MAY_DECODE) else [f"{name} imports {target}"]
        for _, target in imported(source, name, file.name == "__init__.py", known):
            if any(_within(target, part) for part in DRAWERS) and not any(_within(name, part) for part in MAY_DRAW):
                found.append(f"{name} imports {target}")
    assert {"skia", "pyvips", "imagecodecs"} <= seen and found == []
