"""What each epoch of a training brought: a list, a table, curves in a notebook."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from pellucid.markup.axes import is_wide
from pellucid.tasks import TASKS
from pellucid.training.report import format_metric

if TYPE_CHECKING:
    import polars as pl

_BLOCKS = "▁▂▃▄▅▆▇█"
_SPARK_WIDTH = 40
_MOST_LINES = 10
_WORDS = {
    "ari": "ARI", "auc": "AUC", "f1": "F1", "hamming": "Hamming", "mae": "MAE", "mase": "MASE",
    "nmi": "NMI", "r2": "R²", "rmse": "RMSE", "roc": "ROC",
}  # fmt: skip


class History(list[dict[str, Any]]):
    """One entry an epoch, in order; a list in every way, which also shows itself.

    In a notebook it draws the curves of loss and main metric; ``print`` draws them in small.
    An entry has ``epoch``, ``loss`` (the mean over the epoch's steps, under dropout and
    whatever else trains), ``learning_rate`` and ``seconds``; with validation rows also
    ``validation_loss``, ``metrics`` (by name, of the validation rows) and ``best``, whether
    the epoch was the best until then. After few epochs ``probe`` holds what was measured inside
    the network (``docs/diagnosis.md``).

    Parameters
    ----------
    entries
        The epochs, as `pellucid.training.events.EpochDone.to_dict` gives them.

    Examples
    --------
    >>> history = History([{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 1.5}])
    >>> history[-1]["loss"], len(history), history == [{"epoch": 1, "loss": 2.0}, history[1]]
    (1.5, 2, True)
    >>> history.to_frame()["loss"].to_list()
    [2.0, 1.5]
    """

    def __init__(self, entries: Iterable[dict[str, Any]] = ()) -> None:
        super().__init__(entries)

    @overload
    def __getitem__(self, place: SupportsIndex) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> History: ...
    def __getitem__(self, place: SupportsIndex | slice) -> dict[str, Any] | History:
        """Return an entry; a slice is a history again."""
        return (
            History(super().__getitem__(place))
            if isinstance(place, slice)
            else super().__getitem__(place)
        )

    @property
    def epochs(self) -> list[int]:
        """The epochs' numbers, counted from 1."""
        return [int(entry.get("epoch", place + 1)) for place, entry in enumerate(self)]

    @property
    def best(self) -> int | None:
        """Where the best epoch stands, counted from 0; None without validation rows."""
        return next(
            (place for place in reversed(range(len(self))) if self[place].get("best")), None
        )

    @property
    def main_metric(self) -> str | None:
        """The metric that sums results up, where validation rows were measured."""
        names = list(next((own for own in map(_metrics, self) if own), {}))
        main = {task.main_metric for task in TASKS.values()}
        return next((name for name in names if name in main), names[0] if names else None)

    @property
    def is_validated(self) -> bool:
        """Whether there were validation rows."""
        return any(entry.get("validation_loss") is not None for entry in self)

    def curve(self, name: str) -> list[float]:
        """Return a number for each epoch; NaN where an epoch has none.

        Parameters
        ----------
        name
            A key of the entries, such as ``"loss"``, or the name of a metric.
        """
        found = (entry.get(name, _metrics(entry).get(name)) for entry in self)
        return [math.nan if number is None else float(number) for number in found]

    def to_frame(self) -> pl.DataFrame:
        """Return a Polars frame: a row for each epoch, metrics as ``validation_<name>``.

        Columns that no epoch has a value for are left out.
        """
        import polars as pl

        plain = dict.fromkeys(key for entry in self for key in entry)
        names = [key for key in plain if key not in {"event", "epochs", "metrics", "probe"}]
        columns = {key: [entry.get(key) for entry in self] for key in names}
        measured = dict.fromkeys(name for entry in self for name in _metrics(entry))
        for name in measured:
            values = [_metrics(entry).get(name) for entry in self]
            columns[f"validation_{name}"] = values
        series = [pl.Series(name, values, strict=False) for name, values in columns.items()]
        return pl.DataFrame([one for one in series if one.dtype != pl.Null])

    def columns(self) -> dict[str, str]:
        """Return the numbers worth a column for people: their names here, and in words."""
        names = {"loss": "loss"}
        if self.is_validated:
            names["validation_loss"] = "validation loss"
        if (main := self.main_metric) is not None:
            names[main] = f"validation {worded(main)}"
        return names

    def __repr__(self) -> str:
        return _drawn(self)

    def _repr_html_(self) -> str:
        from pellucid.training.history_html import history_to_html

        return history_to_html(self)


