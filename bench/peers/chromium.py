"""The T-shirt job by headless Chromium: a page of the canvas's size, and a picture taken of it."""

from __future__ import annotations

import shutil
import subprocess
from html import escape
from pathlib import Path

from bench import shirts

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> tuple[str, str] | None:
    """The program and its version, or None where there is no Chromium."""
    for name in _NAMES:
        if path := shutil.which(name):
            told = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            return path, next((word for word in told.split() if word[0].isdigit()), "of unknown version")
    return None


def command(program: str, folder: Path, out: Path) -> list[str]:
    """Writes the page into `folder`, beside its images, and returns the call that photographs it."""
    page = folder / "shirt.html"
    page.write_text(_page(), encoding="utf-8")
    return [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
            f"--user-data-dir={folder / 'chromium'}", f"--window-size={shirts.WIDTH},{shirts.HEIGHT}",
            "--default-background-color=00000000", "--allow-file-access-from-files", f"--screenshot={out}", page.as_uri()]


def _page() -> str:
    faces = "".join(f'@font-face {{ font-family: "{each.family}"; font-weight: {each.weight}; font-display: block; '
                    f'src: url("{(shirts.FONTS / each.file).as_uri()}") }}\n' for each in shirts.LETTERINGS)
    dx, dy = shirts.SHADOW_OFFSET
    shadow = f"{shirts.SHADOW_RGB}{shirts.SHADOW_ALPHA:02x}"
    texts = "".join(
        f'<p dir="auto" style="{_place(each.box)}; font: {each.weight} {each.size}px/{each.box[3]}px '
        f"'{each.family}'; color: {each.fill}; -webkit-text-stroke: {each.stroke}px {shirts.STROKE_COLOR}; "
        f'filter: drop-shadow({dx}px {dy}px {each.blur}px {shadow})">{escape(each.text)}</p>\n'
        for each in shirts.LETTERINGS)
    return (f'<!doctype html><meta charset="utf-8"><style>\n{faces}'
            "* { margin: 0; position: absolute } html, body { inset: 0; overflow: hidden }\n"
            "p { white-space: nowrap; text-align: center; paint-order: stroke; stroke-linejoin: round }\n</style>\n"
            f'<img src="{shirts.BADGE.name}" style="{_place(shirts.BADGE_BOX)}">\n'
            f'<img src="{shirts.PHOTO.name}" style="{_place(shirts.PHOTO_BOX)}; border-radius: {shirts.PHOTO_RADIUS}px; '
            f'transform: rotate({shirts.PHOTO_TURN}deg)">\n{texts}')


def _place(box: tuple[int, int, int, int]) -> str:
    return "left: {}px; top: {}px; width: {}px; height: {}px".format(*box)
