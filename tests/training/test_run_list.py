"""Runs are listed as they are, and two of them differ in what they differ in."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pellucid.errors import (
    ModelFileError,
    SettingError,
    SourceNotFoundError,
)
from pellucid.training import run as runs
from pellucid.training.config import Config
from pellucid.training.run_differences import difference
from pellucid.training.run_folder import RunFolder
from pellucid.training.run_list import (
    FINISHED,
    RunSummary,
    as_tree,
    existing_run,
    runs_in,
)
from pellucid.training.run_record import Parent, RunRecord

QUICK = {"hidden": (8,), "epochs": 4, "calibration": "none", "validation_fraction": 0.2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a finished run, one with another rate, one cut off, one diverged."""
    folder = tmp_path_factory.mktemp("several")
    runs.start(Config.make(source="iris", **QUICK), folder=folder / "iris-1")
    other = Config.make(source="iris", **QUICK, learning_rate=0.05)
    runs.start(other, folder=folder / "iris-2")
    _cut_off(folder, "wine-1", "source: iris", "source: wine")
    _cut_off(folder, "iris-3", "", "")
    record = RunFolder(folder / "iris-3").record().having_diverged()
    (folder / "iris-3/run.json").write_text(record.to_json())
    return folder


def _cut_off(folder: Path, name: str, setting: str, other: str) -> None:
    """Leave what a kill after the second of four epochs leaves, of a run with another setting."""
    made = shutil.copytree(folder / "iris-1", folder / name)
    (made / "model.pellucid").unlink()
    lines = (made / "events.jsonl").read_text().splitlines()
    epochs = [line for line in lines if '"epoch_done"' in line]
    (made / "events.jsonl").write_text("\n".join(epochs[:2]) + "\n")
    config = made / "config.yaml"
    config.write_text(config.read_text().replace(setting, other))


def by_name(folder: Path) -> dict[str, RunSummary]:
    return {run.name: run for run in runs_in(folder)}


def test_each_run_is_listed_with_its_state_source_and_score(folder: Path) -> None:
    found = by_name(folder)
    assert {name: run.state for name, run in found.items()} == {
        "iris-1": "finished", "iris-2": "finished", "wine-1": "interrupted", "iris-3": "diverged",
    }  # fmt: skip
    report = RunFolder(folder / "iris-1").report()
    assert report is not None
    assert found["iris-1"].metrics == report["metrics"]
    assert found["iris-1"].source == "iris"
    assert found["iris-1"].target == "species"
    assert (found["iris-1"].epochs, found["iris-1"].planned_epochs) == (4, 4)
    assert found["iris-1"].score == f"accuracy {100 * report['metrics']['accuracy']:.2f} %"
    assert found["iris-1"].began is not None


def test_a_run_that_is_not_finished_is_scored_by_its_validation_rows(folder: Path) -> None:
    run = by_name(folder)["wine-1"]
    assert (run.source, run.epochs, run.planned_epochs) == ("wine", 2, 4)
    assert run.measured_on == "validation"
    assert run.score.endswith("(validation)")


def test_a_run_that_another_process_trains_is_running(folder: Path) -> None:
    with RunFolder(folder / "wine-1").locked():
        assert by_name(folder)["wine-1"].state == "running"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.yaml", "epochs: [1, 2"),
        ("config.yaml", "epochs: many"),
        ("run.json", "{"),
        ("run.json", '{"format": 1, "work": [{"from": "elsewhere"}]}'),
        ("events.jsonl", '{"event": "epoch_done"}'),
    ],
)
def test_a_damaged_run_is_named_and_the_others_are_listed(
    folder: Path, tmp_path: Path, name: str, content: str
) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    (tmp_path / "copy/wine-1" / name).write_text(content)
    found = by_name(tmp_path / "copy")
    assert found["wine-1"].state == "damaged"
    assert found["wine-1"].problem
    assert found["iris-1"].state == FINISHED
    with pytest.raises(ModelFileError):
        existing_run(tmp_path / "copy/wine-1")


