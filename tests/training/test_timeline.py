"""A recorded run can be opened at any step, and is then what it was, bit for bit."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid.data import epoch_order
from pellucid.errors import DivergedError, ModelFileError, SettingError
from pellucid.optimizers import learning_rates
from pellucid.training import keeper
from pellucid.training import run as runs
from pellucid.training.checkpoints import CheckpointFolder
from pellucid.training.config import Config
from pellucid.training.session import Session
from pellucid.training.step import steps_program
from pellucid.training.stepper import OPERATIONS, Stepper
from pellucid.training.timeline import Timeline, open_run
from pellucid.training.trainer import initial_state
from pellucid.training.weights import weights_hash

QUICK: Mapping[str, Any] = {
    "source": "iris", "hidden": (8,), "epochs": 6, "dropout": 0.1, "validation_fraction": 0.2,
    "calibration": "none", "normalization": "batch", "l2": 0.01,
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with a checkpoint after every epoch, and more within them."""
    path = tmp_path_factory.mktemp("timeline") / "iris-1"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keeper, "_LEAST_SECONDS", 0.0)
        patched.setattr(keeper, "_MOST_SHARE", math.inf)
        runs.start(Config.make(**QUICK), folder=path)
    return path


@pytest.fixture(scope="module")
def passed_through() -> list[str]:
    """Return the hashes after steps 0, 1 … of a plain loop that knows nothing of the trainer."""
    session = Session(Config.make(**QUICK), runs.Faces())
    plan, train = session.plan(), session.prepared.train
    program = steps_program(session.objective, plan.optimizer)
    state = initial_state(session.objective, plan, train.inputs.shape[1])
    examples = jax.tree.map(jnp.asarray, train)
    hashes = [hash_of(state)]
    n_steps = len(epoch_order(train.n, plan.batch_size, plan.seed, 0))
    rates = learning_rates(plan.optimizer, n_steps * plan.epochs)
    for epoch in range(plan.epochs):
        order = epoch_order(train.n, plan.batch_size, plan.seed, epoch)
        own = rates[epoch * n_steps : (epoch + 1) * n_steps]
        for step in range(n_steps):
            bounds = jnp.int32(step), jnp.int32(step + 1)
            state = program(state, examples, order, own, *bounds).state
            hashes.append(hash_of(state))
    return hashes


def hash_of(state: Any) -> str:
    """Hash parameters, the optimizer's memory, key and step."""
    tree = {**state._asdict(), "key": jax.random.key_data(state.key)}
    return weights_hash(tree)


def state_hash(stepper: Stepper) -> str:
    return hash_of(stepper._at.state)


def without_checkpoints(run: Path, to: Path, *but: int) -> Timeline:
    """Open a copy of a run that has only some of its checkpoints, besides the last one."""
    shutil.copytree(run, to)
    folder = CheckpointFolder(to / "checkpoints")
    for step, path in zip(folder.steps()[:-1], folder.paths(), strict=False):
        if step not in but:
            path.unlink()
    return open_run(to)


def test_every_step_is_the_one_that_the_training_passed_through(
    run: Path, passed_through: list[str]
) -> None:
    timeline = open_run(run)
    assert timeline.last_step == len(passed_through) - 1 == 6 * timeline.steps_per_epoch
    assert len(timeline.recorded) >= 6
    steps = [*range(0, timeline.last_step + 1, 5), timeline.last_step, 3, 17, 2]  # back as well
    for step in steps:
        stepper = timeline.at(step=step)
        assert stepper.step == step
        assert state_hash(stepper) == passed_through[step], step


def test_states_that_the_run_itself_wrote_are_reached_from_the_beginning(
    run: Path, tmp_path: Path
) -> None:
    recorded = open_run(run)
    written = {step: state_hash(recorded.at(step=step)) for step in recorded.recorded}
    timeline = without_checkpoints(run, tmp_path / "run")
    assert len(timeline.recorded) == 1
    for step, expected in written.items():
        assert state_hash(timeline.at(step=step)) == expected


def test_a_damaged_state_is_named_and_the_one_before_it_is_used(
    run: Path, tmp_path: Path, passed_through: list[str]
) -> None:
    shutil.copytree(run, tmp_path / "run")
    folder = CheckpointFolder(tmp_path / "run/checkpoints")
    step, path = folder.steps()[3], folder.paths()[3]
    path.write_bytes(path.read_bytes()[:-1])
    timeline = open_run(tmp_path / "run")
    assert state_hash(timeline.at(step=step + 1)) == passed_through[step + 1]
    assert list(timeline.damaged) == [path]


def test_one_batch_and_one_epoch_lead_where_the_training_went(
    run: Path, passed_through: list[str]
) -> None:
    timeline = open_run(run)
    n = timeline.steps_per_epoch
    stepper = timeline.at(epoch=2)
    assert (stepper.step, stepper.epoch, stepper.losses) == (2 * n, 2, [])
    stepper.do_batch()
    assert (stepper.step, len(stepper.losses)) == (2 * n + 1, 1)
    assert state_hash(stepper) == passed_through[2 * n + 1]
    stepper.do_epoch()
    assert (stepper.step, stepper.epoch) == (3 * n, 3)
    assert state_hash(stepper) == passed_through[3 * n]
    measured = ("loss", "validation_loss", "metrics", "learning_rate")
    for ours, recorded in zip(stepper.history, timeline.history, strict=False):
        assert {name: ours[name] for name in measured} == {
            name: recorded[name] for name in measured
        }


