"""pellucid on the same files, with nothing but what a person must say of the data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from benchmarks.any_data.preparing import Split
from benchmarks.any_data.sets import AnySet
from benchmarks.summary import OURS, OURS_BEST


def results(one: AnySet, split: Split, preset: str = "fast") -> Iterator[dict[str, Any]]:
    """Train once; yield the score on the test rows, the time, and what was chosen by default.

    The time is that of ``pellucid.train``: reading, compiling, training and the test.
    """
    import pellucid

    began = time.perf_counter()
    model = pellucid.train(
        split.source,
        test=split.test,
        target=one.target,
        seed=split.seed,
        preset=preset,
        **one.settings,
    )
    seconds = time.perf_counter() - began
    chosen = ("hidden", "dropout", "weight_decay", "batch_size", "epochs")
    yield {
        "method": OURS if preset == "fast" else OURS_BEST,
        "score": _score(model, one.score),
        "seconds": seconds,
        "n_test": model.report["n_test"],
        "n_train": model.report["n_train"],
        "in_features": model.trained.encoding.in_features,
        "best_epoch": model.report["best_epoch"],
        "chosen": {name: model.settings[name] for name in chosen},
    }


def _score(model: Any, name: str) -> float:
    """Return a test score; of a forecast that at its last step, which the peers predict alone."""
    forecast = model.report.get("forecast")
    if forecast is None:
        return float(model.metrics[name])
    return float(forecast["by_step"]["network"][name][-1])
