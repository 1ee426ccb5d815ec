"""Sounds as they come: each is decoded, or named with the reason while the others are used."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from pellucid.training.preparation import Prepared
from tests.data.bad_input.driver import Case, hold

RANDOM = np.random.default_rng(0)
RATE = 8000
N_GOOD = 20
UNKNOWN = "no sound of a known format"
NO_NUMBERS = "no finite numbers"


def saved(samples: Any, rate: int = RATE, form: str = "WAV", subtype: str | None = None) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, rate, format=form, subtype=subtype)
    return stream.getvalue()


def tone(pitch: float, n: int = 1600, rate: int = RATE) -> Any:
    return 0.5 * np.sin(2 * np.pi * pitch * np.arange(n) / rate)


def patched(place: int, form: str, number: int) -> bytes:
    """Return a WAV file with another number in its header (RIFF; "fmt " and "data" chunks)."""
    return WAV[:place] + struct.pack(form, number) + WAV[place + struct.calcsize(form) :]


def share(content: bytes, part: float) -> bytes:
    return content[: int(len(content) * part)]


WAV = saved(tone(400))
HISS = RANDOM.uniform(-0.5, 0.5, 1600)
FLAC, OGG, MP3, AIFF = (saved(HISS, form=form) for form in ("FLAC", "OGG", "MP3", "AIFF"))
LONG_MP3 = saved(RANDOM.uniform(-0.5, 0.5, 8000), form="MP3")
BROKEN = np.array([0.1, np.nan, 0.2] * 500)

# Name of the file, its content, and the reason it cannot be read.
UNREADABLE: list[tuple[str, str, bytes, str]] = [
    ("empty", "x.wav", b"", "the file is empty"),
    ("four_bytes", "x.wav", WAV[:4], UNKNOWN),
    ("without_a_data_chunk", "x.wav", WAV[:12], "data"),
    ("within_its_header", "x.wav", WAV[:20], "fmt"),
    ("header_alone", "x.wav", WAV[:44], "no samples"),
    ("one_sample_of_many", "x.wav", WAV[:46], "cut off: 2 of 3,200 bytes"),
    ("half_a_wav", "x.wav", share(WAV, 0.5), "cut off: 1,578 of 3,200 bytes"),
    ("one_sample_missing", "x.wav", WAV[:-2], "cut off: 3,198 of 3,200 bytes"),
    ("a_length_twice_too_long", "x.wav", patched(40, "<I", 6400), "cut off: 3,200 of 6,400 bytes"),
    ("a_length_of_0", "x.wav", patched(40, "<I", 0), "no samples"),
    ("no_samples", "x.wav", saved(np.zeros(0)), "no samples"),
    ("start_of_a_flac", "x.flac", share(FLAC, 0.05), ""),
    ("half_a_flac", "x.flac", share(FLAC, 0.5), ""),
    ("start_of_an_ogg", "x.ogg", share(OGG, 0.05), "malformed"),
    ("half_an_ogg", "x.ogg", share(OGG, 0.5), ""),
    ("most_of_an_ogg", "x.ogg", share(OGG, 0.95), ""),
    ("start_of_an_mp3", "x.mp3", share(MP3, 0.05), UNKNOWN),
    ("half_an_mp3", "x.mp3", share(LONG_MP3, 0.3), "cut off"),
    ("start_of_an_aiff", "x.aiff", share(AIFF, 0.05), "cut off"),
    ("most_of_an_aiff", "x.aiff", share(AIFF, 0.95), "cut off"),
    ("1_sample_a_second", "x.wav", patched(24, "<I", 1), "1 samples a second; expected 1,000"),
    ("0_samples_a_second", "x.wav", patched(24, "<I", 0), "header"),
    ("a_billion_samples_a_second", "x.wav", patched(24, "<I", 10**9), "1,000,000,000 samples"),
    ("no_channels", "x.wav", patched(22, "<H", 0), "channel"),
    ("65535_channels", "x.wav", patched(22, "<H", 65535), "channels"),
    ("0_bits_a_sample", "x.wav", patched(34, "<H", 0), "format"),
    ("an_unknown_coding", "x.wav", patched(20, "<H", 0x1234), "fmt"),
    ("samples_that_are_no_numbers", "x.wav", saved(BROKEN, subtype="FLOAT"), NO_NUMBERS),
    ("infinite_samples", "x.wav", saved(np.nan_to_num(BROKEN, nan=np.inf), subtype="FLOAT"),
     NO_NUMBERS),
    ("samples_of_1e300", "x.wav", saved(np.nan_to_num(BROKEN, nan=1e300), subtype="DOUBLE"),
     NO_NUMBERS),
    ("text", "x.wav", b"hello" * 99, UNKNOWN),
    ("html", "x.mp3", b"<html>404, not found</html>" * 9, UNKNOWN),
    ("pointer", "x.wav", b"version https://git-lfs.github.com/spec/v1\nsize 1\n", UNKNOWN),
    ("picture", "x.wav", b"\x89PNG\r\n\x1a\n" + bytes(50), UNKNOWN),
    ("midi", "x.wav", b"MThd\0\0\0\6" + bytes(20), UNKNOWN),
    ("noise_called_mp3", "x.mp3", RANDOM.bytes(4000), UNKNOWN),
    ("zeros_called_mp3", "x.mp3", bytes(4000), UNKNOWN),
    ("a_title_without_an_mp3", "x.mp3", b"ID3\x03\0\0\0\0\x0f\x76" + bytes(2000), UNKNOWN),
    ("m4a_called_mp3", "x.mp3", b"\0\0\0\x20ftypM4A " + bytes(50), UNKNOWN),
    ("raw_samples", "x.wav", (tone(400) * 3e4).astype("<i2").tobytes(), UNKNOWN),
]  # fmt: skip

READABLE: list[tuple[str, str, bytes]] = [
    *(
        (f"coded_as_{subtype.lower()}", "x.wav", saved(tone(400), subtype=subtype))
        for subtype in (
            "PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW", "IMA_ADPCM", "GSM610",
        )
    ),
    ("flac", "x.flac", FLAC),
    ("ogg", "x.ogg", OGG),
    ("mp3", "x.MP3", MP3),
    ("aiff", "x.aif", AIFF),
    ("opus", "x.opus", saved(tone(400, 9600, 48_000), 48_000, "OGG", "OPUS")),
    ("wav_called_mp3", "x.mp3", WAV),
    ("mp3_called_wav", "x.wav", MP3),
    ("flac_called_wav", "x.wav", FLAC),
    ("w64", "x.wav", saved(tone(400), form="W64")),
    ("rf64", "x.wav", saved(tone(400), form="RF64")),
    ("8_channels", "x.wav", saved(np.stack([tone(400)] * 8, axis=1))),
    ("one_sample", "x.wav", saved(np.full(1, 0.1))),
    ("44101_samples_a_second", "x.wav", saved(tone(400, 8820, 44_101), 44_101)),
    ("a_length_not_yet_known", "x.wav", patched(40, "<I", 0xFFFFFFFF)),
    ("a_length_too_short", "x.wav", patched(40, "<I", 1600)),
    ("another_size_of_the_file", "x.wav", patched(4, "<I", 0)),
    ("noise_behind_its_end", "x.wav", WAV + RANDOM.bytes(500)),
    ("another_chunk_first", "x.wav", WAV[:36] + b"LIST\x04\0\0\0abcd" + WAV[36:]),
    ("samples_of_1e30", "x.wav", saved(np.nan_to_num(BROKEN, nan=1e30), subtype="FLOAT")),
    ("a_constant", "x.wav", saved(np.full(1600, 0.5))),
    ("beyond_full_scale", "x.wav", saved(np.sign(tone(400)) * 2, subtype="FLOAT")),
    ("20_minutes", "x.flac", saved(np.tile(HISS, 6000), form="FLAC")),
]  # fmt: skip


def folder(name: str, files: dict[str, bytes], *, good: bool = True, **more: Any) -> Case:
    """Make a case of a folder of two classes of tones, and these files."""

    def write(path: Path) -> Path:
        contents = dict(files)
        for number in range(N_GOOD if good else 0):
            pitch = (300, 1500)[number % 2] + number
            contents[f"{'ab'[number % 2]}/{number:02d}.wav"] = saved(tone(pitch))
        for file, content in contents.items():
            (path / file).parent.mkdir(parents=True, exist_ok=True)
            (path / file).write_bytes(content)
        return path

    return Case(name, write, **more)


def used(n: int) -> Callable[[Prepared], None]:
    """Return a check that so many rows are learned from or tested on."""

    def look(prepared: Prepared) -> None:
        parts = (prepared.train, prepared.validation, prepared.test)
        assert sum(len(part.inputs) for part in parts if part is not None) == n

    return look


CASES = [
    *(
        folder(name, {f"a/{file}": content}, check=used(N_GOOD),
               said=("1 of 21 files", "row 11 ", repr(file), reason))
        for name, file, content, reason in UNREADABLE
    ),
    *(
        folder(name, {f"a/{file}": content}, check=used(N_GOOD + 1))
        for name, file, content in READABLE
    ),
    folder("silence", {"a/x.wav": saved(np.zeros(1600))}, check=used(N_GOOD + 1),
           said=("1 file holds nothing but silence",)),
    folder("unreadable_sounds_alone", {f"{c}/{n}.wav": WAV[:30] for c in "ab" for n in range(4)},
           good=False, refused=("not one of its 8 files can be read", "'0.wav'")),
    folder("one_sound_of_a_class", {"c/x.wav": WAV}, said=("a single row", "'c'")),
    folder("sounds_and_pictures", {"a/x.png": b"x", "b/y.png": b"x"}, check=used(N_GOOD),
           said=("2 files among the sounds passed over",)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_strange_sound_is_decoded_or_named_with_the_reason(tmp_path: Path, case: Case, capfd):
    hold(case, tmp_path / "data")
    assert capfd.readouterr().err == "", "a library printed something"
