"""The report of a clustering, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.columns import Columns
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pellucid.cli.output import errors
from pellucid.training.cluster_report import picture_lines, told_of_columns, told_of_rows
from pellucid.training.report import format_metric


def show_clusters(report: Mapping[str, Any]) -> None:
    """Show each cluster: its size, typical rows, what sets it apart, and mean images."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("cluster", justify="right", style="bold")
    table.add_column("rows", justify="right")
    table.add_column("share", justify="right")
    table.add_column("most typical", overflow="fold")
    told = [told_of_columns(one) for one in report["clusters"]]
    if any(told):
        table.add_column("sets it apart", overflow="fold")
    for one, text in zip(report["clusters"], told, strict=True):
        cells = [str(one["cluster"]), f"{one['size']:,}", f"{100 * one['share']:.1f} %"]
        cells += [told_of_rows(one), *([escape(text)] if any(told) else [])]
        table.add_row(*cells)
    errors.print(table)
    drawn = [
        Text("\n".join([f"{one['cluster']}", *picture_lines(picture)]))
        for one in report["clusters"]
        for picture in one["pictures"].values()
    ]
    if drawn:
        errors.print(Columns(drawn, padding=(0, 3)))


def show_new_rows(report: Mapping[str, Any]) -> None:
    """Show how the clusters suit rows that they were not found in."""
    new = report["new_rows"]
    if new and new["metrics"]:
        words = (f"{name} {format_metric(name, value)}" for name, value in new["metrics"].items())
        errors.print(f"on {new['n']:,} rows that were not clustered: {', '.join(words)}")