def test_the_four_operations_make_one_step_and_show_its_numbers(
    run: Path, passed_through: list[str]
) -> None:
    stepper = open_run(run).at(step=9)
    params = stepper.params
    seen = []
    for operation in OPERATIONS:
        assert stepper.next_operation == operation
        assert state_hash(stepper) == passed_through[9]
        trace = stepper.do_operation()
        seen.append({name for name, value in vars(trace).items() if value is not None})
    always = {"step", "rows", "inputs", "targets", "outputs"}
    assert seen == [
        always,
        always | {"losses", "loss"},
        always | {"losses", "loss", "gradients"},
        always | {"losses", "loss", "gradients", "learning_rate", "change"},
    ]
    assert (stepper.step, stepper.next_operation) == (10, "forward")
    assert state_hash(stepper) == passed_through[10]
    # What was shown beside the step is what the step itself did, but for the last digits.
    assert trace.loss == pytest.approx(stepper.losses[-1], rel=1e-5)
    kernels = sum(np.square(own["kernel"]).sum() for own in params.values() if "kernel" in own)
    assert trace.loss == pytest.approx(trace.losses.mean() + 0.01 * kernels / 2, rel=1e-5)
    changed = jax.tree.map(lambda old, change: old + change, params, trace.change)
    for one, other in zip(jax.tree.leaves(changed), jax.tree.leaves(stepper.params), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_the_change_of_plain_descent_is_the_rate_times_the_gradient(tmp_path: Path) -> None:
    """W ← W − ε·∂L/∂W, by the definition of gradient descent."""
    settings = {"optimizer": "sgd", "learning_rate": 0.05, "schedule": "constant"}
    plain = {"source": "iris", "hidden": (8,), "epochs": 2, "calibration": "none", "dropout": 0.0}
    runs.start(Config.make(**plain, **settings), folder=tmp_path / "run")
    stepper = open_run(tmp_path / "run").at(step=4)
    for _ in OPERATIONS:
        trace = stepper.do_operation()
    assert trace.learning_rate == pytest.approx(0.05)
    for change, gradient in zip(
        jax.tree.leaves(trace.change), jax.tree.leaves(trace.gradients), strict=True
    ):
        np.testing.assert_allclose(change, -0.05 * np.asarray(gradient), rtol=1e-3, atol=1e-7)


def test_steppers_of_one_run_do_not_disturb_each_other(
    run: Path, passed_through: list[str]
) -> None:
    timeline = open_run(run)
    early, late = timeline.at(step=3), timeline.at(step=30)
    kept = early.params
    late.do_batch()
    early.do_operation()
    late.do_epoch()
    early.do_batch()
    assert state_hash(early) == passed_through[4]
    assert state_hash(timeline.at(step=3)) == passed_through[3]
    assert weights_hash(kept) != weights_hash(early.params)  # and can still be read


def test_nothing_comes_after_the_last_epoch(run: Path) -> None:
    timeline = open_run(run)
    stepper = timeline.at(step=timeline.last_step)
    assert stepper.is_at_end
    for act in (stepper.do_operation, stepper.do_batch, stepper.do_epoch):
        with pytest.raises(SettingError, match="All 6 epochs are done"):
            act()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "at a step or at an epoch"),
        ({"step": 1, "epoch": 1}, "at a step or at an epoch"),
        ({"step": -1}, "no step -1"),
        ({"step": 10**6}, "no step 1,000,000"),
        ({"epoch": 7}, "no state after epoch 7"),
    ],
)
def test_a_step_that_the_run_has_not_is_refused(
    run: Path, asked: dict[str, int], said: str
) -> None:
    with pytest.raises(SettingError, match=said):
        open_run(run).at(**asked)


def test_a_run_of_data_in_memory_is_opened_with_the_data(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    X = draw.normal(size=(60, 4))
    y = np.where(X[:, 0] > 0, "up", "down")
    path = tmp_path / "run"
    pellucid.train((X, y), hidden=(8,), epochs=2, calibration="none", run=path)
    with pytest.raises(ModelFileError, match="given in memory"):
        open_run(path)
    timeline = open_run(path, source=(X, y))
    end = timeline.at(step=timeline.last_step)
    assert weights_hash(end.params) == weights_hash(pellucid.load(path).params)
    with pytest.raises(ModelFileError, match="not that which the run was trained with"):
        open_run(path, source=(X[:, ::-1], y))


def test_a_step_into_the_infinite_leaves_the_last_good_state(tmp_path: Path) -> None:
    settings = {"optimizer": "sgd", "learning_rate": 1e6, "schedule": "constant"}
    with pytest.raises(DivergedError):
        runs.start(
            Config.make(source="diabetes", hidden=(8,), epochs=3, **settings), folder=tmp_path / "r"
        )
    timeline = open_run(tmp_path / "r")
    stepper = timeline.at(step=timeline.last_step)
    with pytest.raises(DivergedError, match=f"step {timeline.last_step + 1}"):
        stepper.do_batch()
    assert stepper.step == timeline.last_step
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(stepper.params))
