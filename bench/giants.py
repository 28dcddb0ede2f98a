"""A canvas of 20,000 x 20,000: the T-shirt's art twelve times over, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

from bench import machines, processes, reports, shirts

SIDE, ACROSS, DOWN = 20_000, 4, 3
PEAK = 600e6
AFTER = (f"{ACROSS * DOWN} times the shirt's eight layers, cold, by the command line; painted in strips of fixed height "
         "(see `limits.strip_rows`).")


def document() -> dict:
    """The shirt's layers in twelve groups; an id is said once, so each group's layers have its number."""
    shirt = shirts.document()
    gap_x, gap_y = (SIDE - ACROSS * shirts.WIDTH) // (ACROSS + 1), (SIDE - DOWN * shirts.HEIGHT) // (DOWN + 1)
    groups = []
    for number in range(ACROSS * DOWN):
        down, across = divmod(number, ACROSS)
        place = {"x": gap_x + across * (shirts.WIDTH + gap_x), "y": gap_y + down * (shirts.HEIGHT + gap_y),
                 "width": shirts.WIDTH, "height": shirts.HEIGHT}
        layers = [{**layer, "id": f"{layer['id']}-{number}"} for layer in shirt["layers"]]
        groups.append({"type": "group", "id": f"shirt-{number}", **place, "layers": layers})
    return {**shirt, "title": "Twelve shirts", "canvas": {**shirt["canvas"], "width": SIDE, "height": SIDE}, "layers": groups}


def measure(folder: Path, progress: reports.Progress) -> tuple[machines.Cost, int]:
    """One whole process, and the size of its file. `folder` holds the shirt's images."""
    progress.step("20,000 x 20,000")
    path, out = folder / "giant.json", folder / "giant.png"
    path.write_text(json.dumps(document(), ensure_ascii=False), encoding="utf-8")
    cost = machines.whole_process(processes.our_command(path, out), processes.ROOT)
    size = out.stat().st_size
    out.unlink()
    return cost, size


def table(cost: machines.Cost, size: int) -> tuple[reports.Table, list[bool]]:
    met = cost.peak < PEAK
    row = (f"{cost.wall:.1f} s", f"{cost.cpu:.1f} s", f"{cost.peak / 1e6:.0f} MB", f"{size / 1e6:.0f} MB",
           f"under {PEAK / 1e6:.0f} MB: {'yes' if met else 'NO'}")
    return reports.Table(("canvas", "wall", "CPU", "peak", "file", "goal"), [(f"{SIDE:,} x {SIDE:,}", *row)]), [met]
