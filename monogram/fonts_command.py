"""`monogram fonts`: what the fonts have, and who draws the characters of a text."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import msgspec

from .render.errors import RenderError
from .render_command import complain


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Adds `fonts` to an argparse subparsers object; its `run` default is this module's."""
    parser = subparsers.add_parser("fonts", help="tell what the fonts have, and who draws the characters of a text")
    parser.add_argument("--covers", metavar="TEXT", help="for each family: which characters of a text it has itself")
    parser.add_argument("--lang", default="", help="with --covers: BCP 47, whose Han forms come first")
    parser.add_argument("--json", action="store_true", help="the list as JSON")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Prints a row for each family. Returns 1 if a font file is missing or altered, or no font has a character; else 0."""
    from .render import coverage
    from .render.fonts import FontBook

    try:
        book = FontBook.load()
        told = coverage.counts(book) if args.covers is None else coverage.covers(book, args.covers, args.lang)
    except RenderError as error:
        complain(error)
        return 1
    if args.json:
        print(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    elif args.covers is None:
        print(_columns([("family", "weights", "axes", "scripts", "characters"), *(
            (each.family, ", ".join(each.styles), _axes(each), " ".join(each.scripts), f"{each.characters:,}")
            for each in told)]))
    else:
        print(_columns([("family", "weights", "has", "from other faces"), *(
            (each.family, ", ".join(each.styles), _all(each.own) or "nothing", _others(each)) for each in told)]))
    return 1 if any(getattr(each, "missing", ()) for each in told) else 0


def _axes(each) -> str:
    """Of a variable font: `opsz 8-60`; its weights are told already."""
    return ", ".join(f"{tag} {least}-{greatest}" for tag, (least, _, greatest) in sorted(each.axes.items()) if tag != "wght")


def _others(covered) -> str:
    parts = [f"{_all(them)} {name}" for name, them in covered.fallbacks.items()]
    return "; ".join([*parts, f"{_all(covered.missing)} no font"] if covered.missing else parts)


def _all(clusters: Sequence[str]) -> str:
    """Characters side by side; a control as its code point."""
    return "".join(cluster if cluster[0].isprintable() else f"U+{ord(cluster[0]):04X}" for cluster in clusters)


def _columns(rows: list[tuple[str, ...]]) -> str:
    """Rows under each other. Wide letters may push a column; no terminal agrees with another on their width."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)] + [0]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
