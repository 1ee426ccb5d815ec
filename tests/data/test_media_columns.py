"""Columns of paths, from the table to the answers: what is settled, said, and passed over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile
from PIL import Image

import pellucid
from pellucid.api import UnlikeTrainingWarning
from pellucid.data import Dataset, InputEncoding, Table, check_table, infer_contract, usable_rows
from pellucid.data.contract import ColumnContract
from pellucid.errors import DataError

RANDOM = np.random.default_rng(0)


@pytest.fixture
def tones(tmp_path) -> list[str]:
    """Make 40 sounds, low and high in turns, of lengths that differ a little."""
    names = [str(tmp_path / f"{number}.wav") for number in range(40)]
    for number, name in enumerate(names):
        times = np.arange(1600 + 10 * number) / 8000
        pitch = (300, 1500)[number % 2] * RANDOM.uniform(0.9, 1.1)
        soundfile.write(name, 0.5 * np.sin(2 * np.pi * pitch * times), 8000)
    return names


def picture(path: Path, *shape: int, value: int | None = None) -> str:
    pixels = RANDOM.integers(0, 256, shape, dtype=np.uint8)
    Image.fromarray(pixels if value is None else np.full(shape, value, np.uint8)).save(path)
    return str(path)


@pytest.fixture
def pictures(tmp_path) -> list[str]:
    """Make 60 pictures of 6×6, dark and light in turns."""
    return [
        picture(tmp_path / f"{number}.png", 6, 6, value=(40, 210)[number % 2] + number // 8)
        for number in range(60)
    ]


def contract_of(paths: list[str | None], **further: object) -> ColumnContract:
    labels = pl.Series([number % 2 for number in range(len(paths))])
    table = Table({"file": pl.Series(paths, dtype=pl.String), "y": labels})
    contract = infer_contract(Dataset("t", "memory", table), target="y", **further)
    return contract.columns[0]


def test_paths_of_pictures_are_recognised_with_size_and_colour_and_why(pictures):
    column = contract_of(pictures)
    assert (column.kind, column.role) == ("image", "input")
    assert column.details["shape"] == [6, 6]
    assert "all are 6×6 pixels" in column.reason
    assert "no colours" in column.reason


def test_paths_of_sounds_are_recognised_with_rate_and_length_and_why(tones):
    column = contract_of(tones)
    assert (column.kind, column.role) == ("sound", "input")
    form = column.details["file_form"]
    assert form["rate"] == 8000
    assert form["n_samples"] == 1990  # the longest of all, as none is much longer
    assert "8,000 samples a second" in column.reason


def test_large_pictures_of_many_sizes_become_64_pixels_at_most(tmp_path):
    sizes = [(90 + 7 * number, 120 + 9 * number, 3) for number in range(10)]
    paths = [picture(tmp_path / f"{n}.png", *size) for n, size in enumerate(sizes)]
    column = contract_of(paths)
    assert column.details["shape"] == [48, 64, 3]  # three by four, as they are
    assert "10 different sizes" in column.reason
    assert "in colour" in column.reason


def test_the_commonest_size_is_kept_where_most_share_it(tmp_path):
    sizes = [(10, 12)] * 6 + [(9, 9), (30, 20), (11, 11)]
    paths = [picture(tmp_path / f"{n}.png", *size) for n, size in enumerate(sizes)]
    column = contract_of(paths)
    assert column.details["shape"] == [10, 12]
    assert "6 of 9 are 12×10 pixels" in column.reason


def test_colour_files_without_colour_become_grey(tmp_path):
    paths = [picture(tmp_path / f"{n}.jpg", 8, 8) for n in range(9)]
    for path in paths:
        with Image.open(path) as image:
            image.convert("RGB").save(path, quality=95)
    column = contract_of(paths)
    assert column.details["shape"] == [8, 8]
    assert "no colour differs from grey" in column.reason


def test_unreadable_files_are_listed_with_rows_and_names(pictures):
    Path(pictures[4]).write_bytes(b"text")
    Path(pictures[9]).write_bytes(Path(pictures[9]).read_bytes()[:40])
    column = contract_of([*pictures[:30], None, "/nowhere/x.png"])
    (warning,) = column.warnings
    assert "3 of 31 files" in warning  # a row that names no file has none to be read
    assert "rows 5, 10, 32 " in warning
    for part in ("'4.png'", "'9.png'", "'x.png' (there is no such file)"):
        assert part in warning


def test_no_readable_file_at_all_is_one_clear_error(tmp_path):
    names = [str(tmp_path / f"{number}.png") for number in range(30)]
    with pytest.raises(DataError, match="not one of its 30 files can be read") as caught:
        contract_of(names)
    assert "'0.png' (there is no such file)" in str(caught.value)


def test_other_text_is_no_picture_unless_the_person_says_so():
    words = [f"word {number % 7}" for number in range(30)]
    assert contract_of(words).kind not in {"image", "sound"}
    with pytest.raises(DataError, match="not one of its 30 files"):
        contract_of(words, kinds={"file": "image"})


def test_later_pictures_of_any_size_are_brought_to_that_of_training(pictures, tmp_path):
    table = Table({"file": pl.Series(pictures), "y": pl.Series([0, 1] * 30)})
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    encoding = InputEncoding.fit(table, contract)
    large = picture(tmp_path / "large.png", 60, 60, 3, value=210)
    later = Table({"file": pl.Series([large, pictures[1]])})
    assert check_table(contract, later, need_target=False) == []
    encoded = encoding.transform(later)
    np.testing.assert_allclose(encoded[0], encoded[1], atol=1e-6)
    restored = encoding.inverse(encoded)["file"]
    assert restored.dtype == np.uint8
    assert (restored[0] == 210).all()


def test_later_unreadable_files_are_warned_of_and_found(pictures):
    table = Table({"file": pl.Series(pictures), "y": pl.Series([0, 1] * 30)})
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    later = Table({"file": pl.Series([pictures[0], "/nowhere/x.png"])})
    (warning,) = check_table(contract, later, need_target=False)
    assert "row 2" in warning
    assert "'x.png'" in warning
    assert usable_rows(contract, later).tolist() == [0]
    with pytest.raises(DataError, match="cannot be read"):
        InputEncoding.fit(table, contract).transform(later)


def test_a_network_learns_from_files_and_leaves_unreadable_ones_out(pictures):
    Path(pictures[4]).write_bytes(b"text")
    frame = pl.DataFrame({"file": pictures, "tone": ["dark", "light"] * 30})
    model = pellucid.train(frame, target="tone", epochs=25)
    report = model.report
    assert report["n_train"] + report["n_test"] + report["n_validation"] == 59
    assert report["metrics"]["accuracy"] == 1.0
    later = pl.DataFrame({"file": [pictures[1], pictures[4], pictures[0]]})
    with pytest.warns(UnlikeTrainingWarning, match=r"row 2 .*'4\.png'"):
        answers = model.predict(later)
    assert answers["prediction"].to_list() == ["light", None, "dark"]
    with pytest.warns(UnlikeTrainingWarning, match="row 5 "):
        assert model.evaluate(frame)["accuracy"] == 1.0


def test_a_network_tells_high_sounds_from_low_ones(tones):
    frame = pl.DataFrame({"file": tones, "pitch": ["low", "high"] * 20})
    model = pellucid.train(frame, target="pitch", epochs=25, network="dense")
    assert model.report["metrics"]["accuracy"] == 1.0
    assert model.predict(frame[:2].drop("pitch"))["prediction"].to_list() == ["low", "high"]


def test_silent_sounds_are_pointed_out(tones, tmp_path):
    silent = str(tmp_path / "silent.wav")
    soundfile.write(silent, np.zeros(1600), 8000)
    (warning,) = contract_of([*tones, silent]).warnings
    assert "1 file holds nothing but silence" in warning
