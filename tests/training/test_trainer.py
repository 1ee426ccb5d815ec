"""Training: the numbers of the subject, the same bits every time, and when it ends."""

from __future__ import annotations

import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.training.checkpoints import CheckpointFolder
from pellucid.training.events import EpochDone, Event, StepsDone, StopTraining
from pellucid.training.step import Examples, TrainingState, compile_steps, make_step
from pellucid.training.trainer import Diverged, Trainer
from tests.training.helpers import classifier, moons, one_weight, plan, weights_of

ONE = Examples(np.array([[2.0]], np.float32), np.array([[6.0]], np.float32))


def test_one_step_takes_the_weight_from_5_to_4_2_and_the_loss_from_8_to_2_88() -> None:
    """By hand: y = 5·2 = 10, ½(10 − 6)² = 8, slope (10 − 6)·2 = 8.

    5 − 0.1·8 = 4.2, and ½(8.4 − 6)² = 2.88.
    """
    trainer = Trainer(
        one_weight(), plan(optimizer="sgd", learning_rate=0.1, epochs=2, batch_size=1), ONE
    )
    trainer.run()
    assert [entry["loss"] for entry in trainer.progress.history] == pytest.approx([8.0, 2.88])
    one = Trainer(
        one_weight(), plan(optimizer="sgd", learning_rate=0.1, epochs=1, batch_size=1), ONE
    )
    one.run()
    assert float(one.params["output"]["kernel"][0, 0]) == pytest.approx(4.2)


def test_many_steps_take_the_weight_to_3() -> None:
    trainer = Trainer(
        one_weight(), plan(optimizer="sgd", learning_rate=0.1, epochs=60, batch_size=1), ONE
    )
    trainer.run()
    assert float(trainer.params["output"]["kernel"][0, 0]) == pytest.approx(3.0, abs=1e-5)


def test_above_a_learning_rate_of_one_half_it_diverges_and_the_last_good_weight_is_kept() -> None:
    """By hand: w − 3 is multiplied by 1 − 4·ε every step; |1 − 4·ε| > 1 above ε = ½."""
    trainer = Trainer(
        one_weight(), plan(optimizer="sgd", learning_rate=0.6, epochs=2000, batch_size=1), ONE
    )
    with pytest.raises(Diverged) as caught:
        trainer.run()
    divergence = caught.value.divergence
    assert divergence.layer == "output"
    assert divergence.learning_rate == pytest.approx(0.6)
    weight = trainer.state.params["output"]["kernel"][0, 0]
    assert np.isfinite(weight)
    assert int(trainer.state.step) == divergence.step - 1
    # |w − 3| = 2·1.4ᵗ; the loss 2(w − 3)² passes float32's 3.4e38 at t ≈ 127.
    assert 120 < divergence.step < 135


def test_a_divergence_names_the_step_and_the_layer_in_the_middle_of_an_epoch() -> None:
    examples = moons(512)
    inputs = examples.inputs.copy()
    trainer = Trainer(classifier(), plan(epochs=1, batch_size=16), examples)
    order = trainer._order(0)
    inputs[order[20][3]] = 3e38  # the weighted sum of this one row overflows
    trainer = Trainer(classifier(), plan(epochs=1, batch_size=16), examples._replace(inputs=inputs))
    with pytest.raises(Diverged) as caught:
        trainer.run()
    assert caught.value.divergence.step == 21
    assert caught.value.divergence.layer == "hidden_1"
    assert int(trainer.state.step) == 20
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(trainer.state.params))


