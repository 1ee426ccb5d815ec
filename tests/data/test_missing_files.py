"""Rows without a picture or sound: a missing value beside other columns, nothing without them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile
from PIL import Image

import pellucid
from pellucid.api import UnlikeTrainingWarning
from pellucid.data import Block, Dataset, InputEncoding, Table, check_table, infer_contract
from pellucid.data.kinds import ImageEncoder, SoundEncoder
from pellucid.errors import DataError
from pellucid.inspection.baseline import average_row

N = 40


@pytest.fixture
def pictures(tmp_path) -> list[str | None]:
    """Make 40 rows of pictures of 3×2, dark and light in turns; three of five name none."""
    names: list[str | None] = []
    for number in range(N):
        path = tmp_path / f"{number}.png"
        Image.new("L", (3, 2), (40, 210)[number % 2] + number // 8).save(path)
        names.append(None if number % 5 < 3 else str(path))
    return names


@pytest.fixture
def sounds(tmp_path) -> list[str | None]:
    """Make 40 rows of sounds, low and high in turns; every fourth names none."""
    names: list[str | None] = []
    for number in range(N):
        path = tmp_path / f"{number}.wav"
        times = np.arange(1600) / 8000
        soundfile.write(path, 0.5 * np.sin(2 * np.pi * (300, 1500)[number % 2] * times), 8000)
        names.append(None if number % 4 == 0 else str(path))
    return names


def mixed(**files: list[str | None]) -> pl.DataFrame:
    ages = [20.0 + number % 7 + 15 * (number % 2) for number in range(N)]
    columns = {name: pl.Series(paths, dtype=pl.String) for name, paths in files.items()}
    return pl.DataFrame({**columns, "age": ages, "kind": ["cat", "dog"] * (N // 2)})


def encoded(frame: pl.DataFrame):
    table = Table({name: frame[name] for name in frame.columns})
    contract = infer_contract(Dataset("t", "memory", table), target="kind")
    encoding = InputEncoding.fit(table, contract)
    return contract, encoding, encoding.transform(table)


def test_a_row_without_a_picture_is_the_mean_picture_with_a_mark(pictures):
    contract, encoding, matrix = encoded(mixed(photo=pictures))
    assert not contract.columns[0].warnings
    block = encoding.blocks[0]
    assert block == Block("photo", "image", 0, 7, (2, 3), ink=block.ink)
    assert encoding.feature_names[5:8] == ["photo[2,3]", "photo is missing", "age"]
    empty = np.array([path is None for path in pictures])
    np.testing.assert_array_equal(matrix[:, 6], empty.astype(np.float32))
    assert not matrix[empty, :6].any()
    # The others are standardised by the pixels that are there alone.
    assert matrix[~empty, :6].mean() == pytest.approx(0, abs=1e-5)
    assert matrix[~empty, :6].std() == pytest.approx(1, abs=1e-5)


def test_a_row_without_a_sound_is_the_mean_sound_with_a_mark(sounds):
    contract, encoding, matrix = encoded(mixed(voice=sounds))
    assert not contract.columns[0].warnings
    block = encoding.blocks[0]
    assert block.stop - block.start == np.prod(block.shape) + 1
    empty = np.array([path is None for path in sounds])
    np.testing.assert_array_equal(matrix[:, block.stop - 1], empty.astype(np.float32))
    assert not matrix[empty, : block.stop - 1].any()
    back = encoding.inverse(matrix)["voice"]
    assert np.isnan(back[empty]).all()
    assert np.isfinite(back[~empty]).all()


def test_pictures_come_back_with_the_missing_ones_as_nan(pictures):
    _, encoding, matrix = encoded(mixed(photo=pictures))
    back = encoding.inverse(matrix)["photo"]
    for row, path in enumerate(pictures):
        if path is None:
            assert np.isnan(back[row]).all()
        else:
            assert (back[row] == np.asarray(Image.open(path))).all()
    assert encoding.inverse(matrix[3:5])["photo"].dtype == np.uint8


def test_the_average_row_holds_the_share_of_rows_without_a_file(pictures, sounds):
    contract, encoding, matrix = encoded(mixed(photo=pictures, voice=sounds))
    average = average_row(encoding, contract)
    marks = [block.stop - 1 for block in encoding.blocks[:2]]
    np.testing.assert_allclose(average[marks], matrix[:, marks].mean(axis=0))
    assert average[marks].tolist() == [0.6, 0.25]
    assert not np.delete(average, marks).any()


def test_all_rows_are_learned_from_answered_measured_and_explained(pictures, tmp_path):
    frame = mixed(photo=pictures)
    model = pellucid.train(frame, target="kind", epochs=15)
    report = model.report
    assert report["n_train"] + report["n_validation"] + report["n_test"] == N
    assert model.predict(frame)["prediction"].null_count() == 0
    assert model.trained.evaluate(Table({n: frame[n] for n in frame.columns}))["n"] == N
    why = model.explain(frame, row=1)
    photo = why["photo"]
    assert photo.value is None
    assert not photo.array.any()
    assert photo.array.shape == (2, 3)
    assert photo.contribution == pytest.approx(photo.further.sum(), abs=1e-15)
    details = why.contributions.filter(pl.col("column") == "photo")
    assert details["detail"].to_list() == ["is missing"]
    assert abs(why.error) < 1e-12
    assert "image/png" not in why._repr_html_()  # there is no picture to be shown
    there = model.explain(frame, row=4)
    assert there["photo"].array.any()
    assert there.to_dict()["columns"][0]["column"] in {"photo", "age"}
    again = pellucid.load(model.save(tmp_path / "m.pellucid"))
    assert again.predict(frame).equals(model.predict(frame))
    # Another row's picture shifted at random while learning, where others have none.
    changed = pellucid.train(frame, target="kind", epochs=2, augment=("shift",))
    assert changed.report["n_train"] == report["n_train"]


def test_files_that_cannot_be_read_are_told_apart_from_missing_ones(pictures):
    named = [path for path in pictures if path]
    Path(named[0]).write_bytes(b"text")
    frame = mixed(photo=["/nowhere/x.png", *pictures[1:]])
    contract, _, _ = encoded(frame[1:].filter(pl.col("photo").fill_null("") != named[0]))
    table = Table({name: frame[name] for name in frame.columns})
    (warning,) = check_table(contract, table, need_target=False)
    assert "2 of 17 files in 'photo' cannot be read" in warning
    assert "rows 1, 4 " in warning
    model = pellucid.train(frame, target="kind", epochs=2)
    assert model.report["n_train"] + model.report["n_test"] == N - 2
    with pytest.warns(UnlikeTrainingWarning, match=r"rows 1, 4 .*'x\.png'"):
        answers = model.predict(frame)["prediction"]
    assert answers.is_null().arg_true().to_list() == [0, 3]


def test_later_rows_need_no_picture_even_where_training_always_had_one(pictures):
    full = [path or next(filter(None, pictures)) for path in pictures]
    model = pellucid.train(mixed(photo=full), target="kind", epochs=2)
    alone = pl.DataFrame({"photo": pl.Series([None], dtype=pl.String), "age": [30.0]})
    with pytest.warns(UnlikeTrainingWarning, match="'photo' has no value"):
        assert model.predict(alone)["prediction"].null_count() == 0
    beside_damage = pl.DataFrame({"photo": [None, "/nowhere/x.png"], "age": [30.0, 31.0]})
    with pytest.warns(UnlikeTrainingWarning, match="1 of 1 file in 'photo' cannot be read"):
        answers = model.predict(beside_damage)["prediction"].to_list()
    assert [answer is None for answer in answers] == [False, True]


def test_rows_with_no_file_at_all_are_listed_and_have_no_answer(pictures):
    frame = mixed(photo=pictures).drop("age")
    model = pellucid.train(frame, target="kind", epochs=2)
    assert model.report["n_train"] + model.report["n_test"] == N - 24
    (finding,) = (f for f in model.contract.findings if f.code == "no-file")
    assert finding.n_rows == 24
    assert finding.rows[:4] == (1, 2, 3, 6)
    assert "name no file in 'photo'" in finding.text
    assert model.trained.encoding.in_features == 6  # nothing is marked that never is learned from
    with pytest.warns(UnlikeTrainingWarning, match=r"1 of 2 rows names no file .* row 1 "):
        answers = model.predict(frame[2:4])["prediction"].to_list()
    assert [answer is None for answer in answers] == [True, False]
    with (
        pytest.raises(DataError, match="names no file in 'photo'"),
        pytest.warns(UnlikeTrainingWarning),
    ):
        model.explain(frame, row=1)


def test_of_two_columns_of_files_one_is_enough(pictures, sounds):
    frame = mixed(photo=pictures, voice=sounds).drop("age")
    table = Table({name: frame[name] for name in frame.columns})
    contract = infer_contract(Dataset("t", "memory", table), target="kind")
    (finding,) = (f for f in contract.findings if f.code == "no-file")
    # Photos lack where n % 5 < 3, voices where n % 4 == 0: both at 0, 12, 16, 20, 32 and 36.
    assert finding.rows == (1, 13, 17, 21, 33, 37)


def test_a_column_that_names_no_file_at_all_says_so():
    frame = mixed(photo=[None] * N)
    table = Table({name: frame[name] for name in frame.columns})
    dataset = Dataset("t", "memory", table)
    assert "photo" in [column.name for column in infer_contract(dataset, target="kind").dropped]
    with pytest.raises(DataError, match="'photo': not one row names a file"):
        infer_contract(dataset, target="kind", kinds={"photo": "image"})


def test_encoders_of_older_models_know_no_missing_files():
    saved = {"shape": [1, 2], "dtype": "uint8", "white": 255.0, "mean": 0.5, "scale": 0.5}
    image = ImageEncoder.from_dict(saved)
    assert (image.has_missing, image.shape, image.to_dict()) == (False, (1, 2), saved)
    saved = {"rate": 8000, "n_samples": 80, "n_frames": 1, "n_bands": 2,
             "mean": [0.0, 1.0], "scale": [1.0, 2.0]}  # fmt: skip
    sound = SoundEncoder.from_dict(saved)
    assert (sound.has_missing, sound.shape, sound.to_dict()) == (False, (1, 2), saved)
