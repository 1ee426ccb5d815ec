"""What a killed process leaves: nothing that is in the way, and nothing that is taken for a run."""

from __future__ import annotations

from pathlib import Path

import pytest

import pellucid
from pellucid.errors import ModelFileError, SettingError
from pellucid.training import run as runs
from pellucid.training.config import Config
from pellucid.training.run_leftovers import clear_unbegun, is_unbegun, remove_parts

QUICK = {"source": "iris", "hidden": (8,), "epochs": 2, "calibration": "none"}
BEFORE_A_RUN = (
    "run.json", "contract.json", ".run.json.ab_12cde.part", ".config.yaml.x3y.part", ".probe-71",
    "checkpoints/origin.safetensors", "checkpoints/.origin.safetensors.q.part",
)  # fmt: skip


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("cut off")


@pytest.fixture
def unbegun(tmp_path: Path) -> Path:
    """Leave all that a process can leave which is killed before its run has begun."""
    write(tmp_path / "run", *BEFORE_A_RUN)
    return tmp_path / "run"


def test_a_training_that_was_killed_before_it_began_can_be_started_again(unbegun: Path) -> None:
    with pytest.raises(ModelFileError, match="ended before it began") as caught:
        runs.resume(unbegun)
    assert "train anew" in str(caught.value)
    runs.start(Config.make(**QUICK), folder=unbegun)
    assert pellucid.load(unbegun).metrics["accuracy"] >= 0
    assert not list(unbegun.rglob(".*"))


@pytest.mark.parametrize(
    "name",
    ["config.yaml", "thesis.txt", ".thesis.part", "checkpoints/step-000000008.safetensors",
     "checkpoints/mine", "other/run.json", ".run.json.part"],
)  # fmt: skip
def test_a_folder_that_holds_anything_else_is_left_alone(unbegun: Path, name: str) -> None:
    write(unbegun, name)
    before = sorted(unbegun.rglob("*"))
    assert not is_unbegun(unbegun)
    clear_unbegun(unbegun)
    with pytest.raises(SettingError, match="nothing is overwritten"):
        runs.start(Config.make(**QUICK), folder=unbegun)
    assert sorted(unbegun.rglob("*")) == before


def test_a_link_is_never_taken_for_what_was_left(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/origin.safetensors")
    (tmp_path / "run").mkdir()
    (tmp_path / "run/checkpoints").symlink_to(tmp_path / "elsewhere")
    assert not is_unbegun(tmp_path / "run")


def test_who_goes_on_removes_parts_of_files_and_nothing_else(tmp_path: Path) -> None:
    parts = (
        ".events.jsonl.a1.part", ".model.pellucid.b2.part", ".card.md.c3.part", ".run.json.d.part",
        "checkpoints/.step-000000008.safetensors.e5.part",
    )  # fmt: skip
    kept = (
        "config.yaml",
        "events.jsonl",
        ".thesis.md.f6.part",
        "checkpoints/step-000000008.safetensors",
    )
    write(tmp_path, *parts, *kept)
    remove_parts(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {*kept}


def test_a_run_is_one_only_with_all_that_is_settled_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings come last: whoever finds them finds contract and record as well."""
    order: list[str] = []
    from pellucid.training import run_folder

    write_atomically = run_folder.write_atomically

    def write(path: Path, content: str) -> None:
        order.append(path.name)
        write_atomically(path, content)

    monkeypatch.setattr(run_folder, "write_atomically", write)
    runs.start(Config.make(**QUICK), folder=tmp_path / "run")
    assert order == ["run.json", "contract.json", "config.yaml"]
