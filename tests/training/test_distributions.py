"""How weights are distributed: NumPy's own counts, of the states that a run kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.errors import ModelFileError
from pellucid.training.checkpoints import CheckpointFolder
from pellucid.training.distributions import BINS, Distribution, OverTime, of_params, recorded


def test_counts_are_those_of_numpy_and_none_is_lost() -> None:
    numbers = np.random.default_rng(0).normal(size=(40, 30)).astype(np.float32)
    found = Distribution.of(numbers)
    assert found is not None
    counts, edges = np.histogram(numbers.astype(np.float64), bins=BINS)
    assert found.counts == tuple(counts)
    assert (found.lowest, found.highest) == (edges[0], edges[-1])
    assert sum(found.counts) == 1200


def test_equal_weights_lie_in_one_bin_and_what_is_not_finite_in_none() -> None:
    found = Distribution.of(np.full(7, 0.5))
    assert found is not None
    assert (found.lowest, found.highest, max(found.counts)) == (0.5, 0.5, 7)
    assert Distribution.of(np.array([1.0, np.inf])) is None
    assert Distribution.of(np.zeros(0)) is None


def test_kernels_are_counted_and_those_of_inner_layers_by_their_path() -> None:
    params = {
        "hidden_1": {"kernel": np.ones((2, 3)), "bias": np.ones(3)},
        "block": {
            "first.kernel": np.ones(4),
            "first.bias": np.ones(9),
            "second.kernel": np.ones(5),
        },
        "norm_1": {"running_mean": np.ones(3)},
    }
    found = {name: sum(one.counts) for name, one in of_params(params).items()}
    assert found == {"hidden_1": 6, "block.first": 4, "block.second": 5}


def test_the_states_on_the_disk_are_those_that_the_run_opens(tmp_path: Path) -> None:
    run = tmp_path / "run"
    pellucid.train("iris", hidden=(4,), epochs=3, seed=1, run=run)
    folder = CheckpointFolder(run / "checkpoints")
    steps = folder.steps()
    assert steps
    timeline = pellucid.open_run(run)
    for step, layers in recorded(folder, steps):
        kernel = np.asarray(timeline.at(step=step).params["hidden_1"]["kernel"], np.float64)
        assert layers["hidden_1"].counts == tuple(np.histogram(kernel, bins=BINS)[0])


def test_a_damaged_state_is_passed_over(tmp_path: Path) -> None:
    run = tmp_path / "run"
    pellucid.train("iris", hidden=(4,), epochs=1, seed=1, run=run)
    folder = CheckpointFolder(run / "checkpoints")
    (path,) = folder.paths()
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match="damaged"):
        folder.params_of(folder.steps()[0])
    assert list(recorded(folder, [*folder.steps(), 99])) == []


def test_of_many_states_few_are_kept_the_first_and_the_newest_among_them() -> None:
    kept = OverTime(most=10)
    for step in range(1000):
        kept.add(step, {})
        assert len(kept.steps) <= 10
        assert (kept.steps[0], kept.steps[-1]) == (0, step)


def test_what_comes_after_a_step_is_forgotten_where_the_training_goes_on_from_it() -> None:
    kept = OverTime()
    for step in (0, 10, 20):
        kept.add(step, {"a": Distribution(0.0, 1.0, (step,))})
    kept.forget_after(10)
    kept.add(10, {"a": Distribution(0.0, 1.0, (7,))})
    assert [(step, one.counts) for step, one in kept.of("a")] == [(0, (0,)), (10, (7,))]
    assert kept.of("b") == []


def test_layers_are_counted_as_people_do() -> None:
    kept = OverTime()
    one = Distribution(0.0, 1.0, (1,))
    kept.add(0, dict.fromkeys(("output", "hidden_10", "hidden_2"), one))
    assert kept.layers == ["hidden_2", "hidden_10", "output"]
