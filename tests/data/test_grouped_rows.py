"""Rows of one id that share their target are warned of; ordinary tables are not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data import Contract, Dataset, infer_contract
from pellucid.data.finding import Finding
from pellucid.data.table import table_from_frame


def visits(n_people: int = 20, each: int = 5) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    n = n_people * each
    return pl.DataFrame(
        {
            "person_id": np.repeat(rng.permutation(900)[:n_people], each),
            "pressure": rng.normal(size=n).round(3),
            "ill": np.repeat(["yes", "no"] * (n_people // 2), each),
        }
    )


def contract_of(frame: pl.DataFrame, target: str = "ill") -> Contract:
    return infer_contract(Dataset("visits", "memory", table_from_frame(frame)), target=target)


def found(frame: pl.DataFrame, target: str = "ill") -> list[Finding]:
    findings = contract_of(frame, target).findings
    return [finding for finding in findings if finding.code == "rows-of-one-id"]


def test_rows_of_one_id_that_share_their_target_are_warned_of():
    finding = found(visits())[0]
    assert "(20 values, 5.0 rows each)" in finding.text
    assert "say so: --id person_id" in finding.remedy
    assert finding.severity == "serious"
    assert any(finding.sentence == text for text in contract_of(visits()).warnings)


def test_ids_called_otherwise_are_found_by_the_times_within_them():
    frame = visits().rename({"person_id": "person"})
    assert found(frame) == []
    timed = frame.with_columns(hour=pl.Series(list(range(5)) * 20))
    assert "--id person --time hour" in found(timed)[0].remedy


@pytest.mark.parametrize(
    "change",
    [
        {"ill": pl.Series(["yes", "no"] * 50)},
        {"person_id": pl.Series(range(100))},
        {"person_id": pl.Series([1, 2] * 50)},
        {"ill": pl.Series(["yes"] * 98 + ["no"] * 2)},
    ],
    ids=["targets differ", "ids differ", "two ids", "one class"],
)
def test_what_shares_nothing_is_no_finding(change):
    assert found(visits().with_columns(**change)) == []


def test_numbers_to_predict_count_as_well():
    frame = visits().with_columns(score=pl.col("person_id") * 0.5).drop("ill")
    assert len(found(frame, "score")) == 1
    assert found(frame.with_columns(score=pl.col("pressure") * 2), "score") == []
