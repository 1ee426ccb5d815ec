"""Rows that training saw are known again, and no others."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from scipy import sparse

import pellucid
from pellucid.api import UnlikeTrainingWarning
from pellucid.model.learnt import KEPT, Learnt, hash_rows

DRAW = np.random.default_rng(0)
ROWS = DRAW.normal(size=(500, 7)).astype(np.float32)


def test_all_rows_learnt_from_are_known_again_and_no_others():
    learnt = Learnt.of(ROWS[:300])
    text = learnt.told(ROWS, np.arange(500))
    assert text is not None
    assert text.startswith("The network learnt from 300 of these 500 rows (60%): rows 1, 2, 3")
    assert learnt.told(ROWS[300:]) is None


def test_rows_are_named_as_people_count_them():
    text = Learnt.of(ROWS).told(ROWS[[3, 4]], rows=np.array([10, 20]))
    assert text is not None
    assert "2 of these 2 rows (100%): rows 11, 21 (" in text


def test_of_many_rows_the_share_is_estimated():
    many = DRAW.normal(size=(20 * KEPT, 3)).astype(np.float32)
    learnt = Learnt.of(many)
    assert len(learnt.hashes) == KEPT
    new = DRAW.normal(size=(10 * KEPT, 3)).astype(np.float32)
    asked = np.concatenate([many[: 10 * KEPT], new])
    text = learnt.told(asked, np.arange(len(asked)))
    assert text is not None
    assert "about 50% of these 40,960 rows, such as rows 1, " in text


def test_hashes_are_those_of_another_process_and_come_back_from_json():
    learnt = Learnt.of(ROWS)
    again = Learnt.from_dict(json.loads(json.dumps(learnt.to_dict())))
    assert again.n == 500
    assert (again.hashes == learnt.hashes).all()
    program = (
        "import numpy as np; from pellucid.model.learnt import hash_rows; print(hash_rows("
        "np.array([[0.5, -0.0, 3.0]], dtype=np.float32), np.array([0]))[0])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    row = np.array([[0.5, 0.0, 3.0]], dtype=np.float32)
    assert int(told.stdout) == int(hash_rows(row, np.array([0]))[0])


def test_sparse_rows_hash_as_the_same_dense_ones():
    dense = np.where(DRAW.random((60, 40)) < 0.1, DRAW.normal(size=(60, 40)), 0.0)
    dense[7] = 0.0
    dense = dense.astype(np.float32)
    rows = np.arange(60)
    assert (hash_rows(sparse.csr_array(dense), rows) == hash_rows(dense, rows)).all()


def test_any_change_of_a_number_or_of_the_order_changes_the_hash():
    row = ROWS[:1]
    others = [row[:, ::-1], -row, np.nextafter(row, np.float32(9)), np.roll(row, 1, axis=1)]
    hashes = hash_rows(np.concatenate([row, *others]), np.arange(5))
    assert len(set(hashes.tolist())) == 5


def test_where_there_are_few_different_rows_nothing_is_said():
    grid = DRAW.integers(0, 3, (400, 2)).astype(np.float32)
    assert Learnt.of(grid).told(grid) is None


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    x = DRAW.normal(size=200)
    return pl.DataFrame({"x": x, "word": DRAW.choice(["a", "b"], 200), "y": x > 0})


def test_an_evaluation_on_training_rows_says_so(frame: pl.DataFrame, tmp_path):
    model = pellucid.train(frame, target="y", hidden=(4,), epochs=3, test=frame[150:])
    with pytest.warns(UnlikeTrainingWarning, match=r"learnt from 200 of these 200 rows"):
        model.evaluate(frame)
    saved = pellucid.load(model.save(tmp_path / "m"))
    with pytest.warns(UnlikeTrainingWarning, match="learnt from 10 of these 10 rows"):
        saved.evaluate(frame[20:30])


def test_an_evaluation_on_new_rows_says_nothing(frame: pl.DataFrame):
    model = pellucid.train(frame[:150], target="y", hidden=(4,), epochs=3, test_fraction=0)
    model.evaluate(frame[150:])  # a warning would be an error


def test_without_examples_nothing_is_kept_of_the_rows(frame: pl.DataFrame, tmp_path):
    model = pellucid.train(frame, target="y", hidden=(4,), epochs=3, test_fraction=0)
    assert "learnt" in model.trained.made
    assert "learnt" not in pellucid.load(model.save(tmp_path / "m", examples=False)).trained.made
