"""A wall clock, a mug and a T-shirt, each a `-base` picture to lay under the art and a `-shade` layer to lay over it.
All are 1600 x 1600, blended normally; the flat places for the art are the constants below."""

import math

import numpy as np
import pyvips
import skia
from light import SIZE, X, Y, backdrop, blur, grain, mask, moved, over, picture, relief, shade, tube

CLOCK_ART = (800, 780, 572)  # centre x, y, radius
MUG_ART = (372, 448, 640, 790)  # left, top, width, height: a third of the wrap
MUG_WRAP = (306, 448, 772, 790)  # all of the wall that is seen: half of the wrap
SHIRT_ART = (495, 400, 610, 732)


HOUR, MINUTE, SECOND = (305, 318, 46, 24), (60, 458, 46, 17), (204, 486, 120, 6)  # angle, length, tail, width


def hand(angle: float, length: float, tail: float, width: float) -> skia.Path:
    """A tapered clock hand pointing `angle` degrees clockwise from twelve."""
    path = skia.Path()
    points = [(-width / 2, tail), (width / 2, tail), (width * 0.32, -length), (-width * 0.32, -length)]
    path.addPoly([skia.Point(x, y) for x, y in points], True)
    path.transform(skia.Matrix().preTranslate(*CLOCK_ART[:2]).preRotate(angle))
    return path


def clock() -> dict[str, pyvips.Image]:
    """A round wall clock with an oak rim; the hands (ten past ten) and the pin are on the shade layer."""
    cx, cy, inner = CLOCK_ART
    outer, r = inner + 62, np.hypot(X - cx, Y - cy)
    disc, face = np.clip(outer - r + 0.5, 0, 1), np.clip(inner - r + 0.5, 0, 1)
    wall = backdrop()
    for dx, dy, sigma, strength in ((34, 52, 46, 0.34), (12, 18, 14, 0.30)):
        wall *= 1 - strength * blur(moved(disc, dx, dy), sigma)[:, :, None]
    bend = 1.6 * np.sin(X / 260) + 1.1 * np.sin(X / 97 + Y / 160)
    streaks = 0.5 * np.sin((Y + bend * 9) / 5.1) + grain(60, 0.9, 3) + 0.7 * grain(160, 4, 4)
    oak = np.array([0.70, 0.545, 0.39]) * (1 + 0.055 * streaks[:, :, None]) ** np.array([0.8, 1, 1.25])
    t = np.clip((r - inner) / (outer - inner), 0, 1)
    lit = relief(blur(26 * np.sqrt(np.clip(1 - np.abs(2 * t - 1) ** 2.6, 0, 1)) * disc, 1.2))
    base = over(wall, oak * (0.42 + 0.58 * lit)[:, :, None], disc)
    base = over(base, [0.985, 0.983, 0.975], face)
    return {"clock-base.jpg": picture(base), "clock-shade.png": clock_shade(disc, face, r)}


def clock_shade(disc: np.ndarray, face: np.ndarray, r: np.ndarray) -> pyvips.Image:
    """Shadow of the rim on the face, a faint window in the glass, the hands with their shadow."""
    cx, cy = CLOCK_ART[:2]
    rim = disc - face
    factor = 1 - 0.42 * blur(moved(rim, 14, 20), 13) - 0.10 * blur(rim, 30)
    window = mask(skia.Path().moveTo(330, 110).lineTo(640, 110).lineTo(330, 1100).lineTo(20, 1100).close())
    factor += 0.055 * blur(window, 3) * np.clip(1.3 - (X + Y) / 1500, 0, 1)
    hands = np.maximum(mask(hand(*HOUR)), mask(hand(*MINUTE)))
    second = np.maximum(mask(hand(*SECOND)), np.clip(17 - r + 0.5, 0, 1))
    shadow = blur(moved(np.maximum(hands, second), 10, 15), 7)
    layer = shade(np.minimum(factor, 1.2) * (1 - 0.38 * shadow), face)
    surface = skia.Surface(SIZE, SIZE)
    canvas = surface.getCanvas()
    canvas.drawImage(skia.Image.fromarray(layer.numpy(), skia.kRGBA_8888_ColorType), 0, 0)
    dark = skia.GradientShader.MakeLinear([(cx - 300, cy - 300), (cx + 300, cy + 300)], [0xFF4A4C50, 0xFF1D1E21])
    for shape in (HOUR, MINUTE):
        canvas.drawPath(hand(*shape), skia.Paint(AntiAlias=True, Shader=dark))
    inlay = skia.Paint(AntiAlias=True, Color=0xFFF4EFE2)
    for angle, length, _, width in (HOUR, MINUTE):
        canvas.drawPath(hand(angle, length - 16, -70, width * 0.52), inlay)
    red = skia.Paint(AntiAlias=True, Color=0xFFB9402F)
    canvas.drawPath(hand(*SECOND), red)
    canvas.drawCircle(cx, cy, 17, red)
    canvas.drawCircle(cx - 3, cy - 4, 6, skia.Paint(AntiAlias=True, Color=0xFFE9A79B))
    values = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    return pyvips.Image.new_from_array(values).copy(interpretation="srgb")


