"""``pellucid train``: from a source to a trained network."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from pellucid.cli.interrupts import interrupts_held_back
from pellucid.cli.options import refuse_unclear_start
from pellucid.training.signals import stopping_on_signals


def train(
    source: Annotated[
        str | None,
        typer.Argument(help="A built-in name (digits, iris, …), a file or a folder."),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(help="The run folder; by default the next free runs/SOURCE-N."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(help="Go on with an interrupted run, by its own settings.", metavar="RUN"),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Take settings from a config.yaml; flags overrule it.")
    ] = None,
    print_config: Annotated[
        bool, typer.Option("--print-config", help="Print every setting and why; do not train.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the report as one JSON object.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    *,
    settings: dict[str, Any],
) -> None:
    """Train a network and test it. Unset settings are chosen from the data, with reasons."""
    refuse_unclear_start("train", "run", source, config, resume, run, settings, print_config)
    began = time.perf_counter()
    with stopping_on_signals() as should_stop:
        with interrupts_held_back():
            from pellucid import api
            from pellucid.cli.progress import Progress
            from pellucid.cli.report import show_report
        with Progress(quiet=quiet) as progress:
            progress.phase("start")
            if print_config:
                made = api.make_config(source, config, settings)
                settled, reasons = api.runs.plan_only(made, should_stop)
                progress.stop()
                typer.echo(settled.to_yaml(reasons), nl=False)
                return
            faces = api.runs.Faces(progress.hear, should_stop, began)
            if resume is not None:
                outcome = api.runs.resume(resume, faces)
            else:
                made = api.make_config(source, config, settings)
                outcome = api.runs.start(made, faces, folder=run)
        report = outcome if isinstance(outcome, dict) else outcome.report
        if not quiet:
            show_report(report, already=isinstance(outcome, dict))
        if json:
            from pellucid.cli.output import print_json

            print_json(report)
