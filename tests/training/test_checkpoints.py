"""Checkpoints: the newest whole one is used, and no damage is ever believed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from safetensors.numpy import load_file

from pellucid.training.checkpoint_file import pack
from pellucid.training.checkpoints import Checkpoint, CheckpointFolder
from pellucid.training.retention import HISTORY, LAST
from pellucid.training.trainer import Trainer
from tests.training.helpers import classifier, moons, plan


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    trained = Trainer(classifier(dropout=0.1), plan(epochs=2), moons(), moons(20, seed=1))
    trained.run()
    return trained


def refuse(path: Path, problem: str) -> None:
    pytest.fail(f"{path.name}: {problem}")


def test_what_is_written_is_read(trainer: Trainer, tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    written = trainer.checkpoint()
    folder.write(written)
    found = folder.newest(trainer.state, refuse)
    assert found is not None
    assert found.progress == written.progress
    one, other = (jax.tree.leaves((c.state.params, c.best_params)) for c in (found, written))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert jax.random.key_data(found.state.key).tolist() == (
        jax.random.key_data(written.state.key).tolist()
    )
    assert int(found.state.step) == int(written.state.step)


def write_steps(folder: CheckpointFolder, checkpoint: Checkpoint, steps: Iterable[int]) -> None:
    for step in steps:
        state = checkpoint.state._replace(step=np.int32(step))
        folder.write(replace(checkpoint, state=state))


def test_of_many_the_last_the_best_and_a_sparse_history_are_kept(
    trainer: Trainer, tmp_path: Path
) -> None:
    folder = CheckpointFolder(tmp_path)
    write_steps(folder, trainer.checkpoint(), range(10, 1010, 10))
    kept = [int(path.stem.removeprefix("step-")) for path in folder.paths()]
    assert kept[-LAST:] == [980, 990, 1000]
    assert LAST < len(kept) <= LAST + 1 + HISTORY


def test_the_best_state_stays_where_there_is_room_for_no_history(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand: two epochs of six steps were done; after the first one, the best, came step 6."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nothing_free)
    folder = CheckpointFolder(tmp_path)
    nothing_free = shutil._ntuple_diskusage(1, 1, 0)
    written = trainer.checkpoint()
    progress = replace(written.progress, best_epoch=1)
    assert replace(written, progress=progress).best_step == 6
    write_steps(folder, written, range(1, 9))
    history = [*written.progress.history, *written.progress.history]
    longer = replace(progress, history=history)
    state = written.state._replace(step=np.int32(24))
    folder.write(replace(written, state=state, progress=longer))
    assert [path.stem[-2:] for path in folder.paths()] == ["06", "07", "08", "24"]


def test_history_takes_no_more_of_the_disk_than_its_share(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = int(40 * len(written_bytes(trainer, tmp_path / "one")))
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    folder = CheckpointFolder(tmp_path / "many")
    write_steps(folder, replace(trainer.checkpoint(), best_params=None), range(1, 21))
    sizes = [path.stat().st_size for path in folder.paths()]
    # A twentieth of 40 states' room is room for two; the last three and the best one beside them.
    assert LAST + 1 <= len(sizes) <= LAST + 1 + 2 + 1


def written_bytes(trainer: Trainer, folder: Path) -> bytes:
    checkpoint = replace(trainer.checkpoint(), best_params=None)
    return CheckpointFolder(folder).write(checkpoint).read_bytes()


def test_the_newest_file_is_never_the_one_let_go(trainer: Trainer, tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    checkpoint = trainer.checkpoint()
    for step in (900, 1000, 1100, 8):
        state = checkpoint.state._replace(step=np.int32(step))
        written = folder.write(type(checkpoint)(state, None, checkpoint.progress))
    assert written.is_file()


def test_damage_is_never_believed_and_the_one_before_is_used(
    trainer: Trainer, tmp_path: Path
) -> None:
    folder = CheckpointFolder(tmp_path)
    good = trainer.checkpoint()
    earlier = good.state._replace(step=np.int32(1))
    folder.write(type(good)(earlier, good.best_params, good.progress))
    newest = folder.write(good)
    content = newest.read_bytes()
    draw = random.Random(0)  # noqa: S311 -- any damage will do
    for _ in range(150):
        damaged = bytearray(content)
        kind = draw.choice(["cut", "flip", "zero"])
        at = draw.randrange(len(content))
        if kind == "cut":
            damaged = damaged[:at]
        elif kind == "flip":
            damaged[at] ^= 1 << draw.randrange(8)
        else:
            damaged[at : at + 64] = bytes(len(damaged[at : at + 64]))
        if bytes(damaged) == content:
            continue
        newest.write_bytes(damaged)
        problems: list[str] = []
        found = folder.newest(trainer.state, lambda path, problem, to=problems: to.append(problem))
        assert found is not None
        assert int(found.state.step) == 1, f"{kind} at {at} was believed"
        assert len(problems) == 1


def test_no_checkpoint_at_all_is_none(trainer: Trainer, tmp_path: Path) -> None:
    assert CheckpointFolder(tmp_path / "none").newest(trainer.state, refuse) is None


def test_a_checkpoint_of_another_network_is_refused(trainer: Trainer, tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.write(trainer.checkpoint())
    other = Trainer(classifier(normalization="layer"), plan(), moons())
    problems: list[str] = []
    assert folder.newest(other.state, lambda path, problem: problems.append(problem)) is None
    assert "another network" in problems[0]


def test_the_fingerprint_knows_data_and_settings() -> None:
    base = Trainer(classifier(), plan(), moons()).fingerprint()
    changed = moons()
    changed.inputs[50, 1] += 1e-6
    assert Trainer(classifier(), plan(), moons()).fingerprint() == base
    assert Trainer(classifier(), plan(), changed).fingerprint() != base
    assert Trainer(classifier(), plan(learning_rate=0.02), moons()).fingerprint() != base
    assert Trainer(classifier(dropout=0.1), plan(), moons()).fingerprint() != base
    assert Trainer(classifier(), plan(seed=1), moons()).fingerprint() != base
    assert Trainer(classifier(), plan(epochs=9), moons()).fingerprint() != base


def test_a_changed_byte_anywhere_is_refused(trainer: Trainer, tmp_path: Path) -> None:
    """Every byte of the header, whose blanks and order no array depends on, and some beyond."""
    folder = CheckpointFolder(tmp_path)
    path = folder.write(trainer.checkpoint())
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    for place in (*range(start), *range(start, len(content), 97)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        problems: list[str] = []
        found = folder.newest(trainer.state, lambda _, problem, to=problems: to.append(problem))
        assert found is None, place
        assert len(problems) == 1


def test_a_checkpoint_of_an_older_version_is_named_as_one(trainer: Trainer, tmp_path: Path) -> None:
    """Version 0.1.0 wrote format 1, whose hash was another."""
    folder = CheckpointFolder(tmp_path)
    path = folder.write(trainer.checkpoint())
    path.write_bytes(path.read_bytes().replace(b'"format":"2"', b'"format":"1"'))
    problems: list[str] = []
    assert folder.newest(trainer.state, lambda _, problem: problems.append(problem)) is None
    assert "an older version" in problems[0]


@pytest.mark.parametrize("progress", ["[" * 100_000, "", "7", "{}", '{"a": 1}', '{"epochs": 1'])
def test_progress_of_another_form_is_refused_although_the_hash_fits(
    trainer: Trainer, tmp_path: Path, progress: str
) -> None:
    folder = CheckpointFolder(tmp_path)
    path = folder.write(trainer.checkpoint())
    path.write_bytes(pack(load_file(path), progress))
    problems: list[str] = []
    assert folder.newest(trainer.state, lambda _, problem: problems.append(problem)) is None
    assert "progress" in problems[0]
