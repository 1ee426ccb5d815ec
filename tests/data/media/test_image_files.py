"""One picture from a file: every mode and format, and everything that is wrong with files."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data.media.form import UnreadableError, examine
from pellucid.data.media.image_files import ImageForm, is_grey_throughout, probe_image

RANDOM = np.random.default_rng(0)
COLOURS = RANDOM.integers(0, 256, (6, 8, 3), dtype=np.uint8)
GREYS = RANDOM.integers(0, 256, (6, 8), dtype=np.uint8)
LOSSLESS = {"png": {}, "bmp": {}, "webp": {"lossless": True}, "tiff": {}}


def saved(folder: Path, name: str, image: Image.Image, **settings: object) -> str:
    path = folder / name
    image.save(path, **settings)
    return str(path)


def read(path: str, *size: int, **settings: object) -> np.ndarray:
    return ImageForm(*size, **settings).read(path)


@pytest.mark.parametrize("suffix", LOSSLESS)
def test_lossless_formats_give_the_pixels_that_were_saved(tmp_path, suffix):
    path = saved(tmp_path, f"a.{suffix}", Image.fromarray(COLOURS), **LOSSLESS[suffix])
    header = probe_image(path)
    assert (header.width, header.height, header.is_colour) == (8, 6, True)
    np.testing.assert_array_equal(read(path, 6, 8, 3), COLOURS)


def test_a_jpeg_gives_what_pillow_gives(tmp_path):
    path = saved(tmp_path, "a.jpg", Image.fromarray(COLOURS), quality=95)
    with Image.open(path) as image:
        np.testing.assert_array_equal(read(path, 6, 8, 3), np.asarray(image.convert("RGB")))


def test_the_first_frame_of_an_animation_is_taken(tmp_path):
    frames = [Image.new("P", (4, 4), color) for color in (1, 2, 3)]
    for frame in frames:
        frame.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    path = saved(tmp_path, "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert read(path, 4, 4, 3).reshape(-1, 3).tolist() == [[255, 0, 0]] * 16


def test_sixteen_bits_are_kept_or_scaled_to_eight(tmp_path):
    deep = np.array([[0, 257, 65535], [1000, 2570, 32896]], dtype=np.uint16)
    path = saved(tmp_path, "a.png", Image.fromarray(deep))
    assert probe_image(path).is_deep
    np.testing.assert_array_equal(read(path, 2, 3, dtype="uint16"), deep)
    # 65,535 is 255 · 257: by hand, 1000 / 257 = 3.9 and 32,896 / 257 = 128.
    assert read(path, 2, 3).tolist() == [[0, 1, 255], [4, 10, 128]]
    assert read(path, 2, 3, 3)[0, 2].tolist() == [255, 255, 255]


def test_eight_bits_fill_the_range_of_sixteen(tmp_path):
    path = saved(tmp_path, "a.png", Image.fromarray(np.array([[0, 255, 1]], dtype=np.uint8)))
    assert read(path, 1, 3, dtype="uint16").tolist() == [[0, 65535, 257]]


def test_fractions_from_0_to_1_are_grey_levels(tmp_path):
    path = saved(tmp_path, "a.tiff", Image.fromarray(np.array([[0.0, 0.5, 1.0]], np.float32)))
    assert read(path, 1, 3).tolist() == [[0, 128, 255]]


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 1e9), (0.0, np.nan)])
def test_other_ranges_of_fractions_are_no_picture(tmp_path, low, high):
    pixels = np.array([[low, high]], dtype=np.float32)
    path = saved(tmp_path, "a.tiff", Image.fromarray(pixels))
    with pytest.raises(UnreadableError, match="pixels"):
        read(path, 1, 2)


def test_what_is_transparent_is_white(tmp_path):
    pixels = np.zeros((2, 2, 4), dtype=np.uint8)
    pixels[0, 0] = (10, 20, 30, 255)
    path = saved(tmp_path, "a.png", Image.fromarray(pixels))
    assert read(path, 2, 2, 3)[0].tolist() == [[10, 20, 30], [255, 255, 255]]
    grey = np.array([[[40, 255], [40, 0]]], dtype=np.uint8)
    path = saved(tmp_path, "b.png", Image.fromarray(grey, "LA"))
    assert not probe_image(path).is_colour
    assert read(path, 1, 2).tolist() == [[40, 255]]


def test_a_transparent_palette_and_a_grey_one_are_understood(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 0, 90, 90, 90])
    image.putpixel((1, 0), 1)
    path = saved(tmp_path, "a.png", image, transparency=0)
    assert read(path, 1, 2, 3).tolist() == [[[255, 255, 255], [90, 90, 90]]]
    assert not probe_image(path).is_colour


def test_a_cmyk_jpeg_is_read_in_colour(tmp_path):
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))  # no cyan, all magenta and yellow: red
    pixels = read(saved(tmp_path, "a.jpg", image), 8, 8, 3).astype(int)
    np.testing.assert_allclose(pixels.mean(axis=(0, 1)), [255, 0, 0], atol=6)


def test_one_bit_is_black_and_white(tmp_path):
    image = Image.fromarray(np.array([[True, False]]))
    assert read(saved(tmp_path, "a.png", image), 1, 2).tolist() == [[255, 0]]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "webp", "tiff"])
def test_pictures_are_turned_as_their_exif_says(tmp_path, orientation, suffix):
    """The eight orientations of the EXIF standard, section 4.6.4, worked out with NumPy."""
    back = {
        1: GREYS, 2: GREYS[:, ::-1], 3: GREYS[::-1, ::-1], 4: GREYS[::-1],
        5: GREYS.T, 6: np.rot90(GREYS, -1), 7: GREYS[::-1, ::-1].T, 8: np.rot90(GREYS),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(np.repeat(GREYS[:, :, None], 3, axis=2))
    path = saved(tmp_path, f"a.{suffix}", image, exif=exif, **LOSSLESS[suffix])
    header = probe_image(path)
    assert (header.height, header.width) == back.shape
    np.testing.assert_array_equal(read(path, *back.shape, 3)[:, :, 0], back)


def test_proportions_are_kept_and_the_rest_filled_with_the_border(tmp_path):
    image = Image.new("RGB", (40, 20), (200, 100, 50))
    pixels = read(saved(tmp_path, "a.png", image), 10, 10, 3)
    assert pixels.reshape(-1, 3).tolist() == [[200, 100, 50]] * 100
    framed = np.full((40, 80), 50, dtype=np.uint8)
    framed[12:28, 24:56] = 250
    pixels = read(saved(tmp_path, "b.png", Image.fromarray(framed)), 10, 10)
    assert (pixels[:3] == 50).all()
    assert (pixels[-2:] == 50).all()
    assert pixels[4, 5] == 250  # 40 rows become 5, in the middle: rows 2 to 6


def test_a_large_jpeg_made_small_is_near_what_full_decoding_gives(tmp_path):
    ramp = np.linspace(0, 255, 640)[None, :, None] * np.ones((480, 1, 3))
    path = saved(tmp_path, "a.jpg", Image.fromarray(ramp.astype(np.uint8)), quality=95)
    with Image.open(path) as image:
        whole = np.asarray(image.convert("RGB").resize((64, 48), Image.Resampling.BILINEAR))
    np.testing.assert_allclose(read(path, 48, 64, 3).astype(int), whole, atol=3)


def test_a_picture_of_one_pixel_can_be_enlarged(tmp_path):
    path = saved(tmp_path, "a.png", Image.new("L", (1, 1), 7))
    assert (read(path, 5, 3) == 7).all()


def test_a_line_of_pixels_keeps_at_least_one_row(tmp_path):
    path = saved(tmp_path, "a.png", Image.new("L", (1000, 1), 7))
    assert (read(path, 8, 8) == 7).all()


def test_colour_files_without_colours_are_told_from_others(tmp_path):
    grey = Image.fromarray(GREYS).convert("RGB")
    assert is_grey_throughout(saved(tmp_path, "a.png", grey))
    assert is_grey_throughout(saved(tmp_path, "a.jpg", grey))
    assert not is_grey_throughout(saved(tmp_path, "b.png", Image.fromarray(COLOURS)))


def bomb() -> bytes:
    """Make a PNG of 9,000 × 9,000 pixels in some ten thousand bytes, by the PNG specification."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", 9000, 9000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(9000 * (1 + 9000 // 8)), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def test_a_small_file_of_81_megapixels_is_refused_with_the_limit(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(bomb())
    assert path.stat().st_size < 12_000
    for attempt in (lambda: probe_image(str(path)), lambda: read(str(path), 8, 8)):
        with pytest.raises(UnreadableError, match=r"9,000 × 9,000 .* limit of 64,000,000"):
            attempt()
    monkeypatch.setenv("PELLUCID_PIXEL_LIMIT", "90000000")
    assert probe_image(str(path)).width == 9000


@pytest.mark.parametrize("form", ["png", "jpg", "gif", "bmp", "webp", "tiff"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_a_file_that_is_cut_off_is_an_error_and_no_grey_picture(tmp_path, form, share):
    stream = io.BytesIO()
    noise = RANDOM.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(stream, {"jpg": "JPEG"}.get(form, form.upper()))
    whole = stream.getvalue()
    path = tmp_path / f"a.{form}"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableError):
        read(str(path), 64, 64, 3)


@pytest.mark.parametrize(
    "content",
    [b"this is text\n" * 50, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-1.4\n", b"\0" * 99],
)
def test_what_is_no_picture_says_so(tmp_path, content):
    path = tmp_path / "a.png"
    path.write_bytes(content)
    for attempt in (lambda: probe_image(str(path)), lambda: read(str(path), 8, 8)):
        with pytest.raises(UnreadableError) as caught:
            attempt()
        assert not caught.value.reason.endswith(".")


def test_files_that_are_none_are_told_apart_without_opening_them(tmp_path):
    (tmp_path / "empty.png").write_bytes(b"")
    for name, reason in [("", "folder"), ("absent.png", "no such file"), ("empty.png", "empty")]:
        with pytest.raises(UnreadableError, match=reason):
            examine(str(tmp_path / name))
    with pytest.raises(UnreadableError):
        examine("a\0b.png")
    with pytest.raises(UnreadableError, match="no ordinary file"):
        examine("/dev/null")
