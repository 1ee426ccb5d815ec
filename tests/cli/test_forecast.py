"""Forecasts on the command line: the report beside the naive forecasts, answers with dates."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pellucid.cli.sparklines import sparkline
from tests.cli.helpers import pellucid

QUICK = ("--hidden", "none", "--epochs", "20", "--learning-rate", "0.01")


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a table of days, and a model that forecasts five of them."""
    folder = tmp_path_factory.mktemp("sales")
    day = np.arange(200)
    days = [date(2024, 1, 1) + timedelta(days=int(i)) for i in day]
    visits = (50 + 0.2 * day + 10 * np.sin(2 * np.pi * day / 7)).round(3)
    pl.DataFrame({"day": days, "visits": visits}).write_csv(folder / "sales.csv")
    result = pellucid(
        "train", "sales.csv", "--window", 14, "--horizon", 5, *QUICK, "--json", cwd=folder
    )
    assert result.status == 0, result.err
    assert result.json["task"] == "forecasting"
    assert result.json["forecast"]["season"] == 7
    (folder / "report.txt").write_text(result.err)
    return folder


def test_the_report_shows_both_naive_forecasts_and_the_errors_by_step(sales: Path) -> None:
    told = (sales / "report.txt").read_text()
    for words in ("nothing changes", "a season ago (7 rows)", "MASE by step", "The season is 7"):
        assert words in told
    card = (sales / "runs/sales-1/card.md").read_text()
    assert "a season ago (7 rows) |" in card


def test_the_config_of_a_run_repeats_it(sales: Path) -> None:
    again = pellucid(
        "train", "--config", "runs/sales-1/config.yaml", "--quiet", "--json", cwd=sales
    )
    assert again.status == 0, again.err
    first = pellucid("evaluate", "runs/sales-1", "sales.csv", "--json", cwd=sales).json
    second = pellucid("evaluate", "runs/sales-2", "sales.csv", "--json", cwd=sales).json
    assert first["metrics"] == second["metrics"]
    assert second["forecast"]["horizon"] == 5


def test_a_forecast_comes_as_csv_or_as_one_object(sales: Path) -> None:
    result = pellucid("predict", "runs/sales-1", "sales.csv", "--coverage", 0.8, cwd=sales)
    answers = pl.read_csv(result.out.encode())
    assert answers.columns == ["day", "prediction", "prediction_low", "prediction_high"]
    assert answers["day"].to_list()[0] == "2024-07-19"
    told = pellucid("predict", "runs/sales-1", "sales.csv", "--json", cwd=sales).json
    assert told["n"] == 5
    assert told["forecast"][0] == {
        "day": "2024-07-19",
        "prediction": pytest.approx(answers["prediction"][0]),
    }


def test_a_forecast_into_a_file_is_drawn(sales: Path) -> None:
    result = pellucid("predict", "runs/sales-1", "sales.csv", "-o", "next.csv", cwd=sales)
    assert result.status == 0, result.err
    (drawn,) = (line for line in result.err.splitlines() if line.startswith("visits"))
    bars = drawn.split()[1]
    assert [len(part) for part in bars.split("│")] == [14, 5]


def test_bars_reach_from_the_least_to_the_largest_number() -> None:
    assert sparkline([0.0, 7.0], [np.nan, 3.4]) == "▁█│ ▄"
    assert sparkline([2.0, 2.0], [2.0]) == "▅▅│▅"
