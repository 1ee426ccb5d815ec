"""Conformal intervals and sets: thresholds and members by hand, and the promise itself."""

from __future__ import annotations

import datetime
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.data import CategoryTarget, DateTarget, MultiLabelTarget, NumberTarget
from pellucid.errors import SettingError
from pellucid.model.conformal import Conformal, with_coverage
from pellucid.model.ranked import KEPT, RankedScores
from pellucid.model.spread import Spread
from pellucid.tasks import Classification, MultiLabel, Regression, Several

ABC = CategoryTarget.fit(pl.Series(["a", "b", "c"]))


def logits_of(probabilities):
    return np.log(np.array(probabilities))


@settings(max_examples=60)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40, unique=True),
    st.floats(0.02, 0.98),
)
def test_of_rows_in_any_order_the_promised_share_is_covered(scores, coverage):
    """Each of n + 1 exchangeable rows is as likely to be the new one: the share is exact.

    Lei et al. 2018, theorem 2.2: at least the coverage, and at most 1 / (n + 1) more.
    """
    n = len(scores) - 1
    if math.ceil(round((n + 1) * coverage, 9)) > n:
        with pytest.raises(SettingError, match="cannot be promised"):
            RankedScores.of(np.array(scores[1:])).threshold(coverage)
        return
    covered = 0
    for new in range(n + 1):
        others = np.array(scores[:new] + scores[new + 1 :])
        covered += scores[new] <= RankedScores.of(others).threshold(coverage)
    share = covered / (n + 1)
    assert coverage - 1e-9 <= share <= coverage + 1 / (n + 1) + 1e-9


@pytest.mark.parametrize(
    ("n", "coverage", "rank"),
    [(9, 0.9, 9), (19, 0.9, 18), (99, 0.9, 90), (100, 0.9, 91), (99, 0.07, 7), (99, 0.95, 95)],
)
def test_the_rank_is_the_quantile_with_one_row_more(n, coverage, rank):
    scores = np.random.default_rng(0).permutation(np.arange(1.0, n + 1))
    assert RankedScores.of(scores).threshold(coverage) == rank


def test_of_very_many_rows_enough_scores_are_kept():
    n = 100_000
    ranked = RankedScores.of(np.arange(1.0, n + 1))
    assert len(ranked.values) <= KEPT + 256
    for coverage in (0.5, 0.9, 0.99, 0.9995):
        exact = math.ceil((n + 1) * coverage)
        assert exact <= ranked.threshold(coverage) <= exact + n / 2000
    assert RankedScores.from_dict(ranked.to_dict()).threshold(0.9) == ranked.threshold(0.9)


@pytest.mark.parametrize("coverage", [0, 1, -0.1, 90, True, "0.9", math.nan])
def test_a_coverage_that_is_no_share_is_refused(coverage):
    with pytest.raises(SettingError, match="coverage cannot be") as caught:
        RankedScores.of(np.arange(100.0)).threshold(coverage)
    if coverage == 90:
        assert caught.value.remedy == "did you mean 0.9?"


def test_too_few_rows_say_how_many_are_needed():
    with pytest.raises(SettingError) as caught:
        RankedScores.of(np.arange(50.0)).threshold(0.99)
    assert "at least 99 of them, or a coverage of at most 0.98" in str(caught.value.expected)


def test_sets_hold_the_predicted_class_and_all_that_are_likely_enough():
    """Five calibration rows by hand.

    Scores: right answers 0; wrong ones 1 − p of the true class. Of five, 60 % need rank
    ⌈6 · 0.6⌉ = 4: the fourth smallest of 0, 0, 0, 0.7, 0.9, so p ≥ 0.3 belongs to a set.
    """
    task = Classification(ABC)
    calibration = logits_of(
        [[0.8, 0.1, 0.1], [0.4, 0.35, 0.25], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1], [0.7, 0.2, 0.1]]
    )
    labels = np.array([0, 0, 1, 1, 2])
    nothing = np.zeros((0, 3)), labels[:0]
    conformal = Conformal.of(task, ("kind",), (calibration, labels), nothing, "validation")
    new = logits_of([[0.5, 0.4, 0.1], [0.28, 0.29, 0.43], [0.05, 0.9, 0.05], [0.36, 0.31, 0.33]])
    found = conformal.columns(task, ("kind",), new, 0.6)
    assert found["prediction_set"].to_list() == [["a", "b"], ["c"], ["b"], ["a", "c", "b"]]
    told = conformal.measure(task, ("kind",), new, np.array([1, 0, 1, 2]), 0.6)["kind"]
    assert (told["asked"], told["covered"], told["mean_size"]) == (0.6, 0.75, 7 / 4)


def test_a_network_that_is_mostly_right_gives_single_classes():
    task = Classification(ABC)
    outputs = logits_of([[0.9, 0.05, 0.05]] * 99)
    labels = np.array([0] * 95 + [1] * 4)
    one = Conformal.of(task, ("y",), (outputs, labels), (outputs[:0], labels[:0]), "validation")
    assert one.columns(task, ("y",), outputs[:1], 0.9)["prediction_set"].to_list() == [["a"]]
    assert one.columns(task, ("y",), outputs[:1], 0.98)["prediction_set"][0].len() == 3


