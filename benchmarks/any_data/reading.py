"""Read the prepared files for scikit-learn, independently of pellucid's own reading."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from benchmarks.any_data.preparing import Split
from benchmarks.any_data.sets import AnySet

MISSING = ["", "?", "NA"]
_MEL_BANDS, _MEL_FRAMES, _STEP, _SPAN = 40, 64, 80, 256


class Examples(NamedTuple):
    """Rows to learn from and to test on, as scikit-learn takes them."""

    X_train: Any
    y_train: Any
    X_test: Any
    y_test: Any


def read_split(one: AnySet, split: Split) -> Examples:
    """Read the files of a split by the set's form."""
    return READERS[one.form](one, split)


def _table(one: AnySet, split: Split) -> Examples:
    train, test = (
        pl.read_csv(path, null_values=MISSING, infer_schema_length=None)
        for path in (split.source, split.test)
        if path is not None
    )
    return _columns(one, train, test)


def _columns(one: AnySet, train: pl.DataFrame, test: pl.DataFrame) -> Examples:
    def inputs(frame: pl.DataFrame) -> Any:
        """Return a pandas frame; a date becomes the number of its day."""
        frame = frame.drop(str(one.target))
        if "dteday" in frame.columns:
            days = pl.col("dteday").str.to_date("%m/%d/%Y").to_physical()
            frame = frame.with_columns(days)
        return frame.with_columns(pl.selectors.numeric().cast(pl.Float64)).to_pandas()

    target = str(one.target)
    return Examples(inputs(train), train[target].to_numpy(), inputs(test), test[target].to_numpy())


def _adult(one: AnySet, split: Split) -> Examples:
    def frame(path: Path, skip: int) -> pl.DataFrame:
        lines = path.read_text(encoding="utf-8").splitlines()[skip:]
        rows = [line.rstrip(".").split(", ") for line in lines if line.strip()]
        whole = pl.DataFrame(rows, schema=[f"column_{i}" for i in range(1, 16)], orient="row")
        numbers = [f"column_{i}" for i in (1, 3, 5, 11, 12, 13)]
        texts = pl.col(pl.String).replace("?", None)
        return whole.with_columns(texts).with_columns(pl.col(numbers).cast(pl.Float64))

    return _columns(one, frame(split.source, 0), frame(_test_of(split), 1))


def _texts(one: AnySet, split: Split) -> Examples:
    train, test = (pl.read_csv(path) for path in (split.source, _test_of(split)))
    text = next(name for name in train.columns if name != one.target)
    target = str(one.target)
    return Examples(
        train[text].to_list(), train[target].to_numpy(), test[text].to_list(),
        test[target].to_numpy(),
    )  # fmt: skip


def _trec(one: AnySet, split: Split) -> Examples:
    def read(path: Path) -> tuple[list[str], Any]:
        lines = path.read_text(encoding="latin-1").splitlines()
        pairs = [line.split(" ", 1) for line in lines]
        return [text for _, text in pairs], np.array([label.split(":")[0] for label, _ in pairs])

    return Examples(*read(split.source), *read(_test_of(split)))


def _folder(read: Callable[[Path], Any], stack: Callable[[list[Any]], Any]) -> Any:
    """Return the reader of a folder with parts, and in them a folder for each class."""

    def reader(one: AnySet, split: Split) -> Examples:
        parts: list[Any] = []
        for part in ("train", "test"):
            files = sorted(path for path in (split.source / part).glob("*/*") if path.is_file())
            parts += [
                stack([read(path) for path in files]),
                np.array([path.parent.name for path in files]),
            ]
        return Examples(*parts)

    return reader


def _pixels(path: Path) -> Any:
    from PIL import Image

    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), dtype=np.float32).ravel() / 255


def log_mel(path: Path) -> Any:
    """Return the logarithms of a recording's mel bands, at one length: its middle, or padded."""
    with wave.open(str(path)) as recording:
        rate = recording.getframerate()
        samples = np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2")
    sound = samples.astype(np.float64) / 2**15
    if len(sound) < _SPAN:
        sound = np.pad(sound, (0, _SPAN - len(sound)))
    frames = np.lib.stride_tricks.sliding_window_view(sound, _SPAN)[::_STEP] * np.hanning(_SPAN)
    power = np.abs(np.fft.rfft(frames)) ** 2
    bands = np.log(power @ _mel_filters(rate) + 1e-6)
    missing = _MEL_FRAMES - len(bands)
    if missing > 0:
        bands = np.pad(bands, ((0, missing), (0, 0)), constant_values=np.log(1e-6))
    return bands[:_MEL_FRAMES].ravel().astype(np.float32)


def _mel_filters(rate: int) -> Any:
    """Return triangles that are equally wide on the mel scale 2595 log10(1 + f / 700)."""
    top = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, _MEL_BANDS + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(_SPAN, 1 / rate)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    return np.maximum(0, np.minimum(rising, falling))


def _ts(one: AnySet, split: Split) -> Examples:
    (train, y_train), (test, y_test) = _ts_file(split.source), _ts_file(_test_of(split))
    longest = max(row.shape[1] for row in (*train, *test))

    def flat(rows: list[Any]) -> Any:
        padded = [np.pad(row, ((0, 0), (0, longest - row.shape[1]))) for row in rows]
        return np.array([row.ravel() for row in padded])

    return Examples(flat(train), y_train, flat(test), y_test)


def _ts_file(path: Path) -> tuple[list[Any], Any]:
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip().lower() == "@data")
    rows, labels = [], []
    for line in filter(str.strip, lines[start + 1 :]):
        *channels, label = line.strip().split(":")
        rows.append(np.array([[float(v) for v in channel.split(",")] for channel in channels]))
        labels.append(label)
    return rows, np.array(labels)


def _forecast(one: AnySet, split: Split) -> Examples:
    window, horizon = one.settings["window"], one.settings["horizon"]

    def windows(path: Path) -> tuple[Any, Any]:
        frame = pl.read_csv(path)
        numbers = frame.select(pl.selectors.numeric()).to_numpy().astype(np.float64)
        n = len(numbers) - window - horizon + 1
        past = np.array([numbers[i : i + window].T.ravel() for i in range(n)])
        return past, frame[str(one.target)].to_numpy().astype(float)[window + horizon - 1 :]

    return Examples(*windows(split.source), *windows(_test_of(split)))


def _ratings(one: AnySet, split: Split) -> Examples:
    train, test = (pl.read_csv(path) for path in (split.source, _test_of(split)))
    target = str(one.target)
    return Examples(
        train.drop(target).to_pandas(), train[target].to_numpy(),
        test.drop(target).to_pandas(), test[target].to_numpy(),
    )  # fmt: skip


def _test_of(split: Split) -> Path:
    if split.test is None:
        raise ValueError(f"{split.source} comes without a test file")
    return split.test


READERS: dict[str, Callable[[AnySet, Split], Examples]] = {
    "table": _table,
    "adult": _adult,
    "ratings": _ratings,
    "texts": _texts,
    "trec": _trec,
    "text folder": _folder(lambda path: path.read_text(encoding="utf-8"), list),
    "image folder": _folder(_pixels, np.array),
    "sound folder": _folder(log_mel, np.array),
    "ts": _ts,
    "forecast": _forecast,
}
