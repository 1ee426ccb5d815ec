"""Default settings on small data, beside scikit-learn's perceptrons and linear models."""

from __future__ import annotations

from statistics import mean

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_regression,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pellucid import Classifier, Regressor

CLASSES = {
    "iris": load_iris,
    "wine": load_wine,
    "breast cancer": load_breast_cancer,
    "digits": load_digits,
}
NUMBERS = {
    "diabetes": lambda: load_diabetes(return_X_y=True),
}
LINEAR = {
    "few columns": lambda: make_regression(200, 10, n_informative=5, noise=5, random_state=0),
    "many columns": lambda: make_regression(150, 50, n_informative=50, noise=100, random_state=0),
}
# A test part has 40 to 450 rows: so much is one row to twenty of them.
MARGIN = 0.03


def scores(make, X, y, *, seeds=range(3), stratified=True):
    """Return the mean score on a quarter of the rows, held out anew for each seed."""
    found = []
    for seed in seeds:
        parts = train_test_split(
            X, y, test_size=0.25, random_state=seed, stratify=y if stratified else None
        )
        found.append(make(seed).fit(parts[0], parts[2]).score(parts[1], parts[3]))
    return mean(found)


def perceptron(seed):
    return make_pipeline(StandardScaler(), MLPClassifier(max_iter=1000, random_state=seed))


def perceptron_of_numbers(seed):
    network = make_pipeline(StandardScaler(), MLPRegressor(max_iter=1000, random_state=seed))
    return TransformedTargetRegressor(network, transformer=StandardScaler())


@pytest.mark.slow
@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_classes_are_told_apart_as_well_as_by_scikit_learn(name):
    X, y = CLASSES[name](return_X_y=True)
    ours = scores(lambda seed: Classifier(random_state=seed), X, y)
    assert ours >= scores(perceptron, X, y) - MARGIN


@pytest.mark.slow
@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_numbers_are_predicted_as_well_as_by_scikit_learn(name):
    X, y = NUMBERS[name]()
    ours = scores(lambda seed: Regressor(random_state=seed), X, y, stratified=False)
    assert ours >= scores(perceptron_of_numbers, X, y, stratified=False) - MARGIN


@pytest.mark.parametrize("name", LINEAR)
def test_without_hidden_layers_a_linear_rule_is_found(name):
    X, y = LINEAR[name]()
    ours = scores(
        lambda seed: Regressor(hidden_layer_sizes=(), random_state=seed), X, y, stratified=False
    )
    assert ours >= scores(lambda seed: Ridge(), X, y, stratified=False) - MARGIN


def test_without_hidden_layers_classes_are_those_of_logistic_regression():
    X, y = load_iris(return_X_y=True)
    ours = scores(lambda seed: Classifier(hidden_layer_sizes=(), random_state=seed), X, y)
    logistic = scores(
        lambda seed: make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)), X, y
    )
    assert ours >= logistic - MARGIN


@pytest.mark.slow
def test_rows_that_come_again_and_again_are_no_few_rows():
    """64 different rows, 5,000 times: the best answer to each is its more frequent class."""
    draw = np.random.default_rng(0)

    def drawn(n):
        rows = draw.integers(0, 2, (n, 6)).astype(float)
        chance = np.where(rows[:, 0] != rows[:, 1], 0.8, 0.2)
        return rows, (draw.random(n) < chance).astype(int)

    fitted = Classifier(random_state=0).fit(*drawn(5000))
    rows, labels = drawn(5000)
    # 0.8 is what knowing the rule would give; a network held back as for few rows gives 0.7.
    assert fitted.score(rows, labels) > 0.78