def test_intervals_are_the_answer_give_or_take_the_usual_error():
    """19 rows off by 1 … 19 standard units: 90 % need the 18th; unit 10, mean 100."""
    task = Regression(NumberTarget(100.0, 10.0))
    outputs = np.zeros((19, 1), np.float32)
    targets = np.arange(1.0, 20.0)[:, None] * np.where(np.arange(19) % 2, 1, -1)[:, None]
    # Training rows off by 2 on average, whatever the output: the width does not depend on it.
    learned = np.zeros((10, 1), np.float32), np.full((10, 1), 2.0)
    one = Conformal.of(task, ("y",), (outputs, targets), learned, "validation")
    found = one.columns(task, ("y",), np.array([[0.5]], np.float32), 0.9)
    assert found["prediction_low"].to_list() == pytest.approx([105.0 - 180.0])
    assert found["prediction_high"].to_list() == pytest.approx([105.0 + 180.0])
    told = one.measure(task, ("y",), outputs, targets, 0.9)["y"]
    assert (told["covered"], told["mean_width"]) == (18 / 19, pytest.approx(360.0))
    again = Conformal.from_dict(one.to_dict())
    assert again.columns(task, ("y",), outputs, 0.9)["prediction_low"].equals(
        one.columns(task, ("y",), outputs, 0.9)["prediction_low"]
    )


def test_the_spread_follows_the_errors_of_training_rows():
    outputs = np.linspace(-1, 1, 2000)
    spread = Spread.fit(outputs, outputs + np.abs(outputs) * np.where(np.arange(2000) % 2, 1, -1))
    assert spread.at(np.array([-0.5, 0.5])) == pytest.approx([0.5, 0.5], rel=0.05)
    assert spread.at(np.array([5.0])) == pytest.approx([0.9], rel=0.02)
    assert (Spread.fit(outputs, outputs).at(outputs) > 0).all()


def test_intervals_of_dates_reach_whole_days_outwards():
    days = pl.Series([datetime.date(2024, 1, 1 + k) for k in range(20)])
    task = Regression(DateTarget.fit(days))
    outputs = np.zeros((9, 1), np.float32)
    targets = task.encode(days)[:9]
    one = Conformal.of(task, ("due",), (outputs, targets), (outputs, targets), "validation")
    a_little_later = np.array([[0.01]], np.float32)  # 10 January, noon and an hour and a half
    found = one.columns(task, ("due",), a_little_later, 0.9)
    # The mean is 10 January, noon, and 1 January, midnight, is farthest from it: 9.5 days. From
    # 1 January, 01:24, to 20 January, 01:24, and so to the end of that day.
    assert found["prediction_low"].to_list() == [datetime.date(2024, 1, 1)]
    assert found["prediction_high"].to_list() == [datetime.date(2024, 1, 21)]


def test_several_targets_have_columns_of_their_own_names():
    kinds, price = Classification(ABC), Regression(NumberTarget(0.0, 1.0))
    task = Several(("kind", "price"), (kinds, price), (1.0, 1.0))
    draw = np.random.default_rng(0)
    outputs = draw.normal(size=(40, 4)).astype(np.float32)
    targets = np.stack([draw.integers(0, 3, 40), draw.normal(size=40)], axis=1).astype(np.float32)
    part = outputs, targets
    one = Conformal.of(task, task.names, part, part, "validation")
    found = one.columns(task, task.names, outputs, 0.8)
    assert list(found) == ["prediction_set_kind", "prediction_low_price", "prediction_high_price"]
    told = one.measure(task, task.names, *part, 0.8)
    assert told["price"]["covered"] >= 0.8
    assert told["kind"]["covered"] >= 0.8


def test_columns_stand_behind_predictions_and_take_no_name_twice():
    answers = pl.DataFrame({"prediction_a": [1], "prediction_low_a": [2], "probability_b": [0.5]})
    found = with_coverage(answers, {"prediction_low_a": pl.Series([0])})
    assert found.columns == [
        "prediction_a", "prediction_low_a", "prediction_low_a (2)", "probability_b",
    ]  # fmt: skip


def test_sets_of_labels_have_no_scores():
    task = MultiLabel(MultiLabelTarget(("a",), None))
    rows = np.zeros((5, 1)), np.zeros((5, 1), np.float32)
    assert Conformal.of(task, ("tags",), rows, rows, "validation") is None


def test_scores_that_do_not_fit_their_ranks_are_refused():
    saved = RankedScores.of(np.arange(9.0)).to_dict()
    for change in ({"n": 10}, {"scores": saved["scores"][:32]}, {"ranks": ""}):
        with pytest.raises(ValueError, match="do not fit"):
            RankedScores.from_dict({**saved, **change})
