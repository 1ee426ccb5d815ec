"""The progress of a search in the terminal: what is searched, and a line for each trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from pellucid.cli.output import errors, show_note
from pellucid.cli.progress import Progress
from pellucid.training.events import Event

if TYPE_CHECKING:
    from pellucid.tuning.searching import SearchPlanned, TrialDone, TrialStarted

_PHASES = {"defaults": "training with the defaults, for their test score"}


class Tuning(Progress):
    """Hears the events of a search and of the training at its end; shows them on standard error.

    Parameters
    ----------
    quiet
        Show warnings only.
    """

    def phase(self, name: str) -> None:
        """Show a phase of the work."""
        super().phase(_PHASES.get(name, name))

    def hear(self, event: Event) -> None:
        """Show one event."""
        from pellucid.tuning import searching

        super().hear(event)
        if isinstance(event, searching.SearchPlanned):
            self._planned(event)
        elif isinstance(event, searching.TrialStarted):
            self._started(event)
        elif isinstance(event, searching.TrialAdvanced):
            self._bar.update(self._task, completed=event.number - 1 + event.share)
        elif isinstance(event, searching.TrialDone):
            self._done(event)

    def _planned(self, event: SearchPlanned) -> None:
        if self._quiet:
            return
        from pellucid.tuning.wording import counted, limits_words, rows_words

        what = f"{counted(len(event.space), 'setting')} in {counted(event.trials, 'trial')}"
        errors.print(f"searching {what}, scored on {rows_words(event.way, event.n_scored)}")
        if event.done:
            show_note(f"{counted(event.done, 'trial')} of them done before")
        rows = [(own["name"], limits_words(own), own["reason"]) for own in event.space]
        names, limits = (max(len(row[place]) for row in rows) for place in (0, 1))
        for name, limit, reason in rows:
            errors.print(f"  {name:<{names}}  {escape(limit):<{limits}}  [dim]{escape(reason)}[/]")

    def _started(self, event: TrialStarted) -> None:
        self._bar.update(
            self._task,
            description=f"trial {event.number} of {event.of}",
            total=event.of,
            completed=event.number - 1,
            numbers="",
        )

    def _done(self, event: TrialDone) -> None:
        if self._quiet:
            return
        from pellucid.data.page.spans import cut
        from pellucid.tuning.wording import score_words, settings_words

        score = score_words(event.score_name, event.metrics)
        how = "diverged" if event.state == "diverged" else ""
        if event.state == "stopped":  # its score is not to be held against those of whole trials
            score, how = "—", f"stopped at {100 * event.share:.0f} %, {score}"
        is_best = event.best == event.number
        best = score_words(event.score_name, event.best_metrics)
        place = f"  trial {event.number:>{len(str(event.of))}}/{event.of}"
        beside = f"best {best:>8}  {how:<24}"
        words = settings_words(event.settings)
        if errors.is_terminal:  # a line for each trial; all that was tried is in the folder
            words = cut(words, errors.width - len(f"{place}  {score:>8}  {beside}  "))
        score = f"[bold green]{score:>8}[/]" if is_best else f"{score:>8}"
        errors.print(f"{place}  {score}  [dim]{beside}[/]  {escape(words)}")
