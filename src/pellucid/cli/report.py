"""The final report of a training or an evaluation, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from pellucid.cli.clusters import show_clusters, show_new_rows
from pellucid.cli.output import errors
from pellucid.training.forecast_report import by_step, references
from pellucid.training.honesty import told_of_certainty
from pellucid.training.report import format_metric, interval_text


def show_report(report: Mapping[str, Any], *, already: bool = False) -> None:
    """Show what was reached, beside the trivial predictor, and what to do next."""
    seconds = report["seconds"]
    when = "was finished already" if already else f"took {seconds['total']:.1f} s"
    epochs = f"{report['epochs']} epoch{'s' * (report['epochs'] != 1)}"
    errors.print(
        f"\nThe training {when}: {epochs} in {seconds['train']:.1f} s"
        f" ({escape(report['ended'])}); "
        f"{report['n_parameters']:,} parameters"
        + (f"; the best epoch was {report['best_epoch']}" if report["n_validation"] else "")
    )
    if report["task"] == "clustering":
        show_clusters(report)
        show_metrics({**report, "n": report["n_train"], "n_test": None})
        show_new_rows(report)
    else:
        show_metrics(report)
    show_diagnoses(report)
    if report["model"]:
        model = escape(report["model"])
        errors.print(f"\nmodel    [bold]{model}[/]")
        errors.print(f"predict  pellucid predict {model} NEW_DATA")
        # A run knows its data and its states on the way, which a model file alone does not.
        opened = escape(report["run"] or report["model"])
        errors.print(f"inside   pellucid studio {opened}")


def show_diagnoses(report: Mapping[str, Any]) -> None:
    """Show what is wrong with the training, each with its remedy; nothing where nothing is."""
    found = report.get("diagnoses") or []
    if found:
        errors.print("\n[bold]What is wrong with this training[/]")
    for told in found:
        style = "dim" if told["severity"] == "note" else "yellow"
        errors.print(f"  [{style}]{told['name']}[/]: {escape(told['text'])}")
        errors.print(f"    → {escape(told['advice'])}")


def show_metrics(measured: Mapping[str, Any]) -> None:
    """Show metrics beside those of the trivial predictor, and the confusions."""
    metrics, units, beside = measured["metrics"], measured.get("units"), references(measured)
    if not metrics:
        errors.print("No test data was held out, so nothing is claimed about new data.")
        return
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    tested = (
        f"{measured['n_test']:,} test examples"
        if measured.get("n_test") is not None
        else f"{measured['n']:,} rows"
    )
    table.add_column(f"on {tested}")
    table.add_column("this network", justify="right", style="bold")
    table.add_column("95 % interval", justify="right")
    for title, _ in beside:
        table.add_column(title, justify="right", style="dim")
    for name, value in metrics.items():
        others = (format_metric(name, own[name], units) if name in own else "" for _, own in beside)
        interval = interval_text(name, measured, units)
        table.add_row(_worded(name), format_metric(name, value, units), interval, *others)
    errors.print(table)
    _show_steps(measured)
    if told := told_of_certainty(measured):
        words = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
        for name, text in told:
            words.add_row(escape(name), escape(text))
        errors.print(words)
    if measured["confusions"]:
        pairs = ", ".join(
            f"{entry['target'] + ': ' if 'target' in entry else ''}"
            f"{entry['actual']} → {entry['predicted']} ({entry['count']})"
            for entry in measured["confusions"]
        )
        errors.print(f"most confused (actual → predicted): {escape(pairs)}")


def _show_steps(measured: Mapping[str, Any]) -> None:
    """Show how a forecast's errors grow with the step."""
    rows = by_step(measured)
    if not rows:
        return
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for place, title in enumerate(rows[0]):
        table.add_column(title, justify="right" if place else "left")
    for row in rows[1:]:
        table.add_row(*row)
    errors.print(table)


def _worded(name: str) -> str:
    """Word a metric: ``color.balanced_accuracy`` as "color: balanced accuracy"."""
    target, _, metric = name.rpartition(".")
    words = metric.replace("_", " ")
    return escape(f"{target}: {words}" if target else words)