def _metrics(entry: dict[str, Any]) -> dict[str, float]:
    return entry.get("metrics") or {}


def worded(metric: str) -> str:
    """Word a metric for people: ``color.balanced_accuracy`` as "color: balanced accuracy".

    Examples
    --------
    >>> worded("r2"), worded("micro_f1"), worded("a.roc_auc")
    ('R²', 'micro F1', 'a: ROC AUC')
    """
    target, _, name = metric.rpartition(".")
    words = " ".join(_WORDS.get(word, word) for word in name.split("_"))
    return f"{target}: {words}" if target else words


def number_for(name: str, number: float) -> str:
    """Write a loss or a metric; what is not finite by its name."""
    return format_metric(name, number) if math.isfinite(number) else str(number)


def axis_number(name: str, number: float) -> str:
    """Write a round number for an axis: shares as percent, without needless zeros.

    Examples
    --------
    >>> axis_number("accuracy", 0.5), axis_number("rmse", 50.0)
    ('50 %', '50')
    """
    return f"{100 * number:.4g} %" if number_for(name, number).endswith("%") else f"{number:.4g}"


def chosen_rows(history: History, most: int) -> list[int]:
    """Return the places of the epochs that stand for all: first, last, best, others evenly."""
    n = len(history)
    if n <= most:
        return list(range(n))
    step = (n - 1) / (most - 1)
    places = {round(place * step) for place in range(most)}
    best = history.best
    return sorted(places if best is None else places | {best})


def sparkline(numbers: Sequence[float], width: int = _SPARK_WIDTH) -> str:
    """Draw numbers as a line of blocks, of widely different ones the logarithms.

    "·" stands where none is finite.

    Examples
    --------
    >>> sparkline([1.0, 2.0, float("nan"), 8.0])
    '▁▂·█'
    """
    n = len(numbers)
    n_blocks = min(n, width)
    means = []
    for place in range(n_blocks):
        piece = numbers[place * n // n_blocks : (place + 1) * n // n_blocks]
        finite = [number for number in piece if math.isfinite(number)]
        means.append(sum(number / len(finite) for number in finite) if finite else math.nan)
    known = [mean for mean in means if math.isfinite(mean)]
    if not known:
        return "·" * n_blocks
    if is_wide(min(known), max(known)):
        means = [math.log(mean) if math.isfinite(mean) else mean for mean in means]
        known = [mean for mean in means if math.isfinite(mean)]
    low, span = min(known), max(known) / 2 - min(known) / 2
    steps = [(m / 2 - low / 2) / span if span else 0.5 for m in means]
    return "".join(
        _BLOCKS[round(step * (len(_BLOCKS) - 1))] if math.isfinite(step) else "·" for step in steps
    )


def _drawn(history: History) -> str:
    if not history:
        return "history of no epochs"
    n, best = len(history), history.best
    last = history.epochs[-1]
    head = f"history of {n:,} epoch{'s' if n > 1 else ''}"
    head += "" if best is None else f"; the best was epoch {history.epochs[best]:,} of {last:,}"
    names = history.columns()
    curves = {name: history.curve(name) for name in names}
    lines = [head, ""]
    width = max(map(len, names.values()))
    for name, words in names.items():
        first, end = (number_for(name, curves[name][place]) for place in (0, -1))
        spark = sparkline(curves[name])
        lines.append(f"{words:<{width}}  {spark}  {first} → {end}")
    table = [["epoch", *names.values()]]
    for place in chosen_rows(history, _MOST_LINES):
        mark = "*" if place == best else ""
        numbers = [number_for(name, curves[name][place]) for name in names]
        table.append([f"{history.epochs[place]:,}{mark}", *numbers])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines.append("")
    lines += [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    return "\n".join(lines)
