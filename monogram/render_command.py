"""`monogram render`: the renderer alone, from files to files. A CSV makes one file a row, pages one file a page."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import bundles
from .progress import Progress
from .render.errors import RenderError

if TYPE_CHECKING:
    from .bundles import Bundle
    from .render.document import Document, Values
    from .render.draw import Drawing
    from .render.export import Encoding
    from .render.preflight import Finding

DESCRIPTION = """Draws a design document. Images are looked up beside the document, and those that values name beside the
values too. With a CSV, each row is a set of values: its header names the components, an optional column `file` names
the output, and rows that fail are reported while the others are made. A document of several pages makes a file a page."""

# Batches larger than this are a mistake or belong in the job queue.
_MOST_ROWS = 10_000


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Adds `render` to an argparse subparsers object; its `run` default is this module's."""
    parser = subparsers.add_parser("render", help="draw a design document to a file", description=DESCRIPTION)
    parser.add_argument("document", type=Path, metavar="DOCUMENT",
                        help="a JSON file, a folder with document.json, or a zip of one")
    parser.add_argument("--values", type=Path, metavar="VALUES.json|VALUES.csv", help="a component's value by its name")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.png|.jpg|.webp|.tiff|.svg",
                        help="default: the document's name with .png, in the working directory; rows add -0001, pages their id")
    parser.add_argument("--side", choices=("print", "preview"), default="print", help="default: print")
    parser.add_argument("--page", metavar="ID", help="draw this page only; default: every page")
    parser.add_argument("--profile", default="srgb", metavar="NAME", help="srgb (default), display-p3 or adobe-rgb")
    parser.add_argument("--quality", type=int, metavar="1-100", help="of jpg (default 92); makes webp lossy")
    parser.add_argument("--embed-images", action="store_true", help="svg: take pictures in; without it they are refused")
    parser.add_argument("--lineage", action="store_true", help="write OUT.lineage.json too, for `monogram reproduce`")
    parser.add_argument("--explain", action="store_true", help="tell what each layer resolves to, and draw nothing")
    parser.add_argument("--json", action="store_true", help="with --explain: as JSON")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Draws what the arguments ask for. Returns the exit status: 0, or 1 if anything could not be drawn."""
    try:
        return _run(args)
    except RenderError as error:
        complain(error)
        return 1


@dataclass(frozen=True)
class Job:
    """What stays the same for every row and page."""

    document: Document
    assets: Callable[[str], bytes]
    side: str
    encoding: Encoding
    pages: list[str]
    lineage: bool
    hashes: dict[str, str] = field(default_factory=dict)

    def target(self, output: Path, page: str) -> Path:
        return output if len(self.document.pages) == 0 else output.with_stem(f"{output.stem}-{page}")


def _run(args: argparse.Namespace) -> int:
    from .render import export
    from .render.document import page, page_ids, parse

    bundle = bundles.open_bundle(args.document)
    output = args.output or Path(bundle.name + ".png")
    encoding = export.encoding(output.suffix or output.name, args.profile, args.quality, args.embed_images)
    document = parse(bundle.document)
    if args.page is not None:
        page(document, args.page)  # refuses an unknown one
    assets = assets_of(document, bundle, args.values.parent if args.values else None)
    pages = [args.page] if args.page else page_ids(document)
    job = Job(document, assets, args.side, encoding, pages, args.lineage)
    if args.explain:
        return _explain(job, _values(args.values), as_json=args.json)
    if args.values is not None and args.values.suffix.lower() == ".csv":
        return _run_rows(job, args.values, output)
    values = _values(args.values)
    for page_id in pages:
        target = job.target(output, page_id)
        with Progress("rows of pixels") as progress:
            drawing, findings = _draw(job, values, page_id, target, progress.at if _is_large(document) else None)
        _warn(drawing, findings)
        print(f"{target}: {drawing.scene.width} x {drawing.scene.height} pixels, {drawing.scene.dpi:g} dpi")
    return 0


def _is_large(document: Document) -> bool:
    """Whether a drawing takes long enough for a bar."""
    return document.canvas.width * document.canvas.height > 50_000_000


def _draw(job: Job, values: Values, page: str, output: Path, progress=None) -> tuple[Drawing, list[Finding]]:
    from .render import document, draw, preflight

    drawing = draw.open(job.document, values, job.assets, side=job.side, page=page, encoding=job.encoding)
    findings = preflight.check(document.page(job.document, page), drawing)
    if job.side == "print" and (refused := preflight.refusal(findings)):
        raise refused
    part = output.with_name(output.name + ".part")  # a file that has its name is whole
    digest = hashlib.sha256()
    try:
        with part.open("wb") as file:
            for piece in drawing.pieces(progress):
                digest.update(piece)
                file.write(piece)
        part.replace(output)
    except OSError as error:
        raise RenderError("file_unwritable", f"{output} cannot be written: {error.strerror}.", part=str(output)) from None
    finally:
        part.unlink(missing_ok=True)
    if job.lineage:
        _write_lineage(job, values, page, drawing, output, digest.hexdigest())
    return drawing, findings


def _write_lineage(job: Job, values: Values, page: str, drawing: Drawing, output: Path, sha256: str) -> None:
    import msgspec

    from .render import recipes

    lineage = recipes.lineage(job.document, values, drawing, side=job.side, page=page, sha256=sha256)
    target = output.with_name(output.name + ".lineage.json")
    try:
        target.write_bytes(msgspec.json.format(msgspec.json.encode(lineage, order="deterministic"), indent=2) + b"\n")
    except OSError as error:
        raise RenderError("file_unwritable", f"{target} cannot be written: {error.strerror}.", part=str(target)) from None


def _explain(job: Job, values: Values, *, as_json: bool) -> int:
    import msgspec

    from .render import explain

    told = [explain.explain(job.document, values, job.assets, side=job.side, page_id=page) for page in job.pages]
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        print("\n\n".join(explain.table(page) for page in told))
    return 0


def _run_rows(job: Job, path: Path, output: Path) -> int:
    rows = _rows(path, job.document)
    taken: set[Path] = set()
    failed = 0
    with Progress("rows") as progress:
        for number, row in enumerate(rows, 1):
            try:
                target = _row_output(row, number, output, taken)
                found = [finding for page in job.pages
                         for finding in _draw(job, _row_values(row, job.document), page, job.target(target, page))[1]]
                progress.tell(number, len(rows), done=f"row {number}: {target}")
                for finding in found:
                    progress.tell(number, len(rows), error=_line(finding, f"row {number}: "))
            except RenderError as error:
                failed += 1
                progress.tell(number, len(rows), error=f"error: row {number}: {told(error)}")
    print(f"{len(rows) - failed} of {len(rows)} rows drawn")
    return 1 if failed else 0


def _rows(path: Path, document: Document) -> list[dict[str, Any]]:
    import csv
    import io

    try:
        text = bundles.read(path).decode("utf-8-sig")
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
    from .render.document import components

    return components(document)


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
        target = output.with_name(name if name.lower().endswith(output.suffix.lower()) else name + output.suffix)
    if target in taken:
        raise RenderError("file_taken", f"An earlier row has the file name {target.name!r}.", part="file")
    taken.add(target)
    return target


def _values(path: Path | None) -> Values:
    import msgspec

    from .render.document import parse_values

    if path is None or path.suffix.lower() == ".csv":
        return {}
    try:
        raw = msgspec.json.decode(bundles.read(path))
    except (msgspec.DecodeError, RecursionError) as error:
        raise RenderError("values_invalid", f"{path} is not JSON: {error}.", part=path.name) from None
    if not isinstance(raw, dict):
        raise RenderError("values_invalid", f"{path} must hold a JSON object of values by component.", part=path.name)
    return parse_values(raw)


def assets_of(document: Document, bundle: Bundle, beside: Path | None) -> Callable[[str], bytes]:
    """Looks an image up by the file the document lists for it, else by its own name: beside the values, then in the bundle."""

    @cache
    def read(name: str) -> bytes:
        listed = document.assets.get(name)
        if listed is not None and listed.file is None:
            raise RenderError("image_missing", f"The document lists no file for the image {name!r}.", part=name)
        file = name if listed is None else listed.file
        found = None
        if listed is None and beside is not None:
            found = bundles.read_inside(beside, file, name)
        if found is None:
            found = bundle.read(file, name)
        if found is None:
            raise RenderError("image_missing", f"The image {name!r} is missing: there is no file {file!r}.", part=name)
        return found

    return read


def _warn(drawing: Drawing, findings: list[Finding]) -> None:
    for note in drawing.report.notes:
        print(f"note: {note}", file=sys.stderr)
    for finding in findings:
        print(_line(finding), file=sys.stderr)


def _line(finding: Finding, about: str = "") -> str:
    return f"{finding.severity}: {about}{finding.code}: {finding.words('merchant', 'en')}"


def complain(error: RenderError) -> None:
    """Prints a failure the way every command does."""
    print(f"error: {told(error)}", file=sys.stderr)


def told(error: RenderError) -> str:
    return f"{error.code}: {error.message}" + (f" (layer {error.layer})" if error.layer else "")
