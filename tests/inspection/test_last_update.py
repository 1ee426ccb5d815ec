"""The last update: of plain gradient descent, the gradient of its batch times the rate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.errors import DataError, SourceNotFoundError
from pellucid.inspection.last_update import last_update


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "iris"
    settings = {"hidden": (5,), "optimizer": "sgd", "learning_rate": 0.05, "dropout": 0.0}
    pellucid.train("iris", epochs=4, seed=1, run=folder, **settings)
    return folder


def test_the_update_of_gradient_descent_is_the_gradient_times_the_rate(run: Path) -> None:
    model = pellucid.load(run)
    timeline = pellucid.open_run(run)
    stepper = timeline.at(step=timeline.last_step - 1)
    for _ in range(4):
        trace = stepper.do_operation()
    assert trace.gradients is not None
    found = last_update(run, model.params)
    assert found.step == timeline.last_step
    for layer in ("hidden_1", "output"):
        for name in ("kernel", "bias"):
            wanted = -trace.learning_rate * np.asarray(trace.gradients[layer][name])
            np.testing.assert_allclose(found.change[layer][name], wanted, rtol=1e-4, atol=1e-7)


def test_a_state_on_the_way_has_the_update_that_led_to_it(run: Path) -> None:
    timeline = pellucid.open_run(run)
    before, after = timeline.at(step=9).params, timeline.at(step=10).params
    found = last_update(run, after, step=10)
    wanted = np.asarray(after["output"]["kernel"]) - np.asarray(before["output"]["kernel"])
    assert np.array_equal(found.change["output"]["kernel"], wanted)
    assert found.change["output"]["kernel"].any()


def test_the_best_epoch_is_what_a_model_with_rows_held_back_comes_from(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    # Such a rate does worse with each epoch.
    settings = {"learning_rate": 3.0, "schedule": "constant", "patience": 0}
    settings |= {"hidden": (4,), "validation_fraction": 0.3}
    model = pellucid.train("iris", epochs=3, seed=1, run=folder, **settings)
    best = max(entry["epoch"] for entry in model.history if entry["best"])
    timeline = pellucid.open_run(folder)
    assert last_update(folder, model.params).step == best * timeline.steps_per_epoch
    assert best < 3  # else it could have been the last step


def test_weights_that_no_step_led_to_are_refused(run: Path) -> None:
    timeline = pellucid.open_run(run)
    with pytest.raises(DataError, match="with them the training began"):
        last_update(run, timeline.at(step=0).params, step=0)
    with pytest.raises(DataError, match="after step 10 are others"):
        last_update(run, timeline.at(step=9).params, step=10)
    with pytest.raises(SourceNotFoundError):
        last_update(run.parent / "no such run", {})