@pytest.mark.parametrize("cuts", [[64], [1, 2, 3, 64], list(range(1, 65))])
def test_how_the_steps_are_cut_changes_no_bit(cuts: list[int]) -> None:
    objective, examples = classifier(dropout=0.3, normalization="batch"), moons(1024)
    trainer = Trainer(objective, plan(), examples)
    run = compile_steps(make_step(objective, _adam()))
    order, rates = trainer._order(0), np.full(64, 0.01, np.float32)
    state, start = _fresh(trainer.state), 0
    for stop in cuts:
        state = run(state, examples, order, rates, jnp.int32(start), jnp.int32(stop)).state
        start = stop
    whole = run(_fresh(trainer.state), examples, order, rates, jnp.int32(0), jnp.int32(64)).state
    for cut, uncut in zip(
        jax.tree.leaves(state.params), jax.tree.leaves(whole.params), strict=True
    ):
        assert np.array_equal(cut, uncut)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    def trained(seed: int) -> bytes:
        trainer = Trainer(classifier(dropout=0.2), plan(seed=seed), moons(), moons(40, seed=1))
        trainer.run()
        return weights_of(trainer)

    assert trained(3) == trained(3)
    assert trained(3) != trained(4)


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "rmsprop", "adam", "adamw"])
@pytest.mark.parametrize("asked_before", [1, 3], ids=["inside an epoch", "between epochs"])
def test_a_resumed_run_ends_in_the_same_weights_history_and_metrics(
    optimizer: str, asked_before: int, tmp_path: Path
) -> None:
    def make() -> Trainer:
        settings = plan(
            optimizer=optimizer, epochs=5, schedule="one_cycle", patience=4, clip_norm=1.0
        )
        objective = classifier(dropout=0.3, normalization="batch")
        return Trainer(objective, settings, moons(520), moons(64, seed=1))

    uninterrupted = make()
    uninterrupted.run()
    folder = CheckpointFolder(tmp_path)
    stopped = make()
    asked = iter([False] * asked_before + [True])
    assert stopped.run(should_stop=lambda: next(asked)) == "interrupted"
    assert bool(stopped.progress.losses) == (asked_before == 1)
    folder.write(stopped.checkpoint())
    resumed = make()
    found = folder.newest(resumed.state, skipped=lambda path, problem: pytest.fail(problem))
    assert found is not None
    assert found.progress.fingerprint == resumed.fingerprint()
    resumed.restore(found)
    resumed.run()
    assert weights_of(resumed) == weights_of(uninterrupted)
    assert _numbers(resumed) == _numbers(uninterrupted)


def test_a_run_that_stopped_early_does_not_go_past_it_when_it_goes_on() -> None:
    draw = np.random.default_rng(0)
    train = moons(64)._replace(targets=draw.integers(0, 2, 64).astype(np.int32))
    validation = moons(64, seed=1)._replace(targets=draw.integers(0, 2, 64).astype(np.int32))
    settings = plan(epochs=300, patience=5, learning_rate=0.05)
    stopped = Trainer(classifier(), settings, train, validation)
    stopped.run()
    resumed = Trainer(classifier(), settings, train, validation)
    resumed.restore(stopped.checkpoint())
    assert resumed.run() == "early stopping"
    assert weights_of(resumed) == weights_of(stopped)


def test_where_rows_are_weighed_the_loss_chooses_the_best_epoch() -> None:
    validation = moons(64, seed=1)
    weighed = validation._replace(weights=np.ones(64, np.float32))
    trainer = Trainer(classifier(), plan(epochs=6), moons(64), weighed)
    trainer.run()
    losses = [entry["validation_loss"] for entry in trainer.progress.history]
    assert trainer.progress.best_epoch == 1 + int(np.argmin(losses))


def test_early_stopping_keeps_the_best_weights() -> None:
    # Labels drawn at random cannot be learned, so validation only gets worse.
    draw = np.random.default_rng(0)
    train = moons(64)._replace(targets=draw.integers(0, 2, 64).astype(np.int32))
    validation = moons(64, seed=1)._replace(targets=draw.integers(0, 2, 64).astype(np.int32))
    trainer = Trainer(
        classifier(), plan(epochs=300, patience=5, learning_rate=0.05), train, validation
    )
    assert trainer.run() == "early stopping"
    progress = trainer.progress
    assert len(progress.history) == progress.best_epoch + 5
    best = max(
        (entry["metrics"]["accuracy"], -entry["validation_loss"]) for entry in progress.history
    )
    assert tuple(progress.best_score) == pytest.approx(best)
    best_loss, metrics = _validate_with(trainer, validation)
    assert (metrics["accuracy"], -best_loss) == pytest.approx(best)


