"""The small whole files that mutations begin with, all made by code."""

from __future__ import annotations

import gzip
import io
import struct

import numpy as np
import soundfile
from PIL import Image

IMAGE_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
SOUND_FORMATS = {
    ".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG", ".mp3": "MP3", ".aiff": "AIFF",
}  # fmt: skip


def tables() -> list[bytes]:
    """Return delimited tables as people write them."""
    texts = (
        "a,b,c\n1,2.5,x\n3,,y\n-4,1e3,z\n",
        "name;when;price\nAnn;05.03.2024;1.234,50 €\nBob;06.03.2024;2,00 €\n",
        "a\tb\n1\t\n\t2\n\n",
        'q,r\n"a ""b""",1\n"c\nd",2\n',
        "1 2 3\n4 5 6\n7 8 9\n",
        "# a remark\nx|y\n1|true\n2|false\n",
        "sep=;\na;b\n1;2\n",
        "1,0.1,0.2,0.3\n2,0.4,0.5,0.6\n",
        "spam\tbuy now\nham\tsee you at five\n",
        "a,a\n1,2\n",
        "é,ü\n日本,x\n",
        "This is running text. It has two sentences, and no columns.\n",
    )
    encoded = [text.encode() for text in texts]
    return [
        *encoded, texts[1].encode("cp1252"), texts[0].encode("utf-16"), gzip.compress(encoded[0]),
        b"\xef\xbb\xbf" + encoded[0].replace(b"\n", b"\r\n"), encoded[0] + bytes(9),
    ]  # fmt: skip


def time_series() -> list[bytes]:
    """Return ``.ts`` files: one channel and two, with times, without a class."""
    return [
        b"@univariate true\n@classLabel true a b\n@data\n1,2,3:a\n2,?,4:b\n",
        b"@dimensions 2\n@equalLength true\n@targetLabel true\n@data\n1,2:3,4:0.5\n5,6:7,NaN:1\n",
        b"@timeStamps true\n@classLabel true 1\n@data\n(2007-01-01 00:00:00,1.5),(2,3):1\n",
        b"% remark\n@classLabel false\n@data\n1,2,3\n\n4,5\n",
    ]


def json_lines() -> list[bytes]:
    """Return JSON Lines: plain, with gaps and lists."""
    return [
        b'{"a": 1, "b": "x"}\n{"a": 2.5, "b": null}\n',
        b'{"a": [1, 2], "b": true}\n\n{"b": false, "c": "\\u00e9"}\n',
        b'{"a": {"b": {"c": [1, "2"]}}}\n{"a": -1e300}\n',
    ]


def json_files() -> list[bytes]:
    """Return JSON files: objects in a list, columns by name, nested records."""
    return [
        b'[{"a": 1, "b": "x"}, {"a": 2, "b": null}]',
        b'{"a": [1, 2, 3], "b": ["x", "y", "z"]}',
        b'{"data": [{"a": 1}, {"a": 2}], "count": 2}',
        *json_lines(),
    ]


def settings() -> list[bytes]:
    """Return settings as a person or a run writes them."""
    return [
        b"source: iris\nepochs: 20  # enough\nhidden: [64, 32]\nlearning_rate: 1e-3\n",
        b"source: data.csv\ntarget:\n- a\n- b\nkinds: {age: number, 'zip code': category}\n",
        b'# a remark\n\nsource: "a: b.csv"\nnormalize: true\ndropout: 0.1\npreset: best\n',
    ]


def idx_files() -> list[bytes]:
    """Return IDX files of images, labels and fractions, one of them packed."""
    images = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 2, 3) + bytes(range(12))
    labels = bytes([0, 0, 8, 1]) + struct.pack(">I", 4) + bytes(4)
    fractions = bytes([0, 0, 13, 2]) + struct.pack(">2I", 2, 2) + struct.pack(">4f", 0, 1, 2, 3)
    return [images, labels, fractions, gzip.compress(images)]


def archives() -> list[bytes]:
    """Return ``.npz`` archives, packed and not."""
    rows, labels = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1])
    made = []
    for save in (np.savez, np.savez_compressed):
        for arrays in (
            {"X": rows, "y": labels},
            {"x_train": rows[:3], "y_train": labels[:3], "x_test": rows[3:], "y_test": labels[3:]},
            {"images": rows.reshape(4, 2, 1).astype(">f4"), "labels": np.array(["a", "b"] * 2)},
        ):
            stream = io.BytesIO()
            save(stream, **arrays)
            made.append(stream.getvalue())
    return made


def images() -> list[bytes]:
    """Return pictures of a few pixels in all formats, grey, coloured, deep and with alpha."""
    colours = np.random.default_rng(0).integers(0, 256, (5, 4, 4), dtype=np.uint8)
    pictures = {
        "L": Image.fromarray(colours[:, :, 0]),
        "RGB": Image.fromarray(colours[:, :, :3]),
        "RGBA": Image.fromarray(colours),
        "P": Image.fromarray(colours[:, :, :3]).convert("P"),
    }
    made = [_saved(pictures[mode], form) for form in IMAGE_FORMATS for mode in ("L", "RGB")]
    made += [_saved(pictures[mode], form) for form in ("PNG", "WEBP", "TIFF") for mode in ("RGBA",)]
    made += [_saved(pictures["P"], form) for form in ("PNG", "GIF")]
    deep = Image.fromarray(colours[:, :, 0].astype(np.uint16) << 8)
    turned = Image.Exif()
    turned[0x0112] = 6
    return [*made, _saved(deep, "PNG"), _saved(pictures["RGB"], "JPEG", exif=turned)]


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def sounds() -> list[bytes]:
    """Return short sounds in all formats, one channel and two; the first byte names the ending."""
    wave = 0.5 * np.sin(np.arange(600) / 5)
    made = []
    for place, form in enumerate(SOUND_FORMATS.values()):
        for samples in (wave, np.stack([wave, -wave], axis=1)):
            stream = io.BytesIO()
            soundfile.write(stream, samples, 16_000, format=form)
            made.append(bytes([place]) + stream.getvalue())
    return made
