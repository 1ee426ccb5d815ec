"""Train on the splits of one set and count: ``python -m benchmarks.calibration.worker SET N``.

One JSON object a split is printed, then one of all splits together: an expected calibration error
is a sum of absolute values, which few test rows make larger than it is.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.calibration.sets import lessons

COVERAGE = 0.9
SIMULATIONS = 200


def main() -> None:
    """Measure one set."""
    import pellucid

    name, repeats = sys.argv[1], int(sys.argv[2])
    before: list[tuple[Any, Any]] = []
    after: list[tuple[Any, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for lesson in lessons(name, repeats, Path(folder)):
            model = pellucid.train(lesson.source, seed=lesson.seed, **lesson.settings)
            print(json.dumps(_line(model, lesson.seed)), flush=True)
            if model.report["calibration"]:
                own = _answers(model, lesson.settings["test"] or lesson.source)
                before.append(own[0])
                after.append(own[1])
    if after:
        print(json.dumps({"pooled": _pooled(before, after)}), flush=True)


def _line(model: Any, seed: int) -> dict[str, Any]:
    report = model.report
    (calibration,) = report["calibration"].values() or ({},)
    (coverage,) = report["coverage"].values() or ({},)
    return {
        "seed": seed,
        "n_train": report["n_train"],
        "n_test": report["n_test"],
        "score": report["metrics"].get("accuracy", report["metrics"].get("r2")),
        "calibrated_by": report["calibrated_by"],
        "calibration": calibration,
        "coverage": coverage,
        "deviation": getattr(model.trained.task.target, "scale", None),
        "seconds": {key: report["seconds"].get(key, 0.0) for key in ("train", "calibrate")},
    }


def _answers(model: Any, source: Any) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return confidences and hits on the test rows, before and after calibration."""
    from pellucid.data import labelled_rows
    from pellucid.data.taking import take_rows

    trained = model.trained
    table = take_rows(source, model.contract).table
    table = table.take(labelled_rows(table, model.contract.targets))
    outputs = trained.outputs(table)
    labels = trained.task.encode_rows(table, model.contract.targets)
    found = []
    for task in (trained.task.uncalibrated(), trained.task):
        shares = task.probabilities(outputs)
        found.append((shares.max(axis=1), shares.argmax(axis=1) == labels))
    return found[0], found[1]


def _pooled(before: list[Any], after: list[Any]) -> dict[str, float]:
    """Return the errors over all splits' rows, and what a perfectly calibrated network has."""
    from pellucid import metrics

    def together(parts: list[Any]) -> tuple[Any, Any]:
        return tuple(np.concatenate(each) for each in zip(*parts, strict=True))

    confidence, _ = together(after)
    draw = np.random.default_rng(0)
    chance = [
        metrics.reliability(confidence, draw.random(len(confidence)) < confidence).error
        for _ in range(SIMULATIONS)
    ]
    return {
        "error_before": metrics.reliability(*together(before)).error,
        "error": metrics.reliability(*together(after)).error,
        "chance": float(np.mean(chance)),
        "n": len(confidence),
    }


if __name__ == "__main__":
    main()
