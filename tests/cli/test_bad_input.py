"""What people get wrong: each time a documented status, words that help, and nothing left over.

The statuses are those of docs/troubleshooting.md. Most cases call the program in this process,
which is quick; a few start it as people do.
"""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import pellucid as library
from pellucid.errors import DataError, SourceNotFoundError
from tests.cli.bad_files import FILES, QUICK, Call, N
from tests.cli.helpers import COMMAND, pellucid

BAD_SOURCES = {
    "nowhere.csv": ("no file or built-in data set called 'nowhere.csv'", "looked in"),
    "god.csv": ("did you mean 'good.csv'?",),
    "empty.csv": ("The file is empty", "empty.csv", "What to do"),
    "header_only.csv": ("a header but no rows", "header_only.csv"),
    "one_row.csv": ("1 row with a 'y'", "at least two rows", "What to do"),
    "constant.csv": ("'y' has the same value in every row: 'u'", "What to do"),
    "infinite.csv": ("Column 'b' holds infinite values", "infinite.csv", "row 7", "What to do"),
    "target_text.csv": ("'y' holds values that are no numbers: 'oops'", "row 7", "What to do"),
    "target_nan.csv": ("0 rows with a 'y'", "What to do"),
    "doubled.csv": ("Several columns have the same name: 'a'", "doubled.csv", "rename"),
    "ragged.csv": ("A line has 5 values", "ragged.csv, line 62", "What to do"),
    "binary.csv": ("not a text", "binary.csv", "What to do"),
    "noise.csv": ("not", "text", "noise.csv", "What to do"),
    "damaged.npz": ("damaged", "damaged.npz", "What to do"),
    "objects.npz": ("Python objects, which are not opened", "objects.npz", "What to do"),
    "no_data": ("no data that is understood", "no_data", "What to do"),
    "nothing": ("The folder is empty", "nothing", "What to do"),
    "https://example.com/data.csv": ("is an address", "download it"),
    "good.csv\0": ("no file or built-in data set",),
    "x" * 5000: ("no file or built-in data set",),
}


@pytest.mark.parametrize("source", BAD_SOURCES, ids=lambda source: repr(source)[:30])
def test_a_source_that_cannot_be_used(refused: Callable[..., None], source: str) -> None:
    refused(3, BAD_SOURCES[source], "train", source, "--target", "y", *QUICK)


BAD_FLAGS = {
    ("good.csv", "--epochs", "0"): (2, "--epochs", "whole number ≥ 1"),
    ("good.csv", "--epochs", "-1"): (2, "--epochs", "whole number ≥ 1"),
    ("good.csv", "--epochs", "many"): (2, "--epochs", "'many'"),
    ("good.csv", "--epochs"): (2, "requires an argument"),
    ("good.csv", "--hidden", "0"): (2, "--hidden", "positive whole numbers"),
    ("good.csv", "--hidden", "-4,3"): (2, "--hidden", "positive whole numbers"),
    ("good.csv", "--hiden", "4"): (2, "--hiden", "--hidden"),
    ("good.csv", "another.csv"): (2, "another.csv"),
    ("good.csv", "--target", "yy"): (3, "'yy'", "good.csv", "did you mean 'y'?"),
    ("good.csv", "--target", "y", "--drop", "zz"): (3, "'zz'", "'a', 'b', 'y'"),
    ("good.csv",): (3, "which column", "--target y"),
    ("good.csv", "--target", "y", "--kind", "b=nmber"): (2, "did you mean 'number'?"),
    ("good.csv", "--target", "y", "--test-fraction", "1.5"): (2, "--test-fraction", "< 1"),
    ("good.csv", "--target", "y", "--learning-rate", "nan"): (2, "--learning-rate"),
    ("target_text.csv", "--target", "y", "--task", "regression"): (3, "'oops'", "row 7"),
    ("good.csv", "--target", "y", "--loss", "huber"): (2, "huber", "classification", "cross_entropy"),  # noqa: E501
    ("good.csv", "--target", "y", "--loss", "crossentropi"): (2, "did you mean 'cross_entropy'?"),
    ("good.csv", "--target", "y", "--test", "without_a.csv"): (3, "'a'", "test data, without_a.csv"),  # noqa: E501
    ("good.csv", "--target", "y", "--test", "three_classes.csv"): (3, "'w'", "rows 3, 6", "test data"),  # noqa: E501
    ("good.csv", "--target", "y", "--test", "good.csv", "--test-fraction", "0.3"): (2, "a test part of its own", "leave --test-fraction out"),  # noqa: E501
    ("--resume", "nowhere"): (3, "no run folder nowhere"),
    ("--resume", "nothing"): (3, "nothing is not a run folder"),
    ("--resume", "good.csv"): (3, "good.csv is not a run folder"),
    ("--resume", "nothing", "--epochs", "3"): (2, "--resume takes", "What to do"),
    ("--config", "nowhere.yaml"): (2, "nowhere.yaml", "no such file", "What to do"),
    ("--config", "nothing"): (2, "nothing", "is a directory", "What to do"),
    ("--config", "binary.yaml"): (2, "binary.yaml", "not text in UTF-8"),
    ("--config", "not_yaml.yaml"): (2, "not valid YAML", "not_yaml.yaml, line 2"),
    ("--config", "a_word.yaml"): (2, "a_word.yaml", "epochs: 20"),
    ("--config", "unknown.yaml"): (2, "'epoch'", "unknown.yaml", "did you mean 'epochs'?"),
    ("--config", "negative.yaml"): (2, "epochs", "-3", "negative.yaml"),
    ("good.csv", "--target", "y", "--run", "no_data"): (2, "no_data is not empty", "What to do"),
    ("good.csv", "--target", "y", "--run", "good.csv"): (2, "good.csv", "What to do"),
    ("good.csv", "--target", "y", "--run", "good.csv/run"): (2, "a part of this path is a file"),
    (): (2, "No source was given", "pellucid train digits"),
}  # fmt: skip


