"""Several targets and sets of labels on the command line, as a person types them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.cli.helpers import pellucid

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(120, 2))
QUICK = ("--hidden", "8", "--epochs", "30", "--quiet")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write a small table with two targets and a set of labels."""
    path = tmp_path / "shop.csv"
    sets = [[tag for tag, x in zip("ab", row, strict=True) if x > -1] for row in X]
    pl.DataFrame(
        {
            "u": X[:, 0],
            "v": X[:, 1],
            "color": np.where(X[:, 0] > 0, "red", "blue"),
            "price, net": 30 + 10 * X[:, 1],
            "tags": [";".join(tags) or ";" for tags in sets],
        }
    ).write_csv(path)
    return path


@pytest.mark.slow
def test_two_targets_are_trained_predicted_and_evaluated(table: Path) -> None:
    here = table.parent
    targets = ("--target", "color", "--target", "price, net", "--drop", "tags")
    report = pellucid("train", table, *targets, "--json", *QUICK, cwd=here).json
    assert report["task"] == "several"
    assert report["targets"] == ["color", "price, net"]
    assert {"mean_score", "color.accuracy", "price, net.rmse", "loss"} <= report["metrics"].keys()
    answers = pellucid("predict", "runs/shop-1", table, cwd=here)
    assert answers.out.splitlines()[0].startswith('prediction_color,"prediction_price, net",')
    shown = pellucid("evaluate", "runs/shop-1", table, cwd=here)
    assert "color: accuracy" in shown.err
    assert "price, net: rmse" in shown.err


def test_the_contract_shows_all_targets(table: Path) -> None:
    flags = ("--target", "color", "--target", "tags")
    shown = pellucid("data", table, *flags, cwd=table.parent)
    assert "several of color, tags" in shown.out
    contract = pellucid("data", table, *flags, "--json", cwd=table.parent).json
    assert contract["targets"] == ["color", "tags"]


def test_sets_of_labels_come_back_with_their_separator(table: Path) -> None:
    here = table.parent
    flags = ("--target", "tags", "--drop", "color", "--class-weight", "balanced")
    assert pellucid("train", table, *flags, *QUICK, cwd=here).status == 0
    assert pellucid("predict", "runs/shop-1", table, "-o", "answers.csv", cwd=here).status == 0
    answers = pl.read_csv(here / "answers.csv")
    assert answers.columns == ["prediction", "probability_a", "probability_b"]
    assert "a;b" in answers["prediction"].to_list()


def test_a_target_that_does_not_exist_is_named(table: Path) -> None:
    result = pellucid("train", table, "--target", "color", "--target", "prize", cwd=table.parent)
    assert result.status != 0
    assert "'prize'" in result.err
    assert "shop.csv" in result.err
