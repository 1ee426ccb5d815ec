"""How a search speaks: values, scores, durations, and what came out in a few sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pellucid.training.report import format_metric

if TYPE_CHECKING:
    from pellucid.tuning.result import TuningResult

_WAYS = {
    "validation": "{n} validation rows",
    "out of fold": "all {n} rows to learn from, each by a network that did not learn from it",
    "later windows": "the last {n} windows, by a network that learned from those before them",
}


def value_words(value: Any) -> str:
    """Write a setting's value as its flag takes it.

    Examples
    --------
    >>> value_words((64, 64)), value_words([]), value_words(0.0041), value_words("relu")
    ('64,64', 'none', '0.0041', 'relu')
    """
    if isinstance(value, tuple | list):
        return ",".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def settings_words(settings: Mapping[str, Any]) -> str:
    """Write settings that differ from the defaults, in a line.

    Examples
    --------
    >>> settings_words({"hidden": (64,), "learning_rate": 0.01}), settings_words({})
    ('hidden 64, learning_rate 0.01', 'the defaults')
    """
    words = (f"{name} {value_words(value)}" for name, value in settings.items())
    return ", ".join(words) or "the defaults"


def limits_words(dimension: Mapping[str, Any]) -> str:
    """Write what is tried of a setting, given as plain values.

    Examples
    --------
    >>> limits_words({"span": [0.0002, 0.02], "choices": []})
    '0.0002 … 0.02'
    >>> limits_words({"span": None, "choices": [[], [64, 64]]})
    'none · 64,64'
    """
    if dimension["span"] is not None:
        return " … ".join(map(value_words, dimension["span"]))
    return " · ".join(map(value_words, dimension["choices"]))


def counted(n: int, noun: str) -> str:
    """Write how many there are.

    Examples
    --------
    >>> counted(1, "trial"), counted(1200, "trial")
    ('1 trial', '1,200 trials')
    """
    return f"{n:,} {noun}{'s' * (n != 1)}"


def rows_words(way: str, n: int) -> str:
    """Say which rows score.

    Examples
    --------
    >>> rows_words("validation", 6000)
    '6,000 validation rows'
    """
    return _WAYS[way].format(n=f"{n:,}")


def duration(seconds: float) -> str:
    """Write a time.

    Examples
    --------
    >>> duration(4.26), duration(80), duration(4000)
    ('4.3 s', '80 s', '67 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def score_words(name: str, metrics: Mapping[str, float]) -> str:
    """Write the score among metrics; nothing where there is none."""
    return format_metric(name, metrics[name]) if name in metrics else "—"


def verdict(result: TuningResult) -> list[str]:
    """Say what the search brought, and what that is worth."""
    n = len(result.trials)
    sentences = [*_of_end(result)]
    if result.best_number == 1:
        sentences.append(
            f"No trial of {n:,} did better than the defaults, so that these are what was trained."
            if n > 1
            else "There was one trial, that of the defaults, which are what was trained."
        )
        return sentences
    sentences.append(_of_gain(result))
    if result.importance:
        name, share = next(iter(result.importance.items()))
        sentences.append(
            f"What mattered most among these trials is {name}: {100 * share:.0f} % of the variance "
            "of their scores."
        )
    return sentences


def _of_end(result: TuningResult) -> list[str]:
    n = len(result.trials)
    texts = {
        "time limit": f"The time limit left room for {n:,} of {result.wanted:,} trials.",
        "exhausted": f"After {n:,} trials there was nothing left to try.",
        "callback": f"It was stopped by a callback after {n:,} of {result.wanted:,} trials.",
    }
    return [texts[result.ended]] if result.ended in texts else []


def _of_gain(result: TuningResult) -> str:
    name = result.score_name
    tested = (result.report.get("intervals") or {}).get(name)
    reference = None if result.defaults is None else result.defaults["metrics"].get(name)
    best = result.report["metrics"].get(name)
    lucky = f"The best of {len(result.trials):,} scores is the luckiest as well: "
    if reference is None or best is None:
        return lucky + "on new rows expect less of a gain than these rows show."
    if tested is not None and tested[0] <= reference <= tested[1]:
        return lucky + (
            "on the test rows, which took no part, the defaults lie within the 95 % interval, so "
            "that the difference there may be chance."
        )
    units = result.report.get("units")
    change = " to ".join(format_metric(name, value, units) for value in (reference, best))
    return lucky + f"on the test rows, which took no part, it went from {change}."