@pytest.mark.parametrize("flags", BAD_FLAGS, ids=" ".join)
def test_train_flags_that_cannot_be_used(
    refused: Callable[..., None], flags: tuple[str, ...]
) -> None:
    status, *words = BAD_FLAGS[flags]
    assert isinstance(status, int)
    quick = [] if {"--epochs", "--hidden", "--resume", "--config"} & {*flags} else QUICK
    refused(status, tuple(words), "train", *flags, *quick)


@pytest.mark.parametrize("hidden", ["99999999999", "1000000,1000000"])
def test_a_network_larger_than_the_memory_is_refused_before_anything_is_made(
    refused: Callable[..., None], hidden: str
) -> None:
    words = ("does not fit into this machine's memory", f"--hidden) {hidden}", "What to do")
    refused(2, words, "train", "good.csv", "--target", "y", "--hidden", hidden)


def test_an_unknown_command_brings_the_nearest(refused: Callable[..., None]) -> None:
    refused(2, ("'trian'", "Did you mean 'train'?"), "trian", "iris")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("all_missing.csv", ("warning: 'b' is left out: all its values are missing",)),
        ("text.csv", ("warning: 'b' holds text among its numbers", "'oops' in row 7")),
        ("target_gaps.csv", ("warning: 2 of 60 rows have no 'y'", "rows 4, 10")),
        ("huge.csv", ("'b' holds numbers absurdly far from the others", "1e+300 in row 7")),
        ("huge_target.csv", ()),
    ],
)
def test_what_can_be_used_in_part_is_used_and_said(
    here: Path, call: Call, source: str, words: tuple[str, ...]
) -> None:
    ended = call("train", source, "--target", "y", *QUICK)
    assert ended.status == 0
    assert (ended.err == "") == (not words)
    for word in words:
        assert word in ended.err
    name = source.removesuffix(".csv")
    assert (here / f"runs/{name}-1/model.pellucid").is_file()
    before = FILES[source]
    assert isinstance(before, str)
    assert (here / source).read_text() == before


def test_training_that_diverges_says_where_and_keeps_the_last_good_state(
    here: Path, call: Call
) -> None:
    flags = ("--learning-rate", "1e30", "--optimizer", "sgd", "--run", "run")
    ended = call("train", "iris", *QUICK, *flags)
    assert ended.status == 4
    for word in ("Training diverged", "layer 'output'", "--learning-rate 0.1", "--clip-norm 1"):
        assert word in ended.err
    assert not (here / "run/model.pellucid").exists()
    assert list((here / "run/checkpoints").iterdir())


@pytest.mark.parametrize(
    ("command", "source", "words"),
    [
        ("evaluate", "three_classes.csv", ("'y' holds 1 class", "'w'", "rows 3, 6", "What to do")),
        ("evaluate", "target_nan.csv", ("'y'", "60 rows", "What to do")),
        ("evaluate", "without_a.csv", ("lacks 1 column", "'a'")),
        ("predict", "without_a.csv", ("lacks 1 column", "'a'", "'b', 'y'", "What to do")),
        ("predict", "infinite.csv", ("Column 'b'", "row 7", "What to do")),
        ("predict", "nowhere.csv", ("'nowhere.csv'",)),
        ("predict", "empty.csv", ("The file is empty",)),
        ("predict", "header_only.csv", ("no rows",)),
        ("predict", "doubled.csv", ("same name: 'a'",)),
        ("predict", "binary.csv", ("not a text",)),
        ("explain", "infinite.csv", ("Column 'b'", "row 7", "What to do")),
        ("explain", "without_a.csv", ("lacks 1 column", "'a'")),
    ],
)
def test_rows_that_a_model_cannot_use(
    refused: Callable[..., None], model: Path, command: str, source: str, words: tuple[str, ...]
) -> None:
    refused(3, (*words, source), command, model, source)


