"""A run from source to folder: nothing overwritten, nothing half-written, all repeatable."""

from __future__ import annotations

import errno
import itertools
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

import pellucid
from pellucid.errors import (
    DataError,
    DivergedError,
    InterruptedTrainingError,
    ModelFileError,
    OutputError,
    SettingError,
)
from pellucid.training import run as runs
from pellucid.training.config import Config
from pellucid.training.events import Event, Finished, Note, PhaseStarted, Planned

QUICK = {"hidden": (8,), "epochs": 5}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def start(source: object = "iris", folder: Path | None = None, **settings: object) -> runs.Outcome:
    return runs.start(Config.make(source=source, **{**QUICK, **settings}), folder=folder)


def weights(model: pellucid.Model | object) -> bytes:
    params = model.params
    return b"".join(np.asarray(a).tobytes() for own in params.values() for a in own.values())


def test_a_run_leaves_its_folder_with_everything_in_it() -> None:
    outcome = start()
    folder = Path("runs/iris-1")
    assert {path.name for path in folder.iterdir()} == {
        "config.yaml", "run.json", "contract.json", "events.jsonl", "checkpoints",
        "model.pellucid", "card.md",
    }  # fmt: skip
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert [event["event"] for event in events] == ["epoch_done"] * 5 + ["finished"]
    assert events[-1]["report"] == json.loads(json.dumps(outcome.report))
    assert json.loads((folder / "contract.json").read_text())["target"] == "species"
    assert "accuracy" in (folder / "card.md").read_text()


def test_every_run_gets_a_folder_of_its_own() -> None:
    for number in (1, 2, 3):
        assert start(epochs=1).report["run"] == f"runs/iris-{number}"


