"""Tasks: the way from the person's target to numbers and back, and honest baselines.

Expected values: scikit-learn's metrics and dummy predictors.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
import sklearn.dummy
import sklearn.metrics

from pellucid.data import CategoryTarget, DateTarget, MultiLabelTarget, NumberTarget, Table
from pellucid.errors import DataError, SettingError
from pellucid.tasks import (
    TASKS,
    Classification,
    Clustering,
    Forecasting,
    MultiLabel,
    Regression,
    Several,
    Task,
    task_from_dict,
)

LABELS = pl.Series("animal", ["cat", "dog", "cat", "eel", "cat", "dog"])
GROUPS = pl.Series("group", [1, 2, 1, 3, 1, 2])
NUMBERS = pl.Series("price", [10.0, 12.0, 9.0, 30.0, 14.0, 15.0])


SETS = pl.Series("tags", [["a"], ["a", "b"], [], ["b"], ["a"], ["c"]])
DATES = pl.Series("due", [date(2024, month, 1) for month in range(1, 7)])
NEXT = NUMBERS.to_numpy()[:, None]
TABLE = Table(
    {
        "animal": LABELS,
        "group": GROUPS,
        "price": NUMBERS,
        "tags": SETS,
        "due": DATES,
        "next price": NEXT,
    }
)


def classification() -> Classification:
    return Classification(CategoryTarget.fit(LABELS))


def regression() -> Regression:
    return Regression(NumberTarget.fit(NUMBERS))


def multilabel() -> MultiLabel:
    return MultiLabel(MultiLabelTarget.fit(SETS))


def several() -> Several:
    parts: dict[str, Task] = {
        "animal": classification(), "price": regression(), "tags": multilabel()
    }  # fmt: skip
    return Several.scaled(parts, {name: part.encode(TABLE[name]) for name, part in parts.items()})


def forecasting() -> Forecasting:
    return Forecasting(("price",), (NumberTarget.fit(NUMBERS),), 1, 1, (3.0,))


# Every task with the columns it predicts; weights and scales of all kinds among them.
EXAMPLES: dict[str, list[tuple[Task, list[str]]]] = {
    "classification": [
        (classification(), ["animal"]),
        (Classification(CategoryTarget.fit(LABELS), class_weights=(1.0, 2.0, 3.0)), ["animal"]),
    ],
    "regression": [
        (regression(), ["price"]),
        (Regression(NumberTarget.fit(NUMBERS, "log"), "huber"), ["price"]),
        (Regression(DateTarget.fit(DATES)), ["due"]),
    ],
    "multilabel": [
        (multilabel(), ["tags"]),
        (replace(multilabel(), label_weights=((1.0, 2.0), (0.5, 3.0), (1.0, 1.0))), ["tags"]),
    ],
    "several": [(several(), ["animal", "price", "tags"])],
    "forecasting": [(forecasting(), ["price"])],
    "clustering": [(Clustering(3, CategoryTarget.fit(GROUPS)), ["group"])],
}


def right_outputs(task: Task, targets: np.ndarray) -> np.ndarray:
    """Return outputs that answer the targets."""
    if isinstance(task, Several):
        widths = [
            1 if isinstance(part, Classification) else part.out_features for part in task.parts
        ]
        cuts = np.split(targets, np.cumsum(widths)[:-1], axis=1)
        return np.concatenate(
            [
                right_outputs(
                    part, own[:, 0].astype(int) if isinstance(part, Classification) else own
                )
                for part, own in zip(task.parts, cuts, strict=True)
            ],
            axis=1,
        )
    if isinstance(task, Classification | Clustering):
        return np.eye(task.out_features, dtype=np.float32)[targets] * 50
    if isinstance(task, Forecasting):  # with a deviation for each series
        return np.concatenate([targets, np.ones((len(targets), len(task.names)))], axis=1)
    if isinstance(task, MultiLabel):
        return (targets * 100 - 50).astype(np.float32)
    return targets


def test_every_registered_task_has_examples() -> None:
    assert EXAMPLES.keys() == TASKS.keys()


@pytest.mark.parametrize(
    ("task", "columns"),
    [example for examples in EXAMPLES.values() for example in examples],
    ids=lambda value: value.name if isinstance(value, Task) else "",
)
class TestEveryTask:
    def test_it_comes_back_from_json(self, task: Task, columns: list[str]) -> None:
        assert task_from_dict(json.loads(json.dumps(task.to_dict()))) == task

    def test_every_output_has_a_name(self, task: Task, columns: list[str]) -> None:
        assert len(task.output_names) == task.out_features

    def test_answers_have_one_row_an_example_and_the_prediction_first(
        self, task: Task, columns: list[str]
    ) -> None:
        answers = task.decode(np.zeros((4, task.out_features), np.float32))
        assert answers.height == 4
        assert answers.columns[0].startswith("prediction")

    def test_right_outputs_are_answered_in_the_persons_own_values(
        self, task: Task, columns: list[str]
    ) -> None:
        answers = task.decode(right_outputs(task, task.encode_table(TABLE, columns)))
        for name in columns:
            answer = answers["prediction" if len(columns) == 1 else f"prediction_{name}"]
            if answer.dtype == pl.Float64:
                np.testing.assert_allclose(answer, TABLE[name], rtol=1e-6)
            else:
                assert answer.to_list() == TABLE[name].to_list()

    def test_the_main_metric_is_measured_and_is_best_when_all_is_right(
        self, task: Task, columns: list[str]
    ) -> None:
        targets = task.encode_table(TABLE, columns)
        measured = task.metrics(right_outputs(task, targets), targets)
        best = 0.0 if isinstance(task, Forecasting) else 1.0  # an error, or a score
        assert measured[task.main_metric] == pytest.approx(best)
        assert task.score(measured) == pytest.approx(best)
        baseline = task.baseline(targets, targets)
        assert task.score(baseline) < best
        assert (baseline[task.main_metric] < best) is (best == 1.0)
        assert task.confusions(right_outputs(task, targets), targets, 5) == []

    def test_no_constant_answer_loses_less_than_the_trivial_one(
        self, task: Task, columns: list[str]
    ) -> None:
        if task.loss_name == "huber":
            return  # its best constant is no mean
        targets = task.encode_table(TABLE, columns)
        trivial = task.trivial_outputs(targets)
        assert trivial.shape == (task.out_features,)
        measured = task.for_evaluation()
        draw = np.random.default_rng(0)
        for noise in draw.normal(scale=0.3, size=(20, task.out_features)):
            outputs = np.broadcast_to(trivial + noise, (6, task.out_features))
            losses = measured.example_losses(outputs.astype(np.float32), targets)
            assert float(losses.mean()) >= task.trivial_loss(targets) - 1e-6

    def test_its_losses_can_be_found_by_name(self, task: Task, columns: list[str]) -> None:
        assert TASKS[task.name] is type(task)
        assert set(task.loss_name.split(", ")) <= set(task.losses)


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
