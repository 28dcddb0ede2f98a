"""The T-shirt job as data: what every engine is given, as a design document for us and as a job file for the others."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

PRODUCTS = Path(__file__).parent.parent / "monogram" / "demo" / "products"
PHOTO, BADGE = PRODUCTS / "photos" / "dandelions.jpg", PRODUCTS / "art" / "mountain-badge.png"
FONTS = Path(__file__).parent.parent / "monogram" / "fonts" / "files"
DOCUMENT, JOB = "shirt.json", "job.json"

WIDTH, HEIGHT, DPI = 4500, 5400, 300
# Boxes: x, y, width, height in canvas pixels. The badge of 3000 x 3000 is scaled 1.5 times; the photo keeps its size.
BADGE_BOX = (0, 480, 4500, 4500)
PHOTO_BOX = (250, 1320, 4000, 3000)
PHOTO_TURN, PHOTO_RADIUS = 6, 420  # degrees clockwise; pixels


@dataclass(frozen=True)
class Lettering:
    """One text layer, centred in its box. `size` is pixels per em, `stroke` the width of the whole line, `blur` a sigma."""

    text: str
    family: str
    weight: int
    file: str
    size: int
    box: tuple[int, int, int, int]
    fill: str
    stroke: int
    blur: int


STROKE_COLOR, SHADOW_RGB, SHADOW_ALPHA, SHADOW_OFFSET = "#132a3a", "#000000", 0x66, (10, 14)

LETTERINGS = (
    Lettering("SUMMER CAMP", "Bebas Neue", 400, "BebasNeue_400Regular.ttf", 700, (150, 0, 4200, 860), "#fff1d6", 28, 18),
    Lettering("Adventure club", "Lobster", 400, "Lobster_400Regular.ttf", 360, (750, 760, 3000, 460), "#f6b24b", 20, 14),
    Lettering("مغامرة في الجبال", "Amiri", 700, "Amiri_700Bold.ttf", 420, (600, 4200, 3300, 760), "#fff1d6", 20, 14),
    Lettering("Family Fuchs", "Pacifico", 400, "Pacifico_400Regular.ttf", 300, (250, 4850, 1900, 400), "#f6b24b", 16, 12),
    Lettering("EST. 2026", "Montserrat", 700, "Montserrat_700Bold.ttf", 240, (2200, 4850, 1300, 400), "#fff1d6", 14, 10),
    Lettering("Lake", "Oswald", 700, "Oswald_700Bold.ttf", 300, (3500, 4850, 850, 400), "#f6b24b", 16, 12),
)  # fmt: skip


def document() -> dict:
    """The job as a design document; its images lie beside it under their own names."""
    return {
        "version": 1, "title": "The T-shirt job", "canvas": {"width": WIDTH, "height": HEIGHT, "dpi": DPI},
        "assets": {"photo": {"file": PHOTO.name}, "badge": {"file": BADGE.name}},
        "layers": [
            {"type": "image", "id": "badge", "asset": "badge", "fit": "stretch", **_box(BADGE_BOX)},
            {"type": "image", "id": "photo", "asset": "photo", "fit": "stretch", "rotation": PHOTO_TURN, **_box(PHOTO_BOX),
             "mask": {"by": "shape", "shape": {"kind": "rectangle", "radius": PHOTO_RADIUS}}},
            *(_layer(number, lettering) for number, lettering in enumerate(LETTERINGS, 1)),
        ],
    }  # fmt: skip


def job() -> dict:
    """The job as plain data for engines that read no design document; `baseline` is in pixels below a box's top."""
    return {
        "width": WIDTH, "height": HEIGHT, "dpi": DPI, "stroke": STROKE_COLOR,
        "shadow": {"color": SHADOW_RGB, "opacity": SHADOW_ALPHA / 255, "offset": SHADOW_OFFSET},
        "badge": {"file": BADGE.name, "box": BADGE_BOX},
        "photo": {"file": PHOTO.name, "box": PHOTO_BOX, "turn": PHOTO_TURN, "radius": PHOTO_RADIUS},
        "texts": [{**asdict(lettering), "font": str(FONTS / lettering.file), "baseline": _baseline(lettering)}
                  for lettering in LETTERINGS],
    }  # fmt: skip


def lay_out(folder: Path) -> Path:
    """Puts the document, the job file and copies of the images into `folder`; returns the document's path."""
    (folder / JOB).write_text(json.dumps(job(), ensure_ascii=False), encoding="utf-8")
    for image in (PHOTO, BADGE):
        shutil.copyfile(image, folder / image.name)
    path = folder / DOCUMENT
    path.write_text(json.dumps(document(), ensure_ascii=False), encoding="utf-8")
    return path


def _layer(number: int, lettering: Lettering) -> dict:
    dx, dy = SHADOW_OFFSET
    return {
        "type": "text", "id": f"text-{number}", **_box(lettering.box), "text": lettering.text,
        "font": {"family": lettering.family, "weight": lettering.weight}, "size": lettering.size, "wrap": False,
        "overflow": "show", "align": "center", "verticalAlign": "middle", "fill": lettering.fill,
        "stroke": {"color": STROKE_COLOR, "width": lettering.stroke},
        "shadow": {"color": f"{SHADOW_RGB}{SHADOW_ALPHA:02x}", "dx": dx, "dy": dy, "blur": lettering.blur},
    }  # fmt: skip


def _baseline(lettering: Lettering) -> float:
    """Where the baseline lies if ascent and descent together stand in the middle of the box."""
    import uharfbuzz

    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(FONTS / lettering.file))
    extents = uharfbuzz.Font(face).get_font_extents("ltr")
    return lettering.box[3] / 2 + (extents.ascender + extents.descender) / 2 * lettering.size / face.upem


def _box(box: tuple[int, int, int, int]) -> dict:
    return dict(zip(("x", "y", "width", "height"), box, strict=True))
