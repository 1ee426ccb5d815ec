"""scikit-learn on images, until the validation accuracy reaches a bar: FOLDER BAR SEED."""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier


def read(prefix: str, header: int) -> np.ndarray:
    """Read an IDX file's bytes after its header."""
    path = next(Path(sys.argv[1]).glob(prefix + "*"))
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return np.frombuffer(content, np.uint8, offset=header)


seed = int(sys.argv[3])
X, X_test = (
    read(name, 16).reshape(-1, 784).astype("float32") / 255
    for name in ("train-images", "t10k-images")
)
y, y_test = read("train-labels", 8), read("t10k-labels", 8)
valid, train = np.split(np.random.default_rng(seed).permutation(len(X)), [5000])
X, X_valid, y, y_valid = X[train], X[valid], y[train], y[valid]
model = MLPClassifier((128,), batch_size=128, random_state=seed)
epochs, score = 0, 0.0
while score < float(sys.argv[2]) and epochs < 50:
    model.partial_fit(X, y, classes=np.arange(10))
    epochs, score = epochs + 1, model.score(X_valid, y_valid)
print(json.dumps({"epochs": epochs, "validation": score, "test": model.score(X_test, y_test)}))
