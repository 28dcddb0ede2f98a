"""`monogram lint`: all that is wrong or doubtful in a design document."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from . import bundles
from .render.errors import RenderError
from .render_command import assets_of, complain


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Adds `lint` to an argparse subparsers object; its `run` default is this module's."""
    parser = subparsers.add_parser("lint", help="tell all that is wrong or doubtful in a design document")
    parser.add_argument("document", type=Path, metavar="DOCUMENT",
                        help="a JSON file, a folder with document.json, or a zip of one")
    parser.add_argument("--json", action="store_true", help="problems as JSON")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Prints the problems. Returns 1 if any is an error, else 0."""
    from .render import document, lint

    try:
        bundle = bundles.open_bundle(args.document)
        try:
            raw = msgspec.json.decode(bundle.document)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise RenderError("document_invalid", f"{args.document} is not JSON: {error}.") from None
        assets = None
        try:
            assets = assets_of(document.parse(bundle.document), bundle, None)
        except RenderError:  # told below, with everything else
            pass
        problems = lint.lint(raw, assets)
    except RenderError as error:
        complain(error)
        return 1
    if args.json:
        print(msgspec.json.format(msgspec.json.encode(problems), indent=2).decode())
    else:
        print(lint.table(problems) or "Nothing to complain of.")
    return 1 if any(problem.severity == "error" for problem in problems) else 0
