"""Every kind of image file becomes the right pixels or a named failure. The files are made here."""

import io
import struct
import zlib

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms, ImageOps

from monogram.render import limits, profiles
from monogram.render.errors import RenderError
from monogram.render.images import decode, probe

NOISE = (np.random.default_rng(7).random((60, 90, 3)) * 255).astype(np.uint8)
RGB = Image.fromarray(np.asarray(Image.fromarray(NOISE).resize((180, 120), Image.Resampling.BICUBIC)))


def encode(image: Image.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(RenderError) as caught:
        decode(data, "a picture")
    assert "'a picture'" in caught.value.message and caught.value.part == "a picture"
    return caught.value.code


def rgb(data: bytes) -> np.ndarray:
    picture = decode(data)
    assert picture.pixels.dtype == np.uint8 and picture.pixels.flags.c_contiguous and not picture.has_alpha
    assert (picture.pixels[:, :, 3] == 255).all()
    return picture.pixels[:, :, :3]


# -- formats ---------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("format, options", [("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {}),
                                             ("TIFF", {"compression": "tiff_lzw"})])
def test_lossless_formats_come_back_exactly(format, options):
    assert (rgb(encode(RGB, format, **options)) == np.asarray(RGB)).all()


@pytest.mark.parametrize("options", [{"quality": 90}, {"quality": 90, "progressive": True}, {"quality": 80, "subsampling": 0}])
def test_jpeg_equals_the_reference_decoder(options):
    data = encode(RGB, "JPEG", **options)
    assert (rgb(data) == np.asarray(Image.open(io.BytesIO(data)))).all()
    assert probe(data).progressive == bool(options.get("progressive"))


def test_lossy_webp_equals_the_reference_decoder():
    data = encode(RGB, "WEBP", quality=80)
    assert (rgb(data) == np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))).all()


def test_grey_becomes_rgb():
    grey = RGB.convert("L")
    for data in (encode(grey, "PNG"), encode(grey, "TIFF"), encode(grey, "JPEG", quality=100)):
        pixels = rgb(data)
        assert (pixels[:, :, 0] == pixels[:, :, 1]).all() and (pixels[:, :, 1] == pixels[:, :, 2]).all()
        assert abs(pixels[:, :, 0].astype(int) - np.asarray(grey)).max() <= 3
    assert (rgb(encode(grey, "PNG"))[:, :, 0] == np.asarray(grey)).all()


def test_grey_with_alpha():
    picture = decode(encode(RGB.convert("L").convert("LA"), "PNG"))
    assert not picture.has_alpha  # there is a channel, and it is opaque throughout
    half = Image.merge("LA", (RGB.convert("L"), Image.new("L", RGB.size, 100)))
    picture = decode(encode(half, "PNG"))
    assert picture.has_alpha and (picture.pixels[:, :, 3] == 100).all()


def test_rgba_keeps_the_colour_of_translucent_pixels():
    image = RGB.convert("RGBA")
    image.putalpha(Image.fromarray(np.tile(np.arange(180, dtype=np.uint8), (120, 1))))
    for data in (encode(image, "PNG"), encode(image, "TIFF")):
        assert (decode(data).pixels == np.asarray(image)).all()
    lossless = decode(encode(image, "WEBP", lossless=True, exact=True))
    assert lossless.has_alpha and (lossless.pixels == np.asarray(image)).all()


def test_palette_with_a_transparent_entry():
    palette = RGB.quantize(16)
    data = encode(palette, "PNG", transparency=3)
    picture = decode(data)
    assert picture.has_alpha
    assert ((picture.pixels[:, :, 3] == 0) == (np.asarray(palette) == 3)).all()
    opaque = np.asarray(palette.convert("RGB"))
    kept = np.asarray(palette) != 3
    assert (picture.pixels[kept][:, :3] == opaque[kept]).all()


def test_one_bit():
    image = RGB.convert("1")
    assert (rgb(encode(image, "PNG"))[:, :, 0] == np.asarray(image) * np.uint8(255)).all()


