"""Warm processes: the job, its floor, PNG alone, the mockup, layout; and what a second worker brings."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import engines, reports

ROOT = Path(__file__).parent.parent
ENGINES = ("ours", "pillow")
FLOOR = ("decode", "copy", "encode")
BOTH, OURS = ("job", *FLOOR, "mockup"), ("again", "preview", *engines.LAYOUTS)
# The goals: CPU seconds, times Pillow, milliseconds, times one worker.
CPU, ENCODE, MOCKUP, LAYOUT, TWO = 1.2, 8.0, 60.0, 5.0, 1.8
_JOBS = 3


@dataclass
class Runs:
    """Every counted run of one engine by task, and the hashes of its files."""

    tasks: dict[str, list[dict]] = field(default_factory=dict)
    hashes: set[str] = field(default_factory=set)

    def median(self, task: str, what: str = "cpu") -> float:
        return median(run[what] for run in self.tasks[task])


class Warm:
    """A process of one engine, kept between runs."""

    def __init__(self, engine: str, folder: Path) -> None:
        command = [sys.executable, "-m", "bench.engines", engine, str(folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, task: str) -> None:
        self.process.stdin.write(task + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the process of {self.process.args[3]} ended; its reason stands above")
        return json.loads(line)

    def do(self, task: str) -> dict:
        self.start(task)
        return self.answer()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def measure(times: int, folder: Path, progress: reports.Progress) -> dict[str, Runs]:
    """Every task of every engine, in turns, after one run that is not counted."""
    runs = {engine: Runs() for engine in ENGINES}
    workers = {engine: Warm(engine, folder) for engine in ENGINES}
    try:
        for task in (*BOTH, *OURS):
            for number in range(times + 1):
                for engine, worker in workers.items():
                    if engine == "pillow" and task in OURS:
                        continue
                    progress.step(f"warm: {task}")
                    measured = worker.do(task)
                    if task == "job":
                        runs[engine].hashes.add(measured["sha256"])
                    if number:
                        runs[engine].tasks.setdefault(task, []).append(measured)
    finally:
        for worker in workers.values():
            worker.close()
    return runs


def two_workers(times: int, folder: Path, progress: reports.Progress) -> list[float]:
    """Jobs a second of two of our warm processes over those of one, a ratio a round."""
    workers = [Warm("ours", folder) for _ in range(2)]
    try:
        _jobs(workers, 1)
        ratios = []
        for _ in range(times):
            progress.step("two workers")
            alone = _jobs(workers[:1], _JOBS)
            ratios.append(2 * alone / _jobs(workers, _JOBS))
        return ratios
    finally:
        for worker in workers:
            worker.close()


def _jobs(workers: list[Warm], jobs: int) -> float:
    """Seconds until each of the workers has done so many jobs, one after the other."""
    started = time.perf_counter()
    for worker in workers:
        for _ in range(jobs):
            worker.start("job")
    for worker in workers:
        for _ in range(jobs):
            worker.answer()
    return time.perf_counter() - started


def job_table(runs: dict[str, Runs]) -> tuple[reports.Table, list[bool]]:
    """The job, its floor and PNG alone, beside Pillow. And which goals are met."""
    ours, pillow = runs["ours"], runs["pillow"]
    met = [ours.median("job") <= CPU, _ratio(runs, "encode") >= ENCODE and _size(ours, "encode") <= _size(pillow, "encode"),
           len(ours.hashes) == 1]
    rows = [_row(runs, "job", "cpu", "job, CPU", f"at most {CPU} s: {_word(met[0])}"),
            _row(runs, "job", "wall", "job, wall"),
            _row(runs, "decode", "cpu", "floor: both images decoded, CPU"),
            _row(runs, "copy", "cpu", "floor: canvas copied, CPU"),
            _row(runs, "encode", "cpu", "floor, and PNG alone: encoded, CPU",
                 f"{ENCODE:g} times Pillow, no larger: {_word(met[1])}"),
            _row(runs, "encode", "wall", "PNG alone, wall")]
    floors = [sum(each.median(task) for task in FLOOR) for each in (ours, pillow)]
    rows.append(("floor, CPU", *(f"{floor:.3f} s" for floor in floors), f"{floors[1] / floors[0]:.2f}", ""))
    sizes = [_size(each, "encode") for each in (ours, pillow)]
    rows.append(("PNG, size", *(f"{size / 1e6:.2f} MB" for size in sizes), f"{sizes[1] / sizes[0]:.2f}", ""))
    same = ["yes" if len(each.hashes) == 1 else "no" for each in (ours, pillow)]
    rows.append(("same bytes in every run", *same, "", f"ours: {_word(met[2])}"))
    return reports.Table(("warm process", "Monogram", "Pillow", "Pillow / Monogram", "goal"), rows), met


def small_table(runs: dict[str, Runs], ratios: list[float]) -> tuple[reports.Table, list[bool]]:
    """Mockup, layout and the second worker. And which goals are met."""
    ours, rows, met = runs["ours"], [], []
    rows.append(("mockup 1600 x 1600 from files to PNG, Monogram", f"{1000 * ours.median('mockup', 'wall'):.0f} ms", ""))
    rows.append(("the same by Pillow", f"{1000 * runs['pillow'].median('mockup', 'wall'):.0f} ms",
                 f"{_ratio(runs, 'mockup', 'wall'):.2f} times ours"))
    again, preview = (1000 * ours.median(task, "wall") for task in ("again", "preview"))
    met.append(again <= MOCKUP)
    rows.append(("mockup again with another name, to PNG", f"{again:.0f} ms", f"at most {MOCKUP:g} ms: {_word(met[-1])}"))
    rows.append(("the same, drawn only", f"{preview:.0f} ms", ""))
    for task in engines.LAYOUTS:
        taken = 1000 * ours.median(task, "wall")
        met.append(taken <= LAYOUT)
        name = f"layout of {len(engines.LAYOUTS[task][1])} characters, {task.removeprefix('layout-')}"
        rows.append((name, f"{taken:.1f} ms", f"at most {LAYOUT:g} ms: {_word(met[-1])}"))
    met.append(median(ratios) >= TWO)
    rows.append(("two workers' jobs, over one's", f"{median(ratios):.2f}", f"at least {TWO}: {_word(met[-1])}"))
    return reports.Table(("warm process", "figure", "goal"), rows), met


def _row(runs: dict[str, Runs], task: str, what: str, name: str, goal: str = "") -> tuple[str, ...]:
    return (name, *(f"{runs[engine].median(task, what):.3f} s" for engine in ENGINES), f"{_ratio(runs, task, what):.2f}", goal)


def _ratio(runs: dict[str, Runs], task: str, what: str = "cpu") -> float:
    """Pillow's over ours, the median of neighbouring runs."""
    pairs = zip(runs["ours"].tasks[task], runs["pillow"].tasks[task], strict=True)
    return median(theirs[what] / ours[what] for ours, theirs in pairs)


def _size(runs: Runs, task: str) -> int:
    return runs.tasks[task][0]["bytes"]


def _word(met: bool) -> str:
    return "yes" if met else "NO"
