"""What a finished training says of itself: the report for programs, the card for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pellucid.tasks import TASKS


def headline(metrics: Mapping[str, float], task: str) -> tuple[str, str]:
    """Return the name and the value of the metric that sums a result up, worded for people."""
    name = TASKS[task].main_metric
    if name not in metrics:
        return name, "not measured"
    value = metrics[name]
    return {"accuracy": "accuracy", "r2": "R²"}.get(name, name), format_metric(name, value)


def format_metric(name: str, value: float) -> str:
    """Write a metric: shares as percent, others with four significant digits.

    Examples
    --------
    >>> format_metric("accuracy", 0.9834), format_metric("rmse", 53.21894)
    ('98.34 %', '53.22')
    """
    if name in {"accuracy", "balanced_accuracy"}:
        return f"{100 * value:.2f} %"
    return f"{value:.4g}"


def card(report: Mapping[str, Any], settings: Mapping[str, Any], notes: list[str]) -> str:
    """Describe a model for people, in Markdown."""
    metrics, baseline = report["metrics"], report["baseline"]
    title = f"# A network for {report['target'] or 'the target'} ({report['source']})"
    lines = [
        title,
        "",
        f"Task: {report['task']}. Trained by pellucid {report['conditions']['pellucid']} on "
        f"{report['n_train']:,} examples in {report['seconds']['train']:.1f} s "
        f"({report['epochs']} epochs), with {report['n_parameters']:,} parameters.",
        "",
        "## How good it is",
        "",
        f"Measured on {report['n_test']:,} examples never used in training or for stopping."
        if report["n_test"]
        else "No test data was held out, so nothing is claimed.",
        "",
    ]
    if metrics:
        lines += ["| metric | this network | trivial predictor |", "|---|---|---|"]
        for name, value in metrics.items():
            trivial = format_metric(name, baseline[name]) if name in baseline else "—"
            lines.append(f"| {name} | {format_metric(name, value)} | {trivial} |")
        lines.append("")
    if report["confusions"]:
        lines += ["Most confused:", ""]
        lines += [
            f"- {entry['actual']} taken for {entry['predicted']}: {entry['count']} times"
            for entry in report["confusions"]
        ]
        lines.append("")
    if notes:
        lines += ["## What to know about the data", "", *(f"- {text}" for text in notes), ""]
    lines += ["## How it was made", ""]
    lines += [f"- {name}: {value}" for name, value in settings.items()]
    lines += [f"- {name}: {value}" for name, value in report["conditions"].items()]
    return "\n".join(lines) + "\n"
