"""`monogram render`: the renderer alone, from files to files. A CSV makes one file a row."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .render.errors import RenderError

if TYPE_CHECKING:
    from .render.document import Document, Values
    from .render.draw import Rendered

DESCRIPTION = """Draws a design document. Images are looked up beside the document, and those that values name beside the
values too. With a CSV, each row is a set of values: its header names the components, an optional column `file` names
the output, and rows that fail are reported while the others are made."""

# Batches larger than this are a mistake or belong in the job queue.
_MOST_ROWS = 10_000


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Adds `render` to an argparse subparsers object; its `run` default is this module's."""
    parser = subparsers.add_parser("render", help="draw a design document to a file", description=DESCRIPTION)
    parser.add_argument("document", type=Path, metavar="DOCUMENT.json")
    parser.add_argument("--values", type=Path, metavar="VALUES.json|VALUES.csv", help="a component's value by its name")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.png",
                        help="default: the document's name with .png, in the working directory; rows add -0001")
    parser.add_argument("--side", choices=("print", "preview"), default="print", help="default: print")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Draws what the arguments ask for. Returns the exit status: 0, or 1 if anything could not be drawn."""
    try:
        return _run(args)
    except RenderError as error:
        _complain(error)
        return 1


def _run(args: argparse.Namespace) -> int:
    from .render import export
    from .render.document import parse

    output = args.output or Path(args.document.stem + ".png")
    export.check_format(output.suffix or output.name)
    document = parse(_read(args.document))
    folders = [args.document.parent, *([args.values.parent] if args.values else [])]
    assets = _assets(document, folders)
    if args.values is not None and args.values.suffix.lower() == ".csv":
        return _run_rows(document, args.values, assets, output, args.side)
    rendered = _draw(document, _values(args.values), assets, args.side, output)
    _warn(rendered)
    print(f"{output}: {rendered.width} x {rendered.height} pixels, {rendered.dpi:g} dpi")
    return 0


def _draw(document: Document, values: Values, assets: Callable[[str], bytes], side: str, output: Path) -> Rendered:
    from .render.draw import render

    rendered = render(document, values, assets, side=side)
    part = output.with_name(output.name + ".part")  # a file that has its name is whole
    try:
        part.write_bytes(rendered.data)
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RenderError("file_unwritable", f"{output} cannot be written: {error.strerror}.", part=str(output)) from None
    return rendered


def _run_rows(document: Document, path: Path, assets: Callable[[str], bytes], output: Path, side: str) -> int:
    rows = _rows(path, document)
    taken: set[Path] = set()
    failed = 0
    with _progress(len(rows)) as tell:
        for number, row in enumerate(rows, 1):
            try:
                target = _row_output(row, number, output, taken)
                _draw(document, _row_values(row, document), assets, side, target)
                tell(f"row {number}: {target}", None)
            except RenderError as error:
                failed += 1
                tell(None, f"error: row {number}: {_told(error)}")
    print(f"{len(rows) - failed} of {len(rows)} rows drawn")
    return 1 if failed else 0


def _rows(path: Path, document: Document) -> list[dict[str, Any]]:
    import csv
    import io

    try:
        text = _read(path).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RenderError("values_invalid", f"{path} is not a CSV file in UTF-8: {error}.", part=path.name) from None
    if not 1 <= len(rows) <= _MOST_ROWS:
        raise RenderError("values_invalid", f"{path} has {len(rows)} rows; 1 to {_MOST_ROWS} are drawn.", part=path.name)
    unknown = sorted({name for name in rows[0] if name} - _components(document) - {"file"})
    if unknown:  # a misspelt column would leave sample text in every print
        raise RenderError("values_invalid", f"The column {unknown[0]!r} is no component of this document.", part=unknown[0])
    return rows


def _components(document: Document) -> set[str]:
    return {binding.component for binding in document.bindings}


def _row_values(row: dict[str | None, Any], document: Document) -> Values:
    """A row's cells as values. An empty cell is an empty text, not an absent one: the sample text must never be printed.

    Raises RenderError for a row of another length than the header.
    """
    if None in row or None in row.values():
        raise RenderError("values_invalid", "The row has not as many cells as the header.")
    return {name: cell for name, cell in row.items() if name in _components(document)}


def _row_output(row: dict[str, Any], number: int, output: Path, taken: set[Path]) -> Path:
    name = (row.get("file") or "").strip()
    if not name:
        target = output.with_stem(f"{output.stem}-{number:04d}")
    else:
        if name in (".", "..") or set(name) & set('/\\:\0'):
            raise RenderError("file_outside", f"The file name {name!r} must be a plain name.", part="file")
        target = output.with_name(name if name.lower().endswith(".png") else name + ".png")
    if target in taken:
        raise RenderError("file_taken", f"An earlier row has the file name {target.name!r}.", part="file")
    taken.add(target)
    return target


def _values(path: Path | None) -> Values:
    import msgspec

    from .render.document import parse_values

    if path is None:
        return {}
    try:
        raw = msgspec.json.decode(_read(path))
    except (msgspec.DecodeError, RecursionError) as error:
        raise RenderError("values_invalid", f"{path} is not JSON: {error}.", part=path.name) from None
    if not isinstance(raw, dict):
        raise RenderError("values_invalid", f"{path} must hold a JSON object of values by component.", part=path.name)
    return parse_values(raw)


def _assets(document: Document, folders: list[Path]) -> Callable[[str], bytes]:
    """Looks an image up by the file the document lists for it, else by its own name in the folders given."""

    @cache
    def read(name: str) -> bytes:
        listed = document.assets.get(name)
        if listed is not None:
            if listed.file is None:
                raise RenderError("image_missing", f"The document lists no file for the image {name!r}.", part=name)
            return _read_inside(folders[:1], listed.file, name)
        return _read_inside(folders[::-1], name, name)

    return read


def _read_inside(folders: list[Path], file: str, name: str) -> bytes:
    """A file below one of the folders; links and `..` that lead elsewhere are refused."""
    for folder in folders:
        root = folder.resolve()
        try:
            path = (root / file).resolve()
        except (OSError, ValueError):
            raise RenderError("image_missing", f"The image {name!r} has no usable file name.", part=name) from None
        if not path.is_relative_to(root):
            raise RenderError("asset_outside", f"The image {name!r} lies outside the folder of its document or values.",
                              part=name)
        if path.is_file():
            return _read(path)
    raise RenderError("image_missing", f"The image {name!r} is missing: there is no file {file!r}.", part=name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RenderError("file_unreadable", f"{path} cannot be read: {error.strerror}.", part=str(path)) from None


class _progress:
    """A bar on a terminal, plain lines elsewhere. Entering gives `tell(done, error)`, one call a row."""

    def __init__(self, total: int):
        self.total, self.bar = total, None

    def __enter__(self):
        if not sys.stderr.isatty():
            return lambda done, error: print(done or error, file=sys.stderr if error else sys.stdout, flush=True)
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        self.bar = Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True))
        self.bar.start()
        task = self.bar.add_task("rows", total=self.total)

        def tell(done: str | None, error: str | None) -> None:
            if error:
                self.bar.console.print(error, style="red", markup=False, highlight=False)
            self.bar.advance(task)

        return tell

    def __exit__(self, *_) -> None:
        if self.bar:
            self.bar.stop()


def _warn(rendered: Rendered) -> None:
    from .render import preflight

    for finding in preflight.check(rendered.report):
        print(f"{finding.severity}: {finding.code}: {finding.message} (layer {finding.layer})", file=sys.stderr)


def _complain(error: RenderError) -> None:
    print(f"error: {_told(error)}", file=sys.stderr)


def _told(error: RenderError) -> str:
    return f"{error.code}: {error.message}" + (f" (layer {error.layer})" if error.layer else "")
