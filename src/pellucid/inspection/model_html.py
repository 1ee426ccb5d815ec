"""A trained model in notebooks: what it is for, its layers, how good it is, how it was made.

Only what the model's report, history and parameters hold is shown; nothing is measured here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pellucid.data.contract_html import finding_to_html
from pellucid.inspection.kernels import Kernel, kernel_to_html
from pellucid.inspection.layer_cards import layers_to_html
from pellucid.markup import Markup, element, framed, join, section, within
from pellucid.markup.glyphs import comparison_glyph
from pellucid.tasks import Several
from pellucid.training.history import History, worded
from pellucid.training.history_html import curves_to_html, table_to_html
from pellucid.training.honesty import told_of_certainty
from pellucid.training.report import format_metric, headline, interval_text

if TYPE_CHECKING:
    from pellucid.model import TrainedModel

# Metrics of which less is better; all others are at most 1.
_ERRORS = frozenset(
    {"loss", "rmse", "mae", "mse", "mase", "scaled_mse", "scaled_mae", "hamming_loss",
     "median_absolute_error", "log_loss"}
)  # fmt: skip
# What keeps a page below 60 kB, whatever things are called and however many there are.
_BYTES = 56_000
_BYTES_OF_CERTAINTY = 3_000
_BYTES_OF_METRICS, _BYTES_OF_CONFUSIONS, _BYTES_OF_FINDINGS = 7_000, 2_500, 2_000
_BYTES_OF_SETTINGS, _BYTES_OF_NOTES, _BYTES_OF_CONDITIONS = 9_000, 4_000, 2_000


def model_to_html(model: TrainedModel) -> str:
    """Return a model as HTML; what is folded away is left out where the page would be large."""
    made = model.made
    report = dict(made.get("report", {}))
    kernel = Kernel.first(model)
    page = [
        _head(model, report),
        _serious(model),
        layers_to_html(model),
        _results(report),
        _curves(History(made.get("history", []))),
    ]
    folded = {
        "the weights": None if kernel is None else kernel_to_html(kernel),
        "settings": _settings(made.get("settings", {}), made.get("reasons", {})),
        "what to know about the data": _notes(made.get("notes", [])),
        "how it was made": _making(report),
    }
    left_out = []
    for name, piece in folded.items():
        if piece is not None and len(framed(*page, piece).encode()) > _BYTES:
            left_out.append(name)
        else:
            page.append(piece)
    if left_out:
        told = f"Left out, since this page would be too large: {', '.join(left_out)}."
        page.append(element("p", told, class_="soft"))
    return framed(*page)


def _head(model: TrainedModel, report: Mapping[str, Any]) -> Markup:
    """Say what the model is for, of what size, and how good beside knowing nothing."""
    task = model.task.name
    targets = ", ".join(model.contract.targets)
    title = f"several targets: {targets}" if task == Several.name else f"{task} of {targets}"
    left = [
        element("p", element("strong", _cut(title, 160)), class_="title"),
        element("p", _cut(_sizes(model, report), 300), class_="soft"),
        element("p", _work(report), class_="soft") if report else None,
    ]
    right = None
    metrics = report.get("metrics") or {}
    name = type(model.task).main_metric
    if name in metrics:
        words, value = headline(metrics, task)
        baseline = report.get("baseline") or {}
        trivial = "on rows never seen"
        if name in baseline:
            trivial += f"; trivial predictor {headline(baseline, task)[1]}"
        right = element(
            "div",
            element("p", element("strong", f"{value} "), class_="big"),
            element("p", f"test {words} ", element("span", trivial, class_="soft")),
        )
    return element("div", element("div", *left), right, class_="head")


def _serious(model: TrainedModel) -> Markup | None:
    """Name what makes results mislead, where a person who reads them cannot miss it."""
    found = [finding for finding in model.contract.findings if finding.severity == "serious"]
    items = within(map(finding_to_html, found), _BYTES_OF_FINDINGS)
    return element("ul", *items, class_="findings") if items else None


def _sizes(model: TrainedModel, report: Mapping[str, Any]) -> str:
    source = str(report.get("source") or model.contract.source)
    parts = [
        f"{report[key]:,} {use}"
        for key, use in (
            ("n_train", "examples to learn from"),
            ("n_validation", "to choose the best epoch"),
            ("n_test", "to test"),
        )
        if report.get(key)
    ]
    return f"{source}: {', '.join(parts)}" if parts else source


def _work(report: Mapping[str, Any]) -> str:
    seconds = report.get("seconds") or {}
    words = f"{report.get('epochs', 0):,} epochs"
    words += f" in {seconds['train']:.1f} s" if "train" in seconds else ""
    words += f" ({report['ended']})" if report.get("ended") else ""
    if report.get("n_validation") and report.get("best_epoch"):
        words += f"; the best was {report['best_epoch']:,}"
    words += f"; {report['n_parameters']:,} parameters" if "n_parameters" in report else ""
    return words + (f"; {seconds['total']:.1f} s in all" if "total" in seconds else "")


def _results(report: Mapping[str, Any]) -> Markup | None:
    """Put the test metrics beside the trivial predictor's, and what is most confused."""
    if not report:
        return None
    metrics = report.get("metrics") or {}
    if not metrics:
        told = "No test data was held out, so nothing is claimed about new data."
        return element("p", told, class_="soft")
    baseline, units = report.get("baseline") or {}, report.get("units")
    lines = (
        _metric(name, value, baseline.get(name), interval_text(name, report, units), units)
        for name, value in metrics.items()
    )
    rows = within(lines, _BYTES_OF_METRICS)
    head = [
        element("th", word, class_="number" if word not in {"", "● against ○"} else None)
        for word in ("", "this network", "95 % interval", "trivial predictor", "● against ○")
    ]
    left = len(metrics) - len(rows)
    table = element("thead", element("tr", *head)), element("tbody", *rows)
    return element(
        "div",
        element(
            "div",
            section(f"On {report.get('n_test', 0):,} test examples"),
            element("table", *table, class_="middle"),
            element("p", f"and {left} more in .metrics", class_="soft") if left > 0 else None,
            *within(
                (
                    element("p", element("strong", f"{_cut(name, 60)}: "), text, class_="small")
                    for name, text in told_of_certainty(report)
                ),
                _BYTES_OF_CERTAINTY,
            ),
        ),
        _confusions(report.get("confusions") or []),
        class_="beside",
    )


