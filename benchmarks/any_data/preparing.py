"""Lay the training and test files of each split into a folder that both sides read.

Where a set has an official split, that one is kept and the seeds differ in the learning alone;
elsewhere a fifth of the rows is held out anew for each seed.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sklearn import datasets
from sklearn.model_selection import train_test_split

TEST_FRACTION = 0.2
# The official test recordings of the spoken digits are the first five of each speaker and digit.
FIRST_TRAINING_INDEX = 5


@dataclass(frozen=True)
class Split:
    """One split, as files.

    Attributes
    ----------
    seed
        Of the split where it is drawn, and of the learning on both sides.
    source
        What training is given.
    test
        The test file; None where the source is a folder with a test part.
    """

    seed: int
    source: Path
    test: Path | None = None


def table_at_random(
    target: str, *, drop: tuple[str, ...], classes: bool
) -> Callable[[Path, Path, range], Iterator[Split]]:
    """Hold out a fifth of a table's rows, divided evenly among classes."""

    def prepare(data: Path, folder: Path, seeds: range) -> Iterator[Split]:
        # As text, so that nothing is written otherwise than it stood there.
        separator, quote = ("\t", None) if data.suffix == ".tsv" else (",", '"')
        frame = pl.read_csv(data, infer_schema=False, separator=separator, quote_char=quote)
        yield from _divided(frame.drop(drop), target if classes else None, folder, seeds)

    return prepare


def of_sklearn(name: str) -> Callable[[Path, Path, range], Iterator[Split]]:
    """Hold out a fifth of a table that comes with scikit-learn; classes get their names."""

    def prepare(data: Path, folder: Path, seeds: range) -> Iterator[Split]:
        bunch = getattr(datasets, f"load_{name}")()
        names = [str(column) for column in bunch.feature_names]
        frame = pl.DataFrame(dict(zip(names, bunch.data.T, strict=True)))
        classes = hasattr(bunch, "target_names")
        target = [f"class {value}" for value in bunch.target] if classes else bunch.target
        frame = frame.with_columns(pl.Series("target", target))
        yield from _divided(frame, "target" if classes else None, folder, seeds)

    return prepare


def polarity(data: Path, folder: Path, seeds: range) -> Iterator[Split]:
    """Hold out a fifth of the sentences, which come in a file for each opinion."""
    texts, labels = [], []
    for label in ("neg", "pos"):
        lines = (data / f"rt-polarity.{label}").read_text(encoding="latin-1").split("\n")
        kept = [line.strip() for line in lines if line.strip()]
        texts += kept
        labels += [label] * len(kept)
    frame = pl.DataFrame({"label": labels, "sentence": texts})
    yield from _divided(frame, "label", folder, seeds)


def official_pair(train: str, test: str) -> Callable[[Path, Path, range], Iterator[Split]]:
    """Take a file to learn from and one to test on as they come."""

    def prepare(data: Path, folder: Path, seeds: range) -> Iterator[Split]:
        for name in (train, test):
            shutil.copyfile(data / name, folder / name)
        for seed in seeds:
            yield Split(seed, folder / train, folder / test)

    return prepare


def official_archive(inside: str) -> Callable[[Path, Path, range], Iterator[Split]]:
    """Unpack an archive with a folder for each class below ``train`` and ``test``."""

    def prepare(data: Path, folder: Path, seeds: range) -> Iterator[Split]:
        _unpack(data, folder)
        for seed in seeds:
            yield Split(seed, folder / inside)

    return prepare


def in_time(
    rows: tuple[int, int], window: int, horizon: int
) -> Callable[[Path, Path, range], Iterator[Split]]:
    """Keep the last of so many rows for the test, after the rows that its windows look back on."""
    n_train, n_test = rows

    def prepare(data: Path, folder: Path, seeds: range) -> Iterator[Split]:
        frame = pl.read_csv(data, infer_schema=False)
        train, test = folder / "train.csv", folder / "test.csv"
        frame.head(n_train).write_csv(train)
        context = window + horizon - 1
        frame.slice(n_train - context, n_test + context).write_csv(test)
        for seed in seeds:
            yield Split(seed, train, test)

    return prepare


def spoken_digits(data: Path, folder: Path, seeds: range) -> Iterator[Split]:
    """Divide the recordings as their authors do: by the number at the end of their names."""
    recordings = _recordings(data, folder)
    parts = folder / "official"
    _link_parts(
        recordings, parts, lambda _, index: "test" if index < FIRST_TRAINING_INDEX else "train"
    )
    for seed in seeds:
        yield Split(seed, parts)


def spoken_digits_by_speaker(data: Path, folder: Path, seeds: range) -> Iterator[Split]:
    """Keep each of the six speakers for the test once; the seeds count the speakers."""
    recordings = _recordings(data, folder)
    speakers = sorted({path.stem.split("_")[1] for path in recordings})
    for number, speaker in enumerate(speakers):
        parts = folder / f"without_{speaker}"
        _link_parts(
            recordings,
            parts,
            lambda name, _, speaker=speaker: "test" if name == speaker else "train",
        )
        yield Split(seeds.start + number, parts)


def _divided(
    frame: pl.DataFrame, stratify: str | None, folder: Path, seeds: range
) -> Iterator[Split]:
    for seed in seeds:
        train, test = train_test_split(
            list(range(len(frame))),
            test_size=TEST_FRACTION,
            random_state=seed,
            stratify=None if stratify is None else frame[stratify].to_list(),
        )
        place = folder / str(seed)
        place.mkdir()
        for rows, name in ((train, "train.csv"), (test, "test.csv")):
            frame[rows].write_csv(place / name)
        yield Split(seed, place / "train.csv", place / "test.csv")


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")


def _recordings(archive: Path, folder: Path) -> list[Path]:
    _unpack(archive, folder)
    return sorted((folder / "recordings").glob("*.wav"))


def _link_parts(
    recordings: Iterable[Path], folder: Path, part_of: Callable[[str, int], str]
) -> None:
    for path in recordings:
        digit, speaker, index = path.stem.split("_")
        place = folder / part_of(speaker, int(index)) / digit
        place.mkdir(parents=True, exist_ok=True)
        os.link(path, place / path.name)
