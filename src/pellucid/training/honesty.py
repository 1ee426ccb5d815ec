"""How sure a network is, in words: how good its probabilities are, and its intervals and sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_ROWS = {"validation": "validation rows", "out of fold": "rows answered out of fold"}


def told_of_certainty(measured: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Word what a report, or an evaluation, says of probabilities and coverage.

    Returns
    -------
    list of (str, str)
        What it is about, and what is known.

    Examples
    --------
    >>> coverage = {"asked": 0.9, "covered": 0.912, "low": 0.89, "high": 0.93, "mean_size": 1.2}
    >>> told_of_certainty({"coverage": {"label": coverage}})[0][1]
    'hold the true class in 91.2 % of these rows (89.0 – 93.0 %), 1.20 classes on average'
    """
    return [*_of_probabilities(measured), *_of_coverage(measured)]


def _of_probabilities(measured: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    by = measured.get("calibrated_by") or {}
    rows = f" from {by['n']:,} {_ROWS[by['rows']]}" if by.get("rows") in _ROWS else ""
    found = measured.get("calibration") or {}
    for target, told in found.items():
        text = f"off by {told['error']:.3f} on average (expected calibration error)"
        temperature = told["temperature"]
        if isinstance(temperature, Mapping):
            changed = any(own != 1.0 for own in temperature.values())
            words = "a temperature for each label"
        else:
            changed = temperature != 1.0
            words = f"temperature {temperature:.3g}"
        before = f", by {told['error_before']:.3f} before calibration: {words}{rows}"
        text += before if changed else "; not calibrated"
        yield f"probabilities of {target}" if len(found) > 1 else "probabilities", text


def _of_coverage(measured: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    found, units = measured.get("coverage") or {}, measured.get("units") or {}
    for target, told in found.items():
        is_set = "mean_size" in told
        name = f"{100 * told['asked']:.4g} % {'sets' if is_set else 'intervals'}"
        text = f"hold the true {'class' if is_set else 'value'} in {100 * told['covered']:.1f} %"
        text += f" of these rows ({100 * told['low']:.1f} – {100 * told['high']:.1f} %), "
        if is_set:
            text += f"{told['mean_size']:.2f} classes on average"
        else:
            unit = f" {units[target]}" if units.get(target) else ""
            text += f"{told['mean_width']:.4g}{unit} wide on average"
        yield f"{name} of {target}" if len(found) > 1 else name, text
