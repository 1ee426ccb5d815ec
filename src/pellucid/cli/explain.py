"""``pellucid explain``: what each column, pixel, word or step contributed to a prediction."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid.cli.interrupts import interrupts_held_back

if TYPE_CHECKING:
    from pellucid.inspection import Explanation, Importance


def explain(  # noqa: PLR0913, PLR0917 -- a command's parameters are its flags
    model: Annotated[Path, typer.Argument(help="A .pellucid file or a run folder.")],
    source: Annotated[str, typer.Argument(help="The rows: as for train.")],
    row: Annotated[
        int | None,
        typer.Option(
            help="Which row, counted from 1; left out: which columns mattered over all rows.",
            metavar="N",
        ),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option("--class", help="The class to explain instead of the predicted one."),
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="Hold it against this class.", metavar="CLASS")
    ] = None,
    of: Annotated[
        str | None, typer.Option(help="Which target, where there are several.", metavar="TARGET")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write here: .html, .csv, .tsv, .parquet or .jsonl."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the output file where it exists.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Say what each column contributed to a prediction; the contributions add up to it."""
    with interrupts_held_back():
        from pellucid import api
    from pellucid.cli.frames import check_output
    from pellucid.cli.output import errors, print_json, show_notes, warnings_as_notes
    from pellucid.errors import SettingError

    if output is not None:
        check_output(output, force=force, what="Explanations", also=(".html",))
    if row is None and against is not None:
        raise SettingError("--against holds one row's class against another.", remedy="add --row N")
    found: Explanation | Importance
    with warnings_as_notes() as warned:
        loaded = api.load(model)
        taken = api.take_rows(source, loaded.contract)
        show_notes(taken.notes)
        if row is None:
            found = loaded.importance(taken.table, label=label, of=of)
        else:
            found = loaded.explain(taken.table, row, label=label, against=against, of=of)
    names = {} if row is None else taken.names_of(row)
    if output is not None:
        _write(found, output)
    if json:
        told = {"part": taken.part, "notes": taken.notes, "warnings": warned}
        head = {"source": source, "model": str(model), "names": names}
        print_json({**head, **found.to_dict(), **told})
    elif output is not None:
        errors.print(f"explanation written to [bold]{output}[/]")
    else:
        _show(found, names)


def _show(found: Explanation | Importance, names: Mapping[str, Any]) -> None:
    from pellucid.cli.contributions import show_explanation, show_importance
    from pellucid.inspection import Importance

    if isinstance(found, Importance):
        show_importance(found)
    else:
        show_explanation(found, names)


def _write(found: Explanation | Importance, path: Path) -> None:
    from pellucid.cli.frames import write_frame
    from pellucid.files import write_atomically
    from pellucid.inspection import Importance

    if path.suffix.lower() == ".html":
        page = f'<!doctype html><meta charset="utf-8"><title>{_TITLE}</title>{found._repr_html_()}'
        write_atomically(path, page.encode())
    elif isinstance(found, Importance):
        write_frame(found.columns, path)
    else:
        write_frame(found.contributions, path)


_TITLE = "Why this prediction"
