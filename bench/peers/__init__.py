"""What the T-shirt job is measured beside: each peer's command, and what it cannot do."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from bench import shirts
from bench.peers import chromium, imagemagick, nodes


@dataclass(frozen=True)
class Peer:
    """A program that does the job as a whole process. lacks: what it cannot do or does otherwise. absent: why it is not run.

    tree: it starts processes of its own. times_faster: the goal, by wall time of the whole process.
    """

    name: str
    lacks: str
    times_faster: float
    command: list[str] = field(default_factory=list)
    environment: dict[str, str] | None = None
    tree: bool = False
    absent: str = ""


def all_peers(folder: Path, outs: dict[str, Path]) -> list[Peer]:
    """Every peer, ready for the job laid out in `folder`; `outs` receives where each puts its picture."""
    return [_pillow(folder, outs), *_under_node(folder, outs), _imagemagick(folder, outs), _chromium(folder, outs)]


def _out(folder: Path, outs: dict[str, Path], name: str, file: str) -> Path:
    outs[name] = folder / f"{file}.png"
    return outs[name]


def _pillow(folder: Path, outs: dict[str, Path]) -> Peer:
    name = f"Pillow {version('pillow')}, level 1"
    return Peer(name, "8 bits a channel; stroke and shadow from masks", 2,
                [sys.executable, "-m", "bench.peers.pillow", str(folder), str(_out(folder, outs, name, "pillow"))])


def _under_node(folder: Path, outs: dict[str, Path]) -> list[Peer]:
    absent = nodes.install() or ""
    environment = nodes.environment(folder, shirts.FONTS)
    rows = (
        ("sharp", "sharp.cjs", 8, "text only as SVG patches by librsvg, its fonts only through fontconfig; 8 bits a channel"),
        ("sharp", "sharp_overlay.cjs", 8, "the same, its texts as one SVG of the canvas's size"),
        ("@napi-rs/canvas", "canvas.cjs", 2, "no base direction or features for a text; no level for PNG; 8 bits a channel"),
        ("@resvg/resvg-js", "resvg.cjs", 2, "images only inside the SVG, as base64; no dpi in the file; no mesh"),
    )
    peers = []
    for package, script, faster, lacks in rows:
        name = f"{package} {nodes.version(package)}" + (", one overlay" if "overlay" in script else "")
        command = nodes.command(script, folder, _out(folder, outs, name, script.removesuffix(".cjs")))
        peers.append(Peer(name, lacks, faster, command, environment, absent=absent))
    return peers


def _imagemagick(folder: Path, outs: dict[str, Path]) -> Peer:
    lacks = "Arabic neither joined nor turned around where it is built without Raqm; memory as the system's policy allows"
    found = imagemagick.find()
    if not found:
        return Peer("ImageMagick", lacks, 8, absent="not installed (Debian: apt-get install imagemagick)")
    name = f"ImageMagick {found[1]}"
    return Peer(name, lacks, 8, imagemagick.command(found[0], folder, _out(folder, outs, name, "imagemagick")))


def _chromium(folder: Path, outs: dict[str, Path]) -> Peer:
    lacks = "no dpi in the file; size bounded by the window; 8 bits a channel; other pixels with other versions"
    found = chromium.find()
    if not found:
        return Peer("headless Chromium", lacks, 8, absent="not installed (Debian: apt-get install chromium)")
    name = f"headless Chromium {found[1].partition('.')[0]}"
    return Peer(name, lacks, 8, chromium.command(found[0], folder, _out(folder, outs, name, "chromium")), tree=True)
