"""Forecasts of all steps, beside the naive ones and a ridge regression.

``python -m benchmarks.forecasting SET N`` measures one set with N seeds, a JSON object a line. Both
sides get the same rows: files to learn from, to validate on where the protocol names them, and to
test on, which begin with the window before the first value to forecast. Every window of the test
counts, at each of its steps. Errors are in deviations of the training rows, as in the literature on
long horizons (Zeng et al. 2023).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.any_data.sets import AEON_VARIABLE, DATA_VARIABLE, FIRST_SEED, place_of
from benchmarks.each_set import measure_each
from benchmarks.summary import OURS

RIDGE, NAIVE, SEASONAL = "ridge regression", "nothing changes", "a season ago"
_STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0)
_VALIDATION_SHARE = 0.2


@dataclass(frozen=True)
class ForecastSet:
    """A table to forecast, and how it is divided in time.

    Attributes
    ----------
    name
        What it is called.
    at, variable
        Its file below the folder that an environment variable names.
    rows
        How many rows there are to learn from, to validate on (0: none of their own), to test on.
    window, horizon
        Rows seen, and steps ahead forecast.
    targets
        The columns to forecast; none: all columns of numbers.
    tidy
        Brings the file into a table of moments.
    bar
        The largest mean squared error, where one is to be reached.
    settings
        Further settings that a person must give.
    """

    name: str
    at: str
    rows: tuple[int, int, int]
    window: int
    horizon: int
    targets: tuple[str, ...] = ()
    variable: str = DATA_VARIABLE
    tidy: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame
    bar: float | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path | None:
        """Where the file is; None where this machine does not have it."""
        return place_of(self.variable, self.at)


def _rides(frame: pl.DataFrame) -> pl.DataFrame:
    """Return hourly rides with a moment each, and what is known of the weather."""
    day = pl.col("dteday").str.to_date("%m/%d/%Y").cast(pl.Datetime("us"))
    moment = day + pl.duration(hours=pl.col("hr"))
    return frame.select(moment.alias("moment"), "cnt", "temp", "hum", "windspeed", "workingday")


SETS = (
    ForecastSet(
        "ETTh1, 7 series, 96 ahead", "timeseries/etth1/ETTh1.csv", (8640, 2880, 2880), 336, 96,
        bar=0.385, settings={"time": "date"},
    ),
    ForecastSet(
        "ETTh1, OT, 24 ahead", "timeseries/etth1/ETTh1.csv", (8640, 2880, 2880), 96, 24,
        targets=("OT",), settings={"time": "date"},
    ),
    ForecastSet(
        "bike rides, 24 ahead", "tables/bike-sharing/bike.csv", (13_000, 0, 4379), 168, 24,
        targets=("cnt",), tidy=_rides, settings={"known": ("workingday",)},
    ),
    ForecastSet(
        "airline, 12 ahead", "Airline/Airline.csv", (108, 0, 36), 24, 12,
        targets=("Passengers",), variable=AEON_VARIABLE,
    ),
    ForecastSet(
        "airline, 24 ahead", "Airline/Airline.csv", (108, 0, 36), 24, 24,
        targets=("Passengers",), variable=AEON_VARIABLE,
    ),
)  # fmt: skip
NAMES = tuple(one.name for one in SETS)


def measure_forecasting(
    repeats: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure the sets that this machine has, each in a process of its own.

    Parameters
    ----------
    repeats
        Seeds a set.
    only
        The sets to run; none: all. The others stay as they are in `kept`, an earlier answer.
    """
    wanted = {one.name: None if one.path is None else repeats for one in SETS}
    found = measure_each("benchmarks.forecasting", wanted, only=only, kept=kept)
    bars = {one.name: one.bar for one in SETS}
    return {**found, "sets": [entry | {"bar": bars[entry["set"]]} for entry in found["sets"]]}


@dataclass(frozen=True)
class Split:
    """The rows of one set as files, and the windows that are tested.

    Attributes
    ----------
    source, test
        What pellucid is given.
    train, validation, known
        float64 windows with the values after them, ``(n, columns, window + horizon)``: to learn
        from, to choose by, and to be forecast; counted in deviations of the training rows.
    targets
        Which of the columns are forecast.
    """

    source: Path
    test: Path | None
    train: Any
    validation: Any
    known: Any
    targets: list[int]


def prepare(one: ForecastSet, path: Path, folder: Path) -> Split:
    """Lay the rows of a set into files, and make the windows of the other side."""
    frame = one.tidy(pl.read_csv(path))
    n_train, n_valid, n_test = one.rows
    first_test = n_train + n_valid
    parts = {
        "train": frame.head(n_train if n_valid else first_test),
        "valid": frame.slice(n_train - one.window, n_valid + one.window),
        "test": frame.slice(first_test - one.window, n_test + one.window),
    }
    for name, part in parts.items():
        if name != "valid" or n_valid:
            part.write_csv(folder / f"{name}.csv")
    numbers = frame.select(pl.selectors.numeric())
    values = numbers.to_numpy().astype(np.float64)
    values = (values - values[:n_train].mean(axis=0)) / values[:n_train].std(axis=0)
    gaps = _gaps(frame)
    learned = _windows(values[:n_train], gaps[:n_train], one)
    if n_valid:
        rows = slice(n_train - one.window, first_test)
        validation = _windows(values[rows], gaps[rows], one)
    else:  # the last fifth, after a gap of what was not known yet
        n_held = max(1, round(_VALIDATION_SHARE * len(learned)))
        learned, validation = learned[: -n_held - one.horizon + 1], learned[-n_held:]
    rows = slice(first_test - one.window, first_test + n_test)
    return Split(
        folder if n_valid else folder / "train.csv",
        None if n_valid else folder / "test.csv",
        learned,
        validation,
        _windows(values[rows], gaps[rows], one),
        [numbers.columns.index(name) for name in one.targets or numbers.columns],
    )


