"""Keras on JAX on images, until the validation accuracy reaches a bar: FOLDER BAR SEED."""

import gzip
import json
import os
import sys
from pathlib import Path

import numpy as np

os.environ["KERAS_BACKEND"] = "jax"
import keras  # after the backend is chosen


def read(prefix: str, header: int) -> np.ndarray:
    """Read an IDX file's bytes after its header."""
    path = next(Path(sys.argv[1]).glob(prefix + "*"))
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return np.frombuffer(content, np.uint8, offset=header)


def accuracy(X: np.ndarray, y: np.ndarray) -> float:
    """Return the share of rows whose class is right."""
    return float(np.mean(model.predict(X, batch_size=1000, verbose=0).argmax(1) == y))


seed = int(sys.argv[3])
keras.utils.set_random_seed(seed)
X, X_test = (
    read(name, 16).reshape(-1, 784).astype("float32") / 255
    for name in ("train-images", "t10k-images")
)
y, y_test = (read(name, 8).astype("int32") for name in ("train-labels", "t10k-labels"))
valid, train = np.split(np.random.default_rng(seed).permutation(len(X)), [5000])
X, X_valid, y, y_valid = X[train], X[valid], y[train], y[valid]
model = keras.Sequential(
    [keras.Input((784,)), keras.layers.Dense(128, activation="relu"), keras.layers.Dense(10)]
)
model.compile(
    keras.optimizers.Adam(1e-3),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
epochs, score = 0, 0.0
while score < float(sys.argv[2]) and epochs < 50:
    model.fit(X, y, batch_size=128, epochs=1, verbose=0)
    epochs, score = epochs + 1, accuracy(X_valid, y_valid)
print(json.dumps({"epochs": epochs, "validation": score, "test": accuracy(X_test, y_test)}))
