"""A picture or a sound that a person tries is what the network would receive of the same file."""

from __future__ import annotations

import io
import struct
import wave
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import polars as pl
import pytest
import soundfile
from PIL import Image

import pellucid
from pellucid.inspection.known_rows import find_rows
from pellucid.studio import decoding
from pellucid.studio.limited import Limits
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.exchange import Browser, Reply, answer

RATE = 8_000


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write high and low tones, a folder for each."""
    folder = tmp_path_factory.mktemp("tones")
    random = np.random.default_rng(0)
    for name, pitch in (("high", 1_800), ("low", 300)):
        (folder / name).mkdir()
        for number in range(10):
            time = np.arange(RATE // 4) / RATE
            tone = 0.5 * np.sin(2 * np.pi * pitch * time) + 0.02 * random.normal(size=len(time))
            soundfile.write(folder / name / f"{number}.wav", tone, RATE)
    return folder


@pytest.fixture(scope="module")
def sounds(tones: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve a network of tones, from its run, as ``m1``."""
    run = tmp_path_factory.mktemp("runs") / "tones"
    pellucid.train(tones, network="dense", hidden=(4,), epochs=3, seed=1, run=run)
    shelf = Shelf()
    shelf.put_file(run)
    with Serving(Studio(shelf, "inside")) as serving:
        yield Browser(serving)


def _decode(browser: Browser, content: bytes, column: str, name: str) -> Reply:
    return browser.post(f"/api/models/m1/decode?column={column}&name={quote(name)}", content)


def _png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_picture_becomes_its_pixels_and_is_answered(
    browser: Browser, digits: pellucid.Model
) -> None:
    rows = find_rows(digits.trained).test
    assert rows is not None
    pixels = np.asarray(rows["image"])[4]
    told = answer(_decode(browser, _png(pixels), "image", "mine.PNG"))
    assert told["column"] == "image"
    assert np.array_equal(told["numbers"], pixels)
    found = answer(browser.post("/api/models/m1/predict", {"values": {"image": told["numbers"]}}))
    (own,) = found["example"]["answers"]
    expected = digits.predict(pixels[None])["prediction"][0]
    assert own["prediction"] == expected


def test_a_large_picture_in_colour_is_brought_to_the_networks_size(
    browser: Browser, digits: pellucid.Model
) -> None:
    colours = np.zeros((240, 240, 3), np.uint8)
    colours[:, 120:] = 255
    told = answer(_decode(browser, _png(colours), "image", "photo.png"))
    numbers = np.array(told["numbers"])
    assert numbers.shape == digits.trained.encoding.blocks[0].shape
    assert (numbers[:, :3] < 20).all()
    assert (numbers[:, -3:] > 235).all()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"hello", "x.png", "cannot be read"),
        (b"", "x.png", "cannot be read"),
        (_png(np.zeros((8, 8), np.uint8)), "x.csv", "does not end as a picture does"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n", "x.png", "cannot be read"),
    ],
    ids=["a text", "nothing", "another ending", "PostScript"],
)
def test_what_is_no_picture_is_refused(
    browser: Browser, content: bytes, name: str, words: str
) -> None:
    reply = _decode(browser, content, "image", name)
    assert reply.status in {400, 422}
    assert words in reply.json["error"]["message"]


def test_a_small_file_of_very_many_pixels_is_refused(browser: Browser) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    reply = _decode(browser, bomb, "image", "bomb.png")
    assert reply.status == 422
    assert "pixels" in reply.json["error"]["message"]


def test_what_takes_more_than_it_may_ends_its_own_process(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = _png(np.zeros((3000, 3000, 3), np.uint8))
    monkeypatch.setattr(decoding.Limits, "usual", lambda: Limits(4 << 20, 60, 60.0))
    reply = _decode(browser, pixels, "image", "large.png")
    assert reply.status == 422
    monkeypatch.undo()
    assert _decode(browser, pixels, "image", "large.png").status == 200  # the server goes on


def test_other_columns_take_no_files(browser: Browser) -> None:
    assert "image" in _decode(browser, b"x", "picture", "x.png").json["error"]["expected"]


def test_a_sound_is_answered_as_its_file_is(sounds: Browser, tones: Path) -> None:
    model = answer(sounds.get("/api/models/m1"))
    (column,) = (field["column"] for field in model["fields"])
    path = tones / "low" / "3.wav"
    told = answer(_decode(sounds, path.read_bytes(), column, "mine.wav"))
    body = {"values": {column: told["numbers"]}}
    (own,) = answer(sounds.post("/api/models/m1/predict", body))["example"]["answers"]
    trained = sounds.serving.studio.shelf.model("m1").trained
    expected = pellucid.Model(trained).predict(pl.DataFrame({column: [str(path)]}))
    assert own["prediction"] == expected["prediction"][0]
    shares = {one["label"]: one["probability"] for one in own["probabilities"]}
    for label, share in shares.items():
        (name,) = (one for one in expected.columns if one.endswith(label))
        assert share == pytest.approx(expected[name][0], abs=1e-5)


def test_a_sound_of_the_data_can_be_heard(sounds: Browser) -> None:
    told = answer(sounds.get("/api/models/m1/examples?part=train&n=1"))
    (example,) = told["examples"]
    (column,) = example["values"]
    media = example["media"][column]
    reply = sounds.get(media["sound"])
    assert (reply.status, reply.headers["content-type"]) == (200, "audio/wav")
    with wave.open(io.BytesIO(reply.body)) as heard:
        assert (heard.getnchannels(), heard.getframerate()) == (1, RATE)
        samples = np.frombuffer(heard.readframes(heard.getnframes()), "<i2") / 32_767
    written, _ = soundfile.read(example["values"][column])  # as libsndfile reads it
    n = min(len(samples), len(written))
    assert n > RATE // 8
    np.testing.assert_allclose(samples[:n], written[:n], atol=1e-4)


def test_no_file_is_opened_that_a_model_file_names(sounds: Browser) -> None:
    (example, *_) = answer(sounds.get("/api/models/m1/examples?part=examples&n=1"))["examples"]
    (column,) = example["media"]
    assert example["media"][column]["sound"] is None
    reply = sounds.get(f"/api/models/m1/sound?example=examples:0&column={column}")
    assert reply.status == 422
