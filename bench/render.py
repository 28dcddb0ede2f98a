"""`python -m bench.render`: the drawing engine's speed and memory beside its peers, in one run, in turns.

This process only starts others and counts: it must stay smaller than what it measures (see machines.whole_process).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bench import giants, machines, processes, reports, shirts, workers
from bench.peers import all_peers

ROOT = Path(__file__).parent.parent

METHOD = f"""The job: a {shirts.WIDTH} x {shirts.HEIGHT} RGBA PNG at {shirts.DPI} dpi from a 3000 x 3000 RGBA clip-art scaled
1.5 times, a 4000 x 3000 JPEG photo at its own size in a rounded mask, turned by {shirts.PHOTO_TURN} degrees, and six text
layers with stroke and blurred shadow, one of them Arabic. All engines read the same two images and the same font files.

*Cold* is a whole process, from its start to its end: for us `monogram render DOCUMENT.json -o OUT.png`, the command line as a
user runs it, with its checks; for the peers the programs under `bench/peers`. Ours runs before every run of a peer; the first
pair is not counted; figures are medians, ratios are medians of the pairs (five, or three where a peer takes longer than
{processes.SLOW:.0f} seconds). CPU is user plus system time of all threads and all processes of the tree. Peak is the
resident memory the kernel reports, for Chromium the largest sum of its processes' proportional shares.

*Warm* is a process that has done the job before: each run reads and decodes the images anew and ends with the PNG in memory.
The floor is what no engine of the same parts can save: decoding both images, copying the finished canvas once, encoding it.

The peers' programs are written as well as their documentation tells: sharp twice, with a patch a text and with one overlay of
the canvas's size, as most programs do it; Pillow with patches and in-place compositing; PNG at level 1 where a level can be
chosen. They paint with 8 bits a channel (ImageMagick 16), we with 16-bit floats.

What makes ours fast, each without a changed pixel: what of a picture is clear, or hidden by a later photo, is not painted;
pictures decoded for the checks are painted, not decoded again; PNG is filtered and packed in parts of 64 rows, by a second
thread while the next rows are read back. That thread is all the parallelism: workers keep the other cores busy with other jobs.

Where 8 times sharp with patches is missed: sharp is compiled code that starts at once, and an eighth of its time is about what
our start (above: the interpreter, its libraries, the fonts) and the floor (below: decoding, one copy, PNG) take together,
before a pixel is painted. Painting is about half of ours: 15 million visible pixels sampled and six blurred outlines, in
floats, 24 million read back. Two processes painting a half each would, by estimate, save a fifth of the wall time where a core
is idle, at more CPU, and still miss it; so a job stays on one core. With one overlay, as most programs use sharp, it is met.

The mockup is the demo's mug with a shopper's answers; Pillow bends the same art around it by a mesh of 32 columns. *Again* is
the same mockup with another name each time, as a shopper types: a worker keeps the pictures and, of the canvas and the art on
the mug, the pixels up to the first layer that differs. Layout wraps the text and shrinks it until it fits, each time
another text."""


@dataclass
class Found:
    """Tables under their headings, and whether each goal was met."""

    sections: list[tuple[str, str]] = field(default_factory=list)
    met: list[bool] = field(default_factory=list)

    def add(self, heading: str, table: reports.Table, met: list[bool], after: str = "") -> None:
        print(f"\n{heading}")
        table.show()
        self.sections.append((heading, f"{table.markdown()}\n\n{after}".rstrip()))
        self.met += met

    def markdown(self) -> str:
        return "\n\n".join(f"## {heading}\n\n{text}" for heading, text in self.sections)


def run(times: int, folder: Path, *, quick: bool) -> Found:
    """Every measurement. quick: one counted run of each, without the second worker's rounds and the giant canvas."""
    document, outs = shirts.lay_out(folder), {}
    peers = all_peers(folder, outs)
    progress, found = reports.Progress(), Found()
    pairs, hashes = processes.measure(peers, outs, document, times, progress)
    table, met = processes.table(pairs, (folder / "ours.png").stat().st_size)
    apart = _difference(folder / "ours.png", folder / "pillow.png")
    start = processes.start(folder, times, progress)
    found.add("The job cold, whole processes", table, [*met, len(hashes) == 1],
              f"Our start alone, the same command for one letter on 64 x 64 pixels: {start:.2f} s.\n\n"
              f"What they cannot do, or do otherwise:\n\n{processes.limits(pairs)}\n\n"
              f"Mean difference of our picture and Pillow's: {apart:.2f} of 255.")
    runs = workers.measure(times, folder, progress)
    found.add("The job warm, and its floor", *workers.job_table(runs))
    ratios = workers.two_workers(1 if quick else 3, folder, progress)
    found.add("Mockup, layout, a second worker", *workers.small_table(runs, ratios))
    if not quick:
        found.add("A giant canvas", *giants.table(*giants.measure(folder, progress)), giants.AFTER)
    progress.end()
    return found


def _difference(one: Path, other: Path) -> float:
    command = [sys.executable, "-m", "bench.engines", "difference", str(one), str(other)]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.render", description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5, help="counted runs of each engine (default 5; slow peers 3)")
    parser.add_argument("--quick", action="store_true", help="one counted run of each, without the giant canvas")
    parser.add_argument("--check", action="store_true", help="end with status 1 if a goal is missed")
    parser.add_argument("--write", action="store_true", help="write docs/bench/render.md")
    args = parser.parse_args()
    times = 1 if args.quick else args.times
    notes = f"Machine: {machines.describe()}.\nRuns: {times} of each engine."
    print(notes)
    with tempfile.TemporaryDirectory(prefix="monogram-bench-") as folder:
        found = run(times, Path(folder), quick=args.quick)
    notes += f"\nLoad at the end: {machines.load():.1f}."
    if args.write:
        page = (f"# The drawing engine, beside its peers\n\nMade by `python -m bench.render --write`.\n\n{notes}\n\n"
                f"{found.markdown()}\n\n## Method\n\n{METHOD}\n")
        print(f"written: {reports.write('render', page).relative_to(ROOT)}")
    return 1 if args.check and not all(found.met) else 0


if __name__ == "__main__":
    sys.exit(main())
