"""The progress of a training in the terminal: notes, phases, a bar, a line for some epochs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.progress import TimeRemainingColumn
from rich.table import Table

from pellucid.cli.bar import EventBar
from pellucid.cli.output import errors, show_note
from pellucid.training.events import (
    Diagnosed,
    EpochDone,
    Estimated,
    Event,
    FurtherEpochDone,
    PhaseStarted,
    Planned,
    StepsDone,
)

_LINE_SECONDS = 2.0
_WORTH_TELLING_SECONDS = 3.0


class Progress(EventBar):
    """Hears the events of a training and shows them on standard error.

    Parameters
    ----------
    quiet
        Show warnings only.
    """

    def __init__(self, *, quiet: bool) -> None:
        super().__init__(TimeRemainingColumn(compact=True), quiet=quiet)
        self._plan: Planned | None = None
        self._last_line = time.monotonic()
        self._latest: EpochDone | None = None
        self._shown: EpochDone | None = None

    def hear(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, PhaseStarted):
            self._end_of_epochs()
        super().hear(event)
        if isinstance(event, Planned):
            self._plan = event
            if not self._quiet:
                _show_plan(event)
        elif isinstance(event, Estimated):
            self._estimate(event)
        elif isinstance(event, StepsDone):
            self._steps(event)
        elif isinstance(event, EpochDone):
            self._epoch(event)
        elif isinstance(event, FurtherEpochDone):
            self._bar.update(self._task, total=event.epochs, completed=event.epoch)
        elif isinstance(event, Diagnosed):
            told = event.diagnosis
            show_note(f"after epoch {told['epoch']}: {told['text']} {told['advice']}", warning=True)

    def _estimate(self, event: Estimated) -> None:
        more = 0.0 if self._plan is None else self._plan.seconds_to_calibrate(event)
        if self._quiet or event.seconds + more < _WORTH_TELLING_SECONDS:
            return
        then = f", calibrating it {_duration(more)} more" if more >= 1 else ""
        errors.print(f"  training takes about {_duration(event.seconds)}{then}")

    def _steps(self, event: StepsDone) -> None:
        if self._plan is None:
            return
        self._bar.update(
            self._task,
            description=f"epoch {event.epoch}/{self._plan.epochs}",
            total=self._plan.epochs * event.steps_per_epoch,
            completed=(event.epoch - 1) * event.steps_per_epoch + event.step,
            numbers=_numbers(event.loss, self._latest, event.examples_per_second),
        )

    def _epoch(self, event: EpochDone) -> None:
        self._latest = event
        if time.monotonic() - self._last_line >= _LINE_SECONDS or event.epoch == 1:
            self._line(event)

    def _end_of_epochs(self) -> None:
        if self._latest is not None and self._latest is not self._shown:
            self._line(self._latest)

    def _line(self, event: EpochDone) -> None:
        self._last_line, self._shown = time.monotonic(), event
        if self._quiet:
            return
        rate = f"{event.examples_per_second:,.0f} examples/s"
        errors.print(
            f"  epoch {event.epoch:>3}/{event.epochs}  loss {event.loss:<9.4g}  "
            f"{_validation(event):<40}  [dim]{rate:>18}[/]"
        )


def _validation(event: EpochDone) -> str:
    if event.validation_loss is None:
        return ""
    name, value = next(iter(event.metrics.items()))
    number = f"{100 * value:.2f} %" if name == "accuracy" else f"{value:.4g}"
    return f"validation {event.validation_loss:<9.4g}  {name} {number}"


def _numbers(loss: float, latest: EpochDone | None, speed: float) -> str:
    parts = [f"loss {loss:.4g}"]
    if latest is not None and latest.metrics:
        name, value = next(iter(latest.metrics.items()))
        parts.append(f"{name} {100 * value:.2f} %" if name == "accuracy" else f"{name} {value:.4g}")
    parts.append(f"{speed:,.0f} examples/s")
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    """Word a rough duration.

    Examples
    --------
    >>> _duration(42.3), _duration(150), _duration(9000)
    ('42 s', '2.5 min', '2.5 h')
    """
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds:.0f} s"


def _add_layer(table: Table, row: Mapping[str, Any], indent: str) -> None:
    """Add the line of a layer that has parameters or drops units; those of a member below it."""
    if row["n_parameters"] or "dropout" in row["layer"]:
        shape = " × ".join(map(str, row["out_shape"]))
        count = f"{row['arithmetic']} = {row['n_parameters']:,}" if row["n_parameters"] else ""
        table.add_row(indent + row["name"], row["layer"], shape, f"[dim]{count}[/]")
        for inner in row.get("inner", ()):
            _add_layer(table, inner, indent + "  ")


def _show_plan(plan: Planned) -> None:
    """Show before training what will be trained, and on what."""
    parts = [f"{plan.n_train:,} examples to learn from"]
    if plan.n_validation:
        parts.append(f"{plan.n_validation:,} to choose the best epoch")
    if plan.n_test:
        parts.append(f"{plan.n_test:,} to test")
    target = f" of [bold]{escape(plan.target)}[/]" if plan.target else ""
    errors.print(f"[bold]{plan.task}[/]{target}: " + ", ".join(parts))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for row in plan.layers:
        _add_layer(table, row, "  ")
    errors.print(table)
    settings = plan.settings
    errors.print(
        f"  {settings['optimizer']}, learning rate {settings['learning_rate']:.3g} "
        f"({settings['schedule']}), batches of {settings['batch_size']}, "
        f"at most {plan.epochs} epochs, seed {settings['seed']}\n"
        "  [dim]every setting and its reason: --print-config[/]"
    )
