"""Image files as pixels: any accepted file becomes RGBA, 8 bits, sRGB, upright, or a named failure."""

from __future__ import annotations

import os

import numpy as np
from msgspec import Struct

from . import profiles
from .errors import RenderError
from .headers import ImageInfo, probe

__all__ = ["ImageInfo", "Picture", "decode", "probe"]


class Picture(Struct, frozen=True):
    """pixels: uint8 (height, width, 4), sRGB, not premultiplied, C-contiguous; has_alpha: any of them may be translucent."""

    pixels: np.ndarray
    has_alpha: bool


def decode(data: bytes, name: str = "image", info: ImageInfo | None = None) -> Picture:
    """The picture in a PNG, JPEG, WebP or TIFF file, turned upright and converted to sRGB.

    Profiles are followed with relative intent and black point compensation. CMYK without a profile is read through
    libvips' own CMYK profile. 16 bits are rounded to 8. Without a profile RGB and grey are taken as sRGB.
    Raises RenderError: what `probe` raises, and `image_truncated` or `image_corrupt`; never fills in what is missing.
    """
    info = info or probe(data, name)
    plain = info.icc is None or (info.bands in (1, 3, 4) and profiles.is_srgb(info.icc))
    try:
        if plain and info.format == "png":
            pixels, has_alpha = _decode_png(data, name)
        elif plain and info.format == "jpeg" and info.bands in (1, 3):
            pixels, has_alpha = _decode_jpeg(data, name, info), False
        else:
            pixels, has_alpha = _decode_vips(data, name, info)
    except MemoryError:
        raise RenderError("image_too_large", f"There is not enough memory for the image {name!r}.", part=name) from None
    if pixels.shape[:2] != (info.height, info.width):
        raise RenderError("image_corrupt", f"The image {name!r} is not of the size its header says.", part=name)
    return Picture(_upright(pixels, info.orientation), has_alpha)


def _decode_png(data: bytes, name: str) -> tuple[np.ndarray, bool]:
    import imagecodecs

    try:
        pixels = imagecodecs.png_decode(data)
    except imagecodecs.PngError as error:
        raise _broken(name, str(error), "too small" in str(error)) from None
    if pixels.dtype == np.uint16:
        pixels = _eight_bits(pixels)
    return _rgba(pixels if pixels.ndim == 3 else pixels[:, :, None])


def _eight_bits(pixels: np.ndarray) -> np.ndarray:
    """16 bits rounded to 8, some rows at a time: the numbers in between take four times the picture."""
    out = np.empty(pixels.shape, np.uint8)
    for top in range(0, len(pixels), 256):
        out[top:top + 256] = (pixels[top:top + 256].astype(np.uint32) * 255 + 32767) // 65535
    return out


def _decode_jpeg(data: bytes, name: str, info: ImageInfo) -> np.ndarray:
    import imagecodecs

    try:
        pixels = imagecodecs.jpeg8_decode(data, outcolorspace="RGBA")
    except (imagecodecs.Jpeg8Error, ValueError) as error:
        raise _broken(name, str(error), False) from None
    # libjpeg fills what is missing with middle grey and only warns. `probe` has seen the end marker; a cut file that was
    # given one again has grey last blocks, or, if progressive, no mark at all: these go once through libvips, which tells.
    if info.progressive or (pixels[-1, -8:, :3] == 128).all():
        _check_complete(data, name)
    return pixels


def _check_complete(data: bytes, name: str) -> None:
    pyvips = vips()
    try:
        image = pyvips.Image.new_from_buffer(data, "", access="sequential", fail_on="warning")
        image.avg()
    except pyvips.Error as error:
        if _is_cut(str(error)):
            raise _broken(name, str(error), True) from None


def _decode_vips(data: bytes, name: str, info: ImageInfo) -> tuple[np.ndarray, bool]:
    """Profiles, CMYK, WebP and TIFF."""
    pyvips = vips()
    image = vips_image(data, name)
    try:
        if image.get_typeof("icc-profile-data") or image.interpretation in ("cmyk", "lab", "labs", "xyz"):
            image = image.icc_transform("srgb", embedded=True, intent="relative", black_point_compensation=True, depth=8,
                                        **({"input_profile": "cmyk"} if image.interpretation == "cmyk" else {}))
        elif image.format in ("float", "double", "complex"):
            raise RenderError("image_format", f"The image {name!r} holds floating-point numbers; those are not read.",
                              part=name)
        if image.format != "uchar":
            image = (image * (255 / 65535) + 0.5).cast("uchar") if image.format == "ushort" else image.cast("uchar")
        pixels = np.ndarray(buffer=image.write_to_memory(), dtype=np.uint8, shape=(image.height, image.width, image.bands))
    except pyvips.Error as error:
        raise _broken(name, str(error), _is_cut(str(error))) from None
    return _rgba(pixels)


def vips_image(data: bytes, name: str):
    """The lazily opened file as a pyvips Image, from memory only and failing at the first sign of a cut."""
    pyvips = vips()
    # the TIFF loader tells of missing strips at this level only
    level = "warning" if data[:2] in (b"II", b"MM") else "truncated"
    try:
        return pyvips.Image.new_from_buffer(data, "", access="sequential", fail_on=level)
    except pyvips.Error as error:
        raise _broken(name, str(error), _is_cut(str(error))) from None


def vips():
    # blocks every loader libvips itself calls untrusted, SVG and PDF among them
    os.environ.setdefault("VIPS_BLOCK_UNTRUSTED", "1")
    import pyvips

    pyvips.cache_set_max(0)
    return pyvips


def _is_cut(told: str) -> bool:
    return any(word in told.lower() for word in ("premature end", "truncated", "read error", "end of"))


def _broken(name: str, told: str, truncated: bool) -> RenderError:
    reason = " ".join(told.split())[:160]
    if truncated:
        return RenderError("image_truncated", f"The image {name!r} is cut off ({reason}). Send the whole file.", part=name)
    return RenderError("image_corrupt", f"The image {name!r} cannot be decoded ({reason}).", part=name)


def _rgba(pixels: np.ndarray) -> tuple[np.ndarray, bool]:
    """(height, width, 1 to 4) as RGBA, and whether any pixel is not opaque."""
    height, width, bands = pixels.shape
    if bands == 4:
        return np.ascontiguousarray(pixels), bool(pixels[:, :, 3].min() < 255)
    out = np.empty((height, width, 4), np.uint8)
    out[:, :, :3] = pixels[:, :, :3] if bands >= 3 else pixels[:, :, :1]
    out[:, :, 3] = pixels[:, :, 1] if bands == 2 else 255
    return out, bands == 2 and bool(pixels[:, :, 1].min() < 255)


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Applies EXIF orientation 1 to 8: 5 to 8 exchange width and height."""
    if orientation == 1:
        return pixels
    view = pixels.view(np.uint32)[:, :, 0]  # one number a pixel transposes four times faster
    if orientation >= 5:
        view = view.T
    # after the exchange: which axes run backwards
    rows = orientation in (3, 4, 7, 8)
    columns = orientation in (2, 3, 6, 7)
    view = view[:: -1 if rows else 1, :: -1 if columns else 1]
    return np.ascontiguousarray(view)[:, :, None].view(np.uint8)
