"""Several targets at once: each is what it would be alone, and the loss is the mean of theirs.

Expected values: the tasks on their own, scikit-learn, finite differences in 64 bits.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from sklearn.utils.class_weight import compute_class_weight

from pellucid.data import CategoryTarget, MultiLabelTarget, NumberTarget, Table
from pellucid.errors import SettingError
from pellucid.tasks import Classification, MultiLabel, Regression, Several, Task
from pellucid.tasks.multilabel import balanced_label_weights

DRAW = np.random.default_rng(0)
ROWS = 60
TABLE = Table(
    {
        "color": pl.Series(DRAW.choice(["red", "green", "blue"], ROWS)),
        "price": pl.Series(DRAW.normal(30, 10, ROWS)),
        "tags": pl.Series(
            [[t for t in "ab" if DRAW.random() < 0.3] for _ in range(ROWS)],
            dtype=pl.List(pl.String),
        ),
    }
)
PARTS: dict[str, Task] = {
    "color": Classification(CategoryTarget.fit(TABLE["color"])),
    "price": Regression(NumberTarget.fit(TABLE["price"])),
    "tags": MultiLabel(MultiLabelTarget.fit(TABLE["tags"])),
}
ENCODED = {name: part.encode(TABLE[name]) for name, part in PARTS.items()}
SEVERAL = Several.scaled(PARTS, ENCODED)
TARGETS = SEVERAL.encode_table(TABLE, list(PARTS))
OUTPUTS = DRAW.normal(size=(ROWS, SEVERAL.out_features)).astype(np.float32)
OWN = {"color": OUTPUTS[:, :3], "price": OUTPUTS[:, 3:4], "tags": OUTPUTS[:, 4:]}


def test_the_loss_is_the_mean_of_each_targets_share_of_the_trivial_loss():
    expected = np.mean(
        [
            np.asarray(part.example_losses(OWN[name], ENCODED[name]))
            / part.trivial_loss(ENCODED[name])
            for name, part in PARTS.items()
        ],
        axis=0,
    )
    np.testing.assert_allclose(SEVERAL.example_losses(OUTPUTS, TARGETS), expected, rtol=1e-5)


def test_knowing_nothing_costs_one():
    assert SEVERAL.trivial_loss(TARGETS) == pytest.approx(1.0, rel=1e-5)
    assert SEVERAL.baseline(TARGETS, TARGETS)["loss"] == pytest.approx(1.0, rel=1e-5)


@pytest.mark.slow
def test_the_slope_is_that_of_finite_differences():
    weighted = SEVERAL.with_parts(
        [
            Classification(PARTS["color"].target, class_weights=(1.0, 2.0, 0.5)),
            PARTS["price"],
            MultiLabel(PARTS["tags"].target, label_weights=((1.0, 2.0), (0.5, 3.0))),
        ]
    )
    for task in (SEVERAL, weighted):
        with jax.enable_x64(True):
            outputs, targets = jnp.asarray(OUTPUTS, jnp.float64), jnp.asarray(TARGETS)

            def total(values, task=task, targets=targets):
                return task.example_losses(values, targets).sum()

            slope = np.asarray(jax.grad(total)(outputs))
            for row, column in ((0, 0), (1, 2), (2, 3), (3, 4), (4, 5)):
                step = jnp.zeros_like(outputs).at[row, column].set(1e-6)
                difference = (total(outputs + step) - total(outputs - step)) / 2e-6
                assert slope[row, column] == pytest.approx(float(difference), abs=1e-7)


def test_each_target_is_measured_as_it_would_be_alone():
    measured, trivial = SEVERAL.metrics(OUTPUTS, TARGETS), SEVERAL.baseline(TARGETS, TARGETS)
    scores = []
    for name, part in PARTS.items():
        alone = part.metrics(OWN[name], ENCODED[name])
        scores.append(alone[part.main_metric])
        for metric, value in alone.items():
            assert measured[f"{name}.{metric}"] == pytest.approx(value)
        for metric, value in part.baseline(ENCODED[name], ENCODED[name]).items():
            if metric != "loss":
                assert trivial[f"{name}.{metric}"] == pytest.approx(value)
    assert measured["mean_score"] == pytest.approx(np.mean(scores))
    assert next(iter(measured)) == "mean_score"


def test_answers_are_named_after_their_targets():
    answers = SEVERAL.decode(OUTPUTS)
    assert answers.columns == [
        "prediction_color", "prediction_price", "prediction_tags",
        "probability_color_blue", "probability_color_green", "probability_color_red",
        "probability_tags_a", "probability_tags_b",
    ]  # fmt: skip
    for name, part in PARTS.items():
        alone = part.decode(OWN[name])["prediction"]
        assert answers[f"prediction_{name}"].to_list() == alone.to_list()


def test_names_that_would_be_the_same_are_told_apart():
    first = Classification(CategoryTarget.fit(pl.Series(["b_c", "x"])))
    second = Classification(CategoryTarget.fit(pl.Series(["c", "y"])))
    answers = Several(("a", "a_b"), (first, second), (1.0, 1.0)).decode(np.zeros((1, 4)))
    assert len(set(answers.columns)) == answers.width == 6


def test_confusions_name_their_target():
    confusions = SEVERAL.confusions(OUTPUTS, TARGETS, most=2)
    assert {entry["target"] for entry in confusions} == {"color", "tags"}
    assert all(entry["count"] > 0 for entry in confusions)


def test_under_class_weights_the_best_epoch_is_chosen_by_balanced_metrics():
    part = Classification(PARTS["color"].target, class_weights=(1.0, 2.0, 3.0))
    measured = part.metrics(OWN["color"], ENCODED["color"])
    assert part.score(measured) == measured["balanced_accuracy"]
    assert part.for_evaluation().class_weights is None


def test_balanced_label_weights_are_scikit_learns():
    for column, (lacks, has) in zip(
        ENCODED["tags"].T, balanced_label_weights(ENCODED["tags"]), strict=True
    ):
        theirs = compute_class_weight("balanced", classes=np.array([0.0, 1.0]), y=column)
        np.testing.assert_allclose((lacks, has), theirs, rtol=1e-6)


def test_weights_count_each_decision():
    target = MultiLabelTarget(("a", "b"), None)
    task = MultiLabel(target, label_weights=((1.0, 3.0), (0.5, 1.0)))
    # At logit 0 each question costs ln 2: (3 + 0.5) / 2 of it where a is there and b is not.
    loss = task.example_losses(jnp.zeros((1, 2)), jnp.array([[1.0, 0.0]]))
    assert float(loss[0]) == pytest.approx(1.75 * np.log(2))


def test_thousands_of_classes_stay_exact_beside_numbers():
    labels = pl.Series(np.arange(5000))
    part = Classification(CategoryTarget.fit(labels))
    several = Several(("id", "x"), (part, Regression(NumberTarget(0.0, 1.0))), (1.0, 1.0))
    table = Table({"id": labels, "x": pl.Series(np.zeros(5000))})
    assert several.encode_table(table, ["id", "x"])[:, 0].astype(int).tolist() == list(range(5000))
    outputs = np.zeros((5000, 5001), np.float32)
    outputs[np.arange(5000), np.arange(5000)] = 9.0
    assert several.metrics(outputs, several.encode_table(table, []))["id.accuracy"] == 1.0


def test_targets_need_a_name_a_task_and_a_scale_each():
    with pytest.raises(SettingError, match="a name, a task and a scale"):
        Several(("a",), (), (1.0,))
