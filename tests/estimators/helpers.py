"""Small data and small networks, alike in size, so that programs are compiled once for all."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.datasets import load_iris

from pellucid import Classifier, Regressor

FLOWERS, SPECIES = load_iris(return_X_y=True)
# Two of the flowers are alike; here every row is different.
FLOWERS = FLOWERS + np.linspace(0, 0.01, 150)[:, None]
NAMES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
LENGTHS = FLOWERS[:, 2] * 10


def classifier(**parameters: Any) -> Classifier:
    """Return a small classifier that is soon trained, the same one each time."""
    return Classifier(
        **{"hidden_layer_sizes": (8,), "dropout": 0.0, "weight_decay": 0.0, "learning_rate": 0.05}
        | {"epochs": 20, "random_state": 0}
        | parameters
    )


def regressor(**parameters: Any) -> Regressor:
    """Return a small regressor that is soon trained, the same one each time."""
    return Regressor(
        **{"hidden_layer_sizes": (8,), "dropout": 0.0, "weight_decay": 0.0, "learning_rate": 0.05}
        | {"epochs": 20, "random_state": 0}
        | parameters
    )


def same_bits(first: Any, second: Any) -> bool:
    """Tell whether two fitted estimators hold the same weights, bit for bit."""
    weights = zip(
        [*first.coefs_, *first.intercepts_], [*second.coefs_, *second.intercepts_], strict=True
    )
    return all(np.array_equal(one, other) for one, other in weights)
