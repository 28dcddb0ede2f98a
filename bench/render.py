"""`python -m bench.render`: the T-shirt job by Monogram and by Pillow in the same run, cold and warm, with the floor.

This process only starts others and counts: it must stay smaller than what it measures (see machines.whole_process).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import machines, reports, shirts

ROOT = Path(__file__).parent.parent
ENGINES = ("ours", "pillow")
FLOOR = ("decode", "copy", "encode")
# The goals: cold wall, times faster; warm CPU seconds where the peer takes 3.5; bytes.
FASTER, WARM_SHARE, PEAK = 1.6, 1.3 / 3.5, 450e6

METHOD = f"""The job: a {shirts.WIDTH} x {shirts.HEIGHT} RGBA PNG at {shirts.DPI} dpi from a 3000 x 3000 RGBA clip-art scaled
1.5 times, a 4000 x 3000 JPEG photo at its own size in a rounded mask, turned by {shirts.PHOTO_TURN} degrees, and six text
layers with stroke and blurred shadow, one of them Arabic. Both engines read the same two images and the same font files.

*Cold* is a whole process, from its start to its end: for us `monogram render DOCUMENT.json -o OUT.png`, the command line as a
user runs it, with its checks; for Pillow the script `bench/pillow_shirts.py`. *Warm* is a process that has done the job before:
each run reads and decodes the images anew and ends with the PNG in memory. The engines alternate, ours first; one run of each
goes before and is not counted; figures are medians, ratios are medians of the pairs. CPU is user plus system time of all
threads. Peak is the resident memory the kernel reports for the cold process.

Pillow's job is written as well as Pillow allows: bilinear sampling (ours is bilinear at these sizes too), colours and mask of
the photo turned apart, texts on patches of their own size with in-place compositing, Raqm for Arabic, PNG at
`compress_level` 1. It paints with 8 bits a channel, we with 16-bit floats; our stroke and shadow are painted from outlines,
Pillow's from masks. The pictures are the same to the eye; the mean difference below says how far they lie apart.

