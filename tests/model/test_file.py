"""The model file: what is saved is what is loaded, and damage is refused with one line."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.errors import ModelFileError, OutputError, SourceNotFoundError
from pellucid.model.archive import write_archive


@pytest.fixture(scope="module")
def model() -> pellucid.Model:
    return pellucid.train("iris", hidden=(8,), epochs=10, normalization="batch")


@pytest.fixture
def saved(model: pellucid.Model, tmp_path: Path) -> Path:
    return model.save(tmp_path / "iris.pellucid")


def test_a_loaded_model_gives_the_same_bits(model: pellucid.Model, saved: Path) -> None:
    before = model.predict("iris")
    after = pellucid.load(saved).predict("iris")
    assert after.equals(before)


def test_a_new_process_gives_the_same_bits(model: pellucid.Model, saved: Path) -> None:
    program = (
        "import pellucid, sys, hashlib;"
        "frame = pellucid.load(sys.argv[1]).predict('iris').drop('prediction');"
        "print(hashlib.sha256(frame.to_numpy().tobytes()).hexdigest())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program, str(saved)], capture_output=True, text=True, check=True
    ).stdout.strip()
    here = model.predict("iris").drop("prediction").to_numpy()
    assert printed == hashlib.sha256(here.tobytes()).hexdigest()


def test_everything_of_a_model_comes_back(model: pellucid.Model, saved: Path) -> None:
    loaded = pellucid.load(saved)
    assert loaded.contract == model.contract
    assert loaded.network == model.network
    assert loaded.trained.task == model.trained.task
    assert loaded.metrics == model.metrics
    assert loaded.history == model.history
    assert loaded.settings == model.settings
    assert loaded.examples is not None
    assert loaded.examples.names == model.examples.names
    for layer, own in model.params.items():
        for name, array in own.items():
            assert np.array_equal(loaded.params[layer][name], array)


def test_the_same_model_is_the_same_bytes(model: pellucid.Model, tmp_path: Path) -> None:
    first = model.save(tmp_path / "a.pellucid").read_bytes()
    assert model.save(tmp_path / "b.pellucid").read_bytes() == first


def test_the_file_is_a_plain_zip_of_json_safetensors_and_text(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        names = {info.filename: info.compress_type for info in archive.infolist()}
        described = json.loads(archive.read("model.json"))
    assert set(names) == {"model.json", "weights.safetensors", "card.md", "examples.json"}
    assert set(names.values()) == {zipfile.ZIP_STORED}
    assert described["format_version"] == 1


def test_examples_can_be_left_out(model: pellucid.Model, tmp_path: Path) -> None:
    path = model.save(tmp_path / "private.pellucid", examples=False)
    with zipfile.ZipFile(path) as archive:
        assert "examples.json" not in archive.namelist()
    assert pellucid.load(path).examples is None


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(saved: Path, kept: float) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(ModelFileError):
        pellucid.load(saved)


def test_a_changed_byte_anywhere_is_refused(saved: Path) -> None:
    """Dates and attributes in the zip's headers as well: of them, too, each is as it must be."""
    content = saved.read_bytes()
    draw = random.Random(0)  # noqa: S311 -- any bytes will do
    places = {*range(60), *range(len(content) - 400, len(content))}
    for position in places | set(draw.sample(range(len(content)), 300)):
        damaged = bytearray(content)
        damaged[position] ^= 1 << draw.randrange(8)
        saved.write_bytes(damaged)
        with pytest.raises(ModelFileError):
            pellucid.load(saved)
    saved.write_bytes(content)
    pellucid.load(saved)


def test_a_newer_file_is_refused_with_the_remedy(saved: Path) -> None:
    _rewrite(saved, format_version=99)
    with pytest.raises(ModelFileError, match="newer version") as caught:
        pellucid.load(saved)
    assert "pip install --upgrade pellucid" in str(caught.value)


@pytest.mark.parametrize("version", [0, -1, "1", None, 1.5])
def test_a_version_that_there_never_was_is_refused(saved: Path, version: object) -> None:
    _rewrite(saved, format_version=version)
    with pytest.raises(ModelFileError):
        pellucid.load(saved)


@pytest.mark.parametrize(
    "made",
    [
        7,
        {"report": 7},
        {"report": {"metrics": 7}},
        {"report": {"metrics": {"accuracy": "high"}}},
        {"history": {}},
        {"settings": []},
    ],
)
def test_a_record_of_another_form_is_refused(saved: Path, made: object) -> None:
    """Fuzzing found it: the file opened, and its metrics ended in a traceback."""
    _rewrite(saved, made=made)
    with pytest.raises(ModelFileError):
        pellucid.load(saved)


def test_weights_that_do_not_fit_are_refused(saved: Path) -> None:
    _rewrite(saved, in_features=5)
    with pytest.raises(ModelFileError, match="do not fit"):
        pellucid.load(saved)


def test_other_files_and_missing_ones_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a model")
    with pytest.raises(ModelFileError, match=r"notes\.txt"):
        pellucid.load(text)
    with pytest.raises(SourceNotFoundError, match="There is no model file"):
        pellucid.load(tmp_path / "missing.pellucid")
    with pytest.raises(ModelFileError, match="without a finished model"):
        pellucid.load(tmp_path)


def test_saving_never_replaces_another_kind_of_file(model: pellucid.Model, tmp_path: Path) -> None:
    text = tmp_path / "thesis.txt"
    text.write_text("years of work")
    arrays = tmp_path / "data.npz"
    np.savez(arrays, x=np.arange(3))  # a zip, too
    for path in (text, arrays):
        before = path.read_bytes()
        with pytest.raises(OutputError, match="nothing was overwritten"):
            model.save(path)
        assert path.read_bytes() == before
    with pytest.raises(OutputError, match="no folder"):
        model.save(tmp_path / "nowhere" / "m.pellucid")


def _rewrite(path: Path, **changes: object) -> None:
    """Change the description and bring the hashes up to date, as another version would."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    described = {**json.loads(members["model.json"]), **changes}
    members["model.json"] = json.dumps(described).encode()
    digest = hashlib.sha256(members["model.json"]).hexdigest()
    comment = f"pellucid model, sha256 of model.json: {digest}".encode()
    with path.open("wb") as stream:
        write_archive(stream, members, comment)
