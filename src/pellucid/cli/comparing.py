"""The progress of a comparison in the terminal: who learns, from how many rows, and a bar."""

from __future__ import annotations

from rich.progress import TimeElapsedColumn

from pellucid.cli.bar import EventBar
from pellucid.training.events import Event, StepsDone


class Comparing(EventBar):
    """Hears the events of a comparison and shows them on standard error.

    Parameters
    ----------
    quiet
        Show warnings only.
    """

    def __init__(self, *, quiet: bool) -> None:
        super().__init__(TimeElapsedColumn(), quiet=quiet)
        self._place = ""

    def hear(self, event: Event) -> None:
        """Show one event."""
        from pellucid.comparison.running import RunStarted

        super().hear(event)
        if isinstance(event, RunStarted):
            self._place = f"{event.number} of {event.of}"
            self._bar.update(
                self._task,
                description=f"{event.contender} from {event.amount:,} rows".ljust(38),
                total=event.of,
                completed=event.number - 1,
                numbers=self._place,
            )
        elif isinstance(event, StepsDone):
            self._bar.update(self._task, numbers=f"{self._place}, epoch {event.epoch}")
