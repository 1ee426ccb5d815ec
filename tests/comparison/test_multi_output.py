"""Several targets and sets of labels: the answers are those of scikit-learn, target by target."""

from __future__ import annotations

import warnings

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, r2_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

import pellucid
from pellucid.comparison.multi_output import MultiOutput, contenders_for
from pellucid.comparison.scoring import score
from pellucid.data import CategoryTarget, MultiLabelTarget, NumberTarget
from pellucid.tasks import Classification, MultiLabel, Regression, Several

N, N_TEST = 80, 40
QUICK = {"hidden": (4,), "epochs": 2}


def rows(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and three labels, each of which tells of some inputs."""
    inputs = np.random.default_rng(seed).normal(size=(N + N_TEST, 4)).astype(np.float32)
    sets = np.stack(
        [inputs[:, 0] > 0, inputs[:, 1] + inputs[:, 2] > 0.5, inputs[:, 3] ** 2 > 1], axis=1
    )
    return inputs, sets.astype(np.float32)


def of_labels() -> MultiLabel:
    return MultiLabel(MultiLabelTarget.fit(pl.Series("tags", [["a", "b", "c"], ["a"]])))


def of_several() -> Several:
    shape = Classification(CategoryTarget.fit(pl.Series("shape", ["flat", "round", "square"])))
    weight = Regression(NumberTarget.fit(pl.Series("weight", [0.0, 1.0, 2.0])))
    return Several(("shape", "weight"), (shape, weight), (1.0, 1.0))


def contender(task: object, name: str) -> MultiOutput:
    return next(one for one in contenders_for(task) if one.name == name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "estimator"),
    [
        ("logistic regression", OneVsRestClassifier(LogisticRegression(max_iter=1000))),
        ("nearest neighbours", KNeighborsClassifier()),
        ("random forest", RandomForestClassifier(random_state=0)),
        (
            "gradient boosting",
            MultiOutputClassifier(HistGradientBoostingClassifier(random_state=0)),
        ),
    ],
)
def test_sets_of_labels_are_scikit_learns(name, estimator):
    inputs, sets = rows()
    with threadpool_limits(1):  # quicker for so few rows
        outputs = contender(of_labels(), name).fit(inputs[:N], sets[:N], 0)(inputs[N:])
        expected = estimator.fit(inputs[:N], sets[:N].astype(int)).predict(inputs[N:])
    np.testing.assert_array_equal(outputs > 0, expected > 0)
    scores = score(of_labels(), outputs, sets[N:])
    assert scores.metrics["micro_f1"] == f1_score(sets[N:], expected, average="micro")
    assert scores.rows.mean() == pytest.approx(scores.metrics["micro_f1"])


def test_each_of_several_targets_has_an_estimator_of_its_own():
    inputs, sets = rows()
    shapes, weights = sets[:, 0] + sets[:, 1], inputs @ np.arange(4.0)
    targets = np.stack([shapes, weights], axis=1).astype(np.float32)
    linear = contender(of_several(), "linear model")
    outputs = linear.fit(inputs[:N], targets[:N], 0)(inputs[N:])
    scores = score(linear.task, outputs, targets[N:])
    logistic = LogisticRegression(max_iter=1000).fit(inputs[:N], shapes[:N].astype(int))
    ridge = Ridge().fit(inputs[:N], targets[:N, 1])
    accuracy = logistic.score(inputs[N:], shapes[N:].astype(int))
    assert scores.metrics["shape.accuracy"] == pytest.approx(accuracy)
    assert scores.parts["shape.accuracy"].mean() == pytest.approx(accuracy)
    r2 = r2_score(targets[N:, 1], ridge.predict(inputs[N:]))
    assert scores.parts["weight.r2"].mean() == pytest.approx(r2, abs=1e-4)
    assert scores.rows.mean() == pytest.approx((accuracy + r2) / 2, abs=1e-4)


@pytest.mark.parametrize("name", [one.name for one in contenders_for(of_labels())])
def test_a_label_that_never_changes_is_answered_always(name):
    inputs, sets = rows()
    sets[:N, 0], sets[:N, 1] = 0, 1
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("error")
        outputs = contender(of_labels(), name).fit(inputs[:N], sets[:N], 0)(inputs[N:])
    assert np.isfinite(outputs).all()
    assert not (outputs[:, 0] > 0).any() and (outputs[:, 1] > 0).all()


def test_names_say_what_is_linear():
    assert contenders_for(of_labels())[0].name == "logistic regression"
    assert contenders_for(of_several())[0].name == "linear model"
    assert contenders_for(of_several().parts[1])[0].name == "ridge regression"


def table() -> pl.DataFrame:
    inputs, sets = rows()
    names = np.array(["red", "round", "heavy"])
    tags = [";".join(names[own > 0]) or "plain" for own in sets]
    return pl.DataFrame(
        {
            **{f"x{place}": column for place, column in enumerate(inputs.T)},
            "tags": tags,
            "shape": np.where(sets[:, 1] > 0, "round", "flat"),
            "weight": inputs[:, 0] * 3 + inputs[:, 1],
        }
    )


@pytest.mark.slow
def test_a_table_is_compared_by_sets_of_labels():
    frame = table().drop("shape", "weight")
    result = pellucid.compare(frame, target="tags", amounts=["all"], repeats=1, **QUICK)
    assert (result.task, result.metric) == ("multilabel", "micro_f1")
    assert len(result.cells) == 5 and not result.further
    trained = pellucid.train(frame, target="tags", **QUICK)
    assert result.cells["network", 96].mean == pytest.approx(trained.metrics["micro_f1"])
    assert "sets of labels in tags" in str(result)


@pytest.mark.slow
def test_a_table_is_compared_target_by_target():
    frame, targets = table().drop("tags"), ["shape", "weight"]
    result = pellucid.compare(frame, target=targets, amounts=[8, "all"], repeats=1, **QUICK)
    assert (result.task, result.metric) == ("several", "mean_score")
    assert list(result.further) == ["shape.accuracy", "weight.r2"]
    assert result.further["weight.r2"].cells["linear model", 96].place == "best"
    means = [other.cells["network", 96].mean for other in result.further.values()]
    assert result.cells["network", 96].mean == pytest.approx(np.mean(means))
    shown = str(result)
    for words in ("shape and weight at once", "accuracy of shape, %", "R² of weight"):
        assert words in shown
    assert any(sentence.startswith("Target by target") for sentence in result.verdict)
    assert list(result.to_dict()["further"]) == list(result.further)
