"""``pellucid data``: what would be assumed about a source, before anything is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid.errors import SettingError

if TYPE_CHECKING:
    from pellucid.data import ColumnContract, Contract, Dataset


def data(
    source: Annotated[
        str | None, typer.Argument(help="A built-in name, a file or a folder.")
    ] = None,
    list_builtin: Annotated[
        bool, typer.Option("--list", help="List the built-in sources.")
    ] = False,
    target: Annotated[str | None, typer.Option(help="The column to predict.")] = None,
    task: Annotated[str | None, typer.Option(help="classification or regression.")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Overrule a column's kind; repeatable.", metavar="COLUMN=KIND"),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="Leave a column out; repeatable.", metavar="COLUMN")
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
    from pellucid import api

    dataset, contract = api.contract(
        source, target=target, task=task, kinds=kind or None, drop=drop or None
    )
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
    from rich.markup import escape
    from rich.table import Table

    from pellucid.cli.output import results, show_note

    for text in dataset.notes:
        show_note(text)
    test = f", {dataset.test.n_rows:,} to test" if dataset.test is not None else ""
    results.print(
        f"[bold]{escape(dataset.name)}[/] [dim]{escape(dataset.origin)}[/]\n"
        f"{dataset.train.n_rows:,} rows to learn from{test}\n\n"
        f"[bold]{contract.task}[/] of [bold]{escape(str(contract.target))}[/]: "
        f"{escape(contract.task_reason)}"
    )
    if contract.task_alternative:
        results.print(f"[dim]otherwise: {escape(contract.task_alternative)}[/]")
    table = Table(box=None, padding=(1, 2, 0, 0), header_style="dim")
    for heading in ("column", "kind", "why", "such as"):
        table.add_column(heading, overflow="fold")
    for column in sorted(contract.columns, key=lambda column: column.role == "dropped"):
        table.add_row(*_row(column))
    results.print(table)
    warnings = [*contract.warnings, *(w for column in contract.columns for w in column.warnings)]
    if warnings:
        results.print()
    for text in warnings:
        show_note(text, warning=True)


def _row(column: ColumnContract) -> tuple[str, str, str, str]:
    from rich.markup import escape

    styles = {"target": "bold green", "dropped": "strike dim", "input": "bold"}
    kind = "left out" if column.role == "dropped" else column.kind
    why = escape(column.reason)
    if column.alternative:
        because = f": {escape(column.alternative_reason)}" if column.alternative_reason else ""
        why += f"\n[dim]or {escape(column.alternative)}{because}[/]"
    if column.override:
        why += f"\n[dim]{escape(column.override)}[/]"
    name = f"[{styles[column.role]}]{escape(column.name)}[/]"
    role = "\n[green]target[/]" if column.role == "target" else ""
    return name + role, kind, why, escape(_examples(column.examples))


def _examples(values: list[Any]) -> str:
    return ", ".join(
        str(value) if len(str(value)) < 24 else f"{str(value)[:21]}…" for value in values[:4]
    )
