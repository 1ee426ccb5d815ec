"""What a report says of a forecast, in the order in which people ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NETWORK = "this network"
_REFERENCES = {"naive": "nothing changes", "seasonal_naive": "a season ago"}
# So many steps tell how the error grows.
_STEPS_SHOWN = 6


def references(measured: Mapping[str, Any]) -> list[tuple[str, Mapping[str, float]]]:
    """Return what metrics stand beside: the title and the metrics of each.

    Examples
    --------
    >>> references({"baseline": {"accuracy": 0.5}})
    [('trivial predictor', {'accuracy': 0.5})]
    """
    forecast = measured.get("forecast")
    if measured.get("task") == "clustering":
        return [("k-means", measured["baseline"])]
    if forecast is None:
        return [("trivial predictor", measured["baseline"])]
    seasonal = forecast["seasonal_naive"]
    found = [(_REFERENCES["naive"], measured["baseline"])]
    if seasonal is not None:
        found.append((f"{_REFERENCES['seasonal_naive']} ({forecast['season']:,} rows)", seasonal))
    return found


def by_step(measured: Mapping[str, Any]) -> list[list[str]]:
    """Return a table of how errors grow with the step, its titles first; none for one step.

    The error is MASE, or where that cannot be told the mean absolute error.
    """
    forecast = measured.get("forecast")
    if forecast is None or forecast["horizon"] < 2:
        return []
    curves = forecast["by_step"]
    own = curves["network"]
    metric = next((name for name in ("mase", "mae", "scaled_mae") if name in own), None)
    if metric is None:
        return []
    coverages = [one["by_step"] for one in (measured.get("coverage") or {}).values()]
    asked = next((one["asked"] for one in (measured.get("coverage") or {}).values()), None)
    names = ["network", *(name for name in _REFERENCES if name in curves)]
    titles = [f"{metric.replace('_', ' ').replace('mase', 'MASE')} by step", NETWORK]
    titles += [_REFERENCES[name] for name in names[1:]]
    titles += [] if asked is None else [f"in {100 * asked:.4g} % intervals"]
    rows = [titles]
    for step in _steps_shown(forecast["horizon"]):
        values = (curves[name][metric][step - 1] for name in names)
        row = [f"{step:,}", *("" if value is None else f"{value:.3f}" for value in values)]
        if asked is not None:
            shares = [one[step - 1] for one in coverages]
            row.append(f"{100 * sum(shares) / len(shares):.1f} %")
        rows.append(row)
    return rows


def _steps_shown(horizon: int) -> list[int]:
    """Return 1, the horizon, and some between.

    Examples
    --------
    >>> _steps_shown(96), _steps_shown(3)
    ([1, 20, 39, 58, 77, 96], [1, 2, 3])
    """
    n = min(_STEPS_SHOWN, horizon)
    return sorted({1 + round(k * (horizon - 1) / max(1, n - 1)) for k in range(n)})