MUG_LEFT, MUG_RIGHT, MUG_TOP, MUG_FOOT, RIM, FOOT = 306, 1078, 402, 1302, 17, 25


def mug_body() -> skia.Path:
    """The outside wall: straight sides, a rim and a foot curved as seen from slightly above, rounded at the foot."""
    left, right = MUG_LEFT, MUG_RIGHT
    path = skia.Path().moveTo(left, MUG_TOP).lineTo(left, MUG_FOOT - 60)
    path.cubicTo(left, MUG_FOOT - 18, left + 22, MUG_FOOT - 4, left + 60, MUG_FOOT)
    path.cubicTo(left + 190, MUG_FOOT + FOOT, right - 190, MUG_FOOT + FOOT, right - 60, MUG_FOOT)
    path.cubicTo(right - 22, MUG_FOOT - 4, right, MUG_FOOT - 18, right, MUG_FOOT - 60).lineTo(right, MUG_TOP)
    path.arcTo(skia.Rect.MakeLTRB(left, MUG_TOP - RIM, right, MUG_TOP + RIM), 0, 180, False)
    return path.close()


def mug() -> dict[str, pyvips.Image]:
    """A white 11 oz mug, handle to the right; its wall is flat white in the base, the shade layer makes it round."""
    left, right = MUG_LEFT, MUG_RIGHT
    mouth = skia.Path.Oval(skia.Rect.MakeLTRB(left, MUG_TOP - RIM, right, MUG_TOP + RIM))
    hollow = skia.Path.Oval(skia.Rect.MakeLTRB(left + 17, MUG_TOP - RIM + 4, right - 17, MUG_TOP + RIM - 3))
    grip = skia.Path().moveTo(right - 30, 560).cubicTo(right + 150, 500, right + 268, 610, right + 246, 790)
    grip.cubicTo(right + 226, 970, right + 120, 1086, right - 30, 1108)
    body, handle = mask(mug_body()), mask(grip, 74)
    base = backdrop()
    table = blur(np.clip((Y - MUG_FOOT + 80) / 120, 0, 1), 20)
    ground = skia.Path.Oval(skia.Rect.MakeLTRB(left + 30, MUG_FOOT - 30, right + 150, MUG_FOOT + 66))
    base *= 1 - (0.34 * blur(mask(ground), 34) * table)[:, :, None]
    near = skia.Path.Oval(skia.Rect.MakeLTRB(left + 30, MUG_FOOT - 30, right - 20, MUG_FOOT + 27))
    base *= 1 - (0.46 * blur(mask(near), 6))[:, :, None]
    glaze = np.array([0.975, 0.972, 0.965])
    bar = tube(grip, 74)
    lit = 0.60 + 0.33 * relief(bar, (-0.40, -0.56, 0.72)) + 0.30 * np.clip(relief(blur(bar, 3)) - 1.2, 0, 1)
    lit *= 1 - 0.26 * np.exp(-np.clip(X - right, 0, None) / 30)
    base = over(base, glaze * np.clip(lit, 0, 1.02)[:, :, None], handle)
    base = over(base, glaze, body)
    base = over(base, glaze * 0.985, mask(mouth))
    u = (X - left) / (right - left)
    inside = 0.70 + 0.20 * u + 0.06 * np.clip((Y - MUG_TOP + RIM) / (2 * RIM), 0, 1)
    base = over(base, glaze * inside[:, :, None], mask(hollow))
    return {"mug-base.jpg": picture(base), "mug-shade.png": mug_shade(body * (1 - mask(mouth)))}


def fade(start: float, full: float, leave: float, end: float) -> np.ndarray:
    """Down the picture: nothing at `start`, 1 from `full` to `leave`, nothing at `end`."""
    return np.clip((Y - start) / (full - start), 0, 1) * np.clip((end - Y) / (end - leave), 0, 1)


