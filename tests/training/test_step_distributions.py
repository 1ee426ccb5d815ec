"""What a run's steps computed: NumPy's own gradients, by hand, of the batches that stand next."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid.training.distributions import Distribution
from pellucid.training.step_distributions import distributions_of_steps, steps_to_show
from pellucid.training.timeline import Timeline


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    """Return a run of a single layer, whose gradient is known in closed form."""
    run = tmp_path_factory.mktemp("runs") / "run"
    plain = {"optimizer": "sgd", "momentum": 0.0, "weight_decay": 0.0, "schedule": "constant"}
    pellucid.train(
        "iris", hidden=(), epochs=3, seed=1, learning_rate=0.2, warmup=0.0, label_smoothing=0.0,
        run=run, **plain,
    )  # fmt: skip
    return pellucid.open_run(run)


def _expect(found: Distribution, numbers: np.ndarray) -> None:
    """Hold a histogram against numbers whose last digits may differ."""
    assert found.lowest == pytest.approx(numbers.min(), rel=1e-4)
    assert found.highest == pytest.approx(numbers.max(), rel=1e-4)
    counts, _ = np.histogram(numbers, bins=48)
    assert sum(found.counts) == numbers.size
    assert np.abs(np.cumsum(counts) - np.cumsum(found.counts)).max() <= 1


def test_gradients_and_updates_are_those_worked_out_by_hand(timeline: Timeline) -> None:
    per_epoch = timeline.steps_per_epoch
    for found in distributions_of_steps(timeline, [0, 3, per_epoch, 2 * per_epoch + 1]):
        stepper = timeline.at(step=found.step)
        kernel, bias = (np.float64(stepper.params["output"][name]) for name in ("kernel", "bias"))
        step = stepper.do_operation()
        # Of the mean cross-entropy: each row's inputs times what its shares are beside the truth.
        powers = np.exp(step.inputs @ kernel + bias)
        shares = powers / powers.sum(axis=1, keepdims=True)
        gradient = step.inputs.T @ (shares - np.eye(3)[step.targets]) / len(step.rows)
        _expect(found.gradients["output"], gradient)
        _expect(found.updates["output"], -0.2 * gradient)


def test_a_short_training_is_shown_after_each_epoch_and_has_no_step_after_its_last(
    timeline: Timeline,
) -> None:
    per_epoch = timeline.steps_per_epoch
    steps = steps_to_show(timeline)
    assert steps == [0, per_epoch, 2 * per_epoch, 3 * per_epoch]
    shown = [found.step for found in distributions_of_steps(timeline, steps)]
    assert shown == steps[:-1]