def test_a_folder_that_holds_something_is_never_written_into(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(SettingError, match="nothing is overwritten"):
        start(folder=folder)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_the_written_config_repeats_the_run_bit_for_bit() -> None:
    first = start(dropout=0.2, seed=7)
    text = Path("runs/iris-1/config.yaml").read_text()
    assert yaml.safe_load(text)["seed"] == 7
    second = runs.start(Config.from_yaml(text))
    assert weights(second.model) == weights(first.model)
    assert second.report["metrics"] == first.report["metrics"]


def test_the_report_says_all_that_programs_need() -> None:
    report = start().report
    assert {
        "task", "source", "target", "n_train", "n_validation", "n_test", "n_parameters", "epochs",
        "metrics", "baseline", "seconds", "run", "model",
    } <= set(report)  # fmt: skip
    assert report["n_parameters"] == 4 * 8 + 8 + 8 * 3 + 3
    assert report["n_train"] + report["n_validation"] + report["n_test"] == 150
    assert {"total", "start", "data", "compile", "train", "evaluate"} <= set(report["seconds"])
    assert set(report["baseline"]) == set(report["metrics"])


def test_test_rows_are_never_trained_on() -> None:
    """Labels of the test part that contradict everything change no weight."""
    draw = np.random.default_rng(0)
    X = draw.normal(size=(200, 3))
    y = np.where(X[:, 0] > 0, "up", "down")
    other = np.where(y[:50] == "up", "down", "up")
    one = pellucid.train((X[50:], y[50:]), test=(X[:50], y[:50]), **QUICK)
    two = pellucid.train((X[50:], y[50:]), test=(X[:50], other), **QUICK)
    assert weights(one) == weights(two)
    assert one.metrics["accuracy"] == pytest.approx(1 - two.metrics["accuracy"])


def test_an_interrupted_run_goes_on_and_ends_in_the_same_weights() -> None:
    whole = start("wine", dropout=0.1)
    asked = itertools.count()
    faces = runs.Faces(should_stop=lambda: next(asked) >= 3)
    config = Config.make(source="wine", **QUICK, dropout=0.1)
    with pytest.raises(InterruptedTrainingError, match="--resume runs/wine-2") as caught:
        runs.start(config, faces)
    assert caught.value.exit_status == 130
    resumed = runs.resume(Path("runs/wine-2"))
    assert isinstance(resumed, runs.Outcome)
    assert weights(resumed.model) == weights(whole.model)
    assert resumed.report["metrics"] == whole.report["metrics"]
    assert resumed.model.made["reasons"] == whole.model.made["reasons"]
    lines = Path("runs/wine-2/events.jsonl").read_text().splitlines()
    assert [json.loads(line).get("epoch") for line in lines] == [1, 2, 3, 4, 5, None]


def test_an_interrupt_before_the_first_step_can_be_resumed() -> None:
    whole = start("wine")
    asked = itertools.count()  # at the start, at the data, and before the first step
    faces = runs.Faces(should_stop=lambda: next(asked) >= 2)
    with pytest.raises(InterruptedTrainingError, match="--resume"):
        runs.start(Config.make(source="wine", **QUICK), faces)
    resumed = runs.resume(Path("runs/wine-2"))
    assert isinstance(resumed, runs.Outcome)
    assert weights(resumed.model) == weights(whole.model)


def test_an_interrupt_before_the_plan_leaves_nothing() -> None:
    with pytest.raises(InterruptedTrainingError, match="nothing was written"):
        runs.start(Config.make(source="wine", **QUICK), runs.Faces(should_stop=lambda: True))
    assert not Path("runs").exists()


def test_a_finished_run_is_reported_again_and_not_touched() -> None:
    outcome = start()
    before = {path: path.read_bytes() for path in Path("runs/iris-1").rglob("*") if path.is_file()}
    assert runs.resume(Path("runs/iris-1")) == json.loads(json.dumps(outcome.report))
    after = {path: path.read_bytes() for path in Path("runs/iris-1").rglob("*") if path.is_file()}
    assert before == after


def test_a_run_whose_data_changed_is_not_resumed() -> None:
    pl.DataFrame({"x": range(40), "y": ["a", "b"] * 20}).write_csv("mine.csv")
    asked = itertools.count()
    config = Config.make(source="mine.csv", target="y", **QUICK)
    with pytest.raises(InterruptedTrainingError):
        runs.start(config, runs.Faces(should_stop=lambda: next(asked) >= 2))
    pl.DataFrame({"x": range(40), "y": ["b", "a"] * 20}).write_csv("mine.csv")
    with pytest.raises(ModelFileError, match="have changed since"):
        runs.resume(Path("runs/mine-1"))


def test_damaged_checkpoints_are_named_and_passed_over() -> None:
    asked = itertools.count()
    config = Config.make(source="wine", **QUICK)
    with pytest.raises(InterruptedTrainingError):
        runs.start(config, runs.Faces(should_stop=lambda: next(asked) >= 3))
    for path in Path("runs/wine-1/checkpoints").iterdir():
        path.write_bytes(path.read_bytes()[:-10])
    heard: list[Event] = []
    outcome = runs.resume(Path("runs/wine-1"), runs.Faces(heard.append))
    assert isinstance(outcome, runs.Outcome)
    notes = [event.text for event in heard if isinstance(event, Note)]
    assert any("was passed over" in text for text in notes)
    assert weights(outcome.model) == weights(start("wine").model)


def test_a_divergence_keeps_the_last_good_state_and_suggests_a_remedy() -> None:
    with pytest.raises(DivergedError) as caught:
        start("diabetes", optimizer="sgd", schedule="constant", learning_rate=1e4, epochs=50)
    said = str(caught.value)
    assert "step" in said
    assert "layer" in said
    assert "--learning-rate" in said
    assert caught.value.exit_status == 4
    assert list(Path("runs/diabetes-1/checkpoints").iterdir())
    assert runs.RunFolder(Path("runs/diabetes-1")).record().diverged
    assert not Path("runs/diabetes-1/model.pellucid").exists()


def test_the_phases_and_the_plan_are_told_in_order() -> None:
    heard: list[Event] = []
    runs.start(Config.make(source="iris", **QUICK), runs.Faces(heard.append), keep_run=False)
    phases = [event.phase for event in heard if isinstance(event, PhaseStarted)]
    assert phases == ["start", "data", "compile", "train", "calibrate", "evaluate", "diagnose"]
    (planned,) = [event for event in heard if isinstance(event, Planned)]
    assert planned.n_parameters == 4 * 8 + 8 + 8 * 3 + 3
    assert set(planned.reasons) <= set(planned.settings)
    assert isinstance(heard[-1], Finished)
    assert not Path("runs").exists()


def test_a_learning_rate_can_be_found() -> None:
    outcome = start(learning_rate="find", epochs=60)
    rate = yaml.safe_load(Path("runs/iris-1/config.yaml").read_text())["learning_rate"]
    assert 1e-5 < rate < 10
    assert outcome.report["metrics"]["accuracy"] > 0.8


def test_balanced_class_weights_find_more_of_a_rare_class() -> None:
    draw = np.random.default_rng(1)
    y = np.array(["usual"] * 570 + ["rare"] * 30)
    X = draw.normal(size=(600, 2)) + 1.2 * (y == "rare")[:, None]
    plain = pellucid.train((X, y), epochs=20, hidden=(8,))
    balanced = pellucid.train((X, y), epochs=20, hidden=(8,), class_weight="balanced")
    named = pellucid.train((X, y), epochs=20, hidden=(8,), class_weight={"rare": 10, "usual": 0.5})
    assert balanced.metrics["balanced_accuracy"] > plain.metrics["balanced_accuracy"] + 0.05
    assert named.metrics["balanced_accuracy"] > plain.metrics["balanced_accuracy"] + 0.05


def test_a_column_can_say_how_much_each_row_counts() -> None:
    frame = pl.DataFrame(
        {"x": [0.0, 1.0] * 50, "y": [1.0, 5.0] * 50, "w": [1.0, 1.0] * 50}
    ).with_columns(noise=pl.Series([0, 1, 2, 3] * 25))
    spoiled = pl.DataFrame(
        {"x": [0.0] * 100, "y": [99.0] * 100, "w": [0.0] * 100, "noise": [0, 1, 2, 3] * 25}
    )
    model = pellucid.train(
        pl.concat([frame.cast({"noise": pl.Int64}), spoiled]),
        target="y",
        task="regression",
        sample_weight="w",
        test_fraction=0,
        epochs=60,
    )
    answers = model.predict(pl.DataFrame({"x": [0.0, 1.0], "noise": [0, 1]}))["prediction"]
    assert answers[0] < 20
    assert "w" not in [column.name for column in model.contract.inputs]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"class_weight": {"roses": 2}}, "not a class"),
        ({"class_weight": {"setosa": -1}}, "class weights"),
        ({"sample_weight": "weight"}, "does not exist"),
        ({"loss": "huber"}, "does not fit classification"),
        ({"loss": "binary_cross_entropy"}, "two classes"),
        ({"target": "specis"}, "did you mean 'species'"),
        ({"drop": ["petal"]}, "petal"),
        ({"kinds": {"species": "sound"}}, "sound"),
    ],
)
def test_settings_that_do_not_fit_the_data_leave_nothing_behind(settings: dict, said: str) -> None:
    with pytest.raises((SettingError, DataError)) as caught:
        start(**settings)
    assert said in str(caught.value)
    assert not Path("runs").exists() or not list(Path("runs").iterdir())