def mug_shade(wall: np.ndarray) -> pyvips.Image:
    """Light from a large window at the left: a broad highlight, a soft fall-off, a little light from the right."""
    u = np.clip((X - MUG_LEFT) / (MUG_RIGHT - MUG_LEFT) * 2 - 1, -1, 1)
    facing = np.sqrt(np.clip(1 - u * u, 0, 1))
    factor = 0.78 + 0.235 * np.cos(np.arcsin(u) + 0.42) - 0.15 * (1 - facing) ** 2
    factor += 0.07 * np.exp(-(((u - 0.93) / 0.10) ** 2))
    v = (Y - MUG_TOP) / (MUG_FOOT - MUG_TOP)
    factor -= 0.05 * v + 0.20 * np.exp(-np.clip(MUG_FOOT + 14 - Y, 0, None) / 26)
    strip = np.exp(-(((u + 0.60) / 0.055) ** 4)) * fade(452, 492, 1140, 1200)
    factor = np.minimum(factor, 1) + 0.34 * blur(strip, 5) + 0.05 * np.exp(-(((u + 0.60) / 0.22) ** 2))
    factor += 0.06 * np.exp(-(((u - 0.80) / 0.03) ** 4)) * fade(482, 572, 1060, 1150)
    lip = np.exp(-((Y - MUG_TOP - RIM * facing - 7) / 7) ** 2)
    return shade(factor - 0.06 * lip, wall)


def mirrored(half: np.ndarray) -> np.ndarray:
    """A mask together with its mirror image about the middle of the picture."""
    return np.maximum(half, half[:, ::-1])


def half_shirt() -> skia.Path:
    """The left half of a crew-neck T-shirt laid flat: collar, shoulder, sleeve, side, hem."""
    path = skia.Path().moveTo(801, 215).cubicTo(745, 215, 690, 202, 652, 180).cubicTo(590, 208, 510, 236, 436, 262)
    path.cubicTo(388, 282, 352, 322, 318, 366).cubicTo(268, 430, 216, 492, 168, 548)
    path.cubicTo(214, 606, 280, 662, 344, 700).cubicTo(362, 672, 380, 640, 394, 612)
    path.cubicTo(402, 760, 400, 900, 396, 1040).cubicTo(393, 1150, 386, 1260, 382, 1366)
    return path.cubicTo(520, 1392, 660, 1400, 801, 1401).close()


def collar_edge(drop: float) -> skia.Path:
    """The front neckline, `drop` pixels below its inner edge."""
    side = 652 - drop * 0.72
    path = skia.Path().moveTo(side, 182 + drop * 0.42).cubicTo(side + 20, 262 + drop, 720, 306 + drop, 800, 306 + drop)
    return path.cubicTo(880, 306 + drop, 1580 - side, 262 + drop, 1600 - side, 182 + drop * 0.42)


# Of the left half; the right is a looser mirror: a cubic's four points, the ridge's width and height, its softness.
FOLDS = (
    ((392, 622), (470, 700), (560, 800), (600, 980), 32, 16, 19),
    ((396, 612), (470, 610), (560, 565), (640, 460), 24, 11, 17),
    ((394, 650), (450, 800), (470, 980), (450, 1180), 30, 15, 18),
    ((446, 280), (470, 380), (450, 500), (396, 612), 24, 13, 14),
    ((350, 350), (350, 470), (364, 560), (392, 640), 20, 13, 11),
    ((262, 450), (282, 540), (312, 600), (372, 650), 16, 9, 10),
    ((386, 1240), (480, 1160), (560, 1040), (600, 860), 30, 10, 22),
    ((470, 1392), (490, 1260), (540, 1140), (560, 980), 34, 13, 22),
    ((660, 1400), (650, 1280), (690, 1180), (680, 1040), 36, 10, 24),
    ((540, 226), (570, 330), (610, 420), (640, 540), 26, 8, 20),
)


def ridge(a, b, c, d, width: float) -> skia.Path:
    """A leaf along a cubic, `width` pixels to each side in the middle and pointed at both ends."""
    length = math.hypot(d[0] - a[0], d[1] - a[1])
    nx, ny = (a[1] - d[1]) / length * width, (d[0] - a[0]) / length * width
    path = skia.Path().moveTo(*a).cubicTo(b[0] + nx, b[1] + ny, c[0] + nx, c[1] + ny, *d)
    return path.cubicTo(c[0] - nx, c[1] - ny, b[0] - nx, b[1] - ny, *a).close()