The floor is what no engine of the same parts can save: decoding both images, copying the finished canvas once, encoding it."""


@dataclass
class Runs:
    """All measurements of one engine."""

    cold: list[machines.Cost] = field(default_factory=list)
    warm: list[dict] = field(default_factory=list)
    floor: dict[str, list[dict]] = field(default_factory=lambda: {task: [] for task in FLOOR})
    files: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        return self.warm[0]["bytes"]


class Warm:
    """A process of one engine, kept between runs."""

    def __init__(self, engine: str, folder: Path) -> None:
        command = [sys.executable, "-m", "bench.engines", engine, str(folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, task: str) -> dict:
        self.process.stdin.write(task + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the process of {self.process.args[3]} ended at {task!r}; its reason stands above")
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def cold_command(engine: str, document: Path, out: Path) -> list[str]:
    if engine == "ours":
        return [sys.executable, "-m", "monogram.cli", "render", str(document), "-o", str(out)]
    return [sys.executable, "-m", "bench.pillow_shirts", str(document.parent), str(out)]


def run(times: int, folder: Path) -> tuple[dict[str, Runs], float]:
    """Every measurement, by engine, and the mean difference of the two pictures (of 255)."""
    document = shirts.lay_out(folder)
    runs = {engine: Runs() for engine in ENGINES}
    progress = reports.Progress(2 * (times + 1) * (2 + len(FLOOR)))
    outs = {engine: folder / f"{engine}.png" for engine in ENGINES}
    for number in range(times + 1):
        for engine, out in outs.items():
            progress.step(f"cold: {engine}")
            cost = machines.whole_process(cold_command(engine, document, out), ROOT)
            runs[engine].files.add(hashlib.sha256(out.read_bytes()).hexdigest())
            if number:
                runs[engine].cold.append(cost)
    _run_warm(times, folder, runs, progress)
    progress.end()
    told = subprocess.run([sys.executable, "-m", "bench.engines", "difference", *map(str, outs.values())],
                          cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return runs, float(told)


def _run_warm(times: int, folder: Path, runs: dict[str, Runs], progress: reports.Progress) -> None:
    workers = {engine: Warm(engine, folder) for engine in ENGINES}
    try:
        for task in ("job", *FLOOR):
            for number in range(times + 1):
                for engine, worker in workers.items():
                    progress.step(f"warm: {task}" if task == "job" else f"floor: {task}")
                    measured = worker.do(task)
                    if task == "job":
                        runs[engine].files.add(measured["sha256"])
                    if number:
                        (runs[engine].warm if task == "job" else runs[engine].floor[task]).append(measured)
    finally:
        for worker in workers.values():
            worker.close()


def table(runs: dict[str, Runs]) -> tuple[reports.Table, bool]:
    """The figures beside the goals, and whether all are met."""
    ours, pillow = runs["ours"], runs["pillow"]
    rows, met = [], []

    def row(name: str, one: list[float], other: list[float], unit: str, goal: str = "", fits=lambda mine, ratio: True) -> None:
        ratio = median(theirs / mine for mine, theirs in zip(one, other, strict=True))
        met.append(fits(median(one), ratio))
        verdict = f"{goal}: {'yes' if met[-1] else 'NO'}" if goal else ""
        rows.append((name, _figure(median(one), unit), _figure(median(other), unit), f"{ratio:.2f}", verdict))

    row("cold whole process, wall", [c.wall for c in ours.cold], [c.wall for c in pillow.cold], "s",
        f"ratio at least {FASTER}", lambda mine, ratio: ratio >= FASTER)
    row("cold whole process, CPU", [c.cpu for c in ours.cold], [c.cpu for c in pillow.cold], "s")
    row("cold whole process, peak memory", [c.peak for c in ours.cold], [c.peak for c in pillow.cold], "MB",
        f"under {PEAK / 1e6:.0f} MB", lambda mine, ratio: mine < PEAK)
    row("warm job, CPU", [r["cpu"] for r in ours.warm], [r["cpu"] for r in pillow.warm], "s",
        f"ratio at least {1 / WARM_SHARE:.1f}, or at most 1.3 s",
        lambda mine, ratio: ratio >= 1 / WARM_SHARE or mine <= 1.3)
    row("warm job, wall", [r["wall"] for r in ours.warm], [r["wall"] for r in pillow.warm], "s")
    for task in FLOOR:
        row(f"floor: {task} alone, CPU", [r["cpu"] for r in ours.floor[task]], [r["cpu"] for r in pillow.floor[task]], "s")
    floors = {engine: [sum(parts) for parts in zip(*([r["cpu"] for r in runs[engine].floor[task]] for task in FLOOR),
                                                   strict=True)] for engine in ENGINES}
    row("floor: decode, copy and encode, CPU", floors["ours"], floors["pillow"], "s")
    row("file", [ours.size], [pillow.size], "MB")
    same, theirs_same = len(ours.files) == 1, len(pillow.files) == 1
    rows.append(("same bytes in every run", "yes" if same else "NO", "yes" if theirs_same else "no", "",
                 f"ours: {'yes' if same else 'NO'}"))
    headings = ("measure", "Monogram", "Pillow", "Pillow / Monogram", "goal")
    return reports.Table(headings, rows), all(met) and same


def _figure(value: float, unit: str) -> str:
    return f"{value / 1e6:,.1f} MB" if unit == "MB" else f"{value:.3f} s"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.render", description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=7, help="counted runs of each engine (default 7)")
    parser.add_argument("--check", action="store_true", help="end with status 1 if a goal is missed")
    parser.add_argument("--write", action="store_true", help="write docs/bench/render.md")
    args = parser.parse_args()
    machine = machines.describe()
    with tempfile.TemporaryDirectory(prefix="monogram-bench-") as folder:
        runs, difference = run(args.times, Path(folder))
    found, met = table(runs)
    notes = (f"Machine: {machine}.\nRuns: {args.times} of each engine, Pillow {_version()}. "
             f"Mean difference of the two pictures: {difference:.2f} of 255.")
    print(notes)
    found.show()
    if args.write:
        page = (f"# The T-shirt job, beside Pillow\n\nMade by `python -m bench.render --write`.\n\n{notes}\n\n"
                f"{found.markdown()}\n\n## Method\n\n{METHOD}\n")
        print(f"written: {reports.write('render', page).relative_to(ROOT)}")
    return 1 if args.check and not met else 0


def _version() -> str:
    from importlib.metadata import version

    return version("pillow")


if __name__ == "__main__":
    sys.exit(main())