def test_reordered_columns_give_the_same_answers(call: Call, model: Path) -> None:
    first, second = (call("predict", model, name) for name in ("good.csv", "reordered.csv"))
    assert (first.status, second.status) == (0, 0)
    assert first.out == second.out
    assert pl.read_csv(first.out.encode()).height == N


@pytest.mark.parametrize("kept", [0, 10, 0.5, -1])
def test_a_truncated_model_is_never_opened_in_part(
    here: Path, refused: Callable[..., None], model: Path, kept: float
) -> None:
    whole = (model / "model.pellucid").read_bytes()
    length = int(len(whole) * kept) if isinstance(kept, float) else kept
    (here / "cut.pellucid").write_bytes(whole[:length])
    refused(3, ("cut.pellucid is damaged", "What to do"), "predict", "cut.pellucid", "good.csv")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.pellucid", ("no model file nowhere.pellucid",)),
        ("nothing", ("a folder without a finished model", "--resume nothing")),
        ("good.csv", ("not a pellucid model file", "What to do")),
    ],
)
def test_what_is_no_model(refused: Callable[..., None], name: str, words: tuple[str, ...]) -> None:
    refused(3, words, "predict", name, "good.csv")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("good.csv", ("good.csv exists; nothing was overwritten", "--force")),
        ("nowhere/p.csv", ("there is no folder nowhere", "make the folder")),
        ("good.csv/p.csv", ("there is no folder good.csv",)),
        ("p.xlsx", ("'.xlsx'", ".parquet")),
    ],
)
def test_places_that_predictions_cannot_go_to(
    refused: Callable[..., None], model: Path, output: str, words: tuple[str, ...]
) -> None:
    refused(2, words, "predict", model, "good.csv", "-o", output)


def failing(number: int, after: int = 0) -> Callable[..., object]:
    """Return a stand-in for a call of the system that fails after so many calls."""
    done = 0

    def fail(*_: object, **__: object) -> None:
        nonlocal done
        done += 1
        if done > after:
            raise OSError(number, os.strerror(number))

    return fail


def test_predictions_on_a_full_disk_leave_no_part(
    refused: Callable[..., None], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    words = ("Cannot write p.csv: no space left on device", "free some space")
    refused(2, words, "predict", model, "good.csv", "-o", "p.csv")


def test_a_full_disk_at_the_start_of_a_training_leaves_no_run(
    refused: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    words = ("no space left on device", "free some space")
    refused(2, words, "train", "good.csv", "--target", "y", *QUICK)


def test_a_full_disk_at_the_end_of_a_training_leaves_a_run_that_goes_on(
    here: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", failing(errno.ENOSPC, after=5))
        ended = call("train", "good.csv", "--target", "y", *QUICK, "--run", "run")
    assert ended.status == 2
    assert "no space left on device" in ended.err
    assert "pellucid train --resume run" in ended.err
    assert not (here / "run/model.pellucid").exists()
    assert not list(here.rglob("*.part"))
    assert call("train", "--resume", "run", "--quiet").status == 0
    assert (here / "run/model.pellucid").is_file()


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EROFS, "read-only"), (errno.EACCES, "permission")]
)
def test_a_run_folder_that_cannot_be_made(
    refused: Callable[..., None], monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    monkeypatch.setattr(os, "mkdir", failing(number))
    said = ("Cannot write run", words, "What to do")
    refused(2, said, "train", "good.csv", "--target", "y", *QUICK, "--run", "run")


def test_in_python_the_same_are_exceptions(here: Path) -> None:
    with pytest.raises(SourceNotFoundError) as missing:
        library.train("nowhere.csv")
    assert isinstance(missing.value, FileNotFoundError)
    with pytest.raises(DataError, match="infinite"):
        library.train("infinite.csv", target="y")
    with pytest.raises(ValueError, match="epochs"):
        library.train("good.csv", target="y", epochs=0)
    assert not (here / "runs").exists()


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (2, ("train", "good.csv", "--target", "y", "--epochs", "0")),
        (3, ("train", "infinite.csv", "--target", "y")),
        (2, ("train", "good.csv", "--hiden", "4")),
    ],
)
def test_a_process_ends_with_the_documented_status(
    here: Path, status: int, arguments: tuple[str, ...]
) -> None:
    result = pellucid(*arguments, cwd=here)
    assert result.status == status
    assert result.out == ""
    assert "rror: " in result.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["predict", "data", "data --json"])
def test_standard_output_on_a_full_disk_is_an_error_in_words(
    here: Path, model: Path, command: str
) -> None:
    name, *flags = command.split()
    sources = [str(model), "good.csv"] if name == "predict" else ["good.csv", "--target", "y"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, name, *sources, *flags],
            cwd=here,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: Cannot write standard output: no space left on device.",
        "  What to do: free some space on this disk, or choose another folder",
    ]
