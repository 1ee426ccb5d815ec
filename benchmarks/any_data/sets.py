"""The data sets: where they lie, how they are divided, and what is asked of both sides."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sklearn

from benchmarks.any_data import preparing
from benchmarks.machine import ROOT

DATA_VARIABLE = "PELLUCID_BENCHMARK_DATA"
AEON_VARIABLE = "PELLUCID_BENCHMARK_AEON"
PENGUINS_VARIABLE = "PELLUCID_BENCHMARK_PENGUINS"
DEFAULT_DATA = ROOT.parent / "shared" / "data"
# Settings are chosen with seeds below 1000; those of the benchmark are never among them.
FIRST_SEED = 1000
REPEATS = 5

Prepare = Callable[[Path, Path, range], Iterator[preparing.Split]]


@dataclass(frozen=True)
class AnySet:
    """One set and the form that its files have.

    Attributes
    ----------
    name, family
        What it is called, and the kind of data that it stands for.
    form
        How the peer reads it: a key of ``benchmarks.any_data.reading.READERS``.
    at
        The file or folder, below the folder that `variable` names.
    prepare
        Lays the files of each split into a folder.
    target
        The column to predict; None where the source itself says.
    score
        ``accuracy``, or ``r2`` for numbers.
    settings
        What a person must say of the data; nothing about the network or its learning.
    variable
        The environment variable with the folder (or file) that it lies in.
    most_repeats
        Fewer repeats than asked for, where each takes long.
    """

    name: str
    family: str
    form: str
    at: str
    prepare: Prepare
    target: str | None = None
    score: str = "accuracy"
    settings: dict[str, Any] = field(default_factory=dict)
    variable: str = DATA_VARIABLE
    most_repeats: int | None = None

    @property
    def path(self) -> Path | None:
        """Where it lies, or None where this machine does not have it."""
        return place_of(self.variable, self.at)

    def seeds(self, repeats: int) -> range:
        """Return the seeds of its splits."""
        n = repeats if self.most_repeats is None else min(repeats, self.most_repeats)
        return range(FIRST_SEED, FIRST_SEED + n)


def place_of(variable: str, at: str) -> Path | None:
    """Return where a file or folder lies below that which a variable names; None where nowhere."""
    named = os.environ.get(variable)
    if not named and variable != DATA_VARIABLE:
        return None
    path = (Path(named).expanduser() if named else DEFAULT_DATA) / at
    return path if path.exists() else None


def _table(name: str, at: str, target: str, *, score: str, **more: Any) -> AnySet:
    drop = more.pop("drop", ())
    return AnySet(
        name,
        "tables",
        "table",
        at,
        preparing.table_at_random(target, drop=drop, classes=score == "accuracy"),
        target,
        score,
        **more,
    )


def _series(name: str) -> AnySet:
    return AnySet(
        name,
        "time series",
        "ts",
        name,
        preparing.official_pair(f"{name}_TRAIN.ts", f"{name}_TEST.ts"),
        variable=AEON_VARIABLE,
    )


def _forecast(name: str, at: str, target: str, window: int, horizon: int, **more: Any) -> AnySet:
    rows = more.pop("rows")
    return AnySet(
        f"{name}, {horizon} ahead",
        "forecasts",
        "forecast",
        at,
        preparing.in_time(rows, window, horizon),
        target,
        "r2",
        {"window": window, "horizon": horizon},
        **more,
    )


_SERIES = (
    "GunPoint", "ItalyPowerDemand", "ArrowHead", "OSULeaf", "ACSF1", "JapaneseVowels",
    "BasicMotions",
)  # fmt: skip
_ETTH1_ROWS = (8640 + 2880, 2880)
_AIRLINE_ROWS = (108, 36)

SETS: tuple[AnySet, ...] = (
    _table("titanic", "tables/titanic/titanic.csv", "survived", score="accuracy", drop=("alive",)),
    _table(
        "penguins", "penguins.csv", "species", score="accuracy", variable=PENGUINS_VARIABLE
    ),
    AnySet(
        "adult", "tables", "adult", "tables/adult",
        preparing.official_pair("adult.data", "adult.test"), "column_15",
    ),
    _table("california housing", "tables/california-housing/housing.csv", "median_house_value",
           score="r2"),
    _table("bike sharing", "tables/bike-sharing/bike.csv", "cnt", score="r2"),
    AnySet(
        "ratings", "tables", "ratings", "ratings/ml-latest-small/ratings.csv",
        preparing.table_at_random("rating", drop=("timestamp",), classes=False), "rating", "r2",
        {"kinds": {"userId": "category", "movieId": "category"}},
    ),
    AnySet(
        "sms spam", "text", "texts", "text/sms-spam/smsspamcollection.tsv",
        preparing.table_at_random("label", drop=("length", "punct"), classes=True), "label",
    ),
    AnySet(
        "sentence polarity", "text", "texts", "text/sentence-polarity",
        preparing.polarity, "label",
    ),
    AnySet(
        "trec questions", "text", "trec", "text/trec-questions",
        preparing.official_pair("train.txt", "test.txt"), "label",
    ),
    AnySet(
        "imdb", "text", "text folder", "text/imdb/aclImdb-pos-neg.tar.xz",
        preparing.official_archive("aclImdb"), most_repeats=2,
    ),
    AnySet(
        "cifar10 12k", "images", "image folder", "images/cifar10-jpeg-12k/cifar10-12k.tar.gz",
        preparing.official_archive("."),
    ),
    AnySet(
        "spoken digits", "sound", "sound folder", "sound/fsdd/fsdd-recordings.tar.gz",
        preparing.spoken_digits,
    ),
    AnySet(
        "spoken digits, new speakers", "sound", "sound folder",
        "sound/fsdd/fsdd-recordings.tar.gz", preparing.spoken_digits_by_speaker,
    ),
    *map(_series, _SERIES),
    _forecast("etth1", "timeseries/etth1/ETTh1.csv", "OT", 96, 24, rows=_ETTH1_ROWS),
    _forecast(
        "airline", "Airline/Airline.csv", "Passengers", 12, 1,
        rows=_AIRLINE_ROWS, variable=AEON_VARIABLE,
    ),
)  # fmt: skip


# Those that come with scikit-learn lie in its own folder, whatever the variable names.
_SKLEARN = str(Path(sklearn.__file__).parent / "datasets" / "data")
_OF_SKLEARN = (
    ("iris", "iris.csv", "accuracy"),
    ("wine", "wine_data.csv", "accuracy"),
    ("breast cancer", "breast_cancer.csv", "accuracy"),
    ("8×8 digits", "digits.csv.gz", "accuracy"),
    ("diabetes", "diabetes_data_raw.csv.gz", "r2"),
)

TABLES: tuple[AnySet, ...] = (
    *(
        replace(one, most_repeats=2) if one.form == "ratings" else one  # which takes long
        for one in SETS
        if one.family == "tables"
    ),
    _table("ETTh1, of the same hour", "timeseries/etth1/ETTh1.csv", "OT", score="r2",
           drop=("date",)),
    *(
        AnySet(name, "tables", "table", f"{_SKLEARN}/{file}",
               preparing.of_sklearn(name.replace("8×8 ", "").replace(" ", "_")), "target", score)
        for name, file, score in _OF_SKLEARN
    ),
)  # fmt: skip


def set_called(name: str) -> AnySet:
    """Return a set by its name."""
    return next(one for one in (*SETS, *TABLES) if one.name == name)
