"""Files in folders: one content under two names, and damaged files in the test part."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile
from PIL import Image

import pellucid
from pellucid.data import infer_contract, open_source
from pellucid.data.finding import Finding
from pellucid.data.findings import file_contents
from pellucid.data.findings.file_contents import FileContents

RANDOM = np.random.default_rng(0)


def make(path: Path, number: int) -> None:
    """Make a picture, a sound or a text, each with a content of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".bmp":  # not packed, so that all are of one size
        Image.fromarray(RANDOM.integers(0, 256, (5, 4), dtype=np.uint8)).save(path)
    elif path.suffix == ".wav":
        soundfile.write(path, RANDOM.uniform(-0.5, 0.5, 400), 8000)
    else:
        path.write_text(f"letter number {number} of many in a long row")


@pytest.fixture(params=[".bmp", ".wav", ".txt"])
def folder(tmp_path, request) -> tuple[Path, str]:
    """Make a folder of two classes, 12 files each to learn from and 3 each to test."""
    suffix = request.param
    number = 0
    for part, n in (("train", 12), ("test", 3)):
        for label in ("high", "low"):
            for place in range(n):
                number += 1
                make(tmp_path / part / label / f"{place}{suffix}", number)
    return tmp_path, suffix


def findings(folder: Path) -> dict[str, Finding]:
    contract = infer_contract(open_source(folder))
    return {finding.code: finding for finding in contract.findings}


def test_different_files_are_no_finding(folder):
    root, _ = folder
    codes = {"train-test-overlap", "duplicate-rows", "contradicting-rows", "unreadable-files"}
    assert not codes & findings(root).keys()


def test_files_on_both_sides_are_found_by_content_whatever_their_label(folder):
    root, end = folder
    shutil.copy(root / f"train/high/4{end}", root / f"test/high/9{end}")
    shutil.copy(root / f"train/low/0{end}", root / f"test/high/8{end}")
    found = findings(root)["train-test-overlap"]
    assert found.severity == "serious"
    assert "2 test rows (25.0%) are among the training rows" in found.text
    assert f"'test/high/8{end}' holds the same as 'train/low/0{end}'" in found.text
    assert f"'test/high/9{end}' holds the same as 'train/high/4{end}'" in found.text
    assert found.rows == (4, 5)  # after 0, 1 and 2


def test_one_content_under_two_labels_is_warned_of_and_named(folder):
    root, end = folder
    shutil.copy(root / f"train/high/5{end}", root / f"train/low/99{end}")
    found = findings(root)["contradicting-rows"]
    assert found.severity == "warning"
    assert found.rows == (6, 25)
    assert f"'low/99{end}' holds the same as 'high/5{end}'" in found.text.replace("train/", "")


@pytest.mark.parametrize(("end", "severity"), [(".bmp", "warning"), (".txt", "note")])
def test_few_contradictions_matter_among_pictures_and_hardly_among_texts(tmp_path, end, severity):
    for number in range(44):
        make(tmp_path / f"{number % 2}/{number}{end}", number)
    shutil.copy(tmp_path / f"0/8{end}", tmp_path / f"1/99{end}")
    assert findings(tmp_path)["contradicting-rows"].severity == severity


def test_one_content_twice_under_a_label_is_noted_and_named(folder):
    root, end = folder
    shutil.copy(root / f"train/low/3{end}", root / f"train/low/99{end}")
    found = findings(root)["duplicate-rows"]
    assert found.rows == (25,)
    assert f"low/99{end}' holds the same as" in found.text


def test_only_files_of_one_size_are_read(tmp_path, monkeypatch):
    paths = [tmp_path / name for name in "abcde"]
    for path, content in zip(paths, [b"1", b"22", b"33", b"22", b""], strict=True):
        path.write_bytes(content)
    opened: list[str] = []
    monkeypatch.setattr(
        file_contents, "_middle",
        lambda path, look=file_contents._middle: (opened.append(Path(path).name), look(path))[1],
    )  # fmt: skip
    names = pl.Series([*map(str, paths), str(tmp_path / "none"), None])
    first = FileContents(names).firsts(names).to_list()
    assert first == [*map(str, [*paths[:3], paths[1], paths[4], tmp_path / "none"]), None]
    assert opened == ["b", "c", "d"]


def test_files_that_differ_anywhere_are_told_apart(tmp_path):
    content = bytearray(3 << 20)
    names = []
    for place in (None, 0, len(content) // 2, len(content) - 1):
        changed = bytearray(content)
        if place is not None:
            changed[place] = 1
        path = tmp_path / f"{place}"
        path.write_bytes(changed)
        names.append(str(path))
    assert FileContents(names).firsts(pl.Series(names)).to_list() == names


def test_a_damaged_file_of_the_test_part_is_named_before_training(folder):
    root, end = folder
    (root / f"test/low/1{end}").write_bytes(b"\0\1\2")
    if end == ".txt":  # texts are read as they are opened
        assert "1 text of 6 could not be read and left out: low/1.txt" in open_source(root).notes[0]
        return
    found = findings(root)["unreadable-files"]
    assert found.severity == "warning"
    assert found.text.startswith("In the test data: 1 of 6 files in ")
    assert f"'1{end}'" in found.text
    assert found.rows == (5,)
    model = pellucid.train(root, epochs=1)
    told = [note for note in model.trained.made["notes"] if f"'1{end}'" in note]
    assert len(told) == 1  # once, although the test part is checked again
