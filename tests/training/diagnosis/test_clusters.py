"""Clusterings are diagnosed as well: by their course and their groups, not by answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.errors import DivergedError
from pellucid.training import run as runs
from pellucid.training.clustering.fitting import fit
from pellucid.training.clustering.session import ClusteringSession
from pellucid.training.config import Config
from pellucid.training.diagnosis import ILLNESSES, Case
from pellucid.training.events import Diagnosed
from pellucid.training.telling import Faces
from tests.training.diagnosis.examples import grouped, groups

SMALL = {"task": "clustering", "clusters": 3, "hidden": (16,), "epochs": 40, "learning_rate": 0.01}


@pytest.fixture(scope="module")
def session() -> ClusteringSession:
    made = runs.session_of(Config.make(source=groups(), **SMALL), Faces())
    assert isinstance(made, ClusteringSession)
    return made


def test_a_clustering_ends_in_the_same_bits_watched_or_not(session: ClusteringSession) -> None:
    config, ground, objective = session.config, session.ground, session.objective
    without = fit(config, ground, objective)
    watched = fit(config, ground, objective, watch=session._doctor)
    assert [entry["epoch"] for entry in watched.history if entry["probe"]] == [1, 4, 16]
    assert not any(entry["probe"] for entry in without.history)
    for layer, own in without.params.items():
        for name, array in own.items():
            np.testing.assert_array_equal(array, watched.params[layer][name])


def test_the_layers_of_the_decoder_are_looked_at_as_well(session: ClusteringSession) -> None:
    fitted = fit(session.config, session.ground, session.objective, watch=session._doctor)
    (look, *_) = (entry["probe"] for entry in fitted.history if entry["probe"])
    assert list(look["layers"]) == ["hidden_1", "embedding", "decoder_1", "rebuilt"]


def test_groups_that_are_there_are_found_in_silence() -> None:
    assert grouped(groups(), clusters=3) == []


def _outlying() -> pl.DataFrame:
    far = pl.int_range(pl.len()) % 40 == 0
    return groups().with_columns(x0=pl.when(far).then(5e4).otherwise("x0"))


@pytest.mark.parametrize(
    ("name", "source", "settings"),
    [
        ("learning-rate-too-low", groups(), {"learning_rate": 1e-7}),
        ("inputs-not-scaled", _outlying(), {}),
    ],
)
def test_what_is_wrong_with_a_course_is_told_with_settings_that_a_clustering_takes(
    name: str, source: pl.DataFrame, settings: dict[str, Any]
) -> None:
    (told,) = grouped(source, clusters=3, **settings)
    assert told.name == name
    again = grouped(groups(), clusters=3, **told.settings)
    assert name not in [one.name for one in again]


def test_a_penalty_that_presses_all_weights_to_nothing_stalls_the_loss() -> None:
    """At 10 · ½w² Adam takes every kernel to 0, whatever the rows say."""
    (told,) = grouped(groups(), clusters=3, l2=10.0)
    assert (told.name, told.settings) == ("stalled-loss", {"l2": 0.0})


@pytest.mark.slow
def test_a_divergence_is_told_with_the_usual_rate() -> None:
    heard: list[dict[str, Any]] = []

    def hear(event: object) -> None:
        if isinstance(event, Diagnosed):
            heard.append(event.diagnosis)

    settings = {**SMALL, "optimizer": "sgd", "learning_rate": 1e6}
    with pytest.raises(DivergedError):
        pellucid.train(groups(), callbacks=[hear], **settings)
    assert [(told["name"], told["settings"]) for told in heard] == [
        ("diverging-loss", {"learning_rate": 0.001})
    ]


@pytest.mark.parametrize("left", [1, 4])
def test_clusters_without_rows_are_counted(session: ClusteringSession, left: int) -> None:
    """By hand: of six, as many have rows as are left."""
    sizes = np.array([5] * left + [0] * (6 - left))
    case = Case(session.objective, {}, (), None, 0.0, 1, cluster_sizes=sizes)  # type: ignore[arg-type]
    (told,) = ILLNESSES["empty-clusters"].find(case)
    assert told.evidence == {"clusters": 6, "with_rows": left}
    assert told.settings == ({"clusters": left} if left > 1 else {})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["iris", "wine", "breast-cancer", "diabetes", "digits-8x8"])
def test_there_is_no_false_alarm_on_built_in_data(name: str) -> None:
    heard: list[object] = []
    model = pellucid.train(name, task="clustering", callbacks=[heard.append])
    assert model.diagnoses == []
    assert not any(isinstance(event, Diagnosed) for event in heard)