def test_a_record_of_a_newer_version_is_not_guessed_at() -> None:
    with pytest.raises(ModelFileError, match="newer version"):
        RunRecord.from_json('{"format": 2}', "run.json")


def test_a_run_without_a_record_is_listed_as_before(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "iris-1", tmp_path / "old/iris-1")
    (tmp_path / "old/iris-1/run.json").unlink()
    (run,) = runs_in(tmp_path / "old")
    assert (run.state, run.began, run.parent) == (FINISHED, None, None)


def test_one_run_alone_can_be_looked_at_and_nothing_is_no_folder(
    folder: Path, tmp_path: Path
) -> None:
    assert [run.name for run in runs_in(folder / "iris-2")] == ["iris-2"]
    assert runs_in(tmp_path) == []
    with pytest.raises(SourceNotFoundError, match="There is no folder"):
        runs_in(tmp_path / "none")
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match="is a file"):
        runs_in(tmp_path / "file")


def test_a_branch_whose_parent_is_elsewhere_or_itself_stands_alone() -> None:
    alone = RunSummary("runs/b", FINISHED, parent=Parent("other/a", 5, 1))
    own = RunSummary("runs/c", FINISHED, parent=Parent("runs/c", 5, 1))
    assert [(lines, run.name) for lines, run in as_tree([alone, own])] == [("", "b"), ("", "c")]


def test_two_runs_differ_in_the_settings_and_scores_that_differ(folder: Path) -> None:
    found = difference(folder / "iris-1", folder / "iris-2")
    assert found.settings == {"learning_rate": (0.002, 0.05)}
    assert found.conditions == {}
    assert found.same_weights is False
    for name, (one, other, change) in found.metrics.items():
        assert change == other - one
        assert one == by_name(folder)["iris-1"].metrics[name]
    assert found.notes == []
    told = json.loads(json.dumps(found.to_dict()))
    assert told["settings"] == {"learning_rate": {"a": 0.002, "b": 0.05}}
    assert set(told["metrics"]["accuracy"]) == {"a", "b", "difference"}


def test_a_run_and_its_repetition_differ_in_nothing(folder: Path, tmp_path: Path) -> None:
    runs.start(RunFolder(folder / "iris-1").config(), folder=tmp_path / "again")
    found = difference(folder / "iris-1", tmp_path / "again")
    assert (found.settings, found.conditions, found.same_weights) == ({}, {}, True)
    assert {change for _, _, change in found.metrics.values()} == {0.0}


def test_scores_that_cannot_be_compared_are_said_to_be(folder: Path) -> None:
    found = difference(folder / "iris-1", folder / "wine-1")
    assert any("source" in text and "other rows" in text for text in found.notes)
    assert any("validation rows" in text for text in found.notes)
    assert found.same_weights is None


def test_a_run_without_scores_is_said_to_have_none(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "iris-3", tmp_path / "early")
    (tmp_path / "early/events.jsonl").unlink()
    found = difference(folder / "iris-1", tmp_path / "early")
    assert found.metrics == {}
    assert any("has no scores: it is diverged" in text for text in found.notes)


def test_conditions_that_differ_are_told(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "iris-1", tmp_path / "elsewhere")
    elsewhere = RunFolder(tmp_path / "elsewhere")
    record = elsewhere.record()
    conditions = {**record.work[0].conditions, "threads": 64}
    moved = replace(record, work=(replace(record.work[0], conditions=conditions),))
    (tmp_path / "elsewhere/run.json").write_text(moved.to_json())
    found = difference(folder / "iris-1", elsewhere.path)
    assert found.conditions == {"threads": (record.work[0].conditions["threads"], 64)}


def test_every_process_that_goes_on_is_recorded(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "iris-1", tmp_path / "iris-1")
    (tmp_path / "iris-1/model.pellucid").unlink()  # as if killed before the last file
    assert len(RunFolder(folder / "iris-1").record().work) == 1
    runs.resume(tmp_path / "iris-1")
    record = RunFolder(tmp_path / "iris-1").record()
    assert len(record.work) == 2
    assert record.work[0].began <= record.work[1].began
    assert "threads" in record.work[1].conditions
