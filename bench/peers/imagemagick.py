"""The T-shirt job by ImageMagick's command line: one command, the texts on patches of their own size."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bench import shirts

# Debian's name comes first, since `convert` may be something else that stands in its place.
_NAMES = ("magick", "convert-im6.q16", "convert")


def find() -> tuple[str, str] | None:
    """The program and its version, or None where there is no ImageMagick."""
    for name in _NAMES:
        if path := shutil.which(name):
            told = subprocess.run([path, "-version"], capture_output=True, text=True).stdout.split()
            if told[:2] == ["Version:", "ImageMagick"]:
                return path, told[2]
    return None


def command(program: str, folder: Path, out: Path) -> list[str]:
    """The whole job; `folder` holds its images."""
    canvas = ["-size", f"{shirts.WIDTH}x{shirts.HEIGHT}", "xc:none"]
    layers = [*_badge(folder), *_photo(folder)]
    for lettering in shirts.LETTERINGS:
        layers += _text(lettering)
    end = ["-density", str(shirts.DPI), "-units", "PixelsPerInch", "-define", "png:compression-level=1", str(out)]
    return [program, *canvas, *layers, *end]


def _badge(folder: Path) -> list[str]:
    x, y, width, height = shirts.BADGE_BOX
    scaled = ["(", str(folder / shirts.BADGE.name), "-filter", "Triangle", "-resize", f"{width}x{height}!", ")"]
    return [*scaled, "-geometry", f"+{x}+{y}", "-composite"]


def _photo(folder: Path) -> list[str]:
    x, y, width, height = shirts.PHOTO_BOX
    radius = shirts.PHOTO_RADIUS
    card = f"roundrectangle 0,0 {width - 1},{height - 1} {radius},{radius}"
    mask = ["(", "-size", f"{width}x{height}", "xc:black", "-fill", "white", "-draw", card, ")"]
    cut = ["(", str(folder / shirts.PHOTO.name), *mask, "-alpha", "off", "-compose", "CopyOpacity", "-composite",
           "-compose", "Over", "-background", "none", "-virtual-pixel", "transparent", "-interpolate", "Bilinear",
           "-rotate", str(shirts.PHOTO_TURN), "+repage", ")"]
    left = x + width // 2 - shirts.WIDTH // 2
    top = y + height // 2 - shirts.HEIGHT // 2
    return [*cut, "-gravity", "Center", "-geometry", f"{left:+d}{top:+d}", "-composite", "-gravity", "None"]


def _text(lettering: shirts.Lettering) -> list[str]:
    x, y, width, height = lettering.box
    dx, dy = shirts.SHADOW_OFFSET
    room = 3 * lettering.blur + lettering.stroke
    letters = ["-font", str(shirts.FONTS / lettering.file), "-pointsize", str(lettering.size), "-density", "72",
               "-gravity", "Center"]
    line = ["-stroke", shirts.STROKE_COLOR, "-strokewidth", str(lettering.stroke), "-fill", shirts.STROKE_COLOR]
    said = ["-annotate", "0", lettering.text]
    drawn = ["(", "-size", f"{width + 2 * room}x{height + 2 * room}", "xc:none", *letters, *line, *said,
             "-stroke", "none", "-fill", lettering.fill, *said]
    shadow = ["(", "+clone", "-background", shirts.SHADOW_RGB,
              "-shadow", f"{100 * shirts.SHADOW_ALPHA / 255:.0f}x{lettering.blur}{dx:+d}{dy:+d}", ")"]
    return [*drawn, *shadow, "+swap", "-background", "none", "-gravity", "None", "-mosaic", ")",
            "-geometry", f"{x - room:+d}{y - room:+d}", "-composite"]
