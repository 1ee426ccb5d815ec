"""What the progress of trainings and comparisons has in common: a bar, notes and phases."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Bar

from pellucid.cli.output import errors, show_note
from pellucid.training.events import Event, Note, PhaseStarted

_PHASES = {
    "start": "starting the engine",
    "data": "reading the data",
    "find learning rate": "measuring a learning rate",
    "backtest": "trying networks on the last windows",
    "survey": "looking for neighbours",
    "compile": "compiling the network",
    "train": "training",
    "calibrate": "calibrating",
    "evaluate": "testing",
    "diagnose": "looking for what is wrong",
}


class EventBar:
    """Hears events and shows notes and phases, on standard error; the base of all progress.

    Parameters
    ----------
    time
        The column at the end: the time that has passed, or that is left.
    quiet
        Show warnings only.
    """

    def __init__(self, time: ProgressColumn, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[numbers]}"),
            time,
            console=errors,
            transient=True,
            disable=quiet or not errors.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, numbers="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bar away; what was printed above it stays."""
        self._bar.stop()

    def phase(self, name: str) -> None:
        """Show a phase of the work."""
        self._bar.reset(self._task, description=_PHASES.get(name, name), total=None, numbers="")

    def hear(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, Note):
            if event.warning or not self._quiet:
                show_note(event.text, warning=event.warning)
        elif isinstance(event, PhaseStarted):
            self.phase(event.phase)
