"""The estimators among scikit-learn's other parts: pipelines, searches, ensembles, copies."""

from __future__ import annotations

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor, StackingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tests.estimators.helpers import (
    FLOWERS,
    LENGTHS,
    NAMES,
    SPECIES,
    classifier,
    regressor,
    same_bits,
)

FRAME = pd.DataFrame(FLOWERS, columns=NAMES)
FOLDS = StratifiedKFold(3, shuffle=True, random_state=0)


def test_they_are_a_classifier_and_a_regressor():
    assert is_classifier(classifier())
    assert is_regressor(regressor())


def test_a_copy_has_the_parameters_and_nothing_that_was_learned():
    fitted = classifier(class_weight={0: 2.0}, kinds=None).fit(FLOWERS, SPECIES)
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not [name for name in vars(copy) if name.endswith("_")]
    with pytest.raises(NotFittedError):
        copy.predict(FLOWERS)


def test_they_come_last_in_a_pipeline():
    pipeline = make_pipeline(StandardScaler(), classifier())
    pipeline.fit(FLOWERS, SPECIES, classifier__sample_weight=np.ones(150))
    assert pipeline.score(FLOWERS, SPECIES) > 0.9


def test_frames_keep_their_names_on_the_way_through_a_pipeline():
    pipeline = make_pipeline(StandardScaler(), classifier()).set_output(transform="pandas")
    fitted = pipeline.fit(FRAME, SPECIES)[-1]
    assert fitted.feature_names_in_.tolist() == NAMES
    assert fitted.model_.contract.inputs[2].name == "petal_length"


@pytest.mark.parametrize("sparse_threshold", [0.0, 1.0], ids=["dense", "sparse"])
def test_a_column_transformer_may_prepare_the_columns(sparse_threshold):
    frame = FRAME.assign(color=np.array(["white", "blue", "red"])[SPECIES])
    encode = ColumnTransformer(
        [("colors", OneHotEncoder(), ["color"]), ("sizes", StandardScaler(), NAMES)],
        sparse_threshold=sparse_threshold,
    )
    pipeline = make_pipeline(encode, classifier()).fit(frame, SPECIES)
    assert pipeline.score(frame, SPECIES) > 0.95
    assert pipeline[-1].n_features_in_ == 7


def test_a_grid_search_finds_the_better_parameters():
    """At a rate of 1e-6, twenty epochs change next to nothing."""
    grid = {"learning_rate": [1e-6, 0.05]}
    search = GridSearchCV(classifier(), grid, cv=FOLDS).fit(FLOWERS, SPECIES)
    assert search.best_params_ == {"learning_rate": 0.05}
    assert search.best_score_ > 0.9
    assert search.best_estimator_.model_.settings["learning_rate"] == 0.05


def test_a_random_search_draws_sizes_of_layers():
    sizes = {"hidden_layer_sizes": [(), (8,)]}
    search = RandomizedSearchCV(regressor(), sizes, n_iter=2, cv=3, random_state=0)
    scores = search.fit(FLOWERS, LENGTHS).cv_results_["mean_test_score"]
    assert scores.shape == (2,)
    assert np.isfinite(scores).all()


def test_two_processes_score_as_one_does():
    """Each of joblib's processes starts JAX anew: nothing of it may be sent to them."""
    one = cross_val_score(classifier(), FLOWERS, SPECIES, cv=FOLDS)
    two = cross_val_score(classifier(), FLOWERS, SPECIES, cv=FOLDS, n_jobs=2)
    assert one.tolist() == two.tolist()
    assert one.min() > 0.85


def test_out_of_fold_probabilities_are_in_the_order_of_the_classes():
    names = np.array(["c", "a", "b"])[SPECIES]
    found = cross_val_predict(classifier(), FLOWERS, names, cv=FOLDS, method="predict_proba")
    assert (np.array(["a", "b", "c"])[found.argmax(axis=1)] == names).mean() > 0.85


@pytest.mark.parametrize("dump", ["pickle", "joblib"])
@pytest.mark.parametrize("make", [classifier, regressor])
def test_a_pickle_predicts_the_same_bits(make, dump):
    fitted = make().fit(FRAME, SPECIES)
    if dump == "pickle":
        back = pickle.loads(pickle.dumps(fitted))  # noqa: S301 -- made two lines above
    else:
        stream = io.BytesIO()
        joblib.dump(fitted, stream)
        stream.seek(0)
        back = joblib.load(stream)
    assert np.array_equal(back.predict(FRAME), fitted.predict(FRAME))
    assert same_bits(back, fitted)


def test_votes_are_counted():
    votes = [("network", classifier()), ("logistic", LogisticRegression(max_iter=500))]
    for voting in ("hard", "soft"):
        ensemble = VotingClassifier(votes, voting=voting).fit(FLOWERS, SPECIES)
        assert ensemble.score(FLOWERS, SPECIES) > 0.9


def test_probabilities_may_be_calibrated():
    calibrated = CalibratedClassifierCV(classifier(), cv=FOLDS).fit(FLOWERS, SPECIES)
    assert np.allclose(calibrated.predict_proba(FLOWERS).sum(axis=1), 1)
    assert calibrated.score(FLOWERS, SPECIES) > 0.9


def test_other_estimators_may_be_built_on_them():
    stacked = StackingClassifier([("network", classifier())], cv=FOLDS).fit(FLOWERS, SPECIES)
    assert stacked.score(FLOWERS, SPECIES) > 0.9
    assert OneVsRestClassifier(classifier()).fit(FLOWERS, SPECIES).score(FLOWERS, SPECIES) > 0.85
    bagged = BaggingRegressor(regressor(epochs=20), n_estimators=2, random_state=0)
    assert bagged.fit(FLOWERS, LENGTHS).score(FLOWERS, LENGTHS) > 0.85


def test_weights_may_be_routed_through_a_search():
    """A weight of 0 for the third species: its rows are not there."""
    weights = (SPECIES < 2).astype(float)
    with config_context(enable_metadata_routing=True):
        routed = (
            classifier().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        )
        search = GridSearchCV(routed, {"activation": ["relu"]}, cv=FOLDS)
        search.fit(FLOWERS, SPECIES, sample_weight=weights)
    assert 2 not in search.predict(FLOWERS)
    assert search.best_score_ > 0.9


def test_targets_may_be_transformed():
    logarithms = TransformedTargetRegressor(regressor(epochs=40), func=np.log, inverse_func=np.exp)
    assert logarithms.fit(FLOWERS, LENGTHS).score(FLOWERS, LENGTHS) > 0.85


def test_scikit_learn_can_say_which_column_matters():
    rows = np.column_stack([LENGTHS, np.random.default_rng(0).normal(size=150)])
    fitted = regressor(epochs=60).fit(rows, LENGTHS)
    found = permutation_importance(fitted, rows, LENGTHS, n_repeats=3, random_state=0)
    of_length, of_noise = found.importances_mean
    assert of_length > 0.5
    assert abs(of_noise) < 0.1
