"""scikit-learn's multilayer perceptrons on the accuracy tasks: ``accuracy TASK REPEATS``.

Defaults but for what an honest user sets: scaled inputs, and iterations enough to converge. For
regression, also with the target scaled, and with early stopping besides: this MLP over-fits the
few rows of diabetes otherwise. The largest image sets run with early stopping alone.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.bars import R2_TASKS
from benchmarks.splits import IMAGE_SETS, Task, answer_task

MAX_ITERATIONS = 5000


def models(task: Task) -> dict[str, BaseEstimator]:
    """Return the models that stand for scikit-learn on a task, by name."""
    settings: dict[str, Any] = {"max_iter": MAX_ITERATIONS, "random_state": task.seed}
    if task.name in IMAGE_SETS:  # pixels lie between 0 and 1 already
        return {"MLPClassifier, early stopping": MLPClassifier(early_stopping=True, **settings)}
    if task.name not in R2_TASKS:
        return {"MLPClassifier": make_pipeline(StandardScaler(), MLPClassifier(**settings))}

    def with_scaled_target(regressor: MLPRegressor) -> BaseEstimator:
        return TransformedTargetRegressor(
            make_pipeline(StandardScaler(), regressor), transformer=StandardScaler()
        )

    return {
        "MLPRegressor": make_pipeline(StandardScaler(), MLPRegressor(**settings)),
        "MLPRegressor, y scaled": with_scaled_target(MLPRegressor(**settings)),
        "MLPRegressor, y scaled, early stopping": with_scaled_target(
            MLPRegressor(early_stopping=True, **settings)
        ),
    }


def results(task: Task) -> Iterator[tuple[str, dict[str, Any]]]:
    """Fit each model on a split; yield its score, seconds, and whether it ran out of steps."""
    for name, model in models(task).items():
        start = time.perf_counter()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            model.fit(task.X_train, task.y_train)
        seconds = time.perf_counter() - start
        limited = any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
        score = float(model.score(task.X_test, task.y_test))
        yield name, {"score": score, "seconds": seconds, "ran_out_of_iterations": limited}


if __name__ == "__main__":
    answer_task(results)
