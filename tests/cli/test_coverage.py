"""``--coverage``: intervals and sets beside predictions, and what cannot be promised."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pellucid import api
from tests.cli.helpers import pellucid
from tests.training.test_calibration import noisy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a table and two models: of its class, and of its number."""
    place = tmp_path_factory.mktemp("coverage")
    noisy(150).drop("price").write_csv(place / "kinds.csv")
    noisy(150).drop("kind").write_csv(place / "prices.csv")
    for name, target in (("kinds", "kind"), ("prices", "price")):
        model = api.train(place / f"{name}.csv", target=target, hidden=(8,), epochs=4)
        model.save(place / name)
    return place


def test_sets_stand_behind_predictions_as_text_between_semicolons(folder: Path) -> None:
    told = ("kinds.pellucid", "kinds.csv", "--coverage", "0.95")
    answers = pl.read_csv(pellucid("predict", *told, cwd=folder).out.encode())
    assert answers.columns == ["prediction", "prediction_set", "probability_no", "probability_yes"]
    assert set(answers["prediction_set"]) <= {"no", "yes", "no; yes", "yes; no"}
    first = answers["prediction_set"].str.split("; ").list.first()
    assert first.equals(answers["prediction"].alias("prediction_set"))


def test_intervals_hold_about_as_many_numbers_as_they_promise(folder: Path) -> None:
    told = ("prices.pellucid", "prices.csv", "--coverage", "0.9", "-o", "answers.parquet")
    assert pellucid("predict", *told, cwd=folder).status == 0
    answers = pl.read_parquet(folder / "answers.parquet")
    prices = pl.read_csv(folder / "prices.csv")["price"]
    held = (answers["prediction_low"] <= prices) & (prices <= answers["prediction_high"])
    assert 0.8 <= held.mean() <= 1.0


def test_evaluate_tells_coverage_intervals_and_calibration(folder: Path) -> None:
    told = ("kinds.pellucid", "kinds.csv", "--coverage", "0.8")
    measured = pellucid("evaluate", *told, "--json", cwd=folder).json
    assert measured["coverage"]["kind"]["asked"] == 0.8
    low, high = measured["intervals"]["accuracy"]
    assert low < measured["metrics"]["accuracy"] < high
    assert measured["calibration"]["kind"]["error"] >= 0
    shown = pellucid("evaluate", *told, cwd=folder).err
    for words in ("95 % interval", "expected calibration error", "80 % sets"):
        assert words in shown


@pytest.mark.parametrize(
    ("command", "coverage", "words"),
    [
        ("predict", "90", "did you mean 0.9?"),
        ("evaluate", "1", "above 0 and below 1"),
        ("predict", "0.999", "cannot be promised from 120 calibration rows"),
    ],
)
def test_a_coverage_that_cannot_be_promised_is_refused(folder, command, coverage, words) -> None:
    result = pellucid(command, "kinds.pellucid", "kinds.csv", "--coverage", coverage, cwd=folder)
    assert result.status == 2
    assert words in " ".join(result.err.split())


def test_an_old_model_promises_nothing(folder: Path) -> None:
    golden = Path(__file__).parents[1] / "model" / "golden" / "iris-0.1.0.pellucid"
    result = pellucid("predict", golden, "iris", "--coverage", "0.9", cwd=folder)
    assert result.status == 2
    assert "no calibration rows" in result.err
