"""Draws the demo shop's own pictures: the badge printed on the T-shirt, and the products that designs are shown on.
Run `python make.py`; it rewrites the pictures beside this file. They are part of Monogram, under its licence."""

import math
from pathlib import Path

import pyvips
import skia
from light import pixels
from products import clock, mug, shirt

HERE = Path(__file__).parent
SIZE = 3000
CREAM, AMBER, RUST, SLATE, PINE, NIGHT = 0xFFFFF1D6, 0xFFF6B24B, 0xFFD8572A, 0xFF47708A, 0xFF24485C, 0xFF132A3A

# The lower edge of the snow, in parts of a peak's half width and height; the first four points lie on the shaded face.
SNOW = [(0.4, 0.4), (0.3, 0.36), (0.2, 0.5), (0.07, 0.3), (-0.08, 0.46), (-0.2, 0.34), (-0.3, 0.44), (-0.4, 0.4)]


def paint(color: int, **options) -> skia.Paint:
    return skia.Paint(Color=color, AntiAlias=True, **options)


def polygon(points: list[tuple[float, float]]) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], True)
    return path


def star(x: float, y: float, r: float) -> skia.Path:
    turn = [(i * math.pi / 5 - math.pi / 2, r if i % 2 == 0 else r * 0.4) for i in range(10)]
    return polygon([(x + k * math.cos(a), y + k * math.sin(a)) for a, k in turn])


def pine_tree(x: float, foot: float, height: float) -> skia.Path:
    """Five overlapping tiers of branches on a trunk; `foot` is where the trunk meets the ground."""
    tree = skia.Path()
    tree.addRect(skia.Rect.MakeLTRB(x - height * 0.03, foot - height * 0.2, x + height * 0.03, foot))
    for i in range(5):
        top, half = foot - height * (1 - 0.15 * i), height * (0.09 + 0.045 * i)
        low = top + height * 0.3
        notch = low - height * 0.03
        right = [(x, top), (x + half, low), (x + half * 0.35, notch), (x, low)]
        tree.addPath(polygon([*right, (x - half * 0.35, notch), (x - half, low)]))
    return tree


def sunburst(x: float, y: float, radius: float, rays: int, fill: float) -> skia.Path:
    """Wedges from one point; `fill` is the part of the circle they cover."""
    path = skia.Path()
    for i in range(rays):
        middle, half = i * math.tau / rays, math.tau / rays / 2 * fill
        ends = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in (middle - half, middle + half)]
        path.addPath(polygon([(x, y), *ends]))
    return path


def draw_rays(canvas: skia.Canvas, x: float, y: float) -> None:
    """Sun rays that leave the badge and fade to nothing, so the print has no hard outer edge."""
    fade = skia.GradientShader.MakeRadial((x, y), 1490, [AMBER, AMBER, AMBER & 0xFFFFFF], [0, 0.84, 1])
    canvas.drawPath(sunburst(x, y, 1500, 40, 0.5), paint(AMBER, Shader=fade))


def draw_sky(canvas: skia.Canvas, x: float, horizon: float) -> None:
    colors = [RUST, 0xFFF08A3C, AMBER, 0xFFFFD98A]
    sky = skia.GradientShader.MakeLinear([(0, 480), (0, horizon)], colors, [0, 0.4, 0.75, 1])
    canvas.drawRect(skia.Rect.MakeWH(SIZE, SIZE), paint(AMBER, Shader=sky))
    canvas.drawPath(sunburst(x, 1190, 1800, 24, 0.5), paint(0x30FFF1D6))
    canvas.drawCircle(x, 1190, 372, paint(0xFFFFD56B))


