"""The progress of a comparison in the terminal: who learns, from how many rows, and a bar."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import (
    BarColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bar

from pellucid.cli.output import errors, show_note
from pellucid.training.events import Event, Note, PhaseStarted, StepsDone

if TYPE_CHECKING:
    from pellucid.comparison.running import RunStarted

_PHASES = {"start": "starting the engine", "data": "reading the data"}


class Comparing:
    """Hears the events of a comparison and shows them on standard error.

    Parameters
    ----------
    quiet
        Show warnings only.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[numbers]}"),
            TimeElapsedColumn(),
            console=errors,
            transient=True,
            disable=quiet or not errors.is_terminal,
        )
        self._place = ""
        self._task = self._bar.add_task(_PHASES["start"], total=None, numbers="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def hear(self, event: Event) -> None:
        """Show one event."""
        from pellucid.comparison.running import RunStarted

        if isinstance(event, Note):
            if event.warning or not self._quiet:
                show_note(event.text, warning=event.warning)
        elif isinstance(event, PhaseStarted):
            self._bar.update(self._task, description=_PHASES.get(event.phase, event.phase))
        elif isinstance(event, RunStarted):
            self._started(event)
        elif isinstance(event, StepsDone):
            self._bar.update(self._task, numbers=f"{self._place}, epoch {event.epoch}")

    def _started(self, event: RunStarted) -> None:
        words = f"{event.contender} from {event.amount:,} rows"
        self._place = f"{event.number} of {event.of}"
        self._bar.update(
            self._task, description=f"{words:<38}", total=event.of, completed=event.number - 1,
            numbers=self._place,
        )  # fmt: skip
