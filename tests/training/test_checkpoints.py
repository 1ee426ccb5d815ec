"""Checkpoints: the newest whole one is used, and no damage is ever believed."""

from __future__ import annotations

import random
from pathlib import Path

import jax
import numpy as np
import pytest

from pellucid.training.checkpoints import KEPT, CheckpointFolder
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


def test_the_last_few_are_kept(trainer: Trainer, tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    checkpoint = trainer.checkpoint()
    for step in range(1, 8):
        state = checkpoint.state._replace(step=np.int32(step))
        folder.write(type(checkpoint)(state, checkpoint.best_params, checkpoint.progress))
    assert [path.stem for path in folder.paths()] == [
        f"step-{step:09d}" for step in range(8 - KEPT, 8)
    ]


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
