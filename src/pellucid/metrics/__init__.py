"""Metrics: what is reported of a network. NumPy on the host, in float64; no JAX.

scikit-learn has them too; these import in a tenth of its time and take class numbers and
arrays as they lie in the engine. The tests compare the two.
"""

from pellucid.metrics.calibration import (
    Reliability,
    calibration_error_of_sets,
    expected_calibration_error,
    reliability,
)
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
from pellucid.metrics.clustering import (
    ari,
    clustering_accuracy,
    contingency,
    match_clusters,
    nmi,
    silhouette,
    silhouettes,
)
from pellucid.metrics.intervals import Interval, bootstrap, wilson
from pellucid.metrics.multilabel import (
    average_precision,
    hamming_loss,
    macro_f1,
    micro_f1,
    subset_accuracy,
)
from pellucid.metrics.regression import mae, median_absolute_error, r2, rmse
from pellucid.metrics.uncertainty import (
    interval_of_mean,
    intervals_of_classes,
    intervals_of_numbers,
    intervals_of_sets,
)

__all__ = [
    "ClassScores",
    "Interval",
    "Reliability",
    "accuracy",
    "ari",
    "average_precision",
    "balanced_accuracy",
    "bootstrap",
    "calibration_error_of_sets",
    "class_scores",
    "clustering_accuracy",
    "confusion_matrix",
    "contingency",
    "expected_calibration_error",
    "f1",
    "hamming_loss",
    "interval_of_mean",
    "intervals_of_classes",
    "intervals_of_numbers",
    "intervals_of_sets",
    "log_loss",
    "macro_f1",
    "mae",
    "match_clusters",
    "median_absolute_error",
    "micro_f1",
    "nmi",
    "precision",
    "r2",
    "recall",
    "reliability",
    "rmse",
    "roc_auc",
    "silhouette",
    "silhouettes",
    "subset_accuracy",
    "wilson",
]
