"""``pellucid data``: what would be assumed about a source, before anything is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid.cli.interrupts import interrupts_held_back
from pellucid.errors import SettingError

if TYPE_CHECKING:
    from pellucid.data import Contract, Dataset
    from pellucid.training.looking import Seen


def data(  # noqa: PLR0913, PLR0917 -- its signature is its flags
    source: Annotated[
        str | None, typer.Argument(help="A built-in name, a file or a folder.")
    ] = None,
    list_builtin: Annotated[
        bool, typer.Option("--list", help="List the built-in sources.")
    ] = False,
    target: Annotated[
        list[str] | None,
        typer.Option(help="The column to predict; repeatable, for several.", metavar="COLUMN"),
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="classification, regression or multilabel.")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Overrule a column's kind; repeatable.", metavar="COLUMN=KIND"),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="Leave a column out; repeatable.", metavar="COLUMN")
    ] = None,
    window: Annotated[
        int | None, typer.Option(help="Forecast from so many rows of the past.", metavar="ROWS")
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(help="How many rows after the window.", metavar="ROWS")
    ] = None,
    known: Annotated[
        list[str] | None,
        typer.Option(help="Forecast: a column known ahead; repeatable.", metavar="COLUMN"),
    ] = None,
    season: Annotated[
        int | None, typer.Option(help="Forecast: rows of a season.", metavar="ROWS")
    ] = None,
    id: Annotated[
        str | None,
        typer.Option(
            help="Time series in lines: the column that says which one; or 'none'.",
            metavar="COLUMN",
        ),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            help="The column that orders a series' or a forecast's rows.", metavar="COLUMN"
        ),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(help="The columns of a series' values, as A,B.", metavar="COLUMN"),
    ] = None,
    test: Annotated[
        str | None, typer.Option(help="Data to test on, compared with it.", metavar="SOURCE")
    ] = None,
    row: Annotated[
        int | None,
        typer.Option(help="Show this row and the vector that it becomes.", metavar="N"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Show the contract: every column's kind and why, what else it could be, what looks wrong."""
    from pellucid.cli.output import print_json

    if list_builtin:
        _list(json)
        return
    if source is None:
        raise SettingError(
            "No source was given.",
            expected="a built-in name, a file or a folder",
            remedy="pellucid data --list shows the built-in names",
        )
    with interrupts_held_back():
        from pellucid.training import looking  # not pellucid.api: this command needs no JAX

    settings: dict[str, Any] = {
        "target": target or None,
        "task": task,
        "kinds": kind or None,
        "drop": drop or None,
        "window": window,
        "horizon": horizon,
        "known": known or None,
        "season": season,
        "id": id,
        "time": time,
        "values": values or None,
        "test": test,
    }
    if row is not None:
        _show_row(looking.seen_row(source, row, **settings), json=json)
        return
    dataset, contract = looking.contract(source, **settings)
    if json:
        parts = {"train": dataset.train, "validation": dataset.valid, "test": dataset.test}
        rows = {f"n_{name}": table.n_rows for name, table in parts.items() if table is not None}
        head = {"name": dataset.name, "origin": dataset.origin, "notes": dataset.notes}
        print_json({**head, **rows, **contract.to_dict()})
    else:
        _show(dataset, contract)


def _list(json: bool) -> None:
    from dataclasses import asdict

    from rich.table import Table

    from pellucid.cli.output import print_json, results
    from pellucid.data import list_builtin

    infos = list_builtin()
    if json:
        print_json({"sources": [asdict(info) for info in infos]})
        return
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="bold")
    for heading in ("name", "kind", "rows", "columns", "what it is"):
        table.add_column(heading, justify="right" if heading in {"rows", "columns"} else "left")
    for info in infos:
        table.add_row(info.name, info.kind, f"{info.rows:,}", f"{info.columns:,}", info.summary)
    results.print(table)


def _show(dataset: Dataset, contract: Contract) -> None:
    from pellucid.cli.pages import can_print, page_width, print_lines
    from pellucid.data.page import Detail, Source, contract_lines
    from pellucid.data.page.values import BARS

    n_test = dataset.test.n_rows if dataset.test is not None else 0
    detail = Detail(width=page_width(), bars=can_print(BARS))
    print_lines(contract_lines(contract, detail, Source(dataset.name, dataset.notes, n_test)))


def _show_row(seen: Seen, *, json: bool) -> None:
    from pellucid.cli.output import print_json
    from pellucid.cli.pages import page_width, print_lines
    from pellucid.data.page.vector_lines import vector_lines
    from pellucid.data.rows import count

    if json:
        head = {"name": seen.dataset.name, "origin": seen.dataset.origin}
        print_json({**head, "fitted_to": seen.fitted_to, **seen.vector.to_dict()})
        return
    vector = seen.vector
    n_numbers = count(len(vector.numbers), "number")
    title = f"Row {vector.row:,} of {seen.dataset.name}: {n_numbers} for the network"
    note = f"Means, deviations and categories are those of {count(seen.fitted_to, 'row')}"
    note += " that a training would learn from." if seen.contract.targets else "."
    print_lines(vector_lines(vector, title, note, page_width()))