def _gaps(frame: pl.DataFrame) -> Any:
    """Tell of each row of moments whether the one before it is further away than usual."""
    moments = [name for name, dtype in frame.schema.items() if dtype == pl.Datetime("us")]
    if not moments:
        return np.zeros(len(frame), dtype=bool)
    steps = frame[moments[0]].diff().dt.total_seconds().to_numpy()
    return np.nan_to_num(steps) > 1.5 * np.nanmedian(steps)


def _windows(values: Any, gaps: Any, one: ForecastSet) -> Any:
    """Return windows with the values after them, those across a gap left out."""
    reach = one.window + one.horizon
    windows = np.lib.stride_tricks.sliding_window_view(values, reach, axis=0)
    before = np.cumsum(gaps)
    return windows[before[: len(windows)] == before[reach - 1 :]]


def simple_forecasts(split: Split, one: ForecastSet, season: int) -> Iterator[tuple[str, Any]]:
    """Yield the naive forecasts of the test windows, ``(n, targets, horizon)``, by name."""
    past = split.known[:, split.targets, : one.window]
    yield NAIVE, np.repeat(past[:, :, -1:], one.horizon, axis=2)
    if 1 < season <= one.window:
        yield SEASONAL, past[:, :, one.window - season + np.arange(one.horizon) % season]


def ridge_forecasts(split: Split, one: ForecastSet) -> Any:
    """Return a ridge regression's forecasts from the flat window of all columns.

    The strength of its penalty is chosen by the validation windows; it then learns from both.
    """
    from sklearn.linear_model import Ridge

    def flat(windows: Any) -> tuple[Any, Any]:
        ahead = windows[:, split.targets, one.window :]
        past = windows[:, :, : one.window]
        return past.reshape(len(windows), -1), ahead.reshape(len(windows), -1)

    X, Y = flat(split.train)
    X_valid, Y_valid = flat(split.validation)
    errors = {
        strength: float(np.mean((Ridge(strength).fit(X, Y).predict(X_valid) - Y_valid) ** 2))
        for strength in _STRENGTHS
    }
    best = min(errors, key=lambda strength: errors[strength])
    learned = Ridge(best).fit(X, Y)
    if not one.rows[1]:  # nobody says that these rows must not be learned from
        learned = Ridge(best).fit(np.concatenate([X, X_valid]), np.concatenate([Y, Y_valid]))
    X_test, _ = flat(split.known)
    return learned.predict(X_test).reshape(len(X_test), len(split.targets), one.horizon)


def errors_of(forecasts: Any, split: Split, one: ForecastSet) -> dict[str, float]:
    """Return the squared and the absolute error over all windows, series and steps."""
    missed = forecasts - split.known[:, split.targets, one.window :]
    return {"mse": float(np.mean(missed**2)), "mae": float(np.mean(np.abs(missed)))}


def main() -> None:
    """Measure one set; print a JSON object for each forecast."""
    name, repeats = sys.argv[1], int(sys.argv[2])
    one = next(entry for entry in SETS if entry.name == name)
    if one.path is None:
        sys.exit(f"{name} is not on this machine")
    with tempfile.TemporaryDirectory() as folder:
        split = prepare(one, one.path, Path(folder))
        season = 1
        for seed in range(repeats):
            line, season = _ours(one, split, FIRST_SEED + seed)
            print(json.dumps(line), flush=True)
        began = time.perf_counter()
        found = [(RIDGE, ridge_forecasts(split, one))]
        seconds = time.perf_counter() - began
        for method, forecasts in (*found, *simple_forecasts(split, one, season)):
            line = {"method": method, **errors_of(forecasts, split, one)}
            line |= {"n_test": len(split.known), "seconds": seconds if method == RIDGE else 0.0}
            print(json.dumps(line), flush=True)


def _ours(one: ForecastSet, split: Split, seed: int) -> tuple[dict[str, Any], int]:
    import pellucid

    began = time.perf_counter()
    model = pellucid.train(
        split.source,
        test=split.test,
        target=one.targets or None,
        window=one.window,
        horizon=one.horizon,
        seed=seed,
        **one.settings,
    )
    seconds = time.perf_counter() - began
    report, coverage = model.report, model.report["coverage"]
    covered = [own["covered"] for own in coverage.values()]
    return {
        "method": OURS,
        "seed": seed,
        "mse": report["metrics"]["scaled_mse"],
        "mae": report["metrics"]["scaled_mae"],
        "mase": report["metrics"].get("mase"),
        "covered": float(np.mean(covered)) if covered else None,
        "n_test": report["n_test"],
        "seconds": seconds,
        "chosen": {key: model.settings[key] for key in ("hidden", "learning_rate", "epochs")},
    }, report["forecast"]["season"]


if __name__ == "__main__":
    main()
