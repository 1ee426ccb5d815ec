"""``pellucid branch``: from any step of a run on, with other settings, into a new run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pellucid.cli.interrupts import interrupts_held_back
from pellucid.training.signals import stopping_on_signals


def branch(
    parent: Annotated[Path, typer.Argument(help="The folder of the run to branch from.")],
    at: Annotated[
        int | None, typer.Option(help="The step to branch at; by default the last.", metavar="STEP")
    ] = None,
    at_epoch: Annotated[
        int | None, typer.Option(help="The epoch to branch after.", metavar="N")
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(help="The new run's folder; by default the next free runs/SOURCE-N."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the report as one JSON object.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    *,
    settings: dict[str, Any],
) -> None:
    """Go on from any step of a run with other settings, into a new run that names its parent."""
    with stopping_on_signals() as should_stop:
        with interrupts_held_back():
            from pellucid import api
            from pellucid.cli.progress import Progress
            from pellucid.cli.report import show_report
            from pellucid.training.branching import branch_off
        with Progress(quiet=quiet) as progress:
            faces = api.runs.Faces(progress.hear, should_stop)
            outcome = branch_off(parent, settings, step=at, epoch=at_epoch, folder=run, faces=faces)
        if not quiet:
            show_report(outcome.report)
        if json:
            from pellucid.cli.output import print_json

            print_json(outcome.report)