def folds() -> np.ndarray:
    """Height of the drape in pixels: soft ridges on slack cloth."""
    height = 2.4 * grain(90, 130, 11) + 0.8 * grain(40, 60, 12)
    for i, (*points, width, high, soft) in enumerate(FOLDS):
        leaf = ridge(*points, width)
        height += high * blur(mask(leaf), soft)
        shift = (i * 37) % 5 * 10 - 20
        leaf.transform(skia.Matrix().preTranslate(SIZE + shift * 0.2, shift).preScale(-1, 1))
        height += high * (0.7 + 0.12 * (i % 4)) * blur(mask(leaf), soft * 1.15)
    return height


def shirt_folds() -> pyvips.Image:
    """Where the art lies on the drape, as a displacement map over SHIRT_ART: red moves it across, green down. A print on
    a slope is seen pushed towards its foot; 255 and 1 are the steepest slopes there are on the chest, at half resolution."""
    left, top, width, height = SHIRT_ART
    down, across = np.gradient(-blur(folds(), 14)[top:top + height, left:left + width])
    steepest = max(np.abs(across).max(), np.abs(down).max())
    values = np.full((height // 2, width // 2, 3), 128, np.uint8)
    for band, slope in enumerate((across, down)):
        halved = slope.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
        values[:, :, band] = np.rint(128 + 127 * halved / steepest)
    return pyvips.Image.new_from_array(values).copy(interpretation="srgb")


def shirt_shade(body: np.ndarray, seams: np.ndarray) -> np.ndarray:
    """Shading factor of the cloth: drape, the roll of its edges, seams, and the knit."""
    roll = 20 * blur(body, 30) + 5 * blur(body, 6)
    drape = 0.30 + 0.70 * relief(folds() + roll, (-0.34, -0.50, 0.80))
    knit = 1 + 0.009 * grain(0.6, 1.6, 21) + 0.006 * grain(2.4, 0.5, 22)
    return np.clip(drape, 0.35, 1.16) * knit * (1 - 0.20 * seams)


def shirt_seams() -> np.ndarray:
    """Shoulder and armhole seams, double-stitched hems, the ribs of the collar's edge."""
    path = skia.Path().moveTo(438, 263).cubicTo(420, 380, 398, 500, 394, 612)
    path.moveTo(190, 528).cubicTo(236, 584, 298, 638, 360, 674).moveTo(197, 520).cubicTo(243, 576, 304, 629, 366, 664)
    path.moveTo(383, 1336).cubicTo(520, 1362, 660, 1370, 801, 1371)
    path.moveTo(383, 1324).cubicTo(520, 1350, 660, 1358, 801, 1359)
    thin = mirrored(mask(path, 2.2))
    neck = 0.9 * mask(collar_edge(40), 2.4) + 0.5 * mask(collar_edge(47), 1.6)
    return np.clip(thin + 0.5 * blur(thin, 2.5) + neck, 0, 1)


def shirt() -> dict[str, pyvips.Image]:
    """A crew-neck T-shirt laid flat, in navy and in light grey; the same shade layer serves both."""
    hole = collar_edge(0)
    hole.lineTo(948, 182).cubicTo(910, 202, 855, 215, 800, 215).cubicTo(745, 215, 690, 202, 652, 182).close()
    opening, outline = mask(hole), mirrored(mask(half_shirt()))
    body = outline * (1 - opening)
    light = shirt_shade(body, shirt_seams())
    light *= 1 - 0.16 * blur(opening, 10) * (Y > 200)
    band = np.clip(mask(collar_edge(20), 40) * outline, 0, 1)
    light *= 1 + band * (0.05 * np.sin(X * 0.9) - 0.03) - 0.10 * moved(mask(collar_edge(40), 5), 0, 4)
    nape = skia.Path().moveTo(652, 180).cubicTo(690, 202, 745, 215, 800, 215).cubicTo(855, 215, 910, 202, 948, 180)
    back_band = mask(nape, 84) * opening
    pictures = {"shirt-shade.png": shade(light, body), "shirt-folds.png": shirt_folds()}
    for name, color in (("shirt-navy", (0.135, 0.185, 0.285)), ("shirt-grey", (0.845, 0.845, 0.84))):
        base = backdrop()
        for dx, dy, sigma, strength in ((14, 24, 26, 0.30), (4, 7, 6, 0.30)):
            base *= 1 - strength * blur(moved(outline, dx, dy), sigma)[:, :, None]
        inside = 0.50 - 0.10 * np.clip((Y - 240) / 70, 0, 1) + back_band * (0.24 + 0.05 * np.sin(X * 0.9))
        base = over(base, inside[:, :, None] * np.array(color), opening)
        pictures[f"{name}-base.jpg"] = picture(over(base, color, body))
    return pictures
