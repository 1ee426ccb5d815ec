"""``pellucid replay``: a run repeated, and whether the same weights came out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.interrupts import interrupts_held_back
from pellucid.training.signals import stopping_on_signals

_OTHER_WEIGHTS = 4


def replay(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Repeat a run from its settings, and tell whether the weights are the same, bit for bit.

    Nothing is written. Where they are not the same, the exit status is 4.
    """
    with stopping_on_signals() as should_stop:
        with interrupts_held_back():
            from pellucid import api
            from pellucid.cli.output import errors, print_json, show_note
            from pellucid.cli.progress import Progress
            from pellucid.training.replay import replay as repeated
            from pellucid.training.replay import worded
        with Progress(quiet=quiet) as progress:
            found = repeated(run, api.runs.Faces(progress.hear, should_stop))
    if found.same:
        steps = "" if found.steps is None else f", {found.steps:,} steps"
        if not quiet:
            errors.print(
                f"[green]The same weights, bit for bit[/]: {found.epochs:,} epochs{steps} in "
                f"{found.seconds:.1f} s, compared with the {found.compared_with}.\n"
                f"weights  {found.found}"
            )
    else:
        errors.print(
            f"[bold red]Other weights came out[/] than those of the {found.compared_with}.\n"
            f"recorded {found.expected}\nnow      {found.found}"
        )
        if not found.recorded:
            show_note("Under which conditions it was trained was not recorded.")
        elif not found.conditions:
            show_note("All recorded conditions are the same, so this should not be: report it.")
    if found.conditions:
        show_note(f"Not as recorded: {worded(found.conditions)}.")
    if json:
        print_json(found.to_dict())
    if not found.same:
        raise typer.Exit(_OTHER_WEIGHTS)
