"""``pellucid evaluate``: how good a model is on rows whose target is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    model: Annotated[Path, typer.Argument(help="A .pellucid file or a run folder.")],
    source: Annotated[str, typer.Argument(help="Rows with the target: as for train.")],
    json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON object.")
    ] = False,
) -> None:
    """Measure a model on rows whose target is known, beside the trivial predictor."""
    from pellucid import api
    from pellucid.cli.output import print_json, warnings_as_notes
    from pellucid.cli.report import show_metrics

    with warnings_as_notes():
        loaded = api.load(model)
        table = api.rows_of(source, loaded.contract)
        measured = loaded.trained.evaluate(table, api.warn)
    if json:
        print_json({"source": source, "model": str(model), **measured})
    else:
        show_metrics(measured)
