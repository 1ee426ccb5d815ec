"""From the errors of forecasts to verdicts and the section of RESULTS.md."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.summary import OURS, Results, Verdict

COVERED_AT_LEAST, COVERED_AT_MOST = 0.88, 0.92
LEAST_WINDOWS = 1000

HEAD = """## Forecasts

Default settings; every window of the test part counts, at every step ahead. Errors are in
deviations of the training rows, over all series, as in Zeng et al. (2023); of pellucid the mean of
seeds ± their standard deviation. ETTh1 is divided as there: 12, 4 and 4 months. Beside it: that
nothing changes, what was a season ago, and scikit-learn's ridge regression from the flat window of
all columns of numbers to all steps, its strength chosen by validation windows. Coverage is asked
to be 90 %."""
HEADER = (
    "", "", "seeds", "windows", "mean squared error", "mean absolute error", "covered", "seconds",
    "chosen",
)  # fmt: skip


def forecasting_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row for each forecast of each set."""
    return [
        (entry["set"], *_row(method, lines))
        for entry in part["sets"]
        for method, lines in _by_method(entry).items()
    ]


def forecasting_verdicts(part: Results) -> list[Verdict]:
    """Judge the bar of each set, the comparison with the best other forecast, and the coverage."""
    rows = []
    for entry in part["sets"]:
        methods, name = _by_method(entry), entry["set"]
        if OURS not in methods:
            continue
        mse = statistics.fmean(line["mse"] for line in methods[OURS])
        if entry["bar"] is not None:
            bar = entry["bar"]
            rows.append(Verdict(f"MSE, {name}", f"{mse:.4f}", f"≤ {bar:g}", mse <= bar))
        others = {method: lines[0]["mse"] for method, lines in methods.items() if method != OURS}
        best = min(others, key=lambda method: others[method])
        rows.append(
            Verdict(
                f"MSE, {name}, beside others",
                f"{mse:.4f}",
                f"≤ {others[best]:.4f} ({best})",
                mse <= others[best],
            )
        )
        covered = [line["covered"] for line in methods[OURS] if line["covered"] is not None]
        if covered:
            share = statistics.fmean(covered)
            bar = f"{COVERED_AT_LEAST:.0%} – {COVERED_AT_MOST:.0%}"
            reached = COVERED_AT_LEAST <= share <= COVERED_AT_MOST
            # So few windows, which share most of their values, say nothing of a share.
            is_few = methods[OURS][0]["n_test"] < LEAST_WINDOWS
            verdict = None if is_few else reached
            rows.append(Verdict(f"90 % coverage, {name}", f"{share:.1%}", bar, verdict))
    return rows


def _by_method(entry: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in entry["lines"]:
        found.setdefault(line["method"], []).append(line)
    return found


def _row(method: str, lines: list[dict[str, Any]]) -> tuple[str, ...]:
    covered = [line["covered"] for line in lines if line.get("covered") is not None]
    chosen = lines[0].get("chosen")
    text = ""
    if chosen is not None:
        hidden = ", ".join(map(str, chosen["hidden"])) or "linear"
        text = f"{hidden}; rate {chosen['learning_rate']:g}; {chosen['epochs']} epochs"
    seconds = statistics.median(line["seconds"] for line in lines)
    return (
        method,
        str(len(lines)) if method == OURS else "",
        f"{lines[0]['n_test']:,}",
        *(_spread([line[key] for line in lines]) for key in ("mse", "mae")),
        f"{statistics.fmean(covered):.1%}" if covered else "",
        f"{seconds:.1f}" if seconds else "",
        text,
    )


def _spread(values: list[float]) -> str:
    mean = f"{statistics.fmean(values):.4f}"
    return f"{mean} ± {statistics.stdev(values):.4f}" if len(values) > 1 else mean
