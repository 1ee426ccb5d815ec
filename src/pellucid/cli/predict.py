"""``pellucid predict``: answers for new rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


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
        bool, typer.Option("--json", help="Print a summary as one JSON object; needs -o.")
    ] = False,
) -> None:
    """Predict the target of new rows; CSV on standard output unless -o names a file."""
    from pellucid import api
    from pellucid.cli.frames import check_output, flattened, write_frame
    from pellucid.cli.output import errors, print_json, show_notes, warnings_as_notes
    from pellucid.errors import SettingError

    if output is not None:
        check_output(output, force=force)
    elif json:
        raise SettingError("--json needs a file for the predictions.", remedy="add -o FILE")
    with warnings_as_notes() as warned:
        loaded = api.load(model)
        taken = api.take_rows(source, loaded.contract)
        show_notes(taken.notes)
        answers = taken.named(loaded.trained.predict(taken.table, api.warn, coverage))
    units = loaded.contract.answer_units
    answers = api.with_units(answers, units)
    if output is None:
        try:
            sys.stdout.write(flattened(answers).write_csv())
            sys.stdout.flush()
        except BrokenPipeError:  # `pellucid predict … | head` has seen enough
            sys.stderr.close()
        return
    write_frame(answers, output)
    if json:
        told = {"part": taken.part, "notes": taken.notes, "warnings": warned}
        made = {"n": answers.height, "output": str(output), "columns": answers.columns}
        print_json({"source": source, "model": str(model), **made, "units": units, **told})
    else:
        errors.print(f"{answers.height:,} predictions written to [bold]{output}[/]")
