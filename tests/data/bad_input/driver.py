"""One bad input on the whole road of the data, and what must be true of every one.

A case either is used, in which case everything that is worth saying about it is said, or is
refused by one `PellucidError` with its own words. A traceback, a warning of a library, an answer
that is no finite number, a file changed or left behind, or a long wait fail any case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pellucid.errors import PellucidError
from pellucid.training.config import Config
from pellucid.training.preparation import Prepared, prepare

# A hang is caught, not a busy machine.
SECONDS = 60.0
N = 60
# Longer is no message any more but a listing.
LONGEST_MESSAGE = 3000
LONGEST_PATH = 200


@dataclass(frozen=True)
class Case:
    """One bad input, and what a person would expect of it.

    Attributes
    ----------
    name
        What is wrong with it; the test's name.
    source
        Writes it into a folder and returns its path; or returns data in memory.
    refused
        What the message says; empty where the input is to be used.
    said
        What the notes and warnings say where it is used; empty where nothing need be said.
    check
        Looks at what was made of it, where it is used.
    settings
        Settings of the training, such as the target.
    """

    name: str
    source: Callable[[Path], Any]
    refused: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    check: Callable[[Prepared], object] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Walked:
    """What became of a source: what was said, and the examples or the error."""

    said: str
    prepared: Prepared | None
    error: PellucidError | None


def walk(source: Any, **settings: Any) -> Walked:
    """Go from a source to encoded examples, as a training does; only expected errors are caught."""
    said: list[str] = []
    try:
        made = Config.make(source=source, **settings)
        prepared = prepare(made, lambda text, is_warning: said.append(text))
    except PellucidError as error:
        return Walked("\n".join(said), None, error)
    return Walked("\n".join(said), prepared, None)


def hold(case: Case, folder: Path) -> None:
    """Walk a case's source to its end, and hold everything against what must be true of it."""
    folder.mkdir(exist_ok=True)
    source = case.source(folder)
    before = contents(folder)
    began = time.monotonic()
    walked = walk(source, **case.settings)
    assert time.monotonic() - began < SECONDS, "it takes too long"
    assert contents(folder) == before, "the person's files were changed"
    if case.refused:
        assert walked.error is not None, f"it was used: {walked.said}"
        refuse_bad_words(walked.error, (*case.refused, *_named(source)))
        return
    if walked.error is not None:
        raise AssertionError(f"it was refused: {walked.error}") from walked.error
    for words in case.said:
        assert words in walked.said, f"not said: {words!r}; but {walked.said!r}"
    assert walked.prepared is not None
    refuse_bad_numbers(walked.prepared)
    if case.check is not None:
        case.check(walked.prepared)


def _named(source: Any) -> tuple[str, ...]:
    """Return how a message names a source: its path, or where that is very long its beginning."""
    if not isinstance(source, str | Path):
        return ()
    path = repr(str(source))[1:-1]
    return (path if len(path) <= LONGEST_PATH else path[: LONGEST_PATH // 2],)


def refuse_bad_words(error: PellucidError, words: tuple[str, ...]) -> None:
    """Fail where a message lacks these words, does not help, or is no message at all."""
    message = str(error)
    for each in words:
        assert each in message or each in repr(message), f"{each!r} is not in: {message}"
    assert error.expected or error.remedy, f"it does not say what to do: {message}"
    assert len(message) < LONGEST_MESSAGE
    assert "Traceback" not in message
    happened = f"{error.what} {error.where}".lower()
    assert "polars" not in happened, "a library's own words are no help"


def refuse_bad_numbers(prepared: Prepared) -> None:
    """Fail where what a network would see is empty, infinite or no number."""
    parts = [part for part in (prepared.train, prepared.validation, prepared.test) if part]
    assert parts
    for part in parts:
        inputs = np.asarray(part.inputs)
        assert inputs.dtype == np.float32
        assert np.isfinite(inputs).all()
        targets = part.targets if isinstance(part.targets, tuple | list) else (part.targets,)
        assert all(np.isfinite(np.asarray(each)).all() for each in targets)


def contents(folder: Path) -> dict[str, object]:
    """Return what lies below a folder: bytes of files, and where links lead."""
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = path.readlink()
        elif path.is_file():
            status = path.stat()
            found[name] = (status.st_size, status.st_mtime_ns, _bytes_of(path))
        else:
            found[name] = None
    return found


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"unreadable"


def numbers(seed: int, n: int = N) -> list[float]:
    """Return numbers of three decimals."""
    return np.random.default_rng(seed).normal(size=n).round(3).tolist()


def labels(n: int = N) -> list[str]:
    """Return two classes in turns."""
    return ["uv"[row % 2] for row in range(n)]


def frame_with(values: Any, name: str = "b") -> pl.DataFrame:
    """Return a frame of good numbers, one column of these values, and classes ``y``."""
    column = values if isinstance(values, pl.Series) else pl.Series(values, strict=False)
    return pl.DataFrame({"a": numbers(0), name: column, "y": labels()})


def with_row(row: int, value: Any, seed: int = 1) -> list[Any]:
    """Return numbers, but for one row, counted from 1."""
    values: list[Any] = list(numbers(seed))
    values[row - 1] = value
    return values


def texts_with_row(row: int, value: str, seed: int = 1) -> list[str]:
    """Return numbers as text, but for one row, counted from 1."""
    values = [str(number) for number in numbers(seed)]
    values[row - 1] = value
    return values
