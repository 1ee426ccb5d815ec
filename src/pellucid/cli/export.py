"""``pellucid export``: a model as a file that works without pellucid."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.interrupts import interrupts_held_back


def export(
    model: Annotated[Path, typer.Argument(help="A .pellucid file or a run folder.")],
    to: Annotated[
        str | None,
        typer.Option(
            help="html: one page that works from a disk, without a server; numpy: one Python "
            "script that needs NumPy alone. By default what the file's ending says, else html.",
            metavar="FORM",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The file; by default the model's name with the form's ending."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file where it exists.")
    ] = False,
) -> None:
    """Write a model as one file that works without pellucid."""
    with interrupts_held_back():
        from pellucid import api, sharing
    from pellucid.cli.output import errors

    name = model.resolve().name.removesuffix(".pellucid")
    form = sharing.form_of(to, output)
    path = output if output is not None else Path(form.file(name))
    loaded = api.load(model)
    written = sharing.export(loaded.trained, path, to=to, name=name, run=model, force=force)
    use = "open it in a browser" if form.suffix == ".html" else f"python {written} ROWS"
    errors.print(f"{written}, {written.stat().st_size / 1e6:.1f} MB: {use}", markup=False)
