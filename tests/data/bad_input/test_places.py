"""Sources that change, may not be read, never end, or lead in circles."""

from __future__ import annotations

import gzip
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from PIL import Image

from pellucid.data import Dataset, infer_contract, open_source, usable_rows
from pellucid.errors import PellucidError
from tests.data.bad_input.driver import Case, frame_with, hold, numbers, refuse_bad_words, walk

CSV = frame_with(numbers(1)).write_csv()
NOBODY = 65534


def made(name: str, build: Callable[[Path], Any], *refused: str, **more: Any) -> Case:
    return Case(name, build, refused=refused, settings={"target": "y"}, **more)


def file(folder: Path, name: str, content: str | bytes = CSV) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def link(folder: Path, name: str, to: str) -> Path:
    path = folder / name
    path.symlink_to(to)
    return path


def chain(folder: Path) -> Path:
    """Return a link to a link to a link to the file."""
    file(folder, "t.csv")
    for number in range(3):
        link(folder, f"{number}.csv", f"{number - 1}.csv" if number else "t.csv")
    return folder / "2.csv"


def circle(folder: Path) -> Path:
    link(folder, "a.csv", "b.csv")
    return link(folder, "b.csv", "a.csv")


def folders_in_circles(folder: Path) -> Path:
    (folder / "x").mkdir()
    link(folder / "x", "up", "..")
    return folder


def deep(folder: Path) -> Path:
    path = folder
    for _ in range(60):
        path = path / "deeper"
    return file(path, "t.csv").parents[60]


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "t.csv")
    return folder / "t.csv"


