"""Every check that scikit-learn has for estimators, none of them excused."""

from __future__ import annotations

import pytest
from sklearn.datasets import make_classification
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from pellucid import Classifier, Regressor

# Small, since compiling a network for each size of data takes nearly all of the time.
SMALL = [
    Classifier(hidden_layer_sizes=8, dropout=0, learning_rate=0.05, epochs=20),
    Regressor(hidden_layer_sizes=8, dropout=0, learning_rate=0.05, epochs=20),
]
OTHERS = [
    Classifier(),
    Classifier(hidden_layer_sizes=(), optimizer="sgd", epochs=100),
    Classifier(
        hidden_layer_sizes=8,
        normalization="batch",
        optimizer="momentum",
        learning_rate=0.1,
        epochs=40,
    ),
    Regressor(),
    Regressor(hidden_layer_sizes=(), optimizer="sgd", epochs=40),
    Regressor(
        hidden_layer_sizes=(8, 8), activation="tanh", loss="huber", learning_rate=0.02, epochs=40
    ),
]


@parametrize_with_checks(SMALL)
def test_the_checks_of_scikit_learn_pass(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks(OTHERS)
def test_they_pass_however_the_network_is_set(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", SMALL, ids=lambda estimator: type(estimator).__name__)
@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_dataframe_column_names_consistency,
        estimator_checks.check_param_validation,
    ],
    ids=lambda check: check.__name__,
)
def test_so_do_those_that_scikit_learn_asks_of_its_own_estimators_alone(estimator, check):
    check(type(estimator).__name__, estimator)


def test_sets_of_labels_pass_the_check_of_several_outputs():
    estimator_checks.check_classifier_multioutput("Classifier", SMALL[0])


def test_balanced_class_weights_find_the_rare_class_better():
    X, y = make_classification(300, weights=[0.8, 0.2], random_state=0)
    estimator_checks.check_class_weight_balanced_classifiers(
        "Classifier", SMALL[0], X[:150], y[:150], X[150:], y[150:], [0.8, 0.2]
    )
