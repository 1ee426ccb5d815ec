"""Searches as a person meets them in Python: what is scored, kept, resumed, refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.errors import (
    DataError,
    InterruptedTrainingError,
    ModelFileError,
    OutputError,
    SettingError,
    SourceNotFoundError,
)
from pellucid.training.config import Config
from pellucid.training.events import Event, Note
from pellucid.training.telling import Faces
from pellucid.tuning import running, sampling
from pellucid.tuning.folder import SearchFolder
from pellucid.tuning.searching import TrialDone, TrialStarted
from pellucid.tuning.trial import Trial
from tests.tuning.helpers import QUICK, two_clouds, written


def proposals(trials: tuple[Trial, ...] | list[Trial]) -> list[tuple[Any, ...]]:
    """Return what a repetition must have in common; seconds differ."""
    return [(t.number, dict(t.settings), t.state, t.score, t.loss, dict(t.course)) for t in trials]


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("data"), "clouds.csv", two_clouds())


@pytest.fixture(scope="module")
def whole(clouds: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    folder = tmp_path_factory.mktemp("searches") / "whole"
    return pellucid.tune(clouds, target="y", trials=6, run=folder, **QUICK), folder


def stop_at(number: int) -> tuple[Callable[[Event], None], Callable[[], bool]]:
    """Return a face that asks to stop once a trial has begun."""
    begun: list[int] = []

    def hear(event: Event) -> None:
        if isinstance(event, TrialStarted):
            begun.append(event.number)

    return hear, lambda: number in begun


def interrupted_at(number: int, clouds: str, folder: Path, trials: int = 6) -> None:
    hear, stop = stop_at(number)
    config = Config.make(source=clouds, target="y", **QUICK)
    with pytest.raises(InterruptedTrainingError, match=f"{number - 1} of {trials} trials are kept"):
        running.start(config, trials, Faces(hear, stop), folder=folder)


def test_the_first_trial_is_what_train_gives_on_the_validation_rows(clouds: str):
    settings = {**QUICK, "target": "y", "validation_fraction": 0.3}
    first = pellucid.tune(clouds, trials=1, **settings).first
    trained = pellucid.train(clouds, **settings)
    best = max(
        trained.history, key=lambda epoch: (epoch["metrics"]["accuracy"], -epoch["validation_loss"])
    )
    assert (first.score, first.loss) == (best["metrics"]["accuracy"], best["validation_loss"])


def test_few_rows_are_all_scored_each_by_a_network_that_did_not_learn_from_it(whole: Any):
    result = whole[0]
    assert (result.way, result.n_scored, result.report["n_test"]) == ("out of fold", 64, 16)
    hits = result.first.score * 64
    assert hits == pytest.approx(round(hits))
    assert list(result.first.course) == [1, 2, 3, 4, 5]


def test_the_best_is_at_least_as_good_as_the_defaults(whole: Any):
    result = whole[0]
    assert result.best.rank >= result.first.rank
    assert result.best.rank == max(t.rank for t in result.trials if t.state == "done")


def test_the_run_at_the_end_is_what_train_makes_of_its_config(whole: Any):
    result, folder = whole
    again = pellucid.train(None, config=folder / "config.yaml")
    assert again.metrics == result.report["metrics"] == result.model.metrics
    assert pellucid.load(folder).metrics == again.metrics
    assert result.settings["learning_rate"] == result.best.settings["learning_rate"]
    assert "trial" in (folder / "config.yaml").read_text(encoding="utf-8")


def test_the_test_rows_change_no_trial(clouds: str, tmp_path: Path, whole: Any):
    def searched(seed: int) -> Any:
        test = written(tmp_path, f"test{seed}.csv", two_clouds(30, seed))
        return pellucid.tune(clouds, target="y", test=test, trials=3, **QUICK)

    one, other = searched(1), searched(2)
    assert proposals(one.trials) == proposals(other.trials)
    assert one.report["metrics"] != other.report["metrics"]


def test_two_searches_with_one_seed_are_alike(clouds: str, whole: Any):
    again = pellucid.tune(clouds, target="y", trials=6, **QUICK)
    assert proposals(again.trials) == proposals(whole[0].trials)
    assert again.report["metrics"] == whole[0].report["metrics"]


@pytest.mark.parametrize("number", [1, 4])
def test_an_interrupted_search_goes_on_as_if_nothing_had_happened(
    number: int, clouds: str, tmp_path: Path, whole: Any
):
    folder = tmp_path / "run"
    interrupted_at(number, clouds, folder)
    result = pellucid.tune(resume=folder)
    assert proposals(result.trials) == proposals(whole[0].trials)
    assert result.report["metrics"] == whole[0].report["metrics"]
    assert result.seconds > sum(trial.seconds for trial in result.trials)


def test_a_line_that_was_cut_off_costs_its_trial_alone(clouds: str, tmp_path: Path, whole: Any):
    folder = tmp_path / "run"
    interrupted_at(5, clouds, folder)
    kept = folder / "trials.jsonl"
    kept.write_bytes(kept.read_bytes()[:-40])
    assert [trial.number for trial in SearchFolder.existing(folder).trials()] == [1, 2, 3]
    assert proposals(pellucid.tune(resume=folder).trials) == proposals(whole[0].trials)


def test_an_interrupted_training_at_the_end_goes_on_without_a_new_trial(
    clouds: str, tmp_path: Path, whole: Any
):
    folder, config = tmp_path / "run", Config.make(source=clouds, target="y", **QUICK)

    def stop() -> bool:
        return (folder / "events.jsonl").is_file()  # an epoch of the last training is done

    with pytest.raises(InterruptedTrainingError) as refused:
        running.start(config, 6, Faces(should_stop=stop), folder=folder)
    assert f"pellucid tune --resume {folder}" in str(refused.value)
    started: list[Event] = []
    result = pellucid.tune(resume=folder, callbacks=[started.append])
    assert not [event for event in started if isinstance(event, TrialStarted)]
    assert result.report["metrics"] == whole[0].report["metrics"]


def test_a_finished_search_is_told_of_once_more(whole: Any):
    result, folder = whole
    again = pellucid.tune(resume=folder)
    assert again.to_dict() == result.to_dict()
    assert str(again) == str(result)
    assert again.model.metrics == result.model.metrics


def test_data_given_in_memory_is_given_once_more_to_go_on(tmp_path: Path, whole: Any):
    folder, (hear, stop) = tmp_path / "run", stop_at(3)
    config = Config.make(source=two_clouds(), target="y", **QUICK)
    with pytest.raises(InterruptedTrainingError):
        running.start(config, 4, Faces(hear, stop), folder=folder)
    with pytest.raises(ModelFileError, match="given in memory"):
        pellucid.tune(resume=folder)
    result = pellucid.tune(two_clouds(), resume=folder)
    assert len(result.trials) == 4


def test_other_data_is_refused_when_a_search_goes_on(tmp_path: Path):
    source, folder = written(tmp_path, "data.csv", two_clouds()), tmp_path / "run"
    interrupted_at(2, source, folder)
    written(tmp_path, "data.csv", two_clouds(seed=5))
    with pytest.raises(ModelFileError, match="data or the defaults have changed"):
        pellucid.tune(resume=folder)


def test_a_folder_that_is_no_search_is_refused(tmp_path: Path, clouds: str):
    with pytest.raises(SourceNotFoundError, match="no folder"):
        pellucid.tune(resume=tmp_path / "nowhere")
    with pytest.raises(ModelFileError, match=r"no search\.json"):
        pellucid.tune(resume=tmp_path)
    pellucid.train(clouds, target="y", run=tmp_path / "run", **QUICK)
    with pytest.raises(ModelFileError, match="pellucid train --resume"):
        pellucid.tune(resume=tmp_path / "run")


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', '{"format": 2}', '{"format": 1, "set'])
def test_a_damaged_search_is_refused(text: str, tmp_path: Path):
    (tmp_path / "search.json").write_text(text)
    with pytest.raises(ModelFileError, match=r"search\.json"):
        pellucid.tune(resume=tmp_path)


def test_two_processes_do_not_search_into_one_folder(clouds: str, tmp_path: Path):
    folder = tmp_path / "run"
    interrupted_at(2, clouds, folder)
    with (
        SearchFolder.existing(folder).locked(),
        pytest.raises(OutputError, match="another process"),
    ):
        pellucid.tune(resume=folder)


def test_a_full_folder_is_refused_and_nothing_is_left_of_a_refusal(clouds: str, tmp_path: Path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(SettingError, match="not empty"):
        pellucid.tune(clouds, target="y", run=tmp_path / "full", **QUICK)
    with pytest.raises(DataError):
        pellucid.tune(clouds, target="nothing", run=tmp_path / "new", **QUICK)
    assert not (tmp_path / "new").exists()


def test_a_callback_ends_a_search_with_the_best_so_far(clouds: str):
    def stop(event: Event) -> None:
        if isinstance(event, TrialDone) and event.number == 2:
            raise pellucid.StopTraining

    result = pellucid.tune(clouds, target="y", trials=6, callbacks=[stop], **QUICK)
    assert (len(result.trials), result.ended) == (2, "callback")
    assert result.model.metrics


def test_a_time_limit_is_for_everything_and_never_for_the_epochs(clouds: str):
    result = pellucid.tune(clouds, target="y", trials=100_000, time_limit=4, **QUICK)
    assert result.ended == "time limit"
    assert 1 <= len(result.trials) < 100_000
    assert result.seconds < 8  # a busy machine may double what was expected
    assert result.report["epochs"] == QUICK["epochs"]
    assert "time_limit" not in result.settings


def test_a_limit_too_short_for_a_trial_is_refused_with_what_would_do(clouds: str, tmp_path: Path):
    with pytest.raises(SettingError, match="no room for one trial") as refused:
        settings = {**QUICK, "epochs": 200_000}
        pellucid.tune(clouds, target="y", time_limit=2, run=tmp_path / "run", **settings)
    assert "--time-limit" in str(refused.value)
    assert not (tmp_path / "run").exists()


def test_notes_of_the_data_are_told_once_and_kept_in_the_model(tmp_path: Path):
    frame = two_clouds().with_columns(pl.lit("same").alias("constant"))
    notes: list[str] = []
    result = pellucid.tune(
        written(tmp_path, "notes.csv", frame),
        target="y",
        trials=2,
        callbacks=[lambda e: notes.append(e.text) if isinstance(e, Note) else None],
        run=tmp_path / "run",
        **QUICK,
    )
    assert notes
    assert len(notes) == len(set(notes))
    card = (tmp_path / "run" / "card.md").read_text(encoding="utf-8")
    assert all(note in card for note in notes)
    assert result.model.report["run"] == str(tmp_path / "run")


def test_without_optuna_it_is_said_how_to_install_it(clouds: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sampling.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match="needs Optuna") as refused:
        pellucid.tune(clouds, target="y")
    assert 'pip install "pellucid[tune]"' in str(refused.value)


def test_a_clustering_is_refused(clouds: str):
    for settings in ({"task": "clustering"}, {"clusters": 3}):
        with pytest.raises(SettingError, match="no labels"):
            pellucid.tune(clouds, **settings)


def test_a_handful_of_rows_is_refused(tmp_path: Path):
    with pytest.raises(SettingError, match="too few to tell settings apart"):
        pellucid.tune(written(tmp_path, "few.csv", two_clouds(20)), target="y")


@pytest.mark.slow
def test_numbers_and_several_targets_and_weights_are_searched_as_well():
    generator = np.random.default_rng(0)
    x, noise = generator.normal(size=(2, 100))
    frame = pl.DataFrame(
        {"x": x, "y": 2 * x + 0.1 * noise, "z": ["uv"[int(v > 0)] for v in x], "w": np.abs(noise)}
    )
    quick = {name: QUICK[name] for name in QUICK if name != "label_smoothing"}
    number = pellucid.tune(frame.select("x", "y"), target="y", trials=2, **quick)
    assert number.score_name == "r2"
    several = pellucid.tune(frame.drop("w"), target=["y", "z"], trials=2, **quick)
    assert several.score_name == "mean_score"
    weighted = pellucid.tune(frame.drop("z"), target="y", sample_weight="w", trials=2, **quick)
    assert weighted.score_name == "loss"
    assert weighted.first.score == -weighted.first.loss
    for result in (number, several, weighted):
        assert "in the search" in str(result)


def test_a_forecast_is_scored_by_later_windows():
    frame = pl.DataFrame({"v": np.sin(np.arange(120) / 3)})
    result = pellucid.tune(frame, window=8, horizon=3, target="v", trials=2, epochs=3)
    assert (result.way, result.score_name) == ("later windows", "scaled_mse")
    assert result.best.rank >= result.first.rank
    assert "learned from those before them" in " ".join(str(result).split())


def test_the_result_is_plain_json_and_a_table(whole: Any):
    result, folder = whole
    found = json.loads((folder / "tuning.json").read_text(encoding="utf-8"))
    assert found == json.loads(json.dumps(result.to_dict()))
    assert result.frame["trial"].to_list() == [1, 2, 3, 4, 5, 6]
    assert result.frame["accuracy"].to_list() == [t.metrics["accuracy"] for t in result.trials]