def test_a_full_disk_ends_no_training_and_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system refuses checkpoints only: the model may lie on another disk."""
    make = tempfile.mkstemp

    def full(**place: Any) -> tuple[int, str]:
        if "step-" in place["prefix"]:
            raise OSError(errno.ENOSPC, "No space left on device")
        return make(**place)

    monkeypatch.setattr(tempfile, "mkstemp", full)
    heard: list[Event] = []
    outcome = runs.start(Config.make(source="iris", **QUICK), runs.Faces(heard.append))
    notes = [event.text for event in heard if isinstance(event, Note) and event.warning]
    assert sum("No checkpoint could be written" in text for text in notes) == 1
    assert Path(outcome.report["model"]).is_file()


def test_a_disk_too_full_for_the_model_is_an_error_with_the_way_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = tempfile.mkstemp

    def full(**place: Any) -> tuple[int, str]:
        if "model" in place["prefix"]:
            raise OSError(errno.ENOSPC, "No space left on device")
        return make(**place)

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkstemp", full)
        with pytest.raises(OutputError, match="no space left") as caught:
            start()
    assert "--resume runs/iris-1" in str(caught.value)
    assert not Path("runs/iris-1/model.pellucid").exists()
    resumed = runs.resume(Path("runs/iris-1"))
    assert isinstance(resumed, runs.Outcome)
    assert Path("runs/iris-1/model.pellucid").is_file()
    assert weights(resumed.model) == weights(start().model)


def test_rows_and_values_can_be_kept_out_of_the_model_file_also_on_resume() -> None:
    asked = itertools.count()
    config = Config.make(source="wine", examples=False, **QUICK)
    with pytest.raises(InterruptedTrainingError):
        runs.start(config, runs.Faces(should_stop=lambda: next(asked) >= 3))
    runs.resume(Path("runs/wine-1"))
    loaded = pellucid.load("runs/wine-1")
    assert loaded.examples is None
    assert all(column.examples == [] for column in loaded.contract.columns)
    assert pellucid.load(start("wine").report["run"]).examples is not None


def test_columns_that_json_cannot_hold_do_no_harm() -> None:
    import datetime

    days = [datetime.date(2024, 1, 1 + i % 5) for i in range(60)]
    frame = pl.DataFrame({"d": days, "a": [float(i % 7) for i in range(60)], "y": ["a", "b"] * 30})
    frame.write_parquet("d.parquet")
    outcome = start("d.parquet", target="y")
    assert pellucid.load(outcome.report["model"]).examples is not None


@pytest.mark.parametrize("phase", [Planned, PhaseStarted, Finished])
def test_a_callback_may_ask_to_stop_at_any_event(phase: type[Event]) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, phase):
            raise pellucid.StopTraining

    model = pellucid.train("iris", callbacks=[stop], run="r", **QUICK)
    assert model.report["epochs"] == (5 if phase is Finished else 0)
    assert json.loads(Path("r/events.jsonl").read_text().splitlines()[-1])["event"] == "finished"


def test_the_targets_scale_is_learned_from_the_training_rows_alone() -> None:
    draw = np.random.default_rng(0)
    X, y = draw.normal(size=(3000, 2)), draw.normal(size=3000) * 10 + 100
    model = pellucid.train((X, y), task="regression", hidden=(4,), epochs=1)
    prepared = runs.Session(
        Config.make(source=(X, y), task="regression", hidden=(4,), epochs=1), runs.Faces()
    ).prepared
    assert float(prepared.train.targets.mean()) == pytest.approx(0, abs=1e-6)
    assert float(prepared.train.targets.std()) == pytest.approx(1, abs=1e-5)
    assert abs(float(prepared.test.targets.mean())) > 1e-4
    assert model.report["n_validation"] > 0


def test_settings_chosen_for_the_person_are_the_ones_that_act() -> None:
    outcome = start("digits-8x8", epochs=1)
    settings = outcome.model.made["settings"]
    assert settings["label_smoothing"] == 0.05
    assert outcome.model.task.label_smoothing == settings["label_smoothing"]
    assert outcome.model.task.loss_name == settings["loss"]


def test_a_run_is_trained_by_one_process_at_a_time() -> None:
    start()
    folder = runs.RunFolder.existing(Path("runs/iris-1"))
    with folder.locked(), pytest.raises(OutputError, match="another process"), folder.locked():
        pass


def test_a_validation_part_of_its_own_and_a_fraction_contradict_each_other(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    parts = {
        f"{letter}_{part}": draw.normal(size=(20, 2)) if letter == "x" else np.arange(20) % 2
        for part in ("train", "valid", "test")
        for letter in "xy"
    }
    np.savez(tmp_path / "parts.npz", **parts)
    with pytest.raises(SettingError, match="validation part of its own"):
        start(tmp_path / "parts.npz", validation_fraction=0.5)


def test_a_run_of_data_in_memory_says_that_it_cannot_go_on() -> None:
    X = np.random.default_rng(0).normal(size=(40, 2))
    pellucid.train((X, np.arange(40) % 2), run="r", **QUICK)
    Path("r/model.pellucid").unlink()
    with pytest.raises(ModelFileError, match="given in memory"):
        pellucid.resume("r")


def test_settings_that_contradict_each_other_leave_nothing_behind() -> None:
    with pytest.raises(SettingError, match="adamw"):
        start(optimizer="sgd", weight_decay=0.1)
    assert not Path("runs").exists()
