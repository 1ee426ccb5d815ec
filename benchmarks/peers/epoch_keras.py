"""Keras' epochs on JAX: ``model.fit`` as it comes, or with several steps in one compiled call."""

from __future__ import annotations

import keras
import numpy as np
import numpy.typing as npt

from benchmarks.worker import LEARNING_RATE, SEED, Job, serve_learner

STEPS_PER_EXECUTION = 32


class KerasLearner:
    """A dense network in Keras; the variant ``many-steps`` sets ``steps_per_execution``."""

    def __init__(self, job: Job) -> None:
        keras.utils.set_random_seed(SEED)
        self._model = keras.Sequential(
            [
                keras.Input((job.layers[0],)),
                *(keras.layers.Dense(size, activation="relu") for size in job.layers[1:-1]),
                keras.layers.Dense(job.layers[-1]),
            ]
        )
        self._model.compile(
            keras.optimizers.Adam(LEARNING_RATE),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            steps_per_execution=STEPS_PER_EXECUTION if job.variant == "many-steps" else 1,
        )
        self._batch_size = job.batch_size
        self._X, self._y = job.images.X_train, job.images.y_train

    def epoch(self) -> None:
        """Train on all images once, in a fresh order."""
        self._model.fit(self._X, self._y, batch_size=self._batch_size, epochs=1, verbose=0)

    def predict(self, X: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """Return the most probable class of each row."""
        logits = self._model.predict(X, batch_size=1000, verbose=0)
        classes: npt.NDArray[np.int64] = np.argmax(logits, axis=1)
        return classes


if __name__ == "__main__":
    serve_learner(KerasLearner)
