"""Tasks: the way from the person's target to numbers and back, and honest baselines.

Expected values: scikit-learn's metrics and dummy predictors.
"""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
import sklearn.dummy
import sklearn.metrics

from pellucid.data import CategoryTarget, NumberTarget
from pellucid.errors import DataError, SettingError
from pellucid.tasks import TASKS, Classification, Regression, Task, task_from_dict

LABELS = pl.Series("animal", ["cat", "dog", "cat", "eel", "cat", "dog"])
NUMBERS = pl.Series("price", [10.0, 12.0, 9.0, 30.0, 14.0, 15.0])


def classification() -> Classification:
    return Classification(CategoryTarget.fit(LABELS))


def regression() -> Regression:
    return Regression(NumberTarget.fit(NUMBERS))


@pytest.mark.parametrize("task", [classification(), regression()], ids=lambda task: task.name)
class TestEveryTask:
    def test_it_comes_back_from_json(self, task: Task) -> None:
        assert task_from_dict(json.loads(json.dumps(task.to_dict()))) == task

    def test_answers_have_one_row_an_example_and_the_prediction_first(self, task: Task) -> None:
        outputs = np.zeros((4, task.out_features), np.float32)
        answers = task.decode(outputs)
        assert answers.height == 4
        assert answers.columns[0] == "prediction"

    def test_the_main_metric_is_measured_and_is_best_when_all_is_right(self, task: Task) -> None:
        values = LABELS if task.name == "classification" else NUMBERS
        targets = task.encode(values)
        right = np.eye(3, dtype=np.float32)[targets] * 50 if targets.ndim == 1 else targets
        assert task.metrics(right, targets)[task.main_metric] == pytest.approx(1.0)
        assert task.baseline(targets, targets)[task.main_metric] < 1.0

    def test_its_losses_can_be_found_by_name(self, task: Task) -> None:
        assert TASKS[task.name] is type(task)
        assert task.loss_name == task.losses[0]


def test_probabilities_add_up_and_predictions_are_the_persons_own_values() -> None:
    answers = classification().decode(np.array([[0.0, 5.0, 0.0], [1e4, -1e4, 0.0]], np.float32))
    assert answers["prediction"].to_list() == ["dog", "cat"]
    probabilities = answers.select("probability_cat", "probability_dog", "probability_eel")
    np.testing.assert_allclose(probabilities.to_numpy().sum(axis=1), 1.0, rtol=1e-12)


def test_the_binary_loss_gives_the_probability_of_the_second_class() -> None:
    target = CategoryTarget.fit(pl.Series(["no", "yes"]))
    task = Classification(target, "binary_cross_entropy")
    answers = task.decode(np.array([[0.0], [np.log(3.0)]], np.float32))
    np.testing.assert_allclose(answers["probability_yes"], [0.5, 0.75], rtol=1e-6)
    assert task.out_features == 1


def test_the_classification_baseline_is_scikit_learns_dummy() -> None:
    task = classification()
    targets = task.encode(LABELS)
    X = np.zeros((len(targets), 1))
    dummy = sklearn.dummy.DummyClassifier(strategy="prior").fit(X, targets)
    expected = {
        "accuracy": dummy.score(X, targets),
        "balanced_accuracy": sklearn.metrics.balanced_accuracy_score(targets, dummy.predict(X)),
        "f1": sklearn.metrics.f1_score(targets, dummy.predict(X), average="macro", zero_division=0),
        "loss": sklearn.metrics.log_loss(targets, dummy.predict_proba(X)),
    }
    assert task.baseline(targets, targets) == pytest.approx(expected)


def test_the_regression_baseline_is_scikit_learns_dummy_in_the_persons_units() -> None:
    task = regression()
    train, test = task.encode(NUMBERS), task.encode(NUMBERS[:3])
    dummy = sklearn.dummy.DummyRegressor().fit(np.zeros((6, 1)), NUMBERS.to_numpy())
    answers = dummy.predict(np.zeros((3, 1)))
    truth = NUMBERS[:3].to_numpy()
    measured = task.baseline(train, test)
    assert measured["r2"] == pytest.approx(sklearn.metrics.r2_score(truth, answers), rel=1e-5)
    assert measured["mae"] == pytest.approx(
        sklearn.metrics.mean_absolute_error(truth, answers), rel=1e-5
    )
    assert measured["rmse"] == pytest.approx(
        sklearn.metrics.root_mean_squared_error(truth, answers), rel=1e-5
    )


def test_label_smoothing_helps_training_and_is_not_in_the_loss_that_is_reported() -> None:
    task = Classification(CategoryTarget.fit(LABELS), label_smoothing=0.3)
    outputs, targets = np.array([[20.0, 0.0, 0.0]], np.float32), np.array([0], np.int32)
    assert float(task.example_losses(outputs, targets)[0]) > 1
    assert float(task.for_evaluation().example_losses(outputs, targets)[0]) < 1e-6


def test_the_most_frequent_confusions_come_first() -> None:
    task = classification()
    targets = np.array([0, 0, 0, 1, 2], np.int32)
    answers = np.eye(3, dtype=np.float32)[[1, 1, 0, 2, 2]]
    assert task.confusions(answers, targets, most=5) == [
        {"actual": "cat", "predicted": "dog", "count": 2},
        {"actual": "dog", "predicted": "eel", "count": 1},
    ]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(SettingError, match="two classes"):
        Classification(CategoryTarget.fit(LABELS), "binary_cross_entropy")
    with pytest.raises(DataError, match="only one class"):
        Classification(CategoryTarget.fit(pl.Series(["a", "a"])))
    with pytest.raises(SettingError, match="no task called"):
        task_from_dict({"name": "divination"})
