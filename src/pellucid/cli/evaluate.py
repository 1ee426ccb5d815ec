"""``pellucid evaluate``: how good a model is on rows whose target is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.interrupts import interrupts_held_back


def evaluate(
    model: Annotated[Path, typer.Argument(help="A .pellucid file or a run folder.")],
    source: Annotated[str, typer.Argument(help="Rows with the target: as for train.")],
    coverage: Annotated[
        float | None,
        typer.Option(help="How many rows intervals or sets are to hold; 0.9 by default."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON object.")
    ] = False,
) -> None:
    """Measure a model on rows whose target is known, beside the trivial predictor."""
    with interrupts_held_back():
        from pellucid import api
    from pellucid.cli.output import print_json, show_notes, warnings_as_notes
    from pellucid.cli.report import show_metrics

    with warnings_as_notes() as warned:
        loaded = api.load(model)
        taken = api.take_rows(source, loaded.contract)
        show_notes(taken.notes)
        measured = loaded.trained.evaluate(taken.table, api.warn, coverage)
    if json:
        told = {"part": taken.part, "notes": taken.notes, "warnings": warned}
        print_json({"source": source, "model": str(model), **measured, **told})
    else:
        show_metrics(measured)
