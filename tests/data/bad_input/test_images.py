"""Pictures as they come: each is decoded, or named with the reason while the others are used."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pellucid.training.preparation import Prepared
from tests.data.bad_input.driver import Case, hold

RANDOM = np.random.default_rng(0)
N_GOOD = 20
NOISE = Image.fromarray(RANDOM.integers(0, 256, (64, 64, 3), dtype=np.uint8))
GREY = NOISE.convert("L")
UNKNOWN = "no picture of a known format"
MANY = 2000


def saved(image: Image.Image, form: str = "PNG", **settings: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **settings)
    return stream.getvalue()


def plain(level: int, width: int = 8, height: int = 8) -> bytes:
    return saved(Image.new("L", (width, height), level))


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG file (PNG specification, section 5.3)."""
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def announced(width: int, height: int, rows: bytes, depth: int = 1, kind: int = 0) -> bytes:
    """Return a PNG file that says it has this size, with these rows in it."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def with_chunk(name: bytes, content: bytes) -> bytes:
    """Return a good PNG file with one more chunk behind its header."""
    return PNG[:33] + chunk(name, content) + PNG[33:]


def exif(orientation: int) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = orientation
    return made


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :]


def fractions(values: Any) -> bytes:
    return saved(Image.fromarray(np.asarray(values, dtype=np.float32)), "TIFF")


PNG, JPEG = saved(NOISE), saved(NOISE, "JPEG")
BOMB = announced(9000, 9000, bytes(9000 * (1 + 9000 // 8)))
LONG_TEXT = b"k\0\0" + zlib.compress(bytes(5 * 10**7))
TURNS = [NOISE.rotate(90), NOISE.rotate(180)]

# Name of the file, its content, and the reason it cannot be read.
UNREADABLE: list[tuple[str, str, bytes, str]] = [
    ("empty", "x.png", b"", "the file is empty"),
    ("one_byte", "x.png", PNG[:1], UNKNOWN),
    ("signature_alone", "x.png", PNG[:8], UNKNOWN),
    ("header_cut", "x.png", PNG[:20], "truncated"),
    ("header_alone", "x.png", PNG[:33], UNKNOWN),
    ("half_a_png", "x.png", PNG[: len(PNG) // 2], "truncated"),
    ("most_of_a_png", "x.png", PNG[: len(PNG) * 9 // 10], "truncated"),
    ("half_a_jpeg", "x.jpg", JPEG[: len(JPEG) // 2], "truncated"),
    ("start_of_a_jpeg", "x.jpg", JPEG[:20], UNKNOWN),
    ("end_of_a_jpeg_missing", "x.jpg", JPEG[:-2], "truncated"),
    ("half_a_gif", "x.gif", saved(NOISE, "GIF")[:3000], "truncated"),
    ("half_a_webp", "x.webp", saved(NOISE, "WEBP")[:900], ""),
    ("half_a_tiff", "x.tif", saved(NOISE, "TIFF")[:3000], ""),
    ("half_a_bmp", "x.bmp", saved(NOISE, "BMP")[:3000], "truncated"),
    ("a_byte_of_its_pixels_changed", "x.png", flipped(PNG, 200), "broken data"),
    ("a_byte_of_its_header_changed", "x.png", flipped(PNG, 18), UNKNOWN),
    ("a_checksum_changed", "x.png", flipped(PNG, 29), UNKNOWN),
    ("text", "x.png", b"hello" * 99, UNKNOWN),
    ("html", "x.jpg", b"<html>404, not found</html>", UNKNOWN),
    ("svg", "x.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN),
    ("pointer", "x.png", b"version https://git-lfs.github.com/spec/v1\nsize 1\n", UNKNOWN),
    ("pdf", "x.png", b"%PDF-1.4\n", UNKNOWN),
    ("postscript", "x.png", b"%!PS-Adobe-3.0 EPSF-3.0\n", UNKNOWN),
    ("sound", "x.png", b"RIFF\0\0\0\0WAVEfmt ", UNKNOWN),
    ("icon", "x.png", saved(Image.new("L", (8, 8)), "ICO"), UNKNOWN),
    ("portable_pixmap", "x.png", saved(Image.new("L", (8, 8)), "PPM"), UNKNOWN),
    ("zeros", "x.png", bytes(5000), UNKNOWN),
    ("noise", "x.png", RANDOM.bytes(5000), UNKNOWN),
    ("81_megapixels_in_10_kilobytes", "x.png", BOMB, "9,000 × 9,000 pixels, more than the limit"),
    ("2_to_the_62_pixels", "x.png", announced(2**31 - 1, 2**31 - 1, b"\0"), "more pixels than"),
    ("no_pixels", "x.png", announced(0, 0, b"\0"), UNKNOWN),
    ("fewer_rows_than_it_says", "x.png", announced(99, 99, b"\0" * 9, 8, 2), "truncated"),
    ("a_text_of_50_megabytes", "x.png", with_chunk(b"zTXt", LONG_TEXT), "too large"),
    ("pixels_that_are_no_numbers", "x.tif", fractions(np.full((8, 8), np.nan)), "finite numbers"),
    ("pixels_below_0", "x.tif", fractions([[-5, 2], [3, 2000]]), "its pixels go from -5 to 2000"),
]  # fmt: skip

READABLE: list[tuple[str, str, bytes]] = [
    ("without_its_last_bytes", "x.png", PNG[:-13]),
    ("more_behind_its_end", "x.png", PNG + b"more" * 99),
    ("two_in_one_file", "x.png", PNG + PNG),
    ("jpeg_called_png", "x.png", JPEG),
    ("gif_called_png", "x.png", saved(NOISE, "GIF")),
    ("webp_called_jpg", "x.jpg", saved(NOISE, "WEBP")),
    ("bmp", "x.BMP", saved(NOISE, "BMP")),
    ("tiff", "x.Tif", saved(NOISE, "TIFF")),
    ("black_and_white", "x.png", saved(NOISE.convert("1"))),
    ("grey_with_transparency", "x.png", saved(NOISE.convert("LA"))),
    ("palette", "x.png", saved(NOISE.convert("P"))),
    ("palette_with_transparency", "x.png", saved(NOISE.convert("P"), transparency=0)),
    ("transparent", "x.png", saved(NOISE.convert("RGBA"))),
    ("grey_of_16_bits", "x.png", saved(GREY.convert("I;16"))),
    ("grey_of_32_bits", "x.tif", saved(GREY.convert("I"), "TIFF")),
    ("fractions", "x.tif", fractions(RANDOM.random((8, 8)))),
    ("cmyk_jpeg", "x.jpg", saved(NOISE.convert("CMYK"), "JPEG")),
    ("cmyk_tiff", "x.tif", saved(NOISE.convert("CMYK"), "TIFF")),
    ("ycbcr", "x.tif", saved(NOISE.convert("YCbCr"), "TIFF")),
    ("lab", "x.tif", saved(NOISE.convert("LAB"), "TIFF")),
    ("animated_gif", "x.gif", saved(NOISE, "GIF", save_all=True, append_images=TURNS)),
    ("animated_png", "x.png", saved(NOISE, save_all=True, append_images=TURNS)),
    ("animated_webp", "x.webp", saved(NOISE, "WEBP", save_all=True, append_images=TURNS)),
    ("pages_of_a_tiff", "x.tif", saved(NOISE, "TIFF", save_all=True, append_images=TURNS)),
    ("turned", "x.jpg", saved(NOISE, "JPEG", exif=exif(6))),
    ("turned_in_no_known_way", "x.jpg", saved(NOISE, "JPEG", exif=exif(99))),
    ("exif_of_noise", "x.jpg", saved(NOISE, "JPEG", exif=b"Exif\0\0noise" * 10)),
    ("exif_beyond_its_end", "x.jpg", saved(NOISE, "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")),
    ("profile_of_noise", "x.png", with_chunk(b"iCCP", b"x\0\0noise")),
    ("one_pixel", "x.png", plain(3, 1, 1)),
    ("one_column", "x.png", plain(3, 1, 10_000)),
    ("one_row", "x.png", plain(3, 10_000, 1)),
    ("16_megapixels", "x.png", plain(3, 4000, 4000)),
]

Build = Callable[[Path], object]


def folder(name: str, build: Build, *, good: bool = True, **more: Any) -> Case:
    """Make a case of a folder of two classes of good pictures, and whatever is built beside."""

    def write(path: Path) -> Path:
        for number in range(N_GOOD if good else 0):
            place = path / "ab"[number % 2] / f"{number:02d}.png"
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(plain((60, 200)[number % 2] + number))
        build(path)
        return path

    return Case(name, write, **more)


def put(files: dict[str, bytes]) -> Build:
    def write(path: Path) -> None:
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)

    return write


def used(n: int) -> Callable[[Prepared], None]:
    """Return a check that so many rows are learned from or tested on."""

    def look(prepared: Prepared) -> None:
        parts = (prepared.train, prepared.validation, prepared.test)
        assert sum(len(part.inputs) for part in parts if part is not None) == n

    return look


def links_in_circles(path: Path) -> None:
    (path / "a" / "up").symlink_to(path)
    (path / "a" / "self.png").symlink_to("self.png")
    (path / "b" / "gone.png").symlink_to("nowhere.png")


def thousands(path: Path) -> None:
    contents = [plain(60), plain(200)]
    for number in range(MANY):
        (path / "ab"[number % 2] / f"many{number:04d}.png").write_bytes(contents[number % 2])
    (path / "a" / "many0700.png").write_bytes(b"damaged")
    (path / "b" / "many1401.png").write_bytes(PNG[:500])


FOLDERS = [
    folder("an_empty_class", lambda path: (path / "c").mkdir(), check=used(N_GOOD),
           said=("1 sub-folder without pictures, so no class: 'c'",)),
    folder("one_picture_of_a_class", put({"c/only.png": plain(9)}),
           said=("1 class has a single row", "'c'")),
    folder("one_picture_of_each_class", put({f"{c}/1.png": plain(ord(c)) for c in "abc"}),
           good=False, refused=("'label' has a different value in every row",)),
    folder("one_class", put({f"a/{n}.png": plain(n) for n in range(9)}), good=False,
           refused=("'label' has the same value in every row: 'a'",)),
    folder("a_class_of_unreadable_pictures", put({"c/1.png": b"x" * 9, "c/2.png": PNG[:99]}),
           check=used(N_GOOD), said=("2 of 22 files", "'1.png'", "'2.png'")),
    folder("unreadable_pictures_alone", put({f"{c}/{n}.png": b"x" * 9 for c in "ab"
                                             for n in range(5)}), good=False,
           refused=("not one of its 10 files can be read", "'0.png'")),
    folder("two_unreadable_among_thousands", thousands, check=used(N_GOOD + MANY - 2),
           said=(f"2 of {N_GOOD + MANY:,} files", "'many0700.png'", "'many1401.png'")),
    folder("links_in_circles", links_in_circles, check=used(N_GOOD),
           said=("not followed: 'a/up'", "'a/self.png', 'b/gone.png'")),
    folder("classes_with_strange_names", put({"😀/1.png": plain(1), "😀/2.png": plain(2),
                                              "a\nb/1.png": plain(3), "a\nb/2.png": plain(4)}),
           check=used(N_GOOD + 4)),
    folder("pictures_with_strange_names", put({"a/a b'\"%20#?*[1].png": plain(1),
                                               "b/日本語 🖼.png": plain(2)}),
           check=used(N_GOOD + 2)),
    folder("what_systems_leave", put({"a/.DS_Store": b"x", "a/Thumbs.db": b"x", "a/._01.png": b"x",
                                      "__MACOSX/a/._1.png": b"x", ".git/x.png": b"x"}),
           check=used(N_GOOD)),
    folder("other_files_among_them", put({"a/notes.pdf": b"x", "a/x.wav": b"x"}),
           check=used(N_GOOD), said=("2 files among the pictures passed over",)),
    folder("a_picture_beside_the_classes", put({"x.png": plain(1)}), check=used(N_GOOD),
           said=("1 file beside the classes' folders",)),
    folder("a_folder_called_like_a_picture", lambda path: (path / "a" / "x.png").mkdir(),
           check=used(N_GOOD)),
    folder("nothing", lambda path: None, good=False, refused=("The folder is empty",)),
    folder("no_classes", put({"1.png": plain(1), "2.png": plain(2)}), good=False,
           refused=("which column is to be predicted",)),
    folder("a_test_part_of_other_things", put({"train/a/1.png": plain(1), "train/b/2.png": plain(2),
                                               "test/a/1.wav": b"x"}), good=False,
           refused=("different things",)),
    folder("a_test_part_with_a_class_of_its_own", put({
        **{f"train/{c}/{n}.png": plain(n) for c in "ab" for n in range(5)},
        "test/z/1.png": plain(1)}), good=False, refused=("never saw: 'z'", "test data")),
]  # fmt: skip

CASES = [
    *(
        folder(name, put({f"a/{file}": content}), check=used(N_GOOD),
               said=("1 of 21 files", "row 11 ", repr(file), reason))
        for name, file, content, reason in UNREADABLE
    ),
    *(
        folder(name, put({f"a/{file}": content}), check=used(N_GOOD + 1))
        for name, file, content in READABLE
    ),
    *FOLDERS,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_strange_picture_is_decoded_or_named_with_the_reason(tmp_path: Path, case: Case):
    hold(case, tmp_path / "data")