def test_a_weight_of_2_is_the_row_twice() -> None:
    """The weighted mean of the losses is that of the longer list: one full batch, plain descent."""
    base = moons(8)
    rows = np.array([0, 1, 1, 2, 3, 4, 4, 5, 6, 7])
    repeated = base.take(rows)
    raw = np.bincount(rows).astype(np.float32)
    weighted = base._replace(weights=raw / raw.mean())

    def trained(examples: Examples) -> list[np.ndarray]:
        trainer = Trainer(
            classifier(), plan(optimizer="sgd", learning_rate=0.5, epochs=20), examples
        )
        trainer.run()
        return jax.tree.leaves(trainer.params)

    for one, other in zip(trained(repeated), trained(weighted), strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=1e-5)


def test_penalties_make_weights_smaller() -> None:
    def size(**penalty: float) -> float:
        objective = classifier()
        objective = type(objective)(objective.network, objective.task, **penalty)
        trainer = Trainer(objective, plan(epochs=30), moons())
        trainer.run()
        return float(jnp.abs(trainer.params["hidden_1"]["kernel"]).sum())

    assert size(l2=0.1) < 0.8 * size()
    assert size(l1=0.05) < 0.8 * size()


def test_a_time_limit_ends_the_training_soon_and_says_so() -> None:
    began = time.perf_counter()
    trainer = Trainer(classifier(), plan(epochs=10**6, time_limit=1.5), moons())
    assert trainer.run() == "time limit"
    assert time.perf_counter() - began < 10
    assert 1 <= len(trainer.progress.history) < 10**6
    rates = [entry["learning_rate"] for entry in trainer.progress.history]
    assert rates[-1] == pytest.approx(0.01)


def test_a_callback_can_end_the_training_after_the_epoch() -> None:
    def stop_at_2(event: Event) -> None:
        if isinstance(event, EpochDone) and event.epoch == 2:
            raise StopTraining

    trainer = Trainer(classifier(), plan(epochs=50), moons(), emit=stop_at_2)
    assert trainer.run() == "callback"
    assert len(trainer.progress.history) == 2


def test_events_tell_every_step_and_epoch_in_order() -> None:
    heard: list[Event] = []
    trainer = Trainer(classifier(), plan(epochs=3), moons(), moons(20, seed=1), emit=heard.append)
    trainer.run()
    epochs = [event.epoch for event in heard if isinstance(event, EpochDone)]
    assert epochs == [1, 2, 3]
    last_steps = [event.step for event in heard if isinstance(event, StepsDone)]
    assert last_steps.count(6) == 3
    done = [event for event in heard if isinstance(event, EpochDone)][-1]
    assert done.metrics["accuracy"] > 0.5
    assert done.to_dict()["event"] == "epoch_done"


def _adam():
    from pellucid import optimizers
    from pellucid.optimizers import OptimizerSettings

    return optimizers.direction(OptimizerSettings("adam"))


def _fresh(state: TrainingState) -> TrainingState:
    return jax.tree.map(jnp.copy, state)


def _numbers(trainer: Trainer) -> list[dict]:
    """Return the history without what a clock decides."""
    clock = {"seconds", "examples_per_second"}
    return [
        {name: value for name, value in entry.items() if name not in clock}
        for entry in trainer.progress.history
    ]


def _validate_with(trainer: Trainer, validation: Examples) -> tuple[float, dict[str, float]]:
    trainer.state = trainer.state._replace(params=trainer.params)
    return trainer._validate(validation)