def _metric(
    name: str,
    value: float,
    trivial: float | None,
    interval: str,
    units: Mapping[str, str] | None,
) -> Markup:
    is_error = name.rpartition(".")[2] in _ERRORS
    hint = element("span", " (less is better)", class_="soft small") if is_error else None
    beside = "" if trivial is None else format_metric(name, trivial, units)
    return element(
        "tr",
        element("th", _cut(worded(name), 60), hint),
        element("td", element("strong", format_metric(name, value, units)), class_="number"),
        element("td", interval, class_="number"),
        element("td", beside, class_="number soft"),
        element("td", _compared(value, trivial, is_error=is_error)),
    )


def _compared(value: float, trivial: float | None, *, is_error: bool) -> Markup:
    """Draw a metric and the trivial predictor's: errors from 0, scores up to 1."""
    known = [n for n in (value, trivial) if n is not None and math.isfinite(n)]
    if not math.isfinite(value):
        return Markup()
    if is_error:
        return comparison_glyph(value, trivial, 0.0, 1.05 * max(known) or 1.0)
    return comparison_glyph(value, trivial, max(-1.0, min(0.0, *known)), max(1.0, *known))


def _confusions(confusions: list[dict[str, Any]]) -> Markup | None:
    if not confusions:
        return None
    largest = max(entry["count"] for entry in confusions)
    rows = []
    for entry in confusions:
        target = f"{entry['target']}: " if "target" in entry else ""
        bar = element("div", style=f"width:{100 * entry['count'] / largest:.1f}%")
        rows.append(
            element(
                "tr",
                element("td", _cut(f"{target}{entry['actual']}", 60)),
                element("td", _cut(f"→ {entry['predicted']}", 60)),
                element("td", f"{entry['count']:,}", class_="number"),
                element("td", bar, class_="bar count"),
            )
        )
    head = [
        element("th", word, class_="number" if word == "times" else None)
        for word in ("actual", "predicted", "times", "")
    ]
    return element(
        "div",
        section("Most often confused"),
        element(
            "table",
            element("thead", element("tr", *head)),
            element("tbody", *within(rows, _BYTES_OF_CONFUSIONS)),
        ),
    )


def _curves(history: History) -> Markup | None:
    if not history:
        return None
    return join([section("Epoch by epoch"), curves_to_html(history), table_to_html(history)])


def _settings(settings: Mapping[str, Any], reasons: Mapping[str, str]) -> Markup | None:
    if not settings:
        return None
    lines = (
        element(
            "tr",
            element("th", _cut(name.replace("_", " "), 60)),
            element("td", _cut(_worded_setting(value), 200)),
            element("td", _cut(reasons.get(name, ""), 300), class_="soft"),
        )
        for name, value in settings.items()
    )
    rows = within(lines, _BYTES_OF_SETTINGS)
    if (left := len(settings) - len(rows)) > 0:
        rows.append(element("tr", element("td", f"and {left:,} more in .settings")))
    head = [element("th", word) for word in ("setting", "value", "why" if reasons else "")]
    return element(
        "details",
        element("summary", "Settings" + (" and their reasons" if reasons else "")),
        element("table", element("thead", element("tr", *head)), element("tbody", *rows)),
    )


def _worded_setting(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {own}" for key, own in value.items()) or "none"
    return str(value)


def _notes(notes: list[str]) -> Markup | None:
    if not notes:
        return None
    items = within((element("li", _cut(note, 500)) for note in notes), _BYTES_OF_NOTES)
    if (left := len(notes) - len(items)) > 0:
        items.append(element("li", f"and {left:,} more"))
    return element(
        "details",
        element("summary", f"What to know about the data ({len(notes):,})"),
        element("ul", *items, class_="findings"),
    )


def _making(report: Mapping[str, Any]) -> Markup | None:
    made = {
        "data": report.get("origin"),
        **(report.get("conditions") or {}),
        "run": report.get("run"),
        "model": report.get("model"),
    }
    lines = (
        element("tr", element("th", name), element("td", _cut(str(value), 300)))
        for name, value in made.items()
        if value
    )
    rows = within(lines, _BYTES_OF_CONDITIONS)
    if not rows:
        return None
    return element(
        "details", element("summary", "How it was made"), element("table", element("tbody", *rows))
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