def draw_mountains(canvas: skia.Canvas, horizon: float) -> None:
    """Three ranges, paler with distance; each high peak is a lit and a shaded face with snow above a jagged line."""
    far = [(400, horizon), (560, 1420), (700, 1500), (900, 1330), (2320, 1340), (2440, 1430), (2600, horizon)]
    canvas.drawPath(polygon(far), paint(0xFF8FA9B0))
    for x, y, half in ((880, 1210, 640), (2140, 1160, 700), (1480, 950, 820)):
        canvas.drawPath(polygon([(x, y), (x + half, horizon), (x - half, horizon)]), paint(SLATE))
        fold = [(x + half * 0.1, horizon), (x - half * 0.1, y + half * 0.55), (x + half * 0.07, y + half * 0.3)]
        canvas.drawPath(polygon([(x, y), (x + half, horizon), *fold]), paint(PINE))
        snow = [(x + half * u, y + max(v, abs(u)) * (horizon - y)) for u, v in SNOW]
        canvas.drawPath(polygon([(x, y), *snow]), paint(CREAM))
        canvas.drawPath(polygon([(x, y), *snow[:4]]), paint(0xFFDCD8CB))


def draw_lake(canvas: skia.Canvas, x: float, horizon: float) -> None:
    canvas.drawRect(skia.Rect.MakeLTRB(0, horizon, SIZE, SIZE), paint(0xFF1B3B4D))
    glints = ((430, 0), (350, 60), (390, -50), (270, 40), (310, -70), (180, 30), (220, -20))
    for i, (half, dx) in enumerate(glints):
        y = horizon + 44 + i * 62
        bar = skia.Rect.MakeLTRB(x + dx - half, y, x + dx + half, y + 24)
        canvas.drawRoundRect(bar, 12, 12, paint(AMBER if i % 2 else CREAM))
    left = ((520, 2120, 620), (680, 2200, 760), (880, 2190, 520), (1030, 2240, 420))
    right = ((2480, 2120, 620), (2320, 2200, 780), (2120, 2190, 540), (1970, 2240, 400))
    for tx, foot, height in left + right:
        canvas.drawPath(pine_tree(tx, foot, height), paint(NIGHT))
    shore = skia.Path().moveTo(300, 2060).cubicTo(900, 2180, 1150, 2230, 1500, 2300)
    shore.cubicTo(1850, 2230, 2100, 2180, 2700, 2060).lineTo(2700, 2800).lineTo(300, 2800).close()
    canvas.drawPath(shore, paint(NIGHT))


def badge() -> skia.Image:
    """A round mountain badge, 3000 x 3000; its dark ring, radius 1040 to 1270, is left free for lettering."""
    surface = skia.Surface(SIZE, SIZE)
    canvas, centre, horizon = surface.getCanvas(), SIZE / 2, 1790
    draw_rays(canvas, centre, centre)
    canvas.drawCircle(centre, centre, 1330, paint(CREAM))
    canvas.drawCircle(centre, centre, 1302, paint(NIGHT))
    canvas.drawCircle(centre, centre, 1276, paint(AMBER, Style=skia.Paint.kStroke_Style, StrokeWidth=8))
    canvas.drawCircle(centre, centre, 1036, paint(CREAM))
    canvas.save()
    canvas.clipPath(skia.Path.Circle(centre, centre, 1010), doAntiAlias=True)
    draw_sky(canvas, centre, horizon)
    draw_mountains(canvas, horizon)
    draw_lake(canvas, centre, horizon)
    canvas.restore()
    for x in (centre - 1156, centre + 1156):
        canvas.drawPath(star(x, centre, 74), paint(AMBER))
    return surface.makeImageSnapshot()


def main() -> None:
    image = pyvips.Image.new_from_array(pixels(badge())).copy(interpretation="srgb")
    image.pngsave(str(HERE / "mountain-badge.png"), compression=9, keep="none")
    for product in (clock, mug, shirt):
        for name, picture in product().items():
            options = {"compression": 9} if name.endswith(".png") else {"Q": 90}
            picture.write_to_file(str(HERE / name), keep="none", **options)


if __name__ == "__main__":
    main()
