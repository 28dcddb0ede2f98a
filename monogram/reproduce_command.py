"""`monogram reproduce`: makes a file again from its lineage, and tells whether it is the same."""

from __future__ import annotations

import argparse
import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec

from . import bundles
from .render.errors import RenderError
from .render_command import complain

DESCRIPTION = """Makes a file again and compares it. FILE is a lineage file of `monogram render --lineage`, whose pictures are
looked for beside it or in --assets by their hash; or a production file of this installation (DATABASE_URL or
MONOGRAM_HOME), named by its path or its SHA-256."""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Adds `reproduce` to an argparse subparsers object; its `run` default is this module's."""
    parser = subparsers.add_parser("reproduce", help="make a file again from its lineage and compare", description=DESCRIPTION)
    parser.add_argument("file", metavar="FILE", help="OUT.png.lineage.json, or a production file, or its SHA-256")
    parser.add_argument("--assets", type=Path, metavar="FOLDER",
                        help="where the pictures of a lineage file are; default: beside it")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="keep the file that was made")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Returns 0 when the file comes out identical, else 1."""
    try:
        if args.file.endswith(".json"):
            path = Path(args.file)
            wanted, (data, differs) = _of_lineage(bundles.read(path), args.assets or path.parent)
        else:
            import asyncio  # a twentieth of a second that other commands need not wait for

            wanted, (data, differs) = asyncio.run(_of_installation(args.file))
    except RenderError as error:
        complain(error)
        return 1
    if args.output:
        args.output.write_bytes(data)
    made = hashlib.sha256(data).hexdigest()
    if made == wanted:
        print(f"identical: {made}")
        return 0
    print(f"different: the file was {wanted}, now it is {made}")
    print("\n".join(f"  {each}" for each in differs) or "  everything it was made of is the same")
    return 1


def _of_lineage(raw: bytes, folder: Path) -> tuple[str, tuple[bytes, list[str]]]:
    from .render import document as documents
    from .render import draw, export, recipes

    try:
        lineage = msgspec.json.decode(raw)
        if lineage["lineage"] != recipes.LINEAGE:
            raise RenderError("lineage_invalid", f"The lineage is of version {lineage['lineage']!r}, not {recipes.LINEAGE}.")
        how = export.encoding(lineage["format"], lineage["profile"], lineage["quality"] if lineage["format"] != "png" else None,
                              lineage["embedImages"])
        document, values = documents.parse(lineage["document"]), documents.parse_values(lineage["values"])
        drawing = draw.open(document, values, _by_hash(folder, lineage["assets"]), side=lineage["side"], page=lineage["page"],
                            encoding=how, scale=lineage["scale"])
        return lineage["sha256"], (b"".join(drawing.pieces()), _differences(lineage, msgspec.to_builtins(drawing.report)))
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        raise RenderError("lineage_invalid", f"This is no lineage file: {error!r}.") from None


def _by_hash(folder: Path, hashes: dict[str, str]):
    """Bytes by an asset's name: the file in the folder, or below it, whose SHA-256 the lineage lists."""
    from .render import limits

    wanted, found = set(hashes.values()), {}
    for path in sorted(folder.rglob("*")) if wanted else ():
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= limits.SOURCE_BYTES:
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            if digest in wanted:
                found[digest] = data
    return {name: found[digest] for name, digest in hashes.items() if digest in found}


def _differences(lineage: dict[str, Any], report: dict[str, Any]) -> list[str]:
    """What it is made of now and was not then: engine and fonts. Pictures are found by their hash."""
    from .render import draw

    then, now = lineage["engine"].split(), draw.engine().split()
    told = [f"engine: {' '.join(then)}, now {' '.join(now)}"] if then != now else []
    fonts = {_face(font): font["sha256"] for font in report["fonts"]}
    for font in lineage["fonts"]:
        key = _face(font)
        if fonts.get(key) != font["sha256"]:
            told.append(f"font {font['family']} {font['weight']}: {font['sha256'][:12]}, now {(fonts.get(key) or 'none')[:12]}")
    return told


def _face(font: dict[str, Any]) -> tuple:
    return font["family"], font["weight"], font["italic"], *sorted(font.get("axes", {}).items())


async def _of_installation(file: str) -> tuple[str, tuple[bytes, list[str]]]:
    from . import settings as all_settings
    from .jobs import reproduction

    if re.fullmatch(r"[0-9a-f]{64}", file):
        wanted = file
    else:
        wanted = hashlib.sha256(bundles.read(Path(file))).hexdigest()
    from . import serving

    with serving.database(all_settings.read()) as (url, _):
        data, lineage, report = await reproduction.again(url, all_settings.read().storage, wanted)
    return wanted, (data, _differences(lineage | {"fonts": lineage["report"]["fonts"]}, report))
