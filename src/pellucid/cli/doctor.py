"""``pellucid doctor``: whether this machine is fit, and how fast it is."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pellucid.cli.interrupts import interrupts_held_back


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Check the installation: versions, processor, compile cache, data, speed."""
    with interrupts_held_back():
        from pellucid import api
    from pellucid.cli.output import print_json

    findings = api.examine()
    if json:
        print_json(findings)
    else:
        _show(findings)
    if not findings["fit"]:
        raise typer.Exit(4)


def _show(findings: dict[str, Any]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from pellucid.cli.output import results

    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in findings["conditions"].items():
        table.add_row(name, escape(str(value)))
    for check in findings["checks"]:
        mark = "[green]✓[/]" if check["ok"] else "[yellow]![/]"
        table.add_row(check["name"], f"{mark} {escape(check['found'])}")
        if not check["ok"] and check["remedy"]:
            table.add_row("", f"[bold]what to do:[/] {escape(check['remedy'])}")
    results.print(table)
    if findings["fit"]:
        results.print("\n[green]This machine is fit.[/] Next: pellucid train digits")
    else:
        results.print("\n[red]Training would not work here.[/]")
