"""The T-shirt job cold: whole processes, ours and each peer's in turns."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import machines, reports
from bench.peers import Peer

ROOT = Path(__file__).parent.parent
# A peer whose first run takes longer is run at most three times more.
SLOW, SLOW_TIMES = 8.0, 3
PEAK = 450e6


@dataclass
class Pairs:
    """Neighbouring runs of ours and of one peer."""

    peer: Peer
    ours: list[machines.Cost] = field(default_factory=list)
    theirs: list[machines.Cost] = field(default_factory=list)
    size: int = 0

    def ratio(self, what: str) -> float:
        """Theirs over ours, the median of the pairs."""
        return median(getattr(they, what) / getattr(we, what) for we, they in zip(self.ours, self.theirs, strict=True))


def measure(peers: list[Peer], outs: dict[str, Path], document: Path, times: int,
            progress: reports.Progress) -> tuple[list[Pairs], set[str]]:
    """Pairs by peer, and the hashes of our files. The first run of each peer, and ours before it, are not counted."""
    found, hashes = [], set()
    our_out = document.parent / "ours.png"
    for peer in peers:
        pairs = Pairs(peer)
        found.append(pairs)
        if peer.absent:
            continue
        progress.step(f"cold: {peer.name}")
        first = _pair(peer, document, our_out)[1]
        for _ in range(min(times, SLOW_TIMES) if first.wall > SLOW else times):
            progress.step(f"cold: {peer.name}")
            ours, theirs = _pair(peer, document, our_out)
            pairs.ours.append(ours)
            pairs.theirs.append(theirs)
            hashes.add(hashlib.sha256(our_out.read_bytes()).hexdigest())
        pairs.size = outs[peer.name].stat().st_size
    return found, hashes


def start(folder: Path, times: int, progress: reports.Progress) -> float:
    """Seconds of wall time of our command for one letter on a small canvas, the median: a cold process without the work."""
    document = folder / "letter.json"
    document.write_text(json.dumps({
        "version": 1, "canvas": {"width": 64, "height": 64, "dpi": 96},
        "layers": [{"type": "text", "id": "letter", "x": 0, "y": 0, "width": 64, "height": 64, "text": "A", "size": 40,
                    "font": {"family": "Montserrat"}}]}), encoding="utf-8")
    progress.step("cold: start")
    command = our_command(document, folder / "letter.png")
    return median([machines.whole_process(command, ROOT).wall for _ in range(times + 1)][1:])


def our_command(document: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "monogram.cli", "render", str(document), "-o", str(out)]


def _pair(peer: Peer, document: Path, our_out: Path) -> tuple[machines.Cost, machines.Cost]:
    ours = machines.whole_process(our_command(document, our_out), ROOT)
    theirs = machines.whole_process(peer.command, ROOT, peer.environment, tree=peer.tree)
    return ours, theirs


def table(found: list[Pairs], our_size: int) -> tuple[reports.Table, list[bool]]:
    """A row an engine, ours first; ratios are theirs over ours. And which goals are met."""
    ours = [cost for pairs in found for cost in pairs.ours]
    peak = median(cost.peak for cost in ours)
    met = [peak < PEAK]
    rows = [("Monogram", *_figures(ours), _mega(our_size), "", "", f"under {PEAK / 1e6:.0f} MB: {_word(met[0])}")]
    for pairs in found:
        if pairs.peer.absent:
            rows.append((pairs.peer.name, *[""] * 6, f"not run: {pairs.peer.absent}"))
            continue
        wall = pairs.ratio("wall")
        met.append(wall >= pairs.peer.times_faster)
        rows.append((pairs.peer.name, *_figures(pairs.theirs), _mega(pairs.size), f"{wall:.1f}", f"{pairs.ratio('cpu'):.1f}",
                     f"{pairs.peer.times_faster:g} by wall: {_word(met[-1])}"))
    return reports.Table(("engine", "wall", "CPU", "peak", "file", "wall / ours", "CPU / ours", "goal"), rows), met


def limits(found: list[Pairs]) -> str:
    """What each peer cannot do, as a list."""
    return "\n".join(f"- {pairs.peer.name}: {pairs.peer.lacks}." for pairs in found)


def _figures(costs: list[machines.Cost]) -> tuple[str, str, str]:
    wall, cpu, peak = (median(getattr(cost, what) for cost in costs) for what in ("wall", "cpu", "peak"))
    return f"{wall:.2f} s", f"{cpu:.2f} s", _mega(peak)


def _mega(size: float) -> str:
    return f"{size / 1e6:,.1f} MB"


def _word(met: bool) -> str:
    return "yes" if met else "NO"
