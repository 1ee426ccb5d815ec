"""The rows that a model learned from are found again, or it is said why not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.errors import DataError
from pellucid.inspection.known_rows import find_rows


@pytest.fixture
def table(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    x = random.normal(size=60).round(3)
    frame = pl.DataFrame({"x": x, "y": np.where(x + 0.3 * random.normal(size=60) > 0, "a", "b")})
    path = tmp_path / "table.csv"
    frame.write_csv(path)
    return path


def test_the_parts_are_those_of_the_training(table: Path) -> None:
    model = pellucid.train(table, target="y", hidden=(4,), epochs=2, seed=7)
    rows = find_rows(model.trained)
    assert rows.test is not None
    # The report's accuracy was measured on the encoded test rows in the training itself.
    measured = model.trained.evaluate(rows.test)["metrics"]
    assert measured["accuracy"] == model.metrics["accuracy"]
    assert measured["loss"] == pytest.approx(model.metrics["loss"], rel=1e-6)
    # Together they are all rows of the file, each once.
    together = np.concatenate([rows.train["x"].to_numpy(), rows.test["x"].to_numpy()])
    assert sorted(together.tolist()) == sorted(pl.read_csv(table)["x"].to_list())


def test_data_that_has_changed_or_gone_is_named(table: Path) -> None:
    model = pellucid.train(table, target="y", hidden=(4,), epochs=2)
    pl.read_csv(table).head(30).write_csv(table)
    with pytest.raises(DataError, match="has changed"):
        find_rows(model.trained)
    table.unlink()
    with pytest.raises(DataError, match="cannot be opened"):
        find_rows(model.trained)


def test_data_that_was_given_in_memory_cannot_be_looked_up() -> None:
    random = np.random.default_rng(0)
    data = random.normal(size=(40, 2)), random.integers(2, size=40)
    model = pellucid.train(data, hidden=(4,), epochs=2)
    with pytest.raises(DataError, match="given in memory"):
        find_rows(model.trained)


def test_a_clustering_learned_from_all_rows() -> None:
    model = pellucid.train("iris", task="clustering", clusters=3, epochs=2)
    rows = find_rows(model.trained)
    assert (rows.train.n_rows, rows.test) == (150, None)


def test_a_model_without_settings_has_no_rows(table: Path) -> None:
    model = pellucid.train(table, target="y", hidden=(4,), epochs=2)
    with pytest.raises(DataError):
        find_rows(dataclasses.replace(model.trained, made={}))


def test_data_without_a_column_that_the_model_reads_has_changed(table: Path) -> None:
    model = pellucid.train(table, target="y", hidden=(4,), epochs=2)
    pl.read_csv(table).rename({"x": "other"}).write_csv(table)
    with pytest.raises(DataError, match=r"^The model's data has changed") as raised:
        find_rows(model.trained)
    assert raised.value.remedy == "train again"
