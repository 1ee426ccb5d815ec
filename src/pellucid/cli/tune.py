"""``pellucid tune``: the settings that suit the data best, and a network trained with them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid.cli.interrupts import interrupts_held_back
from pellucid.cli.options import refuse_unclear_start
from pellucid.training.signals import stopping_on_signals

if TYPE_CHECKING:
    from pellucid.tuning.result import TuningResult


def tune(  # noqa: PLR0913 -- a command's parameters are its flags
    source: Annotated[
        str | None,
        typer.Argument(help="A built-in name (digits, iris, …), a file or a folder."),
    ] = None,
    trials: Annotated[
        str | None,
        typer.Option(help="Try so many choices of settings; 30 by default.", metavar="N"),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(help="The run folder; by default the next free runs/SOURCE-N."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(help="Go on with an interrupted search, by its own settings.", metavar="RUN"),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="Take settings from a config.yaml; what it sets is not searched."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    *,
    settings: dict[str, Any],
) -> None:
    """Search the settings that suit the data best, and train with them.

    What is set is not searched. Trials are scored on rows to learn from, never on the test rows;
    --time-limit is for everything.
    """
    refuse_unclear_start("tune", "search", source, config, resume, trials, run, settings)
    began = time.perf_counter()
    with stopping_on_signals() as should_stop:
        with interrupts_held_back():
            from pellucid import api
            from pellucid.cli.tuning import Tuning
            from pellucid.tuning import options, running
        with Tuning(quiet=quiet) as progress:
            progress.phase("start")
            faces = api.runs.Faces(progress.hear, should_stop, began)
            if resume is not None:
                result = running.resume(resume, faces)
            else:
                made = api.make_config(source, config, settings)
                wanted = options.check_trials(trials)
                result = running.start(made, wanted, faces, folder=run)
    _show(result, json=json, quiet=quiet)


def _show(result: TuningResult, *, json: bool, quiet: bool) -> None:
    from pellucid.cli.output import errors, print_json

    if json:
        print_json(result.to_dict())
        return
    from rich.markup import escape

    from pellucid.cli.pages import page_width, print_lines
    from pellucid.tuning.page import result_lines

    print_lines(result_lines(result, min(page_width(), 120)))
    if not quiet:
        run = escape(str(result.report["run"]))
        errors.print(f"\nmodel    [bold]{escape(str(result.report['model']))}[/]")
        errors.print(f"predict  pellucid predict {run} NEW_DATA")
        errors.print(f"again    pellucid train --config {run}/config.yaml")
