"""What a renderer loads before it closes itself: afterwards it can open no file, so no module, font or table either."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import monogram.render
from monogram.render import draw
from monogram.render.fonts import FontBook
from monogram.render.generate import calendars, skies


def load() -> None:
    """Every module of the drawing engine, what those import only when asked for, and the fonts, opened and unread."""
    os.environ["VIPS_BLOCK_UNTRUSTED"] = "1"  # libvips asks once, when it is loaded
    found = pkgutil.walk_packages(monogram.render.__path__, monogram.render.__name__ + ".")
    for name in [module.name for module in found]:
        _load_late(Path(find_spec(name).origin))
        importlib.import_module(name)
    draw.engine()
    skies.catalogue()
    calendars.cldr()
    FontBook.load().hold()


def _load_late(file: Path) -> None:
    """Modules that functions of a file import, and the parts used of any: some packages load those one by one."""
    tree = ast.parse(file.read_bytes())
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: importlib.import_module(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            importlib.import_module(node.module)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            with suppress(AttributeError):  # a variable of the same name
                getattr(names[node.value.id], node.attr)