CASES = [
    made("no_such_file", lambda folder: folder / "t.csv", "no file or built-in data set"),
    made("no_such_folder", lambda folder: folder / "x" / "t.csv", "no file or built-in data set"),
    made("misspelt", lambda folder: file(folder, "titanic.csv").with_name("titanik.csv"),
         "did you mean 'titanic.csv'?"),
    made("a_file_as_a_folder", lambda folder: file(folder, "t.csv") / "u.csv", "no file"),
    made("a_null_byte_in_its_name", lambda folder: f"{folder}/t\0.csv", "no file"),
    made("a_name_of_5000_letters", lambda folder: folder / ("x" * 5000), "no file"),
    made("an_address", lambda folder: "https://example.org/t.csv", "is an address", "download it"),
    made("a_link_to_nothing", lambda folder: link(folder, "t.csv", "gone.csv"), "no file"),
    made("a_link_to_itself", lambda folder: link(folder, "t.csv", "t.csv"), "no file"),
    made("links_in_a_circle", circle, "no file"),
    made("links_to_links", chain),
    made("folders_in_circles", folders_in_circles, "sub-folders hold no pictures"),
    made("60_folders_deep", deep, said=("only sub-folder, 'deeper'",)),
    made("a_folder_called_like_a_file", lambda folder: file(folder, "t.csv/t.csv").parent,
         said=("only table, 't.csv'",)),
    made("a_named_pipe", pipe, "a named pipe"),
    made("zeros_without_end", lambda folder: "/dev/zero", "a device"),
    made("nothing_without_end", lambda folder: "/dev/null", "a device"),
    made("a_file_that_says_it_is_empty", lambda folder: "/proc/self/status", "no ending"),
    made("two_tables", lambda folder: file(folder, "a.csv") and file(folder, "b.csv").parent,
         "give one of its files"),
]  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="links, pipes and devices are those of POSIX")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_strange_places_are_opened_or_refused(tmp_path: Path, case: Case):
    hold(case, tmp_path / "data")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Do without the rights of the superuser, where the tests have them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public() -> Iterator[Path]:
    """Make a folder that everybody may enter; that of pytest is its owner's alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        open_source(file(Path(name), "first.csv"))  # loads what may not be loaded later
        yield Path(name)


FORBIDDEN = (
    "t.csv", "t.tsv", "t.json", "t.jsonl", "t.parquet", "t.arrow", "t.npz", "t.db", "t.xlsx",
    "t.ts", "t.txt", "t.csv.gz",
)  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_file_without_permission_is_refused(public: Path, name: str):
    path = file(public, name, gzip.compress(CSV.encode()) if name.endswith("gz") else CSV)
    path.chmod(0)
    with as_nobody(), pytest.raises(PellucidError) as caught:
        open_source(path)
    refuse_bad_words(caught.value, ("permission denied", str(path)))


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_folders_and_files_without_permission_among_others_are_listed(public: Path):
    for number in range(10):
        file(public, f"texts/{'ab'[number % 2]}/{number}.txt", f"words of text {number}")
    file(public, "texts/a/closed.txt", "words").chmod(0)
    file(public, "texts/c/1.txt", "words").parent.chmod(0)
    with as_nobody():
        dataset = open_source(public / "texts")
    assert dataset.train.n_rows == 10
    said = " ".join(dataset.notes)
    assert "a/closed.txt (permission denied)" in said
    assert "'c'" in said


def pictures(folder: Path) -> list[Path]:
    paths = [folder / "ab"[number % 2] / f"{number}.png" for number in range(12)]
    for number, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True)
        Image.new("L", (6, 6), 20 * number).save(path)
    return paths


@pytest.mark.parametrize("change", ["removed", "cut off", "replaced by text", "emptied"])
def test_a_picture_that_changes_after_its_folder_was_listed_is_named(tmp_path: Path, change: str):
    paths = pictures(tmp_path)
    dataset = open_source(tmp_path)
    if change == "removed":
        paths[4].unlink()
    else:
        content = {
            "cut off": paths[4].read_bytes()[:50],
            "replaced by text": b"text",
            "emptied": b"",
        }
        paths[4].write_bytes(content[change])
    contract = infer_contract(dataset)
    (warning,) = contract.inputs[0].warnings
    assert "1 of 12 files" in warning
    assert "'4.png'" in warning
    assert len(usable_rows(contract, dataset.train)) == 11


def test_a_picture_that_changes_after_the_contract_is_left_out(tmp_path: Path):
    paths = pictures(tmp_path)
    dataset = open_source(tmp_path)
    contract = infer_contract(dataset)
    paths[4].write_bytes(b"text")
    os.utime(paths[4], ns=(1, 1))  # a clock may be too coarse for two writes in one test
    assert 4 not in [int(Path(path).stem) for path in _used(dataset, contract)]


def _used(dataset: Dataset, contract: Any) -> list[str]:
    values = dataset.train.take(usable_rows(contract, dataset.train))["image"]
    assert isinstance(values, pl.Series)
    return values.to_list()


def test_a_table_that_is_replaced_is_read_anew(tmp_path: Path):
    path = file(tmp_path, "t.csv", "a,y\n1,u\n2,v\n")
    assert open_source(path).train["a"].to_list() == [1, 2]
    other = file(tmp_path, "other.csv", "a,y\n5,u\n6,v\n")
    other.replace(path)
    assert open_source(path).train["a"].to_list() == [5, 6]


@pytest.mark.parametrize(
    ("n", "rows"), [(2_000, 60), pytest.param(100_000, 2, marks=pytest.mark.slow)]
)
def test_very_many_columns_go_the_whole_road_in_time(tmp_path: Path, n: int, rows: int):
    names = ",".join([*(f"c{number}" for number in range(n)), "y"])
    draw = np.random.default_rng(0).integers(0, 9, (rows, n)).astype(str)
    lines = [",".join([*row, "uv"[number % 2]]) for number, row in enumerate(draw)]
    path = file(tmp_path, "wide.csv", "\n".join([names, *lines]) + "\n")
    began = time.process_time()
    walked = walk(path, target="y")
    assert walked.error is None
    assert walked.prepared is not None
    assert len(walked.said) < 10_000
    assert time.process_time() - began < 20 + 3e-3 * n


def test_warnings_of_very_many_columns_are_counted_not_listed(tmp_path: Path):
    constants = {f"c{number}": [number] * 60 for number in range(200)}
    frame = frame_with(numbers(1)).with_columns(**{k: pl.Series(v) for k, v in constants.items()})
    said = walk(file(tmp_path, "t.csv", frame.write_csv()), target="y").said
    assert said.count("is left out: it has the same value in every row") == 40
    assert "160 more warnings are of single columns; the contract lists all of them" in said
