"""Metrics: what is reported of a network. NumPy on the host, in float64; no JAX.

scikit-learn has them too; these import in a tenth of its time and take class numbers and
arrays as they lie in the engine. The tests compare the two.
"""

from pellucid.metrics.classification import (
    ClassScores,
    accuracy,
    balanced_accuracy,
    class_scores,
    confusion_matrix,
    f1,
    log_loss,
    precision,
    recall,
    roc_auc,
)
from pellucid.metrics.regression import mae, median_absolute_error, r2, rmse

__all__ = [
    "ClassScores",
    "accuracy",
    "balanced_accuracy",
    "class_scores",
    "confusion_matrix",
    "f1",
    "log_loss",
    "mae",
    "median_absolute_error",
    "precision",
    "r2",
    "recall",
    "rmse",
    "roc_auc",
]
