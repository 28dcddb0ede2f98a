"""Writes monogram/render/generate/sky.json from the npm package d3-celestial: make_sky_table.py FOLDER (its `data`)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "monogram" / "render" / "generate" / "sky.json"
NOTICE = (
    "Stars to magnitude 6 and constellation lines of d3-celestial 0.7.35, Copyright (c) 2015, Olaf Frohn, BSD-3-Clause "
    "(docs/credits.md); its stars are from XHIP, An Extended Hipparcos Compilation (Anderson, Francis 2012; VizieR V/137D). "
    "stars: Hipparcos number, right ascension and declination (J2000, 1/1000 degree), magnitude (1/100), in a row, brightest "
    "first. lines: of each constellation (IAU), points as right ascension and declination in 1/1000 degree.")


def point(coordinates: list[float]) -> list[int]:
    return [round(coordinates[0] * 1000) % 360_000, round(coordinates[1] * 1000)]


def table(folder: Path) -> dict:
    stars = [(star["id"], *point(star["geometry"]["coordinates"]), round(star["properties"]["mag"] * 100))
             for star in json.loads((folder / "stars.6.json").read_text("utf-8"))["features"]]
    stars.sort(key=lambda star: (star[3], star[0]))
    lines: dict[str, list] = {}
    for figure in json.loads((folder / "constellations.lines.json").read_text("utf-8"))["features"]:
        lines.setdefault(figure["id"], []).extend(
            [number for place in line for number in point(place)] for line in figure["geometry"]["coordinates"])
    return {"notice": NOTICE, "stars": [number for star in stars for number in star], "lines": dict(sorted(lines.items()))}


if __name__ == "__main__":
    TARGET.write_text(json.dumps(table(Path(sys.argv[1])), separators=(",", ":")) + "\n", "utf-8")