@pytest.mark.parametrize("bits", [2, 4])
def test_few_bit_grey(bits):
    values = np.tile(np.arange(2**bits, dtype=np.uint8), 4)[None, :]
    packed = np.packbits(np.unpackbits(values[..., None], axis=-1)[..., 8 - bits:].reshape(1, -1), axis=-1)
    header = struct.pack(">IIBBBBB", values.shape[1], 1, bits, 0, 0, 0, 0)
    data = png(header, zlib.compress(b"\0" + packed.tobytes()))
    assert (rgb(data)[:, :, 0] == values * (255 // (2**bits - 1))).all()


def test_sixteen_bits_are_rounded():
    values = np.array([[0, 127, 128, 129, 385, 386, 32767, 32768, 65406, 65407, 65535]], np.uint16)
    for format in ("PNG", "TIFF"):
        pixels = rgb(encode(Image.fromarray(values), format))
        assert (abs(pixels[:, :, 0] - values / 257) <= 0.5 + 1e-6).all()


# -- orientation -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format, options", [("JPEG", {"quality": 95}), ("PNG", {}), ("WEBP", {"lossless": True})])
def test_exif_orientation(orientation, format, options):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(RGB, format, exif=exif, **options)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    assert (rgb(data) == upright).all()
    assert probe(data).size == upright.shape[1::-1]


def test_orientation_with_a_profile():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode(RGB, "JPEG", quality=95, exif=exif, icc_profile=profile(ADOBE_RGB, 563 / 256))
    assert decode(data).pixels.shape == (180, 120, 4)


# -- colour ----------------------------------------------------------------------------------------------------------------

SRGB = np.array([(0.43607, 0.22249, 0.01392), (0.38515, 0.71689, 0.09708), (0.14307, 0.06061, 0.71410)]).T
ADOBE_RGB = np.array([(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]).T
DISPLAY_P3 = np.array([(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)]).T


def profile(colorants: np.ndarray | None, gamma: float) -> bytes:
    """A small ICC profile (version 2): D50 colourants by column, or grey, and one gamma."""
    def xyz(values):
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    tags = {b"wtpt": xyz((0.9642, 1, 0.8249)), b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + b"\0" * 79,
            b"cprt": b"text\0\0\0\0none\0\0\0\0"}
    if colorants is None:
        tags[b"kTRC"] = curve
    else:
        tags |= {name + b"XYZ": xyz(colorants[:, i]) for i, name in enumerate((b"r", b"g", b"b"))}
        tags |= {name + b"TRC": curve for name in (b"r", b"g", b"b")}
    body, table, at = b"", struct.pack(">I", len(tags)), 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        tag += b"\0" * (-len(tag) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(tag))
        body += tag
    size = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"GRAY" if colorants is None else b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    header += struct.pack(">3i", *(round(v * 65536) for v in (0.9642, 1, 0.8249)))
    return header.ljust(128, b"\0") + table + body


def to_srgb(colors: np.ndarray, colorants: np.ndarray, gamma: float) -> np.ndarray:
    """The same conversion by hand: linear light, D50 XYZ, sRGB."""
    linear = np.linalg.solve(SRGB, colorants @ (colors.T / 255) ** gamma).T.clip(0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


COLORS = np.array([(255, 255, 255), (0, 0, 0), (128, 128, 128), (140, 150, 130), (90, 110, 120), (200, 180, 170)], np.uint8)


@pytest.mark.parametrize("colorants, gamma", [(ADOBE_RGB, 563 / 256), (DISPLAY_P3, 2.2)], ids=["adobe", "p3"])
@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
def test_tagged_colours_are_converted(colorants, gamma, format):
    patches = np.repeat(np.repeat(COLORS[None], 8, axis=0), 8, axis=1)
    options = {"lossless": True} if format == "WEBP" else {}
    data = encode(Image.fromarray(patches), format, icc_profile=profile(colorants, gamma), **options)
    found = rgb(data)[4, 4::8]
    assert abs(found - to_srgb(COLORS, colorants, gamma)).max() <= 2
    assert abs(found.astype(int) - COLORS).max() > 2, "nothing was converted"


def test_the_p3_profile_of_phones():
    p3 = pyvips.Image.new_from_array(np.full((16, 16, 3), (200, 60, 60), np.uint8)).copy(interpretation="srgb")
    data = p3.icc_transform("p3", input_profile="srgb", depth=8).write_to_buffer(".png", bitdepth=8)
    assert probe(data).icc and not profiles.is_srgb(probe(data).icc)
    assert abs(rgb(data)[8, 8].astype(int) - (200, 60, 60)).max() <= 2


def test_srgb_profiles_are_known_and_change_nothing():
    tag = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profiles.is_srgb(tag)
    assert (rgb(encode(RGB, "PNG", icc_profile=tag)) == np.asarray(RGB)).all()
    assert not profiles.is_srgb(profile(SRGB, 2.2)), "a plain gamma is not sRGB"
    assert not profiles.is_srgb(profile(DISPLAY_P3, 2.2))
    assert not profiles.is_srgb(tag[:300]) and not profiles.is_srgb(b"") and not profiles.is_srgb(b"\xff" * 4000)


def test_grey_profile():
    grey = Image.new("L", (16, 16), 128)
    found = rgb(encode(grey, "PNG", icc_profile=profile(None, 1.0)))[8, 8]
    linear = 128 / 255
    assert abs(found.astype(float) - 255 * (1.055 * linear ** (1 / 2.4) - 0.055)).max() <= 2


def test_translucent_with_profile_keeps_its_alpha():
    image = Image.new("RGBA", (16, 16), (140, 150, 130, 77))
    picture = decode(encode(image, "PNG", icc_profile=profile(ADOBE_RGB, 563 / 256)))
    assert picture.has_alpha and (picture.pixels[:, :, 3] == 77).all()
    expected = to_srgb(np.array([(140, 150, 130)]), ADOBE_RGB, 563 / 256)[0]
    assert abs(picture.pixels[8, 8, :3] - expected).max() <= 2


def test_cmyk_follows_its_profile():
    colors = np.repeat(np.array([[(200, 120, 90), (90, 140, 100), (240, 240, 240)]], np.uint8), 16, axis=1).repeat(16, axis=0)
    cmyk = pyvips.Image.new_from_array(colors).copy(interpretation="srgb").icc_transform("cmyk", depth=8)
    for suffix in (".jpg[Q=100,subsample-mode=off]", ".tif"):
        data = cmyk.write_to_buffer(suffix)
        assert probe(data).bands == 4
        assert abs(rgb(data)[8, 8::16].astype(int) - colors[8, 8::16]).max() <= 8


def test_cmyk_without_a_profile_is_read_as_press_ink():
    inks = {"white": (0, 0, 0, 0), "black": (0, 0, 0, 255), "cyan": (255, 0, 0, 0), "yellow": (0, 0, 255, 0)}
    found = {name: rgb(encode(Image.new("CMYK", (16, 16), ink), "JPEG", quality=100))[8, 8].astype(int)
             for name, ink in inks.items()}
    assert found["white"].min() >= 250
    assert found["black"].max() <= 60
    assert found["cyan"][0] < 60 and found["cyan"][2] > 150
    assert found["yellow"][2] < 80 and found["yellow"][0] > 220


# -- broken and hostile files ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("options", [{"quality": 90}, {"quality": 90, "progressive": True}], ids=["baseline", "progressive"])
@pytest.mark.parametrize("part", [0.02, 0.2, 0.5, 0.9, 0.995])
def test_cut_jpeg(options, part):
    data = encode(RGB, "JPEG", **options)
    cut = data[:int(len(data) * part)]
    assert refused(cut) == "image_truncated"
    if part < 0.99:  # beyond that less than a block of 16 x 16 pixels is missing
        assert refused(cut + b"\xff\xd9") in ("image_truncated", "image_corrupt"), "an end marker does not make it whole"


@pytest.mark.parametrize("format, options", [("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True}), ("TIFF", {}),
                                             ("TIFF", {"compression": "tiff_lzw"})])
@pytest.mark.parametrize("part", [0.02, 0.2, 0.5, 0.9, 0.999])
def test_cut_files(format, options, part):
    data = encode(RGB, format, **options)
    assert refused(data[:int(len(data) * part)]) in ("image_truncated", "image_corrupt")


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_cut_at_any_place_never_fills_in(format):
    small = RGB.resize((24, 16))
    data = encode(small, format)
    whole = decode(data).pixels
    for end in range(0, len(data), 7):
        try:
            picture = decode(data[:end])
        except RenderError as error:
            assert error.code in ("image_truncated", "image_corrupt", "image_format")
        else:
            assert (picture.pixels == whole).all()


def test_damaged_png():
    data = bytearray(encode(RGB, "PNG"))
    data[len(data) // 2] ^= 0x55
    assert refused(bytes(data)) == "image_corrupt"


def test_bytes_changed_anywhere_crash_nothing():
    random = np.random.default_rng(11)
    for format in ("PNG", "JPEG", "WEBP", "TIFF"):
        data = encode(RGB.resize((40, 30)), format, icc_profile=profile(ADOBE_RGB, 2.2))
        for _ in range(60):
            damaged = bytearray(data)
            for at in random.integers(4, len(data), 3):
                damaged[at] = random.integers(256)
            try:
                decode(bytes(damaged))
            except RenderError as error:
                assert error.code.startswith("image_")


def png(header: bytes, body: bytes, *more: tuple[bytes, bytes]) -> bytes:
    chunks = [(b"IHDR", header), *more, (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)


def test_sizes_are_refused_from_the_header():
    assert refused(png(struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0), b"")) == "image_too_large"
    assert refused(png(struct.pack(">IIBBBBB", 8_000, 8_000, 8, 6, 0, 0, 0), b"")) == "image_too_large"
    assert refused(png(struct.pack(">IIBBBBB", limits.SOURCE_SIDE + 1, 1, 8, 6, 0, 0, 0), b"")) == "image_too_large"
    webp = b"VP8L" + struct.pack("<I", 14) + b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + bytes(9)
    assert refused(b"RIFF" + struct.pack("<I", 4 + len(webp)) + b"WEBP" + webp) == "image_too_large"
    jpeg = bytearray(encode(RGB, "JPEG"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at:at + 4] = struct.pack(">HH", 60_000, 60_000)
    assert refused(bytes(jpeg)) == "image_too_large"
    assert refused(encode(RGB, "PNG") + bytes(limits.SOURCE_BYTES)) == "image_too_large"


def test_a_header_that_promises_more_than_the_file_holds():
    assert refused(png(struct.pack(">IIBBBBB", 7_000, 7_000, 8, 0, 0, 0, 0), zlib.compress(b"\0" * 100))).startswith("image_")
    assert refused(png(struct.pack(">IIBBBBB", 0, 10, 8, 0, 0, 0, 0), b"")) == "image_corrupt"


def test_many_passes_are_refused():
    data = encode(RGB, "JPEG", progressive=True)
    scan = data.rindex(b"\xff\xda")
    assert refused(data[:-2] + data[scan:-2] * limits.JPEG_SCANS + b"\xff\xd9") == "image_corrupt"


def test_a_profile_that_unpacks_to_gigabytes_is_refused():
    bomb = b"icc\0\0" + zlib.compress(bytes(40_000_000), 9)
    assert refused(png(struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), b"", (b"iCCP", bomb))) == "image_corrupt"


def test_animations_and_pages_are_refused():
    frames = [RGB, RGB.rotate(180)]
    for format in ("WEBP", "PNG", "TIFF"):
        assert refused(encode(frames[0], format, save_all=True, append_images=frames[1:])) == "image_format"


@pytest.mark.parametrize("data, kind", [
    (b"GIF89a" + bytes(20), "GIF"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    (b"<?xml version='1.0'?><svg/>", "SVG"),
    (b"\0\0\0\x1cftypheic" + bytes(20), "HEIC"), (b"\0\0\0\x1cftypavif" + bytes(20), "AVIF"), (b"8BPS\0\1" + bytes(20), "PSD"),
    (b"BM" + bytes(60), "BMP"), (b"%PDF-1.4", "PDF"), (b"", "empty"), (b"just text, renamed .png", "not an image"),
    (b"PK\x03\x04", "archive"), (b"\0" * 100, "not an image"),
])
def test_other_files_are_refused_by_name(data, kind):
    with pytest.raises(RenderError, match=kind) as caught:
        probe(data, "a picture")
    assert caught.value.code == "image_format"


def test_an_end_marker_in_a_thumbnail_is_not_the_end():
    thumbnail = encode(RGB.resize((32, 24)), "JPEG")
    data = encode(RGB, "JPEG", quality=90)
    app = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 8) + b"Exif\0\0" + thumbnail
    whole = data[:2] + app + data[2:]
    assert (rgb(whole) == rgb(data)).all()
    assert refused(whole[:-len(data) // 2]) == "image_truncated"
    assert (rgb(whole + b"trailing bytes of a phone") == rgb(data)).all()
