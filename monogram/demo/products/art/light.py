"""A small studio: coverage masks drawn by Skia, soft shadows, relief lit from the upper left.
Fields are float arrays (1600, 1600), colours 0..1 in sRGB."""

import numpy as np
import pyvips
import skia

SIZE = 1600
Y, X = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) + 0.5


def pixels(image: skia.Image) -> np.ndarray:
    """Straight-alpha RGBA, uint8 (height, width, 4)."""
    return image.toarray(colorType=skia.kRGBA_8888_ColorType)


def mask(path: skia.Path, stroke: float = 0.0) -> np.ndarray:
    """Coverage 0..1 of a path, filled, or stroked `stroke` pixels wide with round ends."""
    surface = skia.Surface(SIZE, SIZE)
    paint = skia.Paint(Color=0xFFFFFFFF, AntiAlias=True)
    if stroke:
        paint = skia.Paint(Color=0xFFFFFFFF, AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=stroke,
                           StrokeCap=skia.Paint.kRound_Cap, StrokeJoin=skia.Paint.kRound_Join)
    surface.getCanvas().drawPath(path, paint)
    return pixels(surface.makeImageSnapshot())[:, :, 3].astype(np.float32) / 255


def smooth(field: np.ndarray, sigma_x: float, sigma_y: float) -> np.ndarray:
    """Gaussian smoothing by different amounts across and down; edges wrap."""
    across = np.exp(-2 * (np.pi * sigma_x * np.fft.rfftfreq(field.shape[1])) ** 2)
    down = np.exp(-2 * (np.pi * sigma_y * np.fft.fftfreq(field.shape[0])) ** 2)
    return np.fft.irfft2(np.fft.rfft2(field) * down[:, None] * across, field.shape).astype(np.float32)


def blur(field: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur; the border is extended so that light does not leak in at the edges."""
    pad = int(sigma * 3) + 1
    return smooth(np.pad(field, pad, mode="edge"), sigma, sigma)[pad:-pad, pad:-pad]


def moved(field: np.ndarray, dx: int, dy: int) -> np.ndarray:
    return np.roll(field, (dy, dx), axis=(0, 1))


def tube(path: skia.Path, width: float, steps: int = 40) -> np.ndarray:
    """Height in pixels of a round bar `width` thick laid along a path."""
    height = np.zeros((SIZE, SIZE), np.float32)
    for i in range(steps):
        high, low = np.cos(i / steps * np.pi / 2), np.cos((i + 1) / steps * np.pi / 2)
        height += mask(path, width * np.sin((i + 1) / steps * np.pi / 2)) * (high - low)
    return blur(height * width / 2, 2.4)


def relief(height: np.ndarray, light=(-0.42, -0.58, 0.70)) -> np.ndarray:
    """Lambert shading of a height field, 1 where it is flat."""
    dy, dx = np.gradient(height)
    lit = -light[0] * dx - light[1] * dy + light[2]
    return np.clip(lit / np.sqrt(dx * dx + dy * dy + 1) / light[2], 0, 2)


def grain(sigma_x: float, sigma_y: float, seed: int) -> np.ndarray:
    """Noise with unit deviation, smoothed by different amounts across and down: threads, wood, slack cloth."""
    field = smooth(np.random.default_rng(seed).standard_normal((SIZE, SIZE)), sigma_x, sigma_y)
    return field / field.std()


def over(below: np.ndarray, color, coverage: np.ndarray) -> np.ndarray:
    """Lay a colour (one, or one for each pixel; 0..1) over a picture (1600, 1600, 3)."""
    return below + (np.asarray(color, np.float32) - below) * coverage[:, :, None]


def backdrop() -> np.ndarray:
    """Warm grey studio paper, brightest behind the product."""
    far = np.hypot((X - 700) / 1250, (Y - 640) / 1250)
    tone = 0.945 - 0.10 * np.clip(far, 0, 1.3) ** 2
    return tone[:, :, None] * np.array([1.0, 0.992, 0.98], np.float32)


def picture(rgb: np.ndarray) -> pyvips.Image:
    """An opaque sRGB picture, dithered by half a level so that slow gradients do not band."""
    noise = np.random.default_rng(7).uniform(-0.5, 0.5, (SIZE, SIZE, 1))
    values = np.clip(np.rint(rgb * 255 + noise), 0, 255).astype(np.uint8)
    return pyvips.Image.new_from_array(values).copy(interpretation="srgb")


def shade(factor: np.ndarray, coverage: np.ndarray) -> pyvips.Image:
    """A layer to lay over the art with normal blending: black darkens to `factor` below 1, white lifts above 1."""
    alpha = np.where(factor < 1, 1 - factor, (factor - 1) * 0.9) * coverage
    values = np.zeros((SIZE, SIZE, 4), np.uint8)
    values[:, :, :3] = np.where(factor > 1, 255, 0)[:, :, None]
    noise = np.random.default_rng(9).uniform(-0.3, 0.3, alpha.shape)
    values[:, :, 3] = np.clip(np.rint(alpha * 255 + noise * (alpha > 0)), 0, 255)
    return pyvips.Image.new_from_array(values).copy(interpretation="srgb")
