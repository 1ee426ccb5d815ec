"""Test data that comes separately: opened, compared with the training rows, and checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import api
from pellucid.errors import DataError
from pellucid.training.config import Config
from pellucid.training.preparation import prepare

N = 80
DRAW = np.random.default_rng(0)


def rows(n: int, seed: int) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=n)
    return pl.DataFrame({"x": x, "z": draw.normal(size=n), "y": np.where(x > 0, "up", "down")})


TRAIN = rows(N, 1)
# Rows 21 to 25 of the test data are the training rows 1 to 5.
TEST = pl.concat([rows(20, 2), TRAIN[:5]])


def overlaps(contract: pellucid.data.Contract) -> list[tuple[int, ...]]:
    return [f.rows for f in contract.findings if f.code == "train-test-overlap"]


def test_separate_test_rows_that_were_learnt_from_are_warned_of_with_their_numbers():
    said: list[tuple[str, bool]] = []
    config = Config.make(source=TRAIN, test=TEST, target="y")
    prepared = prepare(config, lambda text, warning: said.append((text, warning)))
    assert overlaps(prepared.contract) == [(21, 22, 23, 24, 25)]
    (text,) = (text for text, warning in said if warning)
    assert text.startswith("5 test rows (20.0%) are among the training rows as well: rows 21, 22")


def test_the_finding_is_that_of_a_folder_with_both(tmp_path: Path):
    TRAIN.write_csv(tmp_path / "train.csv")
    TEST.write_csv(tmp_path / "test.csv")
    together = api.contract(tmp_path, target="y")[1]
    apart = api.contract(tmp_path / "train.csv", test=str(tmp_path / "test.csv"), target="y")[1]
    assert together.findings == apart.findings
    assert together.warnings == apart.warnings
    assert overlaps(together) == [(21, 22, 23, 24, 25)]


def test_without_common_rows_nothing_is_found():
    contract = api.contract(TRAIN, test=rows(20, 2), target="y")[1]
    assert contract.findings == ()


def test_other_test_data_takes_the_place_of_the_sources_own(tmp_path: Path):
    TRAIN.write_csv(tmp_path / "train.csv")
    TEST.write_csv(tmp_path / "test.csv")
    dataset, contract = api.contract(tmp_path, test=rows(7, 3), target="y")
    assert dataset.test is not None
    assert dataset.test.n_rows == 7
    assert overlaps(contract) == []


def test_forecasts_are_compared_window_by_window():
    series = pl.DataFrame({"t": range(60), "v": DRAW.normal(size=60)})
    contract = api.contract(series, test=series[40:], target="v", window=4)[1]
    ((*found, last),) = overlaps(contract)
    assert (len(found) + 1, last) == (16, 16)


def test_test_data_that_cannot_be_used_is_found_before_training():
    test = TEST.drop("z")
    contract = api.contract(TRAIN, test=test, target="y")[1]
    (finding,) = contract.findings
    assert (finding.code, finding.severity) == ("test-data", "serious")
    assert "lacks 1 column that the model needs: 'z'" in finding.text
    with pytest.raises(DataError, match="lacks 1 column") as caught:
        pellucid.train(TRAIN, test=test, target="y")
    assert "the test data" in str(caught.value)


def test_what_is_unusual_about_test_rows_is_a_finding():
    odd = TEST.with_columns(x=pl.col("x") + 900)
    texts = [finding.text for finding in api.contract(TRAIN, test=odd, target="y")[1].findings]
    assert any(text.startswith("In the test data: 'x' holds values far outside") for text in texts)
