"""Networks as scikit-learn's estimators: `Classifier`, `Regressor` and `Clusterer`.

The same engine as `pellucid.train`, behind ``fit`` and ``predict``: nothing is written, nothing
is held out for a test, and arrays are what they are. Importing this loads scikit-learn.
"""

from pellucid.estimators.classifier import Classifier
from pellucid.estimators.clusterer import Clusterer
from pellucid.estimators.regressor import Regressor

__all__ = ["Classifier", "Clusterer", "Regressor"]
