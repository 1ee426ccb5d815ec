"""scikit-learn's epochs: ``MLPClassifier.partial_fit`` is one pass over all rows in batches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.neural_network import MLPClassifier

from benchmarks.worker import LEARNING_RATE, SEED, Job, serve_learner


class SklearnLearner:
    """A dense network in scikit-learn; float32 images keep its weights float32."""

    def __init__(self, job: Job) -> None:
        self._model = MLPClassifier(
            job.layers[1:-1],
            batch_size=job.batch_size,
            learning_rate_init=LEARNING_RATE,
            alpha=0.0,  # no weight penalty, as for all others
            random_state=SEED,
        )
        self._X, self._y = job.images.X_train, job.images.y_train
        self._classes = np.arange(job.layers[-1])

    def epoch(self) -> None:
        """Train on all images once, in a fresh order."""
        self._model.partial_fit(self._X, self._y, classes=self._classes)

    def predict(self, X: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """Return the most probable class of each row."""
        classes: npt.NDArray[np.int64] = self._model.predict(X)
        return classes


if __name__ == "__main__":
    serve_learner(SklearnLearner)
