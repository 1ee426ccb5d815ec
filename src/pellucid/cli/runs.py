"""``pellucid runs``: the runs of a folder as a tree, and in what two of them differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid.cli.interrupts import interrupts_held_back
from pellucid.errors import SettingError

if TYPE_CHECKING:
    from pellucid.training.run_differences import RunDifferences
    from pellucid.training.run_list import RunSummary

_DIFF = "diff"
_MARKS = {
    "finished": "green",
    "running": "blue",
    "interrupted": "yellow",
    "diverged": "red",
    "damaged": "bold red",
}


def runs(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLDER | diff RUN RUN",
            help="The folder in which runs lie, by default runs; or diff and two runs.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """List runs with their scores, each below the one that it was branched from.

    With diff and two runs, show in what settings and scores they differ.
    """
    words = words or ["runs"]
    wants_difference = words[0] == _DIFF
    if wants_difference and len(words) != 3:
        raise SettingError(
            f"diff compares two runs; {len(words) - 1} were given.",
            remedy="such as pellucid runs diff runs/iris-1 runs/iris-2; "
            "a folder called diff is ./diff",
        )
    if not wants_difference and len(words) > 1:
        raise SettingError(
            f"One folder is listed at a time; {len(words)} were given.",
            remedy=f"to compare two runs: pellucid runs diff {words[0]} {words[1]}",
        )
    with interrupts_held_back():
        from pellucid.training.run_differences import difference
        from pellucid.training.run_list import runs_in
    from pellucid.cli.output import print_json

    if wants_difference:
        found = difference(Path(words[1]), Path(words[2]))
        print_json(found.to_dict()) if json else _show_difference(found)
        return
    listed = runs_in(Path(words[0]))
    if json:
        print_json({"folder": words[0], "runs": [run.to_dict() for run in listed]})
    else:
        _show_list(words[0], listed)


def _show_list(folder: str, listed: list[RunSummary]) -> None:
    from rich.console import Console
    from rich.markup import escape

    from pellucid.cli.output import show_note
    from pellucid.cli.pages import can_print, page_width
    from pellucid.training.run_list import as_tree

    if not listed:
        show_note(f"There are no runs in {folder}.")
        return
    is_wide = page_width() >= _WIDE
    table = _table("run", "state", "score", "epochs", "source")
    for title in _WHERE_WIDE if is_wide else ():
        table.add_column(title)
    lines_can_be_printed = can_print("├─│└")
    for lines, run in as_tree(listed):
        drawn = lines if lines_can_be_printed else lines.translate(_PLAIN)
        began = "" if run.began is None else run.began[:16].replace("T", " ")
        epochs = str(run.epochs)
        if run.state != "finished" and run.planned_epochs:
            epochs = f"{run.epochs} of {run.planned_epochs}"
        table.add_row(
            f"[dim]{drawn}[/]{escape(run.name)}" + _from(run),
            f"[{_MARKS[run.state]}]{run.state}[/]",
            escape(run.score or run.problem or ""),
            "" if run.problem else epochs,
            escape(run.source or ""),
            *((escape(run.target or ""), began) if is_wide else ()),
        )
    Console(width=page_width(), highlight=False).print(table)


_WIDE = 100
_WHERE_WIDE = ("target", "began (UTC)")
_PLAIN = str.maketrans({"├": "|", "│": "|", "└": "`", "─": "-"})


def _from(run: RunSummary) -> str:
    return "" if run.parent is None else f"[dim] at step {run.parent.step:,}[/]"


def _show_difference(found: RunDifferences) -> None:
    from rich.markup import escape

    from pellucid.cli.output import results, show_note
    from pellucid.training.report import format_metric

    a, b = escape(found.a.run), escape(found.b.run)
    if found.settings:
        table = _table("setting", a, b)
        for name, pair in found.settings.items():
            table.add_row(name, *(escape(_worded(value)) for value in pair))
        results.print(table)
    else:
        results.print("All settings are the same.")
    if found.metrics:
        results.print()
        rows = found.a.measured_on if found.a.measured_on == found.b.measured_on else "its own"
        table = _table(f"on {rows} rows", a, b, "difference")
        for name, (one, other, change) in found.metrics.items():
            written = format_metric(name, change)
            table.add_row(
                name.replace("_", " "),
                format_metric(name, one),
                format_metric(name, other),
                written if change < 0 else f"+{written}",
            )
        results.print(table)
    if found.conditions:
        results.print()
        table = _table("condition", a, b)
        for name, pair in found.conditions.items():
            table.add_row(name, *(escape(_worded(value)) for value in pair))
        results.print(table)
    if found.same_weights:
        results.print("\nThe weights are the same, bit for bit.")
    for text in found.notes:
        show_note(text)


def _worded(value: Any) -> str:
    if value is None:
        return "—"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _table(*titles: str) -> Any:
    from rich.table import Table

    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
