"""``pellucid predict``: answers for new rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.interrupts import interrupts_held_back


def predict(
    model: Annotated[Path, typer.Argument(help="A .pellucid file or a run folder.")],
    source: Annotated[str, typer.Argument(help="The rows to predict: as for train.")],
    coverage: Annotated[
        float | None,
        typer.Option(
            help="Add intervals (numbers) or sets (classes) that hold so many of the true values, "
            "such as 0.9."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Write here: .csv, .tsv, .json, .jsonl, .parquet or .arrow."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the output file where it exists.")
    ] = False,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON object: with -o a summary, or a forecast."),
    ] = False,
) -> None:
    """Predict the target of new rows, or the steps that follow them; CSV unless -o names a file."""
    with interrupts_held_back():
        from pellucid import api
    from pellucid.cli.frames import as_cells, check_output, write_frame
    from pellucid.cli.output import errors, print_json, show_notes, warnings_as_notes
    from pellucid.cli.sparklines import forecast_lines
    from pellucid.errors import SettingError

    if output is not None:
        check_output(output, force=force)
    with warnings_as_notes() as warned:
        loaded = api.load(model)
        is_forecast = loaded.trained.task.name == "forecasting"
        if json and output is None and not is_forecast:
            raise SettingError("--json needs a file for the predictions.", remedy="add -o FILE")
        taken = api.take_rows(source, loaded.contract)
        show_notes(taken.notes)
        answers = taken.named(loaded.trained.predict(taken.table, api.warn, coverage))
    units = loaded.contract.answer_units
    if is_forecast and (errors.is_terminal or output is not None):
        for line in forecast_lines(loaded.trained, taken.table, answers):
            errors.print(line, markup=False)
    answers = api.with_units(answers, units)
    told = {"part": taken.part, "notes": taken.notes, "warnings": warned}
    if output is None and json:
        rows = {"n": answers.height, "columns": answers.columns, "forecast": answers.to_dicts()}
        print_json({"source": source, "model": str(model), **rows, "units": units, **told})
        return
    if output is None:
        try:
            sys.stdout.write(as_cells(answers).write_csv())
            sys.stdout.flush()
        except BrokenPipeError:  # `pellucid predict … | head` has seen enough
            sys.stderr.close()
        return
    write_frame(answers, output)
    if json:
        made = {"n": answers.height, "output": str(output), "columns": answers.columns}
        print_json({"source": source, "model": str(model), **made, "units": units, **told})
    else:
        errors.print(f"{answers.height:,} predictions written to [bold]{output}[/]")
