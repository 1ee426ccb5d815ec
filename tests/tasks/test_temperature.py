"""Temperatures: against SciPy's minimiser, and what they change and do not change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from pellucid.data import CategoryTarget, MultiLabelTarget
from pellucid.tasks import Classification, MultiLabel, Several, task_from_dict
from pellucid.tasks.temperature import LEAST, MOST, fit_temperature


def drawn(n, n_classes, sharpness, seed=0):
    """Return logits, and labels drawn from the softmax of logits / ``sharpness``."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(scale=3.0, size=(n, n_classes))
    chances = softmax(logits / sharpness, axis=1).cumsum(axis=1)
    return logits, (draw.random((n, 1)) > chances[:, :-1]).sum(axis=1)


def reference(logits, labels, weights=None):
    """Minimise the cross-entropy over ln T, with labels that are sure by Laplace's rule."""
    n, n_classes = logits.shape
    wanted = np.full((n, n_classes), 1 / (n + 2) / (n_classes - 1))
    wanted[np.arange(n), labels] = (n + 1) / (n + 2)

    def cross_entropy(log_temperature):
        losses = -(wanted * log_softmax(logits / np.exp(log_temperature), axis=1)).sum(axis=1)
        return np.average(losses, weights=weights)

    bounds = np.log([LEAST, MOST])
    found = minimize_scalar(cross_entropy, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    return float(np.exp(found.x))


@settings(max_examples=25)
@given(st.integers(5, 400), st.integers(2, 6), st.floats(0.2, 5.0), st.integers(0, 99))
def test_the_temperature_is_that_of_scipys_minimiser(n, n_classes, sharpness, seed):
    logits, labels = drawn(n, n_classes, sharpness, seed)
    expected = reference(logits, labels)
    assert fit_temperature(logits, labels) == pytest.approx(expected, rel=1e-4)


def test_the_temperature_that_labels_were_drawn_with_is_found_again():
    logits, labels = drawn(20_000, 4, sharpness=2.5)
    assert fit_temperature(logits, labels) == pytest.approx(2.5, rel=0.03)


def test_a_weight_of_two_is_a_row_given_twice():
    logits, labels = drawn(200, 3, 1.5)
    weights = np.where(np.arange(200) < 50, 2.0, 1.0)
    assert fit_temperature(logits, labels, weights) == pytest.approx(
        reference(logits, labels, weights), rel=1e-4
    )


def test_rows_that_are_all_right_do_not_make_everything_certain():
    logits = np.tile([4.0, 0.0], (50, 1))
    found = fit_temperature(logits, np.zeros(50, dtype=int))
    # Laplace's rule: 51 of 52, so that exp(4 / T) = 51.
    assert found == pytest.approx(4.0 / np.log(51.0), rel=1e-6)


CLASSES = CategoryTarget.fit(pl.Series(["a", "b", "c"]))
TWO = CategoryTarget.fit(pl.Series(["no", "yes"]))


def test_calibration_divides_logits_and_changes_no_answer():
    logits, labels = drawn(500, 3, 3.0)
    task = Classification(CLASSES)
    calibrated = task.calibrated(logits, labels)
    np.testing.assert_allclose(
        calibrated.probabilities(logits), softmax(logits / calibrated.temperature, axis=1)
    )
    before, after = task.decode(logits), calibrated.decode(logits)
    assert before["prediction"].equals(after["prediction"])
    assert calibrated.calibration_error(logits, labels) < task.calibration_error(logits, labels)
    assert calibrated.uncalibrated() == task


def test_one_output_has_the_temperature_of_two():
    logits, labels = drawn(400, 2, 2.0)
    two = Classification(TWO).calibrated(logits, labels)
    one = Classification(TWO, "binary_cross_entropy").calibrated(
        logits[:, 1:] - logits[:, :1], labels
    )
    assert one.temperature == pytest.approx(two.temperature, rel=1e-6)
    assert one.output_factors.tolist() == pytest.approx([1 / one.temperature])


def test_each_label_of_a_set_has_a_temperature_of_its_own():
    first, first_labels = drawn(600, 2, 3.0, seed=1)
    second, second_labels = drawn(600, 2, 0.5, seed=2)
    logits = np.stack([first[:, 1] - first[:, 0], second[:, 1] - second[:, 0]], axis=1)
    targets = np.stack([first_labels, second_labels], axis=1).astype(np.float32)
    task = MultiLabel(MultiLabelTarget(("a", "b"), None)).calibrated(logits, targets)
    expected = [reference(first, first_labels), reference(second, second_labels)]
    assert list(task.label_temperatures) == pytest.approx(expected, rel=1e-4)
    np.testing.assert_allclose(
        task.probabilities(logits), 1 / (1 + np.exp(-logits / task.label_temperatures))
    )
    assert task.for_evaluation() == MultiLabel(MultiLabelTarget(("a", "b"), None))


def test_several_targets_are_calibrated_each_by_its_own_outputs():
    logits, labels = drawn(300, 3, 2.0)
    part = Classification(CLASSES)
    several = Several(("x", "y"), (part, part), (1.0, 1.0))
    both = np.hstack([logits, 4 * logits])
    targets = np.stack([labels, labels], axis=1).astype(np.float32)
    found = several.calibrated(both, targets).parts
    assert found[1].temperature == pytest.approx(4 * found[0].temperature, rel=1e-6)
    factors = several.with_parts(found).output_factors
    np.testing.assert_allclose(factors, np.repeat([1 / p.temperature for p in found], 3))


@pytest.mark.parametrize(
    "task",
    [
        replace(Classification(CLASSES), temperature=1.7),
        MultiLabel(MultiLabelTarget(("a",), None), label_temperatures=(0.5,)),
    ],
)
def test_a_task_keeps_its_temperatures_in_its_dict(task):
    assert task_from_dict(task.to_dict()) == task


def test_a_task_of_an_older_file_has_temperature_1():
    saved = Classification(CLASSES).to_dict()
    assert "temperature" not in saved
    assert task_from_dict(saved).temperature == 1.0
