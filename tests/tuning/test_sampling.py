"""What is proposed, what is stopped, and what a function of seed and trials means."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.tuning.sampling import LEAST_TO_WEIGH, Sampler
from pellucid.tuning.space import Dimension
from pellucid.tuning.trial import Trial

SPACE = (
    Dimension("learning_rate", 0.002, span=(0.0002, 0.02)),
    Dimension("hidden", (64,), ((32,), (64,), (64, 64))),
    Dimension("activation", "relu", ("relu", "silu"), None, False),
)


def score_of(settings: dict[str, object]) -> float:
    """Best is a rate of 0.01 with two layers: by construction, whatever the activation is."""
    distance = np.log10(float(str(settings["learning_rate"])) / 0.01)
    return -float(distance**2) - (0.0 if settings["hidden"] == (64, 64) else 1.0)


def searched(seed: int, n: int, before: tuple[Trial, ...] = ()) -> list[Trial]:
    trials = list(before)
    while len(trials) < n:
        sampler = Sampler(SPACE, seed, half=5)  # nothing is kept from one to the next
        proposal = sampler.propose(trials)
        assert proposal is not None
        score = score_of(proposal.settings)
        trials.append(Trial(len(trials) + 1, proposal.settings, "done", score, 0.0))
    return trials


def test_the_first_trial_has_the_defaults():
    settings = searched(3, 1)[0].settings
    assert settings == {"learning_rate": 0.002, "hidden": (64,), "activation": "relu"}


def test_a_search_that_goes_on_proposes_what_it_would_have_proposed():
    whole = searched(7, 20)
    assert searched(7, 20, tuple(whole[:11])) == whole


def test_another_seed_tries_other_settings():
    assert searched(1, 6)[1:] != searched(2, 6)[1:]


@pytest.mark.parametrize("seed", range(5))
def test_what_is_best_by_construction_is_found(seed: int):
    best = max(searched(seed, 40), key=lambda trial: trial.rank)
    assert best.settings["hidden"] == (64, 64)
    assert 0.005 < best.settings["learning_rate"] < 0.02


def test_what_matters_by_construction_matters_most():
    sampler = Sampler(SPACE, 0, half=5)
    found = sampler.importance(searched(0, 40))
    assert set(found) == {"learning_rate", "hidden", "activation"}
    assert sum(found.values()) == pytest.approx(1)
    assert min(found, key=lambda name: found[name]) == "activation"


def test_of_few_trials_or_equal_scores_nothing_is_said_to_matter():
    sampler, trials = Sampler(SPACE, 0, half=5), searched(0, LEAST_TO_WEIGH)
    assert sampler.importance(trials)
    assert sampler.importance(trials[:-1]) == {}
    alike = [Trial(t.number, t.settings, "done", 0.5, 0.1) for t in trials]
    assert sampler.importance(alike) == {}


def test_no_settings_are_tried_twice_and_an_exhausted_space_ends_the_search():
    space = (SPACE[1], SPACE[2])  # six combinations
    sampler, trials = Sampler(space, 0, half=5), []
    while (proposal := sampler.propose(trials)) is not None:
        trials.append(Trial(len(trials) + 1, proposal.settings, "done", 0.5, 0.1))
        assert len(trials) <= 6
    assert len({(t.settings["hidden"], t.settings["activation"]) for t in trials}) == len(trials)
    assert len(trials) >= 5  # thirty proposals in a row may, rarely, miss the last one


def trials_with_courses() -> Iterator[Trial]:
    for number, score in enumerate((0.9, 0.8, 0.7, 0.6, 0.5), start=1):
        settings = {"learning_rate": 0.001 * number, "hidden": (32,), "activation": "relu"}
        yield Trial(number, settings, "done", score, 0.1, {}, {4: score, 5: score, 6: score})


@pytest.mark.parametrize(
    ("step", "score", "stops"),
    [(5, 0.59, True), (5, 0.61, False), (4, 0.1, False), (6, 0.59, True)],
)
def test_a_trial_that_is_half_done_and_among_the_worst_quarter_is_stopped(
    step: int, score: float, stops: bool
):
    # The lowest quartile of 0.9, 0.8, 0.7, 0.6 and 0.5 is 0.6; before step 5 none is stopped.
    proposal = Sampler(SPACE, 0, half=5).propose(list(trials_with_courses()))
    assert proposal is not None
    assert proposal.report(step, score) is stops
    assert proposal.course == {step: score}


def test_after_a_trial_that_diverged_the_search_goes_on():
    first = searched(0, 1)
    trials = [*first, Trial(2, searched(0, 2)[1].settings, "diverged")]
    assert Sampler(SPACE, 0, half=5).propose(trials) is not None


@given(st.integers(0, 2**32 - 1))
def test_rates_are_within_their_limits_and_people_can_read_them(seed: int):
    for trial in searched(seed, 4):
        rate = trial.settings["learning_rate"]
        assert 0.0002 <= rate <= 0.02
        assert rate == float(f"{rate:.3g}")


def test_optuna_says_nothing_and_its_logging_is_left_as_it_was(
    capfd: pytest.CaptureFixture[str],
):
    before = optuna.logging.get_verbosity()
    searched(0, 10)
    assert optuna.logging.get_verbosity() == before == logging.INFO
    assert capfd.readouterr() == ("", "")
