"""What a finished training says of itself: the report for programs, the card for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pellucid.errors import quote_list
from pellucid.model import TrainedModel
from pellucid.nn import Dense
from pellucid.tasks import TASKS
from pellucid.training.cluster_report import card_lines
from pellucid.training.forecast_report import by_step, references
from pellucid.training.honesty import told_of_certainty


def headline(metrics: Mapping[str, float], task: str) -> tuple[str, str]:
    """Return the name and the value of the metric that sums a result up, worded for people."""
    name = TASKS[task].main_metric
    if name not in metrics and "silhouette" in metrics:
        name = "silhouette"  # what a clustering without labels is summed up by
    if name not in metrics:
        return name, "not measured"
    value = metrics[name]
    words = {
        "nmi": "NMI",
        "r2": "R²",
        "micro_f1": "micro F1",
        "mean_score": "mean score",
        "mase": "MASE",
    }
    return words.get(name, name), format_metric(name, value)


def format_metric(name: str, value: float, units: Mapping[str, str] | None = None) -> str:
    """Write a metric: shares as percent, others with four significant digits.

    Of several targets, ``b.accuracy`` is the accuracy of ``b``.

    Examples
    --------
    >>> format_metric("accuracy", 0.9834), format_metric("rmse", 53.21894)
    ('98.34 %', '53.22')
    >>> format_metric("price.mae", 7.5, {"price": "€"}), format_metric("mae", 7.5, {"due": "days"})
    ('7.5 €', '7.5 days')
    """
    target, _, metric = name.rpartition(".")
    if metric in {"rmse", "mae"} and units:
        # Without a target's name before it, a metric is that of the only target.
        unit = units.get(target) if target else next(iter(units.values()))
        return f"{value:.4g} {unit}" if unit else f"{value:.4g}"
    if metric in {"accuracy", "balanced_accuracy", "subset_accuracy"}:
        return f"{100 * value:.2f} %"
    return f"{value:.4g}"


def interval_text(
    name: str, measured: Mapping[str, Any], units: Mapping[str, str] | None = None
) -> str:
    """Write a metric's 95 % confidence interval; nothing where it has none.

    Examples
    --------
    >>> interval_text("accuracy", {"intervals": {"accuracy": [0.9641, 0.9917]}})
    '96.41 – 99.17 %'
    >>> interval_text("r2", {"intervals": {"r2": [-0.006609, 0.457]}})
    '-0.006609 – 0.457'
    """
    ends = (measured.get("intervals") or {}).get(name)
    if ends is None:
        return ""
    low, high = (format_metric(name, end, units) for end in ends)
    unit = high.rpartition(" ")[2] if " " in high else ""
    return f"{low.removesuffix(f' {unit}') if unit else low} – {high}"


def _measured_on(report: Mapping[str, Any]) -> str:
    if report["task"] == "clustering":
        return f"Measured on all {report['n_train']:,} rows; labels, if any, were not learned from."
    if report["n_test"]:
        return f"Measured on {report['n_test']:,} examples never used in training or for stopping."
    return "No test data was held out, so nothing is claimed."


def card(report: Mapping[str, Any], settings: Mapping[str, Any], notes: list[str]) -> str:
    """Describe a model for people, in Markdown."""
    metrics, beside = report["metrics"], references(report)
    # Version 0.1.0 knew one target only.
    units = report.get("units")
    targets = ", ".join(report.get("targets") or [str(report["target"] or "the target")])
    title = f"# A network for {targets} ({report['source']})"
    if report["task"] == "clustering":
        title = f"# {report['n_clusters']} clusters ({report['source']})"
    lines = [
        title,
        "",
        f"Task: {report['task']}. Trained by pellucid {report['conditions']['pellucid']} on "
        f"{report['n_train']:,} examples in {report['seconds']['train']:.1f} s "
        f"({report['epochs']} epochs), with {report['n_parameters']:,} parameters.",
        "",
        "## How good it is",
        "",
        _measured_on(report),
        "",
    ]
    if metrics:
        titles = "".join(f" {title} |" for title, _ in beside)
        lines += [f"| metric | this network | 95 % interval |{titles}"]
        lines += ["|---|---|---|" + "---|" * len(beside)]
        for name, value in metrics.items():
            others = "".join(
                f" {format_metric(name, own[name], units) if name in own else '—'} |"
                for _, own in beside
            )
            interval = interval_text(name, report, units) or "—"
            value_text = format_metric(name, value, units)
            lines.append(f"| {name} | {value_text} | {interval} |{others}")
        lines.append("")
        if steps := by_step(report):
            lines += ["| " + " | ".join(row) + " |" for row in steps[:1]]
            lines += ["|---" * len(steps[0]) + "|"]
            lines += ["| " + " | ".join(row) + " |" for row in steps[1:]]
            lines.append("")
        if told := told_of_certainty(report):
            lines += [*(f"- {name}: {text}" for name, text in told), ""]
    if report["confusions"]:
        lines += ["Most confused:", ""]
        lines += [
            f"- {entry['target'] + ': ' if 'target' in entry else ''}"
            f"{entry['actual']} taken for {entry['predicted']}: {entry['count']} times"
            for entry in report["confusions"]
        ]
        lines.append("")
    if report["task"] == "clustering":
        lines += card_lines(report)
    if found := report.get("diagnoses"):
        lines += ["## What is wrong with the training", ""]
        lines += [f"- {told['name']}: {told['text']} {told['advice']}" for told in found]
        lines.append("")
    if notes:
        lines += ["## What to know about the data", "", *(f"- {text}" for text in notes), ""]
    lines += ["## How it was made", ""]
    lines += [f"- {name}: {value}" for name, value in settings.items()]
    lines += [f"- {name}: {value}" for name, value in report["conditions"].items()]
    return "\n".join(lines) + "\n"


def one_line(trained: TrainedModel) -> str:
    """Return a model in short: its task, its layers' sizes, its score."""
    units = (layer.units for layer in trained.network.layers if isinstance(layer, Dense))
    layers = " → ".join(map(str, (trained.encoding.in_features, *units)))
    targets = quote_list(trained.contract.targets)
    metrics = trained.made.get("report", {}).get("metrics", {})
    name, value = headline(metrics, trained.task.name)
    return f"{trained.task.name} of {targets}, {layers}, test {name} {value}"
